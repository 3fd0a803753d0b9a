//! Prints what is measured on painted pages (run with --nocapture).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::print_stdout,
    missing_docs,
    reason = "test code"
)]
mod painter;
use painter::{Recipe, TD1, TD2, paint};
use std::time::Instant;
use verifier_fixtures::page::{PageSpec, render};
use verifier_optics::{Picture, Shot, WhitePage, ir_mrz_absorbs, uv_page_dull};

macro_rules! pic {
    ($i:expr) => {
        $i.as_ref()
            .map(|i| Picture::from_rgb(i.width() as usize, i.height() as usize, i.as_raw().clone()).unwrap())
    };
}

fn show(name: &str, r: &Recipe) {
    let p = paint(r);
    let ppi = Some(f64::from(r.ppi));
    let t = Instant::now();
    let page = WhitePage::examine(Shot::new(&p.white, ppi));
    let t1 = t.elapsed();
    let ir = ir_mrz_absorbs(Some(&page), Some(Shot::new(&p.ir, ppi)));
    let t2 = t.elapsed();
    let uv = uv_page_dull(Some(&page), Some(Shot::new(&p.uv, ppi)), None);
    let t3 = t.elapsed();
    println!(
        "== {name}: edges {} quad {:?} zone {:?}",
        page.has_edges(),
        page.quad().map(|p| (p.x.round(), p.y.round())),
        page.mrz_zone().map(|z| (z.size, z.confidence, z.lines[0].start, z.lines[0].end))
    );
    println!("   times {t1:?} {t2:?} {t3:?} notes {:?}", page.notes());
    for (m, n) in [(ir, "ir"), (uv, "uv")] {
        println!(
            "   {n} {:?} {:?} v={:?} m={} regions {:?}",
            m.reading(),
            m.criterion,
            m.value,
            m.margin,
            m.regions
                .iter()
                .map(|r| (r.failing, r.rect_mm.map(|m| (m.x, m.y, m.width, m.height))))
                .collect::<Vec<_>>()
        );
        println!(
            "      {:?}",
            m.facts.iter().map(|f| format!("{}={}", f.name, f.value)).collect::<Vec<_>>().join(" ")
        );
    }
}

fn run(name: &str, spec: &PageSpec) {
    let images = render(spec);
    let (w, i, u) = (pic!(images.white), pic!(images.ir), pic!(images.uv));
    let t0 = Instant::now();
    let page = w.as_ref().map(|w| WhitePage::examine(Shot::new(w, Some(spec.ppi))));
    let t1 = t0.elapsed();
    let ir = ir_mrz_absorbs(page.as_ref(), i.as_ref().map(|i| Shot::new(i, Some(spec.ppi))));
    let t2 = t0.elapsed() - t1;
    let uv = uv_page_dull(page.as_ref(), u.as_ref().map(|i| Shot::new(i, Some(spec.ppi))), None);
    let t3 = t0.elapsed() - t1 - t2;
    let off = page.as_ref().map(|p| {
        p.quad()
            .iter()
            .zip(images.placement.quad())
            .map(|(a, b)| (a.x - b.0).hypot(a.y - b.1))
            .fold(0.0, f64::max)
            / images.placement.px_per_mm
    });
    let zone = page.as_ref().and_then(|p| {
        p.mrz_zone().map(|z| {
            (
                z.confidence,
                z.lines
                    .iter()
                    .map(|l| {
                        let m = images.placement.to_mm(l.start.x, l.start.y);
                        let e = images.placement.to_mm(l.end.x, l.end.y);
                        format!("{:.2},{:.2}-{:.2},{:.2}", m.0, m.1, e.0, e.1)
                    })
                    .collect::<Vec<_>>(),
            )
        })
    });
    println!(
        "== {name}: quad off {off:.2?}mm found {:?} zone {zone:.2?} {t1:.0?} {t2:.0?} {t3:.0?}",
        page.as_ref().map(|p| p.has_edges())
    );
    for (m, n) in [(ir, "ir"), (uv, "uv")] {
        println!(
            "   {n} {:?} {:?} v={:?} m={} {:?}",
            m.reading(),
            m.criterion,
            m.value,
            m.margin,
            m.regions
                .iter()
                .filter(|r| r.failing)
                .map(|r| r.rect_mm.map(|m| (m.x, m.y, m.width, m.height)))
                .collect::<Vec<_>>()
        );
        println!(
            "      {}",
            m.facts
                .iter()
                .map(|f| format!(
                    "{}={}",
                    f.name
                        .replace("line-", "L")
                        .replace("contrast", "c")
                        .replace("white-", "w")
                        .replace("background", "bg")
                        .replace("correlation", "corr"),
                    f.value
                ))
                .collect::<Vec<_>>()
                .join(" ")
        );
    }
}

#[test]
fn dump() {
    let images = render(&PageSpec::specimen());
    use verifier_fixtures::page::Light as L;
    for l in L::ALL {
        std::fs::write(format!("/tmp/op_{}.png", l.word()), images.png(l).unwrap()).unwrap();
    }
}

fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

