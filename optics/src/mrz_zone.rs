//! The machine readable zone, located by its geometry and not by reading it (ICAO Doc 9303-3 section 4.4 and 4.5).

use crate::page::{PageSize, Point};

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
    /// Centre of the first cell's left edge.
    pub start: Point,
    /// Centre of the last cell's right edge.
    pub end: Point,
    /// Number of cells: 30, 36 or 44.
    pub cells: usize,
}
