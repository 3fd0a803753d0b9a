//! The page in tiles of a few millimetres: ultraviolet blue of what is neither printed nor luminescent.

use crate::band::{Canvas, luma};
use crate::geometry::Projection;
use crate::measurement::{Fault, Light};
use crate::numeric::{index, median, narrow, quantile, spread};
use crate::page::{Point, WhitePage};
use crate::picture::Picture;
use crate::plane::Plane;
use crate::registration::Overlay;
use crate::thresholds;

/// Samples across the page.
const ACROSS: usize = 500;
/// Samples along a tile's side: 2.5 mm on a TD3 page.
const TILE: usize = 10;
/// A tile's level against its neighbours is this quantile of its samples: overprint and fibres stay above it,
/// a patch of bright paper does not.
const CALM: f32 = 0.15;
/// Its level for the page as a whole: lines of the background stay below it, overprint above.
const LEVEL: f32 = 0.4;
/// Share of its blue that optical brightener may add to red and green without being taken for leak.
const BRIGHTENER_TAIL: f32 = 0.3;
/// Least white level, against the local paper, that still counts as lightly printed.
const PRINTED: f32 = 0.35;
/// White level, against the local paper, from which a sample counts as unprinted.
const BLANK: f32 = 0.8;
/// A patch must stand out in the picture itself by this share of what is asked of it after the correction for print,
const SEEN_LEVEL: f32 = 0.5;
/// in this share of its tiles: the pale parts of a photograph, whose print hides little.
const SEEN_SHARE: f32 = 0.25;
/// Share of a tile's samples that must be usable.
const USABLE: f32 = 0.3;

/// A bright part of the page.
pub(super) struct Patch {
    /// Corners in the white picture.
    pub(super) corners: [Point; 4],
    /// Level above the surface through the rest of the page.
    pub(super) excess: f32,
}

pub(super) struct Tiles {
    across: usize,
    down: usize,
    /// Level of each tile; NaN-free, `None` where too little can be used.
    levels: Vec<Option<f32>>,
    /// The same without the correction for print: what the picture itself shows.
    seen: Vec<Option<f32>>,
    /// Level above the smooth surface.
    excess: Vec<Option<f32>>,
    /// The same of what the picture itself shows.
    seen_excess: Vec<Option<f32>>,
    canvas: Canvas,
    /// Samples a millimetre.
    per_mm: f32,
    /// Middle of the unprinted tiles' blue.
    pub(super) level: f32,
    /// Leak of visible light, from the channel that paper shines least in.
    pub(super) leak: f32,
    /// Middle of the page's luma.
    pub(super) grey_level: f32,
    /// Whether the channels are alike.
    pub(super) is_grey: bool,
    /// Share of the page that counts as unprinted.
    pub(super) paper_share: f32,
}

impl Tiles {
    pub(super) fn measure(
        white: &WhitePage<'_>,
        picture: &Picture,
        overlay: &Overlay,
    ) -> Result<Self, Fault> {
        let canvas = Canvas::over(white, ACROSS);
        let identity = Projection::stretch(1.0, 1.0);
        let zoom = overlay.zoom(white.outline.quad[0]);
        let colours = canvas.draw_colours(white.shot.picture, &identity, 1.0);
        let visible = luma(&colours);
        let [_, _, visible_blue] = colours;
        let mut levels = visible.data.clone();
        if quantile(&mut levels, 0.8).unwrap_or(0.0) < 0.15 {
            return Err(Fault::TooDark(Light::White));
        }
        let glow = canvas.draw_colours(picture, &overlay.map, zoom);
        check_light(&glow)?;
        let [red, green, blue] = glow;
        let paper = visible.local_paper(20);
        let paper_blue = visible_blue.local_paper(20);
        let tone = visible.combined(&paper, |here, paper| here / paper.max(0.05));
        let tone_blue = visible_blue.combined(&paper_blue, |here, paper| here / paper.max(0.05));
        let mut tiles = Self {
            across: (visible.width / TILE).max(1),
            down: (visible.height / TILE).max(1),
            levels: Vec::new(),
            seen: Vec::new(),
            excess: Vec::new(),
            seen_excess: Vec::new(),
            per_mm: narrow(
                white.print_pixels_per_mm().unwrap_or(white.outline.sides().0 / 125.0) / canvas.step,
            ),
            canvas,
            level: 0.0,
            leak: 0.0,
            grey_level: 0.0,
            is_grey: false,
            paper_share: 0.0,
        };
        let mut blank = Blank::default();
        tiles.fill(&tone, &tone_blue, &[&red, &green, &blue], &mut blank);
        tiles.paper_share = blank.share(visible.data.len());
        if blank.blue.len() < 20 {
            return Err(Fault::TooLittlePaper(Light::Ultraviolet));
        }
        tiles.level = median(&mut blank.blue).unwrap_or(1.0);
        let (r, g) = (median(&mut blank.red).unwrap_or(0.0), median(&mut blank.green).unwrap_or(0.0));
        tiles.leak = if picture.channels() == 1 {
            0.0
        } else {
            let least = r.min(g);
            (least - BRIGHTENER_TAIL * (tiles.level - least).max(0.0)).clamp(0.0, thresholds::LEAK_MOST)
        };
        tiles.grey_level = (r + g + tiles.level) / 3.0;
        tiles.is_grey = (tiles.level - r).abs().max((tiles.level - g).abs()) < 0.08 * tiles.level.max(0.1);
        tiles.excess = tiles.over_surface(&tiles.levels);
        tiles.seen_excess = tiles.over_surface(&tiles.seen);
        Ok(tiles)
    }

