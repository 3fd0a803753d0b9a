//! Command and response APDUs as data (ISO/IEC 7816-4 section 5).

mod chaining;

use std::fmt;

/// Expected length of an answer that means "as much as there is" in the short form.
pub const LE_SHORT_MAX: usize = 256;
/// The same in the extended form.
pub const LE_EXTENDED_MAX: usize = 65_536;

/// A command APDU. `Debug` shows header and lengths only: the data may be personal or secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    /// Class byte.
    pub cla: u8,
    /// Instruction byte.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Command data, at most 65 535 octets.
    pub data: Vec<u8>,
    /// Expected length of the answer, 1..=65 536; `None` where no answer data is expected.
    pub le: Option<usize>,
}

impl Command {
    /// A command without data and without expected answer.
    #[must_use]
    pub const fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        Self { cla, ins, p1, p2, data: Vec::new(), le: None }
    }

    /// The same command with data.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = data.into();
        self
    }

    /// The same command expecting up to `le` octets, 1..=65 536.
    #[must_use]
    pub const fn expecting(mut self, le: usize) -> Self {
        self.le = Some(le);
        self
    }

    /// Header without the class byte changed.
    #[must_use]
    pub const fn header(&self) -> [u8; 4] {
        [self.cla, self.ins, self.p1, self.p2]
    }

    /// Whether the command does not fit the short form.
    #[must_use]
    pub fn is_extended(&self) -> bool {
        self.data.len() > 255 || self.le.is_some_and(|le| le > LE_SHORT_MAX)
    }

    /// Reads a command as [`Command::to_bytes`] writes it; `None` for octets that it would never write.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let ([cla, ins, p1, p2], body) = bytes.split_first_chunk::<4>()?;
        let base = Self::new(*cla, *ins, *p1, *p2);
        let number =
            |octets: &[u8]| octets.iter().fold(0_usize, |sum, octet| (sum << 8) | usize::from(*octet));
        let le = |octets: &[u8], top: usize| match (octets.len(), number(octets)) {
            (0, _) => None,
            (_, 0) => Some(top),
            (_, value) => Some(value),
        };
        let command = match body {
            [] => base,
            [short] => base.expecting(le(&[*short], LE_SHORT_MAX)?),
            [0, high, low] => base.expecting(le(&[*high, *low], LE_EXTENDED_MAX)?),
            [0, high, low, rest @ ..] => {
                let (data, expected) = rest.split_at_checked(number(&[*high, *low]))?;
                Self { le: le(expected, LE_EXTENDED_MAX), ..base.with_data(data) }
            }
            [length, rest @ ..] => {
                let (data, expected) = rest.split_at_checked(usize::from(*length))?;
                Self { le: le(expected, LE_SHORT_MAX), ..base.with_data(data) }
            }
        };
        (command.to_bytes()? == bytes).then_some(command)
    }

    /// The octets on the wire; `None` where data or expected length is beyond the extended form, or zero is expected.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.data.len().saturating_add(9));
        bytes.extend(self.header());
        let length = u16::try_from(self.data.len()).ok()?;
        if self.is_extended() {
            bytes.push(0);
            if length > 0 {
                bytes.extend(length.to_be_bytes());
                bytes.extend(&self.data);
            }
            if let Some(le) = self.le {
                bytes.extend(encode_le(le, true)?);
            }
        } else {
            if length > 0 {
                bytes.push(u8::try_from(length).ok()?);
                bytes.extend(&self.data);
            }
            if let Some(le) = self.le {
                bytes.extend(encode_le(le, false)?);
            }
        }
        Some(bytes)
    }
}

/// Le field: one octet, or two when `extended`; the largest length is written as zeros.
pub(crate) fn encode_le(le: usize, extended: bool) -> Option<Vec<u8>> {
    let top = if extended { LE_EXTENDED_MAX } else { LE_SHORT_MAX };
    if le == 0 || le > top {
        return None;
    }
    let value = u16::try_from(le % top).ok()?;
    Some(if extended { value.to_be_bytes().to_vec() } else { vec![u8::try_from(value).ok()?] })
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cla, ins, p1, p2] = self.header();
        write!(f, "Command({cla:02X} {ins:02X} {p1:02X} {p2:02X}, Lc {}, Le {:?})", self.data.len(), self.le)
    }
}

