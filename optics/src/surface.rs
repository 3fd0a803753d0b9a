//! Least squares for a quadratic surface: six unknowns, solved by elimination.

/// Coefficients of the basis that fit the values best; `None` where the points do not determine them.
pub(crate) fn least_squares<'a>(points: impl Iterator<Item = (&'a [f64; 6], f64)>) -> Option<[f64; 6]> {
    let mut normal = [[0.0_f64; 7]; 6];
    for (basis, value) in points {
        for (row, a) in normal.iter_mut().zip(basis) {
            for (cell, b) in row.iter_mut().zip(basis.iter().chain(core::iter::once(&value))) {
                *cell += a * b;
            }
        }
    }
    for pivot in 0..6 {
        let best = (pivot..6)
            .max_by(|i, j| entry(&normal, *i, pivot).abs().total_cmp(&entry(&normal, *j, pivot).abs()))?;
        normal.swap(pivot, best);
        let head = *normal.get(pivot)?;
        let lead = *head.get(pivot)?;
        if lead.abs() < 1e-9 {
            return None;
        }
        for (number, row) in normal.iter_mut().enumerate() {
            if number == pivot {
                continue;
            }
            let share = row.get(pivot)? / lead;
            for (cell, top) in row.iter_mut().zip(&head) {
                *cell -= share * top;
            }
        }
    }
    let mut solution = [0.0; 6];
    for (number, slot) in solution.iter_mut().enumerate() {
        *slot = entry(&normal, number, 6) / entry(&normal, number, number);
    }
    Some(solution)
}

fn entry(matrix: &[[f64; 7]; 6], row: usize, column: usize) -> f64 {
    matrix.get(row).and_then(|r| r.get(column)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovers_a_surface() {
        let truth = [0.1, 0.02, -0.03, 0.04, 0.01, -0.02];
        let mut points = Vec::new();
        for i in 0..8 {
            for j in 0..8 {
                let (x, y) = (f64::from(i) / 4.0 - 1.0, f64::from(j) / 4.0 - 1.0);
                let basis = [1.0, x, y, x * x, x * y, y * y];
                let value: f64 = basis.iter().zip(&truth).map(|(b, t)| b * t).sum();
                points.push((basis, value));
            }
        }
        let found = least_squares(points.iter().map(|(b, v)| (b, *v))).unwrap();
        assert!(found.iter().zip(&truth).all(|(f, t)| (f - t).abs() < 1e-9));
        assert!(least_squares(points.iter().take(3).map(|(b, v)| (b, *v))).is_none());
    }
}
