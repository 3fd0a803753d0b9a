//! SignerInfo and its signed attributes (RFC 5652 5.3, 5.4, 11).
//!
//! The signature covers the DER SET OF attributes: the octets as delivered with the identifier `A0`
//! replaced by `31`. Only when that does not verify are the attributes sorted and tried again, with a
//! finding; nothing else is ever re-encoded.

use time::OffsetDateTime;

use super::cms::{SignerIdentifier, parse_identifier};
use super::signed_names::{CertificateHash, Protected};
use crate::ber::{self, Element, ErrorKind, Oid, tag};
use crate::digest::{Digest, HashAlgorithm};
use crate::finding::{Code, Finding};
use crate::oids;
use crate::pki::Certificate;
use crate::pki::signature::{self, Fault, SignatureAlgorithm, Unsupported, Verdict};

/// Most attributes read.
const MAX_ATTRIBUTES: usize = 64;

/// One signer info. The content's digest is computed when it is read, so the content need not be kept.
#[derive(Debug, Clone)]
pub struct SignerInfo {
    /// Version of the structure.
    pub version: u32,
    /// Who signed.
    pub identifier: SignerIdentifier,
    /// Hash of content and, mostly, of the signature.
    pub digest_algorithm: Result<HashAlgorithm, Oid>,
    /// Signed attributes.
    pub attributes: Option<SignedAttributes>,
    /// Signature algorithm.
    pub algorithm: Result<SignatureAlgorithm, Unsupported>,
    /// Deviations.
    pub findings: Vec<Finding>,
    signature: Box<[u8]>,
    content_type: Oid,
    content_digest: Option<Digest>,
    /// Kept only when there are no signed attributes and the signature covers the content itself.
    content: Option<Box<[u8]>>,
}

/// What stands in the signed attributes.
#[derive(Debug, Clone, Default)]
pub struct SignedAttributes {
    /// contentType.
    pub content_type: Option<Oid>,
    /// messageDigest.
    pub message_digest: Option<Box<[u8]>>,
    /// signingTime, when it is there and a time.
    pub signing_time: Option<OffsetDateTime>,
    /// Attributes of these types occur twice, or have not exactly one value.
    pub ambiguous: Vec<Oid>,
    /// What cmsAlgorithmProtection says of the algorithms (RFC 6211).
    protected: Option<Protected>,
    /// The certificate that signingCertificate names by its hash.
    signing_certificate: Option<CertificateHash>,
    /// The attributes as a SET, otherwise as delivered.
    set: Box<[u8]>,
    /// The same sorted as DER asks, when that differs.
    sorted: Option<Box<[u8]>>,
}

/// What a signer info proves about its content, given a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum SignerVerdict {
    /// The content is the one that the certificate's key signed.
    Valid {
        /// What was tolerated.
        findings: Vec<Finding>,
    },
    /// It is not.
    Failed(SignerFailure),
    /// It cannot be computed here.
    Unsupported(Unsupported),
}

/// Why content and signature do not belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignerFailure {
    /// Content other than id-data needs signed attributes (RFC 5652 5.3).
    AttributesMissing,
    /// The contentType attribute is missing.
    ContentTypeMissing,
    /// The contentType attribute names another type.
    ContentTypeDiffers,
    /// The messageDigest attribute is missing.
    MessageDigestMissing,
    /// The messageDigest attribute is not the digest of the content.
    MessageDigestDiffers,
    /// An attribute occurs twice or has not exactly one value.
    AttributeAmbiguous(Oid),
    /// The cmsAlgorithmProtection attribute names other algorithms than the signer info (RFC 6211 3).
    AlgorithmsDiffer,
    /// The signingCertificate attribute names another certificate (RFC 5035 5.4.1).
    CertificateDiffers,
    /// The content is not there.
    ContentMissing,
    /// The signature over the attributes fails.
    Signature(Fault),
}

impl std::fmt::Display for SignerFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AttributesMissing => "signed attributes are missing",
            Self::ContentTypeMissing => "the contentType attribute is missing",
            Self::ContentTypeDiffers => "the contentType attribute names another type",
            Self::MessageDigestMissing => "the messageDigest attribute is missing",
            Self::MessageDigestDiffers => "the messageDigest attribute is not the digest of the content",
            Self::AlgorithmsDiffer => "the cmsAlgorithmProtection attribute names other algorithms",
            Self::CertificateDiffers => "the signingCertificate attribute names another certificate",
            Self::AttributeAmbiguous(oid) => return write!(f, "attribute {oid} is ambiguous"),
            Self::ContentMissing => "the signed content is missing",
            Self::Signature(fault) => return fault.fmt(f),
        })
    }
}

