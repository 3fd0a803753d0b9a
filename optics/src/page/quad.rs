//! The page's outline: four straight steps of brightness against a reader background, or else the frame.
//!
//! Works on a copy about 400 samples wide: for each skew a histogram of signed steps along every line gives
//! candidate sides; rectangles of candidates are scored by how complete their sides are and by standard
//! sizes; the best one's sides are then fitted in the full picture.

use super::{Outline, PageSize, Point};
use crate::geometry::robust_line;
use crate::numeric::{index, median, narrow, nearest, quantile};
use crate::plane::Plane;

/// Samples along the longer side of the copy that is searched.
const SEARCH_SIDE: usize = 400;
/// Skews that are tried, whole degrees both ways; half degrees follow beside the best.
const MAX_SKEW: i32 = 7;
/// Smallest step of brightness that counts as an edge.
const MIN_STEP: f32 = 0.02;
/// Smallest share of a side that must show the edge.
const MIN_COVERAGE: f32 = 0.5;
/// A page is at least this share of each side of the frame.
const MIN_SIDE: f32 = 0.35;
/// What a side that lies on the frame is worth against a fully visible one.
const FRAME_SIDE: f32 = 0.42;
/// Largest range of levels (10th to 90th percentile) of a bare background.
const MAX_UNREST: f32 = 0.12;
/// Narrowest margin, as a share of the frame, that is believed without a stated resolution.
const MIN_MARGIN: f32 = 0.015;
const CANDIDATES: usize = 7;

/// The frame itself.
pub(crate) fn frame(width: usize, height: usize) -> Outline {
    let (w, h) = (width as f64, height as f64);
    let quad = [Point::new(0.0, 0.0), Point::new(w, 0.0), Point::new(w, h), Point::new(0.0, h)];
    Outline { quad, found: false }
}

/// Finds the page in a luma plane whose samples span `factor` pixels of the picture.
pub(crate) fn find(luma: &Plane, factor: usize, ppi: Option<f64>) -> Outline {
    let whole = frame(luma.width * factor, luma.height * factor);
    let reduction = (luma.width.max(luma.height) / SEARCH_SIDE).max(1);
    let small = luma.reduced(reduction).box_blurred(1);
    if small.width < 60 || small.height < 40 {
        return whole;
    }
    let step = narrow(ppi.unwrap_or(0.0) / 25.4) / (reduction * factor) as f32;
    let Some(best) = search(&small, step) else { return whole };
    if best.sides.iter().all(|side| side.on_frame) {
        return whole;
    }
    let Some(quad) = refine(luma, &best, reduction) else { return whole };
    let coarse = quad.map(|corner| corner.scaled(1.0 / reduction as f64));
    let seen = best.sides.iter().filter(|side| !side.on_frame).count();
    let plausible = best.sized || (seen >= 2 && best.is_inside(&small) && is_calm_outside(&small, &coarse));
    if !plausible {
        return whole;
    }
    Outline { quad: quad.map(|corner| corner.scaled(factor as f64)), found: true }
}

#[derive(Clone, Copy, Debug)]
struct Side {
    /// Distance from the centre of the small plane along the normal.
    offset: f32,
    /// Samples of the line that show the step.
    support: f32,
    on_frame: bool,
}

#[derive(Clone, Copy, Debug)]
struct Rectangle {
    score: f32,
    /// `true` where the size agrees with a standard one at the stated resolution.
    sized: bool,
    skew: f32,
    /// `true` where the page is brighter than what is round it.
    bright: bool,
    /// Left, right, top, bottom.
    sides: [Side; 4],
}

/// Steps along one axis for one skew: support of rising and falling edges by offset.
struct Histogram {
    rising: Vec<f32>,
    falling: Vec<f32>,
    centre: f32,
}

fn search(small: &Plane, pixels_per_mm: f32) -> Option<Rectangle> {
    let steep = (MIN_STEP).max(6.0 * small.noise());
    let edges = strong_edges(small, steep);
    let mut best: Option<Rectangle> = None;
    for degrees in -MAX_SKEW..=MAX_SKEW {
        best = at_skew(small, &edges, (degrees as f32).to_radians(), pixels_per_mm, best);
    }
    let coarse = best?.skew;
    for half in [-0.5_f32, 0.5] {
        best = at_skew(small, &edges, coarse + half.to_radians(), pixels_per_mm, best);
    }
    best
}

