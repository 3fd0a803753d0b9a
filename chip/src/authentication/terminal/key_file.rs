//! An inspection key from a file: PKCS #8 (RFC 5208, RFC 5958), DER, not encrypted.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA512, RsaEncoding};
use zeroize::Zeroizing;

use super::ecdsa;
use super::inspection_key::{InspectionKey, InspectionKeyError};
use crate::ber::{Reader, tag, without_leading_zeros};
use crate::digest::HashAlgorithm;
use crate::oids;
use crate::pki::curves::Curve;
use crate::pki::cv_certificate::CvAlgorithm;

/// Bits of the shortest RSA modulus that is signed with.
const SHORTEST: usize = 2048;

/// A key from a file. `Debug` shows its kind only; an EC key is overwritten when it goes.
pub struct KeyFile(Kind);

enum Kind {
    Rsa(Box<KeyPair>),
    Ec { curve: Curve, secret: Zeroizing<Vec<u8>> },
}

impl KeyFile {
    /// Reads a PrivateKeyInfo: RSA from 2 048 bits, or EC on a known curve, named or with explicit parameters.
    ///
    /// # Errors
    /// [`InspectionKeyError::Malformed`], [`InspectionKeyError::Unsupported`], [`InspectionKeyError::Short`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, InspectionKeyError> {
        let malformed = |_| InspectionKeyError::Malformed;
        let mut reader =
            Reader::only(der, tag::SEQUENCE).and_then(|info| info.reader()).map_err(malformed)?;
        reader.expect(tag::INTEGER).map_err(malformed)?;
        let mut algorithm =
            reader.expect(tag::SEQUENCE).and_then(|algorithm| algorithm.reader()).map_err(malformed)?;
        let oid = algorithm.expect(tag::OID).and_then(|oid| oid.oid()).map_err(malformed)?;
        let key = reader.expect(tag::OCTET_STRING).map_err(malformed)?.content();
        match oid {
            oids::RSA_ENCRYPTION => {
                // RSAPrivateKey (RFC 8017 A.1.2): version, modulus.
                let mut inner =
                    Reader::only(key, tag::SEQUENCE).and_then(|key| key.reader()).map_err(malformed)?;
                inner.expect(tag::INTEGER).map_err(malformed)?;
                let modulus = inner.expect(tag::INTEGER).and_then(|modulus| modulus.unsigned_integer());
                match bits(modulus.map_err(malformed)?) {
                    short if short < SHORTEST => return Err(InspectionKeyError::Short(short)),
                    _ => {}
                }
                let pair = KeyPair::from_pkcs8(der).map_err(|_| InspectionKeyError::Unsupported)?;
                Ok(Self(Kind::Rsa(Box::new(pair))))
            }
            oids::EC_PUBLIC_KEY => {
                let parameters = algorithm.required().map_err(malformed)?;
                let curve = Curve::from_parameters(&parameters, &mut Vec::new())
                    .map_err(malformed)?
                    .map_err(|_| InspectionKeyError::Unsupported)?;
                // ECPrivateKey (RFC 5915): version, private key.
                let mut inner =
                    Reader::only(key, tag::SEQUENCE).and_then(|key| key.reader()).map_err(malformed)?;
                inner.expect(tag::INTEGER).map_err(malformed)?;
                let secret = inner.expect(tag::OCTET_STRING).map_err(malformed)?.content();
                let secret = ecdsa::secret(curve, secret).ok_or(InspectionKeyError::Malformed)?;
                Ok(Self(Kind::Ec { curve, secret }))
            }
            _ => Err(InspectionKeyError::Unsupported),
        }
    }
}

/// Bits of a number without its leading zeros.
fn bits(number: &[u8]) -> usize {
    let number = without_leading_zeros(number);
    let zeros = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(zeros).unwrap_or_default())
}

impl InspectionKey for KeyFile {
    /// ECDSA is deterministic (RFC 6979): no generator can fail it, and no record of drawn values gives the key away. The salt
    /// of RSA-PSS is the library's own. RSA with SHA-1, of old editions, is not signed ([`InspectionKeyError::Weak`]).
    fn sign(&self, algorithm: CvAlgorithm, message: &[u8]) -> Result<Vec<u8>, InspectionKeyError> {
        let refused = InspectionKeyError::Algorithm(algorithm);
        match (&self.0, algorithm) {
            (Kind::Ec { curve, secret }, CvAlgorithm::Ecdsa(hash)) => {
                ecdsa::sign(*curve, secret, hash, message).ok_or(refused)
            }
            (Kind::Rsa(pair), algorithm) => {
                let encoding: &'static dyn RsaEncoding = match algorithm {
                    CvAlgorithm::RsaPkcs1(HashAlgorithm::Sha256) => &RSA_PKCS1_SHA256,
                    CvAlgorithm::RsaPkcs1(HashAlgorithm::Sha512) => &RSA_PKCS1_SHA512,
                    CvAlgorithm::RsaPss(HashAlgorithm::Sha256) => &RSA_PSS_SHA256,
                    CvAlgorithm::RsaPss(HashAlgorithm::Sha512) => &RSA_PSS_SHA512,
                    CvAlgorithm::RsaPkcs1(HashAlgorithm::Sha1) | CvAlgorithm::RsaPss(HashAlgorithm::Sha1) => {
                        return Err(InspectionKeyError::Weak(algorithm));
                    }
                    _ => return Err(refused),
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &SystemRandom::new(), message, &mut signature).map_err(|_| refused)?;
                Ok(signature)
            }
            _ => Err(refused),
        }
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Rsa(pair) => write!(f, "KeyFile(RSA of {} octets)", pair.public_modulus_len()),
            Kind::Ec { curve, .. } => write!(f, "KeyFile({curve})"),
        }
    }
}
