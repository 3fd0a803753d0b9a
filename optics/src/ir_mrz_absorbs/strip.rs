//! One MRZ line cut out of both pictures, laid over each other piece by piece and compared cell by cell.

use crate::measurement::{Fault, Light};
use crate::mrz_zone::{MrzLine, PITCH_MM};
use crate::numeric::{Sums, index, median, narrow, quantile};
use crate::page::WhitePage;
use crate::plane::Plane;
use crate::registration::{Overlay, local_shift};
use crate::thresholds;

/// Samples a millimetre.
const STRIP: f32 = 12.0;
/// Half the height that is compared, mm: characters reach 1.2 mm.
const HALF_MM: f32 = 1.9;
/// Shift between the lights that is searched, samples: 0.83 mm.
const REACH: usize = 10;
/// Pieces of a line that are laid over each other on their own.
const PIECES: usize = 8;
/// Correlation from which a piece's own shift is believed.
const BELIEVED: f32 = 0.5;
/// Point spreads that are tried, samples (standard deviation).
const BLURS: [f32; 9] = [0.0, 0.8, 1.2, 1.6, 2.1, 2.7, 3.5, 4.8, 7.4];
/// Least variance of the white strokes in a cell that can be compared.
const PRINTED: f32 = 0.001;
/// The same against the line's usual cell: a filler has about half of it, a blank cell only background.
const PRINTED_SHARE: f32 = 0.12;
/// Half the side of the window that a part of a stroke is looked at through, samples.
const STROKE_WINDOW: usize = 3;
/// Strokes weaker than this share of the line's strongest are not looked at on their own.
const STROKE_SHARE: f32 = 0.35;

/// One cell's contrast.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// Infrared over visible contrast, blur removed.
    pub(super) ratio: f32,
    /// Blur-corrected infrared print contrast signal.
    pub(super) contrast: f32,
    /// Visible print contrast signal.
    pub(super) visible: f32,
    /// Covered by glare in the infrared picture: far more saturated than its line.
    pub(super) glare: bool,
    /// The same ratio for the weakest part of its strokes, about half a millimetre large.
    pub(super) weakest_stroke: f32,
}

impl LineReading {
    /// The median of one number over the measured cells.
    pub(super) fn middle(&self, pick: fn(&Cell) -> f32) -> f32 {
        let mut values: Vec<f32> = self.cells.iter().flatten().map(pick).collect();
        median(&mut values).unwrap_or(0.0)
    }
}

/// What was read along a line; `None` for a cell without print in the white picture.
pub(super) struct LineReading {
    pub(super) cells: Vec<Option<Cell>>,
    pub(super) raw_contrast: f32,
    pub(super) blur_mm: f32,
    pub(super) shift_mm: f32,
    pub(super) saturated: f32,
    /// Glare in the white picture hides cells.
    pub(super) white_glare: bool,
}

