//! The portrait of DG2 and the contents of the other data groups: decoded only where bound, shown only where asked for
//! (attack rows LDS-07, LDS-08, LDS-11, IMG-01 to IMG-03).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use verifier_core::capture::Capture;
use verifier_core::{InspectionOptions, Outcome, Policy, Report, Verifier};
use verifier_fixtures::document::SignerName;
use verifier_fixtures::forge::sod::SodBuilder;
use verifier_fixtures::lds::{biometric, com, details, dg2, jpeg2000};

use crate::world::{Scenario, WORLD, bare, chip_only, today, trust, verifier};

/// The genuine passport with these data groups instead of its own, signed by its signer.
fn signed(groups: &[(u8, Vec<u8>)]) -> Capture {
    let mut capture = bare(Scenario::Genuine);
    let mut all: BTreeMap<u8, Vec<u8>> = [1, 2, 15]
        .into_iter()
        .map(|n| (n, capture.chip_file(&format!("DG{n}")).unwrap().bytes().unwrap().to_vec()))
        .collect();
    all.extend(groups.iter().cloned());
    let mut sod = SodBuilder::new(&all, WORLD.signer(SignerName::RsaPkcs1));
    sod.cms.signing_times.push(today().at() - Duration::from_secs(100 * 86_400));
    let numbers: Vec<u8> = all.keys().copied().collect();
    let chip = capture.chip_mut();
    chip.insert("EF.SOD", sod.sign());
    chip.insert("EF.COM", com::com("0107", "040000", &numbers));
    for (number, file) in all {
        chip.insert(&format!("DG{number}"), file);
    }
    capture
}

fn face_record(picture: &[u8], width: u16, height: u16) -> Vec<u8> {
    dg2::template(&dg2::face_record(picture, width, height, 'F'), today().at())
}

fn check<'a>(report: &'a Report, id: &str) -> (Outcome, &'a str) {
    let check = report.check(id).unwrap();
    (check.outcome, check.reason.code.as_str())
}

const PORTRAIT: &str = "chip.dg2.portrait";

#[test]
fn the_portrait_is_there_where_the_hash_matched() {
    let verifier = verifier(chip_only());
    for scenario in [Scenario::Genuine, Scenario::GenuineEcdsa] {
        let (report, portrait) = verifier.verify_with_portrait(&bare(scenario), today());
        assert_eq!(check(&report, PORTRAIT), (Outcome::Successful, "ok"));
        let portrait = portrait.unwrap();
        assert_eq!((portrait.width(), portrait.height(), portrait.channels()), (360, 480, 3));
        assert_eq!(portrait.samples().len(), 360 * 480 * 3);
        assert!(portrait.encoded().starts_with(&[0xFF, 0xD8, 0xFF]));
        assert_eq!(format!("{portrait:?}"), "Portrait(JPEG, 360 x 480)");
        let chip = report.chip.as_ref().unwrap();
        let group = chip.data_groups.iter().find(|group| group.number == 2).unwrap();
        assert_eq!(group.content.as_deref(), Some("1 face, ISO/IEC 19794 with JPEG"));
    }
    // LDS-07: the last octet flipped; the picture would still decode, and nobody sees it.
    let mut capture = bare(Scenario::Genuine);
    let mut file = capture.chip_file("DG2").unwrap().bytes().unwrap().to_vec();
    *file.last_mut().unwrap() ^= 1;
    capture.chip_mut().insert("DG2", file);
    let (report, portrait) = verifier.verify_with_portrait(&capture, today());
    assert!(portrait.is_none());
    assert_eq!(check(&report, PORTRAIT), (Outcome::Undetermined, "depends.on-failed"));
    assert_eq!(check(&report, "chip.sod.hash-dg2").0, Outcome::Failed);
    assert!(verifier.verify_with_portrait(&bare(Scenario::SwappedDg2), today()).1.is_none());
}

