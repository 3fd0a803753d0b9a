//! CMS SignedData (RFC 5652 5), definite or indefinite lengths, any number of signers.

use std::borrow::Cow;

use super::signer_info::SignerInfo;
use crate::ber::{self, Element, ErrorKind, Oid, Reader, tag};
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};
use crate::limits::Limits;
use crate::oids;
use crate::pki::{Certificate, Name};

/// Who signed, as the signer info names it (RFC 5652 5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerIdentifier {
    /// Issuer and serial number of the certificate.
    IssuerAndSerial {
        /// Issuer.
        issuer: Name,
        /// Content octets of the serial number.
        serial: Box<[u8]>,
    },
    /// Subject key identifier of the certificate.
    SubjectKeyIdentifier(Box<[u8]>),
}

/// How well a certificate fits a signer identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Octet by octet.
    Exact,
    /// Issuer equal after normalisation, or serial equal but for leading zeros.
    Normalised,
    /// Serial number alone.
    SerialOnly,
}

impl SignerIdentifier {
    fn parse(element: &Element<'_>) -> Result<Self, ber::Error> {
        match element.tag() {
            tag::SEQUENCE => {
                let mut reader = element.reader()?;
                let issuer = Name::parse(&reader.required()?)?;
                let serial = reader.expect(tag::INTEGER)?.content().into();
                Ok(Self::IssuerAndSerial { issuer, serial })
            }
            0x80 => Ok(Self::SubjectKeyIdentifier(element.content().into())),
            // Constructed [0]: segments, or an OCTET STRING inside an explicit tag.
            tag::CONTEXT_0 => {
                let mut joined = Vec::new();
                element.append_segments(&mut joined)?;
                Ok(Self::SubjectKeyIdentifier(joined.into()))
            }
            found => Err(element.error(ErrorKind::UnexpectedTag { expected: tag::SEQUENCE, found })),
        }
    }

    /// Whether both mean the same certificate: names after normalisation, serials without leading zeros.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::SubjectKeyIdentifier(one), Self::SubjectKeyIdentifier(two)) => one == two,
            (
                Self::IssuerAndSerial { issuer, serial },
                Self::IssuerAndSerial { issuer: other_issuer, serial: other_serial },
            ) => {
                ber::without_leading_zeros(serial) == ber::without_leading_zeros(other_serial)
                    && issuer.key() == other_issuer.key()
            }
            _ => false,
        }
    }

    /// How this certificate fits.
    #[must_use]
    pub fn fit(&self, certificate: &Certificate) -> Option<Fit> {
        match self {
            Self::SubjectKeyIdentifier(identifier) => {
                (certificate.subject_key_identifier() == Some(identifier)).then_some(Fit::Exact)
            }
            Self::IssuerAndSerial { issuer, serial } => {
                let exact = certificate.serial() == &**serial;
                let equal = exact
                    || ber::without_leading_zeros(certificate.serial()) == ber::without_leading_zeros(serial);
                if !equal {
                    None
                } else if exact && certificate.issuer().raw() == issuer.raw() {
                    Some(Fit::Exact)
                } else if certificate.issuer().key() == issuer.key() {
                    Some(Fit::Normalised)
                } else {
                    Some(Fit::SerialOnly)
                }
            }
        }
    }
}

impl std::fmt::Display for SignerIdentifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (label, octets) = match self {
            Self::IssuerAndSerial { issuer, serial } => {
                write!(f, "{issuer}, ")?;
                ("serial ", serial)
            }
            Self::SubjectKeyIdentifier(identifier) => ("key identifier ", identifier),
        };
        f.write_str(label)?;
        octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// A parsed SignedData; content and certificates borrow the input where they are in one piece.
