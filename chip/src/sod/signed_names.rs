//! Signed attributes by which a signer says what else belongs to the signature: its algorithms (RFC 6211) and its
//! certificate (RFC 2634 5.4, RFC 5035). Where one is there and says something else, the signature is not valid.

use super::signer_info::SignerInfo;
use crate::ber::{Element, Error, Oid, Reader, tag};
use crate::digest::HashAlgorithm;
use crate::pki::Certificate;
use crate::pki::signature::SignatureAlgorithm;

/// `CMSAlgorithmProtection ::= SEQUENCE { digestAlgorithm, signatureAlgorithm [1] OPTIONAL, macAlgorithm [2] OPTIONAL }`
#[derive(Debug, Clone)]
pub(super) struct Protected {
    digest: Oid,
    /// The AlgorithmIdentifier under its own tag.
    signature: Option<Box<[u8]>>,
}

impl Protected {
    pub(super) fn parse(value: &Element<'_>) -> Result<Self, Error> {
        let mut fields = value.expect(tag::SEQUENCE)?.reader()?;
        let digest = match HashAlgorithm::from_identifier(&fields.required()?)? {
            Ok(hash) => hash.oid(),
            Err(oid) => oid,
        };
        let signature = fields.optional(tag::CONTEXT_1)?.map(|element| {
            let mut octets: Box<[u8]> = element.raw().into();
            if let Some(first) = octets.first_mut() {
                *first = 0x30;
            }
            octets
        });
        Ok(Self { digest, signature })
    }

    /// Whether the signer info has other algorithms. Two spellings of the same algorithm (rsaEncryption with a digest,
    /// a NULL that is left out) are the same.
    pub(super) fn differs(&self, info: &SignerInfo) -> bool {
        if self.digest != info.digest_oid() {
            return true;
        }
        let Some(octets) = &self.signature else { return false };
        let named = Reader::only(octets, tag::SEQUENCE).and_then(|element| {
            SignatureAlgorithm::parse(&element, info.digest_algorithm.ok(), &mut Vec::new())
        });
        match (named, &info.algorithm) {
            (Ok(Ok(named)), Ok(used)) => named != *used,
            // What is not computed here is not compared either: nothing verifies under it.
            _ => false,
        }
    }
}

/// Hash of the signer's certificate: the first `ESSCertID` of the attribute.
#[derive(Debug, Clone)]
pub(super) struct CertificateHash {
    algorithm: HashAlgorithm,
    value: Box<[u8]>,
}

impl CertificateHash {
    /// `SEQUENCE { certs SEQUENCE OF ESSCertID, policies OPTIONAL }`; version 2 names the hash, SHA-256 by default.
    /// `None` for a hash that is unknown.
    pub(super) fn parse(value: &Element<'_>, of_version_2: bool) -> Result<Option<Self>, Error> {
        let mut certificates = value.expect(tag::SEQUENCE)?.reader()?.expect(tag::SEQUENCE)?.reader()?;
        let mut fields = certificates.expect(tag::SEQUENCE)?.reader()?;
        let algorithm = match fields.peek() {
            _ if !of_version_2 => HashAlgorithm::Sha1,
            Some(tag::SEQUENCE) => match HashAlgorithm::from_identifier(&fields.required()?)? {
                Ok(algorithm) => algorithm,
                Err(_) => return Ok(None),
            },
            _ => HashAlgorithm::Sha256,
        };
        let value = fields.expect(tag::OCTET_STRING)?.content().into();
        Ok(Some(Self { algorithm, value }))
    }

    pub(super) fn is_of(&self, certificate: &Certificate) -> bool {
        self.algorithm.digest(certificate.der()).as_bytes() == &*self.value
    }
}
