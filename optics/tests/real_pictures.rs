//! Real and specimen pictures: never a panic, bounded time, and the share whose zone is located.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    missing_docs,
    reason = "test code"
)]

use std::path::PathBuf;
use std::time::{Duration, Instant};
use verifier_optics::{Limits, PageSize, Picture, Shot, WhitePage, ir_mrz_absorbs, uv_page_dull};

/// The layout that the corpus' own list of texts gives a picture; `None` where it has no text.
fn true_size(truth: &str, name: &str) -> Option<PageSize> {
    let entry = truth.lines().find(|line| line.contains(&format!("\"{name}\"")))?;
    let lines = entry.split_once("\"lines\": [")?.1.split_once(']')?.0;
    let lengths: Vec<usize> = lines.split(", ").map(|line| line.trim_matches('"').len()).collect();
    match lengths.as_slice() {
        [30, 30, 30] => Some(PageSize::Id1),
        [36, 36] => Some(PageSize::Id2),
        [44, 44] => Some(PageSize::Id3),
        _ => None,
    }
}

#[test]
fn zones_of_real_pictures() {
    let corpus = std::env::var_os("VERIFIER_CORPUS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus")),
        PathBuf::from,
    );
    let folder = corpus.join("mrz-images");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no pictures in {}: real pictures were not looked at", folder.display());
        return;
    }
    let truth = std::fs::read_to_string(folder.join("truth.jsonl")).unwrap_or_default();
    let (mut located, mut right, mut all, mut slowest) = (0, 0, 0, Duration::ZERO);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".jsonl") {
            continue;
        }
        let picture = Picture::decode(&std::fs::read(&file).unwrap(), &Limits::default())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let start = Instant::now();
        let page = WhitePage::examine(Shot::new(&picture, None));
        slowest = slowest.max(start.elapsed());
        // A picture is never evidence of another light.
        let itself = Some(Shot::new(&picture, None));
        for reading in
            [ir_mrz_absorbs(Some(&page), itself).value, uv_page_dull(Some(&page), itself, None).value]
        {
            assert_eq!(reading, None, "{name}: the white picture passed for another light");
        }
        let zone = page.mrz_zone();
        eprintln!(
            "{name}: {} x {} {}",
            picture.width(),
            picture.height(),
            zone.map_or("no zone".into(), |zone| format!("{:?} {:.2}", zone.size, zone.confidence))
        );
        if name == "fastmrz_nomrz.jpg" {
            assert!(zone.is_none(), "a picture without a zone");
            continue;
        }
        let Some(size) = true_size(&truth, &name) else { continue };
        all += 1;
        located += usize::from(zone.is_some());
        right += usize::from(zone.is_some_and(|zone| zone.size == size));
    }
    eprintln!("{located} of {all} zones located, {right} with the right layout, slowest {slowest:?}");
    assert!(all == 0 || right * 10 >= all * 8, "{right} of {all}");
    assert!(slowest < Duration::from_secs(20));
}
