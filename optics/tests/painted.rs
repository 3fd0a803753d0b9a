//! Both measurements on pages painted by these tests' own brush, which shares nothing with the fixtures.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    unreachable_pub,
    missing_docs,
    reason = "test code"
)]

mod painter;

use painter::{Painted, Recipe, TD1, TD2, paint};
use verifier_optics::{
    Criterion, Fault, Light, Measurement, Note, PageSize, Picture, Reading, ScaleSource, Shot, UvAnchors,
    WhitePage, ir_mrz_absorbs, uv_page_dull,
};

/// Pages are painted coarser than real ones so that the tests stay quick.
fn recipe() -> Recipe {
    Recipe { ppi: 240.0, ..Recipe::default() }
}

fn infrared(page: &Painted, ppi: f32) -> Measurement {
    let ppi = Some(f64::from(ppi));
    let white = WhitePage::examine(Shot::new(&page.white, ppi));
    ir_mrz_absorbs(Some(&white), Some(Shot::new(&page.ir, ppi)))
}

fn ultraviolet(page: &Painted, ppi: f32) -> Measurement {
    let ppi = Some(f64::from(ppi));
    let white = WhitePage::examine(Shot::new(&page.white, ppi));
    uv_page_dull(Some(&white), Some(Shot::new(&page.uv, ppi)), None)
}

#[test]
fn infrared_ink_table() {
    let worn = |ink, ir_blur| Recipe { ink, wear: 0.35, noise: 0.02, blur_mm: (0.08, ir_blur), ..recipe() };
    let cases: [(&str, Recipe, Reading); 11] = [
        ("carbon", recipe(), Reading::Meets),
        ("carbon, soft infrared", Recipe { blur_mm: (0.06, 0.32), ..recipe() }, Reading::Meets),
        ("carbon, worn and soft", worn((0.8, 0.8), 0.24), Reading::Meets),
        (
            "carbon, shifted 0.4 mm",
            Recipe { ir_shift: [(0.4, 0.15), (-0.1, -0.1)], ..recipe() },
            Reading::Meets,
        ),
        ("carbon, sharp infrared", Recipe { blur_mm: (0.05, 0.05), ..recipe() }, Reading::Meets),
        ("dye, clean", Recipe { ink: (0.85, 0.04), noise: 0.0, ..recipe() }, Reading::Misses),
        ("dye, worn, 0.28 left", worn((0.8, 0.28), 0.2), Reading::Misses),
        ("dye, worn, 0.36 left, pale", worn((0.6, 0.36), 0.2), Reading::Misses),
        ("strokes added in dye", Recipe { dye_strokes: vec![0, 8], ..recipe() }, Reading::Misses),
        (
            "strokes added in dye, soft",
            Recipe { dye_strokes: vec![0, 8], blur_mm: (0.06, 0.3), ..recipe() },
            Reading::Misses,
        ),
        ("dye in three cells", Recipe { dye_cells: vec![3, 4, 27], ..recipe() }, Reading::Misses),
    ];
    for (name, recipe, expected) in cases {
        let found = infrared(&paint(&Recipe { lights: (true, false), ..recipe.clone() }), recipe.ppi);
        assert_eq!(found.reading(), expected, "{name}: {found:?}");
        assert!((-1.0..=1.0).contains(&found.margin), "{name}");
        let failing = found.regions.iter().filter(|region| region.failing).count();
        assert_eq!(failing > 0, expected == Reading::Misses, "{name}: {found:?}");
    }
}

#[test]
fn altered_characters_are_pointed_at() {
    let recipe = Recipe { dye_cells: vec![3, 4, 27], margin_mm: 4.0, skew_deg: 1.2, ..recipe() };
    let found = infrared(&paint(&Recipe { lights: (true, false), ..recipe.clone() }), recipe.ppi);
    assert_eq!(found.criterion, Criterion::CharacterContrastRatio);
    let failing: Vec<_> = found.regions.iter().filter(|region| region.failing).collect();
    assert_eq!(failing.len(), 2, "two runs: {failing:?}");
    for (region, (first, count)) in failing.iter().zip([(3.0, 2.0), (27.0, 1.0)]) {
        assert_eq!(region.light, Light::Infrared);
        let mm = region.rect_mm.unwrap();
        // The painter puts cell 0 at 5.46 mm (glyph box 0.25 mm in, 1.45 wide, centred in the pitch).
        let expected = 5.7 + 2.54 * first;
        assert!((mm.x - expected).abs() < 0.8 && (mm.width - 2.54 * count).abs() < 0.4, "{mm:?}");
        assert!((mm.y + mm.height / 2.0 - (88.0 - 9.40)).abs() < 0.5, "{mm:?}");
    }
}

