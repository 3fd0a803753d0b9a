//! AlgorithmIdentifiers of signatures (RFC 4055, RFC 5758, BSI TR-03111 5.2.1).

use std::fmt;

use super::Unsupported;
use crate::ber::{Element, Error, tag};
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};
use crate::oids;

/// How r and s of an ECDSA signature are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EcdsaEncoding {
    /// DER SEQUENCE of two INTEGERs (RFC 3279 2.2.3).
    Der,
    /// r and s one after the other, each as long as the order (BSI TR-03111 5.2.1.1).
    Plain,
}

/// Parameters of RSASSA-PSS (RFC 4055 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PssParameters {
    /// Hash of the message.
    pub hash: HashAlgorithm,
    /// Hash of the mask generation function MGF1.
    pub mask_hash: HashAlgorithm,
    /// Salt length in octets.
    pub salt_length: usize,
}

/// A signature algorithm with all that verification needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(HashAlgorithm),
    /// RSASSA-PSS.
    RsaPss(PssParameters),
    /// ECDSA.
    Ecdsa(HashAlgorithm, EcdsaEncoding),
    /// DSA.
    Dsa(HashAlgorithm),
}

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier. `digest` is the hash of the enclosing signer info, for identifiers
    /// that name a key type only.
    ///
    /// # Errors
    /// Outer: not an AlgorithmIdentifier. Inner: an algorithm that is not computed here.
    pub fn parse(
        element: &Element<'_>,
        digest: Option<HashAlgorithm>,
        findings: &mut Vec<Finding>,
    ) -> Result<Result<Self, Unsupported>, Error> {
        let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
        let oid = reader.expect(tag::OID)?.oid()?;
        let parameters = reader.next()?;
        reader.finish()?;
        let (algorithm, wants_null) = match oid {
            oids::RSA_SHA1 => (Self::RsaPkcs1(HashAlgorithm::Sha1), true),
            oids::RSA_SHA224 => (Self::RsaPkcs1(HashAlgorithm::Sha224), true),
            oids::RSA_SHA256 => (Self::RsaPkcs1(HashAlgorithm::Sha256), true),
            oids::RSA_SHA384 => (Self::RsaPkcs1(HashAlgorithm::Sha384), true),
            oids::RSA_SHA512 => (Self::RsaPkcs1(HashAlgorithm::Sha512), true),
            oids::ECDSA_SHA1 => (Self::Ecdsa(HashAlgorithm::Sha1, EcdsaEncoding::Der), false),
            oids::ECDSA_SHA224 => (Self::Ecdsa(HashAlgorithm::Sha224, EcdsaEncoding::Der), false),
            oids::ECDSA_SHA256 => (Self::Ecdsa(HashAlgorithm::Sha256, EcdsaEncoding::Der), false),
            oids::ECDSA_SHA384 => (Self::Ecdsa(HashAlgorithm::Sha384, EcdsaEncoding::Der), false),
            oids::ECDSA_SHA512 => (Self::Ecdsa(HashAlgorithm::Sha512, EcdsaEncoding::Der), false),
            oids::ECDSA_PLAIN_SHA1 => (Self::Ecdsa(HashAlgorithm::Sha1, EcdsaEncoding::Plain), false),
            oids::ECDSA_PLAIN_SHA224 => (Self::Ecdsa(HashAlgorithm::Sha224, EcdsaEncoding::Plain), false),
            oids::ECDSA_PLAIN_SHA256 => (Self::Ecdsa(HashAlgorithm::Sha256, EcdsaEncoding::Plain), false),
            oids::ECDSA_PLAIN_SHA384 => (Self::Ecdsa(HashAlgorithm::Sha384, EcdsaEncoding::Plain), false),
            oids::ECDSA_PLAIN_SHA512 => (Self::Ecdsa(HashAlgorithm::Sha512, EcdsaEncoding::Plain), false),
            oids::DSA_SHA1 => (Self::Dsa(HashAlgorithm::Sha1), false),
            oids::DSA_SHA224 => (Self::Dsa(HashAlgorithm::Sha224), false),
            oids::DSA_SHA256 => (Self::Dsa(HashAlgorithm::Sha256), false),
            oids::DSA_SHA384 => (Self::Dsa(HashAlgorithm::Sha384), false),
            oids::DSA_SHA512 => (Self::Dsa(HashAlgorithm::Sha512), false),
            oids::RSA_PSS => {
                let parameters = match parameters {
                    None => PssParameters::DEFAULT,
                    Some(parameters) => match PssParameters::parse(&parameters)? {
                        Ok(parameters) => parameters,
                        Err(reason) => return Ok(Err(reason)),
                    },
                };
                if parameters.hash != parameters.mask_hash {
                    findings.push(Code::PssHashesDiffer.into());
                }
                return Ok(Ok(Self::RsaPss(parameters)));
            }
            // In a SignerInfo the identifier may name the key type only (RFC 3370 3.2 for RSA).
            oids::RSA_ENCRYPTION if digest.is_some() => {
                (Self::RsaPkcs1(digest.unwrap_or(HashAlgorithm::Sha256)), true)
            }
            oids::EC_PUBLIC_KEY if digest.is_some() => {
                findings.push(Code::CmsSignatureAlgorithm.into());
                return Ok(Ok(Self::Ecdsa(digest.unwrap_or(HashAlgorithm::Sha256), EcdsaEncoding::Der)));
            }
            oids::DSA if digest.is_some() => {
                findings.push(Code::CmsSignatureAlgorithm.into());
                return Ok(Ok(Self::Dsa(digest.unwrap_or(HashAlgorithm::Sha256))));
            }
            other => return Ok(Err(Unsupported::SignatureAlgorithm(other))),
        };
        let is_null = parameters.map(|parameters| parameters.tag() == tag::NULL);
        if (wants_null && is_null != Some(true)) || (!wants_null && is_null.is_some()) {
            findings.push(Code::AlgorithmParameters.into());
        }
        Ok(Ok(algorithm))
    }

    /// Hash of the message.
    #[must_use]
    pub fn hash(&self) -> HashAlgorithm {
        match self {
            Self::RsaPkcs1(hash) | Self::Ecdsa(hash, _) | Self::Dsa(hash) => *hash,
            Self::RsaPss(parameters) => parameters.hash,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1(hash) => write!(f, "RSA PKCS#1 v1.5 with {hash}"),
            Self::RsaPss(parameters) => {
                write!(f, "RSA-PSS with {}, salt {}", parameters.hash, parameters.salt_length)?;
                if parameters.mask_hash != parameters.hash {
                    write!(f, ", MGF1 with {}", parameters.mask_hash)?;
                }
                Ok(())
            }
            Self::Ecdsa(hash, EcdsaEncoding::Der) => write!(f, "ECDSA with {hash}"),
            Self::Ecdsa(hash, EcdsaEncoding::Plain) => write!(f, "plain ECDSA with {hash}"),
            Self::Dsa(hash) => write!(f, "DSA with {hash}"),
        }
    }
}

