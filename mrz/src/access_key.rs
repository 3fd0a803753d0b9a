//! What the chip's access protocols derive their key from: "MRZ information" of Doc 9303-11 (BAC, PACE with
//! the MRZ password): number, birth, expiry, each with its digit.

use core::fmt;

use crate::cells::Cells;

/// Number, birth and expiry with their digits. The full long number counts, without the filler in its check
/// cell. Names and composite play no part, so a key exists even where those are wrong.
#[derive(Clone, Copy)]
pub struct AccessKey<'a> {
    pub(crate) number: Cells<'a>,
    pub(crate) number_digit: u8,
    pub(crate) birth: &'a [u8],
    pub(crate) birth_digit: u8,
    pub(crate) expiry: &'a [u8],
    pub(crate) expiry_digit: u8,
    pub(crate) digits_agree: bool,
}

impl<'a> AccessKey<'a> {
    /// The MRZ information, character by character: hash this (SHA-1) for the key seed.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + Clone + 'a {
        let digits = [self.number_digit, self.birth_digit, self.expiry_digit];
        let [number, birth, expiry] = digits.map(core::iter::once);
        self.number
            .iter()
            .chain(number)
            .chain(self.birth.iter().copied())
            .chain(birth)
            .chain(self.expiry.iter().copied())
            .chain(expiry)
    }

    /// Whether the three printed digits agree. If not, the key is still the best that the text gives.
    #[must_use]
    pub const fn digits_agree(&self) -> bool {
        self.digits_agree
    }
}

impl fmt::Debug for AccessKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(redacted)")
    }
}