/// Pages as another renderer might draw them: no background art, no noise, no blur, pure white paper.
#[test]
fn bare_pages() {
    let bare = || Recipe {
        paper: [1.0; 3],
        art: 0.0,
        art_ir: 0.0,
        noise: 0.0,
        blur_mm: (0.0, 0.0),
        ir_shift: [(0.0, 0.0); 2],
        ir_falloff: 0.0,
        wear: 0.0,
        uv_leak: 0.0,
        uv_paper: 0.09,
        fibres: 0,
        ..recipe()
    };
    let cases = [
        ("bare", bare(), Reading::Meets, Reading::Meets),
        ("no overprint", Recipe { overprint: 0.0, ..bare() }, Reading::Meets, Reading::Meets),
        (
            "white on white",
            Recipe { margin_mm: 5.0, background: 1.0, ..bare() },
            Reading::Meets,
            Reading::Meets,
        ),
        (
            "art that stays in infrared",
            Recipe { art: 0.1, art_ir: 0.1, ..bare() },
            Reading::Meets,
            Reading::Meets,
        ),
        ("dark page", Recipe { paper: [0.5, 0.55, 0.6], art: 0.3, ..bare() }, Reading::Meets, Reading::Meets),
        ("dye", Recipe { ink: (0.9, 0.0), ..bare() }, Reading::Misses, Reading::Meets),
        ("bright", Recipe { uv_paper: 0.4, ..bare() }, Reading::Meets, Reading::Misses),
        (
            "faded",
            Recipe { ink: (0.45, 0.45), wear: 0.3, ..bare() },
            Reading::Unmeasured(Fault::PrintTooPale(Light::White)),
            Reading::Meets,
        ),
    ];
    for (name, recipe, ir, uv) in cases {
        let page = paint(&recipe);
        let (ink, paper) = (infrared(&page, recipe.ppi), ultraviolet(&page, recipe.ppi));
        assert_eq!(ink.reading(), ir, "{name}: {ink:?}");
        assert_eq!(paper.reading(), uv, "{name}: {paper:?}");
        let copied = Painted { ir: page.white.clone(), uv: page.white.clone(), white: page.white };
        let (ink, paper) = (infrared(&copied, recipe.ppi), ultraviolet(&copied, recipe.ppi));
        assert_eq!((ink.value, paper.value), (None, None), "{name}, copied");
    }
}

#[test]
fn an_added_stroke_is_pointed_at() {
    let recipe = Recipe { dye_strokes: vec![8], lights: (true, false), ..recipe() };
    let found = infrared(&paint(&recipe), recipe.ppi);
    assert_eq!(found.criterion, Criterion::StrokeContrastRatio, "{found:?}");
    let failing: Vec<_> = found.regions.iter().filter(|region| region.failing).collect();
    assert_eq!(failing.len(), 1);
    let mm = failing[0].rect_mm.unwrap();
    assert!((mm.x - (5.7 + 2.54 * 8.0)).abs() < 0.8, "{mm:?}");
}

#[test]
fn formats_and_layings() {
    let td1 = Recipe { lines: TD1.to_vec(), page_mm: (85.6, 53.98), ..recipe() };
    let td2 = Recipe { lines: TD2.to_vec(), page_mm: (105.0, 74.0), ..recipe() };
    let cases: [(&str, Recipe, PageSize, bool); 7] = [
        ("TD3 fills the frame", recipe(), PageSize::Id3, false),
        ("TD3 dark background", Recipe { margin_mm: 6.0, skew_deg: 2.4, ..recipe() }, PageSize::Id3, true),
        (
            "TD3 bright background",
            Recipe { margin_mm: 5.0, background: 0.99, skew_deg: -2.9, ..recipe() },
            PageSize::Id3,
            true,
        ),
        ("TD3 in a wide frame", Recipe { margin_mm: 14.0, skew_deg: 0.7, ..recipe() }, PageSize::Id3, true),
        ("TD1", Recipe { margin_mm: 3.0, skew_deg: 1.0, ..td1.clone() }, PageSize::Id1, true),
        ("TD1 fills the frame", td1, PageSize::Id1, false),
        ("TD2", Recipe { margin_mm: 4.0, skew_deg: -1.0, ..td2 }, PageSize::Id2, true),
    ];
    for (name, recipe, size, edges) in cases {
        let page = paint(&recipe);
        for ppi in [Some(f64::from(recipe.ppi)), None] {
            let white = WhitePage::examine(Shot::new(&page.white, ppi));
            let zone = white.mrz_zone().unwrap_or_else(|| panic!("{name} {ppi:?}: no zone"));
            assert_eq!(zone.size, size, "{name} {ppi:?}");
            assert_eq!(white.has_edges(), edges, "{name} {ppi:?}");
            let scale = white.pixels_per_mm().unwrap_or_else(|| panic!("{name} {ppi:?}: no scale"));
            assert!((scale * 25.4 / f64::from(recipe.ppi) - 1.0).abs() < 0.01, "{name}: {scale}");
            let source = if ppi.is_some() { ScaleSource::Stated } else { ScaleSource::PageOutline };
            assert_eq!(white.scale_source(), Some(source), "{name}");
            let found = ir_mrz_absorbs(Some(&white), Some(Shot::new(&page.ir, ppi)));
            assert_eq!(found.reading(), Reading::Meets, "{name} {ppi:?}: {found:?}");
            let dull = uv_page_dull(Some(&white), Some(Shot::new(&page.uv, ppi)), None);
            assert_eq!(dull.reading(), Reading::Meets, "{name} {ppi:?}: {dull:?}");
        }
    }
}

