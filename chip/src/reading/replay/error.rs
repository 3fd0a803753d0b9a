//! Why a record does not fit.

use std::fmt;

/// A record that the state machines do not agree with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayError {
    /// Number of the exchange.
    pub number: u64,
    /// What does not fit.
    pub fault: ReplayFault,
}

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayFault {
    /// Exchanges are missing or out of order.
    Numbering,
    /// More exchanges than any read takes.
    TooMany,
    /// The command is no command APDU that this reader sends.
    CommandForm,
    /// The machine sends another command here.
    Command,
    /// The answer opens to something else than the record says, or does not open although the record says that it did.
    Answer,
    /// A protected command, and no session is open.
    NoSession,
    /// A protocol began here and its random values, its password or the offer of the chip are not in the record.
    MissingInput,
    /// A drawn value has not the length that the protocol takes.
    DrawLength,
    /// A file has a hole here, or other octets than at an earlier reading.
    File,
}

impl fmt::Display for ReplayFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Numbering => "exchanges are missing or out of order",
            Self::TooMany => "more exchanges than any read takes",
            Self::CommandForm => "no command of this reader",
            Self::Command => "the protocol sends another command here",
            Self::Answer => "the answer does not open to what is recorded",
            Self::NoSession => "a protected command without a session",
            Self::MissingInput => "what the protocol began with is not in the record",
            Self::DrawLength => "a drawn value has the wrong length",
            Self::File => "a file has a hole, or other octets than before",
        })
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exchange {}: {}", self.number, self.fault)
    }
}

impl std::error::Error for ReplayError {}
