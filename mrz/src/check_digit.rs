//! Check digits: weights 7, 3, 1 from the left over the concatenated span, sum modulo 10 (Doc 9303-3
//! section 4.9), and what the zone's printed digits say.

use core::fmt;

use crate::alphabet::{self, FILLER};

/// Weights for a span that starts in any of the three phases; longer than any span on one line.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling: a wrong index does not build")]
const WEIGHTS: [u8; 99] = {
    let mut weights = [7_u8; 99];
    let mut i = 0;
    while i < 99 {
        if i % 3 == 1 {
            weights[i] = 3;
        } else if i % 3 == 2 {
            weights[i] = 1;
        }
        i += 1;
    }
    weights
};

/// The check digit of these cells as the character `0` to `9`; `None` if a cell is outside the alphabet.
///
/// ```
/// assert_eq!(verifier_mrz::check_digit::compute(*b"520727"), Some(b'3'));
/// assert_eq!(verifier_mrz::check_digit::compute(*b"AB2134<<<"), Some(b'5'));
/// ```
#[must_use]
pub fn compute(cells: impl IntoIterator<Item = u8>) -> Option<u8> {
    let mut sum = 0_u32;
    for (cell, weight) in cells.into_iter().zip([7_u32, 3, 1].into_iter().cycle()) {
        // Below 245 a cell: a span of more than 17 million cells would be needed to overflow.
        sum = (sum + u32::from(alphabet::value(cell)?) * weight) % 10;
    }
    digit(sum)
}

/// The character of a sum.
#[inline(always)]
pub(crate) fn digit(sum: u32) -> Option<u8> {
    u8::try_from(sum % 10).ok().map(|d| d + b'0')
}

/// Weighted sum of cell values when `phase` cells of the span stand before them. The values must be inside
/// the alphabet and at most 96: the caller has seen to it.
#[inline(always)]
pub(crate) fn weigh(values: &[u8], phase: usize) -> u32 {
    let weights = WEIGHTS.get(phase % 3..).unwrap_or_default();
    let sum = values.iter().zip(weights).fold(0_u16, |sum, (value, weight)| {
        sum.wrapping_add(u16::from(*value).wrapping_mul(u16::from(*weight)))
    });
    u32::from(sum)
}

/// Which printed digit a check is. The spelling is that of the JSON contract (DESIGN.md section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CheckField {
    /// The digit of the document (or visa) number.
    DocumentNumber,
    /// The digit of the date of birth.
    BirthDate,
    /// The digit of the date of expiry.
    ExpiryDate,
    /// The digit of TD3's personal number or optional data.
    Optional1,
    /// The composite digit.
    Composite,
    /// A digit over a whole line (national driving licences).
    Line,
}

impl CheckField {
    /// Name in contracts and check ids (`mrz.digit.<name>`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DocumentNumber => "document_number",
            Self::BirthDate => "birth_date",
            Self::ExpiryDate => "expiry_date",
            Self::Optional1 => "optional_1",
            Self::Composite => "composite",
            Self::Line => "line",
        }
    }
}

impl fmt::Display for CheckField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a printed digit compares with the computed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Agreement {
    /// The printed digit is the computed one.
    Agrees,
    /// A filler where Doc 9303-4 allows it: TD3 positions 29-42 are all fillers.
    AgreesAsFiller,
    /// A filler that a named national deviation prints ([`crate::Deviation`]).
    AgreesByDeviation,
    /// The digit of a long number agrees only if the filler in the check cell is counted. Strictly wrong;
    /// printed by some Belgian and Portuguese cards. The lenient layer takes it with a warning.
    OnlyWithFiller,
    /// A filler stands where the digit would be `0`. Strictly wrong.
    FillerForZero,
    /// The printed character is not the computed digit.
    Disagrees,
    /// Nothing could be computed: the span has cells outside the alphabet, or a long number has no digit.
    NotComputable,
}

/// One printed check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which digit.
    pub field: CheckField,
    /// Line of the check cell, from 1.
    pub line: u8,
    /// Column of the check cell, from 1.
    pub column: u8,
    /// The computed digit as a character; `None` if it could not be computed. It is a filler only where the
    /// filler is what belongs there.
    pub expected: Option<char>,
    /// The printed character; U+FFFD if it is outside the alphabet.
    pub found: char,
    /// How they compare.
    pub agreement: Agreement,
    pub(crate) tolerated: bool,
}

impl Check {
    /// Whether the digit may be relied on: it agrees, by the standard, by a named deviation, or (in a zone
    /// that the lenient layer made) by its tolerance for long numbers.
    #[must_use]
    #[inline]
    pub const fn ok(&self) -> bool {
        match self.agreement {
            Agreement::Agrees | Agreement::AgreesAsFiller | Agreement::AgreesByDeviation => true,
            Agreement::OnlyWithFiller => self.tolerated,
            Agreement::FillerForZero | Agreement::Disagrees | Agreement::NotComputable => false,
        }
    }

    #[inline(always)]
    pub(crate) fn judge(field: CheckField, line: u8, column: u8, expected: Option<u8>, found: u8) -> Self {
        let agreement = match expected {
            Some(digit) if digit == found => Agreement::Agrees,
            Some(b'0') if found == FILLER => Agreement::FillerForZero,
            Some(_) => Agreement::Disagrees,
            None => Agreement::NotComputable,
        };
        let found = if alphabet::contains(found) { char::from(found) } else { char::REPLACEMENT_CHARACTER };
        Self { field, line, column, expected: expected.map(char::from), found, agreement, tolerated: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values_of_part_3_and_the_appendices() {
        assert_eq!(compute(*b"520727"), Some(b'3'));
        assert_eq!(compute(*b"AB2134<<<"), Some(b'5'));
        assert_eq!(compute(*b"HA672242<658022549601086<<<<<<<<<<<<<<0"), Some(b'8'));
        assert_eq!(compute(*b"D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<"), Some(b'2'));
        assert_eq!(compute(*b"HA672242<658022549601086<<<<<<<"), Some(b'8'));
        assert_eq!(compute(*b"AB-134"), None);
    }

    #[test]
    fn weighing_in_pieces_is_weighing_at_once() {
        let values: std::vec::Vec<u8> = (0..71_u8).map(|i| i % 36).collect();
        let cells = values.iter().map(|v| if *v < 10 { b'0' + v } else { b'A' + v - 10 });
        for cut in 0..71 {
            let (a, b) = values.split_at(cut);
            assert_eq!(digit(weigh(a, 0) + weigh(b, cut)), compute(cells.clone()));
        }
    }
}
