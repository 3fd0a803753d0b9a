//! What a cell may be instead: a reader's own alternatives, or the table of shapes that are taken for one
//! another in OCR-B.

use core::fmt;

use crate::alphabet;
use crate::layout::Class;

/// Stands in the text for a cell that could not be read; outside the alphabet on purpose.
pub(crate) const UNREAD: u8 = b'?';

/// Cost of a change by the table of twins.
const TWIN_COST: u16 = 16;

/// Another reading of a cell, with what it costs to believe it: 0 as good as the first reading, larger is
/// worse. Costs add up over a zone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Alternative {
    /// The character.
    pub character: char,
    /// Its cost.
    pub cost: u16,
}

/// A cell as a reader saw it: the first reading, if there is one, and up to four others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    read: Option<u8>,
    others: [(u8, u16); 4],
    count: u8,
}

impl Cell {
    /// A cell that could not be read. Every character of its field's class is possible.
    pub const UNREAD: Self = Self { read: None, others: [(0, 0); 4], count: 0 };

    /// A cell with its first reading; `None` if the character is outside the MRZ alphabet.
    #[must_use]
    pub fn new(character: char) -> Option<Self> {
        let cell = u8::try_from(character).ok().filter(|cell| alphabet::contains(*cell))?;
        Some(Self { read: Some(cell), others: [(0, 0); 4], count: 0 })
    }

    /// Adds an alternative. One outside the alphabet, and a fifth, is left out.
    #[must_use]
    pub fn or(mut self, alternative: Alternative) -> Self {
        let cell = u8::try_from(alternative.character).ok().filter(|cell| alphabet::contains(*cell));
        if let (Some(cell), Some(slot)) = (cell, self.others.get_mut(usize::from(self.count))) {
            *slot = (cell, alternative.cost);
            self.count += 1;
        }
        self
    }

    pub(crate) const fn read(&self) -> Option<u8> {
        self.read
    }

    pub(crate) fn others(&self) -> impl Iterator<Item = (u8, u16)> + '_ {
        self.others.iter().take(usize::from(self.count)).copied()
    }
}

impl fmt::Debug for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alternative(cost {}, redacted)", self.cost)
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cell(read: {}, {} others, redacted)", self.read.is_some(), self.count)
    }
}

/// Letters and digits whose shapes are taken for one another. The filler is nobody's twin: a letter is never
/// made a filler, nor a filler a letter.
const fn twins(cell: u8) -> &'static [u8] {
    match cell {
        b'0' => b"ODQ",
        b'1' => b"IL",
        b'2' => b"Z",
        b'4' => b"A",
        b'5' => b"S",
        b'6' => b"G",
        b'7' => b"T",
        b'8' => b"B",
        b'O' | b'D' | b'Q' => b"0",
        b'I' | b'L' => b"1",
        b'Z' => b"2",
        b'A' => b"4",
        b'S' => b"5",
        b'G' => b"6",
        b'T' => b"7",
        b'B' => b"8",
        _ => b"",
    }
}

/// Calls `each` for every other character the cell may be, with its cost.
pub(super) fn each(
    cell: Option<&Cell>,
    read: u8,
    class: Class,
    digit_only: bool,
    mut each: impl FnMut(u8, u16),
) {
    let fits = |c: u8| permits(class, digit_only, c);
    let unread = read == UNREAD || !alphabet::contains(read);
    match cell {
        Some(cell) if cell.read.is_some() || cell.count > 0 => {
            cell.others().filter(|(c, _)| fits(*c) && *c != read).for_each(|(c, cost)| each(c, cost));
        }
        None if !unread => twins(read).iter().filter(|c| fits(**c)).for_each(|c| each(*c, TWIN_COST)),
        _ => {
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
                .iter()
                .filter(|c| fits(**c))
                .for_each(|c| each(*c, TWIN_COST));
        }
    }
}

/// Whether a field of this class may hold the character.
pub(super) const fn permits(class: Class, digit_only: bool, cell: u8) -> bool {
    if digit_only {
        return cell.is_ascii_digit();
    }
    match class {
        Class::Letters => cell.is_ascii_uppercase() || cell == b'<',
        Class::Digits => cell.is_ascii_digit() || cell == b'<',
        Class::Sex => matches!(cell, b'M' | b'F' | b'<' | b'X'),
        Class::Any => alphabet::contains(cell),
    }
}
