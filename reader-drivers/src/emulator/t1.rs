//! Block protocol T=1 (ISO/IEC 7816-3, section 11), the card's side, without I/O.

use crate::ccid::t1::{block, parse, pcb};
use crate::emulator::card::CardEmulation;

/// Longest command that is put together from blocks.
const MAX_COMMAND: usize = 65_544;

/// The card's side of the protocol.
pub struct T1 {
    host_sequence: bool,
    sequence: bool,
    host_size: usize,
    command: Vec<u8>,
    response: Vec<u8>,
    /// The last I-block was sent and not yet acknowledged by anything.
    last: Vec<u8>,
}

impl Default for T1 {
    fn default() -> Self {
        Self {
            host_sequence: false,
            sequence: false,
            host_size: 32,
            command: Vec::new(),
            response: Vec::new(),
            last: Vec::new(),
        }
    }
}

impl T1 {
    /// Takes a block of the host; gives the card's, or nothing where the card left.
    pub fn block(&mut self, bytes: &[u8], card: &mut dyn CardEmulation) -> Vec<u8> {
        let Some((kind, data)) = parse(bytes) else { return self.repeat(0x01) };
        let answer = match kind {
            _ if kind & 0x80 == 0 => {
                if (kind & pcb::SEQUENCE != 0) != self.host_sequence {
                    return self.repeat(0x02);
                }
                self.host_sequence = !self.host_sequence;
                self.command.extend_from_slice(data);
                if self.command.len() > MAX_COMMAND {
                    self.command.clear();
                    return self.repeat(0x02);
                }
                if kind & pcb::MORE != 0 {
                    self.repeat(0)
                } else {
                    let command = std::mem::take(&mut self.command);
                    self.response = card.transmit(&command);
                    if !card.is_present() {
                        return Vec::new();
                    }
                    self.next_piece()
                }
            }
            _ if kind & 0xC0 == pcb::R => {
                let wants_next = (kind & pcb::R_SEQUENCE != 0) == self.sequence;
                if wants_next && !self.response.is_empty() { self.next_piece() } else { self.last.clone() }
            }
            pcb::S_RESYNC => {
                *self = Self::default();
                block(pcb::S_RESYNC | pcb::S_ANSWER, &[])
            }
            pcb::S_IFS => {
                if let [size @ 1..=0xFE] = data {
                    self.host_size = usize::from(*size);
                }
                block(pcb::S_IFS | pcb::S_ANSWER, data)
            }
            _ => return self.repeat(0x02),
        };
        self.last.clone_from(&answer);
        answer
    }

    fn repeat(&self, error: u8) -> Vec<u8> {
        block(pcb::R | if self.host_sequence { pcb::R_SEQUENCE } else { 0 } | error, &[])
    }

    fn next_piece(&mut self) -> Vec<u8> {
        let piece: Vec<u8> = self.response.drain(..self.host_size.min(self.response.len())).collect();
        let more = if self.response.is_empty() { 0 } else { pcb::MORE };
        let number = if self.sequence { pcb::SEQUENCE } else { 0 };
        self.sequence = !self.sequence;
        block(number | more, &piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ccid::t1::{Host, Step};
    use proptest::prelude::*;

    /// Runs one exchange; `damage` names the blocks that arrive damaged, counted over both directions.
    fn exchange(host: &mut Host, card: &mut T1, apdu: &[u8], damage: &[usize]) -> Step {
        let mut count = 0;
        let mut hurt = |mut bytes: Vec<u8>| {
            if damage.contains(&count) {
                bytes[1] ^= 0x10;
            }
            count += 1;
            bytes
        };
        let mut echo = |command: &[u8]| [command, &[0x90, 0x00]].concat();
        let mut step = host.command(apdu);
        for _ in 0..2000 {
            let Step::Send(block) = step else { return step };
            let answer = card.block(&hurt(block), &mut echo);
            step = host.receive(&hurt(answer));
        }
        Step::Failed
    }

    proptest! {
        #[test]
        fn apdus_of_any_length_pass_in_blocks_of_any_size(
            lengths in proptest::collection::vec(4_usize..900, 1..4), size in 1_usize..300,
        ) {
            let (mut host, mut card) = (Host::new(size), T1::default());
            for length in lengths {
                let apdu: Vec<u8> = (0_u8..=255).cycle().take(length).collect();
                let wanted = [apdu.as_slice(), &[0x90, 0x00]].concat();
                prop_assert_eq!(exchange(&mut host, &mut card, &apdu, &[]), Step::Done(wanted));
            }
        }

        #[test]
        fn a_damaged_block_is_repeated(length in 4_usize..200, at in 0_usize..12) {
            let (mut host, mut card) = (Host::new(32), T1::default());
            let apdu: Vec<u8> = (0_u8..=255).cycle().take(length).collect();
            let wanted = [apdu.as_slice(), &[0x90, 0x00]].concat();
            prop_assert_eq!(exchange(&mut host, &mut card, &apdu, &[at]), Step::Done(wanted));
        }
    }

    #[test]
    fn a_line_that_damages_everything_is_given_up() {
        let (mut host, mut card) = (Host::new(32), T1::default());
        let all: Vec<usize> = (0..2000).collect();
        assert_eq!(exchange(&mut host, &mut card, &[0; 9], &all), Step::Failed);
    }
}
