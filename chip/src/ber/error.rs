//! What went wrong while reading BER, where, and in which field.

use std::fmt;

use super::Tag;

/// Why an element could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input ends inside a tag, a length or a value.
    Truncated,
    /// The length field is not one of X.690 8.1.3, or longer than four octets.
    Length,
    /// The declared length goes beyond the enclosing element.
    LengthBeyondParent,
    /// The tag number takes more than three octets.
    TagTooLong,
    /// Another tag was expected.
    UnexpectedTag {
        /// What the structure asks for.
        expected: Tag,
        /// What is there.
        found: Tag,
    },
    /// Octets follow where the structure ends.
    TrailingData,
    /// Nesting deeper than [`super::MAX_DEPTH`].
    TooDeep,
    /// Indefinite length where DER is required, or on a primitive element.
    IndefiniteLength,
    /// An element is missing.
    Missing,
    /// The value does not have the form of its type.
    Value(&'static str),
    /// The object identifier is malformed or longer than [`super::Oid::MAX_LEN`] octets.
    ObjectIdentifier,
    /// A time that is not one, with the reason.
    Time(&'static str),
    /// More elements than the limit allows.
    TooMany(usize),
}

/// Field names from the outermost structure inward, such as `signerInfos.sid`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path(Vec<&'static str>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

/// An error with its absolute offset in octets and the path of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Offset of the offending octet from the start of the input.
    pub offset: usize,
    /// The field it belongs to.
    pub path: Path,
}

impl Error {
    /// An error at an absolute offset, with no path yet.
    pub fn new(kind: ErrorKind, offset: usize) -> Self {
        Self { kind, offset, path: Path::default() }
    }

    /// Adds the name of the enclosing field.
    #[must_use]
    pub fn within(mut self, field: &'static str) -> Self {
        self.path.0.push(field);
        self
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("input ends inside an element"),
            Self::Length => f.write_str("length field is malformed"),
            Self::LengthBeyondParent => f.write_str("length goes beyond what is there"),
            Self::TagTooLong => f.write_str("tag is longer than three octets"),
            Self::UnexpectedTag { expected, found } => {
                write!(f, "expected tag {expected:02X}, found {found:02X}")
            }
            Self::TrailingData => f.write_str("octets follow the end of the structure"),
            Self::TooDeep => f.write_str("nested too deeply"),
            Self::IndefiniteLength => f.write_str("indefinite length is not allowed here"),
            Self::Missing => f.write_str("an element is missing"),
            Self::Value(what) => f.write_str(what),
            Self::ObjectIdentifier => f.write_str("object identifier is malformed"),
            Self::Time(what) => write!(f, "time: {what}"),
            Self::TooMany(limit) => write!(f, "more than {limit} elements"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.kind, self.offset)?;
        if !self.path.0.is_empty() {
            write!(f, " in {}", self.path)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
