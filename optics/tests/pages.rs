//! Attack rows OCR-04, OCR-06 (see `decoding.rs`), OPT-01 to OPT-04 and their genuine counterparts on the
//! pages of Utopia, whose renderer knows nothing of this crate.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "test code"
)]

use verifier_fixtures::page::{
    AlteredCell, Cells, CopyMedium, Forgery, Format, Light as Lamp, PageImages, PageSpec, ReaderSpec, render,
};
use verifier_optics::{
    Fault, Light, Limits, Measurement, PageSize, Picture, Reading, Shot, WhitePage, ir_mrz_absorbs,
    uv_page_dull,
};

const MEETS: &str = "meets";
const MISSES: &str = "misses";
const UNMEASURED: &str = "unmeasured";

struct Found {
    ir: Measurement,
    uv: Measurement,
    /// Largest distance of a found page corner from the true one, mm.
    corner_mm: f64,
    /// Largest distance of a zone line's start from the true one, mm; none where no zone was found.
    start_mm: Option<f64>,
}

fn word(reading: Reading) -> &'static str {
    match reading {
        Reading::Meets => MEETS,
        Reading::Misses => MISSES,
        Reading::Unmeasured(_) => UNMEASURED,
    }
}

fn picture(images: &PageImages, lamp: Lamp) -> Option<Picture> {
    let picture = images.light(lamp)?;
    let (w, h) = picture.dimensions();
    Picture::from_rgb(w as usize, h as usize, picture.as_raw().clone())
}

fn measure(spec: &PageSpec) -> Found {
    let images = render(spec);
    let [white, ir, uv] = Lamp::ALL.map(|lamp| picture(&images, lamp));
    let shot = |picture| Shot::new(picture, Some(spec.ppi));
    let page = white.as_ref().map(|white| WhitePage::examine(shot(white)));
    let place = images.placement;
    let corners = page.iter().flat_map(|page| page.quad().iter().zip(place.quad()));
    let corner_mm = corners.map(|(a, b)| (a.x - b.0).hypot(a.y - b.1) / place.px_per_mm).fold(0.0, f64::max);
    // Cells are centred on the printed characters: first left edges at 6.0, 5.0 and 4.0 mm.
    let left = match spec.format {
        Format::Td3 => 6.0,
        Format::Td2 => 4.0,
        Format::Td1 => 5.0,
    };
    let start_mm = page.as_ref().and_then(WhitePage::mrz_zone).map(|zone| {
        let from_bottom: &[f64] = if zone.lines.len() == 3 { &[15.73, 11.5, 7.27] } else { &[15.75, 9.40] };
        let pairs = zone.lines.iter().zip(from_bottom);
        pairs
            .map(|(line, bottom)| {
                let (x, y) = place.to_mm(line.start.x, line.start.y);
                (x + 0.57 - left).hypot(place.page_mm.1 - y - bottom)
            })
            .fold(0.0, f64::max)
    });
    Found {
        ir: ir_mrz_absorbs(page.as_ref(), ir.as_ref().map(shot)),
        uv: uv_page_dull(page.as_ref(), uv.as_ref().map(shot), None),
        corner_mm,
        start_mm,
    }
}

/// Coarser than a reader so that the table stays quick; the reader's own resolution has its own test.
fn page() -> PageSpec {
    PageSpec { ppi: 250.0, ..PageSpec::specimen() }
}

fn some_cells() -> Forgery {
    Forgery::MrzInDye(Cells::Some(vec![(1, 0), (1, 1), (1, 20)]))
}

