//! Is a picture really another light? Copies of the white picture must never count as evidence
//! (BSI TR-03135-1 section 4.1.6: the images belong to the light they are delivered for).
//!
//! Under infrared the coloured background vanishes, under ultraviolet overprint and fibres appear. A picture
//! whose fine structure, background included, follows the white one carries no evidence of its own.

use crate::geometry::Projection;
use crate::numeric::{Sums, index, narrow};
use crate::page::{Point, WhitePage};
use crate::picture::Picture;
use crate::plane::Plane;
use crate::registration::Overlay;
use crate::thresholds;

/// Samples across the page.
const ACROSS: usize = 620;
/// Local shift that is searched, samples each way: 0.6 mm of a TD3 page.
const SHIFT: usize = 3;
/// Correlation before alignment below which a picture is no copy: shifts of 0.4 mm leave more of one.
const WORTH_A_LOOK: f32 = 0.4;

/// Page-shaped copies of several channels, sampled at the same places.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    to_white: Projection,
    /// White pixels a sample.
    pub(crate) step: f64,
}

impl Canvas {
    /// A canvas over the white page's outline, `across` samples wide.
    pub(crate) fn over(white: &WhitePage<'_>, across: usize) -> Self {
        let (w, h) = white.outline.sides();
        let height = index(narrow(h / w * across as f64)).clamp(across / 8, across * 2);
        let unit = Projection::stretch(1.0 / across as f64, 1.0 / height as f64);
        Self {
            width: across,
            height,
            to_white: white.outline.projection().after(&unit),
            step: w / across as f64,
        }
    }

    /// Where a canvas point lies in the white picture.
    pub(crate) fn white(&self, x: f64, y: f64) -> Point {
        self.to_white.apply(Point::new(x, y))
    }

    /// Luma of a plane whose samples span `factor` pixels; `map` leads from white pixels to that picture.
    pub(crate) fn draw(&self, luma: &Plane, factor: usize, map: &Projection, zoom: f64) -> Plane {
        let shrink = index(narrow(self.step * zoom / factor as f64)).max(1);
        let source = luma.reduced(shrink);
        let scale = 1.0 / (factor * shrink) as f64;
        let whole = Projection::stretch(scale, scale).after(&map.after(&self.to_white));
        source.warped(self.width, self.height, &whole)
    }

    /// Red, green and blue of a picture on this canvas.
    pub(crate) fn draw_colours(&self, picture: &Picture, map: &Projection, zoom: f64) -> [Plane; 3] {
        let shrink = index(narrow(self.step * zoom)).max(1);
        let (sources, factor) = Plane::colours_of(picture, shrink);
        let scale = 1.0 / factor as f64;
        let whole = Projection::stretch(scale, scale).after(&map.after(&self.to_white));
        sources.map(|source| source.warped(self.width, self.height, &whole))
    }
}

/// Luma of three drawn colours.
pub(crate) fn luma([red, green, blue]: &[Plane; 3]) -> Plane {
    let warm = red.combined(green, |r, g| 0.3008 * r + 0.5859 * g);
    warm.combined(blue, |rg, b| rg + 0.1133 * b)
}

/// How much of a picture's structure is that of the white one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dependence {
    /// Correlation of all fine structure.
    pub(crate) all: f32,
    /// Correlation of the unprinted background's structure.
    pub(crate) background: f32,
    /// Correlation of coarse structure, some millimetres to two centimetres: portraits, emblems, blocks of text.
    pub(crate) coarse: f32,
    /// Strength of the white background's structure (standard deviation, full scale 1).
    pub(crate) strength: f32,
    /// Strength of the picture's structure against the white one's.
    pub(crate) gain: f32,
}

impl Dependence {
    /// Measures a picture against the white one; the largest over the white one's channels.
    pub(crate) fn measure(white: &WhitePage<'_>, overlay: &Overlay, soft: f32) -> Self {
        let canvas = Canvas::over(white, ACROSS);
        let zoom = overlay.zoom(white.outline.quad[0]);
        let drawn = canvas.draw(&overlay.luma, overlay.factor, &overlay.map, zoom);
        let (there, there_coarse) = (detail(&drawn), coarse(&drawn));
        let identity = Projection::stretch(1.0, 1.0);
        let blur = soft / narrow(canvas.step);
        let grey = canvas.draw(&white.luma, white.factor, &identity, 1.0);
        let quick = detail(&grey);
        let strong = quick.combined(&quick, |value, _| value.abs()).largest_around(2);
        let first = compare(&quick, &there, &strong, &coarse(&grey), &there_coarse);
        if first.all < WORTH_A_LOOK {
            return first;
        }
        let aligned = laid_over(&quick.blurred(blur), &there);
        let colours = canvas.draw_colours(white.shot.picture, &identity, 1.0);
        let found = [grey].into_iter().chain(colours).map(|channel| {
            compare(&detail(&channel.blurred(blur)), &aligned, &strong, &coarse(&channel), &there_coarse)
        });
        let sum = |found: &Self| found.all + found.background + found.coarse;
        found.max_by(|a, b| sum(a).total_cmp(&sum(b))).unwrap_or(first)
    }

