//! Where the page lies in a picture and how large a millimetre is (ICAO Doc 9303-3 section 3; ISO/IEC 7810).

pub(crate) mod quad;

use crate::measurement::{Note, RectMm, RectPx, Region};
use crate::mrz_zone::{self, MrzZone};
use crate::numeric::{pixel, rounded};
use crate::picture::{Picture, Shot};
use crate::plane::Plane;
use crate::thresholds;
use crate::{geometry::Projection, measurement::Light};

/// A point in a picture, pixels; the centre of the top left pixel is (0.5, 0.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// The nominal size of a page (ISO/IEC 7810).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSize {
    /// 85.60 x 53.98 mm: TD1.
    Id1,
    /// 105.0 x 74.0 mm: TD2.
    Id2,
    /// 125.0 x 88.0 mm: TD3.
    Id3,
}

impl PageSize {
    /// All sizes, the most frequent first.
    pub const ALL: [Self; 3] = [Self::Id3, Self::Id1, Self::Id2];

    /// Width and height in millimetres.
    #[must_use]
    pub const fn millimetres(self) -> (f64, f64) {
        match self {
            Self::Id1 => (85.60, 53.98),
            Self::Id2 => (105.0, 74.0),
            Self::Id3 => (125.0, 88.0),
        }
    }
}

/// How the scale is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleSource {
    /// The capture states the resolution, and the print does not contradict it.
    Stated,
    /// The page's outline has the proportions of a standard size.
    PageOutline,
}

/// A page outline in one picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outline {
    /// Top left, top right, bottom right, bottom left; pixels.
    pub(crate) quad: [Point; 4],
    /// `false` where the frame was taken for want of edges.
    pub(crate) found: bool,
}

impl Outline {
    /// Mean width and height in pixels.
    pub(crate) fn sides(&self) -> (f64, f64) {
        let [tl, tr, br, bl] = self.quad;
        let width = (tr.minus(tl).length() + br.minus(bl).length()) / 2.0;
        let height = (bl.minus(tl).length() + br.minus(tr).length()) / 2.0;
        (width, height)
    }

    /// From the unit square to pixels.
    pub(crate) fn projection(&self) -> Projection {
        let (width, height) = self.sides();
        Projection::from_unit_square(&self.quad)
            .unwrap_or(Projection::stretch(width.max(1.0), height.max(1.0)))
    }
}

/// The white picture of a page, examined once and shared by the measurements.
#[derive(Clone, Debug)]
pub struct WhitePage<'a> {
    pub(crate) shot: Shot<'a>,
    pub(crate) outline: Outline,
    /// Luma at working size, and how many picture pixels one of its samples spans.
    pub(crate) luma: Plane,
    pub(crate) factor: usize,
    scale: Option<(f64, ScaleSource)>,
    pub(crate) zone: Option<MrzZone>,
    notes: Vec<Note>,
}

impl<'a> WhitePage<'a> {
    /// Finds the page, its scale and its machine readable zone. Needs about 30 ms for a page at 400 ppi.
    #[must_use]
    pub fn examine(shot: Shot<'a>) -> Self {
        let (luma, factor) = Plane::luma_of(shot.picture, 1);
        let outline = quad::find(&luma, factor, shot.ppi);
        let stated = shot.ppi.map(|ppi| ppi / 25.4);
        let mut zone = mrz_zone::locate(&luma, factor, &outline, stated);
        if zone.is_none() && outline.found {
            // An outline that hides the zone is likely to be wrong: look in the whole frame.
            let frame = quad::frame(shot.picture.width(), shot.picture.height());
            zone = mrz_zone::locate(&luma, factor, &frame, stated);
        }
        let mut page = Self { shot, outline, luma, factor, scale: None, zone, notes: Vec::new() };
        page.settle_scale();
        page
    }

    fn settle_scale(&mut self) {
        if !self.outline.found {
            self.notes.push(Note::PageFillsFrame);
        }
        let by_print = self.zone.as_ref().map(MrzZone::pixels_per_mm);
        let by_outline = self.scale_of_outline();
        self.scale = match (self.shot.ppi, by_print) {
            (Some(ppi), Some(print))
                if (print * 25.4 / ppi - 1.0).abs() > thresholds::SCALE_CONTRADICTION =>
            {
                self.notes.push(Note::ResolutionContradicted(ppi, rounded(print * 25.4, 0)));
                by_outline.map(|scale| (scale, ScaleSource::PageOutline))
            }
            (Some(ppi), _) => Some((ppi / 25.4, ScaleSource::Stated)),
            (None, _) => {
                self.notes.push(Note::ResolutionNotGiven);
                by_outline.map(|scale| (scale, ScaleSource::PageOutline))
            }
        };
        if let Some(ppi) = self.print_pixels_per_mm().map(|scale| scale * 25.4)
            && ppi < thresholds::MINIMUM_PPI - 1.0
        {
            self.notes.push(Note::ResolutionBelowMinimum(rounded(ppi, 0)));
        }
    }

