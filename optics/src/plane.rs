//! One channel of a picture as floats, 0 (black) to 1 (full scale), and the few kernels that run over it.

use crate::geometry::Projection;
use crate::numeric::{index, median, narrow};
use crate::picture::Picture;

/// A working plane holds at most this many samples; larger pictures are averaged down by a whole factor.
const MAX_SAMPLES: usize = 8_000_000;

/// Rows of samples from the top; never empty.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<f32>,
}

impl Plane {
    /// A plane of one value; sides of 0 become 1.
    pub(crate) fn filled(width: usize, height: usize, value: f32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        Self { width, height, data: vec![value; width * height] }
    }

    /// A plane from a function of the pixel centre.
    pub(crate) fn from_centres(width: usize, height: usize, mut value: impl FnMut(f32, f32) -> f32) -> Self {
        let mut plane = Self::filled(width, height, 0.0);
        for (y, row) in plane.data.chunks_exact_mut(width.max(1)).enumerate() {
            for (x, sample) in row.iter_mut().enumerate() {
                *sample = value(x as f32 + 0.5, y as f32 + 0.5);
            }
        }
        plane
    }

    /// Rec. 601 luma of a picture, averaged down by the smallest whole factor (at least `factor`) that keeps it
    /// within the working size. Returns the plane and the factor.
    pub(crate) fn luma_of(picture: &Picture, factor: usize) -> (Self, usize) {
        let factor = working_factor(picture, factor);
        let (width, height) = ((picture.width() / factor).max(1), (picture.height() / factor).max(1));
        let mut plane = Self::filled(width, height, 0.0);
        let stride = picture.width() * picture.channels();
        let (across, down) = (factor.min(picture.width()), factor.min(picture.height()));
        let scale = 1.0 / (65_280.0 * (across * down) as f32);
        let mut sums = vec![0_u32; width];
        for (out, band) in
            plane.data.chunks_exact_mut(width).zip(picture.samples().chunks_exact(stride * down))
        {
            sums.fill(0);
            for row in band.chunks_exact(stride) {
                if picture.channels() == 1 {
                    for (sum, block) in sums.iter_mut().zip(row.chunks_exact(across)) {
                        *sum += block.iter().map(|s| u32::from(*s)).sum::<u32>() * 256;
                    }
                } else {
                    for (sum, block) in sums.iter_mut().zip(row.chunks_exact(3 * across)) {
                        for [r, g, b] in block.as_chunks::<3>().0 {
                            *sum += u32::from(*r) * 77 + u32::from(*g) * 150 + u32::from(*b) * 29;
                        }
                    }
                }
            }
            for (sample, sum) in out.iter_mut().zip(&sums) {
                *sample = *sum as f32 * scale;
            }
        }
        (plane, factor)
    }