pub(super) fn read(white: &WhitePage<'_>, overlay: &Overlay, line: &MrzLine) -> Result<LineReading, Fault> {
    let step = 1.0 / white.factor as f64;
    let visible = cut(line, 0, |p| white.luma.sample(narrow(p.x * step), narrow(p.y * step)));
    let infrared = cut(line, REACH, |p| overlay.sample(p));
    let middle = line.point(line.cells as f64 * PITCH_MM / 2.0, 0.0);
    let (here, there) = (middle.scaled(step), overlay.place(middle).scaled(1.0 / overlay.factor as f64));
    gate(&visible, &around(&white.luma, here), Light::White, 0.15)?;
    gate(&infrared, &around(&overlay.luma, there), Light::Infrared, thresholds::INFRARED_PAPER)?;
    let saturated = share_saturated(&infrared, 0, infrared.width);
    if saturated > thresholds::SATURATED_SHARE && !dark_somewhere(overlay) {
        return Err(Fault::Saturated(Light::Infrared));
    }
    let exposed = (visible.clone(), infrared.clone());
    let visible_saturated = share_saturated(&visible, 0, visible.width);
    let (visible, infrared) = (darkness(&visible), darkness(&infrared));
    let shifts = shifts(&visible, &infrared);
    let (blurred, blur) = fit_blur(&visible, &infrared, &shifts);
    let infrared = aligned(&infrared, &shifts, &visible);
    let strokes = local_ratios(&blurred, &infrared);
    let span = narrow(PITCH_MM) * STRIP;
    let bounds = |number: usize| {
        (index(span * number as f32 + 0.5), index(span * (number + 1) as f32 + 0.5).min(visible.width))
    };
    let sums: Vec<Sums> = (0..line.cells)
        .map(|number| {
            let (from, to) = bounds(number);
            let mut sums = Sums::default();
            for (here, there) in blurred.rows().zip(infrared.rows()) {
                let part = |row: &[f32]| row.get(from..to).unwrap_or_default().to_vec();
                sums.join(&Sums::of_rows(&part(here), &part(there)));
            }
            sums
        })
        .collect();
    let mut variances: Vec<f32> =
        sums.iter().map(|sums| narrow(sums.var_x() / sums.count.max(1.0))).collect();
    let printed = (PRINTED_SHARE * median(&mut variances).unwrap_or(0.0)).max(PRINTED);
    let mut white_glare = false;
    let cells: Vec<Option<Cell>> = sums
        .iter()
        .enumerate()
        .map(|(number, sums)| {
            let (from, to) = bounds(number);
            if narrow(sums.var_x() / sums.count.max(1.0)) < printed {
                white_glare |=
                    share_saturated(&exposed.0, from, to) > visible_saturated + thresholds::GLARE_SHARE;
                return None;
            }
            let ratio = narrow(sums.slope()?).clamp(-1.0, 2.0);
            let mut core: Vec<f32> =
                visible.rows().flat_map(|row| row.get(from..to).unwrap_or_default()).copied().collect();
            let visible = quantile(&mut core, 0.96).unwrap_or(0.0);
            let (dx, _) = shift_at(&shifts, (from + to) / 2, blurred.width);
            let glare = share_saturated(&exposed.1, from + dx, to + dx) > saturated + thresholds::GLARE_SHARE;
            let mut local: Vec<f32> =
                strokes.rows().flat_map(|row| row.get(from..to).unwrap_or_default()).copied().collect();
            local.retain(|ratio| ratio.is_finite());
            let weakest_stroke = quantile(&mut local, 0.03).unwrap_or(ratio);
            Some(Cell { ratio, contrast: (ratio * visible).clamp(-1.0, 1.0), visible, glare, weakest_stroke })
        })
        .collect();
    let mut visible_core: Vec<f32> = visible.data.clone();
    if quantile(&mut visible_core, 0.96).unwrap_or(0.0) < thresholds::VISIBLE_CONTRAST
        || cells.iter().flatten().count() * 10 < line.cells * 7
    {
        return Err(Fault::ZoneNotFound);
    }
    let mut dark = infrared.data;
    let raw_contrast = quantile(&mut dark, 0.95).unwrap_or(0.0);
    let shift_mm = shifts
        .iter()
        .map(|(x, y)| (*x as f32 - REACH as f32).hypot(*y as f32 - REACH as f32) / STRIP)
        .fold(0.0, f32::max);
    Ok(LineReading { cells, raw_contrast, blur_mm: blur / STRIP, shift_mm, saturated, white_glare })
}

/// The line's print zone with `margin` more samples on every side.
fn cut(line: &MrzLine, margin: usize, sample: impl Fn(crate::page::Point) -> f32) -> Plane {
    let width = index(narrow(line.cells as f64 * PITCH_MM) * STRIP);
    let height = index(2.0 * HALF_MM * STRIP);
    let offset = margin as f32;
    Plane::from_centres(width + 2 * margin, height + 2 * margin, |x, y| {
        let (x, y) = ((x - offset) / STRIP, (y - offset) / STRIP - HALF_MM);
        sample(line.point(f64::from(x), f64::from(y)))
    })
}

