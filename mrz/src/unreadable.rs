//! Why lines are not a zone at all.

use core::fmt;

use crate::alphabet;
use crate::finding::{Finding, FindingCode, Findings};
use crate::format::Format;

/// What is wrong with the lines as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreadableKind {
    /// No layout has this number of lines.
    LineCount,
    /// The number of lines is right for a layout, their widths are not.
    Width,
    /// Count and widths fit a national layout, the first cells do not say so.
    Unrecognised,
}

/// The lines fit no format. It borrows them to say where, and shows nothing of them.
#[derive(Clone, Copy)]
pub struct Unreadable<'a> {
    pub(crate) kind: UnreadableKind,
    pub(crate) nearest: Option<Format>,
    pub(crate) line_count: usize,
    pub(crate) lines: [&'a [u8]; 3],
}

impl Unreadable<'_> {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> UnreadableKind {
        self.kind
    }

    /// The layout that the lines come nearest to (right number of lines, widths at most four cells off).
    #[must_use]
    pub const fn nearest(&self) -> Option<Format> {
        self.nearest
    }

    /// How many lines there were.
    #[must_use]
    pub const fn line_count(&self) -> usize {
        self.line_count
    }

    /// Everything that can be said: line count, the width of each line, cells outside the alphabet (of the
    /// first three lines and their first 64 cells). Columns count characters, not bytes.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let mut findings = Findings::new();
        match self.kind {
            UnreadableKind::LineCount => findings.push(Finding::whole(FindingCode::LayoutLineCount)),
            UnreadableKind::Unrecognised => findings.push(Finding::whole(FindingCode::LayoutUnrecognised)),
            UnreadableKind::Width => {}
        }
        for (number, (index, line)) in (1_u8..).zip(self.lines.iter().enumerate()).take(self.line_count) {
            if self.kind == UnreadableKind::Width {
                let expected = self.nearest.and_then(|f| f.widths().get(index)).copied();
                let length = line.len();
                if expected != Some(length) {
                    let last = u8::try_from(length.min(255)).unwrap_or(u8::MAX);
                    let first = expected.and_then(|w| u8::try_from(w).ok()).unwrap_or(last);
                    let code = match expected {
                        Some(w) if length < w => FindingCode::LayoutLineShort,
                        Some(_) => FindingCode::LayoutLineLong,
                        None => FindingCode::LayoutWidth,
                    };
                    let (a, b) = if last < first { (last.saturating_add(1), first) } else { (first, last) };
                    let a = if code == FindingCode::LayoutLineLong { a.saturating_add(1).min(b) } else { a };
                    findings.push(Finding::at(code, None, number, a.max(1), b.max(1)));
                }
            }
            alphabet_runs(number, line, &mut findings);
        }
        if findings.as_slice().is_empty() {
            findings.push(Finding::whole(FindingCode::LayoutUnrecognised));
        }
        findings
    }
}

/// Runs of characters outside the alphabet, each run one finding. UTF-8 continuation bytes take no column.
pub(crate) fn alphabet_runs(number: u8, line: &[u8], findings: &mut Findings) {
    let mut run: Option<(u8, u8)> = None;
    let mut column = 0_u8;
    for byte in line.iter().take(64) {
        let continuation = byte & 0xC0 == 0x80 && column > 0;
        if continuation && run.is_some() {
            continue;
        }
        column = column.saturating_add(1);
        if alphabet::contains(*byte) {
            if let Some((first, last)) = run.take() {
                findings.push(Finding::at(FindingCode::AlphabetCell, None, number, first, last));
            }
        } else {
            run = Some((run.map_or(column, |(first, _)| first), column));
        }
    }
    if let Some((first, last)) = run {
        findings.push(Finding::at(FindingCode::AlphabetCell, None, number, first, last));
    }
}

impl fmt::Display for Unreadable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            UnreadableKind::LineCount => write!(f, "{} lines: no format has so many", self.line_count),
            UnreadableKind::Unrecognised => {
                f.write_str("the widths are those of a national layout, the first cells are of none")
            }
            UnreadableKind::Width => {
                f.write_str("widths ")?;
                for (n, line) in self.lines.iter().take(self.line_count).enumerate() {
                    write!(f, "{}{}", if n == 0 { "" } else { ", " }, line.len())?;
                }
                match self.nearest {
                    Some(format) => {
                        write!(f, " fit no format; nearest is {format} with {:?}", format.widths())
                    }
                    None => f.write_str(" fit no format"),
                }
            }
        }
    }
}

impl fmt::Debug for Unreadable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unreadable({:?}, nearest {:?}, {} lines)", self.kind, self.nearest, self.line_count)
    }
}

impl core::error::Error for Unreadable<'_> {}
