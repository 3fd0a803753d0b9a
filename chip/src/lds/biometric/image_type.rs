//! Picture formats of biometric records, by their first octets.

/// Picture format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageType {
    /// JPEG.
    Jpeg,
    /// JPEG 2000 in its file format.
    Jpeg2000,
    /// JPEG 2000 codestream without file format.
    Jpeg2000Codestream,
    /// WSQ, the wavelet format of fingerprints.
    Wsq,
    /// PNG.
    Png,
    /// PGM or PPM (binary).
    Netpbm,
    /// None of these.
    Unknown,
}

impl ImageType {
    /// The format that these octets begin like.
    #[must_use]
    pub fn of(picture: &[u8]) -> Self {
        match picture {
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [0, 0, 0, 0x0C, b'j', b'P', ..] => Self::Jpeg2000,
            [0xFF, 0x4F, 0xFF, 0x51, ..] => Self::Jpeg2000Codestream,
            [0xFF, 0xA0, 0xFF, ..] => Self::Wsq,
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [b'P', b'5' | b'6', b' ' | b'\t' | b'\n' | b'\r', ..] => Self::Netpbm,
            _ => Self::Unknown,
        }
    }

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Jpeg2000Codestream => "JPEG 2000 codestream without file format",
            Self::Wsq => "WSQ",
            Self::Png => "PNG",
            Self::Netpbm => "PNM",
            Self::Unknown => "no known picture format",
        }
    }
}
