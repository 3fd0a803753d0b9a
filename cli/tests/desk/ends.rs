//! Documents taken away, readers unplugged, output closed, Ctrl-C: never successful, and the next document is served.

use std::process::{Command, Stdio};
use std::time::Duration;

use reader_drivers::emulator::pn532::{Order, Pn532};
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use verifier_fixtures::scenario::Scenario;

use crate::chip_reads::port;
use crate::program::verifier;
use crate::table::{PROFILE, Table, key, page, passport, verdict};

/// Taken away in the middle for good: aborted; the next document is good. Equal to `verify` on what was kept, both.
#[test]
fn taken_away_in_the_middle() {
    for exchanges in [3, 12, 40] {
        taken_away_after(exchanges);
    }
}

fn taken_away_after(exchanges: u32) {
    let table = Table::new("chip-only");
    let (chip, interface) = passport(&table.world, Scenario::Genuine, PROFILE);
    let served = Served::start_on(Pty::open().unwrap(), Pn532::new(interface)).unwrap();
    let reader = format!("pn532:{}", served.path().display());
    let out = table.world.path("kept");
    let words = ["--count", "2", "--within", "2", "--out", out.to_str().unwrap()];
    let work = table.inspect(&[&table.folder(), &reader], &words);
    work.until_said("reading from pn532");
    served.order(Order::RemoveAfter(exchanges));
    served.order(Order::Insert(Box::new(chip)));
    table.lay(&page(&table.world, Scenario::Genuine, false));
    work.until_there(&out.join("document-0001"));
    let (chip, _) = passport(&table.world, Scenario::GenuineEcdsa, PROFILE);
    served.order(Order::Insert(Box::new(chip)));
    table.lay(&page(&table.world, Scenario::GenuineEcdsa, false));
    let run = work.end();
    assert_eq!(run.code, 4, "after {exchanges}: {}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("put it back") && run.stderr.contains("was taken away"), "{}", run.stderr);
    let reports = run.json();
    assert_eq!(
        (reports[0]["overall"].as_str(), reports[1]["overall"].as_str()),
        (Some("aborted"), Some("successful"))
    );
    for (n, report) in reports.iter().enumerate() {
        let again = table.verify(&out.join(format!("document-000{}", n + 1)));
        assert_eq!(again.json()[0]["digest"], report["digest"]);
    }
}

/// Another document is put there instead: the first is aborted at once, the second is read as a document of its own.
#[test]
fn another_one_put_there_instead() {
    let table = Table::new("chip-only");
    let (chip, interface) = passport(&table.world, Scenario::Genuine, PROFILE);
    let served = Served::start_on(Pty::open().unwrap(), Pn532::new(interface)).unwrap();
    let reader = format!("pn532:{}", served.path().display());
    let work = table.inspect(&[&table.folder(), &reader], &["--count", "2", "--within", "20"]);
    work.until_said("reading from pn532");
    served.order(Order::RemoveAfter(40));
    served.order(Order::Insert(Box::new(chip)));
    table.lay(&page(&table.world, Scenario::Genuine, false));
    work.until_said("put it back");
    let (chip, _) = passport(&table.world, Scenario::GenuineEcdsa, PROFILE);
    served.order(Order::Insert(Box::new(chip)));
    table.lay(&page(&table.world, Scenario::GenuineEcdsa, false));
    let run = work.end();
    let reports = run.json();
    assert_eq!(reports.len(), 2, "{}{}", run.stdout, run.stderr);
    assert_ne!(reports[0]["overall"], "successful", "{}", run.stderr);
    assert_eq!(reports[1]["overall"], "successful", "{}{}", run.stdout, run.stderr);
}

/// Unplugged in the middle of a read and plugged in again: aborted, then served.
#[test]
fn a_reader_unplugged_and_plugged_in_again() {
    let table = Table::new("chip-only");
    let link = table.world.path("line");
    let plug = |scenario| {
        let (chip, interface) = passport(&table.world, scenario, PROFILE);
        let mut pty = Pty::open().unwrap();
        pty.link(&link).unwrap();
        let interface =
            reader_drivers::emulator::card::Interface { turnaround: Duration::from_millis(25), ..interface };
        Served::start_on(pty, Pn532::new(interface).with_card(chip)).unwrap()
    };
    let first = plug(Scenario::Genuine);
    let reader = format!("pn532:{}", link.display());
    let work = table.inspect(&[&table.folder(), &reader], &["--count", "2", "--within", "15", "--log"]);
    table.lay(&page(&table.world, Scenario::Genuine, false));
    // Some eighty exchanges of 25 ms follow.
    work.until_said("READ BINARY");
    first.unplug();
    let second = plug(Scenario::GenuineEcdsa);
    table.lay(&page(&table.world, Scenario::GenuineEcdsa, false));
    let run = work.end();
    drop(second);
    assert_eq!(run.code, 4, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("the reader was taken away"), "{}", run.stderr);
    assert!(run.stderr.contains("it is back"), "{}", run.stderr);
    let reports = run.json();
    assert_eq!(reports.len(), 2, "{}{}", run.stdout, run.stderr);
    assert_eq!(reports[0]["overall"], "aborted", "{}", run.stdout);
    assert_eq!(reports[1]["overall"], "successful", "{}{}", run.stdout, run.stderr);
}

/// Unplugged for good: what is there is judged, then the program ends with 2 and names the reader.
#[test]
fn a_reader_unplugged_for_good() {
    let table = Table::new("chip-only");
    let (chip, interface) = passport(&table.world, Scenario::Genuine, PROFILE);
    let served = Served::start_on(Pty::open().unwrap(), Pn532::new(interface).with_card(chip)).unwrap();
    let reader = format!("pn532:{}", served.path().display());
    let work = table.inspect(&[&table.folder(), &reader], &["--within", "2"]);
    work.until_said("reading from pn532");
    std::thread::sleep(Duration::from_millis(500));
    served.unplug();
    table.lay(&page(&table.world, Scenario::Genuine, false));
    let run = work.end();
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("pn532:"), "{}", run.stderr);
    let reports = run.json();
    assert_eq!(reports.len(), 1, "{}", run.stderr);
    assert_eq!(verdict(&reports[0], "chip.sod.structure"), "undetermined evidence.absent");
}

