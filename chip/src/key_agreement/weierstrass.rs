//! Arithmetic with secret multipliers on short Weierstrass curves of prime order (SEC 1 section 2.2).
//!
//! One formula adds and doubles without exceptional cases (Renes, Costello, Batina: Complete addition formulas for prime
//! order elliptic curves, algorithm 1), on the constant-time Montgomery forms of `crypto-bigint`; the multiplier is taken
//! in windows of four bits, and the table is read whole each time. So neither the order of operations nor the places
//! that are read depend on it. Multipliers are not reduced: their length alone sets the number of steps.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Choice, CtEq as _, CtSelect as _, Odd, Uint};
use zeroize::Zeroizing;

use crate::pki::curves::Curve;

type Fe<const L: usize> = FixedMontyForm<L>;

/// Runs the body with the group of a curve as `$group`.
macro_rules! on_curve {
    ($curve:expr, $group:ident => $body:expr) => {
        match $curve.field_length().div_ceil(8) {
            3 => Weierstrass::<3>::new($curve).and_then(|$group| $body),
            4 => Weierstrass::<4>::new($curve).and_then(|$group| $body),
            5 => Weierstrass::<5>::new($curve).and_then(|$group| $body),
            6 => Weierstrass::<6>::new($curve).and_then(|$group| $body),
            8 => Weierstrass::<8>::new($curve).and_then(|$group| $body),
            9 => Weierstrass::<9>::new($curve).and_then(|$group| $body),
            _ => None,
        }
    };
}

/// The point times the multiplier; `None` where the point is none of the curve's or the product is infinity.
pub(super) fn multiply(curve: Curve, point: &[u8], multiplier: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    on_curve!(curve, group => {
        let point = group.decode(point)?;
        group.encode(&group.multiply(&point, multiplier))
    })
}

/// The sum of two points; `None` where one is none of the curve's or the sum is infinity.
pub(super) fn add(curve: Curve, first: &[u8], second: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    on_curve!(curve, group => {
        let (first, second) = (group.decode(first)?, group.decode(second)?);
        group.encode(&group.add(&first, &second))
    })
}

/// The point that stands for a number (Doc 9303-11 appendix B.2); the number is big-endian, of any length, and is reduced.
/// `None` for curves over fields with p = 1 mod 4 (P-224) and for the few numbers that have no point.
pub(super) fn map(curve: Curve, number: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    on_curve!(curve, group => {
        let point = group.map(number)?;
        group.encode(&point)
    })
}

/// Projective (x/z, y/z); infinity has z = 0.
#[derive(Clone, Copy)]
struct Point<const L: usize> {
    x: Fe<L>,
    y: Fe<L>,
    z: Fe<L>,
}

struct Weierstrass<const L: usize> {
    field: FixedMontyParams<L>,
    a: Fe<L>,
    b: Fe<L>,
    b3: Fe<L>,
    length: usize,
}

impl<const L: usize> Weierstrass<L> {
    /// `None` only if the tables of curves were wrong, which the tests would show.
    fn new(curve: Curve) -> Option<Self> {
        let known = curve.parameters();
        let field = FixedMontyParams::new_vartime(Odd::new(uint::<L>(known.p)?).into_option()?);
        let a = Fe::new(&uint(known.a)?, &field);
        let b = Fe::new(&uint(known.b)?, &field);
        Some(Self { field, a, b, b3: b.double().add(&b), length: known.p.len() })
    }

    fn small(&self, value: u64) -> Fe<L> {
        Fe::new(&Uint::from_u64(value), &self.field)
    }

    fn infinity(&self) -> Point<L> {
        let (zero, one) = (Fe::zero(&self.field), Fe::one(&self.field));
        Point { x: zero, y: one, z: zero }
    }

    /// x^3 + ax + b.
    fn right_side(&self, x: &Fe<L>) -> Fe<L> {
        x.square().add(&self.a).mul(x).add(&self.b)
    }

    /// Reads an uncompressed point and checks that it lies on the curve; infinity has no such form.
    fn decode(&self, encoded: &[u8]) -> Option<Point<L>> {
        let (form, coordinates) = encoded.split_first()?;
        if *form != 4 || coordinates.len() != self.length.checked_mul(2)? {
            return None;
        }
        let (x, y) = coordinates.split_at_checked(self.length)?;
        let (x, y) = (uint::<L>(x)?, uint::<L>(y)?);
        let p: &Uint<L> = self.field.modulus().as_ref();
        if x >= *p || y >= *p {
            return None;
        }
        let (x, y) = (Fe::new(&x, &self.field), Fe::new(&y, &self.field));
        let on_curve = bool::from(y.square().retrieve().ct_eq(&self.right_side(&x).retrieve()));
        on_curve.then(|| Point { x, y, z: Fe::one(&self.field) })
    }

