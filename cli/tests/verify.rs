//! `verifier verify` and `verifier trust` as other programs call them: exit status, JSON, operator errors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod program;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use program::{verifier, word};
use verifier_fixtures::scenario::Scenario;
use world::{AT, World};

/// The shipped policy for chips, letting Utopia pass: a policy file of an operator.
fn chip_only(world: &World) -> PathBuf {
    let shipped = include_str!("../../verifier-core/policies/chip-only.toml");
    world.write("policy.toml", shipped.replace("allow_specimen = false", "allow_specimen = true").as_bytes())
}

fn verify(world: &World, captures: &[&Path], more: &[&str]) -> program::Run {
    let (store, policy) = (world.store(), chip_only(world));
    let mut words = vec!["verify"];
    words.extend(captures.iter().map(|path| word(path)));
    words.extend(world.judge(&store, &policy));
    words.extend(more);
    verifier(&words)
}

#[test]
fn the_most_serious_capture_decides_the_exit_status() {
    let world = World::new();
    let genuine = world.capture(Scenario::Genuine);
    let forged = world.capture(Scenario::ChangedDg1);
    let incomplete = world.capture(Scenario::SodAndDg1Only);
    assert_eq!(verify(&world, &[&genuine], &[]).code, 0);
    assert_eq!(verify(&world, &[&genuine, &incomplete], &[]).code, 3);
    assert_eq!(verify(&world, &[&incomplete, &forged, &genuine], &[]).code, 1);
    let missing = world.path("no-such-capture");
    let run = verify(&world, &[&forged, &missing, &genuine], &["--json"]);
    assert_eq!(run.code, 2, "an unreadable input wins");
    assert_eq!(run.json().len(), 2, "and the others are judged and printed");
    assert!(run.stderr.contains("no-such-capture"), "{}", run.stderr);
}

#[test]
fn json_is_the_contract_and_names_nobody() {
    let world = World::new();
    let genuine = world.capture(Scenario::Genuine);
    let run = verify(&world, &[&genuine], &["--json"]);
    let report = &run.json()[0];
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/report-1.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&fs::read_to_string(kept).expect("the kept schema"))
        .expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let faults: Vec<String> = validator.iter_errors(report).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(report["schema"], "verifier.report/1");
    assert_eq!(report["overall"], "successful");
    assert_eq!(report["at"], AT);
    assert_eq!(report["at_source"], "given");
    let document = world.utopia.document(Scenario::Genuine);
    let person = verify(&world, &[&genuine], &["--json", "--personal"]);
    assert!(person.stdout.contains(&document.number), "asked for, shown");
    let printed = verify(&world, &[&genuine], &[]);
    for text in [&run.stdout, &printed.stdout, &run.stderr, &printed.stderr] {
        assert!(!text.contains(&document.number), "not asked for, not shown");
        for line in &document.mrz {
            assert!(!text.contains(line.as_str()));
        }
    }
    assert_eq!(report["digest"], person.json()[0]["digest"], "the wish to see changes no verdict");
}

#[test]
fn an_expected_digest_is_held_against_the_report() {
    let world = World::new();
    let genuine = world.capture(Scenario::Genuine);
    let digest = verify(&world, &[&genuine], &["--json"]).json()[0]["digest"].as_str().unwrap().to_owned();
    assert_eq!(verify(&world, &[&genuine], &["--expect", &digest]).code, 0);
    assert_eq!(verify(&world, &[&genuine], &["--expect", &digest.replace(['0', '1', '2'], "f")]).code, 1);
}

#[test]
fn a_zip_is_the_same_capture() {
    let world = World::new();
    let folder = world.capture(Scenario::Genuine);
    let zip = world.path("genuine.zip");
    world.utopia.capture_without_images(Scenario::Genuine).write_zip(&zip).unwrap();
    let reports = verify(&world, &[&folder, &zip], &["--json"]).json();
    assert_eq!(reports[0]["digest"], reports[1]["digest"]);
    assert_eq!(reports[0]["capture"]["sha256"], reports[1]["capture"]["sha256"]);
}

