//! CCID messages (USB CCID 1.1, section 6): a header of ten bytes and data.

/// Host: give the card power and tell its answer to reset.
pub const POWER_ON: u8 = 0x62;
/// Host: take the card's power away.
pub const POWER_OFF: u8 = 0x63;
/// Host: is there a card?
pub const GET_SLOT_STATUS: u8 = 0x65;
/// Host: exchange a block with the card.
pub const TRANSFER: u8 = 0x6F;
/// Host: tell the protocol parameters.
pub const GET_PARAMETERS: u8 = 0x6C;
/// Host: set the protocol parameters.
pub const SET_PARAMETERS: u8 = 0x61;
/// Host: something of the maker's own.
pub const ESCAPE: u8 = 0x6B;
/// Host: stop what you do.
pub const ABORT: u8 = 0x72;

/// Reader: data of the card.
pub const DATA_BLOCK: u8 = 0x80;
/// Reader: status of the slot.
pub const SLOT_STATUS: u8 = 0x81;
/// Reader: protocol parameters.
pub const PARAMETERS: u8 = 0x82;
/// Reader: answer to [`ESCAPE`].
pub const ESCAPE_ANSWER: u8 = 0x83;

/// Status bits 0 and 1: a card with power.
pub const ACTIVE: u8 = 0x00;
/// Status bits 0 and 1: a card without power.
pub const INACTIVE: u8 = 0x01;
/// Status bits 0 and 1: no card.
pub const ABSENT: u8 = 0x02;
/// Status bits 6 and 7: the command failed.
pub const FAILED: u8 = 0x40;
/// Status bits 6 and 7: the card asks for more time.
pub const TIME_EXTENSION: u8 = 0x80;

/// Error: the card does not answer.
pub const MUTE: u8 = 0xFE;

/// Length of the header.
pub const HEADER: usize = 10;
/// Longest data that we take or send: an extended APDU is not carried by such readers.
pub const MAX_DATA: usize = 1024;

/// A CCID message in either direction.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub kind: u8,
    /// Slot, counted from 0.
    pub slot: u8,
    /// Sequence number; an answer carries that of its command.
    pub sequence: u8,
    /// Three bytes whose meaning depends on the kind; of an answer: status, error, chaining or protocol.
    pub parameters: [u8; 3],
    /// Data.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Data may be a document's.
        write!(
            f,
            "Message({:02X} #{} {:02X?}, {} bytes)",
            self.kind,
            self.sequence,
            self.parameters,
            self.data.len()
        )
    }
}

impl Message {
    /// The message as bytes; `None` where it has more data than [`MAX_DATA`].
    #[must_use]
    pub fn encode(&self) -> Option<Vec<u8>> {
        if self.data.len() > MAX_DATA {
            return None;
        }
        let mut bytes = vec![self.kind];
        bytes.extend_from_slice(&u32::try_from(self.data.len()).ok()?.to_le_bytes());
        bytes.extend([self.slot, self.sequence]);
        bytes.extend_from_slice(&self.parameters);
        bytes.extend_from_slice(&self.data);
        Some(bytes)
    }

    /// Length of the whole message that begins with these bytes; `None` where more of the header is needed,
    /// `Some(Err(()))` where the length is over the limit.
    #[must_use]
    pub fn length(bytes: &[u8]) -> Option<Result<usize, TooLong>> {
        let [_, a, b, c, d, ..] = bytes else { return None };
        let data = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
        Some(if data > MAX_DATA { Err(TooLong) } else { Ok(HEADER + data) })
    }

    /// Reads a whole message.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let [kind, _, _, _, _, slot, sequence, p1, p2, p3, data @ ..] = bytes else { return None };
        Some(Self {
            kind: *kind,
            slot: *slot,
            sequence: *sequence,
            parameters: [*p1, *p2, *p3],
            data: data.to_vec(),
        })
    }
}

/// The length in a header is over [`MAX_DATA`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_slot_status() {
        let bytes = hex::decode("81000000000002010000").unwrap();
        let message = Message::decode(&bytes).unwrap();
        assert_eq!((message.kind, message.sequence, message.parameters), (SLOT_STATUS, 2, [INACTIVE, 0, 0]));
        assert_eq!(message.encode().unwrap(), bytes);
        assert_eq!(Message::length(&bytes), Some(Ok(10)));
        assert_eq!(Message::length(&bytes[..4]), None);
        assert_eq!(Message::length(&[0x80, 0, 0, 0, 1]), Some(Err(TooLong)));
    }
}
