//! The orientation tag of an Exif segment (Exif 2.32 section 4.6.4, tag 0x0112), nothing else of it.

use image::metadata::Orientation;

const TAG: u16 = 0x0112;
/// More directory entries than any camera writes.
const MAX_ENTRIES: u16 = 512;

/// The orientation in an APP1 segment that starts with `Exif`; `None` where it says nothing usable.
pub(super) fn from_exif(segment: &[u8]) -> Option<Orientation> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let little = match tiff.first_chunk::<4>()? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let raw = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if little { u16::from_le_bytes(raw) } else { u16::from_be_bytes(raw) })
    };
    let u32_at = |at: usize| {
        let raw = *tiff.get(at..)?.first_chunk::<4>()?;
        Some(if little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    };
    let directory = usize::try_from(u32_at(4)?).ok()?;
    let entries = u16_at(directory)?.min(MAX_ENTRIES);
    for entry in 0..usize::from(entries) {
        let at = directory.checked_add(2 + 12 * entry)?;
        if u16_at(at)? == TAG {
            let value = u16_at(at.checked_add(8)?)?;
            return Orientation::from_exif(u8::try_from(value).ok()?);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_and_garbage() {
        let big = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
        assert_eq!(from_exif(big), Some(Orientation::Rotate90));
        let little = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0";
        assert_eq!(from_exif(little), Some(Orientation::Rotate180));
        assert_eq!(from_exif(b"Exif\0\0II\x2a\0\xff\xff\xff\xff"), None);
        assert_eq!(from_exif(b"http://ns"), None);
        for length in 0..big.len() {
            let _ = from_exif(&big[..length]);
        }
    }
}
