//! Check bytes of serial framings, and which bytes of a frame they cover.
//!
//! Makers publish neither with care, so both are data of a profile, and a profile may name several coverages: the
//! one that matched stands with the frame.

use serde::Deserialize;

/// How a check value is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Checksum {
    /// No check value is sent.
    #[default]
    None,
    /// One byte: exclusive or of the covered bytes (block check character, ISO 1155).
    Xor,
    /// One byte: sum of the covered bytes modulo 256.
    Sum8,
    /// One byte: two's complement of the sum modulo 256, so that everything adds up to zero.
    Lrc,
    /// Two bytes, high byte first: CRC-16 with polynomial 0x1021 and initial value 0xFFFF.
    #[serde(rename = "crc16-ccitt")]
    Crc16Ccitt,
}

impl Checksum {
    /// How many bytes the check value has.
    #[must_use]
    pub const fn width(self) -> usize {
        match self {
            Self::None => 0,
            Self::Xor | Self::Sum8 | Self::Lrc => 1,
            Self::Crc16Ccitt => 2,
        }
    }

    /// The check value of the bytes, as it is sent.
    #[must_use]
    pub fn compute(self, bytes: &[u8]) -> Vec<u8> {
        let sum = || bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        match self {
            Self::None => Vec::new(),
            Self::Xor => vec![bytes.iter().fold(0, |sum, byte| sum ^ byte)],
            Self::Sum8 => vec![sum()],
            Self::Lrc => vec![sum().wrapping_neg()],
            Self::Crc16Ccitt => crc16(bytes).to_be_bytes().to_vec(),
        }
    }
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(
            crc ^ u16::from(*byte) << 8,
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
            },
        )
    })
}

/// Which bytes of a frame its check value covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Coverage {
    /// From the start sequence to the end sequence, both with it.
    StartToEnd,
    /// From the byte after the start sequence to the end sequence, the latter with it.
    AfterStartToEnd,
    /// What stands between start and end sequence, neither with it.
    AfterStartBeforeEnd,
    /// From the byte after the first STX (0x02) to the end sequence, the latter with it.
    AfterStxToEnd,
}

/// The parts of a raw frame that a coverage can speak of.
#[derive(Clone, Copy)]
pub(crate) struct RawFrame<'a> {
    /// Start sequence, content and end sequence, without the check value.
    pub(crate) bytes: &'a [u8],
    /// Length of the start sequence.
    pub(crate) start: usize,
    /// Length of the end sequence.
    pub(crate) end: usize,
}

impl<'a> RawFrame<'a> {
    /// The bytes that a coverage names.
    pub(crate) fn covered(self, coverage: Coverage) -> &'a [u8] {
        let before_end = self.bytes.len().saturating_sub(self.end);
        let found = match coverage {
            Coverage::StartToEnd => Some(self.bytes),
            Coverage::AfterStartToEnd => self.bytes.get(self.start..),
            Coverage::AfterStartBeforeEnd => self.bytes.get(self.start..before_end),
            Coverage::AfterStxToEnd => {
                let stx = self.bytes.iter().position(|byte| *byte == 0x02);
                stx.and_then(|at| self.bytes.get(at + 1..))
            }
        };
        found.unwrap_or_default()
    }
}

/// Finds out which of a profile's coverages a device means.
///
/// With several coverages some errors cancel out: whether SOH (0x01) is covered or not differs by one bit, so one
/// flipped bit looks like the other coverage. Therefore the coverage that fitted most often holds, and a frame that
/// fits another one only is bad. The first frame of a session is taken under any.
#[derive(Debug, Clone, Default)]
pub(crate) struct Learner {
    fits: Vec<(Coverage, u32)>,
}

impl Learner {
    /// Whether `found` is the check value of the frame, and under which coverage. `mask` clears bits that the line
    /// does not carry (0x7F on a seven-bit line).
    pub(crate) fn check(
        &mut self,
        frame: RawFrame<'_>,
        checksum: Checksum,
        coverages: &[Coverage],
        found: &[u8],
        mask: u8,
    ) -> Option<Coverage> {
        let fits = |coverage: &&Coverage| {
            let expected = checksum.compute(frame.covered(**coverage));
            expected.len() == found.len() && expected.iter().zip(found).all(|(a, b)| a & mask == b & mask)
        };
        let fitting: Vec<Coverage> = coverages.iter().filter(fits).copied().collect();
        let known = self.fits.iter().rev().max_by_key(|(_, times)| *times).map(|(coverage, _)| *coverage);
        for coverage in &fitting {
            match self.fits.iter_mut().find(|(old, _)| old == coverage) {
                Some((_, times)) => *times = times.saturating_add(1),
                None => self.fits.push((*coverage, 1)),
            }
        }
        match known {
            Some(known) => fitting.contains(&known).then_some(known),
            None => fitting.first().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_check_values() {
        // The check value of CRC-16/CCITT-FALSE over "123456789" is 0x29B1.
        assert_eq!(Checksum::Crc16Ccitt.compute(b"123456789"), [0x29, 0xB1]);
        assert_eq!(Checksum::Xor.compute(b"123456789"), [0x31]);
        assert_eq!(Checksum::Sum8.compute(b"123456789"), [0xDD]);
        assert_eq!(Checksum::Lrc.compute(b"123456789"), [0x23]);
        assert!(Checksum::None.compute(b"1").is_empty());
    }

    #[test]
    fn what_a_device_means_is_learnt_and_holds() {
        let both = [Coverage::AfterStartToEnd, Coverage::StartToEnd];
        let frame = RawFrame { bytes: b"\x01AB\x03", start: 1, end: 1 };
        let mut learner = Learner::default();
        let mut check = |found: u8| learner.check(frame, Checksum::Xor, &both, &[found], 0xFF);
        assert_eq!(check(0x01), Some(Coverage::StartToEnd));
        assert_eq!(check(0x00), None);
        assert_eq!(check(0x01), Some(Coverage::StartToEnd));
        assert_eq!(check(0x55), None);
        // A device that goes on meaning the other one is believed in the end.
        assert_eq!((check(0x00), check(0x00)), (None, None));
        assert_eq!(check(0x00), Some(Coverage::AfterStartToEnd));
    }

    #[test]
    fn coverages_name_their_bytes() {
        let frame = RawFrame { bytes: b"\x01\x02AB\x03", start: 1, end: 1 };
        assert_eq!(frame.covered(Coverage::StartToEnd), b"\x01\x02AB\x03");
        assert_eq!(frame.covered(Coverage::AfterStartToEnd), b"\x02AB\x03");
        assert_eq!(frame.covered(Coverage::AfterStartBeforeEnd), b"\x02AB");
        assert_eq!(frame.covered(Coverage::AfterStxToEnd), b"AB\x03");
    }
}
