//! Text as people type and cameras deliver it, brought into the shape of a zone: case, spaces, guillemets,
//! lines joined or split, trailing fillers missing, one line a cell too long or too short.
//!
//! Only case, blanks and fillers are touched; no character is guessed (that is [`crate::repair`]). Every
//! change is listed, and the zone has the type [`Zone`]`<Normalised>`, so it never passes as read. One
//! tolerance beyond shape: the digit of a long number may count the filler (with the warning
//! `digit.counts-filler`).

mod shape;

use core::fmt;

use crate::alphabet;
use crate::buffer::{Buffer, WIDTH};
use crate::detect::detect;
use crate::layout;
use crate::unreadable::{Unreadable, UnreadableKind};
use crate::zone::{Normalised, Zone};

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// Lower-case letters made upper case.
    Case,
    /// Blanks and line-end characters dropped.
    Blank,
    /// Guillemets and other angle signs made fillers.
    AngleSign,
    /// Lines joined.
    Joined,
    /// A line split at the width of the format.
    Split,
    /// Fillers added at the end.
    FillerAppended,
    /// A filler put into a run of fillers.
    FillerInserted,
    /// A filler taken out of a run of fillers.
    FillerRemoved,
}

impl ChangeKind {
    /// Name in contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Blank => "blank",
            Self::AngleSign => "angle-sign",
            Self::Joined => "joined",
            Self::Split => "split",
            Self::FillerAppended => "filler-appended",
            Self::FillerInserted => "filler-inserted",
            Self::FillerRemoved => "filler-removed",
        }
    }
}

/// One kind of change with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was changed.
    pub kind: ChangeKind,
    /// Line of the result, from 1; of [`ChangeKind::Case`], [`ChangeKind::Blank`] and
    /// [`ChangeKind::AngleSign`] the line that was delivered.
    pub line: u8,
    /// How many cells (of [`ChangeKind::Joined`] and [`ChangeKind::Split`]: lines).
    pub count: u8,
}

/// The list of changes: at most one of each kind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    list: [Change; 32],
    count: usize,
}

impl Changes {
    pub(crate) const fn new() -> Self {
        Self { list: [Change { kind: ChangeKind::Case, line: 0, count: 0 }; 32], count: 0 }
    }

    pub(crate) fn add(&mut self, kind: ChangeKind, line: u8, count: u8) {
        let known = self.list.iter_mut().take(self.count).find(|c| c.kind == kind && c.line == line);
        if let Some(change) = known {
            change.count = change.count.saturating_add(count);
        } else if let Some(slot) = self.list.get_mut(self.count) {
            *slot = Change { kind, line, count };
            self.count += 1;
        }
    }

    fn as_slice(&self) -> &[Change] {
        self.list.get(..self.count).unwrap_or_default()
    }
}

/// Lines in the shape of a format, with what it took.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    lines: Lines<'a>,
    changes: Changes,
}

#[derive(Clone, Copy)]
enum Lines<'a> {
    AsDelivered(Zone<'a, Normalised>),
    Changed(Buffer),
}

impl<'a> Reading<'a> {
    /// The zone. Its text is [`Normalised`], even where nothing had to be changed.
    #[must_use]
    pub fn zone(&self) -> Zone<'_, Normalised> {
        match &self.lines {
            Lines::AsDelivered(zone) => *zone,
            // The shape was found by reading it: it reads again.
            Lines::Changed(buffer) => buffer
                .normalised()
                .unwrap_or_else(|| Zone::build(layout::of(crate::Format::NldDl), buffer.slots(), true)),
        }
    }

    /// What was changed; empty if the lines were fine.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        self.changes.as_slice()
    }

    /// The strict zone, if nothing had to be changed.
    #[must_use]
    pub fn unchanged(&self) -> Option<Zone<'a>> {
        match &self.lines {
            Lines::AsDelivered(zone) => Some(Zone::build(zone.layout(), zone.slots(), false)),
            Lines::Changed(_) => None,
        }
    }
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({}, {} changes, redacted)", self.zone().format(), self.changes().len())
    }
}

/// Reads lines leniently.
///
/// # Errors
/// [`Unreadable`] if no permitted change gives the lines the shape of a format.
pub fn parse<'a, L: AsRef<[u8]> + ?Sized>(lines: &[&'a L]) -> Result<Reading<'a>, Unreadable<'a>> {
    let mut slots: [&'a [u8]; 3] = [&[]; 3];
    for (slot, line) in slots.iter_mut().zip(lines) {
        *slot = (*line).as_ref();
    }
    let as_delivered = detect(&slots, lines.len());
    if let Ok(format) = as_delivered {
        let zone = Zone::build(layout::of(format), slots, true);
        if zone.inside_alphabet() {
            return Ok(Reading { lines: Lines::AsDelivered(zone), changes: Changes::new() });
        }
    }
    let mut cleaned = Cleaned::new();
    for line in lines {
        cleaned.take_line((*line).as_ref());
    }
    finish(&cleaned, as_delivered.err(), slots, lines.len())
}

/// Reads one text with its line ends.
///
/// # Errors
/// As [`parse`].
pub fn parse_text(text: &str) -> Result<Reading<'_>, Unreadable<'_>> {
    let mut lines: [&str; 3] = [""; 3];
    let mut count = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(slot) = lines.get_mut(count) {
            *slot = line;
        }
        count += 1;
    }
    if let Some(lines) = lines.get(..count) {
        return parse(lines);
    }
    let mut cleaned = Cleaned::new();
    for line in text.lines() {
        cleaned.take_line(line.as_bytes());
    }
    finish(&cleaned, None, lines.map(str::as_bytes), count)
}

