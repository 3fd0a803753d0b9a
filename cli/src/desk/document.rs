//! The document on the desk: which parts are its own, what opens its chip, when it is complete.
//!
//! One document is one delivery of each reader. It begins with the first, and ends when every reader delivered or the time
//! for it is over. A second delivery of a reader, and a zone that contradicts the one that is there, belong to the next
//! document. A zone with unread cells may be read again by the same reader.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use time::OffsetDateTime;
use verifier_chip::access::pace::Password;
use verifier_core::Inspection;
use verifier_core::capture::Capture;

use crate::desk::lines::Lines;
use crate::desk::zone::PageZone;

/// Where its chip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chip {
    /// On no reader.
    Absent,
    /// On this reader, by its number there, without an order yet.
    Waiting {
        /// Whose chip.
        reader: usize,
        /// Which chip of that reader.
        chip: u64,
    },
    /// That one, ordered to be read.
    Reading {
        /// Whose chip.
        reader: usize,
        /// Which chip of that reader.
        chip: u64,
    },
    /// Read, or as much of it as there will be.
    Over,
}

impl Chip {
    /// Whether it waits on this reader, or is read there.
    pub(crate) fn is_of(self, reader: usize) -> bool {
        matches!(self, Self::Waiting { reader: its, .. } | Self::Reading { reader: its, .. } if its == reader)
    }
}

/// A part of a document.
pub(crate) enum Part {
    /// The text of a zone.
    Zone(Vec<String>),
    /// A page, and the bundle that it came from.
    Page(Box<Capture>, PathBuf),
    /// A chip that waits, by its number at its reader.
    Chip(u64),
}

/// The document on the desk.
pub(crate) struct Document {
    pub(crate) inspection: Arc<Inspection>,
    pub(crate) until: Instant,
    pub(crate) chip: Chip,
    pub(crate) path: Option<PathBuf>,
    pub(crate) lines: Lines,
    zone: Option<PageZone>,
    delivered: Vec<bool>,
    /// Readers of which something belongs to the next document already: so does all that follows it.
    ahead: Vec<bool>,
}

impl Document {
    /// A document of which nothing is there yet, at a desk with so many readers.
    pub(crate) fn new(inspection: Inspection, until: Instant, readers: usize, lines: Lines) -> Self {
        Self {
            inspection: Arc::new(inspection),
            until,
            chip: Chip::Absent,
            path: None,
            lines,
            zone: None,
            delivered: vec![false; readers],
            ahead: vec![false; readers],
        }
    }

    /// Whether a bundle of this reader may be its own, before it is opened.
    pub(crate) fn wants_page_of(&self, reader: usize) -> bool {
        !self.is_ahead(reader) && self.delivered.get(reader) == Some(&false)
    }

    fn is_ahead(&self, reader: usize) -> bool {
        self.ahead.get(reader).copied().unwrap_or(true)
    }

    /// All that follows from this reader belongs to later documents.
    pub(crate) fn end_with(&mut self, reader: usize) {
        if let Some(ahead) = self.ahead.get_mut(reader) {
            *ahead = true;
        }
    }

    /// Takes a part of its own; gives back what belongs to the next document.
    pub(crate) fn take(&mut self, reader: usize, part: Part) -> Result<(), Part> {
        if self.is_ahead(reader) {
            return Err(part);
        }
        let taken = self.take_if_own(reader, part);
        if taken.is_err() {
            self.end_with(reader);
        }
        taken
    }

    fn take_if_own(&mut self, reader: usize, part: Part) -> Result<(), Part> {
        let again = self.delivered.get(reader).copied().unwrap_or(true);
        match part {
            Part::Chip(chip) if !again && self.chip == Chip::Absent => {
                self.chip = Chip::Waiting { reader, chip };
                Ok(())
            }
            Part::Zone(lines) => {
                let zone = PageZone::new(lines, reader);
                let contradicts = self.zone.as_ref().is_some_and(|there| !there.agrees_with(&zone));
                let retry = self.zone.as_ref().is_some_and(PageZone::is_incomplete) && !self.is_reading();
                if contradicts || (again && !retry) {
                    return Err(Part::Zone(zone.lines().to_vec()));
                }
                let mut capture = Capture::new();
                capture.captured_at = Some(now());
                self.put(capture, Some(zone));
                self.deliver(reader);
                Ok(())
            }
            Part::Page(mut capture, path) => {
                let zone = capture.mrz.take().map(|lines| PageZone::new(lines, reader));
                let contradicts = match (&self.zone, &zone) {
                    (Some(there), Some(new)) => !there.agrees_with(new),
                    _ => false,
                };
                if contradicts || again {
                    capture.mrz = zone.map(|zone| zone.lines().to_vec());
                    return Err(Part::Page(capture, path));
                }
                self.put(*capture, zone);
                self.path.get_or_insert(path);
                self.deliver(reader);
                Ok(())
            }
            other => Err(other),
        }
    }

    /// Gives a part to the inspection; of two zones the better one.
    fn put(&mut self, mut capture: Capture, zone: Option<PageZone>) {
        if let Some(zone) = zone
            && self.zone.as_ref().is_none_or(|there| zone.is_better_than(there))
        {
            capture.mrz = Some(zone.lines().to_vec());
            self.zone = Some(zone);
        }
        self.inspection.put_capture(capture);
    }

