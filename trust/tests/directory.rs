//! The ICAO PKD as LDIF: all kinds of entries, hostile ones, and one of its real size.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "test code"
)]

mod world;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::time::Instant;
use verifier_fixtures::document::SignerName;
use verifier_trust::{Import, Reason, Snapshot, SourceKind, TrustStore};
use world::{NOW, world};

/// An entry as the PKD writes it, folded at 76 characters.
fn entry(attribute: &str, value: &[u8], more: &str) -> String {
    let mut text =
        String::from("dn: cn=C\\=UT\\,O\\=Utopia+sn=00,o=x,c=UT,dc=data,dc=download,dc=pkd,dc=icao,dc=int\n");
    let line = format!("{attribute}:: {}", STANDARD.encode(value));
    for (i, part) in line.as_bytes().chunks(76).enumerate() {
        let _ = writeln!(text, "{}{}", if i == 0 { "" } else { " " }, std::str::from_utf8(part).unwrap());
    }
    text + more + "objectClass: top\n\n"
}

#[test]
fn signers_crls_and_lists_come_out_of_one_file() {
    let signer = &world().signer(SignerName::EcdsaP256).certificate;
    let text = String::from("version: 1\n\n")
        + &entry("userCertificate;binary", signer, "pkdVersion: 16\n")
        + &entry("certificateRevocationList;binary", world().crl(), "")
        + &entry("pkdMasterListContent", world().master_list(), "pkdConformanceText: ERR:X\n  more\n")
        // An authority's certificate in a directory that nobody signed is no anchor.
        + &entry("userCertificate;binary", world().csca_old(), "");
    let run = |import: Import| Snapshot::empty().import(&import);
    let (snapshot, report) = run(Import::new(NOW).bytes("pkd.ldif", text.clone().into_bytes()));
    assert_eq!((snapshot.anchors(), snapshot.signers(), snapshot.crl_count()), (0, 2, 0));
    let reasons: Vec<_> = report.files[0].refused.iter().map(|r| (r.item.as_str(), &r.reason)).collect();
    assert!(
        matches!(reasons[0], ("line 29", Reason::UntrustedSigner(_)) | (_, Reason::UntrustedSigner(_))),
        "{reasons:?}"
    );
    assert!(matches!(reasons[1].1, Reason::NoIssuer(_)), "{reasons:?}");

    let import = Import::new(NOW).bytes("pkd.ldif", text.into_bytes()).pin_bytes("p", world().csca_new());
    let (snapshot, report) = run(import);
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!((snapshot.anchors(), snapshot.signers(), snapshot.crl_count()), (3, 1, 1));
    assert_eq!(
        (report.files[0].kind, report.files[0].signers, report.files[0].crls),
        (Some(SourceKind::Ldif), 2, 1)
    );
    assert!(report.files[0].signed_at.is_some());
}

#[test]
fn a_bad_entry_costs_itself_and_a_bomb_costs_the_file() {
    let signer = &world().signer(SignerName::EcdsaP256).certificate;
    let good = entry("userCertificate;binary", signer, "");
    let bad = entry("userCertificate;binary", b"no certificate", "userCertificate;binary:: !!\n");
    let text = format!("version: 1\n\n{bad}{good}{bad}");
    let (snapshot, report) =
        Snapshot::empty().import(&Import::new(NOW).bytes("x", text.clone().into_bytes()));
    assert_eq!(snapshot.signers(), 1);
    assert_eq!(report.files[0].refused.len(), 4, "{report:#?}");

    let bomb = format!("{text}userCertificate;binary:: {}\n", "A".repeat(33 << 20));
    let (same, report) = snapshot.import(&Import::new(NOW).bytes("x", bomb.into_bytes()));
    assert_eq!(same, snapshot);
    assert!(
        report.files[0].refused.iter().any(|r| matches!(r.reason, Reason::LineTooLong(_))),
        "{report:#?}"
    );
    // Base64 of zeros: no certificate, no harm.
    let zeros = entry("userCertificate;binary", &vec![0; 20 << 20], "");
    let (same, report) =
        snapshot.import(&Import::new(NOW).bytes("x", format!("version: 1\n{zeros}").into_bytes()));
    assert_eq!(same, snapshot);
    assert!(matches!(report.files[0].refused[0].reason, Reason::Malformed(_)));
}

/// A signer certificate with another serial number: enough for a directory, whose signers nobody has verified yet.
fn numbered(template: &[u8], serial: &[u8], number: usize) -> Vec<u8> {
    let mut certificate = template.to_vec();
    let place = template.windows(serial.len()).position(|w| w == serial).unwrap();
    let digits = u32::try_from(number).unwrap().to_be_bytes();
    certificate[place + serial.len() - 4..place + serial.len()].copy_from_slice(&digits);
    certificate
}

fn simulate(entries: usize) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("icaopkd-001.ldif");
    let signer = world().signer(SignerName::RsaPkcs1);
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(b"version: 1\n\n").unwrap();
    for number in 0..entries {
        let der = numbered(&signer.certificate, &signer.serial, number);
        file.write_all(entry("userCertificate;binary", &der, "").as_bytes()).unwrap();
    }
    file.into_inner().unwrap().sync_all().unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    let store = TrustStore::open_or_create(place.path().join("trust")).unwrap();
    let begun = Instant::now();
    let report = store.import(&Import::new(NOW).file(&path)).unwrap();
    let took = begun.elapsed();
    assert_eq!(report.files[0].signers, entries);
    let begun = Instant::now();
    let snapshot = TrustStore::open(place.path().join("trust")).unwrap().snapshot().unwrap();
    let opened = begun.elapsed();
    assert_eq!(snapshot.signers(), entries);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("peak memory unknown");
    println!("LDIF of {entries} signers, {size} bytes: import {took:?}, open {opened:?}, {peak}");
}

#[test]
fn a_directory_of_a_thousand_signers() {
    simulate(1000);
}

/// `cargo test --release -p verifier-trust --test directory -- --ignored --nocapture`
#[test]
#[ignore = "80 MB: for measuring"]
fn a_directory_of_its_real_size() {
    simulate(44_000);
}