impl PssParameters {
    /// What absent parameters mean (RFC 4055 3.1).
    pub const DEFAULT: Self =
        Self { hash: HashAlgorithm::Sha1, mask_hash: HashAlgorithm::Sha1, salt_length: 20 };

    /// Reads RSASSA-PSS-params.
    ///
    /// # Errors
    /// Outer: not such a structure. Inner: other mask functions, unknown hashes or another trailer.
    pub fn parse(element: &Element<'_>) -> Result<Result<Self, Unsupported>, Error> {
        if element.tag() == tag::NULL {
            return Ok(Err(Unsupported::PssParameters));
        }
        let mut parameters = Self::DEFAULT;
        let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
        if let Some(field) = reader.optional(tag::CONTEXT_0)? {
            let mut inner = field.reader()?;
            match HashAlgorithm::from_identifier(&inner.required()?)? {
                Ok(hash) => parameters.hash = hash,
                Err(oid) => return Ok(Err(Unsupported::Hash(oid))),
            }
            inner.finish()?;
        }
        if let Some(field) = reader.optional(tag::CONTEXT_1)? {
            let mut inner = field.reader()?;
            let mut mask = inner.expect(tag::SEQUENCE)?.reader()?;
            inner.finish()?;
            if mask.expect(tag::OID)?.oid()? != oids::MGF1 {
                return Ok(Err(Unsupported::PssParameters));
            }
            match HashAlgorithm::from_identifier(&mask.required()?)? {
                Ok(hash) => parameters.mask_hash = hash,
                Err(oid) => return Ok(Err(Unsupported::Hash(oid))),
            }
        }
        if let Some(field) = reader.optional(tag::CONTEXT_2)? {
            let mut inner = field.reader()?;
            let length = inner.expect(tag::INTEGER)?.small_integer()?;
            inner.finish()?;
            match usize::try_from(length) {
                Ok(length) if length <= 1024 => parameters.salt_length = length,
                _ => return Ok(Err(Unsupported::PssParameters)),
            }
        }
        if let Some(field) = reader.optional(tag::CONTEXT_3)? {
            let mut inner = field.reader()?;
            if inner.expect(tag::INTEGER)?.small_integer()? != 1 {
                return Ok(Err(Unsupported::PssParameters));
            }
            inner.finish()?;
        }
        reader.finish()?;
        Ok(Ok(parameters))
    }
}
