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
use verifier_optics::{Shot, WhitePage, ir_mrz_absorbs, uv_page_dull};

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
