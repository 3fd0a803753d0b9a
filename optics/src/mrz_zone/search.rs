//! Bands of dense upright strokes at the distances of the standard, on a flattened copy of the page.

use super::comb::{self, Comb};
use super::{Layout, MrzLine, MrzZone};
use crate::geometry::Projection;
use crate::numeric::{index, narrow, nearest};
use crate::page::{Outline, Point};
use crate::plane::Plane;

/// Samples a cell on the copy that is searched.
const CELL: f32 = 12.0;
/// Skews tried, in half degrees each way: the standard allows 3 degrees against the page edge, and the page
/// itself may lie skewed in a frame without edges.
const MAX_SKEW: i32 = 10;
/// Strokes count up to this contrast, so that a portrait does not outweigh a line of text.
const STROKE_CAP: f32 = 0.3;

/// The copy: page upright, one cell `CELL` samples wide.
struct Canvas {
    darkness: Plane,
    /// Canvas samples to picture pixels.
    to_picture: Projection,
}

fn canvas(luma: &Plane, factor: usize, outline: &Outline, pitch: f32) -> Option<Canvas> {
    let (width, height) = outline.sides();
    let zoom = f64::from(CELL / pitch);
    if !(zoom > 0.01 && zoom < 8.0) {
        return None;
    }
    let (w, h) = (index(narrow(width * zoom)), index(narrow(height * zoom)));
    if !(120..4000).contains(&w) || !(60..4000).contains(&h) {
        return None;
    }
    let unit = Projection::stretch(1.0 / w as f64, 1.0 / h as f64);
    let to_picture = outline.projection().after(&unit);
    let shrink = index(narrow(1.0 / (zoom * factor as f64))).max(1);
    let step = 1.0 / (factor * shrink) as f64;
    let level = luma.reduced(shrink).warped(w, h, &Projection::stretch(step, step).after(&to_picture));
    let paper = level.local_paper(index(CELL * 0.8));
    let darkness = level.combined(&paper, |here, paper| ((paper - here) / paper.max(0.05)).clamp(0.0, 1.0));
    Some(Canvas { darkness, to_picture })
}

/// Places where the layouts fit at one pitch (picture pixels), with their confidence.
pub(super) fn find(
    luma: &Plane,
    factor: usize,
    outline: &Outline,
    layouts: &[Layout],
    pitch: f32,
) -> Vec<MrzZone> {
    let Some(canvas) = canvas(luma, factor, outline, pitch) else { return Vec::new() };
    let strokes = upright_strokes(&canvas.darkness);
    let profiles: Vec<(f32, Vec<f32>)> = (-MAX_SKEW..=MAX_SKEW)
        .map(|skew| {
            let slope = (0.5 * skew as f32).to_radians().tan();
            (slope, row_profile(&strokes, slope))
        })
        .collect();
    let mut zones = Vec::new();
    for layout in layouts {
        let mut places: Vec<(f32, f32, f32)> = Vec::new(); // score, slope, first line
        for (slope, profile) in &profiles {
            places.extend(bands(profile, layout, strokes.height).map(|(score, y)| (score, *slope, y)));
        }
        places.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut kept: Vec<(f32, f32, f32)> = Vec::new();
        for place in places {
            let fresh = kept.iter().all(|k| (k.2 - place.2).abs() > CELL || (k.1 - place.1).abs() > 0.02);
            if fresh {
                kept.push(place);
            }
            if kept.len() >= 5 {
                break;
            }
        }
        zones.extend(kept.iter().filter_map(|place| zone(&canvas, layout, *place)));
    }
    zones
}

fn upright_strokes(darkness: &Plane) -> Plane {
    let mut out = Plane::filled(darkness.width, darkness.height, 0.0);
    for (line, row) in out.data.chunks_exact_mut(darkness.width).zip(darkness.rows()) {
        for (sample, three) in line.iter_mut().skip(1).zip(row.windows(3)) {
            if let [before, _, after] = three {
                *sample = (after - before).abs().min(STROKE_CAP);
            }
        }
    }
    out
}