/// The middle of a line as recorded, for its noise: strips are interpolated, which hides noise.
fn around(luma: &Plane, middle: crate::page::Point) -> Plane {
    luma.part(narrow(middle.x), narrow(middle.y), 480, 80)
}

/// Light of a strip and noise where it was cut.
fn gate(strip: &Plane, recorded: &Plane, light: Light, least_paper: f32) -> Result<(), Fault> {
    let mut levels = strip.data.clone();
    let paper = quantile(&mut levels, 0.75).unwrap_or(0.0);
    if paper < least_paper {
        return Err(Fault::TooDark(light));
    }
    if recorded.noise() > thresholds::NOISE * paper {
        return Err(Fault::Noisy(light));
    }
    Ok(())
}

/// Share of full-scale samples in some columns.
fn share_saturated(strip: &Plane, from: usize, to: usize) -> f32 {
    let columns = strip.rows().map(|row| row.get(from..to.min(row.len())).unwrap_or_default());
    let full: usize = columns.map(|part| part.iter().filter(|v| **v > 0.997).count()).sum();
    full as f32 / (to.saturating_sub(from).max(1) * strip.height) as f32
}

/// Whether anything in the infrared picture is dark: then the exposure would show absorbing ink.
fn dark_somewhere(overlay: &Overlay) -> bool {
    let mut levels: Vec<f32> = overlay.luma.data.iter().step_by(7).copied().collect();
    quantile(&mut levels, 0.004).is_some_and(|dark| dark < thresholds::DARK_SOMEWHERE)
}

/// One minus reflectance against the local paper: the upper quartile within a cell and a half either way.
fn darkness(strip: &Plane) -> Plane {
    let span = narrow(PITCH_MM) * STRIP;
    let stations = index(strip.width as f32 / span).max(2);
    let papers: Vec<f32> = (0..=stations)
        .map(|station| {
            let centre = strip.width as f32 * station as f32 / stations as f32;
            let from = index((centre - 1.5 * span).max(0.0));
            let to = index(centre + 1.5 * span).min(strip.width);
            let mut around: Vec<f32> = strip
                .rows()
                .flat_map(|row| row.get(from..to).unwrap_or_default().iter().step_by(2))
                .copied()
                .collect();
            quantile(&mut around, 0.75).unwrap_or(1.0).max(0.02)
        })
        .collect();
    let columns: Vec<f32> = (0..strip.width)
        .map(|x| {
            let place = (x as f32 + 0.5) / strip.width as f32 * stations as f32;
            let left = index(place).min(stations - 1);
            let share = place - left as f32;
            let read = |i: usize| papers.get(i).copied().unwrap_or(1.0);
            read(left) * (1.0 - share) + read(left + 1) * share
        })
        .collect();
    let mut out = strip.clone();
    for row in out.data.chunks_exact_mut(strip.width) {
        for (sample, paper) in row.iter_mut().zip(&columns) {
            *sample = (1.0 - *sample / paper).clamp(-0.3, 1.0);
        }
    }
    out
}

/// Offsets into the infrared strip, one a piece; a piece without structure takes its neighbours'.
fn shifts(visible: &Plane, infrared: &Plane) -> Vec<(usize, usize)> {
    let soft = visible.blurred(2.4);
    let span = visible.width / PIECES;
    let found: Vec<Option<(usize, usize)>> = (0..PIECES)
        .map(|piece| {
            let (score, dx, dy) = local_shift(&soft, infrared, piece * span..(piece + 1) * span, REACH);
            (score > BELIEVED).then_some((dx, dy))
        })
        .collect();
    let middle = |pick: fn(&(usize, usize)) -> usize| {
        let mut all: Vec<f32> = found.iter().flatten().map(|shift| pick(shift) as f32).collect();
        median(&mut all).map_or(REACH, index)
    };
    let usual = (middle(|s| s.0), middle(|s| s.1));
    // A shift far from the others is a coincidence of other structure.
    let near = |shift: &(usize, usize)| shift.0.abs_diff(usual.0) <= 6 && shift.1.abs_diff(usual.1) <= 6;
    let kept: Vec<Option<(usize, usize)>> = found.into_iter().map(|shift| shift.filter(near)).collect();
    (0..PIECES)
        .map(|piece| {
            let nearest = (0..PIECES)
                .filter_map(|other| {
                    kept.get(other).copied().flatten().map(|shift| (other.abs_diff(piece), shift))
                })
                .min_by_key(|(distance, _)| *distance);
            nearest.map_or(usual, |(_, shift)| shift)
        })
        .collect()
}

