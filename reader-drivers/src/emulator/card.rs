//! The card's side of a contact or contactless interface, as every emulated reader drives it.

use std::time::Duration;

/// An emulated chip: command APDU in, response APDU out.
///
/// Every `FnMut(&[u8]) -> Vec<u8>` is one; a chip with a state of its own also implements [`CardEmulation::reset`].
pub trait CardEmulation: Send {
    /// Answers one command APDU with a response APDU, status word included.
    fn transmit(&mut self, command: &[u8]) -> Vec<u8>;

    /// The chip lost its power or was selected anew: everything that is not stored is forgotten.
    fn reset(&mut self) {}

    /// Identifier for the anticollision that follows a reset; `None`: the interface's, always the same.
    fn identifier(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// Whether the chip is still in the field. Looked at after each command: an answer that says no was never sent, and
    /// the reader meets a chip that was taken away. A reset brings it back where it can come back.
    fn is_present(&self) -> bool {
        true
    }
}

impl<F: FnMut(&[u8]) -> Vec<u8> + Send> CardEmulation for F {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self(command)
    }
}

impl CardEmulation for Box<dyn CardEmulation> {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        (**self).transmit(command)
    }
    fn reset(&mut self) {
        (**self).reset();
    }
    fn identifier(&mut self) -> Option<Vec<u8>> {
        (**self).identifier()
    }
    fn is_present(&self) -> bool {
        (**self).is_present()
    }
}

/// What a card says when it is activated, and how fast the air between card and reader is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Identifier of the anticollision; 4, 7 or 10 bytes.
    pub uid: Vec<u8>,
    /// SENS_RES, most significant byte first.
    pub sens_res: [u8; 2],
    /// SEL_RES; bit 5 tells of ISO/IEC 14443-4.
    pub sel_res: u8,
    /// Answer to select, its length byte included.
    pub ats: Vec<u8>,
    /// Answer to reset of the same chip behind a PC/SC reader or with contacts.
    pub atr: Vec<u8>,
    /// Time that an exchange takes beside its bits; zero for none.
    pub turnaround: Duration,
    /// Bits a second on the air; zero for no limit.
    pub bit_rate: u32,
}

impl Default for Interface {
    /// A type A card with frames of 256 bytes and no delays.
    fn default() -> Self {
        Self {
            uid: vec![0x08, 0xA1, 0xB2, 0xC3],
            sens_res: [0x00, 0x04],
            sel_res: 0x20,
            ats: vec![0x06, 0x78, 0x80, 0x70, 0x02, 0x00],
            atr: vec![0x3B, 0x80, 0x80, 0x01, 0x01],
            turnaround: Duration::ZERO,
            bit_rate: 0,
        }
    }
}

impl Interface {
    /// Time that an exchange of so many bytes (both ways together) takes.
    #[must_use]
    pub fn air_time(&self, bytes: usize) -> Duration {
        let bits = u32::try_from(bytes.saturating_mul(8)).unwrap_or(u32::MAX);
        let moving = match self.bit_rate {
            0 => Duration::ZERO,
            rate => Duration::from_secs_f64(f64::from(bits) / f64::from(rate)),
        };
        self.turnaround + moving
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn air_time_is_turnaround_and_bits() {
        let interface =
            Interface { turnaround: Duration::from_millis(8), bit_rate: 424_000, ..Interface::default() };
        assert_eq!(interface.air_time(5300).as_millis(), 108);
        assert_eq!(Interface::default().air_time(1_000_000), Duration::ZERO);
    }

    #[test]
    fn a_closure_is_a_card() {
        let mut count = 0_u8;
        let mut card: Box<dyn CardEmulation> = Box::new(move |_: &[u8]| {
            count += 1;
            vec![count, 0x90, 0x00]
        });
        card.reset();
        assert_eq!((card.transmit(&[])[0], card.transmit(&[])[0]), (1, 2));
    }
}