    /// Whether the picture is the white one again, at whatever brightness.
    pub(crate) fn is_copy(&self) -> bool {
        let structured = self.strength > thresholds::BACKGROUND_STRUCTURE;
        let background = structured && self.background > thresholds::COPY_BACKGROUND;
        let fine = self.all > thresholds::COPY_EXACT || (background && self.all > thresholds::COPY_ALL);
        // A portrait or a block of colour that is gone in the other light cannot come from a copy.
        let whole = self.all > thresholds::COPY_NEARLY && self.coarse > thresholds::COPY_COARSE_NEARLY;
        whole || (fine && self.coarse > thresholds::COPY_COARSE)
    }
}

/// What is finer than a few millimetres, and coarser than the accuracy of the alignment.
fn detail(plane: &Plane) -> Plane {
    plane.box_blurred(1).combined(&plane.box_blurred(9), |here, around| here - around)
}

/// What is coarser than text and finer than the fall-off of a lamp.
fn coarse(plane: &Plane) -> Plane {
    let small = plane.reduced(4);
    small.box_blurred(1).combined(&small.box_blurred(11), |here, around| here - around)
}

/// The second plane moved, tile by tile, to where it follows the first one best: a copy that is warped is
/// still a copy.
fn laid_over(here: &Plane, there: &Plane) -> Plane {
    let mut out = there.clone();
    let side = 48;
    for top in (0..here.height).step_by(side) {
        for left in (0..here.width).step_by(side) {
            let bottom = (top + side).min(here.height);
            let right = (left + side).min(here.width);
            let score = |dx: usize, dy: usize| {
                let mut sums = Sums::default();
                for y in top..bottom {
                    let a = here.row(y).get(left..right).unwrap_or_default();
                    // Shifts count from `SHIFT` left and above; rows and columns outside do not take part.
                    let Some(row) = (y + dy).checked_sub(SHIFT) else { continue };
                    let (Some(from), true) = ((left + dx).checked_sub(SHIFT), row < there.height) else {
                        continue;
                    };
                    sums.join(&Sums::of_rows(a, there.row(row).get(from..).unwrap_or_default()));
                }
                sums.correlation()
            };
            let shifts = (0..=2 * SHIFT).flat_map(|dy| (0..=2 * SHIFT).map(move |dx| (dx, dy)));
            let best = shifts.map(|(dx, dy)| (score(dx, dy), dx, dy)).max_by(|a, b| a.0.total_cmp(&b.0));
            let Some((_, dx, dy)) = best else { continue };
            for y in top..bottom {
                for x in left..right {
                    let value = there.at((x + dx).saturating_sub(SHIFT), (y + dy).saturating_sub(SHIFT));
                    if let Some(sample) = out.data.get_mut(y * here.width + x) {
                        *sample = value;
                    }
                }
            }
        }
    }
    out
}

/// Correlations of two details; `strong` is how strong the white detail is round each sample.
fn compare(here: &Plane, there: &Plane, strong: &Plane, broad: &Plane, broad_there: &Plane) -> Dependence {
    let (mut all, mut background) = (Sums::default(), Sums::default());
    // The outermost samples show the edge of the page, in every light alike.
    let margin = 12;
    let last = here.width.saturating_sub(margin);
    for y in margin..here.height.saturating_sub(margin) {
        let (a, b, near) = (here.row(y), there.row(y), strong.row(y));
        for (x, ((a, b), near)) in a.iter().zip(b).zip(near).enumerate() {
            if x < margin || x >= last {
                continue;
            }
            all.add(*a, *b);
            if *near < thresholds::BACKGROUND_DETAIL {
                background.add(*a, *b);
            }
        }
    }
    let mut coarse = Sums::default();
    let inner = |row: &[f32]| row.get(4..row.len().saturating_sub(4)).unwrap_or_default().to_vec();
    for y in 4..broad.height.saturating_sub(4) {
        coarse.join(&Sums::of_rows(&inner(broad.row(y)), &inner(broad_there.row(y))));
    }
    Dependence {
        all: all.correlation(),
        background: background.correlation(),
        coarse: coarse.correlation(),
        strength: narrow((background.var_x() / background.count.max(1.0)).sqrt()),
        gain: narrow((all.var_y() / all.var_x().max(1e-9)).sqrt()),
    }
}
