//! Cells along lines of equal pitch: the frequency of the gaps between characters, and which cells are printed.

use crate::numeric::{index, median};

/// A fitted row of cells, in samples of the columns it was fitted to.
pub(super) struct Comb {
    /// Left edge of the first cell.
    pub(super) start: f32,
    /// Width of a cell.
    pub(super) pitch: f32,
    /// Depth of the modulation at the pitch, 0 to 1.
    pub(super) strength: f32,
    /// Share of cells that are printed in every line.
    pub(super) coverage: f32,
    /// Darkness inside the row of cells against that just outside, 0 to 1.
    pub(super) contrast: f32,
}

/// Deviation of the pitch from the expected one that is searched, each way.
const PITCH_RANGE: f32 = 0.08;
const PITCH_STEPS: i32 = 40;
/// A cell counts as printed from this share of the typical cell's ink: a filler has about half.
const PRINTED: f32 = 0.22;

/// Complex amplitude of the columns at one pitch, from sample `from` to `to`.
pub(super) fn amplitude(columns: &[Vec<f32>], from: usize, to: usize, pitch: f32) -> (f32, f32, f32) {
    let omega = core::f32::consts::TAU / pitch;
    let (step_sin, step_cos) = omega.sin_cos();
    let (mut re, mut im, mut sum) = (0.0_f32, 0.0_f32, 0.0_f32);
    for line in columns {
        let (mut sin, mut cos) = (omega * (from as f32 + 0.5)).sin_cos();
        for value in line.get(from..to.min(line.len())).unwrap_or_default() {
            re += value * cos;
            im -= value * sin;
            sum += value;
            (sin, cos) = (sin * step_cos + cos * step_sin, cos * step_cos - sin * step_sin);
        }
    }
    (re, im, sum)
}

/// Fits pitch, phase and first cell; `None` where no row of `cells` cells fits.
pub(super) fn fit(columns: &[Vec<f32>], cells: usize, expected: f32) -> Option<Comb> {
    let length = columns.iter().map(Vec::len).min()?;
    // First the ink as a whole: where the row of cells begins and ends, within a cell.
    let (mut best, mut pitch, mut phase) = (0.0_f32, expected, 0.0_f32);
    for step in -PITCH_STEPS..=PITCH_STEPS {
        let candidate = expected * (1.0 + PITCH_RANGE * step as f32 / PITCH_STEPS as f32);
        let (re, im, sum) = amplitude(columns, 0, length, candidate);
        let strength = 2.0 * re.hypot(im) / sum.max(1e-3);
        if strength > best {
            (best, pitch) = (strength, candidate);
            phase = (-im.atan2(re) * candidate / core::f32::consts::TAU).rem_euclid(candidate);
        }
    }
    // `phase` is the centre of a cell; the left edge of the first whole cell follows.
    let origin = (phase - pitch / 2.0).rem_euclid(pitch);
    let count = index((length as f32 - origin + 0.3 * pitch) / pitch);
    if count < cells {
        return None;
    }
    let ink = |line: &[f32], cell: usize| {
        let from = index(origin + pitch * (cell as f32 + 0.12) + 0.5);
        let to = index(origin + pitch * (cell as f32 + 0.88) + 0.5).max(from + 1);
        let part = line.get(from.min(line.len())..to.min(line.len())).unwrap_or_default();
        part.iter().sum::<f32>() / part.len().max(1) as f32
    };
    let weakest: Vec<f32> =
        (0..count).map(|cell| columns.iter().map(|line| ink(line, cell)).fold(f32::MAX, f32::min)).collect();
    let strongest: Vec<f32> =
        (0..count).map(|cell| columns.iter().map(|line| ink(line, cell)).fold(0.0, f32::max)).collect();
    let (mut start, mut top) = (0, f32::MIN);
    for first in 0..=count - cells {
        let typical = typical(&weakest, first, cells);
        let inside: f32 = weakest.iter().skip(first).take(cells).map(|v| (v / typical).min(1.0)).sum();
        let outside = beside(&strongest, first, cells, typical);
        if inside - 1.5 * outside > top {
            (start, top) = (first, inside - 1.5 * outside);
        }
    }
    let typical = typical(&weakest, start, cells);
    let printed = weakest.iter().skip(start).take(cells).filter(|v| **v > PRINTED * typical).count();
    let outside = beside(&strongest, start, cells, typical);
    Some(Comb {
        start: origin + pitch * start as f32,
        pitch,
        strength: best,
        coverage: printed as f32 / cells as f32,
        contrast: if typical < 0.02 { 0.0 } else { 1.0 - 0.25 * outside },
    })
}

fn typical(ink: &[f32], first: usize, cells: usize) -> f32 {
    let mut inside: Vec<f32> = ink.iter().skip(first).take(cells).copied().collect();
    median(&mut inside).unwrap_or(0.0).max(1e-3)
}

/// Ink of the cells just before and after, 0 to 2 typical cells.
fn beside(ink: &[f32], first: usize, cells: usize, typical: f32) -> f32 {
    let read = |cell: Option<usize>| cell.and_then(|c| ink.get(c)).map_or(0.0, |v| (v / typical).min(1.0));
    read(first.checked_sub(1)) + read(Some(first + cells))
}
