//! Half-duplex block protocol of ISO/IEC 14443-4, the card's side, for hosts that drive it themselves through a reader.
//!
//! I-blocks with chaining both ways, R-blocks for repetition, S(DESELECT); RATS and PPS before them. Block numbers
//! follow rules C to E and 11 to 13 of section 7.5.4. Waiting-time extensions are never asked for.

use crate::emulator::card::CardEmulation;

/// Frame sizes by their code (FSDI, FSCI).
const FRAME_SIZES: [usize; 9] = [16, 24, 32, 40, 48, 64, 96, 128, 256];
/// Longest command that is put together from blocks.
const MAX_COMMAND: usize = 65_544;

/// State of the protocol on one card.
#[derive(Default)]
pub struct IsoDep {
    active: bool,
    number: u8,
    frame_size: usize,
    command: Vec<u8>,
    response: Vec<u8>,
    last: Vec<u8>,
    cid: Option<u8>,
}

impl IsoDep {
    /// The card was selected: RATS is due.
    pub fn select(&mut self) {
        *self = Self::default();
    }

    /// Takes a frame without its CRC; `None` where the card is silent.
    pub fn frame(&mut self, frame: &[u8], ats: &[u8], card: &mut dyn CardEmulation) -> Option<Vec<u8>> {
        let (&pcb, rest) = frame.split_first()?;
        if pcb == 0xE0 && !self.active {
            let parameter = *rest.first()?;
            self.frame_size = *FRAME_SIZES.get(usize::from(parameter >> 4)).unwrap_or(&256);
            self.active = true;
            // The card's first block number is 1 and is toggled by the first I-block.
            self.number = 1;
            card.reset();
            return Some(ats.to_vec());
        }
        if !self.active {
            return None;
        }
        if pcb & 0xF0 == 0xD0 {
            return Some(vec![pcb]);
        }
        let (cid, data) = if pcb & 0x08 == 0 { (None, rest) } else { (Some(*rest.first()?), rest.get(1..)?) };
        self.cid = cid;
        let answer = match pcb {
            _ if pcb & 0xE6 == 0x02 => self.information(pcb, data, card),
            _ if pcb & 0xE6 == 0xA2 => self.receipt(pcb),
            0xC2 | 0xCA => {
                self.active = false;
                Some(self.block(0xC2, &[]))
            }
            _ => None,
        }?;
        self.last.clone_from(&answer);
        Some(answer)
    }

    fn information(&mut self, pcb: u8, data: &[u8], card: &mut dyn CardEmulation) -> Option<Vec<u8>> {
        self.number ^= 1;
        if self.command.len() + data.len() > MAX_COMMAND {
            self.active = false;
            return None;
        }
        self.command.extend_from_slice(data);
        if pcb & 0x10 != 0 {
            return Some(self.block(0xA2 | self.number, &[]));
        }
        let command = std::mem::take(&mut self.command);
        self.response = card.transmit(&command);
        if !card.is_present() {
            self.active = false;
            return None;
        }
        Some(self.next_piece())
    }

    fn receipt(&mut self, pcb: u8) -> Option<Vec<u8>> {
        if pcb & 0x01 == self.number {
            return (!self.last.is_empty()).then(|| self.last.clone());
        }
        if pcb & 0x10 != 0 {
            return Some(self.block(0xA2 | self.number, &[]));
        }
        if self.response.is_empty() {
            return None;
        }
        self.number ^= 1;
        Some(self.next_piece())
    }

    fn next_piece(&mut self) -> Vec<u8> {
        // Block control, card identifier and CRC take their share of a frame.
        let room = self.frame_size.saturating_sub(3 + usize::from(self.cid.is_some())).max(1);
        let piece: Vec<u8> = self.response.drain(..room.min(self.response.len())).collect();
        let more = if self.response.is_empty() { 0 } else { 0x10 };
        self.block(0x02 | more | self.number, &piece)
    }

    fn block(&self, pcb: u8, data: &[u8]) -> Vec<u8> {
        let mut block = match self.cid {
            None => vec![pcb],
            Some(cid) => vec![pcb | 0x08, cid],
        };
        block.extend_from_slice(data);
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo(command: &[u8]) -> Vec<u8> {
        [command, &[0x90, 0x00]].concat()
    }

    #[test]
    fn blocks_are_numbered_chained_and_repeated() {
        let (mut card, mut dep) = (echo, IsoDep::default());
        let mut say = |frame: &[u8]| dep.frame(frame, &[0x02, 0x78], &mut card);
        assert_eq!(say(&[0x02, 0x00]), None);
        assert_eq!(say(&[0xE0, 0x00]).unwrap(), [0x02, 0x78]);
        assert_eq!(say(&[0x02, 0xAA]).unwrap(), [0x02, 0xAA, 0x90, 0x00]);
        // Lost on the way: the same block again.
        assert_eq!(say(&[0xB2]).unwrap(), [0x02, 0xAA, 0x90, 0x00]);
        assert_eq!(say(&[0xB3]).unwrap(), [0xA2]);
        // A command in two pieces, a response in two pieces (frames of 16 bytes).
        assert_eq!(say(&[0x13, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]).unwrap(), [0xA3]);
        let first = say(&[0x02, 14]).unwrap();
        assert_eq!(first, [0x12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
        assert_eq!(say(&[0xA3]).unwrap(), [0x03, 14, 0x90, 0x00]);
        assert_eq!(say(&[0xC2]).unwrap(), [0xC2]);
        assert_eq!(say(&[0x02, 0xAA]), None);
    }
}
