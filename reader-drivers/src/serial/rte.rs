//! Native frame of the Rochford Thompson / 3M RTE67xx swipe readers.
//!
//! `SOH len len 'O' 'U' STX flag L1 CR L2 CR L3 CR ETX bcc`, sent unasked. The document's last line is always L3, the
//! unused ones above it are empty. Unread positions are `_`. The length is a hint only (the manual does not say what
//! it counts); the frame is cut from SOH to the byte after ETX.

use std::collections::VecDeque;

use crate::error::FramingFault;
use crate::mrz_text::Integrity;
use crate::serial::checksum::{Checksum, Learner, RawFrame};
use crate::serial::framer::{Framed, Framer, Item, lines};
use crate::serial::profile::Framing;

const SOH: u8 = 0x01;
const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const CR: u8 = 0x0D;

/// SOH, two bytes of length, `OU`, STX, flag.
const HEADER: usize = 7;

/// State machine of [`Protocol::RteNative`](crate::serial::profile::Protocol::RteNative).
pub struct RteNative {
    framing: Framing,
    /// The frame from its SOH on; empty while hunting.
    raw: Vec<u8>,
    learner: Learner,
    begun_at: u64,
    offset: u64,
    skipped: u64,
}

impl RteNative {
    /// A framer at the beginning of a stream.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self { framing, raw: Vec::new(), learner: Learner::default(), begun_at: 0, offset: 0, skipped: 0 }
    }

    fn take(&mut self, byte: u8, at: u64, out: &mut VecDeque<Framed>) {
        if self.raw.is_empty() {
            if byte == SOH {
                self.begun_at = at;
                self.raw.push(byte);
            } else {
                self.skipped += 1;
            }
            return;
        }
        // The byte after ETX is the check byte, whatever its value.
        if self.raw.len() > HEADER && self.raw.last() == Some(&ETX) {
            self.finish(byte, out);
            return;
        }
        let wanted = match self.raw.len() {
            3 => Some(b'O'),
            4 => Some(b'U'),
            5 => Some(STX),
            _ => None,
        };
        if wanted.is_some_and(|wanted| wanted != byte) {
            self.look_again(byte, out);
            return;
        }
        if self.raw.len() >= HEADER && byte == SOH {
            self.fault(FramingFault::Interrupted, out);
            self.begun_at = at;
        }
        self.raw.push(byte);
        if self.raw.len() > self.framing.max_len {
            self.skipped += self.raw.len() as u64;
            self.fault(FramingFault::TooLong, out);
        }
    }

    /// What was held, and `byte` after it, is no frame: looks for a header that it swallowed. Every frame that is
    /// looked at again is shorter than the one before, so this ends.
    fn look_again(&mut self, byte: u8, out: &mut VecDeque<Framed>) {
        let mut again = std::mem::take(&mut self.raw);
        again.push(byte);
        let first = self.begun_at;
        self.skipped += 1;
        for (n, byte) in (1_u64..).zip(again.into_iter().skip(1)) {
            self.take(byte, first + n, out);
        }
    }

    fn finish(&mut self, bcc: u8, out: &mut VecDeque<Framed>) {
        let framing = &self.framing;
        let frame = RawFrame { bytes: &self.raw, start: 1, end: 1 };
        let mask = if framing.parity_strip { 0x7F } else { 0xFF };
        let matched = self.learner.check(frame, framing.checksum, &framing.coverage, &[bcc], mask);
        let content = self.raw.get(HEADER..self.raw.len().saturating_sub(1)).unwrap_or_default();
        let three = content.iter().filter(|byte| **byte == CR).count() == 3 && content.last() == Some(&CR);
        let item = match matched {
            None if framing.checksum != Checksum::None => Item::Fault(FramingFault::Checksum),
            _ if !three => Item::Fault(FramingFault::Content),
            matched => {
                let integrity = matched.map_or(Integrity::None, Integrity::Checked);
                lines(content, framing, integrity).unwrap_or(Item::Fault(FramingFault::Content))
            }
        };
        let bad = matches!(item, Item::Fault(_));
        out.push_back(Framed { offset: self.begun_at, item });
        if bad {
            self.look_again(bcc, out);
        } else {
            self.raw.clear();
        }
    }

    fn fault(&mut self, fault: FramingFault, out: &mut VecDeque<Framed>) {
        out.push_back(Framed { offset: self.begun_at, item: Item::Fault(fault) });
        self.raw.clear();
    }
}

impl Framer for RteNative {
    fn push(&mut self, byte: u8, out: &mut VecDeque<Framed>) {
        let byte = if self.framing.parity_strip { byte & 0x7F } else { byte };
        let at = self.offset;
        self.offset += 1;
        self.take(byte, at, out);
    }

    fn idle(&mut self, out: &mut VecDeque<Framed>) {
        if self.raw.len() >= HEADER {
            self.fault(FramingFault::Partial, out);
        } else if !self.raw.is_empty() {
            self.fault(FramingFault::Header, out);
        }
    }

    fn reset(&mut self) {
        self.raw.clear();
    }

    fn begun(&self) -> Option<u64> {
        (!self.raw.is_empty()).then_some(self.begun_at)
    }

    fn offset(&self) -> u64 {
        self.offset
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn held(&self) -> usize {
        self.raw.len()
    }
}
