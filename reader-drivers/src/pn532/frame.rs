//! Frames between host and PN532 over a serial line (NXP UM0701-02, section 6.2.1), without I/O.
//!
//! `00 00 FF LEN LCS TFI PD.. DCS 00`, the extended form for more than 255 bytes, and the short ACK, NACK and error
//! frames. Receivers hunt for `00 FF`: any preamble may come before, the postamble may be missing.

use std::fmt;

use crate::error::FramingFault;

/// Frame identifier of what the host sends.
pub const HOST: u8 = 0xD4;
/// Frame identifier of what the PN532 sends.
pub const CHIP: u8 = 0xD5;
/// Frame identifier of an application error.
const ERROR: u8 = 0x7F;

/// Longest packet data after the frame identifier, in bytes.
pub const MAX_DATA: usize = 264;

/// ACK: "understood"; from the host also "stop what you do".
pub const ACK: [u8; 6] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00];
/// NACK: "say it again".
pub const NACK: [u8; 6] = [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00];
/// "Unknown command or wrong syntax".
pub const ERROR_FRAME: [u8; 8] = [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00];

/// A frame.
#[derive(Clone, PartialEq, Eq)]
pub enum Frame {
    /// Frame identifier ([`HOST`] or [`CHIP`]) and packet data.
    Data(u8, Vec<u8>),
    /// ACK.
    Ack,
    /// NACK.
    Nack,
    /// Unknown command or wrong syntax.
    Error,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What follows the command code may be a document's.
            Self::Data(tfi, data) => {
                write!(f, "Data({tfi:02X}, {:02X?}, {} bytes)", data.first(), data.len())
            }
            Self::Ack => f.write_str("Ack"),
            Self::Nack => f.write_str("Nack"),
            Self::Error => f.write_str("Error"),
        }
    }
}

/// The frame with this identifier and packet data; `None` where there is more than [`MAX_DATA`].
#[must_use]
pub fn encode(tfi: u8, data: &[u8]) -> Option<Vec<u8>> {
    if data.len() > MAX_DATA {
        return None;
    }
    let length = u16::try_from(data.len() + 1).ok()?;
    let [high, low] = length.to_be_bytes();
    let mut frame = vec![0x00, 0x00, 0xFF];
    if high == 0 && low != 0xFF {
        frame.extend([low, low.wrapping_neg()]);
    } else {
        frame.extend([0xFF, 0xFF, high, low, high.wrapping_add(low).wrapping_neg()]);
    }
    frame.push(tfi);
    frame.extend_from_slice(data);
    let sum = data.iter().fold(tfi, |sum, byte| sum.wrapping_add(*byte));
    frame.extend([sum.wrapping_neg(), 0x00]);
    Some(frame)
}

/// Cuts frames out of a byte stream.
#[derive(Default)]
pub struct Deframer {
    /// From `00 FF` on; while hunting at most one byte.
    raw: Vec<u8>,
}

enum Look {
    No(Option<FramingFault>),
    More,
    Whole(Frame, usize),
}

impl Deframer {
    /// A deframer at the beginning of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a byte; gives the frame that it completes, or the fault that it shows.
    pub fn push(&mut self, byte: u8) -> Option<Result<Frame, FramingFault>> {
        self.raw.push(byte);
        while !self.raw.is_empty() {
            match self.look() {
                Look::More => return None,
                Look::Whole(frame, length) => {
                    self.raw.drain(..length.min(self.raw.len()));
                    return Some(Ok(frame));
                }
                Look::No(fault) => {
                    self.raw.remove(0);
                    if let Some(fault) = fault {
                        return Some(Err(fault));
                    }
                }
            }
        }
        None
    }

    /// Forgets a frame that was begun.
    pub fn reset(&mut self) {
        self.raw.clear();
    }

    /// Bytes held; never more than the longest frame.
    #[must_use]
    pub fn held(&self) -> usize {
        self.raw.len()
    }