/// The shift at a column, between the middles of the pieces.
fn shift_at(shifts: &[(usize, usize)], column: usize, width: usize) -> (usize, usize) {
    let place = column as f32 / width.max(1) as f32 * PIECES as f32 - 0.5;
    let left = index(place.max(0.0)).min(PIECES - 1);
    let share = (place - left as f32).clamp(0.0, 1.0);
    let read = |i: usize| shifts.get(i.min(PIECES - 1)).copied().unwrap_or((REACH, REACH));
    let (a, b) = (read(left), read(left + 1));
    let mix = |a: usize, b: usize| index(a as f32 * (1.0 - share) + b as f32 * share + 0.5);
    (mix(a.0, b.0), mix(a.1, b.1))
}

/// The infrared strip moved under the white one.
fn aligned(infrared: &Plane, shifts: &[(usize, usize)], visible: &Plane) -> Plane {
    let moves: Vec<(usize, usize)> = (0..visible.width).map(|x| shift_at(shifts, x, visible.width)).collect();
    let mut out = visible.clone();
    for (y, row) in out.data.chunks_exact_mut(visible.width).enumerate() {
        for (x, (sample, (dx, dy))) in row.iter_mut().zip(&moves).enumerate() {
            *sample = infrared.at(x + dx, y + dy);
        }
    }
    out
}

/// Infrared over visible darkness in small windows on strong strokes; NaN elsewhere.
fn local_ratios(strokes: &Plane, infrared: &Plane) -> Plane {
    let both = strokes.combined(infrared, |a, b| a.max(0.0) * b).box_blurred(STROKE_WINDOW);
    let own = strokes.combined(strokes, |a, _| a.max(0.0) * a.max(0.0)).box_blurred(STROKE_WINDOW);
    let mut strength = own.data.clone();
    let least = STROKE_SHARE * quantile(&mut strength, 0.97).unwrap_or(0.0);
    both.combined(&own, |both, own| if own >= least && own > 1e-4 { both / own } else { f32::NAN })
}

/// The blur of the white strokes that explains the infrared ones best.
fn fit_blur(visible: &Plane, infrared: &Plane, shifts: &[(usize, usize)]) -> (Plane, f32) {
    let span = visible.width / PIECES;
    let mut best: Option<(f32, Plane, f32)> = None;
    for blur in BLURS {
        let soft = visible.blurred(blur);
        let mut total = 0.0;
        for (piece, (dx, dy)) in shifts.iter().enumerate() {
            let mut sums = Sums::default();
            for y in 0..soft.height {
                let here = soft.row(y).get(piece * span..(piece + 1) * span).unwrap_or_default();
                let there = infrared.row(y + dy).get(piece * span + dx..).unwrap_or_default();
                sums.join(&Sums::of_rows(here, there));
            }
            total += sums.correlation().max(0.0);
        }
        if best.as_ref().is_none_or(|(score, ..)| total > *score) {
            best = Some((total, soft, blur));
        }
    }
    match best {
        // Without any structure to fit, the softness is unknown; none is assumed.
        Some((total, soft, blur)) if total > 0.3 * PIECES as f32 => (soft, blur),
        _ => (visible.blurred(2.4), 0.0),
    }
}
