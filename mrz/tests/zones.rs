//! The table of zones: each with its format, fields, failing digits and findings, which a program that knows
//! nothing of this crate worked out (`tests/zones/make.py`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use serde_json::Value;
use std::collections::BTreeSet;
use verifier_mrz::{Date, FieldName, parse};

fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_zone_of_the_table() {
    let today = Date::new(2026, 11, 22);
    let mut count = 0;
    let mut wrong = Vec::new();
    for row in include_str!("zones/zones.jsonl").lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let id = row["id"].as_str().unwrap();
        let lines = strings(&row["lines"]);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        count += 1;
        let zone = match (parse(&lines), row["format"].as_str()) {
            (Err(error), None) => {
                assert!(!error.findings().as_slice().is_empty(), "{id}: an unreadable zone says why");
                continue;
            }
            (Ok(zone), Some(format)) if zone.format().as_str() == format => zone,
            (found, expected) => {
                wrong.push(format!("{id}: format {expected:?}, found {found:?}"));
                continue;
            }
        };
        for (name, value) in row["fields"].as_object().unwrap() {
            let field = zone.fields().find(|f| f.name.as_str() == name);
            let found = field.map(|f| f.text().to_string());
            if found.as_deref() != value.as_str() {
                wrong.push(format!("{id}: {name} {value}, found {found:?}"));
            }
        }
        let failing: Vec<&str> = zone.checks().iter().filter(|c| !c.ok()).map(|c| c.field.as_str()).collect();
        if failing != strings(&row["failing"]) {
            wrong.push(format!("{id}: failing {}, found {failing:?}", row["failing"]));
        }
        assert_eq!(zone.digits_agree(), failing.is_empty() && zone.inside_alphabet(), "{id}");
        if !row["findings"].is_null() {
            let found: BTreeSet<String> =
                zone.findings(today).iter().map(|f| f.code.as_str().to_owned()).collect();
            let expected: BTreeSet<String> = strings(&row["findings"]).into_iter().collect();
            if found != expected {
                wrong.push(format!("{id}: findings {expected:?}, found {found:?}"));
            }
        }
        // Findings and checks point at cells that exist.
        for finding in &zone.findings(today) {
            if finding.line > 0 {
                let width = zone.lines()[usize::from(finding.line) - 1].len();
                let (first, last) = finding.columns;
                assert!(
                    first >= 1 && first <= last.max(first) && usize::from(last) <= width,
                    "{id} {finding:?}"
                );
            }
        }
        for check in zone.checks() {
            let cell = zone.lines()[usize::from(check.line) - 1][usize::from(check.column) - 1];
            assert!(check.found == char::from(cell) || check.found == char::REPLACEMENT_CHARACTER, "{id}");
        }
    }
    assert!(wrong.is_empty(), "{} of {count} zones:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 300, "the table has {count} zones");
}

/// Pictures of real and specimen documents come with the text that is printed on them, and with what its
/// digits say. They are not part of the project.
#[test]
fn zones_printed_on_real_documents() {
    let corpus = std::env::var("VERIFIER_CORPUS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus").to_owned());
    let Ok(truth) = std::fs::read_to_string(format!("{corpus}/mrz-images/truth.jsonl")) else {
        eprintln!("SKIPPED: zones of real documents: no {corpus}/mrz-images/truth.jsonl");
        return;
    };
    let names = [
        ("num", "document_number"),
        ("dob", "birth_date"),
        ("exp", "expiry_date"),
        ("opt", "optional_1"),
        ("comp", "composite"),
    ];
    let mut read = 0;
    for row in truth.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let file = row["file"].as_str().unwrap();
        let Some(lines) = row["lines"].as_array().filter(|l| !l.is_empty()) else { continue };
        let lines: Vec<&str> = lines.iter().map(|l| l.as_str().unwrap()).collect();
        let zone = parse(&lines).unwrap_or_else(|e| panic!("{file}: {e}"));
        for (short, name) in names {
            let Some(expected) = row["checks"][short].as_bool() else { continue };
            let check = zone.checks().iter().find(|c| c.field.as_str() == name);
            // Where the picture's list calls an absent digit false or true, there is nothing to compare.
            if let Some(check) = check {
                assert_eq!(check.ok(), expected, "{file} {name}");
            }
        }
        assert!(zone.field(FieldName::DocumentNumber).is_some());
        read += 1;
    }
    assert!(read >= 10, "only {read} zones");
}
