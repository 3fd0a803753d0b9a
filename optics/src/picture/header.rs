//! Headers of PNG, JPEG and BMP, read before anything is allocated, and a walk to the end of the file.

use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::{Limits, orientation};
use image::metadata::Orientation;

/// No side may be longer: JPEG cannot say more, and nothing on a desk is larger.
pub(super) const MAX_SIDE: u32 = 65_535;
/// A progressive JPEG has about ten passes; thousands are an attack on time.
const MAX_PASSES: u64 = 64;
/// Passes times pixels that may be spent on one picture.
const MAX_PASS_PIXELS: u64 = 400_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    Bmp,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) format: Format,
    /// As stored, before the orientation is applied.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) orientation: Orientation,
    /// Where the size stands in the file.
    pub(super) position: usize,
}

impl Header {
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Err(DecodeError::at(Kind::Empty, 0));
        }
        if bytes.len() > limits.max_input_bytes {
            return Err(DecodeError::at(Kind::TooManyBytes, limits.max_input_bytes));
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            png(bytes, limits)
        } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            jpeg(bytes, limits)
        } else if bytes.starts_with(b"BM") {
            bmp(bytes, limits)
        } else {
            Err(DecodeError::at(Kind::UnknownFormat, 0))
        }
    }
}

pub(super) fn check_size(
    width: u32,
    height: u32,
    components: u8,
    at: usize,
    limits: &Limits,
) -> Result<u64, DecodeError> {
    if width == 0 || height == 0 {
        return Err(DecodeError::at(Kind::ZeroSize, at));
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || pixels > limits.max_pixels {
        return Err(DecodeError::at(Kind::TooManyPixels, at));
    }
    if components > limits.max_components {
        return Err(DecodeError::at(Kind::TooManyComponents, at));
    }
    Ok(pixels)
}

pub(super) fn field<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], DecodeError> {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk::<N>())
        .copied()
        .ok_or(DecodeError::at(Kind::Truncated, bytes.len()))
}

pub(super) fn be32(bytes: &[u8], at: usize) -> Result<u32, DecodeError> {
    field::<4>(bytes, at).map(u32::from_be_bytes)
}

pub(super) fn be16(bytes: &[u8], at: usize) -> Result<u16, DecodeError> {
    field::<2>(bytes, at).map(u16::from_be_bytes)
}

fn le32(bytes: &[u8], at: usize) -> Result<u32, DecodeError> {
    field::<4>(bytes, at).map(u32::from_le_bytes)
}

fn le16(bytes: &[u8], at: usize) -> Result<u16, DecodeError> {
    field::<2>(bytes, at).map(u16::from_le_bytes)
}

/// ISO/IEC 15948 clause 11: IHDR first, IEND last, every chunk inside the file.
fn png(bytes: &[u8], limits: &Limits) -> Result<Header, DecodeError> {
    if be32(bytes, 8)? != 13 || &field::<4>(bytes, 12)? != b"IHDR" {
        return Err(DecodeError::at(Kind::Malformed, 8));
    }
    let (width, height) = (be32(bytes, 16)?, be32(bytes, 20)?);
    let [depth, colour] = field::<2>(bytes, 24)?;
    let components = match colour {
        0 | 3 => 1,
        4 => 2,
        2 => 3,
        6 => 4,
        _ => return Err(DecodeError::at(Kind::Malformed, 25)),
    };
    if !matches!(depth, 1 | 2 | 4 | 8 | 16) {
        return Err(DecodeError::at(Kind::Malformed, 24));
    }
    check_size(width, height, components, 16, limits)?;
    let mut at = 8_usize;
    loop {
        let length = usize::try_from(be32(bytes, at)?).map_err(|_| DecodeError::at(Kind::Malformed, at))?;
        let name = field::<4>(bytes, at + 4)?;
        let end = at.checked_add(12).and_then(|end| end.checked_add(length));
        let end = end.ok_or(DecodeError::at(Kind::Malformed, at))?;
        if end > bytes.len() {
            return Err(DecodeError::at(Kind::Truncated, bytes.len()));
        }
        if &name == b"IEND" {
            break;
        }
        at = end;
    }
    let orientation = Orientation::NoTransforms;
    Ok(Header { format: Format::Png, width, height, orientation, position: 16 })
}

