//! How commands reach a chip (ISO/IEC 7816-4): the one trait that reader drivers implement.

use std::fmt;

/// Exchanges command and response APDUs with one chip.
pub trait Transceive {
    /// Sends one command APDU as it stands and returns the response with its two status octets.
    ///
    /// # Errors
    /// The transport failed; the chip's own refusals are status words, not errors.
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError>;

    /// Starts the chip afresh (field or power off and on), waiting for it where it was taken away and the caller allows
    /// that. Sessions and selections of before are gone.
    ///
    /// # Errors
    /// [`TransceiveError::Unsupported`] where the transport cannot, else why the chip is not there.
    fn reset(&mut self) -> Result<(), TransceiveError> {
        Err(TransceiveError::Unsupported)
    }

    /// Longest command APDU in octets that reader and link carry (261 for short APDUs).
    fn max_command(&self) -> usize {
        261
    }

    /// Longest response in octets, status included, that reader and link carry (258 for short APDUs).
    fn max_response(&self) -> usize {
        258
    }
}

/// Why an exchange failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransceiveError {
    /// The chip left the field.
    ChipRemoved,
    /// The reader was unplugged or its connection closed.
    ReaderRemoved,
    /// No answer before the deadline.
    TimedOut,
    /// The command is longer than reader and link carry.
    CommandTooLong,
    /// The transport cannot do this.
    Unsupported,
    /// The answer is no response APDU (shorter than two octets, or over the limit).
    MalformedResponse,
    /// Anything else, in the driver's words (no personal data).
    Driver(String),
}

impl fmt::Display for TransceiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChipRemoved => f.write_str("the chip left the field"),
            Self::ReaderRemoved => f.write_str("the reader is gone"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::CommandTooLong => f.write_str("the command is too long for this reader"),
            Self::Unsupported => f.write_str("the reader cannot do this"),
            Self::MalformedResponse => f.write_str("the answer is no response APDU"),
            Self::Driver(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for TransceiveError {}
