//! Points, lines and the projective map between two quadrilaterals.

use crate::page::Point;

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(crate) fn plus(self, step: Self, times: f64) -> Self {
        Self { x: self.x + step.x * times, y: self.y + step.y * times }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }

    pub(crate) fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }
}

/// A projective map of the plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projection([[f64; 3]; 3]);

impl Projection {
    /// The map that only stretches.
    pub(crate) const fn stretch(x: f64, y: f64) -> Self {
        Self([[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, 1.0]])
    }

    /// The map that only moves.
    pub(crate) const fn translation(by: Point) -> Self {
        Self([[1.0, 0.0, by.x], [0.0, 1.0, by.y], [0.0, 0.0, 1.0]])
    }

    /// The map that takes the unit square's corners (0,0) (1,0) (1,1) (0,1) to the four points in this order;
    /// `None` where three of them lie on a line.
    pub(crate) fn from_unit_square(to: &[Point; 4]) -> Option<Self> {
        let [p0, p1, p2, p3] = *to;
        let (d1, d2) = (p1.minus(p2), p3.minus(p2));
        let s = Point::new(p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y);
        let det = d1.x * d2.y - d2.x * d1.y;
        if !det.is_finite() || det.abs() < 1e-9 {
            return None;
        }
        let g = (s.x * d2.y - d2.x * s.y) / det;
        let h = (d1.x * s.y - s.x * d1.y) / det;
        Some(Self([
            [p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x],
            [p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y],
            [g, h, 1.0],
        ]))
    }

    /// Where a point goes; far away where it goes to infinity.
    pub(crate) fn apply(&self, p: Point) -> Point {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        let w = g * p.x + h * p.y + i;
        let w = if w.abs() < 1e-12 { 1e-12 } else { w };
        Point::new((a * p.x + b * p.y + c) / w, (d * p.x + e * p.y + f) / w)
    }

    /// Numerators and denominator of the image of `(x, y)`, and what each gains a step in x.
    pub(crate) fn along_row(&self, x: f64, y: f64) -> ([f64; 3], [f64; 3]) {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        ([a * x + b * y + c, d * x + e * y + f, g * x + h * y + i], [a, d, g])
    }

    /// First `other`, then this.
    pub(crate) fn after(&self, other: &Self) -> Self {
        let mut out = [[0.0; 3]; 3];
        for (line, row) in out.iter_mut().zip(&self.0) {
            for (j, cell) in line.iter_mut().enumerate() {
                *cell = row.iter().zip(&other.0).map(|(a, b)| a * b.get(j).copied().unwrap_or(0.0)).sum();
            }
        }
        Self(out)
    }

    /// The way back; `None` for a map that flattens.
    pub(crate) fn inverse(&self) -> Option<Self> {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        let (ca, cb, cc) = (e * i - f * h, f * g - d * i, d * h - e * g);
        let det = a * ca + b * cb + c * cc;
        if !det.is_finite() || det.abs() < 1e-18 {
            return None;
        }
        Some(Self([
            [ca / det, (c * h - b * i) / det, (b * f - c * e) / det],
            [cb / det, (a * i - c * g) / det, (c * d - a * f) / det],
            [cc / det, (b * g - a * h) / det, (a * e - b * d) / det],
        ]))
    }
}

/// The line `y = slope * x + offset` through most of the points (Theil-Sen); `None` for fewer than 4 points.
pub(crate) fn robust_line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    if points.len() < 4 {
        return None;
    }
    let mut slopes: Vec<f64> = Vec::with_capacity(points.len() * points.len() / 2);
    for (i, a) in points.iter().enumerate() {
        for b in points.iter().skip(i + 1) {
            if (b.0 - a.0).abs() > 1e-9 {
                slopes.push((b.1 - a.1) / (b.0 - a.0));
            }
        }
    }
    let slope = middle(&mut slopes)?;
    let mut offsets: Vec<f64> = points.iter().map(|p| p.1 - slope * p.0).collect();
    Some((slope, middle(&mut offsets)?))
}

fn middle(values: &mut [f64]) -> Option<f64> {
    let rank = values.len() / 2;
    (rank < values.len()).then(|| *values.select_nth_unstable_by(rank, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quadrilateral_and_back() {
        let quad =
            [Point::new(3.0, 4.0), Point::new(90.0, 7.0), Point::new(88.0, 70.0), Point::new(1.0, 66.0)];
        let map = Projection::from_unit_square(&quad).unwrap();
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        for ((u, v), expected) in corners.into_iter().zip(quad) {
            let found = map.apply(Point::new(u, v));
            assert!(found.minus(expected).length() < 1e-9);
        }
        let back = map.inverse().unwrap().after(&map).apply(Point::new(0.3, 0.8));
        assert!(back.minus(Point::new(0.3, 0.8)).length() < 1e-9);
        assert!(Projection::from_unit_square(&[Point::new(1.0, 1.0); 4]).is_none());
    }

    #[test]
    fn line_ignores_outliers() {
        let mut points: Vec<(f64, f64)> = (0..20).map(|i| (f64::from(i), 2.0 * f64::from(i) + 1.0)).collect();
        points[3].1 = 500.0;
        points[11].1 = -80.0;
        let (slope, offset) = robust_line(&points).unwrap();
        assert!((slope - 2.0).abs() < 1e-9 && (offset - 1.0).abs() < 1e-9);
        assert_eq!(robust_line(&points[..3]), None);
    }
}