/// The better of the best rectangle of one skew and the one known so far.
fn at_skew(
    small: &Plane,
    edges: &[[f32; 4]],
    skew: f32,
    pixels_per_mm: f32,
    mut best: Option<Rectangle>,
) -> Option<Rectangle> {
    let across = histogram(edges, small, skew, false);
    let down = histogram(edges, small, skew, true);
    let (half_w, half_h) = (small.width as f32 / 2.0, small.height as f32 / 2.0);
    for bright in [true, false] {
        let (near_x, far_x) = across.near_and_far(bright);
        let (near_y, far_y) = down.near_and_far(bright);
        let lefts = candidates(near_x, across.centre, -half_w, small.height);
        let rights = candidates(far_x, across.centre, half_w, small.height);
        let tops = candidates(near_y, down.centre, -half_h, small.width);
        let bottoms = candidates(far_y, down.centre, half_h, small.width);
        let widths = pairs(&lefts, &rights, MIN_SIDE * small.width as f32);
        let heights = pairs(&tops, &bottoms, MIN_SIDE * small.height as f32);
        for (left, right) in &widths {
            for (top, bottom) in &heights {
                let sides = [*left, *right, *top, *bottom];
                let Some((score, fit)) = score(&sides, small, pixels_per_mm) else { continue };
                let score = score - 0.01 * skew.to_degrees().abs();
                if best.is_none_or(|best| score > best.score) {
                    let sized = pixels_per_mm > 0.0 && fit > 0.3;
                    best = Some(Rectangle { score, sized, skew, bright, sides });
                }
            }
        }
    }
    best
}

/// Near and far sides that are at least `least` apart.
fn pairs(near: &[Side], far: &[Side], least: f32) -> Vec<(Side, Side)> {
    let all = near.iter().flat_map(|near| far.iter().map(move |far| (*near, *far)));
    all.filter(|(near, far)| far.offset - near.offset >= least).collect()
}

impl Histogram {
    /// Votes for the nearer and the farther side of a page that is brighter (or darker) than its background.
    fn near_and_far(&self, bright: bool) -> (&[f32], &[f32]) {
        if bright { (&self.rising, &self.falling) } else { (&self.falling, &self.rising) }
    }
}

/// Pixels with a strong gradient: x, y from the centre, gradient.
fn strong_edges(small: &Plane, steep: f32) -> Vec<[f32; 4]> {
    let mut edges = Vec::new();
    let (cx, cy) = (small.width as f32 / 2.0, small.height as f32 / 2.0);
    for y in 1..small.height.saturating_sub(1) {
        for (before, three) in small.row(y).windows(3).enumerate() {
            let &[left, _, right] = three else { continue };
            let column = before + 1;
            let (gx, gy) = (right - left, small.at(column, y + 1) - small.at(column, y - 1));
            if gx * gx + gy * gy > steep * steep {
                edges.push([column as f32 + 0.5 - cx, y as f32 + 0.5 - cy, gx, gy]);
            }
        }
    }
    edges
}

fn histogram(edges: &[[f32; 4]], small: &Plane, skew: f32, vertical: bool) -> Histogram {
    let (sin, cos) = skew.sin_cos();
    let centre = (small.width as f32).hypot(small.height as f32) / 2.0 + 2.0;
    let bins = index(2.0 * centre) + 2;
    let (mut rising, mut falling) = (vec![0.0; bins], vec![0.0; bins]);
    for [x, y, gx, gy] in edges {
        // Unit normal of the lines: the x axis turned by the skew, or the y axis.
        let (nx, ny) = if vertical { (-sin, cos) } else { (cos, sin) };
        let along = gx * nx + gy * ny;
        let cross = gx * ny - gy * nx;
        if along.abs() < 2.0 * cross.abs() {
            continue; // not an edge in this direction
        }
        let place = x * nx + y * ny + centre;
        let bin = index(place);
        let share = place - bin as f32;
        let votes = if along > 0.0 { &mut rising } else { &mut falling };
        if let Some(vote) = votes.get_mut(bin) {
            *vote += 1.0 - share;
        }
        if let Some(vote) = votes.get_mut(bin + 1) {
            *vote += share;
        }
    }
    Histogram { rising, falling, centre }
}

