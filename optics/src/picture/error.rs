//! Why a file is not a picture: kind and byte position.

use core::fmt;

/// What is wrong with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// No bytes at all.
    Empty,
    /// More bytes than allowed.
    TooManyBytes,
    /// No format that is read here.
    UnknownFormat,
    /// The file ends before the picture does.
    Truncated,
    /// The file contradicts its format.
    Malformed,
    /// Width or height is zero.
    ZeroSize,
    /// More pixels than allowed, or a side beyond 65 535.
    TooManyPixels,
    /// More components a pixel than allowed.
    TooManyComponents,
    /// More tiles than allowed.
    TooManyTiles,
    /// Decoding would take more memory or passes than allowed.
    TooCostly,
    /// A kind of the format that is not read here.
    Unsupported,
    /// The decoder itself failed; the file was within all limits.
    DecoderFault,
}

/// A file that could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// Where, in bytes from the start, if known.
    pub position: Option<usize>,
}

impl DecodeError {
    /// The reason code that a picture which does not decode gets: `image.undecodable`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "image.undecodable"
    }

    pub(super) const fn at(kind: DecodeErrorKind, position: usize) -> Self {
        Self { kind, position: Some(position) }
    }

    pub(super) fn from_image(error: image::ImageError) -> Self {
        let kind = match error {
            image::ImageError::Limits(_) => DecodeErrorKind::TooCostly,
            image::ImageError::Unsupported(_) => DecodeErrorKind::Unsupported,
            image::ImageError::IoError(inner) if inner.kind() == std::io::ErrorKind::UnexpectedEof => {
                DecodeErrorKind::Truncated
            }
            _ => DecodeErrorKind::Malformed,
        };
        Self { kind, position: None }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DecodeErrorKind::Empty => "the file is empty",
            DecodeErrorKind::TooManyBytes => "the file is longer than allowed",
            DecodeErrorKind::UnknownFormat => "no picture format that is read here",
            DecodeErrorKind::Truncated => "the file ends before the picture does",
            DecodeErrorKind::Malformed => "the file contradicts its format",
            DecodeErrorKind::ZeroSize => "the picture has no pixels",
            DecodeErrorKind::TooManyPixels => "the picture has more pixels than allowed",
            DecodeErrorKind::TooManyComponents => "the picture has more components than allowed",
            DecodeErrorKind::TooManyTiles => "the picture has more tiles than allowed",
            DecodeErrorKind::TooCostly => "decoding would take more memory or passes than allowed",
            DecodeErrorKind::Unsupported => "a kind of this format that is not supported",
            DecodeErrorKind::DecoderFault => "the decoder failed on this file",
        };
        f.write_str(what)?;
        match self.position {
            Some(position) => write!(f, " (at byte {position})"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for DecodeError {}
