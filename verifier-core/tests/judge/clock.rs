//! Time rules: clocks that cannot be believed, times that are given, the age of the trust store.

use time::Duration;
use verifier_core::{Outcome, Time, TimeSource};

use crate::world::{Scenario, bare, chip_only, today, trouble, trust, verifier};

#[test]
fn a_system_clock_before_the_trust_store_decides_nothing() {
    let newest = trust().newest().unwrap();
    let mut capture = bare(Scenario::Genuine);
    capture.captured_at = None;
    let before = newest - Duration::seconds(1);
    let report = verifier(chip_only()).verify(&capture, Time::system(before));
    assert_eq!(report.overall(), Outcome::Undetermined, "{}", trouble(&report));
    assert_eq!(report.at_source, TimeSource::System);
    for id in ["document.validity.expiry", "chip.signer.validity", "chip.signer.revocation"] {
        assert_eq!(report.check(id).unwrap().reason.code, "clock.implausible", "{id}");
    }
    assert!(report.findings_of("clock.implausible").all(|finding| finding.first_page));
    assert_eq!(report.check("chip.sod.signature").unwrap().outcome, Outcome::Successful);
    let given = verifier(chip_only()).verify(&capture, Time::given(before));
    assert_eq!(given.findings_of("clock.implausible").count(), 0);
}

#[test]
fn a_system_clock_far_from_the_capture_decides_nothing() {
    let capture = bare(Scenario::Genuine);
    let verifier = verifier(chip_only());
    let near = verifier.verify(&capture, Time::system(today().at() + Duration::hours(23)));
    assert_eq!(near.overall(), Outcome::Successful, "{}", trouble(&near));
    let far = verifier.verify(&capture, Time::system(today().at() + Duration::hours(25)));
    assert_eq!(far.overall(), Outcome::Undetermined);
    let given = verifier.verify(&capture, Time::given(today().at() + Duration::hours(25)));
    assert_eq!(given.overall(), Outcome::Successful, "{}", trouble(&given));
}

#[test]
fn the_age_of_the_store_stands_in_every_report() {
    let capture = bare(Scenario::Genuine);
    let verifier = verifier(chip_only());
    let newest = trust().newest().unwrap();
    let young = verifier.verify(&capture, Time::given(newest + Duration::days(120)));
    assert_eq!(young.trust_store.age_days, Some(120));
    assert_eq!(young.findings_of("trust.store-age").count(), 0);
    let old = verifier.verify(&capture, Time::given(newest + Duration::days(121)));
    assert_eq!(old.trust_store.age_days, Some(121));
    assert!(old.findings_of("trust.store-age").all(|finding| finding.first_page));
    assert_eq!(old.findings_of("trust.store-age").count(), 1);
}

#[test]
fn the_signer_is_judged_at_the_given_time() {
    let capture = bare(Scenario::Genuine);
    let verifier = verifier(chip_only());
    let late = verifier.verify(&capture, Time::parse("2060-01-01").unwrap());
    assert_eq!(late.overall(), Outcome::Failed);
    let ids: Vec<&str> = late.deciding.iter().map(|id| id.as_str()).collect();
    assert_eq!(ids, ["document.validity.expiry", "chip.signer.validity"]);
    let early = verifier.verify(&capture, Time::parse("2000-01-01").unwrap());
    assert_eq!(early.check("chip.signer.validity").unwrap().reason.code, "signer.not-yet-valid");
}