#[test]
fn genuine_pages_meet_both() {
    let worn = |seed, wear| PageSpec { seed, wear, reader: ReaderSpec::hand_laid(seed), ..page() };
    let cases = [
        ("fresh", page()),
        ("hand laid", worn(1, 0.2)),
        ("worn", worn(2, 0.6)),
        ("worn out", worn(3, 1.0)),
        ("laundered", PageSpec { laundered: 0.12, ..worn(4, 0.3) }),
        (
            "ambient light",
            PageSpec { reader: ReaderSpec { ambient: 0.10, ..ReaderSpec::default() }, ..page() },
        ),
        ("soft", PageSpec { reader: ReaderSpec { ir_blur_mm: 0.24, ..ReaderSpec::hand_laid(5) }, ..page() }),
        (
            "askew",
            PageSpec {
                reader: ReaderSpec { rotation_deg: 3.0, margin_mm: 6.0, ..ReaderSpec::default() },
                ..page()
            },
        ),
        ("ideal reader, no margin", PageSpec { reader: ReaderSpec::ideal(), ..page() }),
        ("200 ppi", PageSpec { ppi: 200.0, ..page() }),
    ];
    for (name, spec) in cases {
        let found = measure(&spec);
        assert_eq!(word(found.ir.reading()), MEETS, "{name}: {:?}", found.ir);
        assert_eq!(word(found.uv.reading()), MEETS, "{name}: {:?}", found.uv);
        assert!(found.corner_mm < 0.5, "{name}: corner {} mm off", found.corner_mm);
        assert!(found.start_mm.unwrap() < 0.4, "{name}: zone {:?} mm off", found.start_mm);
        assert!(found.ir.regions.iter().chain(&found.uv.regions).all(|region| !region.failing), "{name}");
    }
}

#[test]
fn attack_table() {
    let worn = PageSpec { wear: 0.7, reader: ReaderSpec::hand_laid(7), ..page() };
    let pasted = Forgery::PastedPhoto {
        portrait: None,
        shadow_mm: 0.12,
        paper_level: 0.33,
        glue_level: 0.0,
        offset_mm: (0.3, -0.2),
    };
    let altered = Forgery::MrzAltered(vec![AlteredCell::dye(1, 5, '7')]);
    let cases = [
        ("OCR-04 dye print", page().with(Forgery::MrzInDye(Cells::All)), MISSES, MEETS),
        ("OCR-04 dye print, worn", worn.clone().with(Forgery::MrzInDye(Cells::All)), MISSES, MEETS),
        ("OCR-04 three cells in dye", page().with(some_cells()), MISSES, MEETS),
        ("OCR-04 three cells in dye, worn", worn.clone().with(some_cells()), MISSES, MEETS),
        ("OCR-04 one altered cell", page().with(altered), MISSES, MEETS),
        ("OPT-01 brightened 0.31", page().with(Forgery::BrightPaper { level: 0.31 }), MEETS, MISSES),
        ("OPT-01 brightened 0.60", worn.clone().with(Forgery::BrightPaper { level: 0.60 }), MEETS, MISSES),
        ("OPT-02 pasted photo", page().with(pasted.clone()), MEETS, MISSES),
        ("OPT-02 pasted photo, worn", worn.with(pasted), MEETS, MISSES),
        ("OPT-03 screen", page().with(Forgery::Copy(CopyMedium::Screen)), UNMEASURED, UNMEASURED),
        ("OPT-03 toner copy", page().with(Forgery::Copy(CopyMedium::Toner)), MEETS, MISSES),
        ("OPT-03 inkjet copy", page().with(Forgery::Copy(CopyMedium::Inkjet)), MISSES, MISSES),
        ("OPT-03 computed lights", page().with(Forgery::Copy(CopyMedium::Digital)), UNMEASURED, UNMEASURED),
        ("OPT-04 white and ir", page().with(Forgery::Swapped(Lamp::White, Lamp::Ir)), UNMEASURED, MEETS),
        ("OPT-04 white and uv", page().with(Forgery::Swapped(Lamp::White, Lamp::Uv)), UNMEASURED, UNMEASURED),
        ("OPT-04 ir and uv", page().with(Forgery::Swapped(Lamp::Ir, Lamp::Uv)), UNMEASURED, UNMEASURED),
        ("OPT-04 no white", page().with(Forgery::Missing(Lamp::White)), UNMEASURED, UNMEASURED),
        ("OPT-04 no ir", page().with(Forgery::Missing(Lamp::Ir)), UNMEASURED, MEETS),
        ("OPT-04 no uv", page().with(Forgery::Missing(Lamp::Uv)), MEETS, UNMEASURED),
    ];
    for (name, spec, ir, uv) in cases {
        let found = measure(&spec);
        assert_eq!(word(found.ir.reading()), ir, "{name}: {:?}", found.ir);
        assert_eq!(word(found.uv.reading()), uv, "{name}: {:?}", found.uv);
        for measurement in [&found.ir, &found.uv] {
            let failing = measurement.regions.iter().any(|region| region.failing);
            assert_eq!(failing, word(measurement.reading()) == MISSES, "{name}: {measurement:?}");
            assert!((-1.0..=1.0).contains(&measurement.margin), "{name}");
        }
    }
}