    /// The rows from the top.
    pub(crate) fn rows(&self) -> core::slice::ChunksExact<'_, f32> {
        self.data.chunks_exact(self.width)
    }

    /// One row; empty below the plane.
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        self.data.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }

    /// A sample, clamped to the edge.
    pub(crate) fn at(&self, x: usize, y: usize) -> f32 {
        let at = y.min(self.height - 1) * self.width + x.min(self.width - 1);
        self.data.get(at).copied().unwrap_or(0.0)
    }

    /// Bilinear sample at a point, pixel centres at +0.5, clamped to the edge.
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (index(x), index(y));
        let (fx, fy) = (x - left as f32, y - top as f32);
        let at = top * self.width + left;
        let right = if left + 1 < self.width { at + 1 } else { at };
        let below = if top + 1 < self.height { self.width } else { 0 };
        let read = |i: usize| self.data.get(i).copied().unwrap_or(0.0);
        let upper = read(at) + (read(right) - read(at)) * fx;
        let lower = read(at + below) + (read(right + below) - read(at + below)) * fx;
        upper + (lower - upper) * fy
    }

    /// This plane seen through a map: `map` leads from the new plane's points to points of this one.
    pub(crate) fn warped(&self, width: usize, height: usize, map: &Projection) -> Self {
        let mut out = Self::filled(width, height, 0.0);
        for (y, row) in out.data.chunks_exact_mut(width.max(1)).enumerate() {
            let ([mut u, mut v, mut w], [du, dv, dw]) = map.along_row(0.5, y as f64 + 0.5);
            for sample in row {
                let scale = if w.abs() < 1e-12 { 1e12 } else { 1.0 / w };
                *sample = self.sample(narrow(u * scale), narrow(v * scale));
                u += du;
                v += dv;
                w += dw;
            }
        }
        out
    }

    /// Red, green and blue of a picture in one pass, averaged down like [`Self::luma_of`]; a grey picture
    /// gives the same plane three times.
    pub(crate) fn colours_of(picture: &Picture, factor: usize) -> ([Self; 3], usize) {
        if picture.channels() == 1 {
            let (grey, factor) = Self::luma_of(picture, factor);
            return ([grey.clone(), grey.clone(), grey], factor);
        }
        let factor = working_factor(picture, factor);
        let (width, height) = ((picture.width() / factor).max(1), (picture.height() / factor).max(1));
        let (across, down) = (factor.min(picture.width()), factor.min(picture.height()));
        let stride = picture.width() * 3;
        let scale = 1.0 / (255.0 * (across * down) as f32);
        let mut planes = [(); 3].map(|()| Self::filled(width, height, 0.0));
        let mut sums = vec![[0_u32; 3]; width];
        for (y, band) in picture.samples().chunks_exact(stride * down).take(height).enumerate() {
            sums.fill([0; 3]);
            for row in band.chunks_exact(stride) {
                for ([sr, sg, sb], block) in sums.iter_mut().zip(row.chunks_exact(3 * across)) {
                    for [r, g, b] in block.as_chunks::<3>().0 {
                        *sr += u32::from(*r);
                        *sg += u32::from(*g);
                        *sb += u32::from(*b);
                    }
                }
            }
            for (plane, channel) in planes.iter_mut().zip(0..3) {
                let line = plane.data.get_mut(y * width..(y + 1) * width).unwrap_or_default();
                for (sample, sum) in line.iter_mut().zip(&sums) {
                    *sample = sum.get(channel).copied().unwrap_or(0) as f32 * scale;
                }
            }
        }
        (planes, factor)
    }

    /// Every sample through a function of both planes; the planes are of one size.
    pub(crate) fn combined(&self, other: &Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let data = self.data.iter().zip(&other.data).map(|(a, b)| f(*a, *b)).collect();
        Self { width: self.width, height: self.height, data }
    }

    /// Averages blocks of `factor` x `factor`.
    pub(crate) fn reduced(&self, factor: usize) -> Self {
        let factor = factor.clamp(1, self.width.min(self.height));
        if factor == 1 {
            return self.clone();
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let mut out = Self::filled(width, height, 0.0);
        let scale = 1.0 / (factor * factor) as f32;
        for (line, band) in out.data.chunks_exact_mut(width).zip(self.data.chunks_exact(self.width * factor))
        {
            for row in band.chunks_exact(self.width) {
                for (sample, block) in line.iter_mut().zip(row.chunks_exact(factor)) {
                    *sample += block.iter().sum::<f32>() * scale;
                }
            }
        }
        out
    }

    /// Turned over the diagonal, so that column kernels are row kernels.
    pub(crate) fn transposed(&self) -> Self {
        let mut out = Self::filled(self.height, self.width, 0.0);
        for (x, column) in out.data.chunks_exact_mut(self.height).enumerate() {
            for (sample, row) in column.iter_mut().zip(self.rows()) {
                *sample = row.get(x).copied().unwrap_or(0.0);
            }
        }
        out
    }

    /// Mean over `2 * radius + 1` samples along each row, edges clamped.
    pub(crate) fn box_rows(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        let mut out = self.clone();
        let scale = 1.0 / (2 * radius + 1) as f64;
        for (line, row) in out.data.chunks_exact_mut(self.width).zip(self.rows()) {
            let read = |x: usize| f64::from(row.get(x.min(self.width - 1)).copied().unwrap_or(0.0));
            let mut sum = read(0) * (radius + 1) as f64 + (1..=radius).map(read).sum::<f64>();
            for (x, sample) in line.iter_mut().enumerate() {
                *sample = narrow(sum * scale);
                sum += read(x + radius + 1) - read(x.saturating_sub(radius));
            }
        }
        out
    }

    /// Mean over a square of `2 * radius + 1`.
    pub(crate) fn box_blurred(&self, radius: usize) -> Self {
        self.box_rows(radius).transposed().box_rows(radius).transposed()
    }

    /// Largest value over `2 * radius + 1` samples along each row.
    fn max_rows(&self, radius: usize) -> Self {
        let mut out = self.clone();
        let mut backward = Vec::with_capacity(self.width);
        for (line, row) in out.data.chunks_exact_mut(self.width).zip(self.rows()) {
            backward.clear();
            backward.extend(row.iter().rev());
            largest_ahead(line, radius + 1);
            largest_ahead(&mut backward, radius + 1);
            for (sample, behind) in line.iter_mut().zip(backward.iter().rev()) {
                *sample = sample.max(*behind);
            }
        }
        out
    }

    /// Largest value within a square of `2 * radius + 1`.
    pub(crate) fn largest_around(&self, radius: usize) -> Self {
        self.max_rows(radius).transposed().max_rows(radius).transposed()
    }

    /// Local paper level: the brightest within `radius`, smoothed.
    pub(crate) fn local_paper(&self, radius: usize) -> Self {
        let calm = self.box_blurred(1);
        calm.max_rows(radius).transposed().max_rows(radius).box_rows(radius).transposed().box_rows(radius)
    }

    /// Gaussian blur of standard deviation `sigma` pixels, edges clamped.
    pub(crate) fn blurred(&self, sigma: f32) -> Self {
        if sigma < 0.2 {
            return self.clone();
        }
        let radius = index((3.0 * sigma).ceil()).max(1);
        let mut kernel: Vec<f32> = (0..=2 * radius)
            .map(|i| {
                let d = (i as f32 - radius as f32) / sigma;
                (-0.5 * d * d).exp()
            })
            .collect();
        let total: f32 = kernel.iter().sum();
        kernel.iter_mut().for_each(|weight| *weight /= total);
        self.convolved_rows(&kernel).transposed().convolved_rows(&kernel).transposed()
    }

    fn convolved_rows(&self, kernel: &[f32]) -> Self {
        let radius = kernel.len() / 2;
        let mut out = Self::filled(self.width, self.height, 0.0);
        let mut padded = vec![0.0_f32; self.width + 2 * radius];
        for (line, row) in out.data.chunks_exact_mut(self.width).zip(self.rows()) {
            let (first, last) = (row.first().copied().unwrap_or(0.0), row.last().copied().unwrap_or(0.0));
            padded.fill(last);
            if let Some(head) = padded.get_mut(..radius) {
                head.fill(first);
            }
            if let Some(middle) = padded.get_mut(radius..radius + self.width) {
                middle.copy_from_slice(row);
            }
            for (tap, weight) in kernel.iter().enumerate() {
                let shifted = padded.get(tap..).unwrap_or_default();
                for (sample, value) in line.iter_mut().zip(shifted) {
                    *sample += value * weight;
                }
            }
        }
        out
    }

    /// The part of the plane at most `width` x `height` large whose middle is at a point, moved inside.
    pub(crate) fn part(&self, x: f32, y: f32, width: usize, height: usize) -> Self {
        let (width, height) = (width.min(self.width), height.min(self.height));
        let left = index((x - width as f32 / 2.0).max(0.0)).min(self.width - width);
        let top = index((y - height as f32 / 2.0).max(0.0)).min(self.height - height);
        let rows = self.rows().skip(top).take(height);
        let data: Vec<f32> =
            rows.flat_map(|row| row.get(left..left + width).unwrap_or_default()).copied().collect();
        Self { width, height, data }
    }

    /// Standard deviation of the noise (Immerkaer's mask, median form so that print does not count).
    pub(crate) fn noise(&self) -> f32 {
        let mut responses = Vec::new();
        for y in (1..self.height.saturating_sub(1)).step_by(2) {
            let (above, here, below) = (self.row(y - 1), self.row(y), self.row(y + 1));
            for ((a, h), b) in above.windows(3).zip(here.windows(3)).zip(below.windows(3)).step_by(2) {
                if let ([a0, a1, a2], [h0, h1, h2], [b0, b1, b2]) = (a, h, b) {
                    let response = a0 - 2.0 * a1 + a2 - 2.0 * h0 + 4.0 * h1 - 2.0 * h2 + b0 - 2.0 * b1 + b2;
                    responses.push(response.abs());
                }
            }
        }
        median(&mut responses).unwrap_or(0.0) * 1.4826 / 6.0
    }
}

