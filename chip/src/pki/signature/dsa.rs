//! DSA verification (FIPS 186-4 4.7), for the signers of BSI TR-03105.

use ::dsa::signature::hazmat::PrehashVerifier as _;
use ::dsa::{Components, Signature, VerifyingKey};
use crypto_bigint::BoxedUint;

use super::{Fault, Unsupported, Verdict, ecdsa};
use crate::digest::HashAlgorithm;
use crate::pki::public_key::{DsaKey, bits};

pub(super) fn verify(key: &DsaKey, hash: HashAlgorithm, message: &[u8], signature: &[u8]) -> Verdict {
    let Some((r, s)) = ecdsa::der_integers(signature) else { return Verdict::Invalid(Fault::Encoding) };
    let below_q = |value: &[u8]| {
        !value.is_empty() && (value.len() < key.q.len() || (value.len() == key.q.len() && value < &*key.q))
    };
    if !below_q(r) || !below_q(s) {
        return Verdict::Invalid(Fault::Encoding);
    }
    let Some(verifying_key) = verifying_key(key) else {
        return Verdict::Unsupported(Unsupported::KeyValue("DSA key is inconsistent"));
    };
    let number = |octets: &[u8]| BoxedUint::from_be_slice_vartime(octets);
    let Some(signature) = Signature::from_components(number(r), number(s)) else {
        return Verdict::Invalid(Fault::Encoding);
    };
    let digest = hash.digest(message);
    // The leftmost bits of the digest, as many as q has (all sizes of q here are whole octets).
    let length = usize::try_from(bits(&key.q) / 8).unwrap_or(usize::MAX).min(digest.as_bytes().len());
    let prehash = digest.as_bytes().get(..length).unwrap_or_default();
    Verdict::value(verifying_key.verify_prehash(prehash, &signature).is_ok())
}

fn verifying_key(key: &DsaKey) -> Option<VerifyingKey> {
    let number = |octets: &[u8]| BoxedUint::from_be_slice_vartime(octets);
    let components = Components::from_components(number(&key.p), number(&key.q), number(&key.g)).ok()?;
    VerifyingKey::from_components(components, number(&key.y)).ok()
}
