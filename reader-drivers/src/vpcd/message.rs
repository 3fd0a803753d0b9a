//! Messages of the vpcd protocol: a length of two bytes, high byte first, and a payload.
//!
//! A payload of one byte from the reader is a control code, everything else a command APDU; the card answers ATR
//! requests and commands, nothing else.

/// Card, lose your power.
pub const POWER_OFF: u8 = 0x00;
/// Card, take power.
pub const POWER_ON: u8 = 0x01;
/// Card, start anew.
pub const RESET: u8 = 0x02;
/// Card, tell your answer to reset.
pub const ATR: u8 = 0x04;

/// A message with this payload; `None` where it is longer than a length can say.
#[must_use]
pub fn encode(payload: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(payload.len()).ok()?;
    let mut message = length.to_be_bytes().to_vec();
    message.extend_from_slice(payload);
    Some(message)
}

/// Cuts messages out of a byte stream. Holds at most one message of 65 535 bytes.
#[derive(Default)]
pub struct Messages {
    raw: Vec<u8>,
}

impl Messages {
    /// Takes a byte; gives the payload of the message that it completes.
    pub fn push(&mut self, byte: u8) -> Option<Vec<u8>> {
        self.raw.push(byte);
        let [high, low, payload @ ..] = self.raw.as_slice() else { return None };
        if payload.len() < usize::from(u16::from_be_bytes([*high, *low])) {
            return None;
        }
        let payload = payload.to_vec();
        self.raw.clear();
        Some(payload)
    }

    /// Whether a message was begun and not finished.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        !self.raw.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn messages_come_out_as_they_went_in(payloads in proptest::collection::vec(
            proptest::collection::vec(any::<u8>(), 0..400), 0..6,
        )) {
            let stream: Vec<u8> = payloads.iter().filter_map(|payload| encode(payload)).flatten().collect();
            let mut messages = Messages::default();
            let read: Vec<_> = stream.into_iter().filter_map(|byte| messages.push(byte)).collect();
            prop_assert_eq!(read, payloads);
            prop_assert!(!messages.is_begun());
        }
    }

    #[test]
    fn too_long_is_refused() {
        assert!(encode(&vec![0; 65_536]).is_none());
        assert_eq!(encode(&[ATR]).unwrap(), [0x00, 0x01, 0x04]);
    }
}
