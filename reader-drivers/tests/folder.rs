//! The folder reader on a real folder: complete bundles only, each once, in order, with bounded work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reader_drivers::folder::FolderReader;
use reader_drivers::{Reader, ReaderErrorKind, ReaderEvent, ReaderUri, Registry};

fn open(path: &Path, more: &str) -> FolderReader {
    let uri: ReaderUri = format!("folder:{}?poll_ms=20&settle_ms=80{more}", path.display()).parse().unwrap();
    FolderReader::open(&uri).unwrap()
}

fn bundle(reader: &mut impl Reader, wait_ms: u64) -> Option<PathBuf> {
    match reader.next_event(Instant::now() + Duration::from_millis(wait_ms)).unwrap() {
        Some(ReaderEvent::Bundle(path)) => Some(path),
        None => None,
        Some(other) => panic!("{other:?}"),
    }
}

#[test]
fn bundles_are_delivered_once_complete_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("first")).unwrap();
    fs::write(at("first/capture.json"), "{}").unwrap();
    fs::write(at("notes.txt"), "not a bundle").unwrap();
    fs::create_dir(at("empty")).unwrap();
    fs::write(at("growing.zip.part"), "unfinished").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", at("link.zip")).unwrap();
    let mut reader = open(folder.path(), "");
    assert_eq!(bundle(&mut reader, 2000), Some(at("first")));
    assert_eq!(bundle(&mut reader, 200), None);
    // Written in place, slowly: not before it stands still.
    fs::create_dir(at("second")).unwrap();
    fs::write(at("second/capture.json"), "{}").unwrap();
    for n in 0..6 {
        fs::write(at("second").join(format!("{n}.png")), "x").unwrap();
        assert_eq!(bundle(&mut reader, 40), None, "{n}");
    }
    assert_eq!(bundle(&mut reader, 2000), Some(at("second")));
    // Renamed in.
    fs::rename(at("growing.zip.part"), at("third.zip")).unwrap();
    assert_eq!(bundle(&mut reader, 2000), Some(at("third.zip")));
    // Taken away and put there again: a new one. A report written into a delivered one: not a new one.
    fs::write(at("first/report.html"), "later").unwrap();
    fs::remove_file(at("third.zip")).unwrap();
    assert_eq!(bundle(&mut reader, 200), None);
    fs::write(at("third.zip"), "again").unwrap();
    assert_eq!(bundle(&mut reader, 2000), Some(at("third.zip")));
    assert_eq!(bundle(&mut reader, 200), None);
}

#[test]
fn what_was_there_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.zip"), "x").unwrap();
    let mut reader = open(folder.path(), "&existing=skip");
    assert_eq!(bundle(&mut reader, 250), None);
    fs::write(folder.path().join("new.ZIP"), "x").unwrap();
    assert_eq!(bundle(&mut reader, 2000), Some(folder.path().join("new.ZIP")));
}

#[test]
fn work_is_bounded_however_eager_the_caller_is() {
    let folder = tempfile::tempdir().unwrap();
    let uri: ReaderUri = format!("folder:{}?poll_ms=200", folder.path().display()).parse().unwrap();
    let mut reader = FolderReader::open(&uri).unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(500) {
        assert_eq!(bundle(&mut reader, 0), None);
    }
    assert!(reader.scans() <= 4, "{}", reader.scans());
}

#[test]
fn a_folder_that_goes_away_is_gone_and_a_wait_can_be_cancelled() {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("in");
    fs::create_dir(&path).unwrap();
    let mut reader = open(&path, "");
    let cancel = reader.canceller();
    cancel.cancel();
    let soon = Instant::now() + Duration::from_secs(2);
    assert_eq!(*reader.next_event(soon).unwrap_err().kind(), ReaderErrorKind::Cancelled);
    fs::remove_dir(&path).unwrap();
    assert_eq!(*reader.next_event(soon).unwrap_err().kind(), ReaderErrorKind::Gone);
}

#[test]
fn operator_errors_are_named() {
    let registry = Registry::standard();
    let kind = |uri: &str| registry.open(uri).err().unwrap().kind().clone();
    assert_eq!(kind("folder:/not/there"), ReaderErrorKind::NotFound);
    assert_eq!(kind("folder:/etc/passwd"), ReaderErrorKind::NotADevice);
    assert_eq!(kind("folder:/tmp?pol_ms=3"), ReaderErrorKind::InvalidUri);
    assert_eq!(kind("folder:/tmp?existing=maybe"), ReaderErrorKind::InvalidUri);
    assert_eq!(kind("bluetooth:x"), ReaderErrorKind::UnsupportedScheme);
    assert_eq!(kind("serial:/dev/null"), ReaderErrorKind::InvalidUri);
    assert_eq!(kind("serial:/dev/null?profile=nope"), ReaderErrorKind::UnknownProfile);
    assert_eq!(kind("serial:/dev/null?profile=/not/there.toml"), ReaderErrorKind::NotFound);
    assert_eq!(kind("replay:/not/there"), ReaderErrorKind::NotFound);
    assert_eq!(kind("replay:/etc/passwd"), ReaderErrorKind::Protocol);
    let (_, errors) = registry.list();
    assert!(errors.is_empty(), "{errors:?}");
}
