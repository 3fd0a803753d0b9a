//! What the document or the reader delivered is evidence, however damaged; a zip is bounded by what really
//! comes out of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "test code"
)]

use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Cursor, Write};
use verifier_capture::{Capture, Content, Error, ErrorKind, Limits, OpenOptions};
use zip::write::SimpleFileOptions;

const JSON: &str = r#"{"schema": "verifier.capture/1",
    "images": [{"page": "data", "light": "ir", "file": "ir.png"}],
    "chip": {"files": {"DG1": "chip/DG1.bin", "EF.SOD": "chip/EF.SOD.bin"}}}"#;

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(data).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn kind(bytes: &[u8]) -> ErrorKind {
    Capture::from_zip_bytes(bytes).unwrap_err().kind
}

#[test]
fn empty_files_and_twenty_mebibytes_of_zeros_are_evidence() {
    let zeros = vec![0_u8; 20 << 20];
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("capture.json"), JSON).unwrap();
    fs::create_dir(place.path().join("chip")).unwrap();
    fs::write(place.path().join("ir.png"), &zeros).unwrap();
    fs::write(place.path().join("chip/DG1.bin"), b"").unwrap();
    fs::write(place.path().join("chip/EF.SOD.bin"), &zeros).unwrap();
    let folder = Capture::open(place.path()).unwrap();
    let too_large = Content::TooLarge { size: 20 << 20, sha256: Sha256::digest(&zeros).into() };
    assert_eq!(folder.images[0].data, too_large);
    assert_eq!(*folder.chip_file("EF.SOD").unwrap(), too_large);
    assert_eq!(folder.chip_file("DG1").unwrap().size(), 0);

    let zip = zipped(&[
        ("capture.json", JSON.as_bytes()),
        ("ir.png", &zeros),
        ("chip/DG1.bin", b""),
        ("chip/EF.SOD.bin", &zeros),
    ]);
    assert!(zip.len() < 200_000, "a thousandfold");
    let zip = Capture::from_zip_bytes(&zip).unwrap();
    assert_eq!(zip.sha256(), folder.sha256());
    assert_eq!(zip, folder);
}

#[test]
fn a_file_listed_twice_counts_once_and_keeps_each_cap() {
    let json = r#"{"schema": "verifier.capture/1", "images": [{"light": "ir", "file": "x"}, {"light": "uv", "file": "./x"}],
        "chip": {"files": {"DG2": "x"}}}"#;
    let data = vec![1_u8; 5 << 20];
    let capture =
        Capture::from_zip_bytes(&zipped(&[("capture.json", json.as_bytes()), ("x", &data)])).unwrap();
    assert_eq!(capture.images[1].data.bytes().unwrap().len(), 5 << 20);
    assert!(matches!(capture.chip_file("DG2"), Some(Content::TooLarge { size: 5_242_880, .. })));
}