/// Status word of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// Normal processing.
    pub const OK: Self = Self(0x9000);
    /// End of file reached before Le octets.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// Wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// Secure messaging data objects missing.
    pub const SM_OBJECTS_MISSING: Self = Self(0x6987);
    /// Secure messaging data objects incorrect: the session is dead.
    pub const SM_OBJECTS_INCORRECT: Self = Self(0x6988);
    /// Referenced key or data not found.
    pub const REFERENCE_NOT_FOUND: Self = Self(0x6A88);
    /// File not found.
    pub const FILE_NOT_FOUND: Self = Self(0x6A82);
    /// Security status not satisfied.
    pub const SECURITY_STATUS: Self = Self(0x6982);
    /// Conditions of use not satisfied.
    pub const CONDITIONS_NOT_SATISFIED: Self = Self(0x6985);
    /// Wrong parameters P1 P2: for READ BINARY an offset outside the file.
    pub const WRONG_OFFSET: Self = Self(0x6B00);
    /// Authentication failed, no information.
    pub const AUTHENTICATION_FAILED: Self = Self(0x6300);

    /// Normal processing.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == Self::OK.0
    }

    /// Whether it speaks of the objects of secure messaging (6987, 6988): the session is not there, or its counters went
    /// apart. What was asked is neither done nor refused.
    #[must_use]
    pub const fn is_of_session(self) -> bool {
        matches!(self.0, 0x6987 | 0x6988)
    }

    /// Whether it asks for a session that is not open: besides [`StatusWord::is_of_session`], rights (6982) or conditions of
    /// use (6985) that are not there.
    #[must_use]
    pub const fn asks_for_session(self) -> bool {
        self.is_of_session() || matches!(self.0, 0x6982 | 0x6985)
    }

    /// `6Cxx`: the right expected length, 1..=256.
    #[must_use]
    pub const fn correct_le(self) -> Option<usize> {
        match (self.0 >> 8, self.0 & 0xFF) {
            (0x6C, 0) => Some(256),
            (0x6C, le) => Some(le as usize),
            _ => None,
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A response APDU. `Debug` shows length and status only.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// Answer data.
    pub data: Vec<u8>,
    /// Status word.
    pub status: StatusWord,
}

impl Response {
    /// Splits the octets from the wire; `None` for fewer than two.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (data, status) = bytes.split_last_chunk::<2>()?;
        Some(Self { data: data.to_vec(), status: StatusWord(u16::from_be_bytes(*status)) })
    }

    /// The octets: data, then the status word.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.data.clone();
        bytes.extend(self.status.0.to_be_bytes());
        bytes
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({} octets, {})", self.data.len(), self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seven_cases_of_iso_7816_4() {
        let base = Command::new(0x00, 0xB0, 0x01, 0x02);
        assert_eq!(base.to_bytes().unwrap(), [0x00, 0xB0, 0x01, 0x02]);
        assert_eq!(base.clone().expecting(256).to_bytes().unwrap(), [0x00, 0xB0, 0x01, 0x02, 0x00]);
        assert_eq!(base.clone().with_data([7]).to_bytes().unwrap(), [0x00, 0xB0, 0x01, 0x02, 1, 7]);
        assert_eq!(
            base.clone().with_data([7]).expecting(5).to_bytes().unwrap(),
            [0x00, 0xB0, 0x01, 0x02, 1, 7, 5]
        );
        assert_eq!(base.clone().expecting(257).to_bytes().unwrap(), [0x00, 0xB0, 0x01, 0x02, 0, 1, 1]);
        let long = base.clone().with_data(vec![9; 256]).to_bytes().unwrap();
        assert_eq!((long.len(), &long[4..8]), (4 + 3 + 256, [0, 1, 0, 9].as_slice()));
        let both = base.clone().with_data([7]).expecting(65_536).to_bytes().unwrap();
        assert_eq!(both, [0x00, 0xB0, 0x01, 0x02, 0, 0, 1, 7, 0, 0]);
        for command in [
            base.clone(),
            base.clone().expecting(1),
            base.clone().expecting(256),
            base.clone().expecting(257),
            base.clone().expecting(65_536),
            base.clone().with_data([7]),
            base.clone().with_data([7]).expecting(256),
            base.clone().with_data(vec![7; 255]).expecting(4),
            base.clone().with_data([7]).expecting(4_096),
            base.clone().with_data(vec![7; 300]),
            base.clone().with_data(vec![7; 300]).expecting(65_536),
        ] {
            assert!(Command::parse(&command.to_bytes().unwrap()) == Some(command));
        }
        for bad in [
            &[][..],
            &[0, 1, 2],
            &[0, 0xB0, 0, 0, 5, 1],
            &[0, 0xB0, 0, 0, 0, 0, 1],
            &[0, 0xB0, 0, 0, 1, 7, 1, 1],
        ] {
            assert!(Command::parse(bad).is_none(), "{bad:?}");
        }
        assert_eq!(base.clone().expecting(0).to_bytes(), None);
        assert_eq!(base.with_data(vec![0; 65_536]).to_bytes(), None);
    }

    #[test]
    fn status_words() {
        assert_eq!(StatusWord(0x6C00).correct_le(), Some(256));
        assert_eq!(StatusWord(0x6C10).correct_le(), Some(16));
        assert_eq!(StatusWord::OK.correct_le(), None);
        assert!(Response::parse(&[0x90]).is_none());
    }
}
