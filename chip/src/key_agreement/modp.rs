//! Diffie-Hellman modulo a prime (RFC 2631), on the constant-time Montgomery forms of `crypto-bigint`.

use std::fmt;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, NonZero, Odd};
use zeroize::Zeroizing;

use super::rfc5114;
use crate::ber::without_leading_zeros;

/// Octets of the primes that are computed with: 1 024 to 4 096 bits.
const PRIME_OCTETS: std::ops::RangeInclusive<usize> = 128..=512;

/// A group: prime p, generator g and, where it is known, the order q of g. Numbers are big-endian without leading zeros.
#[derive(Clone, PartialEq, Eq)]
pub struct DhGroup {
    p: Box<[u8]>,
    g: Box<[u8]>,
    q: Option<Box<[u8]>>,
}

impl DhGroup {
    /// A group of RFC 5114 by its standardised id, 0 to 2.
    #[must_use]
    pub fn standardised(id: u8) -> Option<Self> {
        let known = rfc5114::GROUPS.get(usize::from(id))?;
        let octets = |digits: &str| -> Option<Box<[u8]>> {
            digits
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                .collect()
        };
        Some(Self { p: octets(known.p)?, g: octets(known.g)?, q: Some(octets(known.q)?) })
    }

    /// A group from numbers that were read; `None` where the prime is even or not of 1 024 to 4 096 bits, the generator
    /// is not between 1 and p - 1, or the order does not divide p - 1 or is not the generator's.
    pub(super) fn from_numbers(p: &[u8], g: &[u8], q: Option<&[u8]>) -> Option<Self> {
        let [p, g] = [p, g].map(without_leading_zeros);
        let q = q.map(without_leading_zeros).filter(|q| !q.is_empty());
        if !PRIME_OCTETS.contains(&p.len()) || p.last().is_none_or(|last| last & 1 == 0) {
            return None;
        }
        let group = Self { p: p.into(), g: g.into(), q: q.map(Into::into) };
        let cofactor_is_whole = q.is_none() || group.cofactor().is_some();
        (cofactor_is_whole && group.element(g).is_some()).then_some(group)
    }

    /// Length of p in octets.
    pub(super) fn length(&self) -> usize {
        self.p.len()
    }

    /// Length of a secret exponent in octets: that of q and 64 bits more, or that of p.
    pub(super) fn exponent_length(&self) -> usize {
        self.q.as_ref().map_or(self.p.len(), |q| q.len().saturating_add(8))
    }

    pub(super) fn generator(&self) -> &[u8] {
        &self.g
    }

    #[cfg(test)]
    pub(super) fn prime(&self) -> &[u8] {
        &self.p
    }

    /// Whether both groups have the same prime and generator.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.p == other.p && self.g == other.g
    }

    fn parameters(&self) -> Option<BoxedMontyParams> {
        let p = BoxedUint::from_be_slice(&self.p, self.bits()?).ok()?;
        Some(BoxedMontyParams::new_vartime(Odd::new(p).into_option()?))
    }

    fn bits(&self) -> Option<u32> {
        u32::try_from(self.p.len().checked_mul(8)?).ok()
    }

    /// A number of the chip's, checked as RFC 2631 2.1.5 asks: 2 <= y <= p - 2, and of order q where q is known.
    fn element(&self, value: &[u8]) -> Option<(BoxedMontyForm, BoxedMontyParams)> {
        let value = without_leading_zeros(value);
        let mut top = self.p.to_vec();
        *top.last_mut()? &= 0xFE;
        let below = value.len() < top.len() || (value.len() == top.len() && *value < *top);
        let above = value.len() > 1 || value.first().is_some_and(|only| *only > 1);
        if !(below && above) {
            return None;
        }
        let parameters = self.parameters()?;
        let number = BoxedUint::from_be_slice(value, self.bits()?).ok()?;
        let element = BoxedMontyForm::new(number, &parameters);
        if let Some(q) = &self.q {
            let power = power(&element, q)?;
            if power.retrieve() != BoxedMontyForm::one(&parameters).retrieve() {
                return None;
            }
        }
        Some((element, parameters))
    }

    fn octets(&self, value: &BoxedMontyForm) -> Option<Zeroizing<Vec<u8>>> {
        let octets = Zeroizing::new(value.retrieve().to_be_bytes().into_vec());
        let octets = octets.get(octets.len().checked_sub(self.p.len())?..)?;
        Some(Zeroizing::new(octets.to_vec()))
    }

    /// The element to the exponent, as long as p; `None` where the element is not acceptable or the power is 1.
    pub(super) fn power(&self, element: &[u8], exponent: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (element, parameters) = self.element(element)?;
        let power = power(&element, exponent)?;
        let trivial = power.retrieve() == BoxedMontyForm::one(&parameters).retrieve();
        if trivial { None } else { self.octets(&power) }
    }

    /// The product of two elements; `None` where one is not acceptable or the product is 1.
    pub(super) fn product(&self, first: &[u8], second: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (first, parameters) = self.element(first)?;
        let (second, _) = self.element(second)?;
        let product = first.mul(&second);
        let trivial = product.retrieve() == BoxedMontyForm::one(&parameters).retrieve();
        if trivial { None } else { self.octets(&product) }
    }

    /// The number, of any length, carried into the subgroup: x^((p - 1) / q) (Doc 9303-11 4.4.3.3.2); `None` where that
    /// is 1 or q is not known.
    pub(super) fn map(&self, number: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let parameters = self.parameters()?;
        let bits = self.bits()?;
        let digit = |octets: &[u8]| {
            Some(BoxedMontyForm::new(BoxedUint::from_be_slice(octets, bits).ok()?, &parameters))
        };
        let step = digit(&[1, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let mut x = BoxedMontyForm::zero(&parameters);
        for chunk in number.rchunks(8).rev() {
            x = x.mul(&step).add(&digit(chunk)?);
        }
        let mapped = self.octets(&x.pow(&self.cofactor()?))?;
        self.element(&mapped)?;
        Some(mapped)
    }

    /// (p - 1) / q; `None` where q is not known or does not divide.
    fn cofactor(&self) -> Option<BoxedUint> {
        let bits = self.bits()?;
        let mut even = self.p.to_vec();
        *even.last_mut()? &= 0xFE;
        let even = BoxedUint::from_be_slice(&even, bits).ok()?;
        let q = BoxedUint::from_be_slice(self.q.as_deref()?, bits).ok()?;
        let (cofactor, rest) = even.div_rem_vartime(&NonZero::new(q).into_option()?);
        bool::from(rest.is_zero()).then_some(cofactor)
    }
}

fn power(element: &BoxedMontyForm, exponent: &[u8]) -> Option<BoxedMontyForm> {
    let bits = u32::try_from(exponent.len().checked_mul(8)?).ok()?;
    let exponent = Zeroizing::new(exponent.to_vec());
    let number = BoxedUint::from_be_slice(&exponent, bits).ok()?;
    Some(element.pow_bounded_exp(&number, bits))
}

impl fmt::Debug for DhGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DhGroup({} bits, order known: {})", self.p.len() * 8, self.q.is_some())
    }
}
