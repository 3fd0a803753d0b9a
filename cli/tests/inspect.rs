//! `verifier inspect` on an emulated serial reader: verdicts live, an unplugged reader is said.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod program;

use std::thread;
use std::time::Duration;

use program::{Run, verifier};
use reader_drivers::emulator::mrz_reader::{MrzReader, Order};
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use reader_drivers::serial::profile::Profiles;

const LINES: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

/// Inspects one document at the day while `orders` go to an emulated Elyctis reader, each after half a second.
fn inspect(orders: Vec<Order>, more: &[&str]) -> Run {
    let profile = Profiles::built_in().unwrap().find("elyctis").unwrap().clone();
    let served = Served::start_on(Pty::open().unwrap(), MrzReader::new(profile)).unwrap();
    let uri = format!("serial:{}?profile=elyctis", served.path().display());
    let operator = thread::spawn(move || {
        for order in orders {
            thread::sleep(Duration::from_millis(500));
            served.order(order);
        }
        thread::sleep(Duration::from_secs(2));
    });
    let mut words =
        vec!["inspect", "--reader", &uri, "--count", "1", "--wait", "20", "--within", "1", "--json"];
    words.extend(more);
    let run = verifier(&words);
    operator.join().unwrap();
    run
}

fn document() -> Order {
    Order::Present(LINES.map(str::to_owned).to_vec())
}

#[test]
fn a_swiped_zone_is_judged_live() {
    let run = inspect(vec![document()], &["--at", "2011-01-01"]);
    assert_eq!(run.code, 3, "digits and expiry are good; chip and light are absent: {}", run.stderr);
    let report = &run.json()[0];
    assert_eq!(report["document"]["format"], "TD3");
    assert_eq!(report["at_source"], "given");
    assert!(!run.stdout.contains("ERIKSSON"), "no personal data unasked");
}

#[test]
fn without_a_given_time_the_clock_of_the_moment_counts() {
    let run = inspect(vec![document()], &[]);
    assert_eq!(run.code, 1, "expired in 2012");
    let report = &run.json()[0];
    assert_eq!(report["at_source"], "system");
    let implausible =
        report["checks"].as_array().unwrap().iter().any(|c| c["reason"]["code"] == "clock.implausible");
    assert!(!implausible, "capture and judgement are of one moment");
}

#[test]
fn an_unplugged_reader_is_an_error_with_its_name() {
    let run = inspect(vec![Order::Unplug], &[]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.is_empty());
    assert!(run.stderr.contains("serial:"), "{}", run.stderr);
}

#[test]
fn no_such_reader_is_an_error() {
    let gone = verifier(&["inspect", "--reader", "serial:/nonexistent?profile=elyctis"]);
    assert_eq!(gone.code, 2);
    assert!(gone.stderr.contains("/nonexistent"), "{}", gone.stderr);
    assert_eq!(verifier(&["inspect", "--reader", "warp:/x"]).code, 2);
    assert_eq!(verifier(&["inspect", "--reader", "folder:/tmp", "--wait", "99999999999999999999"]).code, 2);
}
