//! MRZ lines as an OCR reader delivered them: every cell either read or unknown.
//!
//! A cell that the device could not read is [`Cell::Unknown`], never the filler `<` (DESIGN.md section 4). What the
//! characters mean is judged elsewhere; this room only carries them.

use std::fmt;

/// One character cell of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A printable ASCII character, 0x20..=0x7E, as the device sent it.
    Read(u8),
    /// The device said that it could not read the cell, or sent a byte that is no character.
    Unknown,
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read(_) => "Read(..)",
            Self::Unknown => "Unknown",
        })
    }
}

/// What protected the text on its way from the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Integrity {
    /// The protocol has no checksum: the check digits of the MRZ are the only protection.
    None,
    /// A checksum over the bytes matched; the name of the matching coverage as the profile spells it.
    Checked(crate::serial::checksum::Coverage),
}

/// The lines of one document, top to bottom. Personal data: `Debug` shows only the shape.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzText {
    lines: Vec<Vec<Cell>>,
    integrity: Integrity,
}

impl MrzText {
    /// Stands for an unknown cell in [`MrzText::to_lines`]. It is no character of any MRZ.
    pub const UNKNOWN: char = '?';

    /// Text from cells.
    #[must_use]
    pub const fn new(lines: Vec<Vec<Cell>>, integrity: Integrity) -> Self {
        Self { lines, integrity }
    }

    /// The lines as cells.
    #[must_use]
    pub fn cells(&self) -> &[Vec<Cell>] {
        &self.lines
    }

    /// The lines as text, unknown cells as [`MrzText::UNKNOWN`].
    #[must_use]
    pub fn to_lines(&self) -> Vec<String> {
        let glyph = |cell: &Cell| match cell {
            Cell::Read(byte) => char::from(*byte),
            Cell::Unknown => Self::UNKNOWN,
        };
        self.lines.iter().map(|line| line.iter().map(glyph).collect()).collect()
    }

    /// How many cells the device could not read.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.lines.iter().flatten().filter(|cell| **cell == Cell::Unknown).count()
    }

    /// What protected the text on the line.
    #[must_use]
    pub const fn integrity(&self) -> Integrity {
        self.integrity
    }
}

impl fmt::Debug for MrzText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape: Vec<usize> = self.lines.iter().map(Vec::len).collect();
        f.debug_struct("MrzText")
            .field("line_lengths", &shape)
            .field("unknown", &self.unknown())
            .field("integrity", &self.integrity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_never_a_filler_and_debug_shows_no_text() {
        let text = MrzText::new(
            vec![vec![Cell::Read(b'P'), Cell::Read(b'<'), Cell::Unknown], vec![Cell::Read(b'7')]],
            Integrity::None,
        );
        assert_eq!(text.to_lines(), ["P<?", "7"]);
        assert_eq!(text.unknown(), 1);
        let debug = format!("{text:?} {:?}", text.cells());
        assert!(!debug.contains('P') || !debug.contains('7'), "{debug}");
        assert!(!debug.contains("55") && !debug.contains("P<"), "{debug}");
    }
}
