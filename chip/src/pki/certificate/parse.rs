//! Reading a certificate: structure by `x509-parser`, extensions by our own tolerant reader.
//!
//! `x509-parser` does not say where it stopped, so a refused certificate is walked once more with the BER
//! reader to find the offset and the field.

use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser as _;
use x509_parser::time::ASN1Time;

use super::extensions::Extensions;
use super::{Certificate, CertificateError, MAX_LENGTH};
use crate::ber::{Element, Error, ErrorKind, Reader, tag};
use crate::digest;
use crate::finding::{Code, Finding};
use crate::oids;
use crate::pki::Name;
use crate::pki::public_key::PublicKey;
use crate::pki::signature::SignatureAlgorithm;
use crate::pki::validity::Validity;

pub(super) fn parse(der: &[u8], sha256: Option<[u8; 32]>) -> Result<Certificate, CertificateError> {
    if der.len() > MAX_LENGTH {
        return Err(Error::new(ErrorKind::Value("certificate is too long"), 0).within("certificate"));
    }
    // The walk is cheap (it reads some twenty headers) and gives offsets, raw slices and typed errors;
    // x509-parser then checks the DER of the whole.
    let fields = Fields::read(der).map_err(|error| error.within("certificate"))?;
    let (rest, parsed) = X509CertificateParser::new()
        .with_deep_parse_extensions(false)
        .parse(der)
        .map_err(|_| Error::new(ErrorKind::Value("refused by the DER parser"), 0).within("certificate"))?;
    if !rest.is_empty() {
        return Err(Error::new(ErrorKind::TrailingData, der.len() - rest.len()).within("certificate"));
    }
    let body = &parsed.tbs_certificate;
    let mut findings = Vec::new();

    let issuer = Name::parse(&fields.issuer).map_err(|error| error.within("issuer"))?;
    let subject = Name::parse(&fields.subject).map_err(|error| error.within("subject"))?;
    let public_key = PublicKey::parse(&fields.public_key, &mut findings)
        .map_err(|error| error.within("subjectPublicKeyInfo"))?;
    let algorithm = SignatureAlgorithm::parse(&fields.algorithm, None, &mut findings)
        .map_err(|error| error.within("signatureAlgorithm"))?;
    let algorithms_agree = same_algorithm(&fields.inner_algorithm, &fields.algorithm);
    if !algorithms_agree {
        findings.push(Code::AlgorithmMismatch.into());
    }
    let validity = Validity {
        not_before: body.validity.not_before.to_datetime(),
        not_after: body.validity.not_after.to_datetime(),
    };
    if validity.not_after < validity.not_before {
        findings.push(Code::ValidityReversed.into());
    }
    for time in [body.validity.not_before, body.validity.not_after] {
        check_time_encoding(time, &mut findings);
    }
    let version = body.version.0.saturating_add(1);
    if version != 3 {
        findings.push(Finding::with(Code::CertificateVersion, version.to_string()));
    }
    check_serial(body.raw_serial(), &mut findings);
    check_names(&issuer, &subject, &mut findings);
    if body.issuer_uid.is_some() || body.subject_uid.is_some() {
        findings.push(Code::UniqueIdentifier.into());
    }
    let extensions = Extensions::read(body.extensions(), &mut findings);

    Ok(Certificate {
        sha256: sha256.unwrap_or_else(|| digest::sha256(der)),
        tbs: fields.tbs.offset()..fields.tbs.offset() + fields.tbs.raw().len(),
        signature: fields.signature_offset..der.len(),
        version,
        serial: body.raw_serial().into(),
        issuer,
        subject,
        validity,
        public_key,
        algorithm,
        algorithms_agree,
        extensions,
        findings,
        der: der.into(),
    })
}

struct Fields<'a> {
    tbs: Element<'a>,
    algorithm: Element<'a>,
    inner_algorithm: Element<'a>,
    issuer: Element<'a>,
    subject: Element<'a>,
    public_key: Element<'a>,
    signature_offset: usize,
}

