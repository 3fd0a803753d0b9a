//! Another light's picture laid over the white one: globally through frame or outline, locally along the MRZ.
//!
//! Both exposures of one reader share a frame, but the lights are focused differently and a page may lift:
//! the infrared picture is shifted by up to 0.4 mm, differently from place to place.

use crate::geometry::Projection;
use crate::numeric::{Sums, narrow};
use crate::page::{Outline, Point, WhitePage, quad};
use crate::picture::Shot;
use crate::plane::Plane;

/// Samples across the page for the comparison of candidate maps.
const COARSE: usize = 250;
/// Translation searched at that size, samples each way: 3 mm of a TD3 page.
const COARSE_REACH: usize = 6;
/// Structure of two lights counts as the same place from this correlation of gradients.
const SAME_PLACE: f32 = 0.15;

/// Another light's picture, ready to be sampled at points of the white one.
pub(crate) struct Overlay {
    pub(crate) luma: Plane,
    pub(crate) factor: usize,
    /// From white pixels to pixels of the other picture.
    pub(crate) map: Projection,
    /// `false` where sizes differ and nothing shows that the map is right.
    pub(crate) trusted: bool,
}

impl Overlay {
    /// `factor` is how far the picture may be averaged down for the measurement that follows.
    pub(crate) fn new(white: &WhitePage<'_>, other: Shot<'_>, factor: usize) -> Self {
        let (luma, factor) = Plane::luma_of(other.picture, factor);
        let outline = quad::find(&luma, factor, other.ppi);
        let (map, trusted) = settle(white, other, &luma, factor, &outline);
        Self { luma, factor, map, trusted }
    }

    /// Where a white point lies in the other picture.
    pub(crate) fn place(&self, white: Point) -> Point {
        self.map.apply(white)
    }

    /// Luma of the other picture at a white point.
    pub(crate) fn sample(&self, white: Point) -> f32 {
        let there = self.map.apply(white);
        let step = 1.0 / self.factor as f64;
        self.luma.sample(narrow(there.x * step), narrow(there.y * step))
    }

    /// Other pixels per white pixel.
    pub(crate) fn zoom(&self, near: Point) -> f64 {
        let (a, b) = (self.map.apply(near), self.map.apply(Point::new(near.x + 10.0, near.y)));
        b.minus(a).length() / 10.0
    }
}

fn settle(
    white: &WhitePage<'_>,
    other: Shot<'_>,
    luma: &Plane,
    factor: usize,
    outline: &Outline,
) -> (Projection, bool) {
    let (here, there) = (white.shot.picture, other.picture);
    let same_size = here.width() == there.width() && here.height() == there.height();
    let ratio = |a: usize, b: usize| a as f64 / b.max(1) as f64;
    let by_frame =
        Projection::stretch(ratio(there.width(), here.width()), ratio(there.height(), here.height()));
    let mut maps = vec![by_frame];
    let proportion = |outline: &Outline| outline.sides().0 / outline.sides().1.max(1.0);
    let both = outline.found && white.outline.found;
    let alike = both && (proportion(outline) / proportion(&white.outline) - 1.0).abs() < 0.02;
    let back = white.outline.projection().inverse().filter(|_| both);
    let by_outline = back.map(|back| outline.projection().after(&back));
    maps.extend(by_outline);
    if let (Some(a), Some(b), false) = (white.shot.ppi, other.ppi, same_size) {
        maps.push(Projection::stretch(b / a, b / a));
    }
    // Maps that say the same need no choice.
    let scale = white.print_pixels_per_mm().unwrap_or(white.outline.sides().0 / 125.0);
    let apart = maps.iter().skip(1).any(|map| {
        white.outline.quad.iter().any(|corner| {
            let zoom = ratio(there.width(), here.width()).max(1e-6);
            map.apply(*corner).minus(by_frame.apply(*corner)).length() / zoom > 0.8 * scale
        })
    });
    if same_size && !apart {
        return (by_frame, true);
    }
    let mut best = (f32::MIN, by_frame);
    for (rank, map) in maps.iter().enumerate() {
        let (score, moved) = coarse(white, luma, factor, map);
        // The frame is believed unless another map is clearly better.
        let score = score - 0.02 * rank as f32;
        if score > best.0 {
            best = (score, moved);
        }
    }
    if best.0 > SAME_PLACE {
        return (best.1, true);
    }
    // Too little in common to see (print that vanished in the other light): outlines, then frames, decide.
    let shape = ratio(here.width(), here.height()) / ratio(there.width(), there.height());
    match by_outline.filter(|_| alike) {
        Some(map) => (map, true),
        None => (by_frame, (shape - 1.0).abs() < 0.01),
    }
}

