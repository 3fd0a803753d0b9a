//! The same capture in memory, in a folder and in a zip: equal, with equal hashes, and for its owner alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use proptest::prelude::*;
use std::fs;
use std::io::Write;
use time::macros::datetime;
use verifier_capture::{Authentication, Capture, ChipFile, Content, Device, Light, PageImage, Protocol};

fn full() -> Capture {
    let mut capture = Capture::new();
    capture.captured_at = Some(datetime!(2026-11-21 10:00:00 UTC));
    let mut device = Device::default();
    device.id = Some("desk-3".into());
    device.profile = Some(ChipFile::new("device.json", b"{}".to_vec(), 1 << 20));
    capture.device = Some(device);
    capture.images = vec![
        PageImage::new("data", Light::White, b"\x89PNG white".to_vec())
            .with_ppi(400.0)
            .with_processing("raw"),
        PageImage::new("data", Light::Infrared, b"\xFF\xD8 ir".to_vec()).with_ppi(399.5),
        PageImage::new("data", Light::Ultraviolet, b"BM uv".to_vec()),
        PageImage::new("data", Light::Other("ir-870/x".into()), b"other".to_vec()),
        PageImage::new("data", Light::White, b"\x89PNG again".to_vec()),
    ];
    capture.mrz = Some(vec!["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<".into(), "L898902C36UTO".into()]);
    capture.viz.insert("surname".into(), "ERIKSSON".into());
    let chip = capture.chip_mut();
    chip.insert("EF.COM", b"\x60\x00".to_vec());
    chip.insert("EF.SOD", b"\x77\x00".to_vec());
    chip.insert("DG1", b"\x61\x00".to_vec());
    chip.insert("EF.ATR/INFO", b"\x80".to_vec());
    chip.apdu_log = Some(ChipFile::new("chip/apdu.jsonl", b"{}\n".to_vec(), 1 << 20));
    chip.session = Some(ChipFile::new("chip/session.json", b"{}".to_vec(), 1 << 20));
    chip.portrait = Some(ChipFile::new("dg2.jpg", b"\xFF\xD8 face".to_vec(), 1 << 20));
    let mut aa = Authentication::answered(Protocol::ActiveAuthentication, &[1; 8], &[2; 128])
        .at(datetime!(2026-11-21 10:00:04 UTC));
    aa.log_lines = vec![41, 42];
    chip.authentication = vec![aa, Authentication::new(Protocol::PaceCam)];
    capture
}

#[test]
fn folder_zip_and_memory_are_one_capture() {
    let capture = full();
    let place = tempfile::tempdir().unwrap();
    let (folder, zip) = (place.path().join("case-17"), place.path().join("case-17.zip"));
    capture.write_folder(&folder).unwrap();
    capture.write_zip(&zip).unwrap();

    let from_folder = Capture::open(&folder).unwrap();
    let from_zip = Capture::open(&zip).unwrap();
    let from_manifest = Capture::open(folder.join("capture.json")).unwrap();
    let from_bytes = Capture::from_zip_bytes(&capture.to_zip_bytes().unwrap()).unwrap();
    for read in [&from_folder, &from_zip, &from_manifest, &from_bytes] {
        assert_eq!(read.sha256(), capture.sha256());
        assert_eq!(read.chip, capture.chip);
        assert_eq!(read.notes, []);
        assert_eq!(read.images.len(), 5);
        assert_eq!(read.images[1].ppi, Some(399.5));
        assert_eq!(
            read.images[4].data, capture.images[4].data,
            "the second white image has a file of its own"
        );
    }
    assert_eq!(from_folder, from_zip);
    assert_eq!(from_folder.images[0].file, "data-white.png");
    assert_eq!(from_folder.images[4].file, "data-white-2.png");
    assert_eq!(from_folder.images[3].light, Light::Other("ir-870/x".into()));
}

#[test]
fn a_zip_of_the_folder_itself_opens_too() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("case-17");
    full().write_folder(&folder).unwrap();
    // As `zip -r case.zip case-17` packs it.
    let mut zip = zip::ZipWriter::new(fs::File::create(place.path().join("case.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.add_directory("case-17/", options).unwrap();
    zip.add_directory("case-17/chip/", options).unwrap();
    let mut add = |name: &str| {
        zip.start_file(format!("case-17/{name}"), options).unwrap();
        zip.write_all(&fs::read(folder.join(name)).unwrap()).unwrap();
    };
    for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
        add(entry.file_name().to_str().unwrap());
    }
    for entry in fs::read_dir(folder.join("chip")).unwrap().map(Result::unwrap) {
        add(&format!("chip/{}", entry.file_name().to_str().unwrap()));
    }
    zip.finish().unwrap();
    assert_eq!(Capture::open(place.path().join("case.zip")).unwrap().sha256(), full().sha256());
}

#[test]
fn the_hash_sees_every_part_and_no_order_of_arrival() {
    let base = full().sha256();
    let changes: [fn(&mut Capture); 17] = [
        |c| c.captured_at = None,
        |c| c.device.as_mut().unwrap().id = None,
        |c| c.device.as_mut().unwrap().profile = None,
        |c| c.images[0].page = "cover".into(),
        |c| c.images[0].light = Light::Coaxial,
        |c| c.images[0].ppi = Some(401.0),
        |c| c.images[0].processing = None,
        |c| c.images[0].data = Content::from(b"x".to_vec()),
        |c| drop(c.images.pop()),
        |c| c.mrz.as_mut().unwrap()[1].push('<'),
        |c| c.mrz = Some(vec![]),
        |c| drop(c.viz.insert("surname".into(), "X".into())),
        |c| c.chip = None,
        |c| c.chip_mut().insert("DG1", b"\x61\x01".to_vec()),
        |c| c.chip_mut().authentication[0].status_word = Some(0x6982),
        |c| c.chip_mut().authentication[0].log_lines = vec![],
        |c| c.chip_mut().portrait = None,
    ];
    for (i, change) in changes.iter().enumerate() {
        let mut capture = full();
        change(&mut capture);
        assert_ne!(capture.sha256(), base, "change {i}");
    }
    let mut turned = full();
    turned.images.reverse();
    turned.chip_mut().authentication.reverse();
    turned.images[0].file = "renamed.png".into();
    assert_eq!(turned.sha256(), base);
    let mut none = full();
    none.mrz = None;
    let mut empty = full();
    empty.mrz = Some(vec![]);
    assert_ne!(none.sha256(), empty.sha256());
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let (folder, zip) = (place.path().join("a"), place.path().join("a.zip"));
    full().write_folder(&folder).unwrap();
    full().write_zip(&zip).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("chip")), 0o700);
    assert_eq!(mode(&folder.join("capture.json")), 0o600);
    assert_eq!(mode(&folder.join("chip/DG1.bin")), 0o600);
    assert_eq!(mode(&zip), 0o600);
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing temporary is left behind: {left:?}");
}

