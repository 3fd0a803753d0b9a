//! Pages painted for these tests alone: strokes and levels of our own, nothing shared with the fixtures, so
//! that a mistake there cannot hide a mistake here.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

use verifier_optics::Picture;

/// A raster in page millimetres.
#[derive(Clone)]
pub struct Layer {
    pub w: usize,
    pub h: usize,
    pub v: Vec<f32>,
}

impl Layer {
    pub fn new(w: usize, h: usize, value: f32) -> Self {
        Self { w, h, v: vec![value; w * h] }
    }

    pub fn at(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).clamp(0.0, (self.w - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.h - 1) as f32);
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.w - 1), (y0 + 1).min(self.h - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let p = |x: usize, y: usize| self.v[y * self.w + x];
        (p(x0, y0) * (1.0 - fx) + p(x1, y0) * fx) * (1.0 - fy)
            + (p(x0, y1) * (1.0 - fx) + p(x1, y1) * fx) * fy
    }

    pub fn blur(&self, sigma: f32) -> Self {
        if sigma < 0.15 {
            return self.clone();
        }
        let r = (3.0 * sigma).ceil() as i32;
        let k: Vec<f32> = (-r..=r).map(|i| (-(i * i) as f32 / (2.0 * sigma * sigma)).exp()).collect();
        let sum: f32 = k.iter().sum();
        let pass = |src: &Self, dx: i32, dy: i32| {
            let mut out = src.clone();
            for y in 0..src.h as i32 {
                for x in 0..src.w as i32 {
                    let mut acc = 0.0;
                    for (i, w) in (-r..=r).zip(&k) {
                        let xx = (x + i * dx).clamp(0, src.w as i32 - 1) as usize;
                        let yy = (y + i * dy).clamp(0, src.h as i32 - 1) as usize;
                        acc += src.v[yy * src.w + xx] * w;
                    }
                    out.v[y as usize * src.w + x as usize] = acc / sum;
                }
            }
            out
        };
        pass(&pass(self, 1, 0), 0, 1)
    }
}

/// A stroke skeleton of each character in a box of 1 x 1 (left to right, top to bottom).
fn skeleton(c: char) -> &'static [[f32; 4]] {
    match c {
        '<' => &[[0.9, 0.2, 0.1, 0.5], [0.1, 0.5, 0.9, 0.8]],
        'A' => &[[0.0, 1.0, 0.5, 0.0], [0.5, 0.0, 1.0, 1.0], [0.2, 0.65, 0.8, 0.65]],
        'E' | 'B' | '8' => {
            &[[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.9, 0.0], [0.0, 0.5, 0.8, 0.5], [0.0, 1.0, 0.9, 1.0]]
        }
        'I' | '1' => &[[0.5, 0.0, 0.5, 1.0], [0.2, 1.0, 0.8, 1.0], [0.2, 0.1, 0.5, 0.0]],
        'L' | 'C' | '6' => &[[0.05, 0.0, 0.05, 1.0], [0.05, 1.0, 0.9, 1.0], [0.05, 0.0, 0.6, 0.0]],
        'M' | 'N' | 'W' => &[[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.8]],
        'O' | '0' | 'D' | 'U' => {
            &[[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0]]
        }
        'T' | '7' | 'P' => &[[0.0, 0.0, 1.0, 0.0], [0.5, 0.0, 0.5, 1.0]],
        '2' | 'Z' | 'S' | '5' | '3' => &[[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 1.0]],
        _ => &[[0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 0.0, 1.0], [0.0, 0.5, 1.0, 0.5]],
    }
}

pub const TD3: [&str; 2] =
    ["P<UTOSPECIMEN<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
pub const TD2: [&str; 2] = ["I<UTOSPECIMEN<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"];
pub const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "SPECIMEN<<ANNA<MARIA<<<<<<<<<<"];

