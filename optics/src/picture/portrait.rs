//! Portraits from chips: JPEG or JPEG 2000, nothing else, and headers before pixels.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::header::Header;
use super::{Limits, Picture, jpeg2000};

/// Format of a portrait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortraitFormat {
    /// JPEG (ISO/IEC 10918-1).
    Jpeg,
    /// JPEG 2000 in its file format (ISO/IEC 15444-1 annex I).
    Jpeg2000,
    /// JPEG 2000 codestream without file format (ISO/IEC 15444-1 annex A).
    Jpeg2000Codestream,
}

impl PortraitFormat {
    /// By the first octets.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0, 0, 0, 0x0C, b'j', b'P', b' ', b' ', ..] => Some(Self::Jpeg2000),
            [0xFF, 0x4F, 0xFF, 0x51, ..] => Some(Self::Jpeg2000Codestream),
            _ => None,
        }
    }

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Jpeg2000Codestream => "JPEG 2000 codestream",
        }
    }
}

/// What the headers of a portrait say, read and checked before anything is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortraitHeader {
    /// Its format.
    pub format: PortraitFormat,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl PortraitHeader {
    /// Reads headers and holds them against the limits; nothing is decoded.
    ///
    /// # Errors
    /// [`DecodeError`]: no portrait format, a limit exceeded, truncated or malformed.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Err(DecodeError::at(Kind::Empty, 0));
        }
        if bytes.len() > limits.max_input_bytes {
            return Err(DecodeError::at(Kind::TooManyBytes, limits.max_input_bytes));
        }
        let format = PortraitFormat::of(bytes).ok_or(DecodeError::at(Kind::UnknownFormat, 0))?;
        let (width, height) = match format {
            PortraitFormat::Jpeg => {
                let header = Header::read(bytes, limits)?;
                (header.width, header.height)
            }
            PortraitFormat::Jpeg2000 | PortraitFormat::Jpeg2000Codestream => {
                let header = jpeg2000::read(bytes, limits)?;
                (header.width, header.height)
            }
        };
        Ok(Self { format, width, height })
    }
}

impl Picture {
    /// Decodes a portrait of a chip: JPEG, or JPEG 2000 with or without file format.
    ///
    /// Colour profiles are not applied. It may take long on hostile data that stays within the limits: a caller with
    /// a deadline runs it on a thread of its own.
    ///
    /// # Errors
    /// [`DecodeError`] as [`PortraitHeader::read`], or the picture does not decode.
    pub fn decode_portrait(bytes: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        match PortraitHeader::read(bytes, limits)?.format {
            PortraitFormat::Jpeg => Self::decode(bytes, limits),
            // The decoder is another's code: a panic in it is this picture's fault alone.
            PortraitFormat::Jpeg2000 | PortraitFormat::Jpeg2000Codestream => {
                catch_unwind(AssertUnwindSafe(|| decode_jpeg2000(bytes)))
                    .unwrap_or(Err(DecodeError { kind: Kind::DecoderFault, position: None }))
            }
        }
    }
}

fn decode_jpeg2000(bytes: &[u8]) -> Result<Picture, DecodeError> {
    let malformed = || DecodeError { kind: Kind::Malformed, position: None };
    let unsupported = DecodeError { kind: Kind::Unsupported, position: None };
    let settings = DecodeSettings { strict: true, ..DecodeSettings::default() };
    // What its strict reading refuses is read again as other programs read it: the headers were judged already.
    let image = Image::new(bytes, &settings)
        .or_else(|_| Image::new(bytes, &DecodeSettings::default()))
        .map_err(|_| malformed())?;
    let (width, height) = (size(image.width())?, size(image.height())?);
    let colours = match image.color_space() {
        ColorSpace::Gray => 1,
        ColorSpace::RGB => 3,
        ColorSpace::Icc { num_channels, .. } | ColorSpace::Unknown { num_channels } => *num_channels,
        ColorSpace::CMYK => return Err(unsupported),
    };
    let alpha = image.has_alpha();
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|_| malformed())?;
    let channels = decoded.components().len();
    if !matches!(colours, 1 | 3) || channels != usize::from(colours) + usize::from(alpha) {
        return Err(unsupported);
    }
    let samples = decoded.data_u8();
    let samples = if alpha { over_black(&samples, channels) } else { samples };
    let picture = match colours {
        1 => Picture::from_grey(width, height, samples),
        _ => Picture::from_rgb(width, height, samples),
    };
    picture.ok_or_else(malformed)
}

/// Transparent pixels carry no recorded light.
fn over_black(samples: &[u8], channels: usize) -> Vec<u8> {
    let mut flat = Vec::with_capacity(samples.len());
    for pixel in samples.chunks_exact(channels) {
        if let [colours @ .., alpha] = pixel {
            flat.extend(colours.iter().map(|colour| {
                let product = u16::from(*colour) * u16::from(*alpha) + 127;
                u8::try_from(product / 255).unwrap_or(u8::MAX)
            }));
        }
    }
    flat
}

fn size(side: u32) -> Result<usize, DecodeError> {
    usize::try_from(side).map_err(|_| DecodeError { kind: Kind::TooManyPixels, position: None })
}
