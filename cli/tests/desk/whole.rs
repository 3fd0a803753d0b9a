//! Genuine documents with all their parts are successful, whichever part comes first, and equal by digest to `verify` on
//! what was kept; forged ones fail.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use reader_drivers::emulator::ccid::GemPcTwin;
use reader_drivers::emulator::pn532::{Order, Pn532};
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use verifier_fixtures::scenario::Scenario;

use crate::chip_reads::{emulate, port};
use crate::program::Run;
use crate::table::{PROFILE, Table, key, page, passport, verdict, verdicts};

/// Nothing of the holder or the key in what is printed, at any verbosity. The report on standard output tells of dates that
/// are not the holder's, which may be the day of issue.
fn names_nobody(run: &Run, secrets: &[String]) {
    let is_day = |text: &str| text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    for secret in secrets.iter().filter(|secret| secret.len() > 3) {
        assert!(!says(&run.stderr, secret), "{secret} in {}", run.stderr);
        assert!(is_day(secret) || !says(&run.stdout, secret), "{secret} in {}", run.stdout);
    }
}

/// Whether a text has it; six digits of a day by themselves, not in the middle of a hash or of a measured time, where they
/// stand by chance once in a while.
fn says(text: &str, secret: &str) -> bool {
    let six_digits = secret.len() == 6 && secret.bytes().all(|b| b.is_ascii_digit());
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit() || c == '.');
    let between: Vec<&str> = text.split(secret).collect();
    between.windows(2).any(|around| {
        let chance = inside(around[0].chars().next_back()) || inside(around[1].chars().next());
        !(six_digits && chance)
    })
}