#[test]
fn the_manifest_is_the_contract_s() {
    let place = tempfile::tempdir().unwrap();
    full().write_folder(place.path().join("a")).unwrap();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(place.path().join("a/capture.json")).unwrap()).unwrap();
    assert_eq!(json["schema"], "verifier.capture/1");
    assert_eq!(json["captured_at"], "2026-11-21T10:00:00Z");
    assert_eq!(json["images"][1]["light"], "ir");
    assert_eq!(json["chip"]["files"]["EF.SOD"], "chip/EF.SOD.bin");
    assert_eq!(json["chip"]["authentication"][0]["sw"], "9000");
    assert_eq!(json["chip"]["authentication"][0]["challenge"], "0101010101010101");
    assert_eq!(json["chip"]["authentication"][0]["log_lines"], serde_json::json!([41, 42]));
    assert_eq!(json["chip"]["portrait"], "dg2.jpg");
}

#[test]
fn debug_shows_no_personal_data() {
    let text = format!("{:?}", full());
    for secret in ["ERIKSSON", "L898902C3", "surname", "face", "white\"", "0101", "[1, 1", "[2, 2"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_redacted_capture_keeps_its_structure_and_no_holder() {
    let redacted = full().redacted();
    let bytes = redacted.to_zip_bytes().unwrap();
    let again = Capture::from_zip_bytes(&bytes).unwrap();
    assert_eq!((again.mrz.clone(), again.viz.len()), (None, 0));
    assert_eq!(again.images.len(), 5);
    assert_eq!(again.images[0].ppi, Some(400.0));
    assert!(again.images.iter().all(|image| image.data.size() == 0));
    let chip = again.chip.unwrap();
    assert_eq!(
        chip.files.keys().map(String::as_str).collect::<Vec<_>>(),
        ["EF.ATR/INFO", "EF.COM", "EF.SOD"]
    );
    assert_eq!((chip.apdu_log, chip.session, chip.portrait), (None, None, None));
    assert_eq!(chip.authentication.len(), 2);
    assert!(chip.authentication.iter().all(|a| a.challenge.is_none() && a.response.is_none()));
}

fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..12).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_capture_survives_the_zip(
        mrz in proptest::option::of(proptest::collection::vec(any_text(), 0..4)),
        viz in proptest::collection::btree_map(any_text(), any_text(), 0..4),
        images in proptest::collection::vec((any_text(), any_text(), proptest::collection::vec(any::<u8>(), 0..40), proptest::option::of(1.0..2000.0_f64)), 0..6),
        files in proptest::collection::btree_map(any_text(), proptest::collection::vec(any::<u8>(), 0..40), 0..6),
        seconds in proptest::option::of(0_i64..4_000_000_000),
    ) {
        let mut capture = Capture::new();
        capture.mrz = mrz;
        capture.viz = viz;
        capture.captured_at = seconds.map(|s| time::OffsetDateTime::from_unix_timestamp(s).unwrap());
        for (page, light, data, ppi) in images {
            let mut image = PageImage::new(&page, Light::from_name(&light), data);
            image.ppi = ppi;
            capture.images.push(image);
        }
        for (name, data) in files {
            capture.chip_mut().insert(&name, data);
        }
        let again = Capture::from_zip_bytes(&capture.to_zip_bytes().unwrap()).unwrap();
        prop_assert_eq!(&again.mrz, &capture.mrz);
        prop_assert_eq!(&again.viz, &capture.viz);
        prop_assert_eq!(again.images.len(), capture.images.len());
        for (a, b) in again.images.iter().zip(&capture.images) {
            prop_assert_eq!((&a.page, &a.light, a.ppi, &a.data), (&b.page, &b.light, b.ppi, &b.data));
        }
        let mut unnoted = again;
        unnoted.notes.clear(); // names of files that no chip has
        prop_assert_eq!(unnoted.sha256(), capture.sha256());
    }
}
