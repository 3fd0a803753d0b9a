//! Bytes in, frames out: the face that every framing state machine shows.
//!
//! A framer does no I/O and reads no clock. It is fed with what arrived and told when the line was quiet, and yields
//! the same frames however the stream was cut into pieces. What it holds is bounded by the profile's `max_len`.

use std::collections::VecDeque;
use std::fmt;

use crate::error::FramingFault;
use crate::mrz_text::{Cell, Integrity, MrzText};
use crate::serial::delimited::Delimited;
use crate::serial::elyctis::Elyctis;
use crate::serial::profile::{Framing, Profile, Protocol};
use crate::serial::rte::RteNative;

/// Most lines that one frame may hold; no MRZ has more than three.
const MAX_LINES: usize = 8;

/// What a framer found, and the offset of its first byte in what the device sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framed {
    /// Counted from 0 since the framer was made.
    pub offset: u64,
    /// What stands there.
    pub item: Item,
}

/// What stands in the byte stream.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// The lines of an MRZ.
    Mrz(MrzText),
    /// A well-formed frame without text: the device found nothing to read.
    Empty,
    /// Another message of the protocol: its code and data.
    Control(u8, Vec<u8>),
    /// Bytes that began as a frame and were none.
    Fault(FramingFault),
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mrz(text) => write!(f, "{text:?}"),
            Self::Empty => f.write_str("Empty"),
            Self::Control(code, data) => write!(f, "Control({code:02X}, {} bytes)", data.len()),
            Self::Fault(fault) => write!(f, "Fault({fault:?})"),
        }
    }
}

/// A framing state machine.
pub trait Framer: Send {
    /// Takes the next byte of the stream.
    fn push(&mut self, byte: u8, out: &mut VecDeque<Framed>);

    /// The line was quiet for [`Profile::quiet_after`]: ends or gives up what was begun.
    fn idle(&mut self, out: &mut VecDeque<Framed>);

    /// Gives up what was begun, without a word: the caller names the fault.
    fn reset(&mut self);

    /// Offset of the first byte of the frame that was begun and not finished.
    fn begun(&self) -> Option<u64>;

    /// Bytes consumed so far.
    fn offset(&self) -> u64;

    /// Bytes that stood outside every frame (noise).
    fn skipped(&self) -> u64;

    /// Bytes held now; never more than the profile's `max_len` and a few.
    fn held(&self) -> usize;
}

/// The framer of a profile.
#[must_use]
pub fn framer(profile: &Profile) -> Box<dyn Framer> {
    match profile.protocol {
        Protocol::Delimited => Box::new(Delimited::new(profile.framing.clone())),
        Protocol::Elyctis => Box::new(Elyctis::new(profile.framing.clone())),
        Protocol::RteNative => Box::new(RteNative::new(profile.framing.clone())),
    }
}

/// Content of a frame to lines of cells; empty lines are dropped. `None` where there are too many lines.
pub(crate) fn lines(content: &[u8], framing: &Framing, integrity: Integrity) -> Option<Item> {
    let cell = |byte: &u8| match byte {
        b if framing.reject_chars.as_bytes().contains(b) => Cell::Unknown,
        0x20..=0x7E => Cell::Read(*byte),
        _ => Cell::Unknown,
    };
    let mut lines: Vec<Vec<Cell>> = split(content, &framing.line_sep.0)
        .filter(|line| !line.is_empty())
        .take(MAX_LINES + 1)
        .map(|line| line.iter().map(cell).collect())
        .collect();
    if lines.len() > MAX_LINES {
        return None;
    }
    if let [only] = lines.as_slice()
        && let Some((_, width)) = framing.joined.iter().find(|(whole, _)| *whole == only.len())
    {
        lines = only.chunks(*width).map(<[Cell]>::to_vec).collect();
    }
    Some(if lines.is_empty() { Item::Empty } else { Item::Mrz(MrzText::new(lines, integrity)) })
}

/// Splits at every occurrence of `separator`; an empty separator splits nowhere.
fn split<'a>(content: &'a [u8], separator: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = Some(content);
    std::iter::from_fn(move || {
        let now = rest?;
        let at = if separator.is_empty() {
            None
        } else {
            now.windows(separator.len()).position(|w| w == separator)
        };
        match at {
            Some(at) => {
                rest = now.get(at + separator.len()..);
                now.get(..at)
            }
            None => {
                rest = None;
                Some(now)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitting() {
        let parts = |c: &'static [u8], s: &'static [u8]| split(c, s).collect::<Vec<_>>();
        assert_eq!(parts(b"A\r\nB\r\n", b"\r\n"), [&b"A"[..], b"B", b""]);
        assert_eq!(parts(b"AB", b""), [b"AB"]);
        assert_eq!(parts(b"", b"\r"), [b""]);
    }

    #[test]
    fn joined_lines_are_cut_and_unread_cells_stay_unread() {
        let framing = Framing { joined: vec![(6, 3)], ..Framing::default() };
        let Some(Item::Mrz(text)) = lines(b"AB?\xFFE<", &framing, Integrity::None) else { panic!() };
        assert_eq!(text.to_lines(), ["AB?", "?E<"]);
        assert_eq!(text.unknown(), 2);
        assert_eq!(lines(b"\r\r", &framing, Integrity::None), Some(Item::Empty));
        assert_eq!(lines(b"1\r2\r3\r4\r5\r6\r7\r8\r9", &framing, Integrity::None), None);
    }
}
