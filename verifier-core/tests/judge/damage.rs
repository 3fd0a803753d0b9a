//! Bad input: each file of a genuine bundle damaged in turn. The report is complete, checks that do not read the
//! file are unchanged, and overall is never successful (DESIGN.md section 4, document evidence).

use std::sync::Arc;

use verifier_core::capture::{Capture, Content, Limits};
use verifier_core::{Outcome, Policy, Report};

use crate::world::{Scenario, bare, capture, chip_only, frontline, summary, today, trouble, verifier};

/// A way to damage a file.
type Damage = (&'static str, fn(&[u8]) -> Vec<u8>);

const DAMAGES: [Damage; 5] = [
    ("empty", |_| Vec::new()),
    ("truncated", |file| file[..file.len() / 2].to_vec()),
    ("one bit", |file| {
        let mut file = file.to_vec();
        let middle = file.len() / 2;
        file[middle] ^= 1;
        file
    }),
    ("random", |file| {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        file.iter()
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect()
    }),
    ("20 MiB of zeros", |_| vec![0; 20 << 20]),
];

/// Checks that may change when a chip file is damaged.
fn readers_of(file: &str) -> Vec<&'static str> {
    match file {
        "EF.COM" => vec!["chip.com.matches-sod"],
        "DG1" => {
            vec![
                "chip.sod.hash-dg1",
                "chip.issuer.state",
                "chip.signer.document-type",
                "combined.mrz.dg1",
                "document.validity.expiry",
            ]
        }
        "DG2" => vec!["chip.sod.hash-dg2", "chip.dg2.portrait"],
        "DG14" => vec![
            "chip.sod.hash-dg14",
            "chip.aa.answer",
            "chip.ca.new-keys",
            "chip.pace-cam.mapping",
            "chip.access.downgrade",
        ],
        "DG15" => vec!["chip.sod.hash-dg15", "chip.aa.answer"],
        "EF.SOD" => vec!["chip.", "combined.mrz.dg1", "document.validity.expiry"],
        other => panic!("who reads {other}?"),
    }
}

fn unchanged_elsewhere(before: &Report, after: &Report, readers: &[&str], what: &str) {
    let others = |report: &Report| {
        let all = summary(report).into_iter();
        all.filter(|(id, _)| !readers.iter().any(|reader| id.starts_with(reader))).collect::<Vec<_>>()
    };
    assert_eq!(others(before), others(after), "{what}");
}

fn check_chip(scenario: Scenario, policy: Policy) {
    let whole = bare(scenario);
    let verifier = verifier(policy);
    let before = verifier.verify(&whole, today());
    assert_eq!(before.overall(), Outcome::Successful, "{}", trouble(&before));
    let names: Vec<String> = whole.chip.as_ref().unwrap().files.keys().cloned().collect();
    assert!(names.len() >= 5, "{names:?}");
    for name in names {
        let original = whole.chip_file(&name).unwrap().bytes().unwrap().clone();
        for (damage, make) in DAMAGES {
            let what = format!("{name}: {damage}");
            let mut capture = whole.clone();
            capture.chip_mut().insert(&name, make(&original));
            let report = verifier.verify(&capture, today());
            assert_ne!(report.overall(), Outcome::Successful, "{what}");
            assert_ne!(report.overall(), Outcome::Aborted, "{what}: {}", trouble(&report));
            unchanged_elsewhere(&before, &report, &readers_of(&name), &what);
            if let Some(number) = name.strip_prefix("DG") {
                let check = report.check(&format!("chip.sod.hash-dg{number}")).unwrap();
                assert_eq!(check.outcome, Outcome::Failed, "{what}");
                if damage != "one bit" {
                    assert_eq!(check.reason.code, "malformed", "{what}: {}", check.reason.text);
                }
            }
            if name == "EF.SOD" && damage != "one bit" {
                let check = report.check("chip.sod.structure").unwrap();
                assert_eq!(
                    (check.outcome, check.reason.code.as_str()),
                    (Outcome::Failed, "malformed"),
                    "{what}"
                );
            }
        }
    }
}

