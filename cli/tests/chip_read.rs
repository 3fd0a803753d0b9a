//! `verifier chip read` on emulated readers, then `verifier chip check` on what it wrote: from the antenna to the verdict.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "test code"
)]

mod chip_reads;
mod program;
mod world;

use std::os::unix::fs::PermissionsExt as _;

use chip_reads::{check, chip, connect, emulate, outcome, policy, port, read};
use program::{verifier, word};
use reader_drivers::emulator::pn532::Pn532;
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use verifier_fixtures::document::{ChipKey, Plan, SignerName};
use world::World;

/// The program's chip, the program's reader, the program's judge: successful, by active and chip authentication, the same
/// digest every time; what is printed on the way shows nobody.
#[test]
fn from_the_antenna_to_the_verdict() {
    let world = World::new();
    for (profile, aa, ca) in [
        ("pace,bac,aa:p256:sha256,ca", "successful ok", "successful ok"),
        ("bac,aa:rsa2048:sha256", "successful ok", "not_supported not-applicable"),
        ("pace:im:aes256:13,aa:none,ca:aes256:13", "not_supported not-applicable", "successful ok"),
    ] {
        let address = port();
        let (_chip, key) = emulate(&address, &["--profile", profile]);
        let out = world.path(&format!("read-{}", profile.len()));
        let read = read(&address, &key, &out, &["--wait", "20", "--log"]);
        assert_eq!(read.code, 0, "{profile}: {}{}", read.stdout, read.stderr);
        let text = format!("{}{}", read.stdout, read.stderr);
        for secret in key.split(',') {
            assert!(!text.contains(secret), "{profile}: {text}");
        }
        assert!(read.stderr.contains("READ BINARY") && read.stderr.contains(" 9000 "), "{}", read.stderr);
        assert!(!text.contains('\r'), "no progress bar where no terminal is");
        let first = check(&world, &out);
        assert_eq!(first.code, 0, "{profile}: {}{}", first.stdout, first.stderr);
        assert_eq!(
            (outcome(&first, "chip.aa.answer").as_str(), outcome(&first, "chip.ca.new-keys").as_str()),
            (aa, ca)
        );
        let digest = first.json()[0]["digest"].as_str().unwrap().to_owned();
        let (store, policy) = (world.store(), policy(&world));
        let mut words = vec!["chip", "check", word(&out), "--expect", &digest];
        words.extend(world.judge(&store, &policy));
        assert_eq!(verifier(&words).code, 0, "{profile}: the same digest again");
        for file in ["capture.json", "chip/apdu.jsonl", "chip/session.json", "chip/DG1.bin"] {
            assert_eq!(
                std::fs::metadata(out.join(file)).unwrap().permissions().mode() & 0o777,
                0o600,
                "{file}"
            );
        }
    }
}

/// A PN532 on a serial line, whose frames carry short answers only.
#[test]
fn over_a_pn532() {
    let world = World::new();
    let (mut passport, key) = chip(&world, 0, "pace,bac,aa:p256:sha256,ca", &[]);
    let interface = passport.interface();
    let served = Served::start_on(Pty::open().unwrap(), Pn532::new(interface).with_card(passport)).unwrap();
    let reader = format!("pn532:{}", served.path().display());
    let out = world.path("pn532.zip");
    let read = verifier(&["chip", "read", "--reader", &reader, "--mrz-key", &key, "-o", word(&out)]);
    assert_eq!(read.code, 0, "{}{}", read.stdout, read.stderr);
    let run = check(&world, &out);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(outcome(&run, "chip.ca.new-keys"), "successful ok");
}

/// The zone from a file, the card access number, and a chip that is not asked for a key.
#[test]
fn other_keys() {
    let world = World::new();
    let plan = Plan::passport(2, SignerName::EcdsaP256, ChipKey::None);
    let lines = world.utopia.issue(&plan).mrz.join("\n");
    let zone = world.write("zone.txt", lines.as_bytes());
    let read = |words: &str, key: &[&str], name: &str| {
        let (passport, _) = chip(&world, 2, words, &[]);
        let can = passport.document().can.clone();
        let address = port();
        let card = connect(&address, passport);
        let (out, reader) = (world.path(name), format!("vpcd:{address}"));
        let mut words = vec!["chip", "read", "--reader", &reader, "--wait", "10", "--out", word(&out)];
        let key: Vec<&str> =
            key.iter().map(|word| if *word == "CAN" { can.as_str() } else { *word }).collect();
        words.extend(key);
        let run = verifier(&words);
        card.join().unwrap();
        (run, out)
    };
    let (run, out) = read("pace,bac", &["--mrz", word(&zone)], "by-zone");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let capture = verifier_core::capture::Capture::open(&out).unwrap();
    assert_eq!(capture.mrz.unwrap().join("\n"), lines);
    let (run, _) = read("pace,bac", &["--can", "CAN"], "by-can");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (run, _) = read("plain", &[], "open");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("no access control"), "{}", run.stdout);
    let (run, out) = read("bac", &[], "without");
    assert_eq!((run.code, out.exists()), (2, false), "{}", run.stderr);
    assert!(run.stderr.contains("asks for a key"), "{}", run.stderr);
}

