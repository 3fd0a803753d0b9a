//! Conversions between counts, indices and measured numbers, saturating, in one place; and robust statistics.

/// Largest index not above `x`; 0 for negative numbers and for NaN.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturating by definition of `as`"
)]
pub(crate) fn index(x: f32) -> usize {
    x as usize
}

/// Nearest integer; 0 for NaN.
#[expect(clippy::cast_possible_truncation, reason = "saturating by definition of `as`")]
pub(crate) fn nearest(x: f32) -> i64 {
    x.round() as i64
}

/// A double as a float.
#[expect(clippy::cast_possible_truncation, reason = "pixel coordinates and levels need no more than 24 bits")]
pub(crate) const fn narrow(x: f64) -> f32 {
    x as f32
}

/// A pixel coordinate as a pixel number, at least 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturating by definition of `as`"
)]
pub(crate) fn pixel(x: f64) -> u32 {
    x.max(0.0) as u32
}

/// Rounded to `digits` decimals, so that reports do not depend on the last bits of a float.
pub(crate) fn rounded(x: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    let rounded = (x * scale).round() / scale;
    if rounded.is_finite() { rounded + 0.0 } else { 0.0 }
}

/// The `q`-quantile (0 to 1, nearest rank) of the values, which are reordered; `None` for an empty set.
pub(crate) fn quantile(values: &mut [f32], q: f32) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let rank = index(q.clamp(0.0, 1.0) * last as f32 + 0.5).min(last);
    Some(*values.select_nth_unstable_by(rank, f32::total_cmp).1)
}

/// The median; `None` for an empty set.
pub(crate) fn median(values: &mut [f32]) -> Option<f32> {
    quantile(values, 0.5)
}

/// Median absolute deviation from the median, scaled to a standard deviation; 0 for an empty set.
pub(crate) fn spread(values: &[f32], centre: f32) -> f32 {
    let mut deviations: Vec<f32> = values.iter().map(|value| (value - centre).abs()).collect();
    median(&mut deviations).unwrap_or(0.0) * 1.4826
}

/// Running sums for correlation and regression, in double precision and a fixed order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) count: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Sums {
    pub(crate) fn of<'a>(pairs: impl Iterator<Item = (&'a f32, &'a f32)>) -> Self {
        let mut sums = Self::default();
        for (x, y) in pairs {
            sums.add(*x, *y);
        }
        sums
    }

    pub(crate) fn add(&mut self, x: f32, y: f32) {
        let (x, y) = (f64::from(x), f64::from(y));
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.x += other.x;
        self.y += other.y;
        self.xx += other.xx;
        self.yy += other.yy;
        self.xy += other.xy;
    }

    pub(crate) fn var_x(&self) -> f64 {
        (self.xx - self.x * self.x / self.count.max(1.0)).max(0.0)
    }

    pub(crate) fn var_y(&self) -> f64 {
        (self.yy - self.y * self.y / self.count.max(1.0)).max(0.0)
    }

    pub(crate) fn covariance(&self) -> f64 {
        self.xy - self.x * self.y / self.count.max(1.0)
    }

    /// Slope of y over x; `None` where x does not vary.
    pub(crate) fn slope(&self) -> Option<f64> {
        let var = self.var_x();
        (var > 1e-9).then(|| self.covariance() / var)
    }

    pub(crate) fn correlation(&self) -> f32 {
        let denominator = (self.var_x() * self.var_y()).sqrt();
        if denominator > 1e-12 { narrow(self.covariance() / denominator) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_small_sets() {
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [3.0], 0.0), Some(3.0));
        assert_eq!(median(&mut [5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(quantile(&mut [0.0, 1.0, 2.0, 3.0, 4.0], 1.0), Some(4.0));
        assert_eq!(quantile(&mut [f32::NAN, 1.0, 2.0], 0.0), Some(1.0));
    }

    #[test]
    fn regression_recovers_a_line() {
        let x = [0.0, 1.0, 2.0, 3.0];
        let y = [1.0, 3.0, 5.0, 7.0];
        let sums = Sums::of(x.iter().zip(&y));
        assert!((sums.slope().unwrap() - 2.0).abs() < 1e-9);
        assert!((sums.correlation() - 1.0).abs() < 1e-6);
        assert_eq!(Sums::of([1.0, 1.0].iter().zip(&[0.0, 1.0])).slope(), None);
    }

    #[test]
    fn odd_numbers_saturate() {
        assert_eq!(index(f32::NAN), 0);
        assert_eq!(index(-1.0), 0);
        assert_eq!(nearest(-2.6), -3);
        assert!((rounded(f64::NAN, 4) - 0.0).abs() < f64::EPSILON);
    }
}
