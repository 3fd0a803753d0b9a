//! Pictures from hostile bytes (attack rows OCR-01, OCR-06; CWE-400, CWE-770): typed errors, bounded, no panic.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "test code"
)]

use image::{DynamicImage, ImageFormat, RgbImage};
use proptest::prelude::*;
use std::io::Cursor;
use std::time::{Duration, Instant};
use verifier_optics::{DecodeErrorKind as Kind, Limits, Picture};

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn sample() -> DynamicImage {
    RgbImage::from_fn(37, 23, |x, y| image::Rgb([(x * 6) as u8, (y * 10) as u8, 90])).into()
}

fn kind(bytes: &[u8]) -> Kind {
    Picture::decode(bytes, &Limits::default()).unwrap_err().kind
}

#[test]
fn each_format_gives_its_pixels() {
    let plain = sample().into_rgb8().into_raw();
    for format in [ImageFormat::Png, ImageFormat::Bmp] {
        let picture = Picture::decode(&encoded(&sample(), format), &Limits::default()).unwrap();
        assert_eq!((picture.width(), picture.height(), picture.channels()), (37, 23, 3));
        assert_eq!(picture.samples(), plain, "{format:?}");
    }
    let picture = Picture::decode(&encoded(&sample(), ImageFormat::Jpeg), &Limits::default()).unwrap();
    let worst = picture.samples().iter().zip(&plain).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(worst < 40, "{worst}");
}

#[test]
fn deep_grey_and_alpha_are_reduced() {
    let deep = DynamicImage::ImageLuma16(image::ImageBuffer::from_pixel(4, 3, image::Luma([0x80FF_u16])));
    let picture = Picture::decode(&encoded(&deep, ImageFormat::Png), &Limits::default()).unwrap();
    assert_eq!((picture.channels(), picture.samples().len()), (1, 12));
    assert!(picture.samples().iter().all(|v| (0x80..=0x81).contains(v)));
    let clear =
        DynamicImage::ImageRgba8(image::ImageBuffer::from_pixel(2, 2, image::Rgba([200, 100, 50, 0])));
    let picture = Picture::decode(&encoded(&clear, ImageFormat::Png), &Limits::default()).unwrap();
    assert_eq!(picture.samples(), [0; 12], "what is transparent carries no light");
    let half = DynamicImage::ImageLumaA8(image::ImageBuffer::from_pixel(1, 1, image::LumaA([200, 128])));
    let picture = Picture::decode(&encoded(&half, ImageFormat::Png), &Limits::default()).unwrap();
    assert_eq!(picture.samples(), [100]);
}

#[test]
fn a_turned_jpeg_is_turned_back() {
    let plain = encoded(&sample(), ImageFormat::Jpeg);
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut turned = plain[..2].to_vec();
    turned.extend_from_slice(exif);
    turned.extend_from_slice(&plain[2..]);
    let picture = Picture::decode(&turned, &Limits::default()).unwrap();
    assert_eq!((picture.width(), picture.height()), (23, 37));
}

