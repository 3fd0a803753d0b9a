//! Arithmetic on short Weierstrass curves for verification only (SEC 1 2.2, 4.1.4).
//!
//! One implementation for every curve that the fast library lacks (P-192, P-224, all of brainpool) and
//! for its missing combinations of curve and hash, on the Montgomery forms of `crypto-bigint`. Nothing
//! secret is ever handled, so it runs in variable time: interleaved width-w NAF, Jacobian coordinates.
//! Doubling is the cheap one for a = -3; a brainpool r1 point is first carried to its t1 twin, which has
//! that coefficient (RFC 5639 2.2). The isomorphism is derived from the two generators.

use std::sync::LazyLock;

use crypto_bigint::modular::{ConstMontyParams, FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, Uint};

use super::field::Fe;

use crate::pki::curves::{Curve, Parameters};

/// Width of the NAF of the generator's multiplier: 2^(7-2) points, made once a curve.
const GENERATOR_WIDTH: usize = 7;
/// Width of the NAF of the key's multiplier: 2^(5-2) points, made once a key.
const KEY_WIDTH: usize = 5;

/// A public point, checked and ready.
pub(in crate::pki) trait PublicPoint: Send + Sync {
    /// Whether (r, s) is a signature over this digest. Numbers are big-endian, without leading zeros.
    fn verify(&self, digest: &[u8], r: &[u8], s: &[u8]) -> bool;
}

#[derive(Clone, Copy)]
struct Affine<M: ConstMontyParams<L>, const L: usize> {
    x: Fe<M, L>,
    y: Fe<M, L>,
}

/// Infinity has z = 0.
#[derive(Clone, Copy)]
struct Jacobian<M: ConstMontyParams<L>, const L: usize> {
    x: Fe<M, L>,
    y: Fe<M, L>,
    z: Fe<M, L>,
}

impl<M: ConstMontyParams<L>, const L: usize> Affine<M, L> {
    fn neg(&self) -> Self {
        Self { x: self.x, y: self.y.neg() }
    }
}

impl<M: ConstMontyParams<L>, const L: usize> Jacobian<M, L> {
    const INFINITY: Self = Self { x: Fe::ONE, y: Fe::ONE, z: Fe::ZERO };

    fn from_affine(point: &Affine<M, L>) -> Self {
        Self { x: point.x, y: point.y, z: Fe::ONE }
    }

    fn is_infinity(&self) -> bool {
        self.z == Fe::ZERO
    }

    /// 2P for a = -3. Infinity stays infinity, and so does a point of order two (y = 0).
    fn double(&self) -> Self {
        let delta = self.z.square();
        let gamma = self.y.square();
        let beta = self.x.mul(&gamma);
        let slope = self.x.sub(&delta).mul(&self.x.add(&delta));
        let alpha = slope.double().add(&slope);
        let beta4 = beta.double().double();
        let x = alpha.square().sub(&beta4.double());
        let z = self.y.add(&self.z).square().sub(&gamma).sub(&delta);
        let gamma8 = gamma.square().double().double().double();
        let y = alpha.mul(&beta4.sub(&x)).sub(&gamma8);
        Self { x, y, z }
    }

    /// P + Q with Q affine; every exceptional case is told apart.
    fn add_affine(&self, other: &Affine<M, L>) -> Self {
        if self.is_infinity() {
            return Self::from_affine(other);
        }
        let zz = self.z.square();
        let u2 = other.x.mul(&zz);
        let s2 = other.y.mul(&self.z).mul(&zz);
        let h = u2.sub(&self.x);
        let half_r = s2.sub(&self.y);
        if h == Fe::ZERO {
            return if half_r == Fe::ZERO { self.double() } else { Self::INFINITY };
        }
        let r = half_r.double();
        let hh = h.square();
        let i = hh.double().double();
        let j = h.mul(&i);
        let v = self.x.mul(&i);
        let x = r.square().sub(&j).sub(&v.double());
        let y = r.mul(&v.sub(&x)).sub(&self.y.mul(&j).double());
        let z = self.z.add(&h).square().sub(&zz).sub(&hh);
        Self { x, y, z }
    }

    fn to_affine(self) -> Option<Affine<M, L>> {
        let inverse = self.z.invert()?;
        let square = inverse.square();
        Some(Affine { x: self.x.mul(&square), y: self.y.mul(&square).mul(&inverse) })
    }
}

