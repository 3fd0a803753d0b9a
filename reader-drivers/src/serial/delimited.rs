//! The configurable framer: start sequence, lines, end sequence or silence, check value.
//!
//! It serves the many swipe readers whose makers publish no framing: everything it does is data of the profile. A
//! start sequence inside a frame begins a new frame, so a torn frame never swallows the next one.

use std::collections::VecDeque;

use crate::error::FramingFault;
use crate::mrz_text::Integrity;
use crate::serial::checksum::{Checksum, Learner, RawFrame};
use crate::serial::framer::{Framed, Framer, Item, lines};
use crate::serial::profile::Framing;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Looking for a start.
    Hunt,
    /// Inside a frame.
    Body,
    /// After the end sequence, so many check bytes still to come.
    Check(usize),
    /// A frame without start sequence was too long: everything is dropped up to its end.
    Skip,
}

/// State machine of [`Protocol::Delimited`](crate::serial::profile::Protocol::Delimited).
pub struct Delimited {
    framing: Framing,
    state: State,
    /// Hunting: the last bytes, as many as the start sequence has. Skipping: as many as the end sequence has. Else the
    /// frame from its start sequence.
    raw: Vec<u8>,
    check: Vec<u8>,
    learner: Learner,
    begun_at: u64,
    offset: u64,
    skipped: u64,
}

impl Delimited {
    /// A framer at the beginning of a stream.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self {
            framing,
            state: State::Hunt,
            raw: Vec::new(),
            check: Vec::new(),
            learner: Learner::default(),
            begun_at: 0,
            offset: 0,
            skipped: 0,
        }
    }

    fn hunt(&mut self, byte: u8) {
        let start = &self.framing.start.0;
        if start.is_empty() {
            // Separators and end sequences that trail the last frame begin no frame.
            if self.framing.line_sep.0.contains(&byte) || self.framing.end.0.contains(&byte) {
                self.skipped += 1;
            } else {
                self.begin(&[byte]);
            }
            return;
        }
        if self.raw.len() == start.len() {
            self.raw.remove(0);
        }
        self.raw.push(byte);
        self.skipped += 1;
        if self.raw == *start {
            let start = start.clone();
            self.skipped = self.skipped.saturating_sub(length(&start));
            self.begin(&start);
        }
    }

    /// Begins a frame whose first bytes, the last of the stream so far, are these.
    fn begin(&mut self, first: &[u8]) {
        self.raw.clear();
        self.raw.extend_from_slice(first);
        self.check.clear();
        self.begun_at = self.offset.saturating_sub(length(first));
        self.state = State::Body;
    }

    fn body(&mut self, byte: u8, out: &mut VecDeque<Framed>) {
        self.raw.push(byte);
        let (start, end) = (&self.framing.start.0, &self.framing.end.0);
        if !start.is_empty() && self.raw.len() > start.len() && self.raw.ends_with(start) && control(start) {
            let start = start.clone();
            self.fault(FramingFault::Interrupted, out);
            self.begin(&start);
        } else if !end.is_empty() && self.raw.len() >= start.len() + end.len() && self.raw.ends_with(end) {
            match self.framing.checksum.width() {
                0 => self.finish(out),
                width => self.state = State::Check(width),
            }
        } else if self.raw.len() > self.framing.max_len {
            let whole = self.raw.len() as u64;
            self.fault(FramingFault::TooLong, out);
            self.skipped += whole;
            if self.framing.start.0.is_empty() {
                self.state = State::Skip;
            }
        }
    }

    fn skip(&mut self, byte: u8) {
        self.skipped += 1;
        let end = &self.framing.end.0;
        if end.is_empty() {
            return;
        }
        if self.raw.len() == end.len() {
            self.raw.remove(0);
        }
        self.raw.push(byte);
        if self.raw == *end {
            self.reset();
        }
    }

    fn finish(&mut self, out: &mut VecDeque<Framed>) {
        let framing = &self.framing;
        let frame = RawFrame { bytes: &self.raw, start: framing.start.0.len(), end: framing.end.0.len() };
        let integrity = if framing.checksum == Checksum::None {
            Some(Integrity::None)
        } else {
            let mask = if framing.parity_strip { 0x7F } else { 0xFF };
            self.learner
                .check(frame, framing.checksum, &framing.coverage, &self.check, mask)
                .map(Integrity::Checked)
        };
        let content = self.raw.get(frame.start..self.raw.len().saturating_sub(frame.end)).unwrap_or_default();
        let item = match integrity {
            None => Item::Fault(FramingFault::Checksum),
            Some(integrity) => {
                lines(content, framing, integrity).unwrap_or(Item::Fault(FramingFault::Content))
            }
        };
        let torn = item == Item::Fault(FramingFault::Checksum) && !framing.start.0.is_empty();
        out.push_back(Framed { offset: self.begun_at, item });
        let check = std::mem::take(&mut self.check);
        self.reset();
        if torn {
            // The frame may have lost its check value, and what stood in its place begins the next frame.
            let end = self.offset;
            for (left, byte) in (0_u64..check.len() as u64).rev().zip(check) {
                self.offset = end.saturating_sub(left);
                self.take(byte, out);
            }
        }
    }

    fn take(&mut self, byte: u8, out: &mut VecDeque<Framed>) {
        match self.state {
            State::Hunt | State::Check(_) => self.hunt(byte),
            State::Body => self.body(byte, out),
            State::Skip => self.skip(byte),
        }
    }

    fn fault(&mut self, fault: FramingFault, out: &mut VecDeque<Framed>) {
        out.push_back(Framed { offset: self.begun_at, item: Item::Fault(fault) });
        self.reset();
    }
}

impl Framer for Delimited {
    fn push(&mut self, byte: u8, out: &mut VecDeque<Framed>) {
        let byte = if self.framing.parity_strip { byte & 0x7F } else { byte };
        self.offset += 1;
        if let State::Check(left) = self.state {
            self.check.push(byte);
            if left <= 1 {
                self.finish(out);
            } else {
                self.state = State::Check(left - 1);
            }
            return;
        }
        if self.framing.ignore.0.contains(&byte)
            && !self.framing.start.0.contains(&byte)
            && !self.framing.end.0.contains(&byte)
        {
            return;
        }
        self.take(byte, out);
    }

    fn idle(&mut self, out: &mut VecDeque<Framed>) {
        match self.state {
            State::Hunt => {}
            State::Skip => self.reset(),
            State::Body if self.framing.end.0.is_empty() => {
                let width = self.framing.checksum.width();
                match self.raw.len().checked_sub(width) {
                    Some(at) if at >= self.framing.start.0.len() => {
                        self.check = self.raw.split_off(at);
                        self.finish(out);
                    }
                    _ => self.fault(FramingFault::Partial, out),
                }
            }
            State::Body | State::Check(_) => self.fault(FramingFault::Partial, out),
        }
    }

    fn reset(&mut self) {
        self.state = State::Hunt;
        self.raw.clear();
        self.check.clear();
    }

    fn begun(&self) -> Option<u64> {
        matches!(self.state, State::Body | State::Check(_)).then_some(self.begun_at)
    }

    fn offset(&self) -> u64 {
        self.offset
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn held(&self) -> usize {
        self.raw.len() + self.check.len()
    }
}

/// Only a start sequence with a control character in it cannot be part of the text.
fn control(start: &[u8]) -> bool {
    start.iter().any(|byte| *byte < 0x20)
}

const fn length(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}