#[test]
fn timing() {
    let images = render(&PageSpec::specimen());
    let (w, i, u) = (pic!(images.white).unwrap(), pic!(images.ir).unwrap(), pic!(images.uv).unwrap());
    for _ in 0..5 {
        let t0 = cpu();
        let page = WhitePage::examine(Shot::new(&w, Some(400.0)));
        let t1 = cpu();
        let _ = ir_mrz_absorbs(Some(&page), Some(Shot::new(&i, Some(400.0))));
        let t2 = cpu();
        let _ = uv_page_dull(Some(&page), Some(Shot::new(&u, Some(400.0))), None);
        let t3 = cpu();
        println!("cpu ms: white {:.0} ir {:.0} uv {:.0}", t1 - t0, t2 - t1, t3 - t2);
    }
}

#[test]
fn fixtures() {
    use verifier_fixtures::page::{AlteredCell, Cells, CopyMedium, Erasure, Field, Forgery, ReaderSpec};
    let s = PageSpec::specimen;
    run("genuine", &s());
    for seed in 1..5 {
        run(
            "hand laid",
            &PageSpec { seed, reader: ReaderSpec::hand_laid(seed), wear: 0.25 * seed as f64, ..s() },
        );
    }
    run("laundered", &PageSpec { laundered: 0.12, ..s() });
    run("ideal", &PageSpec { reader: ReaderSpec::ideal(), ..s() });
    run("200", &PageSpec { ppi: 200.0, ..s() });
    run("300", &PageSpec { ppi: 300.0, ..s() });
    run("600", &PageSpec { ppi: 600.0, ..s() });
    run("dye", &s().with(Forgery::MrzInDye(Cells::All)));
    run(
        "dye worn",
        &PageSpec { wear: 1.0, reader: ReaderSpec::hand_laid(3), ..s().with(Forgery::MrzInDye(Cells::All)) },
    );
    run("dye cells", &s().with(Forgery::MrzInDye(Cells::Some(vec![(1, 3), (1, 21), (0, 6)]))));
    run("altered", &s().with(Forgery::MrzAltered(vec![AlteredCell::dye(1, 5, '7')])));
    run(
        "altered worn",
        &PageSpec {
            wear: 1.0,
            reader: ReaderSpec::hand_laid(4),
            ..s().with(Forgery::MrzAltered(vec![AlteredCell::dye(1, 5, '7')]))
        },
    );
    run("bright", &s().with(Forgery::BrightPaper { level: 0.31 }));
    run("bright .6", &s().with(Forgery::BrightPaper { level: 0.6 }));
    run(
        "photo",
        &s().with(Forgery::PastedPhoto {
            portrait: None,
            shadow_mm: 0.1,
            paper_level: 0.35,
            glue_level: 0.0,
            offset_mm: (0.3, 0.2),
        }),
    );
    run(
        "photo weak",
        &s().with(Forgery::PastedPhoto {
            portrait: None,
            shadow_mm: 0.1,
            paper_level: 0.2,
            glue_level: 0.2,
            offset_mm: (0.3, 0.2),
        }),
    );
    run(
        "erased",
        &s().with(Forgery::Erased {
            field: Field::Surname,
            erasure: Erasure::Abrasion,
            rewritten: Some("MUELLER".into()),
        }),
    );
    run(
        "erased ch",
        &s().with(Forgery::Erased { field: Field::Surname, erasure: Erasure::Chemical, rewritten: None }),
    );
    run("no overprint", &s().with(Forgery::NoOverprint));
    for m in [CopyMedium::Screen, CopyMedium::Toner, CopyMedium::Inkjet, CopyMedium::Digital] {
        run(&format!("copy {m:?}"), &s().with(Forgery::Copy(m)));
    }
    use verifier_fixtures::page::Light as L;
    for (a, b) in [(L::White, L::Ir), (L::White, L::Uv), (L::Ir, L::Uv)] {
        run(&format!("swap {a:?} {b:?}"), &s().with(Forgery::Swapped(a, b)));
    }
}

#[test]
fn probe() {
    let d = Recipe::default;
    show("genuine", &d());
    show("dye", &Recipe { ink: (0.85, 0.05), ..d() });
    show("dye worn", &Recipe { ink: (0.8, 0.25), wear: 0.4, noise: 0.03, ..d() });
    show("worn good", &Recipe { ink: (0.7, 0.7), wear: 0.4, noise: 0.03, blur_mm: (0.1, 0.3), ..d() });
    show("altered", &Recipe { dye_cells: vec![3, 4, 20], ..d() });
    show("margin dark skew", &Recipe { margin_mm: 8.0, skew_deg: 2.3, ..d() });
    show("margin bright skew", &Recipe { margin_mm: 5.0, background: 0.98, skew_deg: -3.0, ..d() });
    show("200ppi", &Recipe { ppi: 200.0, ..d() });
    show("600ppi", &Recipe { ppi: 600.0, margin_mm: 3.0, ..d() });
    show("td1", &Recipe { lines: TD1.to_vec(), page_mm: (85.6, 53.98), margin_mm: 4.0, ..d() });
    show("td2", &Recipe { lines: TD2.to_vec(), page_mm: (105.0, 74.0), margin_mm: 4.0, ..d() });
    show("bright uv", &Recipe { uv_paper: 0.4, ..d() });
    show("laundered", &Recipe { uv_paper: 0.14, uv_leak: 0.05, ..d() });
    show("ambient", &Recipe { uv_paper: 0.06, uv_leak: 0.13, ..d() });
    show("patch", &Recipe { patch: Some(([7.0, 14.0, 28.0, 36.0], 0.4)), ..d() });
    show("small patch", &Recipe { patch: Some(([60.0, 20.0, 30.0, 7.0], 0.35)), ..d() });
}