#[derive(Debug)]
pub struct SignedData<'a> {
    /// CMS version.
    pub version: u32,
    /// Type of the content.
    pub content_type: Oid,
    /// The content octets, segments joined; `None` when detached.
    pub content: Option<Cow<'a, [u8]>>,
    /// Offset of the content in the input (of its first segment when there are several).
    pub content_offset: usize,
    /// Embedded certificates as delivered, other choices passed over.
    pub certificates: Vec<&'a [u8]>,
    /// Signer infos.
    pub signers: Vec<SignerInfo>,
    /// Deviations.
    pub findings: Vec<Finding>,
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo that fills `input`.
    ///
    /// # Errors
    /// Malformed, with offset and path.
    pub fn parse(input: &'a [u8], limits: &Limits) -> Result<Self, ber::Error> {
        let content_info = Reader::only(input, tag::SEQUENCE)?;
        Self::parse_content_info(&content_info, limits)
    }

    /// Reads the ContentInfo that is the only content of `outer`.
    pub(super) fn parse_element(outer: &Element<'a>, limits: &Limits) -> Result<Self, ber::Error> {
        let mut reader = outer.reader()?;
        let content_info = reader.expect(tag::SEQUENCE)?;
        reader.finish()?;
        let mut parsed = Self::parse_content_info(&content_info, limits)?;
        if !outer.is_der_length() && !parsed.findings.contains(&Code::SodBer.into()) {
            parsed.findings.push(Code::SodBer.into());
        }
        Ok(parsed)
    }

    fn parse_content_info(content_info: &Element<'a>, limits: &Limits) -> Result<Self, ber::Error> {
        let mut reader = content_info.reader()?;
        let content_type = reader.expect(tag::OID)?;
        if content_type.oid()? != oids::SIGNED_DATA {
            return Err(content_type.error(ErrorKind::Value("content is not signedData")));
        }
        let wrapper = reader.expect(tag::CONTEXT_0)?;
        reader.finish()?;
        let mut reader = wrapper.reader()?;
        let signed_data = reader.expect(tag::SEQUENCE).map_err(|error| error.within("signedData"))?;
        reader.finish()?;
        let mut lengths = vec![*content_info, wrapper, signed_data];
        let mut parsed = Self::parse_signed_data(&signed_data, limits, &mut lengths)
            .map_err(|error| error.within("signedData"))?;
        if !lengths.iter().all(Element::is_der_length) {
            parsed.findings.push(Code::SodBer.into());
        }
        Ok(parsed)
    }

    fn parse_signed_data(
        signed_data: &Element<'a>,
        limits: &Limits,
        lengths: &mut Vec<Element<'a>>,
    ) -> Result<Self, ber::Error> {
        let mut findings = Vec::new();
        let mut reader = signed_data.reader()?;
        let version =
            reader.expect(tag::INTEGER).and_then(|e| e.small_integer()).map_err(|e| e.within("version"))?;
        let digest_algorithms = reader.expect(tag::SET).map_err(|error| error.within("digestAlgorithms"))?;
        let listed = digest_oids(&digest_algorithms).map_err(|error| error.within("digestAlgorithms"))?;
        let encapsulated = reader.expect(tag::SEQUENCE).map_err(|e| e.within("encapContentInfo"))?;
        lengths.extend([digest_algorithms, encapsulated]);
        let (content_type, content) =
            encapsulated_content(&encapsulated, lengths).map_err(|e| e.within("encapContentInfo"))?;

        let mut certificates = Vec::new();
        if let Some(set) = reader.optional(tag::CONTEXT_0).map_err(|error| error.within("certificates"))? {
            let mut reader = set.reader()?;
            while let Some(choice) = reader.next().map_err(|error| error.within("certificates"))? {
                if certificates.len() >= limits.certificates {
                    findings.push(Finding::with(Code::CmsExtraCertificate, "over the limit"));
                    break;
                }
                if choice.tag() == tag::SEQUENCE {
                    certificates.push(choice.raw());
                }
            }
        }
        reader.optional(tag::CONTEXT_1).map_err(|error| error.within("crls"))?;
        let infos = reader.expect(tag::SET).map_err(|error| error.within("signerInfos"))?;
        reader.finish()?;
        let octets = content.as_ref().map(|(content, _)| &**content);
        let mut signers = Vec::new();
        let mut reader = infos.reader()?;
        while let Some(info) = reader.next().map_err(|error| error.within("signerInfos"))? {
            if signers.len() >= limits.signers {
                return Err(info.error(ErrorKind::TooMany(limits.signers)).within("signerInfos"));
            }
            let info = SignerInfo::parse(&info, content_type, octets)
                .map_err(|error| error.within("signerInfos"))?;
            if !listed.contains(&info.digest_oid()) {
                findings.push(Finding::with(Code::CmsDigestAlgorithms, info.digest_oid().to_string()));
            }
            signers.push(info);
        }
        if signers.is_empty() {
            return Err(infos.error(ErrorKind::Missing).within("signerInfos"));
        }
        let by_key =
            signers.iter().any(|s| matches!(s.identifier, SignerIdentifier::SubjectKeyIdentifier(_)));
        let expected = if content_type != oids::DATA || by_key { 3 } else { 1 };
        if version != expected {
            findings.push(Finding::with(Code::CmsVersion, format!("{version} instead of {expected}")));
        }
        let (content, content_offset) = match content {
            Some((content, offset)) => (Some(content), offset),
            None => (None, encapsulated.offset()),
        };
        Ok(Self { version, content_type, content, content_offset, certificates, signers, findings })
    }
}

type Content<'a> = Option<(Cow<'a, [u8]>, usize)>;

fn encapsulated_content<'a>(
    encapsulated: &Element<'a>,
    lengths: &mut Vec<Element<'a>>,
) -> Result<(Oid, Content<'a>), ber::Error> {
    let mut reader = encapsulated.reader()?;
    let content_type = reader.expect(tag::OID)?.oid()?;
    let Some(wrapper) = reader.optional(tag::CONTEXT_0)? else {
        reader.finish()?;
        return Ok((content_type, None));
    };
    reader.finish()?;
    let mut reader = wrapper.reader()?;
    let string = reader.octet_string()?;
    reader.finish()?;
    lengths.extend([wrapper, string]);
    let offset = if string.is_constructed() {
        string.reader()?.next()?.map_or(string.content_offset(), |segment| segment.content_offset())
    } else {
        string.content_offset()
    };
    Ok((content_type, Some((string.octets()?, offset))))
}

fn digest_oids(set: &Element<'_>) -> Result<Vec<Oid>, ber::Error> {
    let mut oids = Vec::new();
    let mut reader = set.reader()?;
    while let Some(identifier) = reader.next()? {
        oids.push(match HashAlgorithm::from_identifier(&identifier)? {
            Ok(hash) => hash.oid(),
            Err(oid) => oid,
        });
        if oids.len() > 32 {
            return Err(identifier.error(ErrorKind::TooMany(32)));
        }
    }
    Ok(oids)
}

pub(crate) fn parse_identifier(element: &Element<'_>) -> Result<SignerIdentifier, ber::Error> {
    SignerIdentifier::parse(element)
}
