//! The machine readable zone, located by its geometry and not by reading it (ICAO Doc 9303-3 sections 4.4, 4.5).
//!
//! What is looked for is what the standard fixes: two lines 6.35 mm apart or three 4.23 mm apart, of 44, 36 or
//! 30 cells of 2.54 mm, every cell printed.

mod comb;
mod search;
mod trim;

use crate::numeric::narrow;
use crate::page::{Outline, PageSize, Point};
use crate::plane::Plane;
use crate::thresholds;

/// Width of a cell in millimetres: 10 characters an inch.
pub const PITCH_MM: f64 = 2.54;

/// A located machine readable zone in the white picture.
#[derive(Clone, Debug, PartialEq)]
pub struct MrzZone {
    /// The page size that the number and spacing of its lines belong to: 3 x 30 TD1, 2 x 36 TD2, 2 x 44 TD3.
    pub size: PageSize,
    /// The lines from the top.
    pub lines: Vec<MrzLine>,
    /// How sure the place is, 0 to 1.
    pub confidence: f64,
}

/// One line of cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MrzLine {
    /// Left edge of the first cell, at half the height of the characters; picture pixels.
    pub start: Point,
    /// Right edge of the last cell, at half the height of the characters; picture pixels.
    pub end: Point,
    /// Number of cells: 30, 36 or 44.
    pub cells: usize,
}

impl MrzLine {
    /// One millimetre along the line, in pixels.
    pub(crate) fn along(&self) -> Point {
        let across = self.end.minus(self.start);
        across.scaled(1.0 / (self.cells.max(1) as f64 * PITCH_MM))
    }

    /// One millimetre downwards, in pixels.
    pub(crate) fn down(&self) -> Point {
        let along = self.along();
        Point::new(-along.y, along.x)
    }

    /// The point `x` mm right of the line's start and `y` mm below its centre line.
    pub(crate) fn point(&self, x: f64, y: f64) -> Point {
        self.start.plus(self.along(), x).plus(self.down(), y)
    }

    /// Corners of a run of cells (top left, top right, bottom right, bottom left), picture pixels; the box
    /// is as high as the print zone of the standard, 4.3 mm for two lines and 2.95 mm for three.
    #[must_use]
    pub fn cell_corners(&self, first: usize, count: usize) -> [Point; 4] {
        let half = if self.cells == 30 { 1.475 } else { 2.15 };
        let (left, right) = (first as f64 * PITCH_MM, (first + count) as f64 * PITCH_MM);
        [self.point(left, -half), self.point(right, -half), self.point(right, half), self.point(left, half)]
    }
}

impl MrzZone {
    /// Pixels a millimetre, from the pitch of the print.
    #[must_use]
    pub fn pixels_per_mm(&self) -> f64 {
        let sum: f64 = self.lines.iter().map(|line| line.along().length()).sum();
        sum / self.lines.len().max(1) as f64
    }
}

/// What a format's zone looks like, in units of the pitch.
#[derive(Clone, Copy, Debug)]
struct Layout {
    size: PageSize,
    lines: usize,
    cells: usize,
    /// Distance of the lines.
    spacing: f32,
    /// Width of the page.
    page_width: f32,
}

const LAYOUTS: [Layout; 3] = [
    Layout { size: PageSize::Id3, lines: 2, cells: 44, spacing: 2.5, page_width: 49.21 },
    Layout { size: PageSize::Id1, lines: 3, cells: 30, spacing: 1.6654, page_width: 33.70 },
    Layout { size: PageSize::Id2, lines: 2, cells: 36, spacing: 2.5, page_width: 41.34 },
];

/// Finds the zone in a luma plane whose samples span `factor` pixels. `stated` is the stated scale in
/// pixels a millimetre; where it finds nothing, the scale is left open.
pub(crate) fn locate(luma: &Plane, factor: usize, outline: &Outline, stated: Option<f64>) -> Option<MrzZone> {
    let (width, height) = outline.sides();
    if !(width > 40.0 && height > 30.0) {
        return None;
    }
    if let Some(scale) = stated {
        let found = search::find(luma, factor, outline, &LAYOUTS, narrow(PITCH_MM * scale));
        if let Some(zone) = surest(luma, factor, found) {
            return Some(zone);
        }
    }
    // The zone's share of the outline's width is only roughly known.
    for share in [1.0, 0.9, 1.12, 0.78] {
        let guesses = LAYOUTS.iter().flat_map(|layout| {
            let pitch = narrow(width) * share / layout.page_width;
            search::find(luma, factor, outline, core::slice::from_ref(layout), pitch)
        });
        if let Some(zone) = surest(luma, factor, guesses.collect()) {
            return Some(zone);
        }
    }
    None
}

/// The surest of the places, laid over its print; `None` where it is not sure enough.
fn surest(luma: &Plane, factor: usize, found: Vec<MrzZone>) -> Option<MrzZone> {
    let best = found.into_iter().max_by(|a, b| a.confidence.total_cmp(&b.confidence))?;
    (best.confidence >= thresholds::ZONE_CONFIDENCE).then(|| trim::trimmed(luma, factor, best))
}

impl MrzZone {
    /// The zone's place as the standard measures it: first character from the left edge (6.0 +- 1.0 mm on a
    /// TD3, Doc 9303-4 section 4.2.1.3), line centres from the bottom edge (9.40 and 15.75 mm), pitch. Only
    /// where the page's scale and edges are known.
    pub(crate) fn geometry_facts(&self, page: &crate::page::WhitePage<'_>) -> Vec<crate::measurement::Fact> {
        use crate::measurement::Fact;
        use crate::numeric::rounded;
        let Some(scale) = page.pixels_per_mm() else { return Vec::new() };
        let mut facts =
            vec![Fact { name: "mrz.pitch-mm", value: rounded(PITCH_MM * self.pixels_per_mm() / scale, 4) }];
        let (Some(back), true) = (page.outline.projection().inverse(), page.has_edges()) else {
            return facts;
        };
        let (width, height) = page.outline.sides();
        let names = ["mrz.line-1-from-bottom-mm", "mrz.line-2-from-bottom-mm", "mrz.line-3-from-bottom-mm"];
        for (line, name) in self.lines.iter().zip(names) {
            let start = back.apply(line.start);
            if name == names[0] {
                facts.push(Fact {
                    name: "mrz.first-cell-from-left-mm",
                    value: rounded(start.x * width / scale, 3),
                });
            }
            facts.push(Fact { name, value: rounded((1.0 - start.y) * height / scale, 3) });
        }
        facts
    }
}