/// What a page is made of and how it is captured.
#[derive(Clone)]
pub struct Recipe {
    pub lines: Vec<&'static str>,
    pub page_mm: (f32, f32),
    pub ppi: f32,
    pub margin_mm: f32,
    pub background: f32,
    pub skew_deg: f32,
    pub paper: [f32; 3],
    /// Visible and infrared contrast of the MRZ ink.
    pub ink: (f32, f32),
    /// Cells of the last line printed in another ink with this infrared contrast.
    pub dye_cells: Vec<usize>,
    pub dye_ir: f32,
    /// Cells of the last line that got one more stroke in that other ink.
    pub dye_strokes: Vec<usize>,
    pub art: f32,
    pub art_ir: f32,
    pub blur_mm: (f32, f32),
    /// Shift of the infrared picture at the left and at the right edge, mm.
    pub ir_shift: [(f32, f32); 2],
    pub noise: f32,
    pub ir_falloff: f32,
    pub wear: f32,
    pub uv_paper: f32,
    pub uv_leak: f32,
    pub overprint: f32,
    pub fibres: usize,
    /// Pasted part: x, y, w, h in mm, ultraviolet level.
    pub patch: Option<([f32; 4], f32)>,
    pub seed: u32,
    /// Which of infrared and ultraviolet are wanted; the other one stays black.
    pub lights: (bool, bool),
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            lines: TD3.to_vec(),
            page_mm: (125.0, 88.0),
            ppi: 400.0,
            margin_mm: 0.0,
            background: 0.05,
            skew_deg: 0.0,
            paper: [0.88, 0.9, 0.86],
            ink: (0.85, 0.85),
            dye_cells: Vec::new(),
            dye_ir: 0.08,
            dye_strokes: Vec::new(),
            art: 0.12,
            art_ir: 0.01,
            blur_mm: (0.06, 0.2),
            ir_shift: [(0.3, 0.1), (0.0, -0.05)],
            noise: 0.008,
            ir_falloff: 0.3,
            wear: 0.1,
            uv_paper: 0.05,
            uv_leak: 0.04,
            overprint: 0.35,
            fibres: 40,
            patch: None,
            seed: 7,
            lights: (true, true),
        }
    }
}

pub struct Rng(u32);

impl Rng {
    pub fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761).wrapping_add(12345))
    }

    pub fn unit(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as f32 / 16_777_216.0
    }

    pub fn normal(&mut self) -> f32 {
        (0..6).map(|_| self.unit()).sum::<f32>() * core::f32::consts::SQRT_2 - 4.243
    }
}

fn stroke(layer: &mut Layer, s: f32, a: (f32, f32), b: (f32, f32), width: f32, value: f32) {
    let reach = width + 2.0 / s;
    let clamp = |v: f32, n: usize| (v.max(0.0) as usize).min(n);
    let (x0, x1) = (clamp((a.0.min(b.0) - reach) * s, layer.w), clamp((a.0.max(b.0) + reach) * s, layer.w));
    let (y0, y1) = (clamp((a.1.min(b.1) - reach) * s, layer.h), clamp((a.1.max(b.1) + reach) * s, layer.h));
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    for y in y0..y1 {
        for x in x0..x1 {
            let (px, py) = ((x as f32 + 0.5) / s - a.0, (y as f32 + 0.5) / s - a.1);
            let t = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
            let d = (px - t * dx).hypot(py - t * dy);
            let cover = (0.5 + (width / 2.0 - d) * s).clamp(0.0, 1.0) * value;
            let cell = &mut layer.v[y * layer.w + x];
            *cell = cell.max(cover);
        }
    }
}

/// White, infrared and ultraviolet.
pub struct Painted {
    pub white: Picture,
    pub ir: Picture,
    pub uv: Picture,
}

