//! Elliptic curves that documents use (FIPS 186-4, RFC 5639), and recognition of explicit parameters.
//!
//! Doc 9303-12 asks for explicit parameters, so whoever makes a key also states its curve. Parameters are
//! therefore only ever compared with the curves known here, value by value; nothing is computed on
//! parameters that a document brought (CVE-2020-0601). Harmless differences of encoding are accepted:
//! leading zeros, a seed, a missing cofactor, a compressed generator.

mod parameters;

use crate::ber::without_leading_zeros as ber_magnitude;
use crate::ber::{Element, Error, Oid, tag};
use crate::finding::{Code, Finding};
use crate::oids;
use crate::pki::signature::Unsupported;

/// A known curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Curve {
    /// P-192.
    P192,
    /// P-224.
    P224,
    /// P-256.
    P256,
    /// P-384.
    P384,
    /// P-521.
    P521,
    /// brainpoolP160r1: recognised, not computed on.
    Brainpool160R1,
    /// brainpoolP160t1: recognised, not computed on.
    Brainpool160T1,
    /// brainpoolP192r1: recognised, not computed on.
    Brainpool192R1,
    /// brainpoolP192t1: recognised, not computed on.
    Brainpool192T1,
    /// brainpoolP224r1.
    Brainpool224R1,
    /// brainpoolP224t1.
    Brainpool224T1,
    /// brainpoolP256r1.
    Brainpool256R1,
    /// brainpoolP256t1.
    Brainpool256T1,
    /// brainpoolP320r1.
    Brainpool320R1,
    /// brainpoolP320t1.
    Brainpool320T1,
    /// brainpoolP384r1.
    Brainpool384R1,
    /// brainpoolP384t1.
    Brainpool384T1,
    /// brainpoolP512r1.
    Brainpool512R1,
    /// brainpoolP512t1.
    Brainpool512T1,
}

/// Domain parameters y^2 = x^3 + ax + b over p, generator (x, y) of prime order n, cofactor 1.
///
/// All numbers are big-endian and as long as the field.
#[derive(Debug)]
pub struct Parameters {
    /// Name as people write it.
    pub name: &'static str,
    /// Bits of the field.
    pub bits: u32,
    /// Field prime.
    pub p: &'static [u8],
    /// Coefficient a.
    pub a: &'static [u8],
    /// Coefficient b.
    pub b: &'static [u8],
    /// Generator, x.
    pub x: &'static [u8],
    /// Generator, y.
    pub y: &'static [u8],
    /// Order of the generator.
    pub n: &'static [u8],
}

/// Hexadecimal digits to octets, at compile time.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, where a wrong index does not build")]
const fn octets<const LENGTH: usize>(hex: &str) -> [u8; LENGTH] {
    const fn digit(c: u8) -> u8 {
        if c >= b'a' { c - b'a' + 10 } else { c - b'0' }
    }
    let hex = hex.as_bytes();
    assert!(hex.len() == 2 * LENGTH, "two digits an octet");
    let mut octets = [0; LENGTH];
    let mut index = 0;
    while index < LENGTH {
        octets[index] = digit(hex[2 * index]) << 4 | digit(hex[2 * index + 1]);
        index += 1;
    }
    octets
}

impl Curve {
    /// All known curves.
    pub const ALL: [Self; 19] = [
        Self::P192,
        Self::P224,
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Brainpool160R1,
        Self::Brainpool160T1,
        Self::Brainpool192R1,
        Self::Brainpool192T1,
        Self::Brainpool224R1,
        Self::Brainpool224T1,
        Self::Brainpool256R1,
        Self::Brainpool256T1,
        Self::Brainpool320R1,
        Self::Brainpool320T1,
        Self::Brainpool384R1,
        Self::Brainpool384T1,
        Self::Brainpool512R1,
        Self::Brainpool512T1,
    ];