    fn fill(&mut self, tone: &Plane, tone_blue: &Plane, colours: &[&Plane; 3], blank: &mut Blank) {
        for row in 0..self.down {
            for column in 0..self.across {
                let (mut all, mut seen) = (Vec::new(), Vec::new());
                let mut paper = [Vec::new(), Vec::new(), Vec::new()];
                for y in row * TILE..(row + 1) * TILE {
                    for x in column * TILE..(column + 1) * TILE {
                        let (t, tb) = (tone.at(x, y), tone_blue.at(x, y));
                        let [r, g, b] = colours.map(|plane| plane.at(x, y));
                        if t >= PRINTED && tb >= PRINTED {
                            all.push(b / tb.min(1.0));
                            seen.push(b);
                        }
                        if t >= BLANK {
                            for (list, value) in paper.iter_mut().zip([r, g, b]) {
                                list.push(value);
                            }
                        }
                    }
                }
                let enough = index(USABLE * (TILE * TILE) as f32);
                let calm =
                    |list: &mut Vec<f32>| (list.len() >= enough).then(|| quantile(list, CALM)).flatten();
                self.levels.push(calm(&mut all));
                self.seen.push(calm(&mut seen));
                blank.samples += paper[2].len();
                if paper[2].len() >= enough {
                    let [r, g, b] = paper.each_mut().map(|list| quantile(list, LEVEL).unwrap_or(0.0));
                    blank.red.push(r);
                    blank.green.push(g);
                    blank.blue.push(b);
                }
            }
        }
    }

    /// Levels above a quadratic surface fitted to the calm ones: lamps are not even, patches are not smooth.
    fn over_surface(&self, levels: &[Option<f32>]) -> Vec<Option<f32>> {
        let points: Vec<([f64; 6], f64, usize)> = levels
            .iter()
            .enumerate()
            .filter_map(|(at, level)| {
                let (x, y) = self.place(at);
                level.map(|level| ([1.0, x, y, x * x, x * y, y * y], f64::from(level), at))
            })
            .collect();
        let mut middle: Vec<f32> = levels.iter().flatten().copied().collect();
        let start = median(&mut middle).unwrap_or(0.0);
        let mut coefficients = [f64::from(start), 0.0, 0.0, 0.0, 0.0, 0.0];
        for _ in 0..6 {
            let residuals: Vec<f32> =
                points.iter().map(|(basis, level, _)| narrow(level - dot(&coefficients, basis))).collect();
            let centre = median(&mut residuals.clone()).unwrap_or(0.0);
            let width = spread(&residuals, centre).max(0.004);
            let kept = points.iter().zip(&residuals).filter(|(_, r)| (**r - centre).abs() < 2.5 * width);
            match crate::surface::least_squares(kept.map(|((basis, level, _), _)| (basis, *level))) {
                Some(solved) => coefficients = solved,
                None => break,
            }
        }
        let mut out = vec![None; levels.len()];
        for (basis, level, at) in &points {
            if let Some(slot) = out.get_mut(*at) {
                *slot = Some(narrow(level - dot(&coefficients, basis)));
            }
        }
        out
    }

    /// Middle of a tile, -1 to 1 across and down.
    fn place(&self, at: usize) -> (f64, f64) {
        let (column, row) = (at % self.across, at / self.across);
        let unit = |i: usize, n: usize| 2.0 * (i as f64 + 0.5) / n as f64 - 1.0;
        (unit(column, self.across), unit(row, self.down))
    }

    pub(super) fn largest_excess(&self) -> f32 {
        let mut all: Vec<f32> = self.excess.iter().flatten().copied().collect();
        quantile(&mut all, 0.98).unwrap_or(0.0)
    }