/// A data group that is not what EF.SOD lists is told while the rest is read, and again at the end; so is none that is.
#[test]
fn a_hash_that_differs_is_told_at_once() {
    let world = World::new();
    for (faults, told) in [(&["dg14-altered"][..], true), (&[][..], false)] {
        let (passport, key) = chip(&world, 0, "pace,aa:none,ca", faults);
        let address = port();
        let card = connect(&address, passport);
        let out = world.path(&format!("hashes-{told}"));
        let run = read(&address, &key, &out, &["--wait", "10", "--log"]);
        card.join().unwrap();
        assert_eq!(run.code, 0, "nothing is judged here: {}", run.stderr);
        let note = run.stderr.split_once("note: DG14 has not the hash that EF.SOD lists");
        assert_eq!(note.is_some(), told, "{}", run.stderr);
        assert_eq!(run.stdout.contains("bytes, not the hash that EF.SOD lists"), told, "{}", run.stdout);
        assert!(run.stdout.matches("not the hash").count() == usize::from(told), "{}", run.stdout);
        // More was read after it was said.
        assert!(note.is_none_or(|(_, rest)| rest.contains("READ BINARY")), "{}", run.stderr);
        let expected = if told { 1 } else { 0 };
        assert_eq!(check(&world, &out).code, expected);
    }
}

/// Each failure has its own words and its own status, and nothing is half written.
#[test]
fn failures_are_told_apart() {
    let world = World::new();
    let fails = |words: &str, faults: &[&str], key: Option<&str>, more: &[&str]| {
        let (passport, own) = chip(&world, 0, words, faults);
        let address = port();
        let card = connect(&address, passport);
        let out = world.path("never");
        let run = read(&address, key.unwrap_or(&own), &out, &[&["--wait", "2"], more].concat());
        card.join().unwrap();
        assert!(!out.exists(), "{}", run.stderr);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        run
    };
    let wrong = fails("bac", &[], Some("L898902C,690806,940623"), &[]);
    assert!(wrong.code == 2 && wrong.stderr.contains("does not accept the key"), "{}", wrong.stderr);
    let wrong = fails("pace", &[], Some("L898902C,690806,940623"), &[]);
    assert!(wrong.code == 2 && wrong.stderr.contains("does not accept the key"), "{}", wrong.stderr);
    assert!(!wrong.stderr.contains("690806"));
    let refused = fails("bac", &["bac-6a88"], None, &[]);
    assert!(refused.code == 3 && refused.stderr.contains("BAC is not offered"), "{}", refused.stderr);
    assert!(refused.stderr.contains("6A88"), "{}", refused.stderr);
    let strict = fails("pace,bac", &["pace-element-outside"], None, &["--no-fallback"]);
    assert!(strict.code == 3 && strict.stderr.contains("PACE"), "{}", strict.stderr);
    let torn = fails("bac", &["torn-out:9"], None, &[]);
    assert!(torn.code == 4 && torn.stderr.contains("put it back"), "{}", torn.stderr);
    assert!(torn.stderr.contains("document was taken away"), "{}", torn.stderr);

    let reader = format!("vpcd:{}", port());
    let out = world.path("never");
    let none = verifier(&[
        "chip",
        "read",
        "--reader",
        &reader,
        "--can",
        "123456",
        "--wait",
        "1",
        "--out",
        word(&out),
    ]);
    assert!(none.code == 2 && none.stderr.contains("no document within 1 s"), "{}", none.stderr);
    let gone =
        verifier(&["chip", "read", "--reader", "pn532:/nonexistent", "--can", "123456", "--out", word(&out)]);
    assert!(gone.code == 2 && gone.stderr.contains("/nonexistent"), "{}", gone.stderr);
    let unfit =
        verifier(&["chip", "read", "--reader", "folder:/tmp", "--can", "123456", "--out", word(&out)]);
    assert!(unfit.code == 2 && unfit.stderr.contains("has no chips"), "{}", unfit.stderr);
    let nowhere = world.path("no/such");
    let nowhere =
        verifier(&["chip", "read", "--reader", &reader, "--can", "123456", "--out", word(&nowhere)]);
    assert!(nowhere.code == 2 && nowhere.stderr.contains("there is no folder"), "{}", nowhere.stderr);
    for (key, said) in
        [(["--can", "12345"], "5 digits"), (["--mrz-key", "L898902C,691306,940623"], "date of birth")]
    {
        let words = ["chip", "read", "--reader", &reader, key[0], key[1], "--wait", "1", "--out", word(&out)];
        let odd = verifier(&words);
        assert!(odd.code == 2 && odd.stderr.contains(said), "{}", odd.stderr);
        assert!(!odd.stderr.contains("691306"), "{}", odd.stderr);
    }
    let there = world.write("there", b"x");
    let taken = verifier(&["chip", "read", "--reader", &reader, "--can", "123456", "--out", word(&there)]);
    assert!(taken.code == 2 && taken.stderr.contains("there already"), "{}", taken.stderr);
    let two = verifier(&[
        "chip",
        "read",
        "--reader",
        &reader,
        "--can",
        "1",
        "--mrz-key",
        "a,b,c",
        "--out",
        word(&out),
    ]);
    assert_eq!(two.code, 2);
}