/// Correlation of gradient strength under a map after the best small translation, and the map so moved.
fn coarse(white: &WhitePage<'_>, luma: &Plane, factor: usize, map: &Projection) -> (f32, Projection) {
    let (width, height) = white.outline.sides();
    let step = width / COARSE as f64;
    let rows = crate::numeric::index(narrow(height / step)).clamp(20, 2 * COARSE);
    let unit = Projection::stretch(1.0 / COARSE as f64, 1.0 / rows as f64);
    let to_white = white.outline.projection().after(&unit);
    let shrink = |plane_factor: usize, zoom: f64| {
        crate::numeric::index(narrow(step * zoom / plane_factor as f64)).max(1)
    };
    let (a, b) = (
        shrink(white.factor, 1.0),
        shrink(factor, (luma.width * factor) as f64 / white.shot.picture.width() as f64),
    );
    let (small_white, small_other) = (white.luma.reduced(a), luma.reduced(b));
    let (sa, sb) = (1.0 / (white.factor * a) as f64, 1.0 / (factor * b) as f64);
    let here = gradient(&Plane::from_centres(COARSE, rows, |x, y| {
        let p = to_white.apply(Point::new(f64::from(x), f64::from(y)));
        small_white.sample(narrow(p.x * sa), narrow(p.y * sa))
    }));
    let margin = COARSE_REACH as f32;
    let there = gradient(&Plane::from_centres(COARSE + 2 * COARSE_REACH, rows + 2 * COARSE_REACH, |x, y| {
        let p = to_white.apply(Point::new(f64::from(x - margin), f64::from(y - margin)));
        let q = map.apply(p);
        small_other.sample(narrow(q.x * sb), narrow(q.y * sb))
    }));
    let mut best = (f32::MIN, 0_usize, 0_usize);
    for dy in 0..=2 * COARSE_REACH {
        for dx in 0..=2 * COARSE_REACH {
            let mut sums = Sums::default();
            for (y, row) in here.rows().enumerate().step_by(2) {
                let other = there.row(y + dy).get(dx..).unwrap_or_default();
                sums.join(&Sums::of_rows(row, other));
            }
            let score = sums.correlation();
            if score > best.0 {
                best = (score, dx, dy);
            }
        }
    }
    let reach = COARSE_REACH as f64;
    let moved = Point::new((best.1 as f64 - reach) * step, (best.2 as f64 - reach) * step);
    (best.0, map.after(&Projection::translation(moved)))
}

fn gradient(plane: &Plane) -> Plane {
    let mut out = Plane::filled(plane.width, plane.height, 0.0);
    for y in 1..plane.height.saturating_sub(1) {
        for x in 1..plane.width.saturating_sub(1) {
            let gx = plane.at(x + 1, y) - plane.at(x - 1, y);
            let gy = plane.at(x, y + 1) - plane.at(x, y - 1);
            if let Some(sample) = out.data.get_mut(y * plane.width + x) {
                *sample = gx.hypot(gy).min(0.3);
            }
        }
    }
    out
}

/// How far `moving` must be sampled from `fixed` so that both agree best, over a window of columns:
/// correlation and shift in samples. `moving` has `reach` more samples on every side.
pub(crate) fn local_shift(
    fixed: &Plane,
    moving: &Plane,
    columns: core::ops::Range<usize>,
    reach: usize,
) -> (f32, usize, usize) {
    let score = |dx: usize, dy: usize, step: usize| {
        let mut sums = Sums::default();
        for y in (0..fixed.height).step_by(step) {
            let here = fixed.row(y).get(columns.clone()).unwrap_or_default();
            let there = moving.row(y + dy).get(columns.start + dx..).unwrap_or_default();
            sums.join(&Sums::of_rows(here, there));
        }
        sums.correlation()
    };
    let mut best = (f32::MIN, reach, reach);
    for dy in (0..=2 * reach).step_by(2) {
        for dx in (0..=2 * reach).step_by(2) {
            let found = score(dx, dy, 2);
            if found > best.0 {
                best = (found, dx, dy);
            }
        }
    }
    let (_, cx, cy) = best;
    best.0 = f32::MIN;
    for dy in cy.saturating_sub(1)..=(cy + 1).min(2 * reach) {
        for dx in cx.saturating_sub(1)..=(cx + 1).min(2 * reach) {
            let found = score(dx, dy, 1);
            if found > best.0 {
                best = (found, dx, dy);
            }
        }
    }
    best
}