#[test]
fn ultraviolet_paper_table() {
    let cases: [(&str, Recipe, Reading); 10] = [
        ("dull", recipe(), Reading::Meets),
        ("dull in ambient light", Recipe { uv_paper: 0.06, uv_leak: 0.15, ..recipe() }, Reading::Meets),
        ("laundered", Recipe { uv_paper: 0.15, uv_leak: 0.04, ..recipe() }, Reading::Meets),
        ("much overprint", Recipe { overprint: 0.6, fibres: 200, ..recipe() }, Reading::Meets),
        ("no overprint", Recipe { overprint: 0.0, fibres: 0, ..recipe() }, Reading::Meets),
        ("brightened 0.31", Recipe { uv_paper: 0.30, ..recipe() }, Reading::Misses),
        ("brightened 0.60", Recipe { uv_paper: 0.58, ..recipe() }, Reading::Misses),
        (
            "brightened, no overprint",
            Recipe { uv_paper: 0.4, overprint: 0.0, fibres: 0, ..recipe() },
            Reading::Misses,
        ),
        (
            "pasted photo",
            Recipe { patch: Some(([7.0, 14.0, 28.0, 36.0], 0.38)), ..recipe() },
            Reading::Misses,
        ),
        (
            "pasted strip",
            Recipe { patch: Some(([60.0, 20.0, 30.0, 7.0], 0.33)), ..recipe() },
            Reading::Misses,
        ),
    ];
    for (name, recipe, expected) in cases {
        let found = ultraviolet(&paint(&Recipe { lights: (false, true), ..recipe.clone() }), recipe.ppi);
        assert_eq!(found.reading(), expected, "{name}: {found:?}");
        let Some((rect, _)) = recipe.patch else { continue };
        let region = found.regions.iter().find(|region| region.failing).unwrap();
        let mm = region.rect_mm.unwrap();
        assert_eq!(region.light, Light::Ultraviolet);
        let overlap =
            |a: f64, al: f64, b: f32, bl: f32| (a + al).min(f64::from(b + bl)) - a.max(f64::from(b));
        let shared = overlap(mm.x, mm.width, rect[0], rect[2]) * overlap(mm.y, mm.height, rect[1], rect[3]);
        let both = mm.width * mm.height + f64::from(rect[2] * rect[3]) - shared;
        assert!(shared / both > 0.6, "{name}: {mm:?} against {rect:?}");
    }
}

#[test]
fn anchors_of_a_device_are_used() {
    let page = paint(&Recipe { uv_paper: 0.5, uv_leak: 0.04, ..recipe() });
    let white = WhitePage::examine(Shot::new(&page.white, Some(240.0)));
    let uv = Some(Shot::new(&page.uv, Some(240.0)));
    // A reader that is twice as bright as usual sees dull paper at 0.5.
    let bright_reader = UvAnchors { dull: 0.45, bright: 0.95 };
    let found = uv_page_dull(Some(&white), uv, Some(&bright_reader));
    assert_eq!((found.reading(), found.criterion), (Reading::Meets, Criterion::PageBrightnessCalibrated));
    let disorder = UvAnchors { dull: 0.9, bright: 0.2 };
    let found = uv_page_dull(Some(&white), uv, Some(&disorder));
    assert_eq!((found.reading(), found.criterion), (Reading::Misses, Criterion::PageBrightness));
}

