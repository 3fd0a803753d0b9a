//! The three-light page check on one core: a TD3 page at 400 ppi, decoding and each measurement on its own.
//! Target of DESIGN.md section 10: 250 ms for the whole.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "bench code")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use verifier_fixtures::page::{Light, PageSpec, render};
use verifier_optics::{Limits, Picture, Shot, WhitePage, ir_mrz_absorbs, uv_page_dull};

fn page(c: &mut Criterion) {
    let spec = PageSpec::specimen();
    let images = render(&spec);
    let files = Light::ALL.map(|light| images.png(light).expect("the reader took all lights"));
    let limits = Limits::default();
    let [white, ir, uv] = files.each_ref().map(|file| Picture::decode(file, &limits).expect("a PNG file"));
    let shot = |picture| Shot::new(picture, Some(spec.ppi));
    let known = WhitePage::examine(shot(&white));

    let mut group = c.benchmark_group("optics");
    group.sample_size(20);
    group.bench_function("decode three PNG files", |b| {
        b.iter(|| files.each_ref().map(|file| Picture::decode(black_box(file), &limits).unwrap().width()));
    });
    group
        .bench_function("page and zone in white", |b| b.iter(|| WhitePage::examine(shot(black_box(&white)))));
    group.bench_function("ir mrz absorbs", |b| {
        b.iter(|| ir_mrz_absorbs(Some(&known), Some(shot(black_box(&ir)))).margin);
    });
    group.bench_function("uv page dull", |b| {
        b.iter(|| uv_page_dull(Some(&known), Some(shot(black_box(&uv))), None).margin);
    });
    group.bench_function("three lights", |b| {
        b.iter(|| {
            let page = WhitePage::examine(shot(black_box(&white)));
            let ink = ir_mrz_absorbs(Some(&page), Some(shot(&ir))).margin;
            ink + uv_page_dull(Some(&page), Some(shot(&uv)), None).margin
        });
    });
    group.finish();
}

criterion_group!(benches, page);
criterion_main!(benches);