#[test]
fn faults_name_the_light() {
    let fault = |measurement: &Measurement| match measurement.reading() {
        Reading::Unmeasured(fault) => fault,
        other => panic!("{other:?}"),
    };
    let digital = measure(&page().with(Forgery::Copy(CopyMedium::Digital)));
    assert_eq!(fault(&digital.ir), Fault::DuplicateOfWhite(Light::Infrared));
    assert_eq!(fault(&digital.uv), Fault::DuplicateOfWhite(Light::Ultraviolet));
    let swapped = measure(&page().with(Forgery::Swapped(Lamp::Ir, Lamp::Uv)));
    assert_eq!(fault(&swapped.ir).light(), Some(Light::Infrared));
    assert_eq!(fault(&swapped.uv), Fault::NotThisLight(Light::Ultraviolet));
    assert_eq!(fault(&swapped.uv).code(), "quality.channel-swapped");
}

#[test]
fn cards_and_fine_pictures() {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let viz = PageSpec::specimen().viz;
    let td1 = lines(&[
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ]);
    let td2 = lines(&["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]);
    let cases = [
        (
            "TD1",
            PageSpec { ppi: 250.0, ..PageSpec::genuine(Format::Td1, td1, viz.clone(), 3) },
            PageSize::Id1,
        ),
        ("TD2", PageSpec { ppi: 250.0, ..PageSpec::genuine(Format::Td2, td2, viz, 4) }, PageSize::Id2),
        ("TD3 at 400 ppi", PageSpec { ppi: 400.0, ..page() }, PageSize::Id3),
        ("TD3 at 600 ppi", PageSpec { ppi: 600.0, ..page() }, PageSize::Id3),
    ];
    for (name, spec, size) in cases {
        let found = measure(&spec);
        assert_eq!(word(found.ir.reading()), MEETS, "{name}: {:?}", found.ir);
        assert_eq!(word(found.uv.reading()), MEETS, "{name}: {:?}", found.uv);
        assert!(found.start_mm.unwrap() < 0.4, "{name}: zone {:?} mm off", found.start_mm);
        let white = picture(&render(&spec), Lamp::White).unwrap();
        let page = WhitePage::examine(Shot::new(&white, Some(spec.ppi)));
        assert_eq!(page.mrz_zone().unwrap().size, size, "{name}");
        let dye = measure(&spec.with(Forgery::MrzInDye(Cells::All)));
        assert_eq!(word(dye.ir.reading()), MISSES, "{name}: {:?}", dye.ir);
    }
}

#[test]
fn compressed_pictures_are_measured_alike() {
    let spec = page().with(some_cells());
    let images = render(&spec);
    let read = |file: Option<Vec<u8>>| Picture::decode(&file.unwrap(), &Limits::default()).unwrap();
    for quality in [95, 70] {
        let [white, ir, uv] = Lamp::ALL.map(|lamp| read(images.jpeg(lamp, quality)));
        let page = WhitePage::examine(Shot::new(&white, Some(spec.ppi)));
        let ink = ir_mrz_absorbs(Some(&page), Some(Shot::new(&ir, Some(spec.ppi))));
        assert_eq!(word(ink.reading()), MISSES, "{quality}: {ink:?}");
        assert_eq!(ink.regions.iter().filter(|region| region.failing).count(), 2, "{quality}: {ink:?}");
        let paper = uv_page_dull(Some(&page), Some(Shot::new(&uv, Some(spec.ppi))), None);
        assert_eq!(word(paper.reading()), MEETS, "{quality}: {paper:?}");
    }
    let again = |images: &PageImages| {
        let white = read(images.png(Lamp::White));
        let page = WhitePage::examine(Shot::new(&white, Some(spec.ppi)));
        ir_mrz_absorbs(Some(&page), Some(Shot::new(&read(images.png(Lamp::Ir)), Some(spec.ppi))))
    };
    assert_eq!(again(&images), again(&render(&spec)), "the same pictures give the same measurement");
}
