//! Counts heap allocations of one parse, ours and the peers'. `verifier-mrz` has no allocator to call
//! (`no_std` without `alloc`), so its rows are 0 by construction; the run shows it.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "bench code")]

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TD3: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const BROKEN: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO74O8122F1204I59ZE184226B<<<<<10"];
const TIMES: usize = 1000;

fn count(name: &str, mut work: impl FnMut()) {
    work();
    let region = Region::new(ALLOCATOR);
    for _ in 0..TIMES {
        work();
    }
    let stats = region.change();
    let calls = stats.allocations + stats.reallocations;
    println!(
        "{name:<44} {:>8.2} allocations {:>9.1} bytes",
        calls as f64 / TIMES as f64,
        stats.bytes_allocated as f64 / TIMES as f64
    );
}

fn main() {
    count("verifier-mrz strict TD3", || {
        black_box(verifier_mrz::parse(black_box(&TD3)).unwrap());
    });
    count("verifier-mrz strict TD3 with findings", || {
        black_box(verifier_mrz::parse(black_box(&TD3)).unwrap().findings(None));
    });
    count("verifier-mrz lenient TD3", || {
        black_box(verifier_mrz::lenient::parse(black_box(&TD3)).unwrap());
    });
    count("verifier-mrz repair of two errors", || {
        let _ = black_box(verifier_mrz::repair::repair(
            black_box(&BROKEN),
            verifier_mrz::repair::Limits::default(),
        ));
    });
    count("mrz 0.9.1 parse_td3", || {
        black_box(mrz::parse_td3(black_box(TD3[0]), black_box(TD3[1])).unwrap());
    });
    let text = TD3.join("\n");
    count("mrz 0.9.1 find_and_parse", || {
        black_box(mrz::find_and_parse(black_box(&text)).unwrap());
    });
    let joined = TD3.concat();
    count("mrtd 0.5.2 parse", || {
        let _ = black_box(mrtd::parse(black_box(&joined)).is_ok());
    });
    let owned: Vec<Option<String>> = TD3.iter().map(|l| Some((*l).to_owned())).collect();
    count("mrz-parser 0.3.5 try_parse (its input cloned)", || {
        let _ = black_box(mrz_parser::MRZParser::try_parse(Some(owned.clone())).is_some());
    });
    let owned: Vec<String> = TD3.iter().map(|l| (*l).to_owned()).collect();
    count("rs-mrz-parser 0.1.0 parse (its input cloned)", || {
        let _ = black_box(rs_mrz_parser::MRZParser::new_mrz_line_parser(owned.clone()).parse().is_ok());
    });
}