#[test]
fn damaged_chip_files_rsa() {
    check_chip(Scenario::Genuine, chip_only());
}

#[test]
fn damaged_chip_files_ecdsa() {
    check_chip(Scenario::GenuineEcdsa, chip_only());
}

#[test]
fn damaged_images() {
    let whole = capture(Scenario::Genuine);
    let verifier = verifier(frontline());
    let before = verifier.verify(&whole, today());
    assert_eq!(before.overall(), Outcome::Successful, "{}", trouble(&before));
    for index in 0..whole.images.len() {
        let light = whole.images[index].light.clone();
        let original = whole.images[index].data.bytes().unwrap().clone();
        for (damage, make) in DAMAGES {
            let what = format!("{light}: {damage}");
            let mut capture: Capture = whole.clone();
            let bytes: Arc<[u8]> = make(&original).into();
            capture.images[index].data = Content::capped(bytes, Limits::STANDARD.image);
            let report = verifier.verify(&capture, today());
            assert_eq!(report.overall(), Outcome::Undetermined, "{what}: {}", trouble(&report));
            unchanged_elsewhere(&before, &report, &["optics."], &what);
            let undecodable = report.deciding().iter().any(|check| check.reason.code == "image.undecodable");
            assert!(undecodable, "{what}: {}", trouble(&report));
        }
    }
}

/// ASN-10 in miniature: no flipped byte of a signed file leaves a success behind, but for the few octets of EF.SOD that
/// nothing signs (RFC 5652 5.1, 5.3): `digestAlgorithms`, which stands before the content and decides nothing, and the
/// name in the signer identifier, for which the serial number of the only certificate stands in with a finding.
#[test]
fn no_flipped_byte_of_a_signed_file_is_successful() {
    let whole = bare(Scenario::GenuineEcdsa);
    let verifier = verifier(chip_only());
    let mut free = 0;
    for name in ["EF.SOD", "DG1", "DG15"] {
        let original = whole.chip_file(name).unwrap().bytes().unwrap().clone();
        // Every byte of the small files; of EF.SOD every third, which still meets every structure in it.
        let step = if name == "EF.SOD" { 3 } else { 1 };
        for index in (0..original.len()).step_by(step) {
            let mut bytes = original.to_vec();
            bytes[index] ^= 0x80;
            let mut capture = whole.clone();
            capture.chip_mut().insert(name, bytes);
            let report = verifier.verify(&capture, today());
            assert_ne!(report.overall(), Outcome::Aborted, "{name} byte {index}");
            if report.overall() == Outcome::Successful {
                assert_eq!(name, "EF.SOD", "byte {index}");
                // ldsSecurityObject, the type of the content.
                let content =
                    original.windows(6).position(|octets| octets == [0x67, 0x81, 0x08, 1, 1, 1]).unwrap();
                let said = ["signer.matched-by-serial", "signer.matched-by-normalised-name"];
                let said = said.iter().any(|code| report.findings_of(code).count() == 1);
                assert!(index < content || said, "EF.SOD byte {index} changes unseen");
                free += 1;
            }
        }
    }
    assert!(free <= 40, "{free} octets are free");
}

#[test]
fn hostile_text_is_a_result() {
    let verifier = verifier(chip_only());
    let long = "A".repeat(1 << 20);
    for lines in [
        vec![],
        vec![String::new()],
        vec!["' OR 1=1--".to_owned()],
        vec!["\u{202E}${jndi:ldap://x}%n%n\0".to_owned(), long.clone()],
        vec![long; 50],
    ] {
        let mut capture = bare(Scenario::Genuine);
        let empty = lines.is_empty();
        capture.mrz = Some(lines);
        let report = verifier.verify(&capture, today());
        let expected = if empty { Outcome::Undetermined } else { Outcome::Failed };
        assert_eq!(report.check("mrz.layout.alphabet").unwrap().outcome, expected);
        assert_eq!(report.check("chip.sod.signature").unwrap().outcome, Outcome::Successful);
        let json = report.to_json().unwrap();
        assert!(json.len() < 200_000 && !json.contains("jndi") && !json.contains("1=1"));
    }
}
