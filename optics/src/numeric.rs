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
    /// Sums over two rows of equal length (the longer one is cut), in eight lanes that a compiler can keep in
    /// one register; rows are short enough for single precision.
    pub(crate) fn of_rows(x: &[f32], y: &[f32]) -> Self {
        let length = x.len().min(y.len());
        let (x, y) = (x.get(..length).unwrap_or_default(), y.get(..length).unwrap_or_default());
        let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<8>(), y.as_chunks::<8>());
        let mut lanes = [[0.0_f32; 8]; 5];
        for (a, b) in xs.iter().zip(ys) {
            let [sx, sy, sxx, syy, sxy] = &mut lanes;
            for (((((a, b), sx), sy), sxx), (syy, sxy)) in
                a.iter().zip(b).zip(sx).zip(sy).zip(sxx).zip(syy.iter_mut().zip(sxy))
            {
                *sx += a;
                *sy += b;
                *sxx += a * a;
                *syy += b * b;
                *sxy += a * b;
            }
        }
        let [x, y, xx, yy, xy] = lanes.map(|lane| f64::from(lane.iter().sum::<f32>()));
        let mut sums = Self { count: (xs.len() * 8) as f64, x, y, xx, yy, xy };
        for (a, b) in x_rest.iter().zip(y_rest) {
            sums.add(*a, *b);
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
        let sums = Sums::of_rows(&x, &y);
        assert!((sums.slope().unwrap() - 2.0).abs() < 1e-9);
        assert!((sums.correlation() - 1.0).abs() < 1e-6);
        let rows: Vec<f32> = (0..37_u8).map(f32::from).collect();
        let (mut one, lanes) = (Sums::default(), Sums::of_rows(&rows, &rows));
        rows.iter().for_each(|value| one.add(*value, *value));
        assert!((one.var_x() - lanes.var_x()).abs() < 1e-2 && (one.count - lanes.count).abs() < 1e-9);
        assert_eq!(Sums::of_rows(&[1.0, 1.0], &[0.0, 1.0]).slope(), None);
    }

    #[test]
    fn odd_numbers_saturate() {
        assert_eq!(index(f32::NAN), 0);
        assert_eq!(index(-1.0), 0);
        assert_eq!(nearest(-2.6), -3);
        assert!((rounded(f64::NAN, 4) - 0.0).abs() < f64::EPSILON);
    }
}
