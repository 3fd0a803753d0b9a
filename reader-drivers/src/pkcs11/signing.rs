//! What a token is asked for each algorithm of terminal authentication (PKCS #11 2.40 mechanisms, sections 2.1 and 2.3).

use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::types::Ulong;
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::pki::Curve;
use verifier_chip::pki::cv_certificate::CvAlgorithm;

use super::error::TokenError;

/// What a private key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rsa,
    Ec(Curve),
}

/// The mechanism and the octets for `C_Sign`: a hash made here, or the message where the token (its list of mechanisms is
/// `listed`) only hashes itself.
pub(super) fn task(
    kind: Kind,
    algorithm: CvAlgorithm,
    message: &[u8],
    listed: &[MechanismType],
) -> Result<(Mechanism<'static>, Vec<u8>), TokenError> {
    let (raw, combined, data) = match (kind, algorithm) {
        (Kind::Ec(curve), CvAlgorithm::Ecdsa(hash)) => {
            // Tokens take at most as many octets as the order has, and cut longer hashes in different ways: the leftmost
            // bits are wanted (FIPS 186-5 section 6.4.1). Orders shorter than a hash are whole octets.
            let mut digest = hash.digest(message).as_bytes().to_vec();
            digest.truncate(curve.parameters().n.len());
            (Mechanism::Ecdsa, combined_ecdsa(hash), digest)
        }
        (Kind::Rsa, CvAlgorithm::RsaPkcs1(hash)) => {
            let prefix = digest_info(hash).ok_or(TokenError::Algorithm)?;
            let combined = combined_pkcs1(hash).ok_or(TokenError::Algorithm)?;
            (Mechanism::RsaPkcs, combined, [prefix, hash.digest(message).as_bytes()].concat())
        }
        (Kind::Rsa, CvAlgorithm::RsaPss(hash)) => {
            let (parameters, combined) = pss(hash).ok_or(TokenError::Algorithm)?;
            (Mechanism::RsaPkcsPss(parameters), combined, hash.digest(message).as_bytes().to_vec())
        }
        _ => return Err(TokenError::Algorithm),
    };
    let has = |mechanism: &Mechanism<'_>| listed.contains(&mechanism.mechanism_type());
    // A list with neither may be incomplete: the token is asked, and says no by itself.
    if !has(&raw) && has(&combined) { Ok((combined, message.to_vec())) } else { Ok((raw, data)) }
}

fn combined_ecdsa(hash: HashAlgorithm) -> Mechanism<'static> {
    match hash {
        HashAlgorithm::Sha1 => Mechanism::EcdsaSha1,
        HashAlgorithm::Sha224 => Mechanism::EcdsaSha224,
        HashAlgorithm::Sha256 => Mechanism::EcdsaSha256,
        HashAlgorithm::Sha384 => Mechanism::EcdsaSha384,
        HashAlgorithm::Sha512 => Mechanism::EcdsaSha512,
    }
}

fn combined_pkcs1(hash: HashAlgorithm) -> Option<Mechanism<'static>> {
    match hash {
        HashAlgorithm::Sha1 => Some(Mechanism::Sha1RsaPkcs),
        HashAlgorithm::Sha256 => Some(Mechanism::Sha256RsaPkcs),
        HashAlgorithm::Sha512 => Some(Mechanism::Sha512RsaPkcs),
        _ => None,
    }
}

/// DigestInfo up to the hash (RFC 8017 section 9.2, note 1), of the hashes that terminal authentication has with RSA.
fn digest_info(hash: HashAlgorithm) -> Option<&'static [u8]> {
    match hash {
        HashAlgorithm::Sha1 => Some(&[0x30, 0x21, 0x30, 9, 6, 5, 0x2B, 14, 3, 2, 0x1A, 5, 0, 4, 20]),
        HashAlgorithm::Sha256 => {
            Some(&[0x30, 0x31, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32])
        }
        HashAlgorithm::Sha512 => {
            Some(&[0x30, 0x51, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 64])
        }
        _ => None,
    }
}

/// Mask by the same hash, salt as long as it (BSI TR-03110-3 A.6.3.1).
fn pss(hash: HashAlgorithm) -> Option<(PkcsPssParams, Mechanism<'static>)> {
    let (hash_alg, mgf) = match hash {
        HashAlgorithm::Sha1 => (MechanismType::SHA1, PkcsMgfType::MGF1_SHA1),
        HashAlgorithm::Sha256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
        HashAlgorithm::Sha512 => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512),
        _ => return None,
    };
    let parameters = PkcsPssParams { hash_alg, mgf, s_len: Ulong::try_from(hash.length()).ok()? };
    let combined = match hash {
        HashAlgorithm::Sha1 => Mechanism::Sha1RsaPkcsPss(parameters),
        HashAlgorithm::Sha256 => Mechanism::Sha256RsaPkcsPss(parameters),
        _ => Mechanism::Sha512RsaPkcsPss(parameters),
    };
    Some((parameters, combined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_made_here_where_the_token_lets_us() {
        let hash = HashAlgorithm::Sha512;
        let digest = hash.digest(b"message").as_bytes().to_vec();
        let kind = Kind::Ec(Curve::Brainpool256R1);
        let algorithm = CvAlgorithm::Ecdsa(hash);
        for listed in [&[][..], &[MechanismType::ECDSA, MechanismType::ECDSA_SHA512]] {
            let (mechanism, data) = task(kind, algorithm, b"message", listed).unwrap();
            assert_eq!((mechanism.mechanism_type(), &*data), (MechanismType::ECDSA, &digest[..32]));
        }
        let (mechanism, data) = task(kind, algorithm, b"message", &[MechanismType::ECDSA_SHA512]).unwrap();
        assert_eq!((mechanism.mechanism_type(), &*data), (MechanismType::ECDSA_SHA512, &b"message"[..]));
        let (mechanism, data) =
            task(Kind::Ec(Curve::P521), algorithm, b"message", &[MechanismType::ECDSA]).unwrap();
        assert_eq!((mechanism.mechanism_type(), data), (MechanismType::ECDSA, digest.clone()));
        let (mechanism, data) = task(Kind::Rsa, CvAlgorithm::RsaPkcs1(hash), b"message", &[]).unwrap();
        assert_eq!((mechanism.mechanism_type(), data.len()), (MechanismType::RSA_PKCS, 19 + 64));
        assert!(data.ends_with(&digest));
        let (mechanism, data) = task(Kind::Rsa, CvAlgorithm::RsaPss(hash), b"message", &[]).unwrap();
        assert_eq!((mechanism.mechanism_type(), data), (MechanismType::RSA_PKCS_PSS, digest));
    }

    #[test]
    fn keys_of_another_kind_do_not_sign() {
        for (kind, algorithm) in [
            (Kind::Rsa, CvAlgorithm::Ecdsa(HashAlgorithm::Sha256)),
            (Kind::Ec(Curve::P256), CvAlgorithm::RsaPss(HashAlgorithm::Sha256)),
            (Kind::Rsa, CvAlgorithm::RsaPss(HashAlgorithm::Sha224)),
            (Kind::Rsa, CvAlgorithm::RsaPkcs1(HashAlgorithm::Sha384)),
        ] {
            assert_eq!(task(kind, algorithm, b"", &[]).unwrap_err(), TokenError::Algorithm);
        }
    }
}
