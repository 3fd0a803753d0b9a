//! Messages of the Elyctis scanner command set: command byte, length (two bytes, high first), data.
//!
//! There is no sync byte and no checksum. The framer finds its way back by what the set allows: a known command, a
//! length up to 256, printable text where text is due, and the gap on the line; bytes that a false header swallowed
//! are looked at again. The check digits of the MRZ are the only integrity check.

use std::collections::VecDeque;

use crate::error::FramingFault;
use crate::mrz_text::Integrity;
use crate::serial::framer::{Framed, Framer, Item, lines};
use crate::serial::profile::Framing;

/// Ask for the MRZ; also the unasked message of continuous reading.
pub const INQUIRE: u8 = b'I';
/// Ask for a one-line MRZ.
pub const INQUIRE_LINE: u8 = b'L';
/// Continuous reading on or off.
pub const CONTINUOUS: u8 = b'C';
/// Firmware version.
pub const VERSION: u8 = b'V';
/// Version of the OCR engine.
pub const OCR_VERSION: u8 = b'W';
/// Serial number.
pub const SERIAL_NUMBER: u8 = b'R';
/// Product information.
pub const PRODUCT: u8 = b'T';

const COMMANDS: [u8; 7] = [INQUIRE, INQUIRE_LINE, CONTINUOUS, VERSION, OCR_VERSION, SERIAL_NUMBER, PRODUCT];

/// Longest data of a message.
pub const MAX_DATA: usize = 256;

/// Command, length, data as bytes.
#[must_use]
pub fn message(command: u8, data: &[u8]) -> Vec<u8> {
    let data = data.get(..MAX_DATA).unwrap_or(data);
    let [high, low] = u16::try_from(data.len()).unwrap_or(0).to_be_bytes();
    let mut bytes = vec![command, high, low];
    bytes.extend_from_slice(data);
    bytes
}

/// State machine of [`Protocol::Elyctis`](crate::serial::profile::Protocol::Elyctis).
pub struct Elyctis {
    framing: Framing,
    raw: Vec<u8>,
    offset: u64,
    skipped: u64,
}

/// What the bytes held so far are.
enum Look {
    /// Not the beginning of a message.
    No(Option<FramingFault>),
    /// Perhaps; more bytes are needed.
    More,
    /// A message with so many bytes of data.
    Whole(u8, usize),
}

impl Elyctis {
    /// A framer at the beginning of a stream.
    #[must_use]
    pub const fn new(framing: Framing) -> Self {
        Self { framing, raw: Vec::new(), offset: 0, skipped: 0 }
    }

    fn begun_at(&self) -> u64 {
        self.offset.saturating_sub(self.raw.len() as u64)
    }

    fn look(&self) -> Look {
        let mut bytes = self.raw.iter().copied();
        let Some(command) = bytes.next() else { return Look::More };
        if !COMMANDS.contains(&command) {
            return Look::No(None);
        }
        let Some(high) = bytes.next() else { return Look::More };
        if high > 1 {
            return Look::No(None);
        }
        let Some(low) = bytes.next() else { return Look::More };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length > MAX_DATA || (command == CONTINUOUS && length != 1) {
            return Look::No(None);
        }
        let text = |byte: u8| matches!(byte, 0x20..=0x7F | b'\r' | b'\n');
        if command != CONTINUOUS && !bytes.all(text) {
            return Look::No(Some(FramingFault::Content));
        }
        if self.raw.len() < 3 + length { Look::More } else { Look::Whole(command, length) }
    }

    fn advance(&mut self, out: &mut VecDeque<Framed>) {
        while !self.raw.is_empty() {
            match self.look() {
                Look::More => return,
                Look::No(fault) => {
                    if let Some(fault) = fault {
                        out.push_back(Framed { offset: self.begun_at(), item: Item::Fault(fault) });
                    }
                    self.raw.remove(0);
                    self.skipped += 1;
                }
                Look::Whole(command, length) => {
                    let offset = self.begun_at();
                    let data: Vec<u8> = self.raw.drain(..3 + length).skip(3).collect();
                    let item = match command {
                        INQUIRE | INQUIRE_LINE => lines(&data, &self.framing, Integrity::None)
                            .unwrap_or(Item::Fault(FramingFault::Content)),
                        _ => Item::Control(command, data),
                    };
                    out.push_back(Framed { offset, item });
                }
            }
        }
    }
}

impl Framer for Elyctis {
    fn push(&mut self, byte: u8, out: &mut VecDeque<Framed>) {
        self.offset += 1;
        self.raw.push(byte);
        self.advance(out);
    }

    fn idle(&mut self, out: &mut VecDeque<Framed>) {
        if self.raw.is_empty() {
            return;
        }
        out.push_back(Framed { offset: self.begun_at(), item: Item::Fault(FramingFault::Partial) });
        while !self.raw.is_empty() {
            self.raw.remove(0);
            self.skipped += 1;
            self.advance(out);
        }
    }

    fn reset(&mut self) {
        self.skipped += self.raw.len() as u64;
        self.raw.clear();
    }

    fn begun(&self) -> Option<u64> {
        (!self.raw.is_empty()).then(|| self.begun_at())
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
