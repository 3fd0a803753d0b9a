//! Key agreement over the domain parameters of Doc 9303-11 section 9.5: elliptic curves and Diffie-Hellman groups.
//!
//! Elements are octets everywhere: uncompressed points, or big-endian numbers. Every operation checks what it is given, so
//! no caller can compute on a point off the curve, on infinity or on an element of small order. Parameters that a chip
//! states explicitly are compared with known ones; nothing is computed on curves that a chip brought.

mod modp;
mod rfc5114;
mod weierstrass;

use std::fmt;

use zeroize::Zeroizing;

pub use modp::DhGroup;

use crate::ber::{Element, Oid, Reader, tag, without_leading_zeros};
use crate::digest::HashAlgorithm;
use crate::oids;
use crate::pki::curves::Curve;

/// standardizedDomainParameters (Doc 9303-11 9.2.9, BSI TR-03110-3 A.2.1.1).
const STANDARDISED: Oid = Oid::of(&[0, 4, 0, 127, 0, 7, 1, 2]);
/// dhpublicnumber (RFC 3279 2.3.3).
const DH_PUBLIC_NUMBER: Oid = Oid::of(&[1, 2, 840, 10046, 2, 1]);
/// dhKeyAgreement (PKCS #3).
const DH_KEY_AGREEMENT: Oid = Oid::of(&[1, 2, 840, 113_549, 1, 3, 1]);

/// A public element in the short form that terminal authentication signs: x of a point, SHA-1 of a number (Doc 9303-11
/// 7.1.4.1.3, 7.1.4.2.3). Public, and different in each session.
#[derive(Clone, PartialEq, Eq)]
pub struct CompressedKey(Box<[u8]>);

impl CompressedKey {
    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CompressedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompressedKey({} octets)", self.0.len())
    }
}

/// A group in which two sides agree on a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Domain {
    /// An elliptic curve.
    Ec(Curve),
    /// A subgroup modulo a prime.
    Dh(DhGroup),
}

impl Domain {
    /// By standardised id: 0 to 2 and 8 to 18 (Doc 9303-11 table 11); `None` for the ids that are reserved.
    #[must_use]
    pub fn standardised(id: u8) -> Option<Self> {
        Some(Self::Ec(match id {
            0..=2 => return DhGroup::standardised(id).map(Self::Dh),
            8 => Curve::P192,
            9 => Curve::Brainpool192R1,
            10 => Curve::P224,
            11 => Curve::Brainpool224R1,
            12 => Curve::P256,
            13 => Curve::Brainpool256R1,
            14 => Curve::Brainpool320R1,
            15 => Curve::P384,
            16 => Curve::Brainpool384R1,
            17 => Curve::Brainpool512R1,
            18 => Curve::P521,
            _ => return None,
        }))
    }

    /// From an AlgorithmIdentifier: a standardised id, a known curve by name or by explicit parameters, or a
    /// Diffie-Hellman group; `None` where it is none of them.
    #[must_use]
    pub fn from_algorithm(algorithm: &Element<'_>) -> Option<Self> {
        let mut reader = algorithm.expect(tag::SEQUENCE).ok()?.reader().ok()?;
        let oid = reader.expect(tag::OID).ok()?.oid().ok()?;
        let parameters = reader.required().ok()?;
        match oid {
            STANDARDISED => Self::standardised(u8::try_from(parameters.small_integer().ok()?).ok()?),
            oids::EC_PUBLIC_KEY => {
                Curve::from_parameters(&parameters, &mut Vec::new()).ok()?.ok().map(Self::Ec)
            }
            DH_PUBLIC_NUMBER | DH_KEY_AGREEMENT => {
                let mut numbers = parameters.expect(tag::SEQUENCE).ok()?.reader().ok()?;
                let p = numbers.expect(tag::INTEGER).ok()?.unsigned_integer().ok()?;
                let g = numbers.expect(tag::INTEGER).ok()?.unsigned_integer().ok()?;
                // PKCS #3 has a length of the secret here instead of an order.
                let q = match numbers.optional(tag::INTEGER).ok()? {
                    Some(q) if oid == DH_PUBLIC_NUMBER => Some(q.unsigned_integer().ok()?),
                    _ => None,
                };
                let group = DhGroup::from_numbers(p, g, q)?;
                // A known group brings its order along.
                let known = (0..3).filter_map(DhGroup::standardised).find(|known| known.is_same(&group));
                Some(Self::Dh(known.unwrap_or(group)))
            }
            _ => None,
        }
    }