impl SignerInfo {
    pub(super) fn parse(
        element: &Element<'_>,
        content_type: Oid,
        content: Option<&[u8]>,
    ) -> Result<Self, ber::Error> {
        let mut findings = Vec::new();
        let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
        let version =
            reader.expect(tag::INTEGER).and_then(|e| e.small_integer()).map_err(|e| e.within("version"))?;
        let identifier =
            reader.required().and_then(|e| parse_identifier(&e)).map_err(|error| error.within("sid"))?;
        let by_key = matches!(identifier, SignerIdentifier::SubjectKeyIdentifier(_));
        if version != if by_key { 3 } else { 1 } {
            findings.push(Finding::with(Code::CmsSignerVersion, version.to_string()));
        }
        let digest_algorithm = reader
            .required()
            .and_then(|e| HashAlgorithm::from_identifier(&e))
            .map_err(|error| error.within("digestAlgorithm"))?;
        let attributes = match reader.optional(tag::CONTEXT_0).map_err(|e| e.within("signedAttrs"))? {
            Some(attributes) => {
                Some(SignedAttributes::parse(&attributes).map_err(|error| error.within("signedAttrs"))?)
            }
            None => {
                findings.push(Code::CmsAttributesAbsent.into());
                None
            }
        };
        let algorithm = reader
            .required()
            .and_then(|e| SignatureAlgorithm::parse(&e, digest_algorithm.ok(), &mut findings))
            .map_err(|error| error.within("signatureAlgorithm"))?;
        let signature = reader
            .octet_string()
            .and_then(|e| e.octets().map(Into::into))
            .map_err(|error| error.within("signature"))?;
        reader.optional(tag::CONTEXT_1).map_err(|error| error.within("unsignedAttrs"))?;
        reader.finish()?;
        let content_digest = match (digest_algorithm, content) {
            (Ok(hash), Some(content)) => Some(hash.digest(content)),
            _ => None,
        };
        let content = if attributes.is_none() { content.map(Into::into) } else { None };
        Ok(Self {
            version,
            identifier,
            digest_algorithm,
            attributes,
            algorithm,
            findings,
            signature,
            content_type,
            content_digest,
            content,
        })
    }

    pub(super) fn digest_oid(&self) -> Oid {
        match self.digest_algorithm {
            Ok(hash) => hash.oid(),
            Err(oid) => oid,
        }
    }

    /// Signing time of the signed attributes.
    #[must_use]
    pub fn signing_time(&self) -> Option<OffsetDateTime> {
        self.attributes.as_ref().and_then(|attributes| attributes.signing_time)
    }

    /// Checks content and attributes against each other and the signature with this certificate's key.
    pub fn verify(&self, certificate: &Certificate) -> SignerVerdict {
        let algorithm = match &self.algorithm {
            Ok(algorithm) => algorithm,
            Err(reason) => return SignerVerdict::Unsupported(reason.clone()),
        };
        let Some(attributes) = &self.attributes else {
            return self.verify_content(certificate, algorithm);
        };
        if let Err(verdict) = self.check_attributes(attributes) {
            return verdict;
        }
        if attributes.signing_certificate.as_ref().is_some_and(|named| !named.is_of(certificate)) {
            return SignerVerdict::Failed(SignerFailure::CertificateDiffers);
        }
        let key = certificate.public_key();
        match signature::verify(key, algorithm, &attributes.set, &self.signature) {
            Verdict::Valid { findings } => SignerVerdict::Valid { findings },
            Verdict::Unsupported(reason) => SignerVerdict::Unsupported(reason),
            Verdict::Invalid(fault) => {
                if let Some(sorted) = &attributes.sorted
                    && let Verdict::Valid { mut findings } =
                        signature::verify(key, algorithm, sorted, &self.signature)
                {
                    findings.push(Code::CmsAttributesUnsorted.into());
                    return SignerVerdict::Valid { findings };
                }
                SignerVerdict::Failed(SignerFailure::Signature(fault))
            }
        }
    }

