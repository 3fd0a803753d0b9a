//! What can go wrong between us and a device, typed, so that a kiosk can act on it without reading text.
//!
//! The three that an operator confuses are kept apart: the *reader* went away ([`ReaderErrorKind::Gone`]), the
//! *card* went away ([`ReaderErrorKind::CardGone`]), the *protocol* failed ([`ReaderErrorKind::Framing`],
//! [`ReaderErrorKind::Protocol`]). No error carries text that a document delivered.

use std::error::Error;
use std::fmt;
use std::io;

/// Why a run of bytes was not a frame of the device's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FramingFault {
    /// The device began a frame and did not finish it within the profile's gap.
    Partial,
    /// The check byte or word does not belong to the bytes before it.
    Checksum,
    /// The frame is longer than the profile allows.
    TooLong,
    /// A new frame began inside the frame.
    Interrupted,
    /// The header is not one of the protocol.
    Header,
    /// A byte that cannot stand in the frame's content.
    Content,
}

impl fmt::Display for FramingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Partial => "frame was begun and not finished",
            Self::Checksum => "checksum of the frame is wrong",
            Self::TooLong => "frame is longer than the profile allows",
            Self::Interrupted => "a new frame began inside the frame",
            Self::Header => "header is not one of the protocol",
            Self::Content => "a byte that cannot stand in the frame",
        })
    }
}

/// What went wrong, for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReaderErrorKind {
    /// The reader URI is not well formed, or has a parameter that its scheme does not know.
    InvalidUri,
    /// No factory of the registry serves this scheme.
    UnsupportedScheme,
    /// The URI names a framing profile that is not known.
    UnknownProfile,
    /// A framing profile is not valid.
    InvalidProfile,
    /// No such device, folder or host.
    NotFound,
    /// The operating system does not let us open the device.
    Permission,
    /// Another program, or another part of this one, holds the device.
    Busy,
    /// The path exists and is not such a device.
    NotADevice,
    /// The device or folder was there and went away: unplugged, power lost, connection closed.
    Gone,
    /// The device did not answer, or did not finish, within the time its transaction has.
    Timeout,
    /// The caller cancelled.
    Cancelled,
    /// Bytes came that are no frame.
    Framing(FramingFault),
    /// A well-formed frame that the protocol does not allow here.
    Protocol,
    /// No card in the field or slot.
    NoCard,
    /// The card was there and left during an exchange; the reader still answers.
    CardGone,
    /// The reader cannot do what was asked.
    Unsupported,
    /// More input than the limits allow.
    Limit,
    /// Any other failure of the operating system.
    Io(io::ErrorKind),
}

impl ReaderErrorKind {
    /// What it is, in one short phrase.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self {
            Self::InvalidUri => "not a valid reader URI",
            Self::UnsupportedScheme => "no reader of this kind is built in",
            Self::UnknownProfile => "unknown profile",
            Self::InvalidProfile => "invalid profile",
            Self::NotFound => "not found",
            Self::Permission => "permission denied",
            Self::Busy => "in use by another program",
            Self::NotADevice => "is not such a device",
            Self::Gone => "device is gone",
            Self::Timeout => "device did not finish in time",
            Self::Cancelled => "cancelled",
            Self::Framing(_) => "bad frame",
            Self::Protocol => "protocol violated",
            Self::NoCard => "no card",
            Self::CardGone => "card was removed",
            Self::Unsupported => "not supported by this reader",
            Self::Limit => "limit exceeded",
            Self::Io(_) => "input/output failed",
        }
    }
}

/// A failure of a reader: what, where, and at which byte of what the device sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderError {
    kind: ReaderErrorKind,
    reader: String,
    offset: Option<u64>,
    detail: Option<String>,
}

impl ReaderError {
    /// A failure of `kind` at `reader` (its URI or path).
    #[must_use]
    pub fn new(kind: ReaderErrorKind, reader: impl Into<String>) -> Self {
        Self { kind, reader: reader.into(), offset: None, detail: None }
    }

    /// The same failure, at this byte (counted from 0) of what the device sent since it was opened.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// The same failure with a hint for the operator. Never put text of a document here.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> &ReaderErrorKind {
        &self.kind
    }

    /// URI or path of the reader.
    #[must_use]
    pub fn reader(&self) -> &str {
        &self.reader
    }

    /// Byte offset in what the device sent, where one is known.
    #[must_use]
    pub const fn offset(&self) -> Option<u64> {
        self.offset
    }

    /// The hint for the operator, where there is one.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Whether the reader can go on after this error: a bad frame, a slow or absent card, a cancelled wait.
    /// After any other error it must be opened again; when and how often is the caller's policy.
    #[must_use]
    pub const fn is_recoverable(&self) -> bool {
        matches!(
            self.kind,
            ReaderErrorKind::Framing(_)
                | ReaderErrorKind::Timeout
                | ReaderErrorKind::Cancelled
                | ReaderErrorKind::NoCard
                | ReaderErrorKind::CardGone
                | ReaderErrorKind::Unsupported
        )
    }

    /// Sorts an operating-system failure.
    #[must_use]
    pub fn from_io(error: &io::Error, reader: impl Into<String>) -> Self {
        use io::ErrorKind as Io;
        let kind = match error.kind() {
            Io::NotFound => ReaderErrorKind::NotFound,
            Io::PermissionDenied => ReaderErrorKind::Permission,
            Io::TimedOut | Io::WouldBlock => ReaderErrorKind::Timeout,
            Io::BrokenPipe
            | Io::UnexpectedEof
            | Io::ConnectionReset
            | Io::ConnectionAborted
            | Io::NotConnected => ReaderErrorKind::Gone,
            Io::AddrInUse | Io::ResourceBusy => ReaderErrorKind::Busy,
            other => ReaderErrorKind::Io(other),
        };
        Self::new(kind, reader)
    }
}

impl fmt::Display for ReaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reader, self.kind.text())?;
        match &self.kind {
            ReaderErrorKind::Framing(fault) => write!(f, " ({fault})")?,
            ReaderErrorKind::Io(kind) => write!(f, " ({kind})")?,
            _ => {}
        }
        if let Some(offset) = self.offset {
            write!(f, " at byte {offset}")?;
        }
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl Error for ReaderError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_failures_are_sorted() {
        let table = [
            (io::ErrorKind::NotFound, ReaderErrorKind::NotFound),
            (io::ErrorKind::PermissionDenied, ReaderErrorKind::Permission),
            (io::ErrorKind::BrokenPipe, ReaderErrorKind::Gone),
            (io::ErrorKind::TimedOut, ReaderErrorKind::Timeout),
            (io::ErrorKind::AddrInUse, ReaderErrorKind::Busy),
            (io::ErrorKind::OutOfMemory, ReaderErrorKind::Io(io::ErrorKind::OutOfMemory)),
        ];
        for (io, kind) in table {
            assert_eq!(*ReaderError::from_io(&io::Error::from(io), "x").kind(), kind);
        }
    }

    #[test]
    fn text_names_reader_fault_offset_and_hint() {
        let error = ReaderError::new(ReaderErrorKind::Framing(FramingFault::Checksum), "serial:/dev/ttyS0")
            .at(17)
            .because("cable?");
        assert_eq!(
            error.to_string(),
            "serial:/dev/ttyS0: bad frame (checksum of the frame is wrong) at byte 17: cable?"
        );
        assert!(error.is_recoverable());
        assert!(!ReaderError::new(ReaderErrorKind::Gone, "x").is_recoverable());
    }
}
