//! Borrowed cells of a zone, and the text that they spell.
//!
//! [`Cells`] keeps what is printed; [`Text`] reads it as a person would: trailing fillers dropped, inner ones
//! spaces. Neither shows its content in `Debug`: a zone is personal data.

use core::fmt;

use crate::alphabet::{self, FILLER};

/// Cells of a zone as printed. A document number that continues in the optional data has two pieces.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    head: &'a [u8],
    tail: &'a [u8],
}

impl<'a> Cells<'a> {
    /// Cells in one piece.
    #[must_use]
    #[inline]
    pub const fn new(cells: &'a [u8]) -> Self {
        Self { head: cells, tail: &[] }
    }

    /// Cells in two pieces that are read as one.
    #[must_use]
    #[inline]
    pub const fn joined(head: &'a [u8], tail: &'a [u8]) -> Self {
        Self { head, tail }
    }

    /// The first piece, which is everything unless the cells are joined.
    #[must_use]
    #[inline]
    pub const fn head(self) -> &'a [u8] {
        self.head
    }

    /// The second piece, mostly empty.
    #[must_use]
    #[inline]
    pub const fn tail(self) -> &'a [u8] {
        self.tail
    }

    /// Every cell from left to right, both pieces.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u8> + Clone + 'a {
        self.head.iter().chain(self.tail).copied()
    }

    /// Number of cells.
    #[must_use]
    #[inline]
    pub const fn len(self) -> usize {
        self.head.len().saturating_add(self.tail.len())
    }

    /// Whether there is no cell at all. Cells that are all fillers are not empty: see [`Cells::is_blank`].
    #[must_use]
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }

    /// Whether every cell is a filler (also true of no cell).
    #[must_use]
    pub fn is_blank(self) -> bool {
        self.iter().all(|cell| cell == FILLER)
    }

    /// Whether the same characters are printed.
    #[must_use]
    pub fn same(self, other: Cells<'_>) -> bool {
        self.iter().eq(other.iter())
    }

    /// The cells read as text: trailing fillers dropped, inner ones spaces.
    #[must_use]
    #[inline]
    pub const fn text(self) -> Text<'a> {
        Text { cells: self, printed: false }
    }

    /// The cells exactly as printed, fillers included.
    #[must_use]
    #[inline]
    pub const fn printed(self) -> Text<'a> {
        Text { cells: self, printed: true }
    }
}

impl fmt::Debug for Cells<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cells({} cells, redacted)", self.len())
    }
}

/// The text that cells spell. `Display` writes it: calling it is the wish to see it. A byte outside the MRZ
/// alphabet is never passed on: it reads U+FFFD.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    cells: Cells<'a>,
    printed: bool,
}

impl<'a> Text<'a> {
    /// The characters of the text.
    pub fn chars(self) -> impl Iterator<Item = char> + Clone + 'a {
        let kept = if self.printed {
            self.cells.len()
        } else {
            let trailing = self.cells.iter().rev().take_while(|cell| *cell == FILLER).count();
            self.cells.len().saturating_sub(trailing)
        };
        let printed = self.printed;
        self.cells.iter().take(kept).map(move |cell| match cell {
            FILLER if !printed => ' ',
            cell if alphabet::contains(cell) => char::from(cell),
            _ => char::REPLACEMENT_CHARACTER,
        })
    }

    /// Whether the text is exactly this one.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.chars().eq(text.chars())
    }

    /// Whether nothing would be written.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.chars().next().is_none()
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chars().try_for_each(|c| fmt::Write::write_char(f, c))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn text_drops_trailing_fillers_and_opens_inner_ones() {
        assert_eq!(format!("{}", Cells::new(b"VAN<DER<<<").text()), "VAN DER");
        assert_eq!(format!("{}", Cells::new(b"D<<").printed()), "D<<");
        assert_eq!(format!("{}", Cells::joined(b"D23145890", b"734").text()), "D23145890734");
        assert!(Cells::new(b"<<<").text().is_empty());
    }

    #[test]
    fn nothing_outside_the_alphabet_gets_through_and_debug_shows_nothing() {
        let cells = Cells::new(b"A\x1b[31m");
        assert_eq!(format!("{}", cells.text()), "A\u{FFFD}\u{FFFD}31\u{FFFD}");
        assert!(!format!("{cells:?}{:?}", cells.text()).contains('A'));
    }
}
