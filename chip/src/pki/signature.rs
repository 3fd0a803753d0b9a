//! Signature algorithms and their verification (RFC 8017, RFC 5758, RFC 3279, BSI TR-03111).
//!
//! One trait, [`SignatureVerifier`], and one implementation, [`Verifier`]: `aws-lc-rs` where it computes
//! the combination, otherwise the RustCrypto arithmetic. Which of the two ran is no part of the answer.

pub(in crate::pki) mod dsa;
pub(in crate::pki) mod ecdsa;
mod field;
pub(in crate::pki) mod group;
pub(crate) mod rsa;

mod algorithm;

use std::fmt;

pub use algorithm::{EcdsaEncoding, PssParameters, SignatureAlgorithm};

use super::public_key::{KeyKind, PublicKey};
use crate::ber::Oid;
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};

/// What a verification found. Only `Valid` says that the key signed the message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The signature verifies.
    Valid {
        /// What was tolerated or is weak.
        findings: Vec<Finding>,
    },
    /// It does not.
    Invalid(Fault),
    /// It cannot be computed here.
    Unsupported(Unsupported),
}

/// Why a signature is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The value does not verify.
    Value,
    /// The value is not encoded as the algorithm asks for, or out of range.
    Encoding,
    /// The key is of another algorithm than the signature.
    KeyType,
    /// The key does not allow these PSS parameters (RFC 4055 3.3).
    KeyConstraint,
    /// The public point is not on its curve, or infinity.
    Point,
    /// Inner and outer signature algorithm of a certificate differ.
    AlgorithmsDiffer,
}

/// Why a signature cannot be computed here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// Unknown signature algorithm.
    SignatureAlgorithm(Oid),
    /// Unknown key algorithm.
    KeyAlgorithm(Oid),
    /// Unknown hash algorithm.
    Hash(Oid),
    /// Unknown curve, or explicit parameters that are no known curve's (`None`).
    Curve(Option<Oid>),
    /// RSA exponent that is not odd with 3 <= e < 2^33.
    PublicExponent,
    /// Modulus size out of range, in bits.
    ModulusBits(u32),
    /// A key value that cannot be one.
    KeyValue(&'static str),
    /// PSS parameters beyond RFC 4055.
    PssParameters,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "the signature does not verify",
            Self::Encoding => "the signature value is malformed or out of range",
            Self::KeyType => "the key is of another algorithm than the signature",
            Self::KeyConstraint => "the key does not allow these PSS parameters",
            Self::Point => "the public key is no point of its curve",
            Self::AlgorithmsDiffer => "inner and outer signature algorithm differ",
        })
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignatureAlgorithm(oid) => write!(f, "unknown signature algorithm {oid}"),
            Self::KeyAlgorithm(oid) => write!(f, "unknown key algorithm {oid}"),
            Self::Hash(oid) => write!(f, "unknown hash algorithm {oid}"),
            Self::Curve(Some(oid)) => write!(f, "curve {oid} is not computed with"),
            Self::Curve(None) => f.write_str("curve parameters are not those of a known curve"),
            Self::PublicExponent => f.write_str("RSA exponent is not odd with 3 <= e < 2^33"),
            Self::ModulusBits(bits) => write!(f, "modulus of {bits} bits is out of range"),
            Self::KeyValue(what) => f.write_str(what),
            Self::PssParameters => f.write_str("PSS parameters are not understood"),
        }
    }
}

impl Verdict {
    /// Valid without remarks.
    pub(in crate::pki) fn valid() -> Self {
        Self::Valid { findings: Vec::new() }
    }

    /// `Valid` or `Invalid(Value)`.
    pub(in crate::pki) fn value(holds: bool) -> Self {
        if holds { Self::valid() } else { Self::Invalid(Fault::Value) }
    }
}

/// Verifies one signature.
pub trait SignatureVerifier {
    /// Whether `key` made `signature` over `message` with `algorithm`.
    fn verify(
        &self,
        key: &PublicKey,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Verdict;
}

/// The verifier of this crate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Verifier;

impl SignatureVerifier for Verifier {
    fn verify(
        &self,
        key: &PublicKey,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Verdict {
        verify(key, algorithm, message, signature)
    }
}

/// [`SignatureVerifier::verify`] of [`Verifier`].
pub fn verify(key: &PublicKey, algorithm: &SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Verdict {
    let mut verdict = match (key.kind(), algorithm) {
        (KeyKind::Unsupported(reason), _) => return Verdict::Unsupported(reason.clone()),
        (KeyKind::Rsa(key), SignatureAlgorithm::RsaPkcs1(hash)) => {
            rsa::verify_pkcs1(key, *hash, message, signature)
        }
        (KeyKind::Rsa(key), SignatureAlgorithm::RsaPss(parameters)) => {
            rsa::verify_pss(key, parameters, message, signature)
        }
        (KeyKind::Ec(key), SignatureAlgorithm::Ecdsa(hash, encoding)) => {
            ecdsa::verify(key, *hash, *encoding, message, signature)
        }
        (KeyKind::Dsa(key), SignatureAlgorithm::Dsa(hash)) => dsa::verify(key, *hash, message, signature),
        _ => return Verdict::Invalid(Fault::KeyType),
    };
    if let Verdict::Valid { findings } = &mut verdict
        && algorithm.hash() == HashAlgorithm::Sha1
    {
        findings.push(Code::HashWeak.into());
    }
    verdict
}
