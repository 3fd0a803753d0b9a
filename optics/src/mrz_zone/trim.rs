//! A located zone laid exactly over its print: skew, height, pitch and start, from the full resolution.

use super::comb::amplitude;
use super::{MrzLine, MrzZone, PITCH_MM};
use crate::geometry::robust_line;
use crate::numeric::narrow;
use crate::plane::Plane;

/// Samples a millimetre of the strips that are measured.
const STRIP: f32 = 8.0;
/// Half the height of a strip, mm.
const HALF_MM: f32 = 2.0;
const SEGMENTS: usize = 8;

/// The zone with its lines moved onto the print; unchanged where that fails.
pub(super) fn trimmed(luma: &Plane, factor: usize, zone: MrzZone) -> MrzZone {
    let mut lines = zone.lines.clone();
    for _ in 0..3 {
        let Some(settled) = settle(luma, factor, &lines) else { break };
        lines = settled;
    }
    MrzZone { lines, ..zone }
}

/// Darkness along one line: rows from `HALF_MM` above the centre line to as far below.
fn strip(luma: &Plane, factor: usize, line: &MrzLine) -> Plane {
    let length = line.cells as f64 * PITCH_MM;
    let (w, h) =
        (crate::numeric::index(narrow(length) * STRIP), crate::numeric::index(2.0 * HALF_MM * STRIP));
    let step = 1.0 / factor as f64;
    let level = Plane::from_centres(w, h, |x, y| {
        let p = line.point(f64::from(x / STRIP), f64::from(y / STRIP - HALF_MM));
        luma.sample(narrow(p.x * step), narrow(p.y * step))
    });
    let paper = level.local_paper(crate::numeric::index(1.5 * STRIP));
    level.combined(&paper, |here, paper| ((paper - here) / paper.max(0.05)).clamp(0.0, 1.0))
}

/// Moves all lines together: they are parallel and begin one below the other.
fn settle(luma: &Plane, factor: usize, lines: &[MrzLine]) -> Option<Vec<MrzLine>> {
    let first = lines.first()?;
    let length = first.cells as f64 * PITCH_MM;
    let pitch = narrow(PITCH_MM) * STRIP;
    let (mut lifts, mut slopes, mut shifts) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        let strip = strip(luma, factor, line);
        let span = strip.width / SEGMENTS;
        let columns = vec![column_means(&strip)];
        let mut heights = Vec::new();
        for segment in 0..SEGMENTS {
            let from = segment * span;
            let middle = f64::from((from as f32 + span as f32 / 2.0) / STRIP);
            if let Some(y) = row_centroid(&strip, from, span) {
                heights.push((middle - length / 2.0, f64::from(y)));
            }
            let (re, im, sum) = amplitude(&columns, from, from + span, pitch);
            if 2.0 * re.hypot(im) > 0.08 * sum.max(1e-3) {
                let centre = -im.atan2(re) * pitch / core::f32::consts::TAU - pitch / 2.0;
                let shift = (centre / pitch - (centre / pitch).round()) * pitch / STRIP;
                shifts.push((middle, f64::from(shift)));
            }
        }
        let (slope, lift) = robust_line(&heights)?;
        slopes.push(slope);
        lifts.push(lift);
    }
    // The line whose print bends the strip least knows the slope best.
    let slope = slopes.into_iter().min_by(|a, b| a.abs().total_cmp(&b.abs()))?;
    let (stretch, shift) = robust_line(&shifts).unwrap_or((0.0, 0.0));
    let limit = 1.5;
    if lifts.iter().any(|lift| lift.abs() > limit)
        || (slope * length).abs() > 2.0 * limit
        || shift.abs() > limit
        || (stretch * length + shift).abs() > limit
    {
        return None;
    }
    let moved = lines.iter().zip(lifts).map(|(line, lift)| MrzLine {
        start: line.point(shift, lift - slope * length / 2.0),
        end: line.point(length + stretch * length + shift, lift + slope * length / 2.0),
        cells: line.cells,
    });
    Some(moved.collect())
}

fn column_means(strip: &Plane) -> Vec<f32> {
    let mut columns = vec![0.0; strip.width];
    for row in strip.rows() {
        for (sum, value) in columns.iter_mut().zip(row) {
            *sum += value;
        }
    }
    columns
}

/// Height of the print's centre in a segment, mm below the strip's middle: midway between the rows where
/// half of the ink's usual strength begins and ends.
fn row_centroid(strip: &Plane, from: usize, span: usize) -> Option<f32> {
    let rows: Vec<f32> = strip
        .rows()
        .map(|row| row.get(from..from + span).unwrap_or_default().iter().sum::<f32>() / span.max(1) as f32)
        .collect();
    let floor = rows.iter().copied().fold(f32::MAX, f32::min);
    let top = rows.iter().copied().fold(0.0, f32::max);
    if top - floor < 0.02 {
        return None;
    }
    let (mut weight, mut moment) = (0.0, 0.0);
    for (y, row) in rows.iter().enumerate() {
        let ink = ((row - floor) / (top - floor)).clamp(0.0, 0.6);
        weight += ink;
        moment += ink * (y as f32 + 0.5);
    }
    Some(moment / weight.max(1e-6) / STRIP - HALF_MM)
}
