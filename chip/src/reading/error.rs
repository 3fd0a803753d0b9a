//! Why a file was not read.

use std::fmt;

use super::channel::ExchangeError;
use super::protocols::ProtocolError;
use crate::command::StatusWord;
use crate::lds::FileId;

/// What went wrong, with the file and how far it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The file.
    pub file: FileId,
    /// Octets read before.
    pub offset: usize,
    /// What went wrong.
    pub kind: ReadErrorKind,
}

/// Kinds of [`ReadError`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The chip has no such file.
    NotFound(StatusWord),
    /// The file asks for rights that the session does not have.
    Denied(StatusWord),
    /// The chip refused to read, at every length.
    Refused(StatusWord),
    /// The file does not begin with a tag and a length.
    Header,
    /// The file states a length over the limit.
    TooLong {
        /// Octets stated.
        stated: usize,
        /// Octets allowed.
        limit: usize,
    },
    /// The file ends before the length that it states.
    Truncated {
        /// Octets stated, where the header was read.
        stated: Option<usize>,
    },
    /// More octets than asked for, or an object that is none.
    Malformed,
    /// More commands than a file of this length can need.
    TooManyCommands,
    /// Session or link were lost, and could not be had again.
    Lost(ExchangeError),
    /// Access could not be established again.
    Reestablishing(ProtocolError),
    /// After a loss another chip answers than the one that was read before.
    AnotherChip,
    /// The caller wants no more.
    Cancelled,
}

impl ReadError {
    /// Whether other files can still be read.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(
            self.kind,
            ReadErrorKind::Lost(_)
                | ReadErrorKind::Reestablishing(_)
                | ReadErrorKind::AnotherChip
                | ReadErrorKind::Cancelled
        )
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: ", self.file, self.offset)?;
        match &self.kind {
            ReadErrorKind::NotFound(status) => write!(f, "no such file ({status})"),
            ReadErrorKind::Denied(status) => write!(f, "access denied ({status})"),
            ReadErrorKind::Refused(status) => write!(f, "READ BINARY refused with {status}"),
            ReadErrorKind::Header => f.write_str("no tag and length"),
            ReadErrorKind::TooLong { stated, limit } => {
                write!(f, "states {stated} octets, more than {limit}")
            }
            ReadErrorKind::Truncated { stated: Some(stated) } => write!(f, "ends before its {stated} octets"),
            ReadErrorKind::Truncated { stated: None } => f.write_str("ends inside its header"),
            ReadErrorKind::Malformed => f.write_str("malformed answer to READ BINARY"),
            ReadErrorKind::TooManyCommands => f.write_str("too many commands"),
            ReadErrorKind::Lost(error) => error.fmt(f),
            ReadErrorKind::Reestablishing(error) => write!(f, "access not established again: {error}"),
            ReadErrorKind::AnotherChip => f.write_str("another chip answers than the one before"),
            ReadErrorKind::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl std::error::Error for ReadError {}