#[test]
fn quality_faults_never_accuse() {
    let page = paint(&recipe());
    let ppi = Some(240.0);
    let white = WhitePage::examine(Shot::new(&page.white, ppi));
    let (w, h) = (page.white.width(), page.white.height());
    let flat = |level: u8| Picture::from_grey(w, h, vec![level; w * h]).unwrap();
    let mut dice = painter::Rng::new(3);
    let noise = Picture::from_grey(w, h, (0..w * h).map(|_| (dice.unit() * 255.0) as u8).collect()).unwrap();
    let scaled = |gain: f32| {
        let samples = page.white.samples().iter().map(|v| (f32::from(*v) * gain) as u8).collect();
        Picture::from_rgb(w, h, samples).unwrap()
    };
    let grey_copy = |gain: f32| {
        let samples = page.white.samples().chunks(3).map(|p| (f32::from(p[1]) * gain) as u8).collect();
        Picture::from_grey(w, h, samples).unwrap()
    };
    let infrared: [(&str, Picture); 8] = [
        ("the white picture", page.white.clone()),
        ("the white picture, grey", grey_copy(1.0)),
        ("the white picture, grey, darker", grey_copy(0.7)),
        ("the ultraviolet picture", page.uv.clone()),
        ("black", flat(0)),
        ("full scale", flat(255)),
        ("noise", noise.clone()),
        ("1 x 1", Picture::from_grey(1, 1, vec![128]).unwrap()),
    ];
    for (name, picture) in &infrared {
        let found = ir_mrz_absorbs(Some(&white), Some(Shot::new(picture, ppi)));
        assert!(matches!(found.reading(), Reading::Unmeasured(_)), "infrared is {name}: {found:?}");
        assert_eq!((found.value, found.margin), (None, 0.0));
    }
    let ultraviolet: [(&str, Picture); 7] = [
        ("the white picture", page.white.clone()),
        ("the white picture, dark", scaled(0.12)),
        ("the infrared picture", page.ir.clone()),
        ("black", flat(0)),
        ("one grey", flat(20)),
        ("noise", noise),
        ("1 x 1", Picture::from_grey(1, 1, vec![12]).unwrap()),
    ];
    for (name, picture) in &ultraviolet {
        let found = uv_page_dull(Some(&white), Some(Shot::new(picture, ppi)), None);
        assert!(matches!(found.reading(), Reading::Unmeasured(_)), "ultraviolet is {name}: {found:?}");
    }
    let absent = ir_mrz_absorbs(Some(&white), None).reading();
    assert_eq!(absent, Reading::Unmeasured(Fault::ImageAbsent(Light::Infrared)));
    let absent = uv_page_dull(None, Some(Shot::new(&page.uv, ppi)), None).reading();
    assert_eq!(absent, Reading::Unmeasured(Fault::ImageAbsent(Light::White)));
}

#[test]
fn white_pictures_without_a_zone() {
    let ir = Picture::from_grey(400, 280, vec![200; 400 * 280]).unwrap();
    let mut dice = painter::Rng::new(5);
    let noise: Vec<u8> = (0..1200 * 800).map(|_| (dice.unit() * 255.0) as u8).collect();
    let pictures = [
        ("blank", Picture::from_grey(1200, 800, vec![255; 1200 * 800]).unwrap()),
        ("black", Picture::from_grey(1200, 800, vec![0; 1200 * 800]).unwrap()),
        ("noise", Picture::from_grey(1200, 800, noise).unwrap()),
        ("1 x 1", Picture::from_grey(1, 1, vec![9]).unwrap()),
        ("one row", Picture::from_grey(5000, 1, vec![9; 5000]).unwrap()),
        ("one column", Picture::from_grey(1, 5000, vec![9; 5000]).unwrap()),
    ];
    for (name, picture) in &pictures {
        for ppi in [None, Some(400.0), Some(10.0), Some(9_999.0), Some(f64::NAN)] {
            let white = WhitePage::examine(Shot::new(picture, ppi));
            assert!(white.mrz_zone().is_none(), "{name} {ppi:?}");
            let found = ir_mrz_absorbs(Some(&white), Some(Shot::new(&ir, ppi)));
            assert!(matches!(found.reading(), Reading::Unmeasured(_)), "{name} {ppi:?}");
            let found = uv_page_dull(Some(&white), Some(Shot::new(&ir, ppi)), None);
            assert!(matches!(found.reading(), Reading::Unmeasured(_)), "{name} {ppi:?}: {found:?}");
        }
    }
}