    /// The reader has nothing more for this document.
    pub(crate) fn deliver(&mut self, reader: usize) {
        if let Some(done) = self.delivered.get_mut(reader) {
            *done = true;
        }
    }

    fn is_reading(&self) -> bool {
        matches!(self.chip, Chip::Reading { .. })
    }

    /// Whether nothing of it is there, its chip having left unread.
    pub(crate) fn is_nothing(&self) -> bool {
        self.chip == Chip::Absent && !self.delivered.contains(&true)
    }

    /// Whether nothing more is waited for. A chip under way is always waited for: its read has an end of its own.
    pub(crate) fn is_over(&self, lost: &[bool], now: Instant) -> bool {
        if matches!(self.chip, Chip::Waiting { .. } | Chip::Reading { .. }) {
            return false;
        }
        self.is_nothing() || self.is_all_there(lost) || now >= self.until
    }

    /// Whether every reader that is not lost has delivered, or is at the next document; not counting one whose chip waits.
    pub(crate) fn is_all_there(&self, lost: &[bool]) -> bool {
        let waits = |reader: usize| matches!(self.chip, Chip::Waiting { reader: its, .. } if its == reader);
        let mut readers = self.delivered.iter().zip(lost).enumerate();
        readers.all(|(reader, (done, lost))| *done || *lost || self.is_ahead(reader) || waits(reader))
    }

    /// What the zone opens the chip with; an error in words where there is a zone and it gives no key.
    pub(crate) fn key(&self) -> Result<Option<Password>, String> {
        match self.zone.as_ref().map(PageZone::key) {
            None => Ok(None),
            Some(Ok(password)) => Ok(Some(password.clone())),
            Some(Err(none)) => Err(none.to_string()),
        }
    }

    /// Whether the zone's own digits speak against its key.
    pub(crate) fn key_is_doubtful(&self) -> bool {
        self.zone.as_ref().is_some_and(PageZone::key_is_doubtful)
    }
}

/// Now, to the millisecond, which is what a capture keeps of it.
pub(crate) fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_nanosecond(u32::from(now.millisecond()).saturating_mul(1_000_000)).unwrap_or(now)
}

#[cfg(test)]
mod unit {
    use std::collections::VecDeque;
    use std::time::Duration;

    use verifier_core::{InspectionOptions, Policy, Time, Verifier};

    use super::*;

    const READERS: usize = 2;

    fn lines(number: &str) -> Vec<String> {
        vec![
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<".to_owned(),
            format!("{number}UTO7408122F1204159ZE184226B<<<<<10"),
        ]
    }

    /// What reader 0 (zones) and reader 1 (pages) deliver of a document.
    fn part(reader: usize, number: &str) -> Part {
        if reader == 0 {
            return Part::Zone(lines(number));
        }
        let mut page = Capture::new();
        page.mrz = Some(lines(number));
        page.viz.insert("document_number".to_owned(), number.to_owned());
        Part::Page(Box::new(page), PathBuf::from(number))
    }

    fn document(verifier: &Verifier) -> Document {
        let time = Time::parse("2026-11-21").unwrap();
        let inspection = verifier.inspect(time, InspectionOptions::default());
        Document::new(inspection, Instant::now() + Duration::from_secs(60), READERS, Lines::new(false))
    }

    /// Three documents at two readers in every order in which they can come, one of them swiped only: no document holds
    /// parts of two, none is lost, and the order of each reader is kept.
    #[test]
    fn no_order_of_arrival_mixes_documents() {
        let verifier = Verifier::builder().policy(Policy::chip_only()).build().unwrap();
        let (zones, pages) = (["L898902C36", "L898902C44", "L898902C52"], ["L898902C36", "L898902C52"]);
        for order in 0..1_u32 << 5 {
            if order.count_ones() != 2 {
                continue;
            }
            let (mut zone, mut page) = (zones.iter(), pages.iter());
            let mut queue: VecDeque<(usize, &str)> = (0..5)
                .map(|at| {
                    if order >> at & 1 == 1 { (1, *page.next().unwrap()) } else { (0, *zone.next().unwrap()) }
                })
                .collect();
            let mut seen = Vec::new();
            while !queue.is_empty() {
                let mut document = document(&verifier);
                let mut later = VecDeque::new();
                for (reader, number) in queue.drain(..) {
                    let over = document.is_over(&[false; READERS], Instant::now()) && !document.is_nothing();
                    if over || document.take(reader, part(reader, number)).is_err() {
                        later.push_back((reader, number));
                    }
                }
                let capture = document.inspection.capture();
                let held = capture.mrz.clone().unwrap().remove(1);
                if let Some(page) = capture.viz.get("document_number") {
                    assert!(held.starts_with(page.as_str()), "{order:05b}: {page} under {held}");
                }
                seen.push((held.get(..10).unwrap().to_owned(), capture.viz.len()));
                assert!(later.len() < 5, "{order:05b}: something is taken each time");
                queue = later;
            }
            let pages_seen: usize = seen.iter().map(|(_, pages)| pages).sum();
            assert_eq!(pages_seen, pages.len(), "{order:05b}: {seen:?}");
            for number in zones {
                assert!(seen.iter().any(|(held, _)| held == number), "{order:05b}: {seen:?}");
            }
        }
    }
}