pub fn paint(r: &Recipe) -> Painted {
    let s = r.ppi / 25.4;
    let (w, h) = ((r.page_mm.0 * s).round() as usize, (r.page_mm.1 * s).round() as usize);
    let mut rng = Rng::new(r.seed);
    let (mut ink, mut dye) = (Layer::new(w, h, 0.0), Layer::new(w, h, 0.0));
    let (first, spacing, left) = match r.lines.len() {
        3 => (r.page_mm.1 - 11.5 - 4.23, 4.23, 5.0),
        _ => (r.page_mm.1 - 15.75, 6.35, if r.page_mm.0 > 110.0 { 6.0 } else { 4.0 }),
    };
    for (n, line) in r.lines.iter().enumerate() {
        for (k, c) in line.chars().enumerate() {
            let altered = n + 1 == r.lines.len() && r.dye_cells.contains(&k);
            let (x, y) = (left + 2.54 * k as f32, first + spacing * n as f32 - 1.1);

            let worn = 1.0 - r.wear * rng.unit();
            if n + 1 == r.lines.len() && r.dye_strokes.contains(&k) {
                stroke(&mut dye, s, (x + 0.25 + 1.45, y), (x + 0.25 + 1.45, y + 2.2), 0.35, 1.0);
            }
            for [ax, ay, bx, by] in skeleton(c) {
                let p = |u: f32, v: f32| (x + 0.25 + u * 1.45, y + v * 2.2);
                let target = if altered { &mut dye } else { &mut ink };
                stroke(target, s, p(*ax, *ay), p(*bx, *by), 0.35, worn);
            }
        }
    }
    // Text lines of the visual zone, in carbon, and a portrait in dye.
    let mut text = Layer::new(w, h, 0.0);
    for row in 0..6 {
        let y = 10.0 + row as f32 * 8.0;
        if y > first - 5.0 {
            break; // the zone is kept free
        }
        let mut x = r.page_mm.0 * 0.4;
        while x < r.page_mm.0 * (0.6 + 0.3 * rng.unit()) {
            stroke(&mut text, s, (x, y), (x + rng.unit(), y + 1.8), 0.25, 0.9);
            x += 1.2 + rng.unit();
        }
    }
    let portrait = |x: f32, y: f32| {
        let (u, v) =
            ((x - r.page_mm.0 * 0.17) / (0.16 * r.page_mm.1), (y - r.page_mm.1 * 0.38) / (0.2 * r.page_mm.1));
        if u.abs() < 1.0 && v.abs() < 1.0 {
            0.25 + 0.35 * (-(u * u + v * v) * 3.0).exp() + 0.05 * (u * 9.0).sin() * (v * 7.0).cos()
        } else {
            0.0
        }
    };
    let mut fluor = Layer::new(w, h, 0.0);
    for n in 0..7 {
        let base = 8.0 + 11.0 * n as f32;
        for i in 0..60 {
            let x = |i: i32| i as f32 * r.page_mm.0 / 60.0;
            let y = |i: i32| base + 4.0 * (x(i) / 9.0 + n as f32).sin();
            stroke(&mut fluor, s, (x(i), y(i)), (x(i + 1), y(i + 1)), 0.8, r.overprint);
        }
    }
    for _ in 0..r.fibres {
        let (x, y, a) =
            (rng.unit() * r.page_mm.0, rng.unit() * r.page_mm.1, rng.unit() * core::f32::consts::TAU);
        stroke(&mut fluor, s, (x, y), (x + 4.0 * a.cos(), y + 4.0 * a.sin()), 0.12, 0.6);
    }
    let art = |x: f32, y: f32| {
        0.5 + 0.5 * ((x * 1.7 + 3.0 * (y / 7.0).sin()).sin() * (y * 2.3 + 2.0 * (x / 5.0).cos()).sin())
    };
    let mut planes: Vec<Layer> = (0..7).map(|_| Layer::new(w, h, 0.0)).collect();
    for i in 0..w * h {
        let (px, py) = (((i % w) as f32 + 0.5) / s, ((i / w) as f32 + 0.5) / s);
        let (k, d, t, a, p) = (ink.v[i], dye.v[i], text.v[i], art(px, py), portrait(px, py));
        let visible = (1.0 - k * r.ink.0) * (1.0 - d * r.ink.0) * (1.0 - t * 0.8);
        for (c, paper) in r.paper.iter().enumerate() {
            let tint = [0.6, 1.0, 0.5][c];
            planes[c].v[i] = paper * visible * (1.0 - r.art * a * tint) * (1.0 - p * [0.8, 1.0, 1.1][c]);
        }
        planes[3].v[i] = 0.86
            * (1.0 - k * r.ink.1)
            * (1.0 - d * r.dye_ir)
            * (1.0 - t * 0.8)
            * (1.0 - r.art_ir * a)
            * (1.0 - p * 0.05);
        let pasted = r.patch.filter(|(b, _)| px > b[0] && px < b[0] + b[2] && py > b[1] && py < b[1] + b[3]);
        let base = pasted.map_or(r.uv_paper, |(_, level)| level);
        let glow = base * visible * (1.0 - 0.6 * p)
            + fluor.v[i] * visible * if pasted.is_some() { 0.3 } else { 1.0 };
        let leak = |c: usize| r.uv_leak * planes[c].v[i];
        let uv = [leak(0) + 0.15 * glow, leak(1) + 0.45 * glow, leak(2) + glow];
        for (c, value) in uv.into_iter().enumerate() {
            planes[4 + c].v[i] = value;
        }
    }
    let shot =
        |layer: &Layer, blur_mm: f32, shift: [(f32, f32); 2], falloff: f32, back: f32, rng: &mut Rng| {
            let soft = layer.blur(blur_mm * s);
            let (fw, fh) = (w + (2.0 * r.margin_mm * s) as usize, h + (2.0 * r.margin_mm * s) as usize);
            let (sin, cos) = r.skew_deg.to_radians().sin_cos();
            let mut out = Vec::with_capacity(fw * fh);
            for y in 0..fh {
                for x in 0..fw {
                    let (u, v) = (x as f32 + 0.5 - fw as f32 / 2.0, y as f32 + 0.5 - fh as f32 / 2.0);
                    let (px, py) = (u * cos + v * sin + w as f32 / 2.0, -u * sin + v * cos + h as f32 / 2.0);
                    let share = (px / w as f32).clamp(0.0, 1.0);
                    let (sx, sy) = (
                        shift[0].0 * (1.0 - share) + shift[1].0 * share,
                        shift[0].1 * (1.0 - share) + shift[1].1 * share,
                    );
                    let (qx, qy) = (px - sx * s, py - sy * s);
                    let inside = qx > 0.0 && qy > 0.0 && qx < w as f32 && qy < h as f32;
                    let level = if inside || r.margin_mm == 0.0 { soft.at(qx, qy) } else { back };
                    let lamp = 1.0 - falloff * ((share - 0.5).abs() * 2.0).powi(2);
                    out.push((level * lamp + r.noise * rng.normal()).clamp(0.0, 1.0));
                }
            }
            (fw, fh, out)
        };
    let join = |a: &[Vec<f32>], w: usize, h: usize| {
        let mut bytes = Vec::with_capacity(w * h * 3);
        for i in 0..w * h {
            for plane in a {
                bytes.push((plane[i] * 255.0 + 0.5) as u8);
            }
        }
        Picture::from_rgb(w, h, bytes).unwrap()
    };
    let still = [(0.0, 0.0); 2];
    let mut size = (0, 0);
    let mut take = |range: core::ops::Range<usize>, blur: f32, shift, falloff, back: f32| -> Vec<Vec<f32>> {
        range
            .map(|c| {
                let wanted = c < 3 || (c == 3 && r.lights.0) || (c > 3 && r.lights.1);
                if !wanted {
                    return vec![0.0; size.0 * size.1];
                }
                let (fw, fh, out) = shot(&planes[c], blur, shift, falloff, back, &mut rng);
                size = (fw, fh);
                out
            })
            .collect()
    };
    let white = take(0..3, r.blur_mm.0, still, 0.05, r.background);
    let ir = take(3..4, r.blur_mm.1, r.ir_shift, r.ir_falloff, r.background);
    let uv = take(4..7, r.blur_mm.0, still, 0.2, 0.01);
    let grey: Vec<u8> = ir[0].iter().flat_map(|v| [(*v * 255.0 + 0.5) as u8; 3]).collect();
    Painted {
        white: join(&white, size.0, size.1),
        ir: Picture::from_rgb(size.0, size.1, grey).unwrap(),
        uv: join(&uv, size.0, size.1),
    }
}
