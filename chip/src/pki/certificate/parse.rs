//! Reading a certificate: one walk in the order of RFC 5280 4.1, its extensions by `x509-parser` and our own tolerant
//! readers of their values.
//!
//! Every field has one reader, so no two can see different values in the same octets. Lengths are definite throughout;
//! errors carry the offset and the field.

use time::OffsetDateTime;

use super::extensions::Extensions;
use super::{Certificate, CertificateError, MAX_LENGTH};
use crate::ber::{Element, Error, ErrorKind, Reader, tag};
use crate::digest;
use crate::finding::{Code, Finding};
use crate::pki::Name;
use crate::pki::name::country_code;
use crate::pki::public_key::PublicKey;
use crate::pki::signature::SignatureAlgorithm;
use crate::pki::validity::Validity;

pub(super) fn parse(der: &[u8], sha256: Option<[u8; 32]>) -> Result<Certificate, CertificateError> {
    if der.len() > MAX_LENGTH {
        return Err(Error::new(ErrorKind::Value("certificate is too long"), 0).within("certificate"));
    }
    let fields = Fields::read(der).map_err(|error| error.within("certificate"))?;
    let mut findings = Vec::new();

    let issuer = Name::parse(&fields.issuer).map_err(|error| error.within("issuer"))?;
    let subject = Name::parse(&fields.subject).map_err(|error| error.within("subject"))?;
    let public_key = PublicKey::parse(&fields.public_key, &mut findings)
        .map_err(|error| error.within("subjectPublicKeyInfo"))?;
    let algorithm = SignatureAlgorithm::parse(&fields.algorithm, None, &mut findings)
        .map_err(|error| error.within("signatureAlgorithm"))?;
    let algorithms_agree = same_algorithm(&fields.inner_algorithm, &fields.algorithm)
        .map_err(|error| error.within("signature").within("tbsCertificate").within("certificate"))?;
    if !algorithms_agree {
        findings.push(Code::AlgorithmMismatch.into());
    }
    let [(before, not_before), (after, not_after)] = fields.validity;
    let validity = Validity { not_before, not_after };
    if validity.not_after < validity.not_before {
        findings.push(Code::ValidityReversed.into());
    }
    check_time_encoding(&before, not_before, &mut findings);
    check_time_encoding(&after, not_after, &mut findings);
    if fields.version != 3 {
        findings.push(Finding::with(Code::CertificateVersion, fields.version.to_string()));
    }
    check_serial(fields.serial, &mut findings);
    check_names(&issuer, &subject, &mut findings);
    if fields.unique_identifiers {
        findings.push(Code::UniqueIdentifier.into());
    }
    let extensions = match &fields.extensions {
        Some(extensions) => Extensions::read(extensions, &mut findings)
            .map_err(|error| error.within("extensions").within("tbsCertificate").within("certificate"))?,
        None => Extensions::default(),
    };

    Ok(Certificate {
        sha256: sha256.unwrap_or_else(|| digest::sha256(der)),
        tbs: fields.tbs.offset()..fields.tbs.offset() + fields.tbs.raw().len(),
        signature: fields.signature_offset..der.len(),
        version: fields.version,
        serial: fields.serial.into(),
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
    /// As people count: 3 for v3.
    version: u32,
    serial: &'a [u8],
    inner_algorithm: Element<'a>,
    issuer: Element<'a>,
    validity: [(Element<'a>, OffsetDateTime); 2],
    subject: Element<'a>,
    public_key: Element<'a>,
    unique_identifiers: bool,
    /// The SEQUENCE inside `[3]`.
    extensions: Option<Element<'a>>,
    signature_offset: usize,
}

impl<'a> Fields<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Error> {
        let mut outer = Reader::definite(der).last(tag::SEQUENCE)?.reader()?;
        let tbs = outer.expect(tag::SEQUENCE).map_err(|error| error.within("tbsCertificate"))?;
        let algorithm = outer.expect(tag::SEQUENCE).map_err(|error| error.within("signatureAlgorithm"))?;
        let signature = outer.expect(tag::BIT_STRING).map_err(|error| error.within("signatureValue"))?;
        let octets = signature.bit_string_octets().map_err(|error| error.within("signatureValue"))?;
        outer.finish()?;

        let mut inner = tbs.reader()?;
        let within = |field: &'static str| move |error: Error| error.within(field).within("tbsCertificate");
        let version = match inner.optional(tag::CONTEXT_0).map_err(within("version"))? {
            Some(version) => version.reader()?.last(tag::INTEGER).and_then(|number| number.small_integer()),
            None => Ok(0),
        }
        .map_err(within("version"))?
        .saturating_add(1);
        let serial = inner.expect(tag::INTEGER).map_err(within("serialNumber"))?;
        if serial.content().is_empty() {
            let error = serial.error(ErrorKind::Value("INTEGER without octets"));
            return Err(within("serialNumber")(error));
        }
        let inner_algorithm = inner.expect(tag::SEQUENCE).map_err(within("signature"))?;
        let issuer = inner.expect(tag::SEQUENCE).map_err(within("issuer"))?;
        let mut times = inner.expect(tag::SEQUENCE).map_err(within("validity"))?.reader()?;
        let mut instant = |field| {
            let element = times.required().map_err(within(field))?;
            Ok((element, element.time().map_err(within(field))?))
        };
        let validity = [instant("notBefore")?, instant("notAfter")?];
        times.finish().map_err(within("validity"))?;
        let subject = inner.expect(tag::SEQUENCE).map_err(within("subject"))?;
        let public_key = inner.expect(tag::SEQUENCE).map_err(within("subjectPublicKeyInfo"))?;
        let mut unique_identifiers = false;
        for identifier in [0x81, 0x82] {
            unique_identifiers |= inner.optional(identifier).map_err(within("uniqueID"))?.is_some();
        }
        let extensions = match inner.optional(tag::CONTEXT_3).map_err(within("extensions"))? {
            Some(wrapper) => Some(wrapper.reader()?.last(tag::SEQUENCE).map_err(within("extensions"))?),
            None => None,
        };
        inner.finish().map_err(within("extensions"))?;
        // The signature is the last field, so it ends where the certificate ends.
        Ok(Self {
            tbs,
            algorithm,
            version,
            serial: serial.content(),
            inner_algorithm,
            issuer,
            validity,
            subject,
            public_key,
            unique_identifiers,
            extensions,
            signature_offset: der.len() - octets.len(),
        })
    }
}

/// Equal octets, or equal identifiers where one side writes NULL and the other leaves it out.
fn same_algorithm(inner: &Element<'_>, outer: &Element<'_>) -> Result<bool, Error> {
    if inner.raw() == outer.raw() {
        return Ok(true);
    }
    let read = |element: &Element<'_>| {
        let mut reader = element.reader()?;
        let oid = reader.expect(tag::OID)?.oid()?;
        let parameters = reader.next()?;
        reader.finish()?;
        Ok((oid, parameters.is_none_or(|parameters| parameters.tag() == tag::NULL)))
    };
    let ((one, one_is_bare), (other, other_is_bare)) = (read(inner)?, read(outer)?);
    Ok(one == other && one_is_bare && other_is_bare)
}

fn check_time_encoding(element: &Element<'_>, time: OffsetDateTime, findings: &mut Vec<Finding>) {
    if (element.tag() == tag::GENERALIZED_TIME) != (time.year() >= 2050) {
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
    let names = [("issuer", issuer.profile()), ("subject", subject.profile())];
    for (field, name) in &names {
        match name.country.as_deref() {
            None => findings.push(Finding::with(Code::CountryMissing, *field)),
            Some(country) if country.len() != 2 || !country.bytes().all(|c| c.is_ascii_uppercase()) => {
                findings
                    .push(Finding::with(Code::CountryForm, format!("{field}: {} characters", country.len())));
            }
            Some(_) => {}
        }
        if !name.has_only_usual_strings {
            findings.push(Finding::with(Code::NameStringType, *field));
        }
    }
    let [(_, issuer), (_, subject)] = names;
    if issuer.country != subject.country
        && let [Some(one), Some(other)] =
            [issuer.country, subject.country].map(|country| country.and_then(|text| country_code(&text)))
        && one != other
    {
        findings.push(Finding::with(Code::CountryDiffers, format!("issuer {one}, subject {other}")));
    }
    if !subject.has_common_name {
        findings.push(Code::CommonNameMissing.into());
    }
}