    /// Connected tiles that stand out by more than `least` and by six robust deviations.
    pub(super) fn patches(&self, least: f32) -> Vec<Patch> {
        let all: Vec<f32> = self.excess.iter().flatten().copied().collect();
        let centre = median(&mut all.clone()).unwrap_or(0.0);
        let limit = least.max(6.0 * spread(&all, centre)).max(thresholds::REGION_SHARE * self.level);
        let bright =
            self.opened(&self.excess.iter().map(|e| e.is_some_and(|e| e > limit)).collect::<Vec<_>>());
        let tile_mm = TILE as f32 / self.per_mm.max(0.1);
        let tiles_needed = index((thresholds::REGION_AREA_MM2 / (tile_mm * tile_mm)).ceil()).max(3);
        let mut seen = vec![false; bright.len()];
        let mut patches = Vec::new();
        for start in 0..bright.len() {
            let members = self.grow(start, &bright, &mut seen);
            if members.len() >= tiles_needed && self.is_seen(&members, least) {
                patches.push(self.patch(&members));
            }
        }
        patches
    }

    /// Whether a patch is bright in the picture itself and not only after the correction for print: not every dye
    /// absorbs ultraviolet, and over paper as dull as the rest such a print must accuse nobody.
    fn is_seen(&self, members: &[usize], least: f32) -> bool {
        let bright = |at: &&usize| {
            self.seen_excess.get(**at).copied().flatten().is_some_and(|excess| excess > least * SEEN_LEVEL)
        };
        members.iter().filter(bright).count() as f32 >= SEEN_SHARE * members.len() as f32
    }

    /// Keeps what holds at least two by two tiles: strokes of overprint, however dense, are thinner.
    fn opened(&self, bright: &[bool]) -> Vec<bool> {
        let mut out = vec![false; bright.len()];
        for row in 0..self.down.saturating_sub(1) {
            for column in 0..self.across.saturating_sub(1) {
                let at = row * self.across + column;
                let block = [at, at + 1, at + self.across, at + self.across + 1];
                if block.iter().all(|at| bright.get(*at) == Some(&true)) {
                    for at in block {
                        if let Some(slot) = out.get_mut(at) {
                            *slot = true;
                        }
                    }
                }
            }
        }
        out
    }

    /// The connected bright tiles that hold `start`, eight neighbours each.
    fn grow(&self, start: usize, bright: &[bool], seen: &mut [bool]) -> Vec<usize> {
        let mut members = Vec::new();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            let (Some(true), Some(visited)) = (bright.get(at), seen.get_mut(at)) else { continue };
            if core::mem::replace(visited, true) {
                continue;
            }
            members.push(at);
            let (column, row) = (at % self.across, at / self.across);
            for r in row.saturating_sub(1)..=(row + 1).min(self.down - 1) {
                for c in column.saturating_sub(1)..=(column + 1).min(self.across - 1) {
                    open.push(r * self.across + c);
                }
            }
        }
        members
    }

    fn patch(&self, members: &[usize]) -> Patch {
        let columns = members.iter().map(|at| at % self.across);
        let rows = members.iter().map(|at| at / self.across);
        let (left, right) = (columns.clone().min().unwrap_or(0), columns.max().unwrap_or(0) + 1);
        let (top, bottom) = (rows.clone().min().unwrap_or(0), rows.max().unwrap_or(0) + 1);
        let corner =
            |column: usize, row: usize| self.canvas.white((column * TILE) as f64, (row * TILE) as f64);
        let mut levels: Vec<f32> =
            members.iter().filter_map(|at| self.excess.get(*at).copied().flatten()).collect();
        Patch {
            corners: [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)],
            excess: median(&mut levels).unwrap_or(0.0),
        }
    }
}

/// Something must be seen: a lamp that was off, a covered lens and noise show no dull page.
fn check_light(glow: &[Plane; 3]) -> Result<(), Fault> {
    if luma(glow).noise() > thresholds::ULTRAVIOLET_NOISE {
        return Err(Fault::Noisy(Light::Ultraviolet));
    }
    let range = |plane: &Plane| {
        let mut levels = plane.box_blurred(1).data;
        let low = quantile(&mut levels, 0.01).unwrap_or(0.0);
        quantile(&mut levels, 0.99).unwrap_or(0.0) - low
    };
    if glow.iter().map(range).fold(0.0, f32::max) < thresholds::ULTRAVIOLET_RANGE {
        return Err(Fault::TooDark(Light::Ultraviolet));
    }
    Ok(())
}

/// Levels of the unprinted tiles, by channel.
#[derive(Default)]
struct Blank {
    red: Vec<f32>,
    green: Vec<f32>,
    blue: Vec<f32>,
    samples: usize,
}

impl Blank {
    fn share(&self, all: usize) -> f32 {
        self.samples as f32 / all.max(1) as f32
    }
}

fn dot(coefficients: &[f64; 6], basis: &[f64; 6]) -> f64 {
    coefficients.iter().zip(basis).map(|(c, b)| c * b).sum()
}
