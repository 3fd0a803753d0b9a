//! Public keys (SubjectPublicKeyInfo, RFC 5280 4.1.2.7), decoded once and reused.

use std::fmt;
use std::sync::OnceLock;

use super::curves::Curve;
use super::signature::{PssParameters, Unsupported, ecdsa, rsa};
use crate::ber::{Element, Error, ErrorKind, Reader, tag, without_leading_zeros};
use crate::finding::{Code, Finding};
use crate::oids;

/// Smallest and largest RSA modulus that is computed with, in bits.
pub const RSA_BITS: std::ops::RangeInclusive<u32> = 1024..=8192;

/// A public key with its original octets.
pub struct PublicKey {
    spki: Box<[u8]>,
    kind: KeyKind,
}

/// A key by algorithm.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA.
    Rsa(RsaKey),
    /// Elliptic curve.
    Ec(EcKey),
    /// DSA.
    Dsa(DsaKey),
    /// A key that nothing here computes with.
    Unsupported(Unsupported),
}

/// An RSA key: 1024 to 8192 bits, odd exponent with 3 <= e < 2^33.
pub struct RsaKey {
    /// Modulus, big-endian without leading zeros.
    pub modulus: Box<[u8]>,
    /// Exponent, big-endian without leading zeros.
    pub exponent: Box<[u8]>,
    /// Constraint of an id-RSASSA-PSS key (RFC 4055 3.3).
    pub pss_only: Option<PssConstraint>,
    pub(in crate::pki) prepared: rsa::Prepared,
}

/// What an id-RSASSA-PSS key allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PssConstraint {
    /// Any PSS parameters.
    Any,
    /// These hashes, and at least this salt length.
    Exactly(PssParameters),
    /// Parameters that are not understood: nothing is allowed.
    Unreadable,
}

/// A key on a known curve.
pub struct EcKey {
    /// The curve.
    pub curve: Curve,
    /// The point as encoded (SEC 1 2.3.3); not yet known to lie on the curve.
    pub point: Box<[u8]>,
    pub(in crate::pki) prepared: OnceLock<ecdsa::Prepared>,
}

/// A DSA key; all numbers big-endian without leading zeros.
pub struct DsaKey {
    /// Prime modulus, 1024 to 4096 bits.
    pub p: Box<[u8]>,
    /// Order of the generator, 160 to 512 bits.
    pub q: Box<[u8]>,
    /// Generator.
    pub g: Box<[u8]>,
    /// Public value.
    pub y: Box<[u8]>,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    ///
    /// A key that cannot be computed with (unknown curve, exponent out of range) is
    /// [`KeyKind::Unsupported`], not an error.
    ///
    /// # Errors
    /// Not a SubjectPublicKeyInfo.
    pub fn parse(element: &Element<'_>, findings: &mut Vec<Finding>) -> Result<Self, Error> {
        let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
        let mut algorithm = reader.expect(tag::SEQUENCE)?.reader()?;
        let oid = algorithm.expect(tag::OID)?.oid()?;
        let parameters = algorithm.next()?;
        let key = reader.expect(tag::BIT_STRING)?;
        reader.finish()?;
        let octets = key.bit_string_octets()?;
        let key_offset = key.content_offset() + 1;
        let kind = match oid {
            oids::RSA_ENCRYPTION => rsa_key(octets, key_offset, None, findings)?,
            oids::RSA_PSS => {
                let constraint = match parameters {
                    None => PssConstraint::Any,
                    Some(parameters) => match PssParameters::parse(&parameters) {
                        Ok(Ok(parameters)) => PssConstraint::Exactly(parameters),
                        _ => PssConstraint::Unreadable,
                    },
                };
                rsa_key(octets, key_offset, Some(constraint), findings)?
            }
            oids::EC_PUBLIC_KEY => {
                let parameters = parameters.ok_or_else(|| key.error(ErrorKind::Missing))?;
                match Curve::from_parameters(&parameters, findings)? {
                    Ok(curve) => ec_key(curve, octets, findings),
                    Err(reason) => KeyKind::Unsupported(reason),
                }
            }
            oids::DSA => dsa_key(parameters, octets, key_offset, findings)?,
            other => KeyKind::Unsupported(Unsupported::KeyAlgorithm(other)),
        };
        Ok(Self { spki: element.raw().into(), kind })
    }

    /// Reads a SubjectPublicKeyInfo that fills `der`.
    ///
    /// # Errors
    /// As [`PublicKey::parse`], or octets follow.
    pub fn from_der(der: &[u8], findings: &mut Vec<Finding>) -> Result<Self, Error> {
        Self::parse(&Reader::only(der, tag::SEQUENCE)?, findings)
    }

    /// The SubjectPublicKeyInfo as delivered.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The key by algorithm.
    #[must_use]
    pub fn kind(&self) -> &KeyKind {
        &self.kind
    }

    /// Algorithm and size as people write it, such as `RSA 2048` or `ECDSA brainpoolP256r1`.
    #[must_use]
    pub fn description(&self) -> String {
        match &self.kind {
            KeyKind::Rsa(key) => format!("RSA {}", key.bits()),
            KeyKind::Ec(key) => format!("ECDSA {}", key.curve),
            KeyKind::Dsa(key) => format!("DSA {}", bits(&key.p)),
            KeyKind::Unsupported(reason) => format!("unsupported ({reason})"),
        }
    }

