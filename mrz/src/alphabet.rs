//! The MRZ alphabet: `A-Z`, `0-9` and the filler `<` (Doc 9303-3 section 4.3), and what each cell is worth in
//! a check digit (section 4.9).

/// The filler character.
pub const FILLER: u8 = b'<';

/// Marks a byte outside the alphabet in a table of values.
pub(crate) const OUTSIDE: u8 = 0xFF;

/// What a cell counts in a check digit: digits 0-9, letters 10-35, filler 0; `None` outside the alphabet.
#[must_use]
#[inline]
pub const fn value(cell: u8) -> Option<u8> {
    match raw_value(cell) {
        OUTSIDE => None,
        value => Some(value),
    }
}

/// Whether the byte may stand in a zone.
#[must_use]
#[inline]
pub const fn contains(cell: u8) -> bool {
    raw_value(cell) != OUTSIDE
}

/// [`value`] without the `Option`, written without branches so that a loop over it becomes vector code.
#[inline(always)]
pub(crate) const fn raw_value(cell: u8) -> u8 {
    let digit = cell.wrapping_sub(b'0');
    let letter = cell.wrapping_sub(b'A');
    let value = if digit < 10 { digit } else { OUTSIDE };
    let value = if letter < 26 { letter.wrapping_add(10) } else { value };
    if cell == FILLER { 0 } else { value }
}

/// Whether a change from one cell to the other is invisible to every check digit: their values are equal
/// modulo 10 (`0 A K U <` are one such class, `1 B L V` another).
#[must_use]
pub const fn is_blind_pair(a: u8, b: u8) -> bool {
    match (value(a), value(b)) {
        (Some(a), Some(b)) => a % 10 == b % 10,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_the_value_of_section_4_9() {
        for byte in 0..=255_u8 {
            let expected = match byte {
                b'0'..=b'9' => Some(byte - b'0'),
                b'A'..=b'Z' => Some(byte - b'A' + 10),
                b'<' => Some(0),
                _ => None,
            };
            assert_eq!(value(byte), expected, "byte {byte}");
        }
    }

    #[test]
    fn blind_classes_are_those_of_the_arithmetic() {
        assert!(is_blind_pair(b'1', b'L'));
        assert!(is_blind_pair(b'6', b'G'));
        assert!(is_blind_pair(b'K', b'<'));
        for (a, b) in [(b'O', b'0'), (b'I', b'1'), (b'B', b'8'), (b'S', b'5'), (b'Z', b'2'), (b'D', b'0')] {
            assert!(!is_blind_pair(a, b));
        }
    }
}