/// Mean stroke strength along lines of one slope; index is the row at the middle of the canvas.
fn row_profile(strokes: &Plane, slope: f32) -> Vec<f32> {
    let middle = strokes.width as f32 / 2.0;
    let margin = strokes.width / 16;
    let mut profile = vec![0.0_f32; strokes.height];
    for (y, row) in strokes.rows().enumerate() {
        // Columns that share one vertical shift are summed together.
        let mut x = margin;
        let end = row.len().saturating_sub(margin);
        while x < end {
            let shift = nearest((x as f32 - middle) * slope);
            let mut stop = x + 1;
            while stop < end && nearest((stop as f32 - middle) * slope) == shift {
                stop += 1;
            }
            let sum: f32 = row.get(x..stop).unwrap_or_default().iter().sum();
            let target = i64::try_from(y).unwrap_or(i64::MAX).saturating_sub(shift);
            if let Some(slot) = usize::try_from(target).ok().and_then(|t| profile.get_mut(t)) {
                *slot += sum;
            }
            x = stop;
        }
    }
    let span = strokes.width.saturating_sub(2 * margin).max(1) as f32;
    profile.iter_mut().for_each(|value| *value /= span);
    profile
}

/// How well the layout's bands and gaps fit at each row; the centre of the first line.
fn bands<'a>(profile: &'a [f32], layout: &'a Layout, height: usize) -> impl Iterator<Item = (f32, f32)> + 'a {
    let mut cumulative = Vec::with_capacity(profile.len() + 1);
    cumulative.push(0.0_f32);
    let mut total = 0.0;
    for value in profile {
        total += value;
        cumulative.push(total);
    }
    let mean = move |centre: f32, half: f32| {
        let from = index((centre - half).max(0.0) + 0.5);
        let to = index((centre + half).max(0.0) + 0.5).max(from + 1);
        let read = |i: usize| cumulative.get(i).or(cumulative.last()).copied().unwrap_or(0.0);
        (read(to) - read(from)) / (to - from) as f32
    };
    let spacing = layout.spacing * CELL;
    let reach = spacing * layout.lines.saturating_sub(1) as f32;
    let first = index(CELL * 0.6);
    let last = index((height as f32 - reach - CELL * 0.5).max(0.0));
    (first..last).filter_map(move |row| {
        let y = row as f32 + 0.5;
        let mut weakest = f32::MAX;
        let mut gaps = mean(y - 0.95 * CELL, 0.2 * CELL) + mean(y + reach + 0.95 * CELL, 0.2 * CELL);
        let mut count = 2.0;
        for line in 0..layout.lines {
            let centre = y + spacing * line as f32;
            weakest = weakest.min(mean(centre, 0.42 * CELL));
            if line > 0 {
                gaps += 2.0 * mean(centre - spacing / 2.0, (spacing / 2.0 - 0.62 * CELL).max(0.5));
                count += 2.0;
            }
        }
        let gap = gaps / count;
        let score = (weakest - gap) / (weakest + gap + 0.01);
        (score > 0.12).then_some((score, y))
    })
}

/// Settles pitch, start and cells of one place.
fn zone(canvas: &Canvas, layout: &Layout, (score, slope, first): (f32, f32, f32)) -> Option<MrzZone> {
    let middle = canvas.darkness.width as f32 / 2.0;
    let spacing = layout.spacing * CELL;
    let columns: Vec<Vec<f32>> = (0..layout.lines)
        .map(|line| {
            let y = first + spacing * line as f32;
            (0..canvas.darkness.width)
                .map(|x| {
                    let centre = y + (x as f32 + 0.5 - middle) * slope;
                    let from = index((centre - 0.5 * CELL).max(0.0));
                    let rows = index(CELL);
                    (from..from + rows).map(|row| canvas.darkness.at(x, row)).sum::<f32>() / rows as f32
                })
                .collect()
        })
        .collect();
    let Comb { start, pitch, strength, coverage, contrast } = comb::fit(&columns, layout.cells, CELL)?;
    let lines = (0..layout.lines)
        .map(|line| {
            let y = first + spacing * line as f32;
            let at = |x: f32| {
                let y = y + (x - middle) * slope;
                canvas.to_picture.apply(Point::new(f64::from(x), f64::from(y)))
            };
            MrzLine { start: at(start), end: at(start + pitch * layout.cells as f32), cells: layout.cells }
        })
        .collect();
    let parts = [(score / 0.8).min(1.0), (strength / 0.2).min(1.0), coverage.powi(2), contrast];
    let confidence = f64::from(parts.iter().product::<f32>());
    Some(MrzZone { size: layout.size, lines, confidence })
}
