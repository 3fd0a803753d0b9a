//! What the operator got wrong is an error that says what, where and what to do.
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
use std::path::Path;
use verifier_capture::{
    Capture, Error, ErrorKind, Light, OpenOptions, PageImage, UNKNOWN_FIELD, UNKNOWN_VALUE,
};

/// Opens a folder with this `capture.json` and a few files.
fn open(json: &str) -> Result<Capture, Error> {
    let place = tempfile::tempdir().unwrap();
    folder(place.path(), json);
    Capture::open(place.path())
}

fn folder(path: &Path, json: &str) {
    fs::write(path.join("capture.json"), json).unwrap();
    fs::create_dir_all(path.join("chip")).unwrap();
    fs::write(path.join("vis.png"), b"png").unwrap();
    fs::write(path.join("chip/DG1.bin"), b"dg1").unwrap();
}

fn with(fields: &str) -> String {
    format!(r#"{{"schema": "verifier.capture/1", {fields}}}"#)
}

#[test]
fn each_slip_gets_its_message() {
    let cases: &[(&str, &str)] = &[
        ("", "capture.json, line 1, column 0: EOF while parsing a value"),
        ("{\n \"schema\": }", "capture.json, line 2, column 12: expected value"),
        ("[]", "capture.json, top: expected an object, found a list"),
        ("{}", "capture.json, schema: missing; write \"schema\": \"verifier.capture/1\""),
        (r#"{"schema": 1}"#, "capture.json, schema: expected a string, found a number"),
        (r#"{"schema": "verifier.capture/2"}"#, "\"verifier.capture/2\" is not one this version reads"),
        (r#"{"schema": "verifier.capture/10"}"#, "is not one this version reads"),
        (r#"{"schema": "verifier.capture/1.x"}"#, "is not one this version reads"),
        (&with(r#""images": {}"#), "images: expected a list, found an object"),
        (&with(r#""images": [3]"#), "images[0]: expected an object, found a number"),
        (&with(r#""images": [{"light": "ir"}]"#), "images[0].file: missing"),
        (&with(r#""images": [{"file": "vis.png"}]"#), "images[0].light: missing"),
        (
            &with(r#""images": [{"file": "vis.png", "light": "ir", "ppi": "400"}]"#),
            "images[0].ppi: expected a number, found a string",
        ),
        (
            &with(r#""images": [{"file": "vis.png", "light": "ir", "ppi": 0}]"#),
            "images[0].ppi: expected a number above 0",
        ),
        (
            &with(r#""images": [{"file": "vis.png", "light": "ir", "ppi": -3}]"#),
            "images[0].ppi: expected a number above 0",
        ),
        (
            &with(r#""images": [{"file": "nope.png", "light": "ir"}]"#),
            "images[0].file: no file \"nope.png\" in the bundle",
        ),
        (
            &with(r#""images": [{"file": "vis.png/x", "light": "ir"}]"#),
            "images[0].file: no file \"vis.png/x\"",
        ),
        (
            &with(r#""images": [{"file": "chip", "light": "ir"}]"#),
            "images[0].file: \"chip\" is not a regular file",
        ),
        (&with(r#""images": [{"file": "", "light": "ir"}]"#), "\"\" names no file"),
        (&with(r#""mrz": "P<UTO""#), "mrz: expected a list, found a string"),
        (&with(r#""mrz": [1]"#), "mrz[0]: expected a string, found a number"),
        (&with(r#""viz": {"surname": 1}"#), "viz.surname: expected a string, found a number"),
        (&with(r#""captured_at": "yesterday""#), "captured_at: expected a time of RFC 3339"),
        (&with(r#""captured_at": "2026-11-21T10:00:00""#), "captured_at: expected a time of RFC 3339"),
        (&with(r#""chip": {"files": {"DG1": "chip/DG2.bin"}}"#), "chip.files.DG1: no file \"chip/DG2.bin\""),
        (
            &with(r#""chip": {"files": {"DG1": "../secret"}}"#),
            "chip.files.DG1: \"../secret\" leaves the bundle",
        ),
        (&with(r#""chip": {"files": {"DG1": "chip/../vis.png"}}"#), "leaves the bundle"),
        (&with(r#""chip": {"files": {"DG1": "/etc/passwd"}}"#), "is absolute"),
        (&with(r#""chip": {"files": {"DG1": "C:/x"}}"#), "starts with a drive"),
        (&with(r#""chip": {"files": {"DG1": "a\\b"}}"#), "holds a backslash"),
        (&with(r#""chip": {"files": {"DG1": "a\u0000b"}}"#), "holds a NUL"),
        (&with(r#""chip": {"portrait": "../x.jpg"}"#), "chip.portrait: \"../x.jpg\" leaves the bundle"),
        (&with(r#""chip": {"authentication": [{}]}"#), "chip.authentication[0].protocol: missing"),
        (
            &with(r#""chip": {"authentication": [{"protocol": "AA", "challenge": "0g"}]}"#),
            "chip.authentication[0].challenge: expected hexadecimal",
        ),
        (
            &with(r#""chip": {"authentication": [{"protocol": "AA", "response": "012"}]}"#),
            "chip.authentication[0].response: expected hexadecimal",
        ),
        (
            &with(r#""chip": {"authentication": [{"protocol": "AA", "sw": "90"}]}"#),
            "chip.authentication[0].sw: expected a status word",
        ),
        (
            &with(r#""chip": {"authentication": [{"protocol": "AA", "at": 5}]}"#),
            "chip.authentication[0].at: expected a string",
        ),
        (
            &with(r#""chip": {"authentication": [{"protocol": "AA", "log_lines": [-1]}]}"#),
            "chip.authentication[0].log_lines[0]: expected a whole number",
        ),
        (&with(r#""mrz": [], "mrz": []"#), "mrz: stands there twice"),
        (&with(r#""chip": {"files": {"DG1": "a", "DG1": "b"}}"#), "chip.files.DG1: stands there twice"),
        (&with(r#""x": [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"#), "nested deeper than 16"),
        (&with(&format!(r#""mrz": [{}""]"#, "\"\",".repeat(256))), "mrz: more than 256 entries"),
    ];
    for (json, message) in cases {
        let error = open(json).expect_err(json).to_string();
        assert!(error.contains(message), "{json}\n gave {error}\n not {message}");
        assert!(error.contains("/tmp") || error.contains("tmp"), "the bundle is named: {error}");
    }
}

#[test]
fn what_is_no_bundle_says_so() {
    let place = tempfile::tempdir().unwrap();
    let kind = |path: &Path| Capture::open(path).unwrap_err().kind;
    assert_eq!(kind(&place.path().join("nope")), ErrorKind::NotFound);
    assert_eq!(kind(place.path()), ErrorKind::NoManifest);
    fs::write(place.path().join("x.zip"), b"this is no zip").unwrap();
    assert_eq!(kind(&place.path().join("x.zip")), ErrorKind::NotABundle);
    assert_eq!(kind(&place.path().join("x.zip/capture.json")), ErrorKind::NotFound);
    fs::write(place.path().join("y.zip"), b"PK\x03\x04 and no more").unwrap();
    assert!(matches!(kind(&place.path().join("y.zip")), ErrorKind::Zip { .. }));
    fs::write(place.path().join("capture.json"), vec![b' '; (4 << 20) + 1]).unwrap();
    assert_eq!(kind(place.path()), ErrorKind::ManifestTooLarge { limit: 4 << 20 });
    #[cfg(unix)]
    assert_eq!(kind(Path::new("/dev/null")), ErrorKind::NotABundle);
}

#[test]
fn control_characters_never_reach_a_terminal() {
    let error = open(&with(r#""images": [{"file": "\u001b[2Jx", "light": "ir"}], "\u001b]0;x": 1"#));
    let text = error.unwrap_err().to_string();
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn unknown_names_are_notes_or_with_strict_errors() {
    let json = with(
        r#""weather": "rain", "captured_At": null,
           "images": [{"file": "vis.png", "light": "whit", "dpi": 400}],
           "chip": {"files": {"DG1": "chip/DG1.bin", "DG01": "chip/DG1.bin"}, "authentication": [{"protocol": "aa", "nonce": "00"}]}"#,
    );
    let capture = open(&json).unwrap();
    let notes: Vec<_> =
        capture.notes.iter().map(|n| (n.code, n.path.as_str(), n.nearest.as_deref())).collect();
    assert_eq!(
        notes,
        [
            (UNKNOWN_FIELD, "weather", None),
            (UNKNOWN_FIELD, "captured_At", Some("captured_at")),
            (UNKNOWN_FIELD, "images[0].dpi", Some("ppi")),
            (UNKNOWN_VALUE, "images[0].light", Some("white")),
            (UNKNOWN_FIELD, "chip.files.DG01", Some("DG1")),
            (UNKNOWN_FIELD, "chip.authentication[0].nonce", None),
            (UNKNOWN_VALUE, "chip.authentication[0].protocol", Some("AA")),
        ]
    );
    assert_eq!(capture.images[0].light, Light::Other("whit".into()), "kept as it is");
    assert_eq!(capture.chip_file("DG01").unwrap().size(), 3, "kept as it is");

    let place = tempfile::tempdir().unwrap();
    folder(place.path(), &json);
    let error = OpenOptions::new().strict(true).open(place.path()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unknown { at: "weather".into(), nearest: None });
    folder(place.path(), &with(r#""mrz": ["A"]"#));
    assert!(OpenOptions::new().strict(true).open(place.path()).is_ok());
}

#[test]
fn many_unknown_fields_are_counted_not_listed() {
    let fields: Vec<String> = (0..5000).map(|i| format!("\"x{i}\": 1")).collect();
    let capture = open(&with(&fields.join(","))).unwrap();
    assert_eq!(capture.notes.len(), 257);
    assert_eq!(capture.notes[256].path, "(and 4744 more)");
}

#[test]
fn a_minor_version_and_null_and_a_byte_order_mark_are_let_pass() {
    let capture =
        open("\u{feff}{\"schema\": \"verifier.capture/1.4\", \"mrz\": null, \"chip\": null}").unwrap();
    assert_eq!((capture.mrz, capture.chip), (None, None));
    assert_eq!(
        open(&with(r#""images": [{"file": "vis.png", "light": "ir"}]"#)).unwrap().images[0].page,
        "data"
    );
}

#[cfg(unix)]
#[test]
fn links_are_refused_whichever_component_they_hide_in() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), b"secret").unwrap();
    let place = tempfile::tempdir().unwrap();
    folder(place.path(), "");
    symlink(outside.path().join("secret"), place.path().join("file")).unwrap();
    symlink(outside.path(), place.path().join("dir")).unwrap();
    symlink("chip", place.path().join("inside")).unwrap();
    symlink("nowhere", place.path().join("dangling")).unwrap();
    symlink(outside.path(), place.path().join("chip/deep")).unwrap();
    for path in ["file", "dir/secret", "inside/DG1.bin", "dangling", "chip/deep/secret"] {
        let json = with(&format!(r#""chip": {{"files": {{"DG1": "{path}"}}}}"#));
        fs::write(place.path().join("capture.json"), json).unwrap();
        let error = Capture::open(place.path()).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::SymbolicLink { .. }), "{path}: {error}");
    }
    // The manifest itself, and the operator's own path to the bundle, which may be a link.
    fs::remove_file(place.path().join("capture.json")).unwrap();
    fs::write(outside.path().join("capture.json"), with(r#""mrz": []"#)).unwrap();
    symlink(outside.path().join("capture.json"), place.path().join("capture.json")).unwrap();
    assert!(matches!(Capture::open(place.path()).unwrap_err().kind, ErrorKind::SymbolicLink { .. }));
    symlink(outside.path(), place.path().join("bundle")).unwrap();
    assert!(Capture::open(place.path().join("bundle")).is_ok());
}

#[cfg(unix)]
#[test]
fn a_pipe_does_not_hang_the_reader() {
    let place = tempfile::tempdir().unwrap();
    folder(place.path(), &with(r#""images": [{"file": "pipe", "light": "ir"}]"#));
    let made = std::process::Command::new("mkfifo").arg(place.path().join("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: a_pipe_does_not_hang_the_reader: no mkfifo here");
        return;
    }
    let error = Capture::open(place.path()).unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotAFile { .. }), "{error}");
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written() {
    let place = tempfile::tempdir().unwrap();
    let mut capture = Capture::new();
    capture.images.push(PageImage::new("data", Light::White, b"x".to_vec()));
    let full = place.path().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("mine"), b"mine").unwrap();
    assert_eq!(capture.write_folder(&full).unwrap_err().kind, ErrorKind::AlreadyThere);
    assert_eq!(capture.write_folder(full.join("mine")).unwrap_err().kind, ErrorKind::AlreadyThere);
    assert_eq!(capture.write_zip(full.join("mine")).unwrap_err().kind, ErrorKind::AlreadyThere);
    let empty = place.path().join("empty");
    fs::create_dir(&empty).unwrap();
    capture.write_folder(&empty).unwrap();
    assert!(capture.write_folder(place.path().join("no/such/parent")).is_err());

    capture.images[0].ppi = Some(f64::NAN);
    assert!(matches!(capture.to_zip_bytes().unwrap_err().kind, ErrorKind::Value { .. }));
    capture.images[0].ppi = None;
    capture.images[0].file = "../../escape.png".into();
    assert!(matches!(
        capture.write_folder(place.path().join("b")).unwrap_err().kind,
        ErrorKind::OutsideBundle { .. }
    ));
    capture.images[0].file = "capture.json".into();
    capture.images.push(PageImage::new("data", Light::White, b"y".to_vec()));
    capture.images[1].file = "CAPTURE.JSON/x".into();
    capture.write_folder(place.path().join("c")).unwrap();
    assert_eq!(Capture::open(place.path().join("c")).unwrap().sha256(), capture.sha256());
    capture.images[0] = PageImage::new("data", Light::White, vec![0; (16 << 20) + 1]);
    assert!(matches!(
        capture.write_zip(place.path().join("d.zip")).unwrap_err().kind,
        ErrorKind::ContentNotKept { .. }
    ));
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_manifest_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("capture.json"), &bytes).unwrap();
        let _ = Capture::open(place.path());
    }

    #[test]
    fn no_json_panics(
        keys in proptest::collection::vec(prop_oneof![
            Just("images"), Just("chip"), Just("mrz"), Just("viz"), Just("device"), Just("files"), Just("light"),
            Just("authentication"), Just("file"), Just("ppi"), Just("log_lines"), Just("captured_at"),
        ], 1..8),
        leaf in prop_oneof![Just("1e999"), Just("1e300"), Just("-1"), Just("18446744073709551616"), Just("\"\\ud800\""), Just("\"x\""), Just("true"), Just("{}"), Just("[]")],
        list in any::<bool>(),
    ) {
        let mut json = leaf.to_owned();
        for key in keys {
            json = if list { format!("[{{\"{key}\": {json}}}]") } else { format!("{{\"{key}\": {json}}}") };
            let _ = open(&with(&format!("\"{key}\": {json}")));
        }
    }
}