/// P, 3P, 5P, ... as affine points; `None` when one of them is infinity (impossible for order n > 128).
fn odd_multiples<M: ConstMontyParams<L>, const L: usize>(
    point: &Affine<M, L>,
    width: usize,
) -> Option<Vec<Affine<M, L>>> {
    let twice = Jacobian::from_affine(point).double().to_affine()?;
    let mut current = Jacobian::from_affine(point);
    let mut jacobians = vec![current];
    for _ in 1..1_usize << (width - 2) {
        current = current.add_affine(&twice);
        jacobians.push(current);
    }
    // One inversion for all (Montgomery's trick).
    let mut products = Vec::with_capacity(jacobians.len());
    let mut product = Fe::<M, L>::ONE;
    for jacobian in &jacobians {
        products.push(product);
        product = product.mul(&jacobian.z);
    }
    let mut inverse = product.invert()?;
    let mut points = Vec::with_capacity(jacobians.len());
    for (jacobian, before) in jacobians.iter().zip(&products).rev() {
        let z = inverse.mul(before);
        inverse = inverse.mul(&jacobian.z);
        let square = z.square();
        points.push(Affine { x: jacobian.x.mul(&square), y: jacobian.y.mul(&square).mul(&z) });
    }
    points.reverse();
    Some(points)
}

/// A curve over the field `M`, with its twin of coefficient -3.
struct Domain<M: ConstMontyParams<L>, const L: usize> {
    a: Fe<M, L>,
    b: Fe<M, L>,
    /// (x, y) here is (x * scale2, y * scale3) on the twin.
    scale2: Fe<M, L>,
    scale3: Fe<M, L>,
    generator: Vec<Affine<M, L>>,
    order: FixedMontyParams<L>,
    length: usize,
}

impl<M: ConstMontyParams<L>, const L: usize> Domain<M, L> {
    /// `None` only if the tables of curves were wrong, which the tests would show.
    fn new(own: &Parameters, twin: &Parameters) -> Option<Self> {
        let fe = |octets: &[u8]| uint::<L>(octets).map(|value| Fe::<M, L>::new(&value));
        let (x, y) = (fe(own.x)?, fe(own.y)?);
        let (twin_x, twin_y) = (fe(twin.x)?, fe(twin.y)?);
        let scale2 = twin_x.mul(&x.invert()?);
        let scale3 = twin_y.mul(&y.invert()?);
        let order = Odd::new(uint::<L>(own.n)?).into_option()?;
        Some(Self {
            a: fe(own.a)?,
            b: fe(own.b)?,
            scale2,
            scale3,
            generator: odd_multiples(&Affine { x: twin_x, y: twin_y }, GENERATOR_WIDTH)?,
            order: FixedMontyParams::new_vartime(order),
            length: own.p.len(),
        })
    }

    /// Reads an uncompressed point and checks that it lies on the curve.
    fn point(&self, encoded: &[u8]) -> Option<Vec<Affine<M, L>>> {
        let [4, coordinates @ ..] = encoded else { return None };
        if coordinates.len() != 2 * self.length {
            return None;
        }
        let (x, y) = coordinates.split_at_checked(self.length)?;
        let (x, y) = (uint::<L>(x)?, uint::<L>(y)?);
        if x >= *M::PARAMS.modulus().as_ref() || y >= *M::PARAMS.modulus().as_ref() {
            return None;
        }
        let (x, y) = (Fe::<M, L>::new(&x), Fe::<M, L>::new(&y));
        let right = x.square().add(&self.a).mul(&x).add(&self.b);
        if y.square() != right {
            return None;
        }
        odd_multiples(&Affine { x: x.mul(&self.scale2), y: y.mul(&self.scale3) }, KEY_WIDTH)
    }

    fn verify(&self, key: &[Affine<M, L>], digest: &[u8], r: &[u8], s: &[u8]) -> bool {
        self.check(key, digest, r, s).unwrap_or(false)
    }

    fn check(&self, key: &[Affine<M, L>], digest: &[u8], r: &[u8], s: &[u8]) -> Option<bool> {
        let n: &Uint<L> = self.order.modulus().as_ref();
        let (r, s) = (uint::<L>(r)?, uint::<L>(s)?);
        if r == Uint::ZERO || s == Uint::ZERO || r >= *n || s >= *n {
            return Some(false);
        }
        let scalar = |value: &Uint<L>| FixedMontyForm::new(value, &self.order);
        let inverse: FixedMontyForm<L> = Option::from(scalar(&s).invert_vartime())?;
        let u1 = scalar(&leftmost_bits(digest, n)?).mul(&inverse).retrieve();
        let u2 = scalar(&r).mul(&inverse).retrieve();
        let sum = self.multiply(&u1, key, &u2);
        if sum.is_infinity() {
            return Some(false);
        }
        // x = r or r + n, compared without leaving Jacobian coordinates: X = x * Z^2 (on the twin).
        let factor = sum.z.square().mul(&self.scale2);
        let p: &Uint<L> = M::PARAMS.modulus().as_ref();
        let matches = |x: &Uint<L>| Fe::<M, L>::new(x).mul(&factor) == sum.x;
        if r < *p && matches(&r) {
            return Some(true);
        }
        let second = r.wrapping_add(n);
        Some(second > r && second < *p && matches(&second))
    }

