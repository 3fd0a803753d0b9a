//! `verifier chip check` as people read it: golden texts, and that no holder stands in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    reason = "test code"
)]

mod program;
mod world;

use std::path::Path;

use program::{verifier, word};
use verifier_fixtures::scenario::Scenario;
use world::{AT, World};

/// Fingerprints, key identifiers and serial numbers are another matter than the text: they become `<hex N>`.
fn normalised(text: &str, folder: &Path) -> String {
    let text = text.replace(word(folder), "<folder>");
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            run.push(c);
            continue;
        }
        if run.len() >= 16 {
            out.push_str(&format!("<hex {}>", run.len()))
        } else {
            out.push_str(&run)
        }
        run.clear();
        out.push(c);
    }
    out.trim_end().to_owned() + "\n"
}

#[track_caller]
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("VERIFIER_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, kept, "{name}: run once with VERIFIER_BLESS=1 and read the difference");
}

/// The part of the text above the table of checks, which has a width of its own, and what stands below it.
fn without_table(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains('┆') && !line.contains('│') && !line.contains('═'));
    lines.filter(|line| !line.starts_with('─')).map(|line| format!("{line}\n")).collect()
}

fn check(world: &World, store: &Path, scenario: Scenario, more: &[&str]) -> program::Run {
    let capture = world.capture(scenario);
    let words =
        ["chip", "check", word(&capture), "--trust", word(store), "--at", AT, "--policy", "chip-only"];
    verifier(&[&words, more].concat())
}

#[test]
fn the_chain_is_drawn_and_a_missing_root_is_asked_for() {
    let world = World::new();
    let store = world.store();
    for (name, scenario) in [
        ("genuine.txt", Scenario::Genuine),
        ("rollover.txt", Scenario::GenuineRollover),
        ("no-root.txt", Scenario::ForgedCscaOwnIds),
    ] {
        let run = check(&world, &store, scenario, &[]);
        golden(name, &without_table(&normalised(&run.stdout, world.folder.path())));
        let holder = world.utopia.holders().iter().map(|holder| holder.primary.clone());
        for secret in holder {
            assert!(!run.stdout.contains(&secret), "{name} names a holder");
        }
    }
}

#[test]
fn an_empty_store_says_what_to_ask_for_in_every_form() {
    let world = World::new();
    let store = world.path("empty");
    // A store with nothing but a pin of another key.
    let old = world.write("old.cer", world.utopia.csca_old());
    let made = verifier(&["trust", "pin", word(&old), "--trust", word(&store)]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let html = world.path("report.html");
    let run = check(&world, &store, Scenario::GenuineEcdsa, &["--report", word(&html)]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    for wanted in [
        "missing root: ask Utopia",
        "subject key id",
        "searched",
        "pin old.cer",
        "known, not the one",
        "verifier trust pin",
    ] {
        assert!(run.stdout.contains(wanted), "{wanted}: {}", run.stdout);
    }
    let page = std::fs::read_to_string(&html).unwrap();
    let json = check(&world, &store, Scenario::GenuineEcdsa, &["--json"]).json();
    let request = &json[0]["chip"]["request"];
    let key = request["key_identifier"].as_str().unwrap();
    assert_eq!(key, hex(&world.utopia.new_authority().key_identifier));
    assert!(page.contains(key) && page.contains("Missing root"));
    assert_eq!(request["country"], "UT");
    assert_eq!(request["known"].as_array().unwrap().len(), 1);
    assert_eq!(request["searched"][0]["kind"], "pin");
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn the_holder_is_named_only_where_that_is_wished() {
    let world = World::new();
    let store = world.store();
    let plain = check(&world, &store, Scenario::Genuine, &[]);
    let wished = check(&world, &store, Scenario::Genuine, &["--personal"]);
    assert!(!plain.stdout.contains("holder:"), "{}", plain.stdout);
    assert!(wished.stdout.contains("  holder: "), "{}", wished.stdout);
}
