//! A chip in the same process: no reader, no waiting, and the link's time computed instead of spent.
//!
//! For tests and benches: [`InProcess`] is a [`Transceive`] over any [`CardEmulation`], counts what passes, and adds up
//! the time that turnaround and bit rate of its [`Interface`] would have taken.

use std::time::Duration;

use verifier_chip::apdu::{Transceive, TransceiveError};

use crate::emulator::card::{CardEmulation, Interface};

/// What passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Commands, unanswered ones included.
    pub commands: usize,
    /// Octets to the chip.
    pub sent: usize,
    /// Octets from the chip, status words included.
    pub received: usize,
    /// Time on the air by the interface's turnaround and bit rate; nobody waited for it.
    pub time: Duration,
}

/// A chip in the same process.
pub struct InProcess<C> {
    card: C,
    interface: Interface,
    traffic: Traffic,
    longest_command: usize,
    longest_response: usize,
    removed: bool,
    comes_back: bool,
}

impl<C: CardEmulation> InProcess<C> {
    /// A chip in the field of a reader that carries extended length.
    #[must_use]
    pub fn new(mut card: C, interface: Interface) -> Self {
        card.reset();
        Self {
            card,
            interface,
            traffic: Traffic::default(),
            longest_command: 65_544,
            longest_response: 65_538,
            removed: false,
            comes_back: false,
        }
    }

    /// The same behind a reader that carries so many octets of command and response APDUs (261 and 258: short length).
    #[must_use]
    pub fn limited(mut self, longest_command: usize, longest_response: usize) -> Self {
        self.longest_command = longest_command;
        self.longest_response = longest_response;
        self
    }

    /// A chip that left is put back when the reader starts it afresh.
    #[must_use]
    pub fn coming_back(mut self) -> Self {
        self.comes_back = true;
        self
    }

    /// What passed so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// Counts from zero again.
    pub fn count_anew(&mut self) {
        self.traffic = Traffic::default();
    }

    /// The chip.
    pub fn card(&mut self) -> &mut C {
        &mut self.card
    }

    /// The chip, out of the field.
    pub fn into_card(self) -> C {
        self.card
    }

    /// Takes the chip out of the field.
    pub fn remove(&mut self) {
        self.removed = true;
    }

    /// Puts the chip back, or activates it anew where it is: all that is not stored is forgotten.
    pub fn put_back(&mut self) {
        self.card.reset();
        self.removed = false;
    }
}

impl<C: CardEmulation> Transceive for InProcess<C> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        if self.removed {
            return Err(TransceiveError::ChipRemoved);
        }
        if command.len() > self.longest_command {
            return Err(TransceiveError::CommandTooLong);
        }
        let answer = self.card.transmit(command);
        self.traffic.commands += 1;
        self.traffic.sent += command.len();
        if !self.card.is_present() {
            self.removed = true;
            return Err(TransceiveError::ChipRemoved);
        }
        self.traffic.received += answer.len();
        self.traffic.time += self.interface.air_time(command.len() + answer.len());
        if answer.len() < 2 || answer.len() > self.longest_response {
            return Err(TransceiveError::MalformedResponse);
        }
        Ok(answer)
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        if self.removed && !self.comes_back {
            return Err(TransceiveError::ChipRemoved);
        }
        self.put_back();
        Ok(())
    }

    fn max_command(&self) -> usize {
        self.longest_command
    }

    fn max_response(&self) -> usize {
        self.longest_response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_and_not_spent() {
        let interface =
            Interface { turnaround: Duration::from_secs(100), bit_rate: 8, ..Interface::default() };
        let mut link = InProcess::new(|_: &[u8]| vec![1, 0x90, 0x00], interface).limited(5, 3);
        assert_eq!(link.transceive(&[0, 1, 2, 3, 4]).unwrap(), [1, 0x90, 0x00]);
        assert_eq!(link.transceive(&[0; 6]), Err(TransceiveError::CommandTooLong));
        let time = Duration::from_secs(108);
        assert_eq!(link.traffic(), Traffic { commands: 1, sent: 5, received: 3, time });
        link.remove();
        assert_eq!(link.transceive(&[0; 5]), Err(TransceiveError::ChipRemoved));
        link.put_back();
        assert!(link.transceive(&[0; 5]).is_ok());
    }
}
