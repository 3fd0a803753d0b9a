//! Elements of a prime field in Montgomery form, for verification only.
//!
//! Parameters, conversion and inversion are those of `crypto-bigint`; addition and multiplication are
//! written out here for whole arrays of words, in variable time, which the compiler unrolls. That makes
//! brainpool signatures several times faster than with the constant-time operations, and nothing that is
//! verified is secret.

use crypto_bigint::modular::{ConstMontyForm, ConstMontyParams};
use crypto_bigint::{Uint, WideWord, Word};

/// A field element modulo the prime of `M`, always reduced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fe<M: ConstMontyParams<L>, const L: usize>(ConstMontyForm<M, L>);

/// Low and high word.
#[expect(clippy::cast_possible_truncation, reason = "the two halves of a double word, taken on purpose")]
const fn split(value: WideWord) -> (Word, Word) {
    (value as Word, (value >> Word::BITS) as Word)
}

const fn wide(value: Word) -> WideWord {
    value as WideWord
}

impl<M: ConstMontyParams<L>, const L: usize> Fe<M, L> {
    pub(super) const ZERO: Self = Self(ConstMontyForm::ZERO);
    pub(super) const ONE: Self = Self(ConstMontyForm::ONE);

    /// The integer must be below the prime.
    pub(super) fn new(value: &Uint<L>) -> Self {
        Self(ConstMontyForm::new(value))
    }

    fn words(&self) -> &[Word; L] {
        self.0.as_montgomery().as_words()
    }

    fn from_words(words: [Word; L]) -> Self {
        Self(ConstMontyForm::from_montgomery(Uint::from_words(words)))
    }

    /// `None` for zero.
    pub(super) fn invert(&self) -> Option<Self> {
        Option::from(self.0.invert_vartime()).map(Self)
    }

    pub(super) fn neg(&self) -> Self {
        Self::ZERO.sub(self)
    }

    pub(super) fn double(&self) -> Self {
        self.add(self)
    }

    pub(super) fn square(&self) -> Self {
        self.mul(self)
    }

    /// `words` and a carry, which together are below twice the prime, reduced.
    #[inline]
    fn reduced(words: [Word; L], carry: Word) -> Self {
        let modulus = M::PARAMS.modulus().as_ref().as_words();
        let mut difference = [0; L];
        let mut borrow = false;
        for ((to, &word), &prime) in difference.iter_mut().zip(&words).zip(modulus) {
            let (first, one) = word.overflowing_sub(prime);
            let (second, two) = first.overflowing_sub(Word::from(borrow));
            *to = second;
            borrow = one | two;
        }
        Self::from_words(if borrow && carry == 0 { words } else { difference })
    }

    #[inline]
    pub(super) fn add(&self, other: &Self) -> Self {
        let mut sum = [0; L];
        let mut carry = 0;
        for ((to, &one), &two) in sum.iter_mut().zip(self.words()).zip(other.words()) {
            (*to, carry) = split(wide(one) + wide(two) + wide(carry));
        }
        Self::reduced(sum, carry)
    }

    #[inline]
    pub(super) fn sub(&self, other: &Self) -> Self {
        let mut difference = [0; L];
        let mut borrow = false;
        for ((to, &one), &two) in difference.iter_mut().zip(self.words()).zip(other.words()) {
            let (first, low) = one.overflowing_sub(two);
            let (second, high) = first.overflowing_sub(Word::from(borrow));
            *to = second;
            borrow = low | high;
        }
        if borrow {
            let mut carry = 0;
            for (to, &prime) in difference.iter_mut().zip(M::PARAMS.modulus().as_ref().as_words()) {
                (*to, carry) = split(wide(*to) + wide(prime) + wide(carry));
            }
        }
        Self::from_words(difference)
    }

    /// Montgomery multiplication, coarsely integrated operand scanning.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "every index runs below L, the length of the arrays")]
    pub(super) fn mul(&self, other: &Self) -> Self {
        let (a, b) = (self.words(), other.words());
        let modulus = M::PARAMS.modulus().as_ref().as_words();
        let inverse = M::PARAMS.mod_neg_inv().0;
        let mut sum = [0; L];
        let mut top = 0;
        for &digit in b {
            let mut carry = 0;
            for j in 0..L {
                (sum[j], carry) = split(wide(a[j]) * wide(digit) + wide(sum[j]) + wide(carry));
            }
            let (middle, over) = split(wide(top) + wide(carry));
            let factor = sum[0].wrapping_mul(inverse);
            let (_, mut carry) = split(wide(factor) * wide(modulus[0]) + wide(sum[0]));
            for j in 1..L {
                (sum[j - 1], carry) = split(wide(factor) * wide(modulus[j]) + wide(sum[j]) + wide(carry));
            }
            let (low, high) = split(wide(middle) + wide(carry));
            sum[L - 1] = low;
            top = over + high;
        }
        Self::reduced(sum, top)
    }
}