/// Ctrl-C and a closed standard output are never 0.
#[test]
fn ended_from_outside() {
    let table = Table::new("chip-only");
    let work = table.inspect(&[&table.folder(), &format!("vpcd:{}", port())], &[]);
    work.until_said("reading from vpcd");
    // The shell's own `kill`: a bare system has no program of that name.
    let signal =
        Command::new("sh").args(["-c", "kill -INT $0", &work.child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let run = work.end();
    assert_ne!(run.code, 0, "{}", run.stderr);

    let mut child = Command::new(env!("CARGO_BIN_EXE_verifier"))
        .args(["inspect", "--json", "--reader", &table.folder(), "--count", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    table.lay(&page(&table.world, Scenario::Genuine, false));
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn what_cannot_be_is_said_at_once() {
    let table = Table::new("chip-only");
    let folder = table.folder();
    let two = verifier(&["inspect", "--reader", "vpcd:127.0.0.1:1", "--reader", "pn532:/dev/x"]);
    assert!(two.code == 2 && two.stderr.contains("one reader for chips"), "{}", two.stderr);
    let (chip, _) = passport(&table.world, Scenario::Genuine, "bac");
    let keyless = verifier(&["inspect", "--reader", &folder, "--mrz-key", &key(&chip)]);
    assert!(keyless.code == 2 && keyless.stderr.contains("no --reader for chips"), "{}", keyless.stderr);
    let captured = verifier(&["inspect", "--reader", "vpcd:127.0.0.1:1", "--at", "captured"]);
    assert!(captured.code == 2 && captured.stderr.contains("--at captured"), "{}", captured.stderr);
    let there = verifier(&["inspect", "--reader", &folder, "--count", "1", "--out", "/nonexistent/x"]);
    assert!(there.code == 2 && there.stderr.contains("/nonexistent"), "{}", there.stderr);
}