#[test]
fn every_kind_of_signed_dg2_gets_its_outcome() {
    let verifier = verifier(chip_only());
    let bare_stream = jpeg2000::codestream(60, 80, 3);
    let boxed = jpeg2000::file(&bare_stream, 60, 80, 3);
    let mut bomb = bare_stream.clone();
    bomb[8..16].copy_from_slice(&[0x80, 0, 0, 0, 0x80, 0, 0, 0]);
    let unknown = {
        let representation = biometric::face_39794(&boxed, 4, 60, 80);
        // imageRepresentation [1] holds its extension [1] instead of the base [0].
        let mut file = biometric::block_39794(0x65, &[representation]);
        let place = file.windows(2).position(|pair| pair == [0x80, 0x01]).unwrap() + 3;
        let place = place + file[place..].iter().position(|octet| *octet == 0xA0).unwrap();
        file[place] = 0xA1;
        let template = biometric::Template { biometric_type: 2, subtype: 0, format_type: 0x2A, data: file };
        biometric::group(0x75, &[template])
    };
    for (label, file, expected) in [
        ("JPEG 2000", face_record(&boxed, 60, 80), (Outcome::Successful, "ok")),
        ("codestream without boxes", face_record(&bare_stream, 60, 80), (Outcome::Successful, "ok")),
        ("LDS-11 39794-5", biometric::dg2_39794(&boxed, 4, 60, 80), (Outcome::Successful, "ok")),
        ("LDS-11 unknown choice", unknown, (Outcome::Undetermined, "biometric.unknown-choice")),
        ("IMG-03 bomb", face_record(&bomb, 60, 80), (Outcome::Undetermined, "image.undecodable")),
        ("IMG-01 cut short", face_record(&boxed[..90], 60, 80), (Outcome::Undetermined, "image.undecodable")),
        ("no picture format", face_record(b"GIF89a", 60, 80), (Outcome::Undetermined, "image.undecodable")),
        ("no template", vec![0x75, 0x00], (Outcome::Failed, "malformed")),
    ] {
        let capture = signed(&[(2, file)]);
        let start = Instant::now();
        let (report, portrait) = verifier.verify_with_portrait(&capture, today());
        assert!(start.elapsed() < Duration::from_secs(5), "{label}: {:?}", start.elapsed());
        assert_eq!(check(&report, PORTRAIT), expected, "{label}: {:?}", report.check(PORTRAIT));
        assert_eq!(portrait.is_some(), expected.0 == Outcome::Successful, "{label}");
        // What the picture is like never touches passive authentication.
        for id in ["chip.sod.signature", "chip.issuer.chain", "chip.sod.hash-dg2"] {
            assert_eq!(check(&report, id).0, Outcome::Successful, "{label}: {id}");
        }
    }
    // The twins show the same picture.
    let encoded =
        |file| verifier.verify_with_portrait(&signed(&[(2, file)]), today()).1.unwrap().encoded().to_vec();
    assert_eq!(encoded(face_record(&boxed, 60, 80)), encoded(biometric::dg2_39794(&boxed, 4, 60, 80)));
    // A record that states another size than its picture has.
    let report = verifier.verify(&signed(&[(2, face_record(&boxed, 61, 80))]), today());
    assert_eq!(report.findings_of("biometric.image-size").count(), 1);
}

#[test]
fn past_the_deadline_the_check_is_aborted_and_the_rest_stands() {
    let build = |deadline| {
        Verifier::builder().policy(chip_only()).trust(trust()).portrait_deadline(deadline).build().unwrap()
    };
    let (report, portrait) = build(Duration::ZERO).verify_with_portrait(&bare(Scenario::Genuine), today());
    assert!(portrait.is_none());
    let (outcome, code) = check(&report, PORTRAIT);
    assert_eq!(outcome, Outcome::Aborted);
    assert!(["portrait.deadline", "portrait.refused"].contains(&code), "{code}");
    assert_eq!(report.overall(), Outcome::Successful, "the check is evaluatory");
    assert_eq!(check(&report, "chip.sod.hash-dg2").0, Outcome::Successful);
}

#[test]
fn an_inspection_shows_the_portrait_when_dg2_and_its_index_are_there() {
    let whole = bare(Scenario::Genuine);
    let inspection = verifier(chip_only()).inspect(today(), InspectionOptions::default());
    assert!(inspection.portrait().is_none());
    for (name, file) in &whole.chip.as_ref().unwrap().files {
        inspection.put_chip_file(name, file.data.bytes().unwrap().clone());
    }
    inspection.complete();
    let report = inspection.wait(Duration::from_secs(60)).unwrap();
    assert_eq!(check(&report, PORTRAIT), (Outcome::Successful, "ok"));
    assert_eq!(inspection.portrait().unwrap().width(), 360);
}

