//! Cells put right under the grammar of the format and its check digits.
//!
//! Every cell has alternatives: from a reader ([`Grid`]), or from the table of characters that are taken for
//! one another where only text is there ([`repair`]). Looked for are the fewest changes after which every
//! printed digit agrees and every covered cell holds what its field may hold. The answer is unique, or a list,
//! or none; it is checked once more by the strict parser.
//!
//! What this layer never does: touch a zone that already agrees; claim one of two characters that no digit
//! can tell apart; turn a letter into a filler because a digit allows it; choose for cells that no digit
//! covers, except where the field's class and the table of states leave one character only. The result is a
//! [`Zone`]`<Repaired>`, which is another type than a read one.

mod alternatives;
mod search;

use core::fmt;

use crate::buffer::Buffer;
use crate::detect::detect;
use crate::unreadable::Unreadable;
use crate::zone::{Provenance, Repaired, Zone};

pub use alternatives::{Alternative, Cell};

/// Most edits of one repair.
pub const MOST_EDITS: usize = 8;
/// Most solutions that are listed.
pub const MOST_SOLUTIONS: usize = 8;

/// One changed cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// Line, from 1.
    pub line: u8,
    /// Column, from 1.
    pub column: u8,
    /// What was read; `None` for a cell that could not be read.
    pub from: Option<char>,
    /// What it must be.
    pub to: char,
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Edit(line {} column {}, redacted)", self.line, self.column)
    }
}

/// A zone that was put right, with every edit.
#[derive(Clone, Copy)]
pub struct RepairedZone {
    pub(crate) buffer: Buffer,
    pub(crate) edits: [Edit; MOST_EDITS],
    pub(crate) count: usize,
}

impl RepairedZone {
    /// The zone; its type says that it was repaired. `None` never happens: the lines have a format.
    #[must_use]
    pub fn zone(&self) -> Option<Zone<'_, Repaired>> {
        self.buffer.repaired(false)
    }

    /// What was changed, by line and column.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        self.edits.get(..self.count).unwrap_or_default()
    }

    /// The repaired lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        (0..self.buffer.count).map(|at| str::from_utf8(self.buffer.line(at)).unwrap_or_default())
    }
}

impl fmt::Debug for RepairedZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepairedZone({} edits, redacted)", self.count)
    }
}

/// Several repairs that explain the cells equally well.
#[derive(Clone, Copy)]
pub struct Solutions {
    pub(crate) list: [Option<RepairedZone>; MOST_SOLUTIONS],
    pub(crate) count: usize,
    pub(crate) more: bool,
}

impl Solutions {
    /// The solutions, cheapest first.
    pub fn iter(&self) -> impl Iterator<Item = &RepairedZone> {
        self.list.iter().take(self.count).flatten()
    }

    /// How many are listed.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether none is listed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether there are more than are listed.
    #[must_use]
    pub const fn has_more(&self) -> bool {
        self.more
    }
}

impl fmt::Debug for Solutions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Solutions({}, more: {}, redacted)", self.count, self.more)
    }
}

/// Why there is no repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoRepair {
    /// The format prints no check digit that could confirm anything.
    NoDigits,
    /// No combination of alternatives makes the digits agree.
    NoSolution,
    /// A cell that no digit covers could not be read: nothing can confirm what stands there.
    UnreadUncovered,
    /// More cells need a change than [`MOST_EDITS`].
    TooManyEdits,
    /// The search was given up: too many combinations.
    TooManyCombinations,
}

/// What came of a repair.
#[derive(Clone, Copy, Debug)]
#[must_use]
#[expect(clippy::large_enum_variant, reason = "no_std without an allocator: nothing can be boxed")]
pub enum Outcome {
    /// Every digit agrees already: nothing was touched.
    AlreadyAgrees,
    /// One repair explains everything.
    Unique(RepairedZone),
    /// Several do; none is preferred.
    Ambiguous(Solutions),
    /// None does.
    None(NoRepair),
}