#[test]
fn the_whole_is_bounded_by_what_comes_out() {
    // 40 files of 10 MiB of zeros: 400 MiB out of 400 kB.
    let ten = vec![0_u8; 10 << 20];
    let mut json = String::from(r#"{"schema": "verifier.capture/1", "images": ["#);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..40 {
        if i > 0 {
            json.push(',');
        }
        json.push_str(&format!(r#"{{"light": "ir", "file": "{i}.png"}}"#));
        zip.start_file(format!("{i}.png"), SimpleFileOptions::default()).unwrap();
        zip.write_all(&ten).unwrap();
    }
    json.push_str("]}");
    zip.start_file("capture.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(json.as_bytes()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    assert!(zip.len() < 1 << 20);
    assert_eq!(kind(&zip), ErrorKind::BundleTooLarge { limit: 256 << 20 });

    // The same in a folder, with a smaller cap.
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("capture.json"), JSON).unwrap();
    fs::create_dir(place.path().join("chip")).unwrap();
    for name in ["ir.png", "chip/DG1.bin", "chip/EF.SOD.bin"] {
        fs::write(place.path().join(name), [0; 400]).unwrap();
    }
    let mut limits = Limits::STANDARD;
    limits.total = 1199;
    let opened = |limits| OpenOptions::new().limits(limits).open(place.path());
    assert_eq!(opened(limits).unwrap_err().kind, ErrorKind::BundleTooLarge { limit: 1199 });
    limits.total = 1200;
    assert!(opened(limits).is_ok());
}

/// Replaces the one place where `from` stands in both headers of an entry.
fn patch(zip: &mut [u8], from: &[u8], to: &[u8]) -> usize {
    let places: Vec<usize> =
        zip.windows(from.len()).enumerate().filter(|(_, w)| *w == from).map(|(i, _)| i).collect();
    for place in &places {
        zip[*place..*place + to.len()].copy_from_slice(to);
    }
    places.len()
}

#[test]
fn a_size_that_lies_is_seen() {
    let data = vec![7_u8; 300_001];
    let zip = zipped(&[
        ("capture.json", JSON.as_bytes()),
        ("ir.png", &data),
        ("chip/DG1.bin", b"1"),
        ("chip/EF.SOD.bin", b"2"),
    ]);
    let size = 300_001_u32.to_le_bytes();
    for lie in [1_u32, 300_000, 300_002, 4_000_000_000] {
        let mut zip = zip.clone();
        assert!(patch(&mut zip, &size, &lie.to_le_bytes()) >= 2);
        let kind = kind(&zip);
        assert!(
            matches!(
                kind,
                ErrorKind::Zip { .. } | ErrorKind::ZipEntry { .. } | ErrorKind::BundleTooLarge { .. }
            ),
            "{lie}: {kind:?}"
        );
    }
}

#[test]
fn entries_that_no_honest_bundle_has_are_refused() {
    let manifest = ("capture.json", r#"{"schema": "verifier.capture/1"}"#.as_bytes());
    for (name, why) in [
        ("../evil", "leaves the bundle"),
        ("a/../../evil", "leaves the bundle"),
        ("/etc/cron.d/x", "is absolute"),
        ("C:evil", "starts with a drive"),
        ("a\\..\\evil", "holds a backslash, write /"),
    ] {
        // The writer normalises such names, so they are patched in.
        let plain = "x".repeat(name.len());
        let mut zip = zipped(&[manifest, (&plain, b"evil")]);
        assert_eq!(patch(&mut zip, plain.as_bytes(), name.as_bytes()), 2);
        let kind = kind(&zip);
        assert!(matches!(kind, ErrorKind::ZipEntry { why: w, .. } if w == why), "{name}: {kind:?}");
    }
    let mut twice = zipped(&[manifest, ("aaaa.bin", b"1"), ("bbbb.bin", b"2")]);
    patch(&mut twice, b"bbbb.bin", b"aaaa.bin");
    assert!(matches!(kind(&twice), ErrorKind::ZipEntry { why: "stands in it twice", .. }));
    let mut folded = zipped(&[manifest, ("a/aa.bin", b"1"), ("bbbb.binx", b"2")]);
    patch(&mut folded, b"bbbb.binx", b"a//aa.bin");
    assert!(matches!(kind(&folded), ErrorKind::ZipEntry { why: "stands in it twice", .. }));
    let mut two_manifests = zipped(&[manifest, ("capture.jsox", b"{}")]);
    patch(&mut two_manifests, b"capture.jsox", b"capture.json");
    assert!(matches!(kind(&two_manifests), ErrorKind::ZipEntry { .. }));
    assert_eq!(kind(&zipped(&[("x", b"")])), ErrorKind::NoManifest);
    assert_eq!(kind(&zipped(&[("a/capture.json", b"{}"), ("b/capture.json", b"{}")])), ErrorKind::NoManifest);
}

#[test]
fn links_folders_and_encryption_in_a_zip_are_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("capture.json", options).unwrap();
    zip.write_all(br#"{"schema": "verifier.capture/1", "images": [{"light": "ir", "file": "x"}]}"#).unwrap();
    let mut linked = zip.finish_into_readable_copy();
    linked.add_symlink("x", "/etc/passwd", options).unwrap();
    assert!(matches!(kind(&linked.finish().unwrap().into_inner()), ErrorKind::SymbolicLink { .. }));

    let base = br#"{"schema": "verifier.capture/1", "images": [{"light": "ir", "file": "x"}]}"#;
    let mut folder = zip::ZipWriter::new(Cursor::new(Vec::new()));
    folder.start_file("capture.json", options).unwrap();
    folder.write_all(base).unwrap();
    folder.add_directory("x/", options).unwrap();
    assert!(matches!(kind(&folder.finish().unwrap().into_inner()), ErrorKind::NotAFile { .. }));

    // Bit 0 of the general purpose flags: encrypted.
    let mut locked = zipped(&[("capture.json", base), ("x", b"data")]);
    for (magic, offset) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let places: Vec<usize> =
            locked.windows(4).enumerate().filter(|(_, w)| w == magic).map(|(i, _)| i).collect();
        for place in places {
            locked[place + offset] |= 1;
        }
    }
    assert!(matches!(kind(&locked), ErrorKind::ZipEntry { why: "is encrypted", .. }));
}

trait Copied {
    fn finish_into_readable_copy(self) -> zip::ZipWriter<Cursor<Vec<u8>>>;
}

impl Copied for zip::ZipWriter<Cursor<Vec<u8>>> {
    fn finish_into_readable_copy(self) -> Self {
        zip::ZipWriter::new_append(Cursor::new(self.finish().unwrap().into_inner())).unwrap()
    }
}

#[test]
fn too_many_entries_are_refused() {
    let names: Vec<String> = (0..1100).map(|i| format!("{i}")).collect();
    let mut entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    entries.push(("capture.json", br#"{"schema": "verifier.capture/1"}"#));
    assert!(matches!(kind(&zipped(&entries)), ErrorKind::Zip { .. }));
}

#[test]
fn no_damaged_zip_panics() {
    let zip = zipped(&[
        ("capture.json", JSON.as_bytes()),
        ("ir.png", &[3; 1000]),
        ("chip/DG1.bin", b"1"),
        ("chip/EF.SOD.bin", b"2"),
    ]);
    let good = Capture::from_zip_bytes(&zip).unwrap().sha256();
    let mut unharmed = 0;
    for place in 0..zip.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut damaged = zip.clone();
            damaged[place] ^= flip;
            let read: Result<Capture, Error> = Capture::from_zip_bytes(&damaged);
            if let Ok(read) = read {
                assert_eq!(read.sha256(), good, "a change of byte {place} went unseen");
                unharmed += 1;
            }
        }
        let _ = Capture::from_zip_bytes(&zip[..place]);
    }
    assert!(unharmed < zip.len(), "{unharmed}");
}