    /// Domain parameters.
    #[must_use]
    pub fn parameters(self) -> &'static Parameters {
        parameters::of(self)
    }

    /// Name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.parameters().name
    }

    /// Length of a coordinate in octets.
    #[must_use]
    pub fn field_length(self) -> usize {
        self.parameters().p.len()
    }

    /// Object identifier.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            Self::P192 => Oid::of(&[1, 2, 840, 10045, 3, 1, 1]),
            Self::P224 => Oid::of(&[1, 3, 132, 0, 33]),
            Self::P256 => Oid::of(&[1, 2, 840, 10045, 3, 1, 7]),
            Self::P384 => Oid::of(&[1, 3, 132, 0, 34]),
            Self::P521 => Oid::of(&[1, 3, 132, 0, 35]),
            Self::Brainpool160R1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 1]),
            Self::Brainpool160T1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 2]),
            Self::Brainpool192R1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 3]),
            Self::Brainpool192T1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 4]),
            Self::Brainpool224R1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 5]),
            Self::Brainpool224T1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 6]),
            Self::Brainpool256R1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 7]),
            Self::Brainpool256T1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 8]),
            Self::Brainpool320R1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 9]),
            Self::Brainpool320T1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 10]),
            Self::Brainpool384R1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 11]),
            Self::Brainpool384T1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 12]),
            Self::Brainpool512R1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 13]),
            Self::Brainpool512T1 => Oid::of(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 14]),
        }
    }

    /// By object identifier.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.oid() == *oid)
    }

    /// Reads ECParameters: a name, or explicit parameters that equal a known curve.
    ///
    /// # Errors
    /// Outer: not ECParameters. Inner: parameters that are not a known curve's.
    pub fn from_parameters(
        element: &Element<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<Result<Self, Unsupported>, Error> {
        match element.tag() {
            tag::OID => {
                let oid = element.oid()?;
                findings.push(Code::CurveNamed.into());
                Ok(Self::from_oid(&oid).ok_or(Unsupported::Curve(Some(oid))))
            }
            tag::SEQUENCE => explicit(element, findings),
            // implicitCurve (NULL) names no curve at all.
            _ => Ok(Err(Unsupported::Curve(None))),
        }
    }
}

/// SpecifiedECDomain (X9.62, SEC 1 C.2): version, fieldID, curve, base, order, cofactor, hash.
fn explicit(element: &Element<'_>, findings: &mut Vec<Finding>) -> Result<Result<Curve, Unsupported>, Error> {
    let unknown = Ok(Err(Unsupported::Curve(None)));
    let mut reader = element.reader()?;
    reader.expect(tag::INTEGER)?;
    let mut field = reader.expect(tag::SEQUENCE)?.reader()?;
    if field.expect(tag::OID)?.oid()? != oids::PRIME_FIELD {
        return unknown;
    }
    let p = field.expect(tag::INTEGER)?.unsigned_integer()?;
    let mut coefficients = reader.expect(tag::SEQUENCE)?.reader()?;
    let a = coefficients.expect(tag::OCTET_STRING)?.content();
    let b = coefficients.expect(tag::OCTET_STRING)?.content();
    let base = reader.expect(tag::OCTET_STRING)?.content();
    let order = reader.expect(tag::INTEGER)?.unsigned_integer()?;
    let cofactor = match reader.optional(tag::INTEGER)? {
        Some(cofactor) => Some(cofactor.unsigned_integer()?),
        None => None,
    };
    let same = |value: &[u8], known: &[u8]| ber_magnitude(value) == ber_magnitude(known);
    let Some(curve) = Curve::ALL.into_iter().find(|curve| {
        let known = curve.parameters();
        same(p, known.p)
            && same(a, known.a)
            && same(b, known.b)
            && same(order, known.n)
            && cofactor.is_none_or(|cofactor| cofactor == [1])
            && is_point(base, known.x, known.y)
    }) else {
        return unknown;
    };
    let length = curve.field_length();
    if a.len() != length || b.len() != length {
        findings.push(Code::CurveParameterLength.into());
    }
    if cofactor.is_none() {
        findings.push(Code::CurveCofactorMissing.into());
    }
    if !matches!(base, [4, ..]) {
        findings.push(Finding::with(Code::CurvePointCompressed, "generator"));
    }
    Ok(Ok(curve))
}

/// Whether an encoded point (SEC 1 2.3.3: uncompressed, compressed or hybrid) is (x, y).
fn is_point(encoded: &[u8], x: &[u8], y: &[u8]) -> bool {
    let parity = y.last().map_or(0, |last| last & 1);
    match encoded {
        [4, both @ ..] => both.len() == 2 * x.len() && both.strip_prefix(x) == Some(y),
        [form @ (6 | 7), both @ ..] => form & 1 == parity && both.strip_prefix(x) == Some(y),
        [form @ (2 | 3), only @ ..] => form & 1 == parity && only == x,
        _ => false,
    }
}

impl std::fmt::Display for Curve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
