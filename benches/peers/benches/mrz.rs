//! MRZ parsing side by side, in one run: our layers and four Rust peers on the same zones (Doc 9303's own
//! specimens). What each does differs; METHOD.md says how.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "bench code")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use verifier_mrz::{Date, lenient, parse, repair};

const TD3: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const TD2: [&str; 2] = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"];
const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
const MRVA: [&str; 2] =
    ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"];
const MRVB: [&str; 2] = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"];
/// O for 0 in the birth date, I for 1 in the expiry.
const TWO_ERRORS: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO74O8122F1204I59ZE184226B<<<<<10"];
/// Z for 2 in the number, S for 5 in the optional data of another zone: cells that may hold either.
const TWO_FREE_ERRORS: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8989O2C36UTO7408122F1204159ZEI84226B<<<<<10"];

/// A whole zone is handed out, so that nothing of the work can be left out by the compiler.
fn read<'a>(lines: &[&'a str]) -> (bool, verifier_mrz::Zone<'a>) {
    let zone = parse(lines).unwrap();
    (zone.digits_agree(), zone)
}

fn ours(c: &mut Criterion) {
    let mut group = c.benchmark_group("verifier-mrz");
    group.bench_function("strict TD3", |b| b.iter(|| read(black_box(&TD3))));
    group.bench_function("strict TD2", |b| b.iter(|| read(black_box(&TD2))));
    group.bench_function("strict TD1", |b| b.iter(|| read(black_box(&TD1))));
    group.bench_function("strict MRV-A", |b| b.iter(|| read(black_box(&MRVA))));
    group.bench_function("strict MRV-B", |b| b.iter(|| read(black_box(&MRVB))));
    // The peers hand out names and dates at once; so does this row.
    let today = Date::new(2026, 11, 22).unwrap();
    group.bench_function("strict TD3, all fields and dates", |b| {
        b.iter(|| {
            let zone = parse(black_box(&TD3)).unwrap();
            let name = zone.name();
            let birth = zone.birth_date().and_then(|d| d.as_birth(today));
            let expiry = zone.expiry_date().and_then(|d| d.as_expiry(today));
            black_box((zone.digits_agree(), name.primary(), name.secondary(), birth, expiry));
            black_box((zone.document_number(), zone.issuing_state(), zone.nationality(), zone.optional_1()));
        });
    });
    group.bench_function("strict TD3 with findings", |b| {
        b.iter(|| parse(black_box(&TD3)).unwrap().findings(Some(today)));
    });
    group.bench_function("lenient TD3, clean", |b| {
        b.iter(|| {
            let reading = lenient::parse(black_box(&TD3)).unwrap();
            black_box(reading.zone().digits_agree())
        });
    });
    let text = TD3.join("\n");
    group.bench_function("lenient TD3 from text, clean", |b| {
        b.iter(|| lenient::parse_text(black_box(&text)).unwrap().zone().digits_agree());
    });
    for (name, lines) in [
        ("repair, two letters in dates", TWO_ERRORS),
        ("repair, two letters in number and data", TWO_FREE_ERRORS),
    ] {
        let outcome = repair::repair(&lines, repair::Limits::default()).unwrap();
        assert!(!matches!(outcome, repair::Outcome::None(_) | repair::Outcome::AlreadyAgrees), "{name}");
        group.bench_function(name, |b| {
            b.iter(|| repair::repair(black_box(&lines), repair::Limits::default()).unwrap());
        });
    }
    group.finish();
}

fn peers(c: &mut Criterion) {
    let mut group = c.benchmark_group("mrz 0.9.1");
    group.bench_function("parse_td3", |b| {
        b.iter(|| mrz::parse_td3(black_box(TD3[0]), black_box(TD3[1])).unwrap())
    });
    group.bench_function("parse_td2", |b| {
        b.iter(|| mrz::parse_td2(black_box(TD2[0]), black_box(TD2[1])).unwrap())
    });
    group.bench_function("parse_td1", |b| {
        b.iter(|| mrz::parse_td1(black_box(TD1[0]), black_box(TD1[1]), black_box(TD1[2])).unwrap());
    });
    group.bench_function("parse_mrv_a", |b| {
        b.iter(|| mrz::parse_mrv_a(black_box(MRVA[0]), black_box(MRVA[1])).unwrap())
    });
    group.bench_function("parse_mrv_b", |b| {
        b.iter(|| mrz::parse_mrv_b(black_box(MRVB[0]), black_box(MRVB[1])).unwrap())
    });
    let text = TD3.join("\n");
    group.bench_function("find_and_parse TD3, clean", |b| {
        b.iter(|| mrz::find_and_parse(black_box(&text)).unwrap())
    });
    for (name, lines) in
        [("two letters in dates", TWO_ERRORS), ("two letters in number and data", TWO_FREE_ERRORS)]
    {
        let text = lines.join("\n");
        group.bench_function(format!("find_and_parse TD3, {name}"), |b| {
            b.iter(|| black_box(mrz::find_and_parse(black_box(&text)).is_ok()));
        });
    }
    group.finish();

    let mut group = c.benchmark_group("mrtd 0.5.2");
    let (td3, td1) = (TD3.concat(), TD1.concat());
    let text = TD3.join("\n");
    let input = if mrtd::parse(&td3).is_ok() { td3.clone() } else { text.clone() };
    if mrtd::parse(&input).is_ok() {
        group.bench_function("parse TD3", |b| b.iter(|| black_box(mrtd::parse(black_box(&input)).is_ok())));
    }
    if mrtd::parse(&td1).is_ok() {
        group.bench_function("parse TD1", |b| b.iter(|| black_box(mrtd::parse(black_box(&td1)).is_ok())));
    }
    group.finish();

    let mut group = c.benchmark_group("mrz-parser 0.3.5");
    let owned =
        |lines: &[&str]| -> Vec<Option<String>> { lines.iter().map(|l| Some((*l).to_owned())).collect() };
    for (name, lines) in [("TD3", &TD3[..]), ("TD2", &TD2[..]), ("TD1", &TD1[..])] {
        let lines = owned(lines);
        if mrz_parser::MRZParser::try_parse(Some(lines.clone())).is_some() {
            group.bench_function(format!("try_parse {name}"), |b| {
                b.iter(|| mrz_parser::MRZParser::try_parse(Some(black_box(lines.clone()))));
            });
        }
    }
    group.finish();

    let mut group = c.benchmark_group("rs-mrz-parser 0.1.0");
    for (name, lines) in [("TD3", &TD3[..]), ("TD2", &TD2[..]), ("TD1", &TD1[..])] {
        let lines: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
        let ok = rs_mrz_parser::MRZParser::new_mrz_line_parser(lines.clone()).parse().is_ok();
        if ok {
            group.bench_function(format!("parse {name}"), |b| {
                b.iter(|| {
                    rs_mrz_parser::MRZParser::new_mrz_line_parser(black_box(lines.clone())).parse().is_ok()
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, ours, peers);
criterion_main!(benches);
