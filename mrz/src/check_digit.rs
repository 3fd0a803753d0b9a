//! Check digits: weights 7, 3, 1 from the left over the concatenated span, sum modulo 10 (Doc 9303-3
//! section 4.9), and what the zone's printed digits say.

use core::fmt;

use crate::alphabet::{self, FILLER};
use crate::layout::{ROW, Weights};

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

/// Weighted sum of one row of cell values inside the alphabet: at most 44 * 35 * 7, so it cannot overflow.
#[inline(always)]
pub(crate) fn weigh(values: &[u8; ROW], weights: &Weights) -> u32 {
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
    /// printed by some Belgian and Portuguese cards.
    OnlyWithFiller,
    /// The same in a zone that the lenient layer made: it takes such a digit, with a warning.
    TakenWithFiller,
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
}

impl Check {
    /// Whether the digit may be relied on: it agrees, by the standard, by a named deviation, or (in a zone
    /// that the lenient layer made) by its tolerance for long numbers.
    #[must_use]
    #[inline]
    pub const fn ok(&self) -> bool {
        matches!(
            self.agreement,
            Agreement::Agrees
                | Agreement::AgreesAsFiller
                | Agreement::AgreesByDeviation
                | Agreement::TakenWithFiller
        )
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
        Self { field, line, column, expected: expected.map(char::from), found, agreement }
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
    fn weights_of_the_tables_give_the_digit_of_the_spans() {
        for format in crate::Format::ALL {
            for spec in crate::layout::of(format).checks {
                let cell = |line: usize, column: usize| (line * 48 + column) * 7 % 36;
                let mut rows = [[0_u8; ROW]; 3];
                for ((line, row), width) in rows.iter_mut().enumerate().zip(format.widths()) {
                    for column in 0..*width {
                        row[crate::layout::place(*width, column)] = u8::try_from(cell(line, column)).unwrap();
                    }
                }
                let letter = |value: usize| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value];
                let cells = spec.spans.iter().flat_map(|s| {
                    let line = usize::from(s.line) - 1;
                    (usize::from(s.first) - 1..usize::from(s.last))
                        .map(move |column| letter(cell(line, column)))
                });
                let (line, weights) = &spec.rows.first;
                let mut sum = weigh(&rows[*line], weights);
                if let Some((line, weights)) = &spec.rows.second {
                    sum += weigh(&rows[*line], weights);
                }
                assert_eq!(digit(sum), compute(cells), "{format} {}", spec.field);
            }
        }
    }
}