/// Each sample becomes the largest of itself and the `window - 1` that follow; windows double pass by pass.
fn largest_ahead(row: &mut [f32], window: usize) {
    let mut width = 1;
    while width < window {
        let step = width.min(window - width);
        for x in 0..row.len() {
            let ahead = row.get(x + step).copied().unwrap_or(f32::MIN);
            if let Some(sample) = row.get_mut(x) {
                *sample = sample.max(ahead);
            }
        }
        width += step;
    }
}

/// The smallest whole factor, at least the given one, that brings a picture to working size.
fn working_factor(picture: &Picture, least: usize) -> usize {
    // 256 x 256 samples of 255 x 256 still fit 32 bits.
    let mut factor = least.clamp(1, 256);
    while (picture.width() / factor).max(1) * (picture.height() / factor).max(1) > MAX_SAMPLES && factor < 256
    {
        factor += 1;
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reduction_averages_and_weighs() {
        let picture = Picture::from_rgb(4, 2, [255, 0, 0].repeat(8)).unwrap();
        let ([r, g, _], _) = Plane::colours_of(&picture, 2);
        assert!((r.at(1, 0) - 1.0).abs() < 1e-6 && g.at(1, 0).abs() < 1e-6);
        let (luma, factor) = Plane::luma_of(&picture, 1);
        assert_eq!((luma.width, luma.height, factor), (4, 2, 1));
        assert!((luma.at(3, 1) - 0.3008).abs() < 1e-3);
        assert_eq!(Plane::luma_of(&picture, 9).0.width, 1);
    }

    #[test]
    fn largest_in_window() {
        let mut plane = Plane::filled(9, 1, 0.0);
        plane.data[4] = 1.0;
        let grown = plane.max_rows(2);
        assert_eq!(grown.data, [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
        for radius in 0..12 {
            let _ = Plane::filled(5, 3, 0.5).max_rows(radius);
        }
    }

    #[test]
    fn blur_keeps_the_mean_and_flat_stays_flat() {
        let flat = Plane::filled(20, 10, 0.4);
        assert!(flat.blurred(2.0).data.iter().all(|v| (v - 0.4).abs() < 1e-5));
        assert!(flat.box_blurred(3).data.iter().all(|v| (v - 0.4).abs() < 1e-5));
        let mut dot = Plane::filled(31, 31, 0.0);
        dot.data[15 * 31 + 15] = 1.0;
        let sum: f32 = dot.blurred(2.0).data.iter().sum();
        assert!((sum - 1.0).abs() < 1e-4);
    }

    #[test]
    fn bilinear_between_centres() {
        let plane = Plane::from_centres(4, 4, |x, _| x);
        assert!((plane.sample(2.0, 1.3) - 2.0).abs() < 1e-6);
        assert!((plane.sample(-9.0, 99.0) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn noise_of_a_dither() {
        let mut state = 1_u32;
        let plane = Plane::from_centres(200, 200, |_, _| {
            let sum: f32 = (0..12)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 8) as f32 / 16_777_216.0
                })
                .sum();
            0.5 + 0.02 * (sum - 6.0)
        });
        assert!((plane.noise() - 0.02).abs() < 0.002, "{}", plane.noise());
        let part = plane.part(199.0, -5.0, 90, 70);
        assert_eq!((part.width, part.height, part.data.len()), (90, 70, 6300));
        assert!((part.noise() - 0.02).abs() < 0.004, "{}", part.noise());
    }
}
