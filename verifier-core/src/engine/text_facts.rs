//! The text of the capture: the zone as the reader delivered it, and fields of the visual zone.

use std::collections::BTreeMap;

use verifier_capture::Capture;
use verifier_mrz::{Unreadable, Zone};

/// How readers deliver a cell that they could not read. No zone prints it, and it is never taken for a filler.
pub(crate) const UNREAD: u8 = b'?';

/// More lines than any layout has are kept for counting, no more.
const MAX_LINES: usize = 8;

/// What the reader delivered as text. Personal data: no `Debug`.
#[derive(Clone, Default)]
pub(crate) struct TextFacts {
    mrz: Option<Lines>,
    viz: BTreeMap<String, String>,
}

/// Lines of a zone. The parse borrows them and costs nothing, so it is done where it is needed.
#[derive(Clone, Default)]
pub(crate) struct Lines(Vec<Vec<u8>>);

impl Lines {
    pub(crate) fn new(lines: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(lines.into_iter().take(MAX_LINES).collect())
    }

    /// Reads the zone strictly: nothing is trimmed, mapped or repaired.
    pub(crate) fn parse(&self) -> Result<Zone<'_>, Unreadable<'_>> {
        let lines: Vec<&[u8]> = self.0.iter().map(Vec::as_slice).collect();
        verifier_mrz::parse(&lines)
    }

    /// Places (line, column, from 1) of the cells that the reader could not read.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (usize, usize)> {
        (1_usize..).zip(&self.0).flat_map(|(line, cells)| {
            let columns = (1_usize..).zip(cells).filter(|(_, cell)| **cell == UNREAD);
            columns.map(move |(column, _)| (line, column))
        })
    }

    /// Whether every cell that is outside the alphabet is an unread one.
    pub(crate) fn is_readable_but_for_unread(&self) -> bool {
        let known = |cell: &u8| matches!(cell, b'A'..=b'Z' | b'0'..=b'9' | b'<') || *cell == UNREAD;
        self.0.iter().flatten().all(known)
    }

    /// Whether the reader could not read this cell (from 1).
    pub(crate) fn is_unread(&self, line: u8, column: u8) -> bool {
        self.unread().any(|place| place == (usize::from(line), usize::from(column)))
    }

    /// The zone, where the lines fit a layout.
    pub(crate) fn zone(&self) -> Option<Zone<'_>> {
        self.parse().ok()
    }
}

impl TextFacts {
    pub(crate) fn of(capture: &Capture) -> Self {
        let lines = |lines: &Vec<String>| Lines::new(lines.iter().map(|line| line.clone().into_bytes()));
        Self { mrz: capture.mrz.as_ref().map(lines), viz: capture.viz.clone() }
    }

    /// The lines of the zone; `None` where none was captured. No line at all is none.
    pub(crate) fn lines(&self) -> Option<&Lines> {
        self.mrz.as_ref().filter(|lines| !lines.0.is_empty())
    }

    /// A field of the visual zone.
    pub(crate) fn viz(&self, field: &str) -> Option<&str> {
        self.viz.get(field).map(String::as_str)
    }
}