/// Every mistake of an operator: exit 2, the file and what is wrong with it on standard error, nothing on stdout.
#[test]
fn operator_errors_say_what_and_where() {
    let world = World::new();
    let bundle = |name: &str, json: &str| {
        let folder = world.path(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("capture.json"), json).unwrap();
        folder
    };
    fs::create_dir(world.path("empty-folder")).unwrap();
    world.write("not-a-zip.zip", b"PK but not really");
    std::os::unix::fs::symlink("/etc/passwd", {
        let folder =
            bundle("symlink", r#"{"schema":"verifier.capture/1","chip":{"files":{"DG1":"dg1.bin"}}}"#);
        folder.join("dg1.bin")
    })
    .unwrap();
    let cases = [
        (world.path("nothing-there"), "nothing-there"),
        (world.path("empty-folder"), "capture.json"),
        (world.path("not-a-zip.zip"), "not-a-zip"),
        (bundle("no-json", "{"), "capture.json"),
        (bundle("no-schema", "{}"), "schema"),
        (bundle("other-schema", r#"{"schema":"verifier.capture/2"}"#), "verifier.capture/2"),
        (
            bundle("absent-file", r#"{"schema":"verifier.capture/1","chip":{"files":{"DG1":"gone.bin"}}}"#),
            "gone.bin",
        ),
        (
            bundle(
                "outside",
                r#"{"schema":"verifier.capture/1","chip":{"files":{"DG1":"../../etc/passwd"}}}"#,
            ),
            "chip.files.DG1",
        ),
        (
            bundle(
                "absolute",
                r#"{"schema":"verifier.capture/1","images":[{"page":"data","light":"ir","file":"/etc/passwd"}]}"#,
            ),
            "images",
        ),
        (world.path("symlink"), "dg1.bin"),
        (bundle("wrong-type", r#"{"schema":"verifier.capture/1","mrz":7}"#), "mrz"),
    ];
    for (path, named) in cases {
        let run = verify(&world, &[&path], &["--json"]);
        assert_eq!(run.code, 2, "{}", path.display());
        assert!(run.stdout.is_empty(), "{}", path.display());
        assert!(run.stderr.contains(named), "{}: {}", path.display(), run.stderr);
        assert!(!run.stderr.contains("root:"), "nothing of a file outside is shown");
    }
    let unknown = bundle("unknown", r#"{"schema":"verifier.capture/1","capturedat":"x"}"#);
    let run = verify(&world, &[&unknown], &["--json"]);
    assert_eq!(run.code, 3, "an unknown field is a note");
    assert!(run.stdout.contains("capture.unknown-field"), "{}", run.stdout);
    assert_eq!(verify(&world, &[&unknown], &["--strict"]).code, 2);
    for words in [
        ["verify", word(&unknown), "--policy", "no-such-policy"],
        ["verify", word(&unknown), "--at", "yesterday"],
        ["verify", word(&unknown), "--trust", "/nonexistent/store"],
        ["verify", word(&unknown), "--report", "report.docx"],
        ["verify", word(&unknown), "--at", "captured"],
    ] {
        let run = verifier(&words);
        assert_eq!(run.code, 2, "{words:?}: {}", run.stderr);
        assert!(!run.stderr.is_empty());
    }
    assert_eq!(verifier(&["verify"]).code, 2);
    assert_eq!(verifier(&["frobnicate"]).code, 2);
}

#[test]
fn without_a_store_the_run_says_so_and_is_not_successful() {
    let world = World::new();
    let genuine = world.capture(Scenario::Genuine);
    let policy = chip_only(&world);
    let run = verifier(&["verify", word(&genuine), "--at", AT, "--policy", word(&policy), "--json"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("no trust store"), "{}", run.stderr);
    assert!(run.stdout.contains("issuer.no-anchor"));
}

#[test]
fn a_list_needs_a_pin_and_the_reason_names_it() {
    let world = World::new();
    let store = world.path("store-without-pin");
    let list = world.path("utopia.ml");
    let refused = verifier(&["trust", "import", "--trust", word(&store), "--at", AT, word(&list)]);
    assert_eq!(refused.code, 3, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stdout.contains("pin the certificate"), "{}", refused.stdout);
    let pinned = verifier(&["trust", "pin", "--trust", word(&store), word(&world.path("csca.cer"))]);
    assert_eq!(pinned.code, 0, "{}", pinned.stderr);
    assert!(pinned.stdout.contains("SHA-256"));
    let taken = verifier(&["trust", "import", "--trust", word(&store), "--at", AT, word(&list), "--json"]);
    assert_eq!(taken.code, 0, "{}{}", taken.stdout, taken.stderr);
    let listed = verifier(&["trust", "list", "--trust", word(&store), "--json"]).json();
    assert_eq!(listed.len(), 3, "old root, new root, link");
    assert!(listed.iter().all(|line| line["utopia"] == true));
    let covered = verifier(&["trust", "coverage", "--trust", word(&store), "--at", AT, "UTO"]);
    assert_eq!(covered.code, 0, "{}", covered.stderr);
    assert_eq!(verifier(&["trust", "coverage", "--trust", word(&store), "--at", AT, "KEN"]).code, 3);
    assert_eq!(verifier(&["trust", "history", "--trust", word(&store)]).code, 0);
    assert_eq!(
        verifier(&["trust", "export", "--trust", word(&store)]).stdout.matches("BEGIN CERTIFICATE").count(),
        3
    );
    assert_eq!(verifier(&["trust", "list", "--trust", "/nonexistent"]).code, 2);
}

#[test]
fn a_report_is_one_private_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let genuine = world.capture(Scenario::Genuine);
    let file = world.path("report.html");
    assert_eq!(verify(&world, &[&genuine], &["--report", word(&file)]).code, 0);
    let html = fs::read_to_string(&file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(html.contains("chip.sod.signature") && html.contains("✔"));
    assert!(
        !html.contains("http://") && !html.contains("https://") && !html.contains("<script"),
        "self-contained"
    );
    assert!(!html.contains(&world.utopia.document(Scenario::Genuine).number), "no personal data unasked");
}

/// More than a pipe holds, to a reader that is gone.
#[test]
fn a_closed_pipe_is_not_success() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("zones.txt");
    fs::write(&input, "P<UTO\nA\n\n".repeat(20_000)).unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_verifier"))
        .args(["mrz", "check", "--json", word(&input)])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn checks_and_explain_speak_of_every_id() {
    let all = verifier(&["checks", "--json", "--policy", "tr-strict"]).json();
    assert!(all.len() > 30, "{}", all.len());
    for line in &all {
        assert_eq!(verifier(&["explain", line["id"].as_str().unwrap()]).code, 0, "{line}");
        assert!(
            line["built"] == true || line["mode"] == "evaluatory",
            "what is not built is evaluatory: {line}"
        );
    }
    let unknown = verifier(&["explain", "chip.issuer.chian"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("chip.issuer"), "{}", unknown.stderr);
}
