//! The zone of the document on the desk, as a reader delivered it: whether another text may be of the same document, and
//! which of two is kept. Nothing is joined cell by cell, nothing is repaired.

use reader_drivers::MrzText;
use verifier_chip::access::pace::Password;

use crate::chip::key::{self, NoKey};

/// A zone with the key that it gives. Personal data: no `Debug`.
pub(crate) struct PageZone {
    lines: Vec<String>,
    cells: String,
    key: Result<(Password, bool), NoKey>,
    reader: usize,
}

impl PageZone {
    /// The text that this reader delivered.
    pub(crate) fn new(lines: Vec<String>, reader: usize) -> Self {
        let cells = lines.iter().flat_map(|line| line.chars()).filter(|c| !c.is_whitespace());
        Self {
            cells: cells.collect::<String>().to_ascii_uppercase(),
            key: key::of_zone(&lines),
            lines,
            reader,
        }
    }

    /// The text as it was delivered.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// What it opens a chip with, or why with nothing.
    pub(crate) fn key(&self) -> Result<&Password, NoKey> {
        self.key.as_ref().map(|(password, _)| password).map_err(|none| *none)
    }

    /// Whether the check digits of the key are wrong.
    pub(crate) const fn key_is_doubtful(&self) -> bool {
        matches!(self.key, Ok((_, false)))
    }

    /// Whether cells were not read, or so many that it is no zone: the same reader may try again.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.unread() > 0 || matches!(self.key, Err(NoKey::Unfit))
    }

    /// Whether both may be of one document: of one length, and no cell that both read differs.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let unfit = |zone: &Self| matches!(zone.key, Err(NoKey::Unfit));
        if unfit(self) || unfit(other) {
            return true;
        }
        let same = |(a, b): (char, char)| a == b || a == MrzText::UNKNOWN || b == MrzText::UNKNOWN;
        self.cells.chars().count() == other.cells.chars().count()
            && self.cells.chars().zip(other.cells.chars()).all(same)
    }

    /// Which of two that agree is kept, whichever came first: the one with the shape of a zone, with fewer unread cells, of
    /// the reader named first.
    pub(crate) fn is_better_than(&self, other: &Self) -> bool {
        let rank = |zone: &Self| (matches!(zone.key, Err(NoKey::Unfit)), zone.unread(), zone.reader);
        rank(self) < rank(other)
    }

    fn unread(&self) -> usize {
        self.cells.chars().filter(|c| *c == MrzText::UNKNOWN).count()
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    fn zone(number: &str, reader: usize) -> PageZone {
        let lines = [
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<".to_owned(),
            format!("{number}UTO7408122F1204159ZE184226B<<<<<10"),
        ];
        PageZone::new(lines.to_vec(), reader)
    }

    #[test]
    fn one_document_or_two() {
        let whole = zone("L898902C36", 1);
        let holed = zone("L89?902C36", 0);
        let other = zone("L898902C37", 2);
        let scrap = PageZone::new(vec!["P<UTO".to_owned()], 0);
        assert!(whole.agrees_with(&holed) && holed.agrees_with(&whole));
        assert!(!whole.agrees_with(&other) && !other.agrees_with(&whole));
        assert!(holed.is_incomplete() && scrap.is_incomplete() && !whole.is_incomplete());
        assert!(
            !other.is_incomplete() && other.key_is_doubtful(),
            "a wrong digit is evidence, not a bad read"
        );
        assert!(scrap.agrees_with(&whole) && whole.is_better_than(&scrap) && !scrap.is_better_than(&whole));
        assert!(whole.is_better_than(&holed) && !holed.is_better_than(&whole));
        assert!(zone("L898902C36", 0).is_better_than(&whole), "the reader named first");
        assert!(holed.key().is_err(), "unread cells are not guessed");
    }
}