    /// u1 G + u2 Q, interleaved.
    fn multiply(&self, u1: &Uint<L>, key: &[Affine<M, L>], u2: &Uint<L>) -> Jacobian<M, L> {
        let (first, second) = (naf(u1, GENERATOR_WIDTH), naf(u2, KEY_WIDTH));
        let mut sum = Jacobian::INFINITY;
        for (&d1, &d2) in first.iter().zip(&second).rev() {
            if !sum.is_infinity() {
                sum = sum.double();
            }
            for (digit, table) in [(d1, self.generator.as_slice()), (d2, key)] {
                let index = usize::from(digit.unsigned_abs() >> 1);
                if digit > 0 {
                    if let Some(point) = table.get(index) {
                        sum = sum.add_affine(point);
                    }
                } else if digit < 0
                    && let Some(point) = table.get(index)
                {
                    sum = sum.add_affine(&point.neg());
                }
            }
        }
        sum
    }
}

/// Digits of the width-w non-adjacent form, least significant first; one digit a bit and one more.
fn naf<const L: usize>(value: &Uint<L>, width: usize) -> Vec<i8> {
    let length = usize::try_from(Uint::<L>::BITS).unwrap_or(0) + 1;
    let mut digits = vec![0_i8; length];
    let bit = |index: usize| {
        u32::try_from(index).is_ok_and(|index| index < Uint::<L>::BITS && value.bit_vartime(index))
    };
    let mut carry = 0_i16;
    let mut position = 0;
    while position < length {
        if i16::from(bit(position)) == carry {
            position += 1;
            continue;
        }
        let taken = width.min(length - position);
        let word = (0..taken).fold(carry, |word, index| word + (i16::from(bit(position + index)) << index));
        carry = (word >> (width - 1)) & 1;
        let digit = word - (carry << width);
        if let (Some(slot), Ok(digit)) = (digits.get_mut(position), i8::try_from(digit)) {
            *slot = digit;
        }
        position += taken;
    }
    digits
}

/// Big-endian octets as an integer; `None` when they do not fit.
fn uint<const L: usize>(octets: &[u8]) -> Option<Uint<L>> {
    let octets = crate::ber::without_leading_zeros(octets);
    let mut padded = [0_u8; 72];
    let start = Uint::<L>::BYTES.checked_sub(octets.len())?;
    padded.get_mut(start..Uint::<L>::BYTES)?.copy_from_slice(octets);
    Some(Uint::from_be_slice(padded.get(..Uint::<L>::BYTES)?))
}

/// bits2int of SEC 1 4.1.4: the leftmost bits of the digest, as many as the order has, reduced.
fn leftmost_bits<const L: usize>(digest: &[u8], order: &Uint<L>) -> Option<Uint<L>> {
    let order_bits = order.bits_vartime();
    let taken = digest.get(..digest.len().min(usize::try_from(order_bits.div_ceil(8)).ok()?))?;
    let value = uint::<L>(taken)?;
    let excess = u32::try_from(taken.len() * 8).ok()?.saturating_sub(order_bits);
    let value = value.shr_vartime(excess);
    Some(if value >= *order { value.wrapping_sub(order) } else { value })
}

struct Prepared<M: ConstMontyParams<L> + 'static, const L: usize> {
    domain: &'static Domain<M, L>,
    multiples: Vec<Affine<M, L>>,
}

impl<M: ConstMontyParams<L>, const L: usize> PublicPoint for Prepared<M, L> {
    fn verify(&self, digest: &[u8], r: &[u8], s: &[u8]) -> bool {
        self.domain.verify(&self.multiples, digest, r, s)
    }
}

macro_rules! fields {
    ($($field:ident $uint:ident $prime:literal;)*) => {
        $(crypto_bigint::const_monty_params!($field, $uint, $prime, "A field prime.");)*
    };
}

use crypto_bigint::{U192, U256, U320, U384, U512};

fields! {
    P192 U192 "fffffffffffffffffffffffffffffffeffffffffffffffff";
    P224 U256 "00000000ffffffffffffffffffffffffffffffff000000000000000000000001";
    P256 U256 "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    P384 U384 "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff";
    B224 U256 "00000000d7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff";
    B256 U256 "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377";
    B320 U320 "d35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27";
    B384 U384 "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53";
    B512 U512 "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3";
}