#[test]
fn details_are_told_to_who_asks_and_to_nobody_else() {
    let wsq = biometric::wsq(300, 400);
    let groups = [
        (
            3,
            biometric::dg3(
                &[biometric::finger_19794(2, &wsq, 300, 400), biometric::finger_39794(7, &wsq)],
                b"",
            ),
        ),
        (5, details::dg5(&[&[0xFF, 0xD8, 0xFF, 0xE0]])),
        (
            11,
            details::dg11(
                &[
                    (0x5F0E, "MÜSTERFRAU<<ERIKA".as_bytes()),
                    (0x5F2B, b"19740812"),
                    (0x5F11, b"UTOPIA CITY<UT"),
                ],
                &[b"SECRETNAME"],
            ),
        ),
        (12, details::dg12(&[(0x5F19, b"PASSPORT OFFICE"), (0x5F26, &details::packed("20260402"))], &[])),
        (13, details::dg13(b"\xFFwhatever")),
        (16, details::dg16(&[[b"20260813", b"SMITH<<CHARLES", b"19525551212", b"MAPLE ROAD"]])),
    ];
    let mut capture = signed(&groups);
    // LDS-08: DG3 is listed and was not read; that is a note and fails nothing.
    let unread = {
        let mut capture = capture.clone();
        capture.chip_mut().files.remove("DG3");
        capture
    };
    let report = verifier(chip_only()).verify(&unread, today());
    assert_eq!(report.overall(), Outcome::Successful);
    let group = |report: &Report, number| {
        let groups = &report.chip.as_ref().unwrap().data_groups;
        groups.iter().find(|group| group.number == number).unwrap().clone()
    };
    let three = group(&report, 3);
    assert_eq!((three.listed, three.read, three.bound, three.content), (true, false, false, None));

    let builder = || Verifier::builder().policy(Policy::chip_only().danger_allow_specimen()).trust(trust());
    let told = builder().personal(true).build().unwrap().verify(&capture, today());
    let silent = builder().build().unwrap().verify(&capture, today());
    assert_eq!(told.digest, silent.digest);
    let json = silent.to_json().unwrap();
    for secret in
        ["ERIKA", "SECRETNAME", "UTOPIA CITY", "CHARLES", "1974-08-12", "2026-04-02", "PASSPORT OFFICE"]
    {
        assert!(!json.contains(secret), "{secret}");
        assert!(told.to_json().unwrap().contains(secret), "{secret}");
        assert!(!format!("{told:?}").contains(secret), "{secret}");
    }
    let details = &told.document.personal.as_ref().unwrap().details;
    let value = |field: &str| {
        details.iter().find(|d| d.field == field).map(|d| (d.source.as_str(), d.value.as_str()))
    };
    assert_eq!(value("full_name"), Some(("DG11", "MÜSTERFRAU<<ERIKA")));
    assert_eq!(value("issue_date"), Some(("DG12", "2026-04-02")));
    assert_eq!(value("address"), Some(("DG16", "MAPLE ROAD")));
    for (number, content) in [
        (3, "2 fingers, ISO/IEC 19794 with WSQ, ISO/IEC 39794 with WSQ"),
        (5, "1 displayed portrait: JPEG"),
        (11, "4 personal details"),
        (12, "2 document details"),
        (13, "9 octets of the issuer's own"),
        (16, "1 person to notify"),
    ] {
        assert_eq!(group(&silent, number).content.as_deref(), Some(content), "DG{number}");
    }
    // Changed after signing, nothing of it is told, even to who asks.
    let mut file = capture.chip_file("DG11").unwrap().bytes().unwrap().to_vec();
    *file.last_mut().unwrap() ^= 1;
    capture.chip_mut().insert("DG11", file);
    let told = builder().personal(true).build().unwrap().verify(&capture, today());
    assert!(!told.to_json().unwrap().contains("ERIKA"));
    // Signed and malformed is found.
    let report = verifier(chip_only()).verify(&signed(&[(11, vec![0x6B, 0x02, 0x5F, 0x0E])]), today());
    assert_eq!(report.findings_of("chip.data-group.malformed").count(), 1);
}
