//! (IR, AB, MR): does the ink of the machine readable zone absorb near infrared light (Doc 9303-3 section 4.11)?
//!
//! The standard asks for a print contrast signal (Rp - Rc) / Rp of 0.6 in band B900. A reader's infrared
//! picture is three times softer than its white one, so the raw contrast of good ink sinks to 0.5. Therefore
//! the white picture's strokes are blurred until they fit the infrared ones; the slope of the infrared
//! darkness over these blurred strokes, cell by cell, is the ratio of the two contrasts without the blur.

mod strip;

use crate::band::{Canvas, Dependence};
use crate::measurement::{Criterion, Fact, Fault, Light, Measurement, Quality, Region};
use crate::mrz_zone::MrzZone;
use crate::numeric::{median, narrow, rounded, spread};
use crate::page::WhitePage;
use crate::picture::{Picture, Shot};
use crate::registration::Overlay;
use crate::thresholds;
use strip::LineReading;

/// Measures the infrared contrast of the MRZ print against its visible contrast, character by character.
///
/// The value is the one with the smallest margin of: the line medians of the contrast ratio, the line medians
/// of the blur-corrected infrared contrast, and the ratio of single characters that lie apart from their line
/// (some characters reprinted in dye). Failing regions are the lines or runs of characters, in the infrared
/// picture. Uses the white and the infrared picture only, so the result does not depend on other captures.
///
/// Quality faults, never accusations: a picture absent, no zone found, resolution, darkness, saturation, noise,
/// softness, a copy of the white picture, a picture in colour.
pub fn ir_mrz_absorbs(white: Option<&WhitePage<'_>>, infrared: Option<Shot<'_>>) -> Measurement {
    let refuse = |fault, notes: Option<&WhitePage<'_>>| {
        let mut measurement =
            Measurement::unmeasured(Criterion::LineContrastRatio, thresholds::LINE_CONTRAST_RATIO, fault);
        measurement.notes.extend(notes.map(|page| page.notes().to_vec()).unwrap_or_default());
        measurement
    };
    let Some(white) = white else { return refuse(Fault::ImageAbsent(Light::White), None) };
    let Some(infrared) = infrared else { return refuse(Fault::ImageAbsent(Light::Infrared), Some(white)) };
    match measure(white, infrared) {
        Ok(measurement) => measurement,
        Err(fault) => refuse(fault, Some(white)),
    }
}

fn measure(white: &WhitePage<'_>, infrared: Shot<'_>) -> Result<Measurement, Fault> {
    let zone = white.zone.as_ref();
    if zone.is_none() && white.pixels_per_mm().is_some_and(|scale| scale * 25.4 < thresholds::MEASURABLE_PPI)
    {
        return Err(Fault::ResolutionTooLow(Light::White));
    }
    let zone = zone.ok_or(Fault::ZoneNotFound)?;
    let first = zone.lines.first().ok_or(Fault::ZoneNotFound)?;
    let ppi = zone.pixels_per_mm() * 25.4;
    if ppi < thresholds::MEASURABLE_PPI {
        return Err(Fault::ResolutionTooLow(Light::White));
    }
    let overlay = Overlay::new(white, infrared, 1);
    if !overlay.trusted {
        return Err(Fault::NotRegistered(Light::Infrared));
    }
    if ppi * overlay.zoom(first.start) < thresholds::MEASURABLE_PPI {
        return Err(Fault::ResolutionTooLow(Light::Infrared));
    }
    if is_coloured(white, infrared.picture, &overlay) {
        return Err(Fault::NotThisLight(Light::Infrared));
    }
    let lines: Vec<LineReading> =
        zone.lines.iter().map(|line| strip::read(white, &overlay, line)).collect::<Result<_, Fault>>()?;
    let blur = lines.iter().map(|line| line.blur_mm).fold(0.0, f32::max);
    let dependence = Dependence::measure(white, &overlay, blur * narrow(zone.pixels_per_mm()));
    if dependence.is_copy() {
        return Err(Fault::DuplicateOfWhite(Light::Infrared));
    }
    if blur > thresholds::INFRARED_BLUR_MM {
        return Err(Fault::Blurred(Light::Infrared));
    }
    if only_pale(&lines) {
        return Err(Fault::PrintTooPale(Light::White));
    }
    let measurement = judge(white, infrared.picture, &overlay, zone, &lines, &dependence);
    if measurement.margin > 0.0 && lines.iter().any(hidden_by_glare) {
        return Err(Fault::Saturated(Light::Infrared));
    }
    if measurement.margin > 0.0 && lines.iter().any(|line| line.white_glare) {
        return Err(Fault::Saturated(Light::White));
    }
    Ok(measurement)
}