    fn encode(&self, point: &Point<L>) -> Option<Zeroizing<Vec<u8>>> {
        let inverse = point.z.invert().into_option()?;
        let mut encoded = Zeroizing::new(Vec::with_capacity(1 + 2 * self.length));
        encoded.push(4);
        for coordinate in [point.x, point.y] {
            let value = coordinate.mul(&inverse).retrieve();
            let octets: Zeroizing<Vec<u8>> =
                Zeroizing::new(value.as_words().iter().rev().flat_map(|word| word.to_be_bytes()).collect());
            encoded.extend_from_slice(octets.get(octets.len().checked_sub(self.length)?..)?);
        }
        Some(encoded)
    }

    /// P + Q, whatever they are.
    fn add(&self, p: &Point<L>, q: &Point<L>) -> Point<L> {
        let xx = p.x.mul(&q.x);
        let yy = p.y.mul(&q.y);
        let zz = p.z.mul(&q.z);
        let xy = p.x.add(&p.y).mul(&q.x.add(&q.y)).sub(&xx.add(&yy));
        let xz = p.x.add(&p.z).mul(&q.x.add(&q.z)).sub(&xx.add(&zz));
        let yz = p.y.add(&p.z).mul(&q.y.add(&q.z)).sub(&yy.add(&zz));
        let shared = self.b3.mul(&zz).add(&self.a.mul(&xz));
        let low = yy.sub(&shared);
        let high = yy.add(&shared);
        let azz = self.a.mul(&zz);
        let slope = xx.double().add(&xx).add(&azz);
        let cross = self.a.mul(&xx.sub(&azz)).add(&self.b3.mul(&xz));
        Point {
            x: xy.mul(&low).sub(&yz.mul(&cross)),
            y: low.mul(&high).add(&slope.mul(&cross)),
            z: yz.mul(&high).add(&xy.mul(&slope)),
        }
    }

    fn multiply(&self, point: &Point<L>, multiplier: &[u8]) -> Point<L> {
        let mut table = Vec::with_capacity(16);
        let mut multiple = self.infinity();
        for _ in 0..16 {
            table.push(multiple);
            multiple = self.add(&multiple, point);
        }
        let mut sum = self.infinity();
        for octet in multiplier {
            for digit in [octet >> 4, octet & 0x0F] {
                for _ in 0..4 {
                    sum = self.add(&sum, &sum);
                }
                sum = self.add(&sum, &self.select(&table, digit));
            }
        }
        sum
    }

    /// The entry of this number, every entry being read.
    fn select(&self, table: &[Point<L>], wanted: u8) -> Point<L> {
        let mut chosen = [Uint::<L>::ZERO; 3];
        for (index, entry) in (0_u8..).zip(table) {
            let hit = index.ct_eq(&wanted);
            for (slot, coordinate) in chosen.iter_mut().zip([&entry.x, &entry.y, &entry.z]) {
                *slot = slot.ct_select(coordinate.as_montgomery(), hit);
            }
        }
        let [x, y, z] = chosen.map(|value| Fe::from_montgomery(value, &self.field));
        Point { x, y, z }
    }

    fn map(&self, number: &[u8]) -> Option<Point<L>> {
        let p: &Uint<L> = self.field.modulus().as_ref();
        if p.as_words().first().is_none_or(|word| word & 3 != 3) {
            return None;
        }
        let one = Fe::one(&self.field);
        // 2^32 a step keeps every word size right.
        let step = self.small(1 << 32);
        let mut t = Fe::zero(&self.field);
        for chunk in number.rchunks(4).rev() {
            let digit = chunk.iter().fold(0_u64, |digit, octet| (digit << 8) | u64::from(*octet));
            t = t.mul(&step).add(&self.small(digit));
        }
        let alpha = t.square().neg();
        let sum = alpha.add(&alpha.square());
        let x2 = self.b.neg().mul(&one.add(&sum)).mul(&self.a.mul(&sum).invert().into_option()?);
        let x3 = alpha.mul(&x2);
        let h2 = self.right_side(&x2);
        let u = t.square().mul(&t).mul(&h2);
        // p - 1 - (p + 1) / 4, which is p - 2 - floor(p / 4) here.
        let exponent = p.wrapping_sub(&p.shr_vartime(2)).wrapping_sub(&Uint::from_u64(2));
        let root = h2.pow_vartime(&exponent);
        let square: Choice = root.square().mul(&h2).retrieve().ct_eq(&one.retrieve());
        let pick = |yes: &Fe<L>, no: &Fe<L>| {
            Fe::from_montgomery(no.as_montgomery().ct_select(yes.as_montgomery(), square), &self.field)
        };
        let x = pick(&x2, &x3);
        let y = pick(&root.mul(&h2), &root.mul(&u));
        let on_curve = bool::from(y.square().retrieve().ct_eq(&self.right_side(&x).retrieve()));
        on_curve.then_some(Point { x, y, z: one })
    }
}

/// Big-endian octets as an integer; `None` when they do not fit.
fn uint<const L: usize>(octets: &[u8]) -> Option<Uint<L>> {
    let mut padded = Zeroizing::new([0_u8; 72]);
    let start = (L * 8).checked_sub(octets.len())?;
    padded.get_mut(start..L * 8)?.copy_from_slice(octets);
    Some(Uint::from_be_slice(padded.get(..L * 8)?))
}
