//! The private key of an inspection system, wherever it is kept.

use std::fmt;

use crate::pki::cv_certificate::CvAlgorithm;

/// Signs for one inspection system.
///
/// [`super::KeyFile`] is a key in a file. A key in a token is an implementation of this trait by whoever knows the token;
/// with PKCS #11 (`C_Sign`) the mechanisms are `CKM_ECDSA` over the hash (its result is r and s one after the other, as long
/// as the order: what is asked for here), `CKM_SHA256_RSA_PKCS_PSS`, `CKM_SHA512_RSA_PKCS_PSS` with mask and salt by the same
/// hash, `CKM_SHA256_RSA_PKCS` and `CKM_SHA512_RSA_PKCS`. A replay of a recorded read is one too: it hands out what the
/// record holds.
pub trait InspectionKey {
    /// The signature over `message`: for ECDSA r and s one after the other, each as long as the order; for RSA as long as
    /// the modulus.
    ///
    /// # Errors
    /// [`InspectionKeyError`].
    fn sign(&self, algorithm: CvAlgorithm, message: &[u8]) -> Result<Vec<u8>, InspectionKeyError>;
}

/// Why a key did not sign.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InspectionKeyError {
    /// The octets are no private key of PKCS #8.
    Malformed,
    /// A key of another kind than RSA from 2 048 bits and EC on a known curve.
    Unsupported,
    /// The key is of another kind than the algorithm, or does not sign with it.
    Algorithm(CvAlgorithm),
    /// The token's own reason (no secrets).
    Token(String),
}

impl fmt::Display for InspectionKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the inspection key is no PKCS #8 private key"),
            Self::Unsupported => f.write_str("an inspection key of this kind is not supported"),
            Self::Algorithm(algorithm) => write!(f, "the inspection key does not sign with {algorithm}"),
            Self::Token(reason) => write!(f, "the inspection key did not sign: {reason}"),
        }
    }
}

impl std::error::Error for InspectionKeyError {}