    /// Estimated bits of security (NIST SP 800-57 part 1, 5.6.1); 0 when unsupported.
    #[must_use]
    pub fn security_bits(&self) -> u32 {
        match &self.kind {
            KeyKind::Rsa(key) => modular_security(key.bits()),
            KeyKind::Dsa(key) => modular_security(bits(&key.p)).min(bits(&key.q) / 2),
            KeyKind::Ec(key) => key.curve.parameters().bits / 2,
            KeyKind::Unsupported(_) => 0,
        }
    }
}

impl RsaKey {
    /// Bits of the modulus.
    #[must_use]
    pub fn bits(&self) -> u32 {
        bits(&self.modulus)
    }
}

fn modular_security(modulus_bits: u32) -> u32 {
    match modulus_bits {
        15_360.. => 256,
        7680.. => 192,
        3072.. => 128,
        2048.. => 112,
        1024.. => 80,
        _ => 0,
    }
}

/// Bit length of a big-endian number without leading zeros.
pub(in crate::pki) fn bits(number: &[u8]) -> u32 {
    let octets = u32::try_from(number.len()).unwrap_or(u32::MAX / 8);
    number.first().map_or(0, |first| octets.saturating_mul(8) - first.leading_zeros())
}

fn rsa_key(
    octets: &[u8],
    offset: usize,
    pss_only: Option<PssConstraint>,
    findings: &mut Vec<Finding>,
) -> Result<KeyKind, Error> {
    let within = |error: Error| error.within("RSAPublicKey");
    let mut outer = Reader::at(octets, offset);
    let sequence = outer.expect(tag::SEQUENCE).map_err(within)?;
    outer.finish().map_err(within)?;
    let mut reader = sequence.reader().map_err(within)?;
    let modulus = reader.expect(tag::INTEGER).map_err(within)?;
    // A modulus whose top bit is set without a leading zero is a known encoding mistake; it is not
    // guessed at.
    let modulus = modulus.unsigned_integer().map_err(within)?;
    let exponent = reader.expect(tag::INTEGER).and_then(|e| e.unsigned_integer()).map_err(within)?;
    reader.finish().map_err(within)?;
    let size = bits(modulus);
    if !RSA_BITS.contains(&size) {
        return Ok(KeyKind::Unsupported(Unsupported::ModulusBits(size)));
    }
    if modulus.last().is_none_or(|last| last & 1 == 0) {
        return Ok(KeyKind::Unsupported(Unsupported::KeyValue("RSA modulus is even")));
    }
    // Five octets at most, so that the value cannot overflow.
    let value = match exponent {
        [_, _, _, _, _, _, ..] => 0,
        octets => octets.iter().fold(0_u64, |value, &octet| (value << 8) | u64::from(octet)),
    };
    if !(3..1 << 33).contains(&value) || value & 1 == 0 {
        return Ok(KeyKind::Unsupported(Unsupported::PublicExponent));
    }
    if size < 2048 {
        findings.push(Finding::with(Code::KeyWeak, format!("RSA {size}")));
    }
    Ok(KeyKind::Rsa(RsaKey {
        modulus: modulus.into(),
        exponent: exponent.into(),
        pss_only,
        prepared: rsa::Prepared::default(),
    }))
}

fn ec_key(curve: Curve, point: &[u8], findings: &mut Vec<Finding>) -> KeyKind {
    if !ecdsa::is_implemented(curve) {
        return KeyKind::Unsupported(Unsupported::Curve(Some(curve.oid())));
    }
    if curve.parameters().bits < 224 {
        findings.push(Finding::with(Code::KeyWeak, curve.name()));
    }
    if !matches!(point, [4, ..]) {
        findings.push(Finding::with(Code::CurvePointCompressed, "public key"));
    }
    KeyKind::Ec(EcKey { curve, point: point.into(), prepared: OnceLock::new() })
}

fn dsa_key(
    parameters: Option<Element<'_>>,
    octets: &[u8],
    offset: usize,
    findings: &mut Vec<Finding>,
) -> Result<KeyKind, Error> {
    let Some(parameters) = parameters.filter(|parameters| parameters.tag() == tag::SEQUENCE) else {
        return Ok(KeyKind::Unsupported(Unsupported::KeyValue("DSA parameters are missing")));
    };
    let mut reader = parameters.reader()?;
    let p = reader.expect(tag::INTEGER)?.unsigned_integer()?;
    let q = reader.expect(tag::INTEGER)?.unsigned_integer()?;
    let g = reader.expect(tag::INTEGER)?.unsigned_integer()?;
    let mut inner = Reader::at(octets, offset);
    let y = inner.expect(tag::INTEGER)?.unsigned_integer()?;
    inner.finish()?;
    if !(1024..=4096).contains(&bits(p)) || !(160..=512).contains(&bits(q)) {
        return Ok(KeyKind::Unsupported(Unsupported::ModulusBits(bits(p))));
    }
    if bits(p) < 2048 {
        findings.push(Finding::with(Code::KeyWeak, format!("DSA {}", bits(p))));
    }
    let own = |number: &[u8]| without_leading_zeros(number).into();
    Ok(KeyKind::Dsa(DsaKey { p: own(p), q: own(q), g: own(g), y: own(y) }))
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description())
    }
}

macro_rules! terse_debug {
    ($($type:ident $name:literal),*) => {
        $(impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct($name).finish_non_exhaustive()
            }
        })*
    };
}
terse_debug!(RsaKey "RsaKey", EcKey "EcKey", DsaKey "DsaKey");
