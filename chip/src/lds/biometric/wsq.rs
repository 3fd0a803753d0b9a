//! WSQ (FBI IAFIS-IC-0110): the frame header alone. Fingerprints are not decoded: nothing here shows or compares them.

/// What the frame header of a WSQ picture says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WsqHeader {
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Number of the encoder's algorithm.
    pub encoder: u8,
    /// Number of the encoder's software.
    pub software: u16,
}

/// Segments looked at before the frame header: tables and comments.
const MAX_SEGMENTS: usize = 64;

impl WsqHeader {
    /// Reads the segments up to the frame header (marker FFA2); `None` when there is none.
    #[must_use]
    pub fn read(picture: &[u8]) -> Option<Self> {
        let word = |at: usize| {
            picture.get(at..).and_then(|rest| rest.first_chunk::<2>()).map(|two| u16::from_be_bytes(*two))
        };
        if word(0)? != 0xFFA0 {
            return None;
        }
        let mut at = 2_usize;
        for _ in 0..MAX_SEGMENTS {
            let (marker, length) = (word(at)?, usize::from(word(at + 2)?));
            match marker {
                // Lf, black, white, Y, X, Em, M, Er, R, Ev, Sf
                0xFFA2 => {
                    return Some(Self {
                        height: word(at + 6)?,
                        width: word(at + 8)?,
                        encoder: *picture.get(at + 16)?,
                        software: word(at + 17)?,
                    });
                }
                0xFFA4..=0xFFA8 if length >= 2 => at += 2 + length,
                _ => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::WsqHeader;

    #[test]
    fn the_frame_header_is_found_behind_tables_and_comments() {
        let mut picture = vec![0xFF, 0xA0, 0xFF, 0xA8, 0, 4, b'h', b'i', 0xFF, 0xA4, 0, 3, 7];
        picture.extend([0xFF, 0xA2, 0, 17, 0, 255, 0x01, 0x80, 0x01, 0x20, 0, 0, 0, 0, 0, 0, 2, 0x9A, 0x5B]);
        let header = WsqHeader::read(&picture).unwrap();
        assert_eq!((header.width, header.height), (0x120, 0x180));
        for length in 0..picture.len() {
            assert!(WsqHeader::read(&picture[..length]).is_none(), "{length}");
        }
        let endless = [vec![0xFF, 0xA0], [0xFF, 0xA8, 0, 2].repeat(1000)].concat();
        assert!(WsqHeader::read(&endless).is_none());
    }
}
