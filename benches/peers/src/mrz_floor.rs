//! The undisturbed time of one parse on a busy machine: the fastest of many short batches, ours and the
//! peers' in turn. A batch is far shorter than a scheduler's slice, so the fastest ones ran alone.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "bench code")]

use std::hint::black_box;
use std::time::{Duration, Instant};
use verifier_mrz::{Date, lenient, parse, repair};

const TD3: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const TD2: [&str; 2] = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"];
const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
const MRVA: [&str; 2] =
    ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"];
const MRVB: [&str; 2] = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"];
const TWO_IN_DATES: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO74O8122F1204I59ZE184226B<<<<<10"];
const TWO_FREE: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8989O2C36UTO7408122F1204159ZEI84226B<<<<<10"];

type Work<'w> = (&'static str, u32, Box<dyn FnMut() + 'w>);

fn row<'w, R>(name: &'static str, batch: u32, mut work: impl FnMut() -> R + 'w) -> Work<'w> {
    (
        name,
        batch,
        Box::new(move || {
            for _ in 0..batch {
                black_box(work());
            }
        }),
    )
}

fn read<'a>(lines: &[&'a str]) -> (bool, verifier_mrz::Zone<'a>) {
    let zone = parse(lines).unwrap();
    (zone.digits_agree(), zone)
}

fn main() {
    let today = Date::new(2026, 11, 22);
    let text = TD3.join("\n");
    let (dates, free) = (TWO_IN_DATES.join("\n"), TWO_FREE.join("\n"));
    let (joined, joined_td1) = (TD3.concat(), TD1.concat());
    let optional = |lines: &[&str]| lines.iter().map(|l| Some((*l).to_owned())).collect::<Vec<_>>();
    let owned = |lines: &[&str]| lines.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>();
    let (optional_td3, owned_td3) = (optional(&TD3), owned(&TD3));
    let limits = repair::Limits::default;
    let mut rows: Vec<Work<'_>> = vec![
        row("verifier-mrz strict TD3", 100, || read(black_box(&TD3))),
        row("verifier-mrz strict TD2", 100, || read(black_box(&TD2))),
        row("verifier-mrz strict TD1", 100, || read(black_box(&TD1))),
        row("verifier-mrz strict MRV-A", 100, || read(black_box(&MRVA))),
        row("verifier-mrz strict MRV-B", 100, || read(black_box(&MRVB))),
        row("verifier-mrz strict TD3, all fields and dates", 100, || {
            let zone = parse(black_box(&TD3)).unwrap();
            let birth = zone.birth_date().and_then(|d| d.as_birth(today?));
            let expiry = zone.expiry_date().and_then(|d| d.as_expiry(today?));
            black_box((zone.document_number(), zone.issuing_state(), zone.nationality(), zone.optional_1()));
            (zone.digits_agree(), zone.name(), zone.sex(), birth, expiry)
        }),
        row("verifier-mrz strict TD3 with findings", 100, || parse(black_box(&TD3)).unwrap().findings(today)),
        row("verifier-mrz lenient TD3, clean", 100, || {
            let reading = lenient::parse(black_box(&TD3)).unwrap();
            black_box(reading.zone().digits_agree())
        }),
        row("verifier-mrz repair, two letters in dates", 10, || {
            repair::repair(black_box(&TWO_IN_DATES), limits()).unwrap()
        }),
        row("verifier-mrz repair, two in number and data", 10, || {
            repair::repair(black_box(&TWO_FREE), limits()).unwrap()
        }),
        row("mrz 0.9.1 parse_td3", 20, || mrz::parse_td3(black_box(TD3[0]), TD3[1]).unwrap()),
        row("mrz 0.9.1 parse_td2", 20, || mrz::parse_td2(black_box(TD2[0]), TD2[1]).unwrap()),
        row("mrz 0.9.1 parse_td1", 20, || mrz::parse_td1(black_box(TD1[0]), TD1[1], TD1[2]).unwrap()),
        row("mrz 0.9.1 parse_mrv_a", 20, || mrz::parse_mrv_a(black_box(MRVA[0]), MRVA[1]).unwrap()),
        row("mrz 0.9.1 parse_mrv_b", 20, || mrz::parse_mrv_b(black_box(MRVB[0]), MRVB[1]).unwrap()),
        row("mrz 0.9.1 find_and_parse, clean", 5, || mrz::find_and_parse(black_box(&text)).unwrap()),
        row("mrz 0.9.1 find_and_parse, two letters in dates", 2, || {
            mrz::find_and_parse(black_box(&dates)).is_ok()
        }),
        row("mrz 0.9.1 find_and_parse, two in number and data", 1, || {
            mrz::find_and_parse(black_box(&free)).is_ok()
        }),
        row("mrtd 0.5.2 parse TD3", 5, || mrtd::parse(black_box(&joined)).is_ok()),
        row("mrtd 0.5.2 parse TD1", 5, || mrtd::parse(black_box(&joined_td1)).is_ok()),
        row("mrz-parser 0.3.5 try_parse TD3", 5, || {
            mrz_parser::MRZParser::try_parse(Some(black_box(&optional_td3).clone())).is_some()
        }),
        row("rs-mrz-parser 0.1.0 parse TD3", 5, || {
            rs_mrz_parser::MRZParser::new_mrz_line_parser(black_box(&owned_td3).clone()).parse().is_ok()
        }),
    ];
    println!("mrtd parses TD3: {}, TD1: {}", mrtd::parse(&joined).is_ok(), mrtd::parse(&joined_td1).is_ok());
    let mut best = vec![Duration::MAX; rows.len()];
    let start = Instant::now();
    let mut rounds = 0;
    while start.elapsed() < Duration::from_secs(30) {
        for ((_, _, work), best) in rows.iter_mut().zip(&mut best) {
            for _ in 0..10 {
                let begin = Instant::now();
                work();
                *best = begin.elapsed().min(*best);
            }
        }
        rounds += 10;
    }
    println!("fastest batch of {rounds}");
    for ((name, batch, _), best) in rows.iter().zip(best) {
        println!("{name:<52} {:>12.1} ns", best.as_secs_f64() * 1e9 / f64::from(*batch));
    }
}