/// Limits of a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most changes to cells that their field permits (cells that must change come on top). Default 2.
    pub free_edits: u8,
    /// A second-best solution within this cost of the best makes the repair ambiguous. Default 0; costs are
    /// those of [`Alternative`].
    pub margin: u16,
    /// Most combinations that are tried. Default 200 000.
    pub combinations: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { free_edits: 2, margin: 0, combinations: 200_000 }
    }
}

/// Repairs lines that fit a format, with the table of characters that are taken for one another.
///
/// # Errors
/// [`Unreadable`] if the lines fit no format: shape is the business of [`crate::lenient`].
pub fn repair<'a, L: AsRef<[u8]> + ?Sized>(
    lines: &[&'a L],
    limits: Limits,
) -> Result<Outcome, Unreadable<'a>> {
    let zone = crate::zone::parse(lines)?;
    Ok(repair_zone(&zone, limits))
}

/// Repairs a zone, read or normalised.
pub fn repair_zone<P: Provenance>(zone: &Zone<'_, P>, limits: Limits) -> Outcome {
    if zone.digits_agree() {
        return Outcome::AlreadyAgrees;
    }
    Grid::from_text(&Buffer::copy(zone.lines())).solve(limits)
}

/// Cells with alternatives, as a reader delivers them. A cell may be unread: it is never taken for a filler.
#[derive(Clone, Copy)]
pub struct Grid {
    pub(crate) buffer: Buffer,
    /// Alternatives; of a grid from text the table's, which need no room.
    pub(crate) cells: Option<[[Cell; crate::buffer::WIDTH]; 3]>,
}

impl Grid {
    fn from_text(buffer: &Buffer) -> Self {
        Self { buffer: *buffer, cells: None }
    }

    /// A grid of up to three lines.
    ///
    /// # Errors
    /// [`GridError`] if count and widths of the lines fit no format.
    pub fn new(lines: &[&[Cell]]) -> Result<Self, GridError> {
        let mut buffer = Buffer::EMPTY;
        let mut cells = [[Cell::UNREAD; crate::buffer::WIDTH]; 3];
        if lines.len() > 3 || lines.iter().any(|line| line.len() > crate::buffer::WIDTH) {
            return Err(GridError);
        }
        for (index, line) in lines.iter().enumerate() {
            let rows = (cells.get_mut(index), buffer.cells.get_mut(index), buffer.widths.get_mut(index));
            let (Some(row), Some(text), Some(width)) = rows else { return Err(GridError) };
            for ((slot, cell), byte) in row.iter_mut().zip(*line).zip(text.iter_mut()) {
                *slot = *cell;
                *byte = cell.read().unwrap_or(alternatives::UNREAD);
            }
            *width = line.len();
        }
        buffer.count = lines.len();
        let slots = buffer.slots();
        detect(&slots, buffer.count).map_err(|_| GridError)?;
        Ok(Self { buffer, cells: Some(cells) })
    }

    /// The zone of the first readings, unread cells being outside the alphabet.
    #[must_use]
    pub fn zone(&self) -> Option<Zone<'_>> {
        self.buffer.zone()
    }

    /// Looks for the cheapest reading under which every digit agrees.
    pub fn solve(&self, limits: Limits) -> Outcome {
        match self.zone() {
            Some(zone) if zone.digits_agree() => Outcome::AlreadyAgrees,
            Some(zone) if zone.checks().is_empty() => Outcome::None(NoRepair::NoDigits),
            Some(zone) => search::solve(self, &zone, limits),
            None => Outcome::None(NoRepair::NoSolution),
        }
    }
}

impl fmt::Debug for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grid({} lines, redacted)", self.buffer.count)
    }
}

/// The lines of a grid fit no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridError;

impl fmt::Display for GridError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("count and widths of the lines fit no format")
    }
}

impl core::error::Error for GridError {}