    fn look(&self) -> Look {
        let (length, body) = match *self.raw.as_slice() {
            [0x00] | [0x00, 0xFF] | [0x00, 0xFF, _] => return Look::More,
            [0x00, 0xFF, 0x00, 0xFF, ..] => return Look::Whole(Frame::Ack, 4),
            [0x00, 0xFF, 0xFF, 0x00, ..] => return Look::Whole(Frame::Nack, 4),
            [0x00, 0xFF, 0xFF, 0xFF, high, low, check, ..] => {
                if high.wrapping_add(low).wrapping_add(check) != 0 {
                    return Look::No(Some(FramingFault::Header));
                }
                (usize::from(u16::from_be_bytes([high, low])), 7)
            }
            [0x00, 0xFF, 0xFF, 0xFF, ..] => return Look::More,
            [0x00, 0xFF, length, check, ..] => {
                if length.wrapping_add(check) != 0 {
                    // Often a `00 FF` in noise, or a preamble that goes on: not worth a word.
                    return Look::No(None);
                }
                (usize::from(length), 4)
            }
            _ => return Look::No(None),
        };
        if length == 0 || length > MAX_DATA + 1 {
            return Look::No(Some(FramingFault::TooLong));
        }
        let Some([packet @ .., check]) = self.raw.get(body..=body + length) else { return Look::More };
        let sum = packet.iter().fold(*check, |sum, byte| sum.wrapping_add(*byte));
        match packet {
            _ if sum != 0 => Look::No(Some(FramingFault::Checksum)),
            [ERROR] => Look::Whole(Frame::Error, body + length + 1),
            [tfi, data @ ..] => Look::Whole(Frame::Data(*tfi, data.to_vec()), body + length + 1),
            [] => Look::No(Some(FramingFault::Header)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Result<Frame, FramingFault>> {
        let mut deframer = Deframer::new();
        bytes.iter().filter_map(|byte| deframer.push(*byte)).collect()
    }

    #[test]
    fn published_frames() {
        let wake = hex::decode("555500000000000000000000000000000000ff03fdd414011700").unwrap();
        assert_eq!(read(&wake), [Ok(Frame::Data(HOST, vec![0x14, 0x01]))]);
        assert_eq!(encode(HOST, &[0x14, 0x01]).unwrap(), wake[16..]);
        assert_eq!(read(&ACK), [Ok(Frame::Ack)]);
        assert_eq!(read(&NACK), [Ok(Frame::Nack)]);
        assert_eq!(read(&ERROR_FRAME), [Ok(Frame::Error)]);
        assert!(encode(HOST, &[0; MAX_DATA + 1]).is_none());
    }

    #[test]
    fn a_bad_checksum_is_told_and_the_next_frame_is_read() {
        let mut bytes = encode(CHIP, &[0x03, 0x32, 0x01]).unwrap();
        bytes[6] ^= 0x10;
        bytes.extend(ACK);
        assert_eq!(read(&bytes), [Err(FramingFault::Checksum), Ok(Frame::Ack)]);
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_whatever_came_before(
            data in proptest::collection::vec(any::<u8>(), 0..=MAX_DATA),
            preamble in 0_usize..20,
            postamble in any::<bool>(),
        ) {
            let mut bytes = vec![0x55; preamble];
            bytes.extend(encode(CHIP, &data).unwrap());
            if !postamble {
                bytes.pop();
            }
            prop_assert_eq!(read(&bytes), [Ok(Frame::Data(CHIP, data))]);
        }

        #[test]
        fn noise_is_survived_in_bounded_memory(noise in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let mut deframer = Deframer::new();
            for byte in noise {
                let _ = deframer.push(byte);
                prop_assert!(deframer.held() <= MAX_DATA + 16);
            }
        }

        #[test]
        fn one_flipped_bit_is_never_another_frame(
            data in proptest::collection::vec(any::<u8>(), 1..60), at in 5_usize..60, bit in 0_u32..8,
        ) {
            let mut bytes = encode(CHIP, &data).unwrap();
            let at = 5 + (at % (data.len() + 2));
            bytes[at] ^= 1 << bit;
            prop_assert!(read(&bytes).iter().all(Result::is_err));
        }
    }
}
