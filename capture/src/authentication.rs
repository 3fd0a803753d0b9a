//! The recorded answer of a chip to one authentication protocol (Doc 9303-11 sections 6.1, 6.2, 4.4).

use std::fmt;
use time::OffsetDateTime;

/// The protocol of an [`Authentication`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// Active authentication, `AA`.
    ActiveAuthentication,
    /// Chip authentication, `CA`.
    ChipAuthentication,
    /// PACE with chip authentication mapping, `PACE-CAM`.
    PaceCam,
    /// Another protocol, by its name.
    Other(String),
}

impl Protocol {
    /// The names of the contract, as written in a bundle.
    pub const NAMES: [&'static str; 3] = ["AA", "CA", "PACE-CAM"];

    /// The protocol with this name; never fails, an unknown name is [`Protocol::Other`].
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "AA" => Self::ActiveAuthentication,
            "CA" => Self::ChipAuthentication,
            "PACE-CAM" => Self::PaceCam,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name as written in a bundle.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::ActiveAuthentication => "AA",
            Self::ChipAuthentication => "CA",
            Self::PaceCam => "PACE-CAM",
            Self::Other(name) => name,
        }
    }
}

/// One run of an authentication protocol as the reader recorded it.
///
/// It proves what the reader saw then, at [`Authentication::at`]; nothing here has been verified.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authentication {
    /// Which protocol was run.
    pub protocol: Protocol,
    /// What the terminal sent (for AA the 8 bytes RND.IFD).
    pub challenge: Option<Vec<u8>>,
    /// What the chip answered, without the status word; absent when it refused.
    pub response: Option<Vec<u8>>,
    /// Status word SW1-SW2 of the answer (ISO/IEC 7816-4), `0x9000` for success.
    pub status_word: Option<u16>,
    /// When it was done.
    pub at: Option<OffsetDateTime>,
    /// The exchanges of the APDU log that belong to it, by their number `n`.
    pub log_lines: Vec<u64>,
}

impl Authentication {
    /// An entry of which only the protocol is known.
    #[must_use]
    pub const fn new(protocol: Protocol) -> Self {
        Self { protocol, challenge: None, response: None, status_word: None, at: None, log_lines: Vec::new() }
    }

    /// An answered run with challenge and response.
    #[must_use]
    pub fn answered(protocol: Protocol, challenge: &[u8], response: &[u8]) -> Self {
        Self {
            challenge: Some(challenge.to_vec()),
            response: Some(response.to_vec()),
            status_word: Some(0x9000),
            ..Self::new(protocol)
        }
    }

    /// Says when the run took place.
    #[must_use]
    pub const fn at(mut self, at: OffsetDateTime) -> Self {
        self.at = Some(at);
        self
    }
}

// A response identifies the chip: lengths only.
impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentication")
            .field("protocol", &self.protocol)
            .field("challenge_bytes", &self.challenge.as_ref().map(Vec::len))
            .field("response_bytes", &self.response.as_ref().map(Vec::len))
            .field("status_word", &self.status_word.map(|sw| format!("{sw:04X}")))
            .field("at", &self.at)
            .field("log_lines", &self.log_lines)
            .finish()
    }
}