/// Whether the print is merely too faded: dark in infrared as in visible light, but hardly dark at all.
fn only_pale(lines: &[LineReading]) -> bool {
    let follows =
        |line: &LineReading| line.middle(|cell| cell.ratio) > narrow(thresholds::LINE_CONTRAST_RATIO);
    let pale = |line: &LineReading| {
        line.middle(|cell| cell.contrast) <= narrow(thresholds::LINE_CONTRAST)
            && line.middle(|cell| cell.visible) < thresholds::PALE_PRINT
    };
    lines.iter().all(follows) && lines.iter().any(pale)
}

/// Whether glare hides print that would otherwise have to count: such cells neither pass nor accuse.
fn hidden_by_glare(line: &LineReading) -> bool {
    line.cells
        .iter()
        .flatten()
        .any(|cell| cell.glare && cell.ratio < narrow(thresholds::CHARACTER_CONTRAST_RATIO))
}

/// An infrared picture has one channel; delivered as RGB its channels are alike.
fn is_coloured(white: &WhitePage<'_>, picture: &Picture, overlay: &Overlay) -> bool {
    if picture.channels() == 1 {
        return false;
    }
    let canvas = Canvas::over(white, 160);
    let zoom = overlay.zoom(white.outline.quad[0]);
    let [red, green, blue] = canvas.draw_colours(picture, &overlay.map, zoom);
    let total: f32 = red
        .data
        .iter()
        .zip(&green.data)
        .zip(&blue.data)
        .map(|((r, g), b)| r.max(*g).max(*b) - r.min(*g).min(*b))
        .sum();
    total / red.data.len().max(1) as f32 > thresholds::INFRARED_COLOUR
}

/// The distance of a value from a threshold that it should exceed, -1 to 1.
fn margin_above(value: f64, threshold: f64) -> f64 {
    let room = if value >= threshold { 1.0 - threshold } else { threshold };
    rounded(((value - threshold) / room).clamp(-1.0, 1.0), 4)
}

