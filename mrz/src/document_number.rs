//! Document numbers, also those longer than their field (Doc 9303-5 section 4.2.4 and note j, Doc 9303-6
//! note j): nine characters in the field, a filler where the digit would be, then the rest, the digit and a
//! filler at the start of the optional data.

use crate::alphabet::FILLER;
use crate::cells::{Cells, Text};

/// Where a long number's second part stands.
#[derive(Clone, Copy)]
pub struct LongNumber<'a> {
    /// The characters after the first nine.
    pub(crate) remainder: &'a [u8],
    /// The check digit as printed.
    pub(crate) digit: u8,
    /// Line of the digit.
    pub(crate) line: u8,
    /// Column of the digit.
    pub(crate) column: u8,
    /// Optional data that follows the number and its terminating filler.
    pub(crate) rest: &'a [u8],
}

impl<'a> LongNumber<'a> {
    /// Splits optional data that begins with the rest of a number. `None` if there is nothing usable: no
    /// terminating filler, or fewer than two characters before it.
    #[inline]
    pub(crate) fn split(optional: &'a [u8], line: u8, first_column: u8) -> Option<Self> {
        let end = optional.iter().position(|cell| *cell == FILLER)?;
        let (printed, rest) = optional.split_at_checked(end)?;
        let (digit, remainder) = printed.split_last()?;
        if remainder.is_empty() {
            return None;
        }
        let column = first_column.checked_add(u8::try_from(remainder.len()).ok()?)?;
        Some(Self { remainder, digit: *digit, line, column, rest: rest.get(1..).unwrap_or_default() })
    }

    /// The characters after the first nine.
    #[must_use]
    pub const fn remainder(&self) -> Cells<'a> {
        Cells::new(self.remainder)
    }
}

impl core::fmt::Debug for LongNumber<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "LongNumber(digit at line {} column {}, redacted)", self.line, self.column)
    }
}

/// A document number, joined if it is long.
#[derive(Clone, Copy)]
pub struct DocumentNumber<'a> {
    pub(crate) field: &'a [u8],
    pub(crate) long: Option<LongNumber<'a>>,
}

impl<'a> DocumentNumber<'a> {
    /// All characters: the field, and the remainder of a long number.
    #[must_use]
    #[inline]
    pub const fn cells(&self) -> Cells<'a> {
        match &self.long {
            Some(long) => Cells::joined(self.field, long.remainder),
            None => Cells::new(self.field),
        }
    }

    /// The number as text, without the fillers after it.
    #[must_use]
    pub const fn text(&self) -> Text<'a> {
        self.cells().text()
    }

    /// The second part, if the number goes on in the optional data.
    #[must_use]
    pub const fn long(&self) -> Option<&LongNumber<'a>> {
        self.long.as_ref()
    }
}

impl core::fmt::Debug for DocumentNumber<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DocumentNumber({} cells, redacted)", self.cells().len())
    }
}