/// The best supported offsets, and the frame.
fn candidates(votes: &[f32], centre: f32, frame: f32, length: usize) -> Vec<Side> {
    let mut peaks: Vec<Side> = votes
        .windows(3)
        .enumerate()
        .filter_map(|(i, three)| match three {
            [before, here, after] if here >= before && here > after => {
                // A step is two or three samples wide in the central difference.
                let support = (before + here + after) / 2.0;
                let shift = if support > 0.0 { (after - before) / (before + here + after) } else { 0.0 };
                (support > MIN_COVERAGE * MIN_SIDE * length as f32).then_some(Side {
                    offset: i as f32 + 1.0 + shift - centre,
                    support,
                    on_frame: false,
                })
            }
            _ => None,
        })
        // The near side lies on its own half of the frame.
        .filter(|side| side.offset * frame > 0.0)
        .collect();
    peaks.sort_by(|a, b| b.support.total_cmp(&a.support));
    peaks.truncate(CANDIDATES);
    peaks.push(Side { offset: frame, support: 0.0, on_frame: true });
    peaks
}

/// How good a rectangle is, and the part of it that standard sizes contribute.
fn score(sides: &[Side; 4], small: &Plane, pixels_per_mm: f32) -> Option<(f32, f32)> {
    let [left, right, top, bottom] = sides;
    let (width, height) = (right.offset - left.offset, bottom.offset - top.offset);
    let mut total = 0.0;
    for (side, length) in sides.iter().zip([height, height, width, width]) {
        if side.on_frame {
            total += FRAME_SIDE;
            continue;
        }
        let coverage = (side.support / length).min(1.0);
        if coverage < MIN_COVERAGE {
            return None;
        }
        total += coverage;
    }
    let fits = PageSize::ALL.iter().map(|size| {
        let (w, h) = size.millimetres();
        let (w, h) = (narrow(w), narrow(h));
        if pixels_per_mm > 0.0 {
            let error =
                (width / (w * pixels_per_mm) - 1.0).abs().max((height / (h * pixels_per_mm) - 1.0).abs());
            fit(error / 0.015, 1.2)
        } else {
            let error = (width / height) / (w / h) - 1.0;
            fit(error / 0.02, 0.5)
        }
    });
    let area = width * height / (small.width * small.height) as f32;
    let fit = fits.fold(0.0, f32::max);
    Some((total / 4.0 + fit + 0.4 * area, fit))
}

impl Rectangle {
    /// Whether every visible side keeps a distance from the frame: a line of print just inside it is not one.
    fn is_inside(&self, small: &Plane) -> bool {
        let (w, h) = (small.width as f32, small.height as f32);
        self.sides
            .iter()
            .zip([w, w, h, h])
            .all(|(side, length)| side.on_frame || length / 2.0 - side.offset.abs() > MIN_MARGIN * length)
    }
}

/// Whether what lies outside the quadrilateral looks like a bare reader and not like more print: a frame
/// printed on a page that fills the picture must not be taken for the page.
fn is_calm_outside(small: &Plane, quad: &[Point; 4]) -> bool {
    let [tl, tr, br, bl] = *quad;
    let beyond = |a: Point, b: Point, x: f64, y: f64| {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        ((x - a.x) * dy - (y - a.y) * dx) / dx.hypot(dy).max(1e-6) > 2.5
    };
    let mut levels = Vec::new();
    for (y, row) in small.rows().enumerate() {
        for (x, level) in row.iter().enumerate() {
            let (px, py) = (x as f64 + 0.5, y as f64 + 0.5);
            if [(tl, tr), (tr, br), (br, bl), (bl, tl)].iter().any(|(a, b)| beyond(*a, *b, px, py)) {
                levels.push(*level);
            }
        }
    }
    let (low, high) = (quantile(&mut levels, 0.1), quantile(&mut levels, 0.9));
    low.zip(high).is_none_or(|(low, high)| high - low < MAX_UNREST)
}

/// A bell of the given height; nothing three widths out.
fn fit(error: f32, height: f32) -> f32 {
    if error.abs() > 3.0 { 0.0 } else { height * (-error * error).exp() }
}