#[test]
fn glare_over_cells_is_not_an_accusation() {
    let page = paint(&recipe());
    let white = WhitePage::examine(Shot::new(&page.white, Some(240.0)));
    let (w, h) = (page.ir.width(), page.ir.height());
    let mut samples = page.ir.samples().to_vec();
    let px = |mm: f32| (mm * 240.0 / 25.4) as usize;
    for y in px(74.0)..px(84.0) {
        for x in px(40.0)..px(54.0) {
            samples[3 * (y * w + x)..3 * (y * w + x) + 3].fill(255);
        }
    }
    let glare = Picture::from_rgb(w, h, samples).unwrap();
    let found = ir_mrz_absorbs(Some(&white), Some(Shot::new(&glare, Some(240.0))));
    assert_eq!(found.reading(), Reading::Unmeasured(Fault::Saturated(Light::Infrared)), "{found:?}");
}

#[test]
fn resolution_is_noted_and_bounded() {
    let notes = |ppi: f32, stated: Option<f64>| {
        let page = paint(&Recipe { ppi, ..Recipe::default() });
        let white = WhitePage::examine(Shot::new(&page.white, stated));
        let found = ir_mrz_absorbs(Some(&white), Some(Shot::new(&page.ir, stated)));
        (found.reading(), found.notes)
    };
    let (reading, found) = notes(200.0, Some(200.0));
    assert_eq!(reading, Reading::Meets);
    assert!(found.contains(&Note::ResolutionBelowMinimum(200.0)), "{found:?}");
    let (reading, _) = notes(150.0, Some(150.0));
    assert_eq!(reading, Reading::Unmeasured(Fault::ResolutionTooLow(Light::White)));
    let (reading, found) = notes(240.0, Some(400.0));
    assert_eq!(reading, Reading::Meets);
    assert!(found.iter().any(|note| matches!(note, Note::ResolutionContradicted(..))), "{found:?}");
    let (_, found) = notes(240.0, None);
    assert!(found.contains(&Note::ResolutionNotGiven), "{found:?}");
}

#[test]
fn pictures_of_different_size_are_laid_over_each_other() {
    let coarse = |ppi: f32| paint(&Recipe { ppi, margin_mm: 3.0, ..Recipe::default() });
    let (fine, small) = (coarse(300.0), coarse(200.0));
    let white = WhitePage::examine(Shot::new(&fine.white, Some(300.0)));
    let found = ir_mrz_absorbs(Some(&white), Some(Shot::new(&small.ir, Some(200.0))));
    assert_eq!(found.reading(), Reading::Meets, "{found:?}");
    let found = uv_page_dull(Some(&white), Some(Shot::new(&small.uv, Some(200.0))), None);
    assert_eq!(found.reading(), Reading::Meets, "{found:?}");
    let dye = paint(&Recipe { ppi: 200.0, margin_mm: 8.0, ink: (0.85, 0.05), ..Recipe::default() });
    let found = ir_mrz_absorbs(Some(&white), Some(Shot::new(&dye.ir, Some(200.0))));
    assert_eq!(found.reading(), Reading::Misses, "another margin: {found:?}");
    let region = found.regions.first().unwrap().rect_px;
    // Line 1 lies 15.75 mm above the page's lower edge, 8 mm of margin round it.
    let middle = (f64::from(region.y) + f64::from(region.height) / 2.0) * 25.4 / 200.0;
    assert!((middle - (8.0 + 88.0 - 15.75)).abs() < 1.0, "{middle}");
}

/// Print whose dye lets ultraviolet through hides no paper: where the picture itself is as dull as the rest of the page,
/// the correction for print must not make a bright part of it.
#[test]
fn print_that_ultraviolet_passes_accuses_nobody() {
    for (uv_paper, reading) in [(0.09, Reading::Meets), (0.16, Reading::Meets)] {
        let page = paint(&Recipe { uv_paper, overprint: 0.0, ..recipe() });
        let (width, height) = (page.white.width(), page.white.height());
        let mut samples = page.white.samples().to_vec();
        // A dark block of 22 by 28 mm in the white picture only: 45 % of the paper's light.
        let block = (width * 3 / 10..width * 48 / 100, height * 3 / 10..height * 62 / 100);
        for y in block.1 {
            for x in block.0.clone() {
                for sample in &mut samples[(y * width + x) * 3..][..3] {
                    *sample = (f32::from(*sample) * 0.45) as u8;
                }
            }
        }
        let white = Picture::from_rgb(width, height, samples).unwrap();
        let measured = ultraviolet(&Painted { white, ..page }, 240.0);
        assert_eq!(measured.reading(), reading, "{uv_paper}: {measured:?}");
    }
}
