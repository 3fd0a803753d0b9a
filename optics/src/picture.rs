//! Pictures of a page, decoded within limits (PNG: ISO/IEC 15948; JPEG: ISO/IEC 10918-1; BMP), and portraits from
//! chips (JPEG; JPEG 2000: ISO/IEC 15444-1).
//!
//! The header is read before anything is allocated. A file that ends early is an error, never a half-grey
//! picture: half of a page must not be measured as if it were the page.

mod error;
mod header;
mod jpeg2000;
mod orientation;
mod portrait;

pub use error::{DecodeError, DecodeErrorKind};
pub use portrait::{PortraitFormat, PortraitHeader};

use core::fmt;
use header::{Format, Header};
use image::{DynamicImage, ImageDecoder};
use std::io::Cursor;

/// What a picture may cost. The defaults are those of the engine: 16 MiB, 40 million pixels, 4 components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest file, bytes.
    pub max_input_bytes: usize,
    /// Most pixels, width times height.
    pub max_pixels: u64,
    /// Most components a pixel, alpha included.
    pub max_components: u8,
    /// Most memory that a decoder may ask for beside the picture itself, bytes.
    pub max_working_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_input_bytes: 16 << 20,
            max_pixels: 40_000_000,
            max_components: 4,
            max_working_bytes: 128 << 20,
        }
    }
}

/// A decoded picture: 8 bits a sample, one plane-interleaved grey or RGB buffer, rows from the top.
///
/// Sixteen-bit files are reduced to 8 bits. Alpha is flattened over black: a transparent pixel carries no
/// recorded light. The Exif orientation of a JPEG is applied.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    channels: usize,
    samples: Vec<u8>,
}

impl fmt::Debug for Picture {
    /// Sizes only: pixels are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} x {}, {} channels)", self.width, self.height, self.channels)
    }
}

impl Picture {
    /// Decodes a PNG, JPEG or BMP file held in memory.
    ///
    /// # Errors
    /// [`DecodeError`] with kind and, where known, the byte position: unknown format, a limit exceeded, a
    /// truncated or malformed file.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        let header = Header::read(bytes, limits)?;
        let image = match header.format {
            Format::Png => {
                let bounds = decoder_limits(limits);
                let decoder = image::codecs::png::PngDecoder::with_limits(Cursor::new(bytes), bounds)
                    .map_err(DecodeError::from_image)?;
                read(decoder, &header)?
            }
            Format::Jpeg => {
                let decoder = image::codecs::jpeg::JpegDecoder::new(Cursor::new(bytes))
                    .map_err(DecodeError::from_image)?;
                read(decoder, &header)?
            }
            Format::Bmp => {
                let decoder = image::codecs::bmp::BmpDecoder::new(Cursor::new(bytes))
                    .map_err(DecodeError::from_image)?;
                read(decoder, &header)?
            }
        };
        Ok(Self::flatten(image))
    }

    /// A picture from grey samples, row by row from the top; `None` unless `samples` holds exactly
    /// `width * height` bytes and at least one.
    #[must_use]
    pub fn from_grey(width: usize, height: usize, samples: Vec<u8>) -> Option<Self> {
        let expected = width.checked_mul(height)?;
        (expected > 0 && samples.len() == expected).then_some(Self { width, height, channels: 1, samples })
    }

    /// A picture from interleaved RGB samples, row by row from the top; `None` unless `samples` holds exactly
    /// `3 * width * height` bytes and at least one pixel.
    #[must_use]
    pub fn from_rgb(width: usize, height: usize, samples: Vec<u8>) -> Option<Self> {
        let expected = width.checked_mul(height)?.checked_mul(3)?;
        (expected > 0 && samples.len() == expected).then_some(Self { width, height, channels: 3, samples })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// 1 for grey, 3 for interleaved RGB.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.channels
    }

    /// The samples, `width * height * channels` bytes.
    #[must_use]
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    fn flatten(image: DynamicImage) -> Self {
        let (width, height) = (size(image.width()), size(image.height()));
        let grey = !image.color().has_color();
        if image.color().has_alpha() {
            let rgba = image.into_rgba8().into_raw();
            let over_black = |sample: u8, alpha: u8| {
                let product = u16::from(sample) * u16::from(alpha) + 127;
                u8::try_from(product / 255).unwrap_or(u8::MAX)
            };
            let mut samples = Vec::with_capacity(width * height * if grey { 1 } else { 3 });
            for pixel in rgba.as_chunks::<4>().0 {
                let [r, g, b, a] = *pixel;
                samples.push(over_black(r, a));
                if !grey {
                    samples.push(over_black(g, a));
                    samples.push(over_black(b, a));
                }
            }
            return Self { width, height, channels: if grey { 1 } else { 3 }, samples };
        }
        if grey {
            Self { width, height, channels: 1, samples: image.into_luma8().into_raw() }
        } else {
            Self { width, height, channels: 3, samples: image.into_rgb8().into_raw() }
        }
    }
}

/// A picture and the resolution that the capture states for it.
#[derive(Clone, Copy, Debug)]
pub struct Shot<'a> {
    /// The pixels.
    pub picture: &'a Picture,
    /// Pixels an inch as stated by the capture; `None` where it does not say.
    pub ppi: Option<f64>,
}

impl<'a> Shot<'a> {
    /// A picture with its stated resolution. A resolution that is not a number from 10 to 10 000 counts as
    /// not stated.
    #[must_use]
    pub fn new(picture: &'a Picture, ppi: Option<f64>) -> Self {
        Self { picture, ppi: ppi.filter(|ppi| (10.0..=10_000.0).contains(ppi)) }
    }
}

fn size(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut bounds = image::Limits::default();
    bounds.max_image_width = Some(header::MAX_SIDE);
    bounds.max_image_height = Some(header::MAX_SIDE);
    let picture = limits.max_pixels.saturating_mul(u64::from(limits.max_components)).saturating_mul(2);
    bounds.max_alloc = Some(picture.saturating_add(limits.max_working_bytes));
    bounds
}

/// Decodes, after a last look that the decoder sees the size that the header check has seen.
fn read<D: ImageDecoder>(decoder: D, header: &Header) -> Result<DynamicImage, DecodeError> {
    if decoder.dimensions() != (header.width, header.height) {
        return Err(DecodeError::at(DecodeErrorKind::Malformed, header.position));
    }
    let mut image = DynamicImage::from_decoder(decoder).map_err(DecodeError::from_image)?;
    image.apply_orientation(header.orientation);
    Ok(image)
}
