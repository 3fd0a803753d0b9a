//! The private key of an inspection system, wherever it is kept.

use std::fmt;

use crate::pki::cv_certificate::CvAlgorithm;

/// Signs for one inspection system.
///
/// [`super::KeyFile`] is a key in a file, `reader_drivers::pkcs11::TokenKey` one in a token. A replay of a recorded read is one
/// too: it hands out what the record holds.
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
    /// An RSA key of so many bits. BSI TR-03110-3 lists RSA from 1 024 bits; a key from a file signs from 2 048, by our choice.
    Short(usize),
    /// RSA with SHA-1, which BSI TR-03110-3 lists and a key from a file does not sign, by our choice.
    Weak(CvAlgorithm),
    /// The key is of another kind than the algorithm, or does not sign with it.
    Algorithm(CvAlgorithm),
    /// The token's own reason (no secrets).
    Token(String),
}

impl fmt::Display for InspectionKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the inspection key is no PKCS #8 private key"),
            Self::Unsupported => f.write_str(
                "an inspection key of this kind is not supported: RSA from 2048 bits and EC on a known curve are",
            ),
            Self::Short(bits) => write!(
                f,
                "the inspection key is RSA of {bits} bits: TR-03110 still lists it, this program signs from 2048 bits with keys \
                 in files; keep it in a token"
            ),
            Self::Weak(algorithm) => write!(
                f,
                "the certificate asks for {algorithm}: TR-03110 still lists it, this program does not sign it with keys in \
                 files; keep the key in a token"
            ),
            Self::Algorithm(algorithm) => write!(f, "the inspection key does not sign with {algorithm}"),
            Self::Token(reason) => write!(f, "the inspection key did not sign: {reason}"),
        }
    }
}

impl std::error::Error for InspectionKeyError {}
