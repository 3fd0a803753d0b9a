//! ECDSA signing on every known curve (FIPS 186-5 section 6.4.1) with deterministic per-message secrets (RFC 6979).
//!
//! The point multiplication is the constant-time one of key agreement, the arithmetic modulo the order runs on constant-time
//! Montgomery forms.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use zeroize::Zeroizing;

use crate::ber::without_leading_zeros;
use crate::digest::HashAlgorithm;
use crate::key_agreement::Domain;
use crate::pki::curves::Curve;

/// Candidates for one signature; each but the first is needed once in 2^100 signatures.
const MAX_CANDIDATES: usize = 16;

/// A private key as long as the order; `None` where it is zero or not below it.
pub(super) fn secret(curve: Curve, octets: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let order = curve.parameters().n;
    let magnitude = without_leading_zeros(octets);
    if magnitude.is_empty() || magnitude.len() > order.len() {
        return None;
    }
    let mut padded = Zeroizing::new(vec![0; order.len()]);
    padded.get_mut(order.len() - magnitude.len()..)?.copy_from_slice(magnitude);
    (**padded < *order).then_some(padded)
}

/// r and s one after the other, each as long as the order.
pub(super) fn sign(curve: Curve, secret: &[u8], hash: HashAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
    let order = Order::new(curve)?;
    let digest = hash.digest(message);
    let reduced = order.octets(&order.number(&order.leftmost(digest.as_bytes()))?)?;
    let mut generator = Generator::new(hash, secret, &reduced);
    for _ in 0..MAX_CANDIDATES {
        let candidate = generator.next(order.octets_of_n.len(), |octets| order.leftmost(octets));
        if candidate.iter().all(|octet| *octet == 0) || **candidate >= *order.octets_of_n {
            continue;
        }
        let domain = Domain::Ec(curve);
        let point = domain.multiply(&domain.generator(), &candidate)?;
        let r = order.number(domain.shared(&point))?;
        let inverse: BoxedMontyForm = order.number(&candidate)?.invert().into_option()?;
        let s = order.number(&reduced)?.add(&r.mul(&order.number(secret)?)).mul(&inverse);
        let (r, s) = (order.octets(&r)?, order.octets(&s)?);
        if [&r, &s].iter().all(|number| number.iter().any(|octet| *octet != 0)) {
            return Some([r.as_slice(), s.as_slice()].concat());
        }
    }
    None
}

/// Arithmetic modulo the order of a curve.
struct Order {
    parameters: BoxedMontyParams,
    octets_of_n: &'static [u8],
    /// Bits that the length in octets has more than the order.
    spare: u32,
}

impl Order {
    fn new(curve: Curve) -> Option<Self> {
        // The order is as long as the field, but for P-521 it may have leading zeros in other tables.
        let octets_of_n = curve.parameters().n;
        let bits = u32::try_from(octets_of_n.len().checked_mul(8)?).ok()?;
        let n = BoxedUint::from_be_slice(octets_of_n, bits).ok()?;
        let parameters = BoxedMontyParams::new(Odd::new(n).into_option()?);
        Some(Self { parameters, octets_of_n, spare: octets_of_n.first()?.leading_zeros() })
    }

    /// The number modulo n; at most as long as n.
    fn number(&self, octets: &[u8]) -> Option<BoxedMontyForm> {
        let bits = u32::try_from(self.octets_of_n.len().checked_mul(8)?).ok()?;
        Some(BoxedMontyForm::new(BoxedUint::from_be_slice(octets, bits).ok()?, &self.parameters))
    }

    /// As long as n.
    fn octets(&self, number: &BoxedMontyForm) -> Option<Zeroizing<Vec<u8>>> {
        let octets = Zeroizing::new(number.retrieve().to_be_bytes().into_vec());
        let tail = octets.get(octets.len().checked_sub(self.octets_of_n.len())?..)?;
        Some(Zeroizing::new(tail.to_vec()))
    }

