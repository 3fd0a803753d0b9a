//! The card access number: digits printed on a document, a password of PACE (Doc 9303-11 section 4.4).

use std::fmt;

use zeroize::Zeroizing;

/// A card access number. `Debug` shows nothing; the memory is overwritten when it goes.
#[derive(Clone)]
pub struct Can {
    digits: Zeroizing<Vec<u8>>,
}

impl Can {
    /// From its digits: six on documents, 1 to 16 taken; `None` for anything else.
    #[must_use]
    pub fn new(digits: &str) -> Option<Self> {
        let right = (1..=16).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        right.then(|| Self { digits: Zeroizing::new(digits.as_bytes().to_vec()) })
    }

    /// The digits, for a session's record; whoever has them opens the chip.
    #[must_use]
    pub fn expose_digits(&self) -> &[u8] {
        &self.digits
    }

    pub(crate) fn password(&self) -> &[u8] {
        &self.digits
    }
}

impl fmt::Debug for Can {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Can(..)")
    }
}
