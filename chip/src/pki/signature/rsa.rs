//! RSA verification (RFC 8017 8.1.2 and 8.2.2): PKCS#1 v1.5 and PSS.
//!
//! The fast library computes what it can: PKCS#1 with SHA-1, SHA-256, SHA-384, SHA-512 and PSS whose salt
//! has the length of its hash. The rest (other salts and mask hashes, SHA-224, DigestInfo without NULL)
//! is the raw operation of the `rsa` crate with the encodings of RFC 8017 compared here. In PKCS#1 the
//! expected encoding is built and compared as a whole, so nothing in it is parsed and nothing can hide.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use ::rsa::{BoxedUint, RsaPublicKey};
use aws_lc_rs::signature as aws;

use super::{Fault, PssParameters, Verdict};
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};
use crate::pki::public_key::{PssConstraint, RsaKey};

/// A key in the form of each engine.
#[derive(Default)]
pub(in crate::pki) struct Prepared {
    /// Most keys verify once: the fast engine's form is kept from the second time on.
    used: AtomicBool,
    fast: OnceLock<Option<(Scheme, aws::ParsedPublicKey)>>,
    raw: OnceLock<Option<RsaPublicKey>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Pkcs1(HashAlgorithm),
    Pss(HashAlgorithm),
}

fn fast_parameters(scheme: Scheme, bits: u32) -> Option<&'static aws::RsaParameters> {
    Some(match scheme {
        Scheme::Pkcs1(HashAlgorithm::Sha1) => &aws::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Scheme::Pkcs1(HashAlgorithm::Sha256) => &aws::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        Scheme::Pkcs1(HashAlgorithm::Sha512) => &aws::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        Scheme::Pkcs1(HashAlgorithm::Sha384) if bits >= 2048 => &aws::RSA_PKCS1_2048_8192_SHA384,
        Scheme::Pss(HashAlgorithm::Sha256) if bits >= 2048 => &aws::RSA_PSS_2048_8192_SHA256,
        Scheme::Pss(HashAlgorithm::Sha384) if bits >= 2048 => &aws::RSA_PSS_2048_8192_SHA384,
        Scheme::Pss(HashAlgorithm::Sha512) if bits >= 2048 => &aws::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// Whether the fast library says that the signature verifies. No is no verdict: it may not take this key or scheme.
fn verifies_fast(key: &RsaKey, scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
    let Some(parameters) = fast_parameters(scheme, key.bits()) else { return false };
    let components = aws::RsaPublicKeyComponents { n: &*key.modulus, e: &*key.exponent };
    if !key.prepared.used.swap(true, Ordering::Relaxed) {
        return components.verify(parameters, message, signature).is_ok();
    }
    let parse = || components.to_parsed_public_key(parameters).ok().map(|parsed| (scheme, parsed));
    let kept = key.prepared.fast.get_or_init(parse);
    let again;
    let parsed = match kept {
        Some((bound, parsed)) if *bound == scheme => parsed,
        Some(_) => {
            again = parse();
            let Some((_, parsed)) = &again else { return false };
            parsed
        }
        None => return false,
    };
    parsed.verify_sig(message, signature).is_ok()
}

/// s^e mod n as octets of the length of the modulus; `None` when s is not below n or not of its length.
pub(crate) fn raw(key: &RsaKey, signature: &[u8]) -> Option<Vec<u8>> {
    let length = key.modulus.len();
    if signature.len() != length || signature >= &*key.modulus {
        return None;
    }
    let prepared = key.prepared.raw.get_or_init(|| {
        let number = |octets: &[u8], bits: u32| BoxedUint::from_be_slice(octets, bits).ok();
        let n = number(&key.modulus, u32::try_from(length).ok()?.checked_mul(8)?)?;
        let e = number(&key.exponent, 64)?;
        RsaPublicKey::new_with_size_limits(n, e, 1024..=8192).ok()
    });
    let prepared = prepared.as_ref()?;
    let value = BoxedUint::from_be_slice(signature, u32::try_from(length).ok()?.checked_mul(8)?).ok()?;
    let result = ::rsa::hazmat::rsa_encrypt(prepared, &value).ok()?;
    let octets = result.to_be_bytes();
    let skip = octets.len().saturating_sub(length);
    let (extra, octets) = octets.split_at_checked(skip)?;
    if extra.iter().any(|&octet| octet != 0) {
        return None;
    }
    let mut padded = vec![0; length - octets.len()];
    padded.extend_from_slice(octets);
    Some(padded)
}

pub(super) fn verify_pkcs1(key: &RsaKey, hash: HashAlgorithm, message: &[u8], signature: &[u8]) -> Verdict {
    if key.pss_only.is_some() {
        return Verdict::Invalid(Fault::KeyConstraint);
    }
    if verifies_fast(key, Scheme::Pkcs1(hash), message, signature) {
        return Verdict::valid();
    }
    let Some(encoded) = raw(key, signature) else { return Verdict::Invalid(Fault::Encoding) };
    let digest = hash.digest(message);
    if pkcs1_encoding(hash, digest.as_bytes(), key.modulus.len(), true)
        .is_some_and(|wanted| wanted == encoded)
    {
        return Verdict::valid();
    }
    if pkcs1_encoding(hash, digest.as_bytes(), key.modulus.len(), false)
        .is_some_and(|wanted| wanted == encoded)
    {
        return Verdict::Valid { findings: vec![Finding::new(Code::DigestInfoNullMissing)] };
    }
    Verdict::Invalid(Fault::Value)
}

/// EMSA-PKCS1-v1_5 (RFC 8017 9.2), with or without the NULL of the hash's AlgorithmIdentifier.
fn pkcs1_encoding(hash: HashAlgorithm, digest: &[u8], length: usize, null: bool) -> Option<Vec<u8>> {
    let oid = hash.oid();
    let octet = |value: usize| u8::try_from(value).ok();
    let mut identifier = vec![6, octet(oid.as_bytes().len())?];
    identifier.extend_from_slice(oid.as_bytes());
    if null {
        identifier.extend_from_slice(&[5, 0]);
    }
    let mut info = vec![0x30, octet(identifier.len() + digest.len() + 4)?, 0x30, octet(identifier.len())?];
    info.extend_from_slice(&identifier);
    info.extend_from_slice(&[4, octet(digest.len())?]);
    info.extend_from_slice(digest);
    let padding = length.checked_sub(info.len() + 3).filter(|padding| *padding >= 8)?;
    let mut encoded = Vec::with_capacity(length);
    encoded.extend_from_slice(&[0, 1]);
    encoded.resize(2 + padding, 0xFF);
    encoded.push(0);
    encoded.extend_from_slice(&info);
    Some(encoded)
}

pub(super) fn verify_pss(
    key: &RsaKey,
    parameters: &PssParameters,
    message: &[u8],
    signature: &[u8],
) -> Verdict {
    let allowed = match &key.pss_only {
        None | Some(PssConstraint::Any) => true,
        Some(PssConstraint::Unreadable) => false,
        Some(PssConstraint::Exactly(limit)) => {
            limit.hash == parameters.hash
                && limit.mask_hash == parameters.mask_hash
                && limit.salt_length <= parameters.salt_length
        }
    };
    if !allowed {
        return Verdict::Invalid(Fault::KeyConstraint);
    }
    if parameters.mask_hash == parameters.hash
        && parameters.salt_length == parameters.hash.length()
        && verifies_fast(key, Scheme::Pss(parameters.hash), message, signature)
    {
        return Verdict::valid();
    }
    let Some(encoded) = raw(key, signature) else { return Verdict::Invalid(Fault::Encoding) };
    let digest = parameters.hash.digest(message);
    Verdict::value(pss_encoding_holds(&encoded, key.bits(), parameters, digest.as_bytes()).unwrap_or(false))
}

/// EMSA-PSS-VERIFY (RFC 8017 9.1.2).
fn pss_encoding_holds(
    encoded: &[u8],
    modulus_bits: u32,
    parameters: &PssParameters,
    digest: &[u8],
) -> Option<bool> {
    let bits = modulus_bits.checked_sub(1)?;
    let length = usize::try_from(bits.div_ceil(8)).ok()?;
    let (front, encoded) = encoded.split_at_checked(encoded.len().checked_sub(length)?)?;
    if front.iter().any(|&octet| octet != 0) {
        return Some(false);
    }
    let hash_length = parameters.hash.length();
    let (body, trailer) = encoded.split_at_checked(length.checked_sub(1)?)?;
    let (masked, h) = body.split_at_checked(body.len().checked_sub(hash_length)?)?;
    if trailer != [0xBC] {
        return Some(false);
    }
    let unused = u32::try_from(length).ok()?.checked_mul(8)?.checked_sub(bits)?;
    let keep = 0xFF_u8.checked_shr(unused)?;
    if masked.first()? & !keep != 0 {
        return Some(false);
    }
    let mut block = mask(parameters.mask_hash, h, masked.len());
    for (octet, masked) in block.iter_mut().zip(masked) {
        *octet ^= masked;
    }
    *block.first_mut()? &= keep;
    let padding = masked.len().checked_sub(parameters.salt_length + 1)?;
    let (zeros, rest) = block.split_at_checked(padding)?;
    let (one, salt) = rest.split_first()?;
    if zeros.iter().any(|&octet| octet != 0) || *one != 1 {
        return Some(false);
    }
    let expected = parameters.hash.digest_parts(&[&[0; 8], digest, salt]);
    Some(expected.as_bytes() == h)
}

/// MGF1 (RFC 8017 B.2.1).
fn mask(hash: HashAlgorithm, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length + hash.length());
    let mut counter = 0_u32;
    while mask.len() < length {
        mask.extend_from_slice(hash.digest_parts(&[seed, &counter.to_be_bytes()]).as_bytes());
        counter += 1;
    }
    mask.truncate(length);
    mask
}