    /// The leftmost bits, as many as n has (RFC 6979 2.3.2); as long as n.
    fn leftmost(&self, octets: &[u8]) -> Zeroizing<Vec<u8>> {
        let length = self.octets_of_n.len();
        let mut taken = Zeroizing::new(octets.get(..length).unwrap_or(octets).to_vec());
        if taken.len() == length && self.spare > 0 {
            let mut above = 0_u8;
            for octet in taken.iter_mut() {
                let low = *octet << (8 - self.spare);
                *octet = (*octet >> self.spare) | above;
                above = low;
            }
        }
        let mut padded = Zeroizing::new(vec![0; length - taken.len()]);
        padded.extend_from_slice(&taken);
        padded
    }
}

/// HMAC_DRBG as RFC 6979 3.2 sets it up.
struct Generator {
    hash: HashAlgorithm,
    key: Zeroizing<Vec<u8>>,
    value: Zeroizing<Vec<u8>>,
    started: bool,
}

impl Generator {
    fn new(hash: HashAlgorithm, secret: &[u8], digest: &[u8]) -> Self {
        let length = hash.length();
        let mut generator = Self {
            hash,
            key: Zeroizing::new(vec![0; length]),
            value: Zeroizing::new(vec![1; length]),
            started: false,
        };
        for separator in [0, 1] {
            generator.update(separator, &[secret, digest]);
        }
        generator
    }

    fn update(&mut self, separator: u8, data: &[&[u8]]) {
        let mut parts: Vec<&[u8]> = vec![&self.value];
        let separator = [separator];
        parts.push(&separator);
        parts.extend(data);
        let key = hmac(self.hash, &self.key, &parts);
        self.value = hmac(self.hash, &key, &[&self.value]);
        self.key = key;
    }

    fn next(&mut self, length: usize, leftmost: impl Fn(&[u8]) -> Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
        if std::mem::replace(&mut self.started, true) {
            self.update(0, &[]);
        }
        let mut octets = Zeroizing::new(Vec::with_capacity(length + self.hash.length()));
        while octets.len() < length {
            self.value = hmac(self.hash, &self.key, &[&self.value]);
            octets.extend_from_slice(&self.value);
        }
        leftmost(&octets)
    }
}

/// HMAC (RFC 2104) with keys that are not longer than a block, which hash values never are.
fn hmac(hash: HashAlgorithm, key: &[u8], parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let block = match hash {
        HashAlgorithm::Sha1 | HashAlgorithm::Sha224 | HashAlgorithm::Sha256 => 64,
        HashAlgorithm::Sha384 | HashAlgorithm::Sha512 => 128,
    };
    let pad = |octet: u8| {
        let mut padded: Zeroizing<Vec<u8>> = Zeroizing::new(key.iter().map(|key| key ^ octet).collect());
        padded.resize(block, octet);
        padded
    };
    let (inner, outer) = (pad(0x36), pad(0x5C));
    let mut all: Vec<&[u8]> = vec![&inner];
    all.extend(parts);
    let digest = hash.digest_parts(&all);
    Zeroizing::new(hash.digest_parts(&[&outer, digest.as_bytes()]).as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6979 A.2: P-256 with SHA-256 and SHA-1, P-521 with SHA-512 (message "sample").
    #[test]
    fn published_signatures() {
        let p256 = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
        let cases = [
            (
                HashAlgorithm::Sha256,
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
                 F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            ),
            (
                HashAlgorithm::Sha1,
                "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32\
                 6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB",
            ),
        ];
        for (hash, expected) in cases {
            let key = secret(Curve::P256, &hex::decode(p256).unwrap()).unwrap();
            let signature = sign(Curve::P256, &key, hash, b"sample").unwrap();
            assert_eq!(hex::encode_upper(signature), expected, "{hash}");
        }
    }

    #[test]
    fn keys_out_of_range() {
        let order = Curve::P256.parameters().n;
        assert!(secret(Curve::P256, order).is_none() && secret(Curve::P256, &[0; 32]).is_none());
        assert!(secret(Curve::P256, &[1; 33]).is_none() && secret(Curve::P256, &[]).is_none());
        assert_eq!(secret(Curve::P256, &[0, 0, 5]).unwrap().len(), 32);
    }
}