/// ISO/IEC 10918-1 annex B: one frame header, scans, and the end-of-image marker.
fn jpeg(bytes: &[u8], limits: &Limits) -> Result<Header, DecodeError> {
    let mut header: Option<Header> = None;
    let mut orientation = Orientation::NoTransforms;
    let (mut pixels, mut passes, mut at) = (0_u64, 0_u64, 2_usize);
    loop {
        let [lead, marker] = field::<2>(bytes, at)?;
        if lead != 0xFF {
            return Err(DecodeError::at(Kind::Malformed, at));
        }
        match marker {
            0xFF => {
                at += 1; // fill byte
                continue;
            }
            0xD9 => break,
            0x01 | 0xD0..=0xD8 => {
                at += 2; // markers without a segment
                continue;
            }
            0x00 => return Err(DecodeError::at(Kind::Malformed, at)),
            _ => {}
        }
        let length = usize::from(be16(bytes, at + 2)?);
        let end = at + 2 + length;
        if length < 2 || end > bytes.len() {
            let kind = if length < 2 { Kind::Malformed } else { Kind::Truncated };
            return Err(DecodeError::at(kind, at + 2));
        }
        match marker {
            0xC0..=0xC2 => {
                if header.is_some() {
                    return Err(DecodeError::at(Kind::Malformed, at)); // two sizes: one of them lies
                }
                let (height, width) = (u32::from(be16(bytes, at + 5)?), u32::from(be16(bytes, at + 7)?));
                let [components] = field::<1>(bytes, at + 9)?;
                pixels = check_size(width, height, components, at + 5, limits)?;
                // A progressive decoder keeps two bytes a coefficient until the last pass.
                if marker == 0xC2 && pixels * u64::from(components) * 2 > limits.max_working_bytes {
                    return Err(DecodeError::at(Kind::TooCostly, at));
                }
                header = Some(Header { format: Format::Jpeg, width, height, orientation, position: at + 5 });
            }
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Err(DecodeError::at(Kind::Unsupported, at)); // lossless, hierarchical, arithmetic
            }
            0xE1 if header.is_none() => {
                if let Some(found) = bytes.get(at + 4..end).and_then(orientation::from_exif) {
                    orientation = found;
                }
            }
            0xDA => {
                passes += 1;
                if passes > MAX_PASSES || passes.saturating_mul(pixels) > MAX_PASS_PIXELS {
                    return Err(DecodeError::at(Kind::TooCostly, at));
                }
                at = end_of_scan(bytes, end)?;
                continue;
            }
            _ => {}
        }
        at = end;
    }
    match header {
        Some(header) if passes > 0 => Ok(Header { orientation, ..header }),
        _ => Err(DecodeError::at(Kind::Malformed, at)),
    }
}

/// Skips entropy-coded data: the next marker that is neither stuffing nor a restart.
fn end_of_scan(bytes: &[u8], start: usize) -> Result<usize, DecodeError> {
    let data = bytes.get(start..).unwrap_or_default();
    let found = data.windows(2).position(|pair| matches!(pair, [0xFF, 0x01..=0xCF | 0xD8..=0xFE]));
    found.map(|offset| start + offset).ok_or(DecodeError::at(Kind::Truncated, bytes.len()))
}

/// BITMAPFILEHEADER and BITMAPCOREHEADER or BITMAPINFOHEADER and later.
fn bmp(bytes: &[u8], limits: &Limits) -> Result<Header, DecodeError> {
    let pixel_data = le32(bytes, 10)?;
    let (width, height, depth, packed) = if le32(bytes, 14)? == 12 {
        (u32::from(le16(bytes, 18)?), u32::from(le16(bytes, 20)?), le16(bytes, 24)?, false)
    } else {
        let width = i32::from_le_bytes(field::<4>(bytes, 18)?);
        let height = i32::from_le_bytes(field::<4>(bytes, 22)?);
        let width = u32::try_from(width).map_err(|_| DecodeError::at(Kind::Malformed, 18))?;
        let packed = matches!(le32(bytes, 30)?, 1 | 2);
        (width, height.unsigned_abs(), le16(bytes, 28)?, packed)
    };
    let components = match depth {
        1 | 2 | 4 | 8 | 16 | 24 => 3,
        32 => 4,
        _ => return Err(DecodeError::at(Kind::Malformed, 28)),
    };
    check_size(width, height, components, 18, limits)?;
    let row = (u64::from(width) * u64::from(depth)).div_ceil(32) * 4;
    let needed = u64::from(pixel_data).saturating_add(row * u64::from(height));
    if !packed && u64::try_from(bytes.len()).unwrap_or(u64::MAX) < needed {
        return Err(DecodeError::at(Kind::Truncated, bytes.len()));
    }
    let orientation = Orientation::NoTransforms;
    Ok(Header { format: Format::Bmp, width, height, orientation, position: 18 })
}