/// Taken away for good, inside EF.SOD and after it: what was read is kept where the operator asks, and its verdict is aborted.
#[test]
fn a_partial_read() {
    let world = World::new();
    for (fault, id) in [("torn-out:8", "chip.sod.structure"), ("torn-out:9", "chip.sod.hash-dg2")] {
        let (passport, key) = chip(&world, 0, "bac,aa:p256:sha256", &[fault]);
        let address = port();
        let card = connect(&address, passport);
        let out = world.path(id);
        let run = read(&address, &key, &out, &["--wait", "1", "--partial"]);
        card.join().unwrap();
        assert_eq!(run.code, 4, "{}", run.stderr);
        let report = check(&world, &out);
        assert_eq!(report.code, 4, "{}{}", report.stdout, report.stderr);
        assert_eq!(outcome(&report, id), "aborted broke-off");
    }
}

/// Put back on the reader, the document is read to its end.
#[test]
fn put_back() {
    let world = World::new();
    let address = port();
    let (_chip, key) = emulate(&address, &["--profile", "pace,bac,ca", "--fault", "torn-out:14"]);
    let out = world.path("back");
    let run = read(&address, &key, &out, &["--wait", "20"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("put it back"), "{}", run.stderr);
    let report = check(&world, &out);
    assert_eq!(report.code, 0, "{}{}", report.stdout, report.stderr);
}

/// Without the session's values chip authentication is not decided, and says why.
#[test]
fn without_session_values() {
    let world = World::new();
    let (passport, key) = chip(&world, 0, "bac,aa:none,ca", &[]);
    let address = port();
    let card = connect(&address, passport);
    let out = world.path("no-session");
    let run = read(&address, &key, &out, &["--wait", "10", "--no-session"]);
    card.join().unwrap();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!out.join("chip/session.json").exists());
    let report = check(&world, &out);
    assert_eq!(report.code, 3, "{}", report.stdout);
    assert_eq!(outcome(&report, "chip.ca.new-keys"), "undetermined session.absent");
}

/// Two readers at once, each with its own document: nothing crosses.
#[test]
fn two_readers_at_once() {
    let world = World::new();
    let runs: Vec<_> = (0..2)
        .map(|holder| {
            let (passport, key) = chip(&world, holder, "pace,bac,aa:p256:sha256,ca", &[]);
            let dg1 = passport.document().files["DG1"].clone();
            let address = port();
            let card = connect(&address, passport);
            let out = world.path(&format!("two-{holder}"));
            let thread = std::thread::spawn(move || {
                let run = read(&address, &key, &out, &["--wait", "10"]);
                (run, out)
            });
            (thread, card, dg1)
        })
        .collect();
    for (thread, card, dg1) in runs {
        let (run, out) = thread.join().unwrap();
        card.join().unwrap();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(std::fs::read(out.join("chip/DG1.bin")).unwrap(), dg1);
        assert_eq!(check(&world, &out).code, 0);
    }
}