/// Page first, chip first: every check alike, each report equal to `verify` on the capture that it was made from.
#[test]
fn page_first_and_chip_first() {
    let mut reports = Vec::new();
    for page_first in [true, false] {
        // A folder of its own: a page that lies there from before would always be first.
        let table = Table::new("frontline");
        let whole = page(&table.world, Scenario::Genuine, true);
        let mut secrets: Vec<String> = whole.viz.values().cloned().collect();
        secrets.extend(whole.mrz.clone().unwrap());
        let address = port();
        let out = table.world.path("kept");
        let reader = format!("vpcd:{address}");
        let words = ["--count", "1", "--log", "--out", out.to_str().unwrap()];
        let work = table.inspect(&[&table.folder(), &reader], &words);
        work.until_said("reading from vpcd");
        // The times decide which comes first, and nothing else.
        if page_first {
            table.lay(&whole);
            std::thread::sleep(Duration::from_millis(900));
        }
        let (_chip, typed) = emulate(&address, &["--profile", PROFILE]);
        if !page_first {
            std::thread::sleep(Duration::from_millis(900));
            table.lay(&whole);
        }
        let run = work.end();
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert!(
            run.stderr.contains("READ BINARY") && run.stderr.contains("chip.sod.hash-dg2"),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains('\r'), "no progress bar where no terminal is");
        secrets.extend(typed.split(',').map(str::to_owned));
        names_nobody(&run, &secrets);
        let report = run.json().remove(0);
        let again = table.verify(&out);
        assert_eq!(again.code, 0, "{}", again.stderr);
        assert_eq!(again.json()[0]["digest"], report["digest"], "the report is that of `verify`");
        for file in ["capture.json", "chip/apdu.jsonl", "chip/session.json", "chip/DG1.bin"] {
            let mode = std::fs::metadata(out.join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
        reports.push(verdicts(&report));
    }
    assert_eq!(reports[0], reports[1]);
}

/// Over PN532 and CCID on serial lines; three documents one after the other, an identity card (TD1) among them.
#[test]
fn a_queue_over_serial_lines() {
    for ccid in [false, true] {
        let table = Table::new("chip-only");
        let scenarios = [Scenario::Genuine, Scenario::GenuinePss, Scenario::GenuineRollover];
        let (_, interface) = passport(&table.world, Scenario::Genuine, PROFILE);
        enum Line {
            Pn532(Served<Order>),
            Ccid(Served<reader_drivers::emulator::ccid::Order>),
        }
        let line = if ccid {
            Line::Ccid(Served::start_on(Pty::open().unwrap(), GemPcTwin::new(interface)).unwrap())
        } else {
            Line::Pn532(Served::start_on(Pty::open().unwrap(), Pn532::new(interface)).unwrap())
        };
        let reader = match &line {
            Line::Pn532(served) => format!("pn532:{}", served.path().display()),
            Line::Ccid(served) => format!("ccid:{}", served.path().display()),
        };
        let out = table.world.path("kept");
        let words = ["--count", "3", "--within", "20", "--out", out.to_str().unwrap()];
        let work = table.inspect(&[&table.folder(), &reader], &words);
        work.until_said(&format!("reading from {reader}"));
        for (n, scenario) in scenarios.into_iter().enumerate() {
            let (chip, _) = passport(&table.world, scenario, PROFILE);
            table.lay(&page(&table.world, scenario, false));
            match &line {
                Line::Pn532(served) => served.order(Order::Insert(Box::new(chip))),
                Line::Ccid(served) => {
                    served.order(reader_drivers::emulator::ccid::Order::Insert(Box::new(chip)))
                }
            };
            let kept = out.join(format!("document-{:04}", n + 1));
            work.until_there(&kept);
            match &line {
                Line::Pn532(served) => served.order(Order::Remove),
                Line::Ccid(served) => served.order(reader_drivers::emulator::ccid::Order::Remove),
            };
            std::thread::sleep(Duration::from_millis(600));
        }
        let run = work.end();
        assert_eq!(run.code, 0, "{reader}: {}{}", run.stdout, run.stderr);
        let reports = run.json();
        assert_eq!(reports.len(), 3);
        for (n, report) in reports.iter().enumerate() {
            assert_eq!(report["overall"], "successful", "{report}");
            let again = table.verify(&out.join(format!("document-{:04}", n + 1)));
            assert_eq!(again.json()[0]["digest"], report["digest"]);
        }
    }
}

/// A clone that refuses or answers garbage, and the chip of another document under this page.
#[test]
fn forged_ones_fail() {
    for (scenario, page_of, check) in [
        (Scenario::CloneRefuses, Scenario::CloneRefuses, "chip.aa.answer"),
        (Scenario::CloneAnswersGarbage, Scenario::CloneAnswersGarbage, "chip.aa.answer"),
        (Scenario::GenuineEcdsa, Scenario::Genuine, "combined.mrz.dg1"),
    ] {
        let table = Table::new("chip-only");
        let address = port();
        let words = if check == "chip.aa.answer" { "pace,bac,aa:rsa2048:sha256" } else { PROFILE };
        let (chip, _) = passport(&table.world, scenario, words);
        let key = key(&chip);
        let reader = format!("vpcd:{address}");
        let work = table.inspect(&[&reader, &table.folder()], &["--count", "1", "--mrz-key", &key]);
        let card = crate::chip_reads::connect(&address, chip);
        table.lay(&page(&table.world, page_of, false));
        let run = work.end();
        card.join().unwrap();
        assert_eq!(run.code, 1, "{}: {}{}", scenario.name(), run.stdout, run.stderr);
        assert!(verdict(&run.json()[0], check).starts_with("failed"), "{}", run.stdout);
    }
}

/// Two desks at once, each with its own document: nothing crosses.
#[test]
fn two_desks_at_once() {
    let desks: Vec<_> = [Scenario::Genuine, Scenario::GenuineEcdsa]
        .into_iter()
        .map(|scenario| {
            std::thread::spawn(move || {
                let table = Table::new("chip-only");
                let address = port();
                let out = table.world.path("kept.zip");
                let (chip, _) = passport(&table.world, scenario, PROFILE);
                let dg1 = chip.document().files["DG1"].clone();
                let reader = format!("vpcd:{address}");
                let words = ["--count", "1", "--out", out.to_str().unwrap()];
                let work = table.inspect(&[&table.folder(), &reader], &words);
                let card = crate::chip_reads::connect(&address, chip);
                table.lay(&page(&table.world, scenario, false));
                let run = work.end();
                card.join().unwrap();
                assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
                let kept = verifier_core::capture::Capture::open(&out).unwrap();
                assert_eq!(**kept.chip_file("DG1").unwrap().bytes().unwrap(), *dg1);
                assert_eq!(table.verify(&out).json()[0]["digest"], run.json()[0]["digest"]);
            })
        })
        .collect();
    desks.into_iter().for_each(|desk| desk.join().unwrap());
}

/// A bundle with fields that nobody knows: they are said, they are not kept, and the report is that of what was kept.
#[test]
fn fields_that_nobody_knows() {
    let table = Table::new("chip-only");
    let address = port();
    let out = table.world.path("kept");
    let (chip, _) = passport(&table.world, Scenario::Genuine, PROFILE);
    let words = ["--count", "1", "--out", out.to_str().unwrap()];
    let work = table.inspect(&[&table.folder(), &format!("vpcd:{address}")], &words);
    let card = crate::chip_reads::connect(&address, chip);
    let part = table.world.path("pages/.part");
    page(&table.world, Scenario::Genuine, false).write_folder(&part).unwrap();
    let manifest = part.join("capture.json");
    let mut json: serde_json::Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    json["chlp"] = serde_json::json!({ "operator": "LINDQVARN" });
    std::fs::write(&manifest, serde_json::to_vec(&json).unwrap()).unwrap();
    std::fs::rename(&part, table.world.path("pages/page")).unwrap();
    let run = work.end();
    card.join().unwrap();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("not known") && !run.stderr.contains("LINDQVARN"), "{}", run.stderr);
    assert_eq!(table.verify(&out).json()[0]["digest"], run.json()[0]["digest"]);
}
