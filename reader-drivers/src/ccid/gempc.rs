//! Serial framing of the GemPC Twin: `03 06`, a CCID message, the exclusive or of all bytes before; `03 15 16` is "say
//! it again".
//!
//! The reader echoes every byte of a command before it answers. Card movements are two bytes, `50` and the state; a
//! lone byte of 0x80 or more asks for time.

use crate::ccid::message::{HEADER, Message};
use crate::error::FramingFault;

const SYNC: u8 = 0x03;
const ACK: u8 = 0x06;
const NAK: u8 = 0x15;
const MOVED: u8 = 0x50;

/// "Say it again".
pub const NAK_FRAME: [u8; 3] = [SYNC, NAK, 0x16];

/// What stands on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A message.
    Message(Message),
    /// The other side did not understand.
    Nak,
    /// A card came (`true`) or went.
    Moved(bool),
    /// The reader asks for time.
    Time,
}

/// The frame of a message; `None` where it has too much data.
#[must_use]
pub fn encode(message: &Message) -> Option<Vec<u8>> {
    let mut frame = vec![SYNC, ACK];
    frame.extend(message.encode()?);
    frame.push(frame.iter().fold(0, |xor, byte| xor ^ byte));
    Some(frame)
}

/// The two bytes by which a reader tells that a card came or went.
#[must_use]
pub const fn moved(present: bool) -> [u8; 2] {
    [MOVED, if present { 0x03 } else { 0x02 }]
}

/// Cuts items out of a byte stream.
#[derive(Default)]
pub struct Deframer {
    raw: Vec<u8>,
}

impl Deframer {
    /// Takes a byte; gives the item that it completes, or the fault that it shows.
    pub fn push(&mut self, byte: u8) -> Option<Result<Item, FramingFault>> {
        self.raw.push(byte);
        let found = match *self.raw.as_slice() {
            [SYNC] | [SYNC, ACK | NAK] | [MOVED] => return None,
            [0x80..=0xFF] => Ok(Item::Time),
            [MOVED, state @ (0x02 | 0x03)] => Ok(Item::Moved(state == 0x03)),
            [SYNC, NAK, check] => {
                if check == SYNC ^ NAK {
                    Ok(Item::Nak)
                } else {
                    Err(FramingFault::Checksum)
                }
            }
            [SYNC, ACK, ref message @ ..] => match Message::length(message) {
                None => return None,
                Some(Err(_)) => Err(FramingFault::TooLong),
                Some(Ok(length)) if message.len() <= length => return None,
                Some(Ok(length)) => {
                    let whole = message.get(..length).and_then(Message::decode);
                    match whole {
                        Some(message) if self.raw.iter().fold(0, |xor, byte| xor ^ byte) == 0 => {
                            Ok(Item::Message(message))
                        }
                        _ => Err(FramingFault::Checksum),
                    }
                }
            },
            // Anything else is noise; a sync byte in it may begin a frame.
            _ => {
                self.raw.clear();
                if byte == SYNC || byte == MOVED {
                    self.raw.push(byte);
                }
                return None;
            }
        };
        self.raw.clear();
        Some(found)
    }

    /// Forgets what was begun.
    pub fn reset(&mut self) {
        self.raw.clear();
    }

    /// Whether a frame was begun and not finished.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        !self.raw.is_empty()
    }
}

/// Length of the shortest message frame.
pub const MIN_FRAME: usize = 2 + HEADER + 1;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Result<Item, FramingFault>> {
        let mut deframer = Deframer::default();
        bytes.iter().filter_map(|byte| deframer.push(*byte)).collect()
    }

    #[test]
    fn golden_frames() {
        let bytes = hex::decode("03066500000000000200000062").unwrap();
        let found = read(&bytes);
        let [Ok(Item::Message(message))] = found.as_slice() else { panic!() };
        assert_eq!((message.kind, message.sequence), (0x65, 2));
        assert_eq!(encode(message).unwrap(), bytes);
        assert_eq!(bytes.len(), MIN_FRAME);
        assert_eq!(read(&NAK_FRAME), [Ok(Item::Nak)]);
        assert_eq!(
            read(&[0x50, 0x02, 0x50, 0x03, 0x9A]),
            [Ok(Item::Moved(false)), Ok(Item::Moved(true)), Ok(Item::Time)]
        );
        assert_eq!(read(&[0x00, 0x03, 0x55, 0x03, 0x15, 0x16]), [Ok(Item::Nak)]);
    }

    proptest! {
        #[test]
        fn one_flipped_bit_is_never_another_message(
            data in proptest::collection::vec(any::<u8>(), 0..40), at in 0_usize..60, bit in 0_u32..8,
        ) {
            let message = Message { kind: 0x6F, slot: 0, sequence: 7, parameters: [0; 3], data };
            let mut bytes = encode(&message).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let found = read(&bytes);
            prop_assert!(!found.iter().any(|item| matches!(item, Ok(Item::Message(_)))), "{:?}", found);
        }

        #[test]
        fn noise_is_survived(noise in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let mut deframer = Deframer::default();
            for byte in noise {
                let _ = deframer.push(byte);
                prop_assert!(deframer.raw.len() <= 2048);
            }
        }
    }
}
