//! `verifier chip read --ta-key` against `verifier emulate chip --inspection` over a socket, then `chip check`: fingers in the
//! capture as the chip has them, bound and replayed; without rights everything else.
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

use std::path::PathBuf;

use chip_reads::{check, emulate, outcome, port, read};
use program::{Run, verifier, word};
use verifier_core::capture::Capture;
use verifier_fixtures::chip::ChipProfile;
use verifier_fixtures::scenario::Scenario;
use world::World;

/// Reads as the inspection system whose files are in `folder`, on this day.
fn read_as(world: &World, profile: &str, name: &str, day: &str, more: &[&str]) -> (Run, PathBuf) {
    let (folder, out, address) = (world.path(&format!("inspection-{name}")), world.path(name), port());
    let words = ["--profile", profile, "--inspection", word(&folder)];
    let (_chip, key) = emulate(&address, &[&words, more].concat());
    let file = |name: &str| folder.join(name).display().to_string();
    let (secret, own, verifier_of_documents, authority) =
        (file("is.pk8"), file("is.cvcert"), file("dv.cvcert"), file("cvca.cvcert"));
    let mut words = vec!["--wait", "20", "--ta-key", &secret, "--ta-date", day];
    words.extend(["--ta-cert", &own, &verifier_of_documents, &authority]);
    (read(&address, &key, &out, &words), out)
}

#[test]
fn fingers_come_out_byte_by_byte() {
    let world = World::new();
    for (name, profile) in [("eac", "eac"), ("pace", "pace:gm:aes128:13,ca:aes128:13,ta:ecdsa:sha256")] {
        let (run, out) = read_as(&world, profile, name, "2026-11-21", &[]);
        assert_eq!(run.code, 0, "{profile}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("accepted as UTISDESK300001"), "{}", run.stdout);
        let parsed: ChipProfile = profile.parse().unwrap();
        let emulated = Scenario::from_name("genuine").unwrap();
        let document = world.utopia.chip_of_scenario(emulated, &parsed);
        let capture = Capture::open(&out).unwrap();
        let files = &capture.chip.as_ref().unwrap().files;
        for name in ["DG1", "DG2", "DG3", "EF.SOD"] {
            assert_eq!(
                files[name].data.bytes().map(|octets| &**octets),
                document.files.get(name).map(Vec::as_slice),
                "{name}"
            );
        }
        let report = check(&world, &out);
        assert_eq!(report.code, 0, "{profile}: {}", report.stdout);
        assert_eq!(outcome(&report, "chip.sod.hash-dg3"), "successful ok");
        // Judged over the log, which was driven again through all of terminal authentication.
        assert_eq!(outcome(&report, "chip.ca.new-keys"), "successful ok");
    }
}

#[test]
fn without_rights_the_rest_is_whole() {
    let world = World::new();
    for (name, day, fault, said) in [
        ("expired", "2026-12-24", &[][..], "expired on 2026-12-16"),
        ("refused", "2026-11-21", &["--fault", "ta-6300"], "refused with 6300"),
    ] {
        let (run, out) = read_as(&world, "eac", name, day, fault);
        assert_eq!(run.code, 0, "{name}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(said), "{name}: {}", run.stderr);
        assert!(run.stdout.contains("listed, not read"), "{name}: {}", run.stdout);
        let capture = Capture::open(&out).unwrap();
        assert!(!capture.chip.as_ref().unwrap().files.contains_key("DG3"), "{name}");
        let report = check(&world, &out);
        assert_eq!(report.code, 0, "{name}: {}", report.stdout);
    }
}

/// Files that are none are refused before a document is waited for, and nothing of them is printed.
#[test]
fn unfit_files() {
    let world = World::new();
    let junk = world.write("junk", b"SECRET OCTETS");
    let long = world.write("long", &[0x30; 20_000]);
    let out = world.path("never");
    for (key, says) in [(&junk, "no PKCS #8"), (&long, "too long")] {
        let words =
            ["chip", "read", "--reader", "vpcd:127.0.0.1:1", "--can", "123456", "--ta-key", word(key)];
        let words = [&words[..], &["--ta-cert", word(&junk), "--out", word(&out)]].concat();
        let run = verifier(&words);
        assert!(run.code == 2 && run.stderr.contains(says), "{}", run.stderr);
        assert!(!run.stderr.contains("SECRET"), "{}", run.stderr);
    }
    let alone = verifier(&[
        "chip",
        "read",
        "--reader",
        "vpcd:127.0.0.1:1",
        "--ta-key",
        word(&junk),
        "--out",
        word(&out),
    ]);
    assert!(alone.code == 2 && alone.stderr.contains("--ta-cert"), "{}", alone.stderr);
}