impl<'a> Fields<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Error> {
        let certificate = Reader::only(der, tag::SEQUENCE)?;
        let mut outer = certificate.reader()?;
        let tbs = outer.expect(tag::SEQUENCE).map_err(|error| error.within("tbsCertificate"))?;
        let algorithm = outer.expect(tag::SEQUENCE).map_err(|error| error.within("signatureAlgorithm"))?;
        let signature = outer.expect(tag::BIT_STRING).map_err(|error| error.within("signatureValue"))?;
        let octets = signature.bit_string_octets().map_err(|error| error.within("signatureValue"))?;
        outer.finish()?;
        for element in [&certificate, &tbs, &algorithm, &signature] {
            if element.is_indefinite() {
                return Err(element.error(ErrorKind::IndefiniteLength));
            }
        }
        let mut inner = tbs.reader()?;
        let within = |field: &'static str| move |error: Error| error.within(field).within("tbsCertificate");
        inner.optional(tag::CONTEXT_0).map_err(within("version"))?;
        inner.expect(tag::INTEGER).map_err(within("serialNumber"))?;
        let inner_algorithm = inner.expect(tag::SEQUENCE).map_err(within("signature"))?;
        let issuer = inner.expect(tag::SEQUENCE).map_err(within("issuer"))?;
        let validity = inner.expect(tag::SEQUENCE).map_err(within("validity"))?;
        let mut times = validity.reader()?;
        for field in ["notBefore", "notAfter"] {
            times.required().and_then(|time| time.time()).map_err(within(field))?;
        }
        let subject = inner.expect(tag::SEQUENCE).map_err(within("subject"))?;
        let public_key = inner.expect(tag::SEQUENCE).map_err(within("subjectPublicKeyInfo"))?;
        while let Some(field) = inner.next().map_err(within("extensions"))? {
            if !matches!(field.tag(), 0xA1 | 0xA2 | 0x81 | 0x82 | tag::CONTEXT_3) {
                return Err(within("extensions")(
                    field.error(ErrorKind::UnexpectedTag { expected: tag::CONTEXT_3, found: field.tag() }),
                ));
            }
        }
        // The signature is the last field, so it ends where the certificate ends.
        Ok(Self {
            tbs,
            algorithm,
            inner_algorithm,
            issuer,
            subject,
            public_key,
            signature_offset: der.len() - octets.len(),
        })
    }
}

/// Equal octets, or equal identifiers where one side writes NULL and the other leaves it out.
fn same_algorithm(inner: &Element<'_>, outer: &Element<'_>) -> bool {
    if inner.raw() == outer.raw() {
        return true;
    }
    let bare = |element: &Element<'_>| -> Option<crate::ber::Oid> {
        let mut reader = element.reader().ok()?;
        let oid = reader.expect(tag::OID).ok()?.oid().ok()?;
        match reader.next().ok()? {
            None => Some(oid),
            Some(parameters) if parameters.tag() == tag::NULL => Some(oid),
            Some(_) => None,
        }
    };
    matches!((bare(inner), bare(outer)), (Some(one), Some(other)) if one == other)
}

fn check_time_encoding(time: ASN1Time, findings: &mut Vec<Finding>) {
    if time.is_generalizedtime() != (time.to_datetime().year() >= 2050) {
        findings.push(Code::TimeEncoding.into());
    }
}

fn check_serial(serial: &[u8], findings: &mut Vec<Finding>) {
    match serial {
        [first, ..] if first & 0x80 != 0 => findings.push(Code::SerialNegative.into()),
        _ if serial.iter().all(|&octet| octet == 0) => findings.push(Code::SerialZero.into()),
        [0, second, ..] if second & 0x80 == 0 => findings.push(Code::SerialNotMinimal.into()),
        _ => {}
    }
    if serial.len() > 20 {
        findings.push(Code::SerialTooLong.into());
    }
}

fn check_names(issuer: &Name, subject: &Name, findings: &mut Vec<Finding>) {
    for (field, name) in [("issuer", issuer), ("subject", subject)] {
        match name.country() {
            None => findings.push(Finding::with(Code::CountryMissing, field)),
            Some(country) if country.len() != 2 || !country.bytes().all(|c| c.is_ascii_uppercase()) => {
                findings
                    .push(Finding::with(Code::CountryForm, format!("{field}: {} characters", country.len())));
            }
            Some(_) => {}
        }
        if name
            .attributes()
            .iter()
            .any(|attribute| !matches!(attribute.string_type, tag::UTF8_STRING | tag::PRINTABLE_STRING))
        {
            findings.push(Finding::with(Code::NameStringType, field));
        }
    }
    if let (Some(one), Some(other)) = (issuer.country_code(), subject.country_code())
        && one != other
    {
        findings.push(Finding::with(Code::CountryDiffers, format!("issuer {one}, subject {other}")));
    }
    if subject.attribute(&oids::COMMON_NAME).is_none() {
        findings.push(Code::CommonNameMissing.into());
    }
}