    /// Reads a SubjectPublicKeyInfo: parameters and public element. The element is not checked yet.
    #[must_use]
    pub fn from_public_key(spki: &Element<'_>) -> Option<(Self, Box<[u8]>)> {
        let mut reader = spki.expect(tag::SEQUENCE).ok()?.reader().ok()?;
        let domain = Self::from_algorithm(&reader.expect(tag::SEQUENCE).ok()?)?;
        let octets = reader.expect(tag::BIT_STRING).ok()?.bit_string_octets().ok()?;
        let element = match &domain {
            Self::Ec(_) => octets,
            // The number is an INTEGER inside the BIT STRING (RFC 3279 2.3.3); some chips leave the wrapping out.
            Self::Dh(_) => Reader::only(octets, tag::INTEGER)
                .and_then(|integer| integer.unsigned_integer())
                .unwrap_or(octets),
        };
        Some((domain, element.into()))
    }

    /// Whether this is an elliptic curve.
    #[must_use]
    pub const fn is_elliptic(&self) -> bool {
        matches!(self, Self::Ec(_))
    }

    /// Octets that a secret key takes from the caller's generator: as long as the order and 64 bits more, so that no
    /// residue is preferred noticeably.
    #[must_use]
    pub fn secret_length(&self) -> usize {
        match self {
            Self::Ec(curve) => curve.parameters().n.len().saturating_add(8),
            Self::Dh(group) => group.exponent_length(),
        }
    }

    /// The generator as an element.
    pub(crate) fn generator(&self) -> Vec<u8> {
        match self {
            Self::Ec(curve) => {
                let known = curve.parameters();
                [&[4], known.x, known.y].concat()
            }
            Self::Dh(group) => group.generator().to_vec(),
        }
    }

    /// element times (or to the) secret; `None` where the element is not acceptable or the result is neutral.
    pub(crate) fn multiply(&self, element: &[u8], secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Ec(curve) => weierstrass::multiply(*curve, element, secret),
            Self::Dh(group) => group.power(element, secret),
        }
    }

    /// The sum (or product) of two elements; `None` where one is not acceptable or the result is neutral.
    pub(crate) fn combine(&self, first: &[u8], second: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Ec(curve) => weierstrass::add(*curve, first, second),
            Self::Dh(group) => group.product(first, second),
        }
    }

    /// The element that stands for a number (integrated mapping).
    pub(crate) fn map(&self, number: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Ec(curve) => weierstrass::map(*curve, number),
            Self::Dh(group) => group.map(number),
        }
    }

    /// The prime of the field.
    #[cfg(test)]
    pub(crate) fn prime_for_tests(&self) -> Vec<u8> {
        match self {
            Self::Ec(curve) => curve.parameters().p.to_vec(),
            Self::Dh(group) => group.prime().to_vec(),
        }
    }

    /// Bits of the field.
    pub(crate) fn field_bits(&self) -> usize {
        match self {
            Self::Ec(curve) => curve.parameters().bits as usize,
            Self::Dh(group) => group.length().saturating_mul(8),
        }
    }

    /// The shared secret of an agreed element: its x, or the number as long as p (Doc 9303-11 9.6).
    pub(crate) fn shared<'a>(&self, element: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Ec(curve) => element.get(1..curve.field_length().saturating_add(1)).unwrap_or_default(),
            Self::Dh(_) => element,
        }
    }

    /// An element as it stands in data objects: points uncompressed, numbers without leading zeros (Doc 9303-11 9.4).
    pub(crate) fn encoded<'a>(&self, element: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Ec(_) => element,
            Self::Dh(_) => without_leading_zeros(element),
        }
    }

    /// An element in its short form; the number as data objects carry it.
    pub(crate) fn compressed(&self, element: &[u8]) -> CompressedKey {
        CompressedKey(match self {
            Self::Ec(_) => self.shared(element).into(),
            Self::Dh(_) => HashAlgorithm::Sha1.digest(self.encoded(element)).as_bytes().into(),
        })
    }

    /// Tag of an element in a public key data object (Doc 9303-11 9.4).
    pub(crate) const fn public_key_tag(&self) -> u8 {
        if self.is_elliptic() { 0x86 } else { 0x84 }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ec(curve) => curve.fmt(f),
            Self::Dh(group) => write!(f, "Diffie-Hellman with {} bits", group.length() * 8),
        }
    }
}

#[cfg(test)]
mod openssl_tests;
#[cfg(test)]
mod tests;