fn judge(
    white: &WhitePage<'_>,
    picture: &Picture,
    overlay: &Overlay,
    zone: &MrzZone,
    lines: &[LineReading],
    dependence: &Dependence,
) -> Measurement {
    let mut worst: Option<(f64, Criterion, f64, f64)> = None;
    let mut consider = |criterion, value: f32, threshold: f64| {
        let value = rounded(f64::from(value), 4);
        let margin = margin_above(value, threshold);
        if worst.is_none_or(|(least, ..)| margin < least) {
            worst = Some((margin, criterion, value, threshold));
        }
        margin > 0.0
    };
    let (mut regions, mut facts) = (Vec::new(), Vec::new());
    let names = [
        [
            "ir.line-1-ratio",
            "ir.line-1-contrast",
            "ir.line-1-raw-contrast",
            "ir.line-1-worst-cell-ratio",
            "ir.line-1-weakest-stroke-ratio",
        ],
        [
            "ir.line-2-ratio",
            "ir.line-2-contrast",
            "ir.line-2-raw-contrast",
            "ir.line-2-worst-cell-ratio",
            "ir.line-2-weakest-stroke-ratio",
        ],
        [
            "ir.line-3-ratio",
            "ir.line-3-contrast",
            "ir.line-3-raw-contrast",
            "ir.line-3-worst-cell-ratio",
            "ir.line-3-weakest-stroke-ratio",
        ],
    ];
    for ((line, reading), names) in zone.lines.iter().zip(lines).zip(names) {
        let mut ratios: Vec<f32> = reading.cells.iter().flatten().map(|cell| cell.ratio).collect();
        let (ratio, contrast) = (median(&mut ratios).unwrap_or(0.0), reading.middle(|cell| cell.contrast));
        let least = ratios.iter().copied().fold(f32::MAX, f32::min);
        let stroke = reading.cells.iter().flatten().map(|cell| cell.weakest_stroke).fold(f32::MAX, f32::min);
        let whole = consider(Criterion::LineContrastRatio, ratio, thresholds::LINE_CONTRAST_RATIO)
            & consider(Criterion::LineContrast, contrast, thresholds::LINE_CONTRAST);
        let corners = line.cell_corners(0, line.cells);
        let place = |p| overlay.place(p);
        regions.extend(white.region(&corners, Light::Infrared, picture, place, !whole));
        if whole {
            let apart = ratio - thresholds::CHARACTER_DEVIATIONS * spread(&ratios, ratio).max(0.02);
            let limits = [
                (Criterion::CharacterContrastRatio, thresholds::CHARACTER_CONTRAST_RATIO),
                (Criterion::StrokeContrastRatio, thresholds::STROKE_CONTRAST_RATIO),
            ];
            for (first, count, criterion, value) in outliers(reading, apart, &limits) {
                let threshold = limits.iter().find(|limit| limit.0 == criterion).map_or(0.0, |limit| limit.1);
                consider(criterion, value, threshold);
                let corners = line.cell_corners(first, count);
                regions.extend(white.region(&corners, Light::Infrared, picture, place, true));
            }
        }
        for (name, value) in names.into_iter().zip([ratio, contrast, reading.raw_contrast, least, stroke]) {
            facts.push(Fact { name, value: rounded(f64::from(value), 4) });
        }
    }
    let most = |pick: fn(&LineReading) -> f32| lines.iter().map(pick).fold(0.0, f32::max);
    for (name, value) in [
        ("ir.blur-mm", most(|line| line.blur_mm)),
        ("ir.shift-mm", most(|line| line.shift_mm)),
        ("ir.saturated-share", most(|line| line.saturated)),
        ("ir.white-correlation", dependence.all),
        ("ir.white-background-correlation", dependence.background),
        ("ir.white-coarse-correlation", dependence.coarse),
        ("ir.white-background-structure", dependence.strength),
    ] {
        facts.push(Fact { name, value: rounded(f64::from(value), 4) });
    }
    facts.extend(zone.geometry_facts(white));
    regions.sort_by_key(|region: &Region| !region.failing);
    let (margin, criterion, value, threshold) =
        worst.unwrap_or((0.0, Criterion::LineContrastRatio, 0.0, thresholds::LINE_CONTRAST_RATIO));
    Measurement {
        criterion,
        value: Some(value),
        threshold,
        margin,
        quality: Quality::Met,
        regions,
        notes: white.notes().to_vec(),
        facts,
    }
}

/// Runs of neighbouring cells that lie apart from their line, as a whole or with a part of a stroke: first
/// cell, count, the rule and the smallest value.
fn outliers(
    reading: &LineReading,
    apart: f32,
    limits: &[(Criterion, f64); 2],
) -> Vec<(usize, usize, Criterion, f32)> {
    let mut runs: Vec<(usize, usize, Criterion, f32)> = Vec::new();
    for (number, cell) in reading.cells.iter().enumerate() {
        let Some(cell) = cell.filter(|cell| !cell.glare) else { continue };
        let values = [cell.ratio, cell.weakest_stroke];
        let missed = limits.iter().zip(values).find(|((_, limit), v)| *v < narrow(*limit) && *v < apart);
        let Some(((criterion, _), value)) = missed else { continue };
        match runs.last_mut() {
            Some((first, count, rule, least)) if *first + *count == number && rule == criterion => {
                *count += 1;
                *least = least.min(value);
            }
            _ => runs.push((number, 1, *criterion, value)),
        }
    }
    runs
}
