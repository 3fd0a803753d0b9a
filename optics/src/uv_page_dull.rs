//! (UV, BR, FU): does the page stay dull under ultraviolet light (Doc 9303-3 section 4.11; TR-03135-1 5.5.4.2)?
//!
//! Security paper does not luminesce; office and photo paper holds optical brightener and shines blue. The
//! page is cut into tiles. In each the blue of unprinted, not luminescent samples is taken, so that overprint
//! and fibres do not count. The middle of the tiles is held against the absolute level (or a device's
//! anchors), and tiles that stand out against a smooth surface through the others point at a pasted part.

mod tiles;

use crate::band::Dependence;
use crate::measurement::{Criterion, Fact, Fault, Light, Measurement, Quality, Region};
use crate::numeric::{narrow, rounded};
use crate::page::WhitePage;
use crate::picture::Shot;
use crate::registration::Overlay;
use crate::thresholds;
use tiles::Tiles;

/// Samples along the longer side that the comparison with the white picture needs.
const ENOUGH: usize = 800;

/// A device's calibrated ultraviolet anchors: blue levels, 0 to 1, leak included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UvAnchors {
    /// Level of a sheet without brightener.
    pub dull: f64,
    /// Level of office paper; above `dull`.
    pub bright: f64,
}

/// Measures the ultraviolet brightness of the unprinted page and of its regions.
///
/// The value is the page's level (a higher one is worse) or, where its margin is smaller, how far the
/// brightest region lies above the page around it. Anchors that are not in order (`dull < bright`, both 0 to
/// 1) are ignored. Uses the white and the ultraviolet picture only.
///
/// Quality faults, never accusations: a picture absent, too little paper, a grey bright picture (not
/// ultraviolet), a copy of the white picture.
pub fn uv_page_dull(
    white: Option<&WhitePage<'_>>,
    ultraviolet: Option<Shot<'_>>,
    anchors: Option<&UvAnchors>,
) -> Measurement {
    let refuse = |fault, notes: Option<&WhitePage<'_>>| {
        let mut measurement =
            Measurement::unmeasured(Criterion::PageBrightness, thresholds::PAGE_BRIGHTNESS, fault);
        measurement.notes.extend(notes.map(|page| page.notes().to_vec()).unwrap_or_default());
        measurement
    };
    let Some(white) = white else { return refuse(Fault::ImageAbsent(Light::White), None) };
    let Some(ultraviolet) = ultraviolet else {
        return refuse(Fault::ImageAbsent(Light::Ultraviolet), Some(white));
    };
    match measure(white, ultraviolet, anchors) {
        Ok(measurement) => measurement,
        Err(fault) => refuse(fault, Some(white)),
    }
}

fn measure(
    white: &WhitePage<'_>,
    ultraviolet: Shot<'_>,
    anchors: Option<&UvAnchors>,
) -> Result<Measurement, Fault> {
    let coarse = ultraviolet.picture.width().max(ultraviolet.picture.height()) / ENOUGH;
    let overlay = Overlay::new(white, ultraviolet, coarse);
    if !overlay.trusted {
        return Err(Fault::NotRegistered(Light::Ultraviolet));
    }
    let tiles = Tiles::measure(white, ultraviolet.picture, &overlay)?;
    let dependence = Dependence::measure(white, &overlay, 0.0);
    if dependence.is_copy() && dependence.gain > 0.8 {
        return Err(Fault::DuplicateOfWhite(Light::Ultraviolet));
    }
    if tiles.grey_level > thresholds::ULTRAVIOLET_GREY && tiles.is_grey {
        return Err(Fault::NotThisLight(Light::Ultraviolet));
    }
    let usable = anchors.filter(|a| 0.0 <= a.dull && a.dull < a.bright && a.bright <= 1.0);
    let level = f64::from(tiles.level - (tiles.leak - thresholds::LEAK_INCLUDED).max(0.0));
    let (criterion, value, threshold) = match usable {
        Some(anchors) => {
            let share = (f64::from(tiles.level) - anchors.dull) / (anchors.bright - anchors.dull);
            (Criterion::PageBrightnessCalibrated, share, thresholds::PAGE_BRIGHTNESS_CALIBRATED)
        }
        None => (Criterion::PageBrightness, level, thresholds::PAGE_BRIGHTNESS),
    };
    let mut worst = (margin_below(value, threshold), criterion, rounded(value, 4), threshold);
    let page_fails = worst.0 <= 0.0;
    let mut regions: Vec<Region> = Vec::new();
    let place = |p| overlay.place(p);
    let whole = white.region(&white.outline.quad, Light::Ultraviolet, ultraviolet.picture, place, page_fails);
    let scale = (1.0, narrow(thresholds::REGION_BRIGHTNESS));
    for patch in tiles.patches(scale.1) {
        let excess = rounded(f64::from(patch.excess), 4);
        let margin = margin_below(excess, thresholds::REGION_BRIGHTNESS);
        if margin < worst.0 {
            worst = (margin, Criterion::RegionBrightness, excess, thresholds::REGION_BRIGHTNESS);
        }
        regions.extend(white.region(&patch.corners, Light::Ultraviolet, ultraviolet.picture, place, true));
    }
    regions.extend(whole);
    if worst.0 > 0.0 && dependence.is_copy() {
        return Err(Fault::DuplicateOfWhite(Light::Ultraviolet));
    }
    regions.sort_by_key(|region| !region.failing);
    let facts = [
        ("uv.level", tiles.level),
        ("uv.leak", tiles.leak),
        ("uv.region-excess", tiles.largest_excess()),
        ("uv.paper-share", tiles.paper_share),
        ("uv.white-correlation", dependence.all),
        ("uv.white-coarse-correlation", dependence.coarse),
        ("uv.white-background-correlation", dependence.background),
    ]
    .map(|(name, value)| Fact { name, value: rounded(f64::from(value), 4) });
    let (margin, criterion, value, threshold) = worst;
    Ok(Measurement {
        criterion,
        value: Some(value),
        threshold,
        margin,
        quality: Quality::Met,
        regions,
        notes: white.notes().to_vec(),
        facts: facts.to_vec(),
    })
}

/// The distance of a value from a threshold that it should stay below, -1 to 1.
fn margin_below(value: f64, threshold: f64) -> f64 {
    rounded(((threshold - value) / threshold).clamp(-1.0, 1.0), 4)
}
