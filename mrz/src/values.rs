//! What the cells of a line count in check digits (Doc 9303-3 section 4.9), a row at a time.

use crate::alphabet::{FILLER, raw_value};
use crate::layout::ROW;

/// Cell values of one line, 0 where there is no cell.
pub(crate) type Values = [u8; ROW];

/// Fills in the values of a line, in the order of [`crate::layout::place`], and returns the largest of them
/// ([`crate::alphabet::OUTSIDE`] if a cell is outside the alphabet). The loops run over whole rows: shorter ones are not made
/// vector code.
#[inline(always)]
pub(crate) fn fill(values: &mut Values, line: &[u8]) -> u8 {
    let (Some(first), Some(last)) = (line.first_chunk::<16>(), line.last_chunk::<16>()) else {
        // Line 1 of the Swiss licence: no digit covers it.
        return line.iter().fold(0, |worst, cell| raw_value(*cell).max(worst));
    };
    let mut cells = [FILLER; ROW];
    if let ([a, b, c], _) = cells.as_chunks_mut::<16>() {
        *a = *first;
        match line.get(16..32).and_then(|middle| middle.first_chunk::<16>()) {
            Some(middle) => (*b, *c) = (*middle, *last),
            None => *b = *last,
        }
    }
    for (value, cell) in values.iter_mut().zip(&cells) {
        *value = raw_value(*cell);
    }
    values.iter().fold(0, |worst: u8, value| worst.max(*value))
}