fn finish<'a>(
    cleaned: &Cleaned,
    error: Option<Unreadable<'a>>,
    slots: [&'a [u8]; 3],
    count: usize,
) -> Result<Reading<'a>, Unreadable<'a>> {
    shape::find(cleaned)
        .map(|(buffer, changes)| Reading { lines: Lines::Changed(buffer), changes })
        .ok_or_else(|| {
            let kind =
                if (1..=3).contains(&count) { UnreadableKind::Width } else { UnreadableKind::LineCount };
            error.unwrap_or(Unreadable { kind, nearest: None, line_count: count, lines: slots })
        })
}

/// Most cells that any shape can be made of: more is refused before it is looked at.
const MOST: usize = 3 * WIDTH;
/// Most delivered lines.
const MOST_LINES: usize = 12;

/// Cells of all lines one after another, cleaned of case and blanks.
struct Cleaned {
    cells: [u8; MOST],
    /// Where each line ends in `cells`.
    ends: [usize; MOST_LINES],
    lines: usize,
    /// Guillemets: each may be one filler or two. One bit a cell.
    angles: u128,
    angles_high: u128,
    overflow: bool,
    changes: Changes,
}

impl Cleaned {
    const fn new() -> Self {
        Self {
            cells: [b'<'; MOST],
            ends: [0; MOST_LINES],
            lines: 0,
            angles: 0,
            angles_high: 0,
            overflow: false,
            changes: Changes::new(),
        }
    }

    fn len(&self) -> usize {
        self.lines.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0)
    }

    fn line(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.cells.get(start..end).unwrap_or_default()
    }

    fn all(&self) -> &[u8] {
        self.cells.get(..self.len()).unwrap_or_default()
    }

    /// A byte that is no cell is kept as one that is outside the alphabet, never as it came.
    fn take_line(&mut self, line: &[u8]) {
        // Longer than everything together could be, each cell as four bytes and as many blanks.
        if line.len() > MOST * 8 {
            self.overflow = true;
            return;
        }
        let number = u8::try_from(self.lines + 1).unwrap_or(u8::MAX);
        let start = self.len();
        let mut at = start;
        for chunk in line.utf8_chunks() {
            for c in chunk.valid().chars() {
                let cell = match c {
                    'a'..='z' => {
                        self.changes.add(ChangeKind::Case, number, 1);
                        u8::try_from(c.to_ascii_uppercase()).unwrap_or(b'?')
                    }
                    '\u{AB}' | '\u{2039}' | '\u{FF1C}' | '\u{2329}' | '\u{3008}' | '\u{27E8}' => {
                        self.changes.add(ChangeKind::AngleSign, number, 1);
                        self.mark(c == '\u{AB}', at);
                        b'<'
                    }
                    c if c.is_whitespace() || c == '\u{FEFF}' => {
                        // Blanks at the ends of a line are no news.
                        if at > start {
                            self.changes.add(ChangeKind::Blank, number, 1);
                        }
                        continue;
                    }
                    c => u8::try_from(c).ok().filter(|b| alphabet::contains(*b)).unwrap_or(b'?'),
                };
                self.put(&mut at, cell);
            }
            if !chunk.invalid().is_empty() {
                self.put(&mut at, b'?');
            }
        }
        if at == start {
            return;
        }
        match self.ends.get_mut(self.lines) {
            Some(end) => {
                *end = at;
                self.lines += 1;
            }
            None => self.overflow = true,
        }
    }

    fn put(&mut self, at: &mut usize, cell: u8) {
        match self.cells.get_mut(*at) {
            Some(slot) => {
                *slot = cell;
                *at += 1;
            }
            None => self.overflow = true,
        }
    }

    /// Remembers that the cell was a double guillemet.
    fn mark(&mut self, double: bool, at: usize) {
        if !double {
            return;
        }
        match u32::try_from(at) {
            Ok(at @ 0..=127) => self.angles |= 1 << at,
            Ok(at @ 128..=255) => self.angles_high |= 1 << (at - 128),
            _ => {}
        }
    }

    fn is_double(&self, at: usize) -> bool {
        match u32::try_from(at) {
            Ok(at @ 0..=127) => self.angles >> at & 1 == 1,
            Ok(at @ 128..=255) => self.angles_high >> (at - 128) & 1 == 1,
            _ => false,
        }
    }

    /// The same text with each double guillemet as two fillers; `None` if there is none or no room.
    fn doubled(&self) -> Option<Self> {
        if self.angles == 0 && self.angles_high == 0 {
            return None;
        }
        let mut doubled = Self { changes: self.changes, ..Self::new() };
        let mut at = 0;
        for line in 0..self.lines {
            let start = line.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
            for (offset, cell) in self.line(line).iter().enumerate() {
                doubled.put(&mut at, *cell);
                if self.is_double(start + offset) {
                    doubled.put(&mut at, b'<');
                }
            }
            *doubled.ends.get_mut(line)? = at;
            doubled.lines += 1;
        }
        (!doubled.overflow).then_some(doubled)
    }
}