#[test]
fn headers_that_lie_are_refused_before_allocation() {
    let start = Instant::now();
    let mut png = encoded(&sample(), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
    assert_eq!(kind(&png), Kind::TooManyPixels);
    png[16..24].copy_from_slice(&[0; 8]);
    assert_eq!(kind(&png), Kind::ZeroSize);
    png[16..24].copy_from_slice(&[0, 0, 0x4E, 0x20, 0, 0, 0x4E, 0x20]);
    assert_eq!(kind(&png), Kind::TooManyPixels, "20 000 x 20 000");
    // A size within the limit that the data does not fill.
    png[16..24].copy_from_slice(&[0, 0, 0x10, 0, 0, 0, 0x10, 0]);
    assert!(Picture::decode(&png, &Limits::default()).is_err());

    let jpeg = encoded(&sample(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    let mut huge = jpeg.clone();
    huge[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert_eq!(kind(&huge), Kind::TooManyPixels, "65 500 x 65 500");
    let mut twice = jpeg.clone();
    let segment = jpeg[frame..frame + 2 + usize::from(jpeg[frame + 3])].to_vec();
    twice.splice(frame..frame, segment);
    assert_eq!(kind(&twice), Kind::Malformed, "two frame headers");
    let mut many = jpeg.clone();
    many[frame + 9] = 200;
    assert_eq!(kind(&many), Kind::TooManyComponents);

    let mut bmp = encoded(&sample(), ImageFormat::Bmp);
    bmp[22..26].copy_from_slice(&i32::MIN.to_le_bytes());
    assert_eq!(kind(&bmp), Kind::TooManyPixels, "negative height");
    bmp[22..26].copy_from_slice(&(-23_i32).to_le_bytes());
    assert!(Picture::decode(&bmp, &Limits::default()).is_ok(), "rows from the top are fine");
    bmp[18..22].copy_from_slice(&(-1_i32).to_le_bytes());
    assert_eq!(kind(&bmp), Kind::Malformed);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn every_truncation_is_an_error() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp] {
        let whole = encoded(&sample(), format);
        for length in 0..whole.len() {
            let found = Picture::decode(&whole[..length], &Limits::default());
            assert!(found.is_err(), "{format:?} cut to {length} of {}", whole.len());
        }
    }
}

#[test]
fn passes_without_end_are_refused() {
    let image = DynamicImage::ImageRgb8(RgbImage::from_pixel(3000, 3000, image::Rgb([9, 9, 9])));
    let jpeg = encoded(&image, ImageFormat::Jpeg);
    let scan = jpeg.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
    let mut endless = jpeg[..scan].to_vec();
    for _ in 0..2000 {
        endless.extend_from_slice(&jpeg[scan..scan + 14]);
    }
    endless.extend_from_slice(&[0xFF, 0xD9]);
    assert_eq!(kind(&endless), Kind::TooCostly);
}

#[test]
fn limits_are_the_callers() {
    let png = encoded(&sample(), ImageFormat::Png);
    let tight = Limits { max_pixels: 100, ..Limits::default() };
    assert_eq!(Picture::decode(&png, &tight).unwrap_err().kind, Kind::TooManyPixels);
    let short = Limits { max_input_bytes: 10, ..Limits::default() };
    assert_eq!(Picture::decode(&png, &short).unwrap_err().kind, Kind::TooManyBytes);
    let one = Limits { max_components: 1, ..Limits::default() };
    assert_eq!(Picture::decode(&png, &one).unwrap_err().kind, Kind::TooManyComponents);
    assert_eq!(kind(&[]), Kind::Empty);
    assert_eq!(kind(b"GIF89a"), Kind::UnknownFormat);
    assert_eq!(kind(&vec![0; 20 << 20]), Kind::TooManyBytes);
    let text = Picture::decode(b"x", &Limits::default()).unwrap_err();
    assert_eq!(
        (text.code(), text.to_string().as_str()),
        ("image.undecodable", "no picture format that is read here (at byte 0)")
    );
}

#[test]
fn debug_shows_no_pixels() {
    let picture = Picture::from_grey(2, 2, vec![7, 7, 7, 7]).unwrap();
    assert_eq!(format!("{picture:?}"), "Picture(2 x 2, 1 channels)");
    assert!(Picture::from_grey(0, 2, Vec::new()).is_none());
    assert!(Picture::from_rgb(usize::MAX, 2, vec![0]).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(
        which in 0_usize..3,
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let format = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp][which];
        let mut bytes = encoded(&sample(), format);
        for (at, value) in hits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
        if let Ok(picture) = Picture::decode(&bytes, &limits) {
            prop_assert_eq!(picture.samples().len(), picture.width() * picture.height() * picture.channels());
        }
    }

    #[test]
    fn any_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..400), which in 0_usize..4) {
        let magic: &[u8] = [&b"\x89PNG\r\n\x1a\n"[..], &[0xFF, 0xD8, 0xFF], b"BM", b""][which];
        bytes.splice(0..0, magic.iter().copied());
        let _ = Picture::decode(&bytes, &Limits { max_pixels: 1_000_000, ..Limits::default() });
    }
}
