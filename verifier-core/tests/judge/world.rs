//! One Utopia for all tests, its trust store, and captures that are made once.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use verifier_core::capture::Capture;
use verifier_core::trust::{Import, Snapshot};
use verifier_core::{Policy, Report, Time, Verifier};
pub use verifier_fixtures::scenario::Scenario;
use verifier_fixtures::world::Utopia;

pub const TODAY: &str = "2026-11-21T10:00:00Z";

pub static WORLD: LazyLock<Utopia> = LazyLock::new(|| Utopia::new(7, today().at()));

static TRUST: LazyLock<Snapshot> = LazyLock::new(|| {
    let import = Import::new(today().at())
        .pin_bytes("csca.cer", WORLD.ml_signer_csca())
        .bytes("list.ml", WORLD.master_list())
        .bytes("list.crl", WORLD.crl());
    let (snapshot, report) = Snapshot::empty().import(&import);
    assert!(!report.has_refusals(), "{report:?}");
    snapshot
});

pub fn today() -> Time {
    Time::parse(TODAY).unwrap()
}

/// Master list and CRL of Utopia.
pub fn trust() -> Snapshot {
    TRUST.clone()
}

/// The same without the CRL.
pub fn trust_without_crl() -> Snapshot {
    let import = Import::new(today().at())
        .pin_bytes("csca.cer", WORLD.ml_signer_csca())
        .bytes("list.ml", WORLD.master_list());
    Snapshot::empty().import(&import).0
}

/// `frontline` with specimens allowed.
pub fn frontline() -> Policy {
    Policy::frontline().danger_allow_specimen()
}

pub fn chip_only() -> Policy {
    Policy::chip_only().danger_allow_specimen()
}

pub fn verifier(policy: Policy) -> Verifier {
    Verifier::builder().policy(policy).trust(trust()).build().unwrap()
}

/// The capture of a scenario with pictures, rendered once.
pub fn capture(scenario: Scenario) -> Capture {
    static CACHE: LazyLock<Mutex<HashMap<Scenario, Capture>>> = LazyLock::new(Mutex::default);
    if let Some(known) = CACHE.lock().unwrap().get(&scenario) {
        return known.clone();
    }
    let made = WORLD.capture(scenario);
    CACHE.lock().unwrap().insert(scenario, made.clone());
    made
}

/// The same without pictures: made in milliseconds, judged under `chip-only`.
pub fn bare(scenario: Scenario) -> Capture {
    WORLD.capture_without_images(scenario)
}

/// Outcomes and reason codes by id, for messages and comparisons.
pub fn summary(report: &Report) -> Vec<(String, String)> {
    let line =
        |c: &verifier_core::CheckResult| (c.id.to_string(), format!("{} {}", c.outcome, c.reason.code));
    report.checks.iter().map(line).collect()
}

/// The checks that are not successful, in words.
pub fn trouble(report: &Report) -> String {
    let checks =
        report.checks.iter().filter(|c| c.counted && c.outcome != verifier_core::Outcome::Successful);
    let lines = checks.map(|c| format!("\n  {} {} [{}] {}", c.id, c.outcome, c.reason.code, c.reason.text));
    lines.collect()
}
