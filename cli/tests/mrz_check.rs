//! `verifier mrz check` by the JSON contract of DESIGN section 8, and its exit status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod program;

use program::{verifier, verifier_with_input};
use serde_json::{Value, json};

const ERIKSSON: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";

fn check(input: &str, more: &[&str]) -> (i32, Vec<Value>) {
    let mut words = vec!["mrz", "check", "--json", "--today", "2026-11-21"];
    words.extend(more);
    let run = verifier_with_input(&words, input.as_bytes());
    (run.code, run.json())
}

#[test]
fn the_specimen_passport_is_shown_field_by_field() {
    let (code, documents) = check(ERIKSSON, &[]);
    assert_eq!(code, 0);
    let document = &documents[0];
    assert_eq!(document["format"], "TD3");
    assert_eq!(document["valid"], true);
    let fields = json!({
        "document_code": "P", "issuing_state": "UTO", "document_number": "L898902C3", "nationality": "UTO",
        "birth_date": "740812", "sex": "F", "expiry_date": "120415", "primary": "ERIKSSON",
        "secondary": "ANNA MARIA", "optional_1": "ZE184226B",
    });
    assert_eq!(document["fields"], fields);
    assert_eq!(document["dates"], json!({"birth": "1974-08-12", "expiry": "2012-04-15"}));
    let checks: Vec<_> =
        document["checks"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap()).collect();
    assert_eq!(checks, ["document_number", "birth_date", "expiry_date", "optional_1", "composite"]);
    assert_eq!(
        document["checks"][0],
        json!({"field": "document_number", "line": 2, "column": 10, "expected": "6", "found": "6", "ok": true})
    );
    assert_eq!(document["edits"], json!([]));
    let codes: Vec<_> =
        document["findings"].as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"date.expired"), "{codes:?}");
}

#[test]
fn one_bad_digit_is_exit_1_and_says_where() {
    let (code, documents) = check(&ERIKSSON.replace("L898902C36", "L898902C35"), &[]);
    assert_eq!(code, 1);
    assert_eq!(documents[0]["valid"], false);
    assert_eq!(
        documents[0]["checks"][0],
        json!({"field": "document_number", "line": 2, "column": 10, "expected": "6", "found": "5", "ok": false})
    );
}

#[test]
fn a_batch_never_stops_at_a_bad_document() {
    let input = format!("{ERIKSSON}\nrubbish\n\n{{\"id\":\"x\",\"lines\":[\"a\"]}}\n{{broken\n{ERIKSSON}");
    let (code, documents) = check(&input, &[]);
    assert_eq!(code, 3, "no format outranks nothing but success");
    let formats: Vec<_> = documents.iter().map(|d| d["format"].clone()).collect();
    assert_eq!(formats, [json!("TD3"), Value::Null, Value::Null, Value::Null, json!("TD3")]);
    assert_eq!(documents[2]["id"], "x");
    assert!(
        documents
            .iter()
            .filter(|d| d["format"].is_null())
            .all(|d| !d["findings"].as_array().unwrap().is_empty())
    );
}

#[test]
fn hostile_text_is_neither_valid_nor_echoed_raw() {
    for line in [
        "' OR 1=1--",
        "=cmd|'/C calc'!A0",
        "%n%n",
        "${jndi:ldap://x}",
        "\u{202e}P<UTO",
        "Ｐ＜ＵＴＯ",
        "a\u{0}b",
    ] {
        let input = serde_json::to_string(&json!({"id": line, "lines": [line, line]})).unwrap();
        let run = verifier_with_input(&["mrz", "check", "--json"], input.as_bytes());
        assert_ne!(run.code, 0);
        assert!(run.stdout.is_ascii(), "{line:?}");
        let run = verifier_with_input(&["mrz", "check"], input.as_bytes());
        assert!(!run.stdout.contains(['\u{202e}', '\u{0}', '\u{1b}']), "{line:?}");
    }
    let run = verifier_with_input(&["mrz", "check", "--json"], &vec![b'<'; 1 << 20]);
    assert_eq!(run.code, 3);
    assert!(run.stdout.len() < 2_000, "an endless line is not echoed");
}

#[test]
fn people_get_a_picture_with_carets() {
    let input = ERIKSSON.replace("L898902C36", "L898902C35");
    let run = verifier_with_input(&["mrz", "check", "--today", "2026-11-21"], input.as_bytes());
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("             ^"), "{}", run.stdout);
    assert!(run.stdout.contains("6 expected"), "{}", run.stdout);
}

#[test]
fn operator_errors_are_exit_2() {
    assert_eq!(verifier(&["mrz", "check", "/nonexistent/file"]).code, 2);
    assert_eq!(verifier(&["mrz", "check", "--today", "tomorrow"]).code, 2);
    assert_eq!(verifier(&["mrz", "check", "--nonsense"]).code, 2);
    let empty = verifier_with_input(&["mrz", "check"], b"\n\n");
    assert_eq!(empty.code, 2);
    assert!(empty.stderr.contains("no document"), "{}", empty.stderr);
}