    fn check_attributes(&self, attributes: &SignedAttributes) -> Result<(), SignerVerdict> {
        let failed = |failure| Err(SignerVerdict::Failed(failure));
        if let Some(oid) = attributes.ambiguous.first() {
            return failed(SignerFailure::AttributeAmbiguous(*oid));
        }
        match attributes.content_type {
            None => return failed(SignerFailure::ContentTypeMissing),
            Some(oid) if oid != self.content_type => return failed(SignerFailure::ContentTypeDiffers),
            Some(_) => {}
        }
        if attributes.protected.as_ref().is_some_and(|protected| protected.differs(self)) {
            return failed(SignerFailure::AlgorithmsDiffer);
        }
        let Some(expected) = &attributes.message_digest else {
            return failed(SignerFailure::MessageDigestMissing);
        };
        if let Err(oid) = self.digest_algorithm {
            return Err(SignerVerdict::Unsupported(Unsupported::Hash(oid)));
        }
        match &self.content_digest {
            None => failed(SignerFailure::ContentMissing),
            Some(digest) if digest.as_bytes() != &**expected => failed(SignerFailure::MessageDigestDiffers),
            Some(_) => Ok(()),
        }
    }

    fn verify_content(&self, certificate: &Certificate, algorithm: &SignatureAlgorithm) -> SignerVerdict {
        if self.content_type != oids::DATA {
            return SignerVerdict::Failed(SignerFailure::AttributesMissing);
        }
        let Some(content) = &self.content else {
            return SignerVerdict::Failed(SignerFailure::ContentMissing);
        };
        match signature::verify(certificate.public_key(), algorithm, content, &self.signature) {
            Verdict::Valid { findings } => SignerVerdict::Valid { findings },
            Verdict::Unsupported(reason) => SignerVerdict::Unsupported(reason),
            Verdict::Invalid(fault) => SignerVerdict::Failed(SignerFailure::Signature(fault)),
        }
    }
}

impl SignedAttributes {
    fn parse(element: &Element<'_>) -> Result<Self, ber::Error> {
        let mut read = Self::default();
        let mut seen: Vec<Oid> = Vec::new();
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut reader = element.reader()?;
        while let Some(attribute) = reader.next()? {
            if parts.len() >= MAX_ATTRIBUTES {
                return Err(attribute.error(ErrorKind::TooMany(MAX_ATTRIBUTES)));
            }
            parts.push(attribute.raw());
            let mut fields = attribute.expect(tag::SEQUENCE)?.reader()?;
            let oid = fields.expect(tag::OID)?.oid()?;
            let mut values = fields.expect(tag::SET)?.reader()?;
            let first = values.next()?;
            let known = matches!(oid, oids::CONTENT_TYPE | oids::MESSAGE_DIGEST | oids::SIGNING_TIME);
            if known && (seen.contains(&oid) || first.is_none() || !values.is_empty()) {
                read.ambiguous.push(oid);
            }
            seen.push(oid);
            let Some(value) = first else { continue };
            match oid {
                oids::CONTENT_TYPE => read.content_type = Some(value.oid()?),
                oids::MESSAGE_DIGEST => read.message_digest = Some(value.octets()?.into()),
                oids::SIGNING_TIME => read.signing_time = value.time().ok(),
                // One that cannot be read protects nothing, and what it should protect is compared elsewhere.
                oids::ALGORITHM_PROTECTION => read.protected = Protected::parse(&value).ok(),
                oids::SIGNING_CERTIFICATE | oids::SIGNING_CERTIFICATE_V2 => {
                    let of_version_2 = oid == oids::SIGNING_CERTIFICATE_V2;
                    read.signing_certificate = CertificateHash::parse(&value, of_version_2).ok().flatten();
                }
                _ => {}
            }
        }
        // In order and with a DER length, the sorted SET would be the delivered one.
        let canonical = element.is_der_length() && parts.is_sorted();
        read.set = match element.raw() {
            [_, rest @ ..] if !element.is_indefinite() => [&[0x31], rest].concat().into(),
            // Indefinite length cannot be what was signed: DER has none.
            _ => set_of(&parts),
        };
        read.sorted = if canonical { None } else { Some(sorted_set(&parts)).filter(|set| *set != read.set) };
        Ok(read)
    }
}

fn sorted_set(parts: &[&[u8]]) -> Box<[u8]> {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    set_of(&sorted)
}

/// SET with a definite length around encoded elements.
fn set_of(parts: &[&[u8]]) -> Box<[u8]> {
    let content = parts.concat();
    let mut set = vec![0x31];
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    let digits: &[u8] = ber::without_leading_zeros(&length);
    match digits {
        [] => set.push(0),
        [short] if *short < 0x80 => set.push(*short),
        long => {
            set.push(0x80 | u8::try_from(long.len()).unwrap_or(4));
            set.extend_from_slice(long);
        }
    }
    set.extend_from_slice(&content);
    set.into()
}