/// Fits each visible side in the full plane and intersects them. `None` where a side turns out not to be one.
fn refine(luma: &Plane, best: &Rectangle, reduction: usize) -> Option<[Point; 4]> {
    let (sin, cos) = best.skew.sin_cos();
    let scale = reduction as f32;
    let (cx, cy) = (luma.width as f32 / 2.0, luma.height as f32 / 2.0);
    let [left, right, top, bottom] = best.sides;
    let middle_x = (left.offset + right.offset) / 2.0;
    let middle_y = (top.offset + bottom.offset) / 2.0;
    // Each side as y = slope * x + offset (top, bottom) or x = slope * y + offset (left, right).
    let mut lines = [(0.0, 0.0); 4];
    for (number, line) in lines.iter_mut().enumerate() {
        let vertical = number < 2;
        let side = *best.sides.get(number)?;
        if side.on_frame {
            let end = if vertical { luma.width } else { luma.height } as f64;
            *line = (0.0, if side.offset < 0.0 { 0.0 } else { end });
            continue;
        }
        let (along_mid, half) = if vertical {
            (middle_y, (bottom.offset - top.offset) / 2.0)
        } else {
            (middle_x, (right.offset - left.offset) / 2.0)
        };
        // Sign of the step when walking along the normal.
        let near = side.offset < if vertical { middle_x } else { middle_y };
        let sign = if near == best.bright { 1.0 } else { -1.0 };
        let (nx, ny) = if vertical { (cos, sin) } else { (-sin, cos) };
        let (tx, ty) = if vertical { (-sin, cos) } else { (cos, sin) };
        let mut points = Vec::new();
        let mut steps = Vec::new();
        for place in -16..=16_i32 {
            let t = (along_mid + half * 0.9 * place as f32 / 16.0) * scale;
            let base = (cx + side.offset * scale * nx + t * tx, cy + side.offset * scale * ny + t * ty);
            let reach = nearest(2.5 * scale + 2.0);
            let profile: Vec<f32> = (-reach - 1..=reach + 1)
                .map(|d| luma.sample(base.0 + d as f32 * nx, base.1 + d as f32 * ny))
                .collect();
            if let Some(d) = steepest(&profile, sign) {
                let d = d - reach as f32 - 1.0;
                let (x, y) = (f64::from(base.0 + d * nx), f64::from(base.1 + d * ny));
                points.push(if vertical { (y, x) } else { (x, y) });
                steps.push(sign * plateau_difference(&profile));
            }
        }
        if points.len() < 17 || median(&mut steps)? < MIN_STEP {
            return None;
        }
        *line = robust_line(&points)?;
        // An edge is straight and whole; a line of text has gaps and ascenders.
        let near =
            points.iter().filter(|p| (p.1 - line.0 * p.0 - line.1).abs() < 1.0 + f64::from(scale)).count();
        let clear = steps.iter().filter(|step| **step > MIN_STEP / 2.0).count();
        if near * 10 < points.len() * 7 || clear * 10 < 33 * 7 {
            return None;
        }
    }
    let [left, right, top, bottom] = lines;
    let corner = |side: (f64, f64), level: (f64, f64)| {
        // x = s y + o and y = t x + p
        let x = (side.0 * level.1 + side.1) / (1.0 - side.0 * level.0);
        Point::new(x, level.0 * x + level.1)
    };
    let quad = [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
    quad.iter().all(|p| p.x.is_finite() && p.y.is_finite()).then_some(quad)
}

/// How much brighter the last third of a profile is than the first: a step, not a printed line.
fn plateau_difference(profile: &[f32]) -> f32 {
    let third = (profile.len() / 3).max(1);
    let mean = |part: &[f32]| part.iter().sum::<f32>() / part.len().max(1) as f32;
    let first = profile.get(..third).unwrap_or_default();
    let last = profile.get(profile.len() - third..).unwrap_or_default();
    mean(last) - mean(first)
}

/// Centre of the largest step of the wanted sign in a profile.
fn steepest(profile: &[f32], sign: f32) -> Option<f32> {
    let steps: Vec<f32> = profile
        .windows(3)
        .map(|three| match three {
            [before, _, after] => sign * (after - before),
            _ => 0.0,
        })
        .collect();
    let (peak, height) = steps.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    if height < MIN_STEP / 4.0 {
        return None;
    }
    let from = peak.saturating_sub(3);
    let around = steps.get(from..(peak + 4).min(steps.len())).unwrap_or_default();
    let weight: f32 = around.iter().map(|s| s.max(0.0)).sum();
    let moment: f32 = around.iter().enumerate().map(|(i, s)| s.max(0.0) * (from + i) as f32).sum();
    Some(moment / weight.max(1e-6) + 1.0)
}