macro_rules! domains {
    ($($curve:ident $twin:ident $field:ident $uint:ident;)*) => {
        /// Whether this group computes on the curve.
        pub(super) fn is_implemented(curve: Curve) -> bool {
            matches!(curve, $(Curve::$curve)|*)
        }

        /// Checks and prepares an encoded point; `None` when it is none of the curve's.
        pub(super) fn prepare(curve: Curve, encoded: &[u8]) -> Option<Box<dyn PublicPoint>> {
            match curve {
                $(Curve::$curve => {
                    static DOMAIN: LazyLock<Option<Domain<$field, { <$uint>::LIMBS }>>> = LazyLock::new(|| {
                        Domain::new(Curve::$curve.parameters(), Curve::$twin.parameters())
                    });
                    let domain = DOMAIN.as_ref()?;
                    Some(Box::new(Prepared { domain, multiples: domain.point(encoded)? }))
                })*
                _ => None,
            }
        }
    };
}

domains! {
    P192 P192 P192 U192;
    P224 P224 P224 U256;
    P256 P256 P256 U256;
    P384 P384 P384 U384;
    Brainpool224R1 Brainpool224T1 B224 U256;
    Brainpool224T1 Brainpool224T1 B224 U256;
    Brainpool256R1 Brainpool256T1 B256 U256;
    Brainpool256T1 Brainpool256T1 B256 U256;
    Brainpool320R1 Brainpool320T1 B320 U320;
    Brainpool320T1 Brainpool320T1 B320 U320;
    Brainpool384R1 Brainpool384T1 B384 U384;
    Brainpool384T1 Brainpool384T1 B384 U384;
    Brainpool512R1 Brainpool512T1 B512 U512;
    Brainpool512T1 Brainpool512T1 B512 U512;
}

#[cfg(test)]
mod tests {
    use super::{Curve, is_implemented, prepare};

    #[test]
    fn generators_lie_on_their_curves_and_shifted_points_do_not() {
        for curve in Curve::ALL {
            if !is_implemented(curve) {
                continue;
            }
            let known = curve.parameters();
            let mut encoded = [&[4], known.x, known.y].concat();
            assert!(prepare(curve, &encoded).is_some(), "{curve}");
            *encoded.last_mut().unwrap() ^= 1;
            assert!(prepare(curve, &encoded).is_none(), "{curve}");
            assert!(prepare(curve, &[0]).is_none(), "{curve}");
            let beyond = [&[4], known.p, known.y].concat();
            assert!(prepare(curve, &beyond).is_none(), "{curve}");
        }
    }

    #[test]
    fn signature_of_the_private_key_one_verifies() {
        // With private key d = 1 and nonce k = 1: r = x(G) mod n, s = z + r. Covers the case u1 G + u2 G,
        // where the two tables hold the same points.
        for curve in Curve::ALL.into_iter().filter(|curve| is_implemented(*curve)) {
            let known = curve.parameters();
            let key = prepare(curve, &[&[4], known.x, known.y].concat()).unwrap();
            let bits = 8 * known.n.len();
            let n = num(known.n);
            let r = crate_mod(num(known.x), &n);
            let digest = [7_u8; 20];
            let z = num(&digest);
            let s = crate_mod(add(&z, &r), &n);
            assert!(key.verify(&digest, &r, &s), "{curve} {bits}");
            let mut wrong = digest;
            wrong[0] ^= 1;
            assert!(!key.verify(&wrong, &r, &s), "{curve}");
        }
    }

    fn num(octets: &[u8]) -> Vec<u8> {
        crate::ber::without_leading_zeros(octets).to_vec()
    }

    fn add(one: &[u8], other: &[u8]) -> Vec<u8> {
        let length = one.len().max(other.len()) + 1;
        let at = |n: &[u8], i: usize| n.len().checked_sub(i + 1).map_or(0, |i| u16::from(n[i]));
        let mut sum = vec![0; length];
        let mut carry = 0;
        for i in 0..length {
            let digit = at(one, i) + at(other, i) + carry;
            sum[length - 1 - i] = u8::try_from(digit & 0xFF).unwrap();
            carry = digit >> 8;
        }
        num(&sum)
    }

    fn crate_mod(value: Vec<u8>, modulus: &[u8]) -> Vec<u8> {
        let mut value = value;
        while value.len() > modulus.len() || (value.len() == modulus.len() && value.as_slice() >= modulus) {
            let mut borrow = 0_i16;
            let length = value.len();
            for i in 0..length {
                let take = modulus.len().checked_sub(i + 1).map_or(0, |i| i16::from(modulus[i]));
                let digit = i16::from(value[length - 1 - i]) - take - borrow;
                borrow = i16::from(digit < 0);
                value[length - 1 - i] = u8::try_from(digit & 0xFF).unwrap();
            }
            value = num(&value);
        }
        value
    }
}