    /// The scale that the outline's own size gives, if it has the proportions of a standard page. ID-2 and
    /// ID-3 have the same proportions; the zone's format tells them apart.
    fn scale_of_outline(&self) -> Option<f64> {
        let (width, height) = self.outline.sides();
        let zone = self.zone.as_ref()?;
        let (w, h) = zone.size.millimetres();
        let skewness = (width / height) / (w / h) - 1.0;
        let scale = (width / w + height / h) / 2.0;
        let agrees = (scale / zone.pixels_per_mm() - 1.0).abs() < thresholds::SCALE_CONTRADICTION;
        (skewness.abs() < thresholds::PROPORTION_TOLERANCE && agrees).then_some(scale)
    }

    /// Corners of the page in the white picture: top left, top right, bottom right, bottom left. The corners
    /// of the frame where no page edge was found.
    #[must_use]
    pub const fn quad(&self) -> &[Point; 4] {
        &self.outline.quad
    }

    /// Whether page edges were found; otherwise the frame stands for the page.
    #[must_use]
    pub const fn has_edges(&self) -> bool {
        self.outline.found
    }

    /// Pixels a millimetre in the white picture; `None` where neither the capture nor the page tells.
    #[must_use]
    pub fn pixels_per_mm(&self) -> Option<f64> {
        self.scale.map(|(scale, _)| scale)
    }

    /// How that scale is known.
    #[must_use]
    pub fn scale_source(&self) -> Option<ScaleSource> {
        self.scale.map(|(_, source)| source)
    }

    /// The machine readable zone, where one was found.
    #[must_use]
    pub const fn mrz_zone(&self) -> Option<&MrzZone> {
        self.zone.as_ref()
    }

    /// What a reader of any measurement on this page should know.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Scale for internal work: that of the print where a zone was found (its pitch is fixed by the
    /// standard), else the known one.
    pub(crate) fn print_pixels_per_mm(&self) -> Option<f64> {
        self.zone.as_ref().map(MrzZone::pixels_per_mm).or(self.pixels_per_mm())
    }

    /// A quadrilateral of the white picture as a region of the report in `light`, through `map` (from white
    /// pixels to pixels of that light).
    pub(crate) fn region(
        &self,
        corners: &[Point; 4],
        light: Light,
        picture: &Picture,
        map: impl Fn(Point) -> Point,
        failing: bool,
    ) -> Option<Region> {
        let there = corners.map(&map);
        let rect_px = bounding(&there, picture)?;
        Some(Region { light, rect_px, rect_mm: self.millimetres(corners), failing })
    }

    fn millimetres(&self, corners: &[Point; 4]) -> Option<RectMm> {
        let scale = self.pixels_per_mm()?;
        let (width, height) = self.outline.sides();
        let to_unit = self.outline.projection().inverse()?;
        let on_page = corners.map(|corner| {
            let unit = to_unit.apply(corner);
            Point::new(unit.x * width / scale, unit.y * height / scale)
        });
        let (low, high) = extent(&on_page);
        let mm = |value: f64| rounded(value, 2);
        Some(RectMm { x: mm(low.x), y: mm(low.y), width: mm(high.x - low.x), height: mm(high.y - low.y) })
    }
}

fn extent(corners: &[Point; 4]) -> (Point, Point) {
    let fold = |pick: fn(&Point) -> f64, join: fn(f64, f64) -> f64, start: f64| {
        corners.iter().map(pick).fold(start, join)
    };
    let low = Point::new(fold(|p| p.x, f64::min, f64::INFINITY), fold(|p| p.y, f64::min, f64::INFINITY));
    let high =
        Point::new(fold(|p| p.x, f64::max, f64::NEG_INFINITY), fold(|p| p.y, f64::max, f64::NEG_INFINITY));
    (low, high)
}

/// The part of the picture that the corners span; `None` where they lie outside.
fn bounding(corners: &[Point; 4], picture: &Picture) -> Option<RectPx> {
    let (low, high) = extent(corners);
    let width = u32::try_from(picture.width()).ok()?;
    let height = u32::try_from(picture.height()).ok()?;
    let (left, top) = (pixel(low.x), pixel(low.y));
    let (right, bottom) = (pixel(high.x.ceil()).min(width), pixel(high.y.ceil()).min(height));
    (left < right && top < bottom).then(|| RectPx {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
    })
}
