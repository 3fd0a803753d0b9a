//! The picture of DG2 for a caller that shows or compares it: it exists only where its hash matched.

use std::fmt;
use std::sync::Arc;

use verifier_optics::{Picture, PortraitFormat};

/// The first face of DG2, decoded from octets whose hash the security object signs.
///
/// Nobody else makes one. Whether the security object's own signature and its chain hold is what the report says:
/// a caller that calls the picture genuine asks for `chip.sod.signature` and `chip.issuer.chain` as well.
#[derive(Clone)]
pub struct Portrait {
    picture: Arc<Picture>,
    encoded: Arc<[u8]>,
    format: PortraitFormat,
}

impl Portrait {
    pub(crate) fn new(picture: Arc<Picture>, encoded: Arc<[u8]>, format: PortraitFormat) -> Self {
        Self { picture, encoded, format }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.picture.width()
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.picture.height()
    }

    /// 1 for grey, 3 for interleaved RGB.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.picture.channels()
    }

    /// The samples, 8 bits each, rows from the top: `width * height * channels` octets.
    #[must_use]
    pub fn samples(&self) -> &[u8] {
        self.picture.samples()
    }

    /// The picture as the chip holds it, JPEG or JPEG 2000.
    #[must_use]
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// Name of its format, such as `JPEG 2000`.
    #[must_use]
    pub const fn format(&self) -> &'static str {
        self.format.name()
    }
}

impl fmt::Debug for Portrait {
    /// Size and format only: a face is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Portrait({}, {} x {})", self.format(), self.width(), self.height())
    }
}
