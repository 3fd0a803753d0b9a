//! Page images made fit for a report: small, inside the file, and unreadable where nobody asked for the holder.

use std::io::Cursor;

use base64::Engine as _;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageReader, Limits};

/// Width of a picture in the report, pixels. A report holds many pages; evidence at full size stays in the bundle.
const WIDTH: u32 = 900;
/// Width to which a page is coarsened first when personal data is not wanted: about 1.7 mm a pixel on an ID-3 page,
/// wider than half an MRZ character, so that neither letters nor a face survive.
const COARSE_WIDTH: u32 = 72;
/// Width of the chip's portrait in the report, pixels.
const FACE_WIDTH: u32 = 300;
/// Width to which a portrait is coarsened when personal data is not wanted: at eight columns nobody is recognised.
const COARSE_FACE_WIDTH: u32 = 8;
/// More pixels than any page needs; larger images are not decoded for a report.
const MAX_PIXELS: u64 = 40_000_000;

/// A picture as a data URI, with the size of the image it was made from.
pub(crate) struct Picture {
    /// `data:image/jpeg;base64,...`
    pub(crate) uri: String,
    /// Width of the original, pixels.
    pub(crate) width: u32,
    /// Height of the original, pixels.
    pub(crate) height: u32,
}

/// Decodes, coarsens unless `personal`, shrinks and encodes; `None` where the image does not decode within limits.
pub(crate) fn picture(encoded: &[u8], personal: bool) -> Option<Picture> {
    let mut reader = ImageReader::new(Cursor::new(encoded)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(MAX_PIXELS.saturating_mul(8));
    reader.limits(limits);
    let (width, height) = {
        let again = ImageReader::new(Cursor::new(encoded)).with_guessed_format().ok()?;
        again.into_dimensions().ok()?
    };
    if u64::from(width).saturating_mul(u64::from(height)) > MAX_PIXELS || width == 0 || height == 0 {
        return None;
    }
    let page = reader.decode().ok()?;
    let page = if personal { page } else { coarsened(&page) };
    let small = if page.width() > WIDTH || !personal { scaled(&page, WIDTH, width, height) } else { page };
    as_jpeg(&small, width, height)
}

/// The portrait that the verifier decoded, shrunk, and coarsened unless `personal`.
pub(crate) fn face(portrait: &verifier_core::Portrait, personal: bool) -> Option<Picture> {
    let width = u32::try_from(portrait.width()).ok()?;
    let height = u32::try_from(portrait.height()).ok()?;
    let samples = portrait.samples().to_vec();
    let face = match portrait.channels() {
        1 => DynamicImage::ImageLuma8(image::GrayImage::from_raw(width, height, samples)?),
        _ => DynamicImage::ImageRgb8(image::RgbImage::from_raw(width, height, samples)?),
    };
    let to = FACE_WIDTH.min(width);
    let face = if personal {
        scaled(&face, to, width, height)
    } else {
        let coarse = COARSE_FACE_WIDTH.min(width);
        let coarse = face.thumbnail_exact(coarse, proportional(coarse, width, height));
        scaled(&coarse, to, width, height)
    };
    as_jpeg(&face, face.width(), face.height())
}

/// As a JPEG in a data URI.
fn as_jpeg(picture: &DynamicImage, width: u32, height: u32) -> Option<Picture> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 82)
        .encode_image(&DynamicImage::ImageRgb8(picture.to_rgb8()))
        .ok()?;
    let uri = format!("data:image/jpeg;base64,{}", base64::engine::general_purpose::STANDARD.encode(&jpeg));
    Some(Picture { uri, width, height })
}

fn coarsened(page: &DynamicImage) -> DynamicImage {
    page.thumbnail_exact(COARSE_WIDTH, proportional(COARSE_WIDTH, page.width(), page.height()))
}

fn scaled(page: &DynamicImage, to: u32, width: u32, height: u32) -> DynamicImage {
    let to = to.min(width);
    page.thumbnail_exact(to, proportional(to, width, height))
}

/// Height that keeps the proportions; at least one pixel, never more than a long page needs.
fn proportional(to: u32, width: u32, height: u32) -> u32 {
    let tall = u64::from(to).saturating_mul(u64::from(height)) / u64::from(width.max(1));
    u32::try_from(tall).unwrap_or(u32::MAX).clamp(1, to.saturating_mul(8))
}

#[cfg(test)]
mod unit {
    use super::{Picture, picture};
    use base64::Engine as _;
    use image::{DynamicImage, GrayImage, ImageFormat, Luma};

    fn png(width: u32, height: u32) -> Vec<u8> {
        // Stripes two pixels wide: detail that must be gone from a coarsened picture.
        let stripes = GrayImage::from_fn(width, height, |x, _| Luma([if x % 4 < 2 { 0 } else { 255 }]));
        let mut file = std::io::Cursor::new(Vec::new());
        DynamicImage::ImageLuma8(stripes).write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    fn contrast(picture: &Picture) -> u8 {
        let base64 = picture.uri.strip_prefix("data:image/jpeg;base64,").unwrap();
        let jpeg = base64::engine::general_purpose::STANDARD.decode(base64).unwrap();
        let pixels = image::load_from_memory(&jpeg).unwrap().to_luma8().into_raw();
        pixels.iter().max().unwrap() - pixels.iter().min().unwrap()
    }

    #[test]
    fn without_personal_the_detail_is_gone() {
        let file = png(800, 500);
        let shown = picture(&file, true).unwrap();
        let hidden = picture(&file, false).unwrap();
        assert_eq!((shown.width, shown.height), (800, 500));
        assert_eq!((hidden.width, hidden.height), (800, 500));
        assert!(contrast(&shown) > 200, "the detail is there when asked for");
        assert!(contrast(&hidden) < 40, "and gone when not: {}", contrast(&hidden));
    }

    #[test]
    fn what_does_not_decode_is_no_picture() {
        assert!(picture(b"", true).is_none());
        assert!(picture(b"\x89PNG\r\n\x1a\nrubbish", true).is_none());
    }
}
