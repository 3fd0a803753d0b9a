//! The JSON Schema of the report: kept under `docs/schema/`, generated from the types, and real output obeys it.

use std::path::PathBuf;

use verifier_core::{Policy, Verifier, report_schema};

use crate::world::{Scenario, bare, capture, frontline, today, trust};

fn kept() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/report-1.schema.json")
}

/// Run with `VERIFIER_BLESS=1` to write the schema anew after an additive change.
#[test]
fn the_kept_schema_is_the_generated_one() {
    let text = serde_json::to_string_pretty(&report_schema()).unwrap() + "\n";
    if std::env::var_os("VERIFIER_BLESS").is_some() {
        std::fs::create_dir_all(kept().parent().unwrap()).unwrap();
        std::fs::write(kept(), &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(kept()).unwrap(), text, "run once with VERIFIER_BLESS=1");
}

#[test]
fn real_output_obeys_the_schema() {
    let validator = jsonschema::validator_for(&report_schema()).unwrap();
    let mut captures: Vec<_> = Scenario::ALL.iter().map(|scenario| bare(*scenario)).collect();
    captures.push(capture(Scenario::Genuine));
    captures.push(capture(Scenario::MrzInDye));
    for policy in [frontline(), Policy::tr_strict()] {
        let verifier = Verifier::builder().policy(policy).trust(trust()).personal(true).build().unwrap();
        for capture in &captures {
            let report = verifier.verify(capture, today()).with_path("somewhere/");
            let value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }
    assert!(!validator.is_valid(&serde_json::json!({ "schema": "verifier.report/1" })));
}

/// The fields that DESIGN.md section 8 fixes.
#[test]
fn the_fields_of_the_contract_are_there() {
    let verifier = Verifier::builder().policy(frontline()).trust(trust()).build().unwrap();
    let report = verifier.verify(&capture(Scenario::Genuine), today());
    let value: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    for pointer in [
        "/schema",
        "/capture/path",
        "/capture/sha256",
        "/overall",
        "/policy/name",
        "/policy/version",
        "/policy/sha256",
        "/trust_store/sha256",
        "/trust_store/newest",
        "/at",
        "/at_source",
        "/engine",
        "/digest",
        "/checks",
        "/findings",
        "/categories/optical/outcome",
        "/categories/optical/score",
        "/categories/electronic",
        "/categories/seal",
        "/categories/combined",
        "/categories/cross",
        "/document",
        "/timing",
        "/checks/0/id",
        "/checks/0/category",
        "/checks/0/mode",
        "/checks/0/outcome",
        "/checks/0/reason/code",
        "/checks/0/reason/text",
        "/checks/0/ms",
    ] {
        assert!(value.pointer(pointer).is_some(), "{pointer}");
    }
    let optical = report.check("optics.ir.mrz-absorbs").unwrap();
    assert_eq!((optical.light.as_deref(), optical.triple.as_deref()), (Some("ir"), Some("IR,AB,MR")));
    assert!(optical.value.is_some() && optical.threshold.is_some() && !optical.regions.is_empty());
    assert!(optical.margin.is_some_and(|margin| (-1.0..=1.0).contains(&margin)));
}
