//! ECDSA verification (FIPS 186-5 6.4.2, SEC 1 4.1.4), DER and plain signatures.
//!
//! r and s are read here, strictly: DER with minimal positive integers, or plain with exactly the length
//! of the order. They reach either engine in one canonical form, so both see the same signature.

use aws_lc_rs::signature as aws;

use super::group::{self, PublicPoint};
use super::{EcdsaEncoding, Fault, Verdict};
use crate::ber::{Element, Reader, tag, without_leading_zeros};
use crate::digest::HashAlgorithm;
use crate::pki::curves::Curve;
use crate::pki::public_key::EcKey;

/// A point that was checked, in the form of the engine that first used it.
pub(in crate::pki) enum Prepared {
    /// The fast library's key, for the hash it is bound to.
    Fast(HashAlgorithm, aws::ParsedPublicKey),
    /// Our own group.
    Group(Box<dyn PublicPoint>),
    /// No point of the curve.
    Refused,
}

/// Whether signatures on this curve are computed.
pub(in crate::pki) fn is_implemented(curve: Curve) -> bool {
    curve == Curve::P521 || group::is_implemented(curve)
}

/// The fast library's algorithm for a combination.
fn fast(curve: Curve, hash: HashAlgorithm) -> Option<&'static aws::EcdsaVerificationAlgorithm> {
    Some(match (curve, hash) {
        (Curve::P256, HashAlgorithm::Sha256) => &aws::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, HashAlgorithm::Sha384) => &aws::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, HashAlgorithm::Sha512) => &aws::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, HashAlgorithm::Sha256) => &aws::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, HashAlgorithm::Sha384) => &aws::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, HashAlgorithm::Sha512) => &aws::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, HashAlgorithm::Sha1) => &aws::ECDSA_P521_SHA1_ASN1,
        (Curve::P521, HashAlgorithm::Sha224) => &aws::ECDSA_P521_SHA224_ASN1,
        (Curve::P521, HashAlgorithm::Sha256) => &aws::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, HashAlgorithm::Sha384) => &aws::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, HashAlgorithm::Sha512) => &aws::ECDSA_P521_SHA512_ASN1,
        _ => return None,
    })
}

fn prepare(key: &EcKey, hash: HashAlgorithm) -> Prepared {
    // Both engines take uncompressed points only; the profile allows no other (Doc 9303-12 4.4.2).
    let expected = 1 + 2 * key.curve.field_length();
    if key.point.len() != expected || key.point.first() != Some(&4) {
        return Prepared::Refused;
    }
    if let Some(algorithm) = fast(key.curve, hash) {
        return match aws::ParsedPublicKey::new(algorithm, &*key.point) {
            Ok(parsed) => Prepared::Fast(hash, parsed),
            Err(_) => Prepared::Refused,
        };
    }
    group::prepare(key.curve, &key.point).map_or(Prepared::Refused, Prepared::Group)
}

pub(super) fn verify(
    key: &EcKey,
    hash: HashAlgorithm,
    encoding: EcdsaEncoding,
    message: &[u8],
    signature: &[u8],
) -> Verdict {
    let order = key.curve.parameters().n;
    let integers = match encoding {
        EcdsaEncoding::Der => der_integers(signature),
        EcdsaEncoding::Plain => plain_integers(signature, order.len()),
    };
    let Some((r, s)) = integers else { return Verdict::Invalid(Fault::Encoding) };
    if !in_range(r, order) || !in_range(s, order) {
        return Verdict::Invalid(Fault::Encoding);
    }
    let prepared = key.prepared.get_or_init(|| prepare(key, hash));
    // The same key with another hash: prepared once more, not kept.
    let again;
    let prepared = match prepared {
        Prepared::Fast(bound, _) if *bound != hash => {
            again = prepare(key, hash);
            &again
        }
        Prepared::Group(_) if fast(key.curve, hash).is_some() => {
            again = prepare(key, hash);
            &again
        }
        same => same,
    };
    match prepared {
        Prepared::Fast(_, parsed) => Verdict::value(parsed.verify_sig(message, &der_signature(r, s)).is_ok()),
        Prepared::Group(point) => Verdict::value(point.verify(hash.digest(message).as_bytes(), r, s)),
        Prepared::Refused => Verdict::Invalid(Fault::Point),
    }
}

/// r and s of a strict DER signature, without leading zeros.
pub(super) fn der_integers(signature: &[u8]) -> Option<(&[u8], &[u8])> {
    let sequence = Reader::only(signature, tag::SEQUENCE).ok()?;
    let mut reader = sequence.reader().ok()?;
    let mut integer = || {
        let element = reader.expect(tag::INTEGER).ok().filter(Element::is_der_length)?;
        match element.content() {
            [0, next, ..] if next & 0x80 == 0 => None,
            _ => element.unsigned_integer().ok(),
        }
    };
    let (r, s) = (integer()?, integer()?);
    reader.finish().ok()?;
    sequence.is_der_length().then_some((r, s))
}

fn plain_integers(signature: &[u8], length: usize) -> Option<(&[u8], &[u8])> {
    if signature.len() != 2 * length {
        return None;
    }
    let (r, s) = signature.split_at_checked(length)?;
    Some((without_leading_zeros(r), without_leading_zeros(s)))
}

/// 0 < value < order; `value` has no leading zeros.
fn in_range(value: &[u8], order: &[u8]) -> bool {
    let order = without_leading_zeros(order);
    !value.is_empty() && (value.len() < order.len() || (value.len() == order.len() && value < order))
}

fn der_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(r.len() + s.len() + 8);
    for integer in [r, s] {
        let padding = integer.first().is_none_or(|first| first & 0x80 != 0);
        content.push(2);
        // Orders have at most 66 octets, so every length here is below 256.
        content.push(u8::try_from(integer.len() + usize::from(padding)).unwrap_or(u8::MAX));
        if padding {
            content.push(0);
        }
        content.extend_from_slice(integer);
    }
    let mut signature = Vec::with_capacity(content.len() + 3);
    signature.push(0x30);
    if content.len() >= 0x80 {
        signature.push(0x81);
    }
    signature.push(u8::try_from(content.len()).unwrap_or(u8::MAX));
    signature.extend_from_slice(&content);
    signature
}
