//! The table of DESIGN.md section 4, a test a row, and the loop over evidence taken away.

use verifier_core::capture::{Authentication, Capture, Light, Protocol};
use verifier_core::{CheckId, Outcome, Policy, Report, RunMode};

use crate::world::{Scenario, bare, capture, chip_only, frontline, today, trouble, verifier};

fn judged(capture: &Capture) -> Report {
    verifier(frontline()).verify(capture, today())
}

#[track_caller]
fn absent(report: &Report, id: &str) {
    let check = report.check(id).unwrap_or_else(|| panic!("{id} is not in the report"));
    assert_eq!(
        (check.outcome, check.reason.code.as_str()),
        (Outcome::Undetermined, "evidence.absent"),
        "{id}"
    );
    assert!(report.deciding.contains(&check.id), "{id} does not decide");
}

#[test]
fn empty_is_undetermined() {
    let report = judged(&Capture::new());
    assert_eq!(report.overall(), Outcome::Undetermined);
    assert!(report.checks.iter().all(|check| check.outcome != Outcome::Successful));
    absent(&report, "chip.sod.structure");
}

#[test]
fn only_viz_is_undetermined() {
    let mut capture = Capture::new();
    capture.viz = bare(Scenario::Genuine).viz;
    assert_eq!(judged(&capture).overall(), Outcome::Undetermined);
}

#[test]
fn only_portrait_is_undetermined() {
    let mut capture = Capture::new();
    let dg2 = bare(Scenario::Genuine).chip_file("DG2").unwrap().bytes().unwrap().clone();
    capture.chip_mut().portrait = Some(verifier_core::capture::ChipFile::new("dg2.jpg", dg2, 1 << 20));
    let report = judged(&capture);
    assert_eq!(report.overall(), Outcome::Undetermined);
    assert!(report.chip.is_none(), "a portrait is no chip");
    absent(&report, "chip.sod.structure");
}

#[test]
fn mrz_only_is_undetermined_or_failed() {
    let mut capture = Capture::new();
    capture.mrz = bare(Scenario::Genuine).mrz;
    let report = judged(&capture);
    assert_eq!(report.overall(), Outcome::Undetermined);
    assert_eq!(report.check("mrz.digit.composite").unwrap().outcome, Outcome::Successful);

    let mut digit = capture.clone();
    let line = &mut digit.mrz.as_mut().unwrap()[1];
    let last = line.pop().unwrap();
    line.push(if last == '0' { '1' } else { '0' });
    let report = judged(&digit);
    assert_eq!(report.overall(), Outcome::Failed);
    assert_eq!(report.deciding[0].as_str(), "mrz.digit.composite");

    let mut expired = Capture::new();
    expired.mrz = bare(Scenario::Expired).mrz;
    let report = judged(&expired);
    assert_eq!(report.overall(), Outcome::Failed);
    assert_eq!(report.deciding[0].as_str(), "document.validity.expiry");
}

#[test]
fn mrz_and_three_images_without_chip_is_undetermined() {
    let report = judged(&capture(Scenario::NoChip));
    assert_eq!(report.overall(), Outcome::Undetermined, "{}", trouble(&report));
    assert_eq!(report.categories.optical.outcome, Outcome::Successful, "{}", trouble(&report));
    absent(&report, "chip.sod.structure");
}

#[test]
fn mrz_and_whole_chip_without_images_is_undetermined_and_successful_under_chip_only() {
    let capture = bare(Scenario::Genuine);
    let report = judged(&capture);
    assert_eq!(report.overall(), Outcome::Undetermined, "{}", trouble(&report));
    absent(&report, "optics.ir.mrz-absorbs");
    absent(&report, "optics.uv.page-dull");
    let report = verifier(chip_only()).verify(&capture, today());
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
}

#[test]
fn sod_and_dg1_without_dg2_is_undetermined() {
    let mut capture = bare(Scenario::Genuine);
    capture.chip_mut().files.remove("DG2");
    for policy in [frontline(), chip_only()] {
        let report = verifier(policy).verify(&capture, today());
        assert_eq!(report.overall(), Outcome::Undetermined, "{}", trouble(&report));
        absent(&report, "chip.sod.hash-dg2");
    }
}

#[test]
fn data_groups_without_sod_are_undetermined_and_never_bound() {
    let mut capture = bare(Scenario::Genuine);
    capture.chip_mut().files.remove("EF.SOD");
    let report = verifier(chip_only()).verify(&capture, today());
    assert_eq!(report.overall(), Outcome::Undetermined, "{}", trouble(&report));
    let chip = report.chip.as_ref().unwrap();
    assert!(chip.data_groups.iter().all(|group| group.read && !group.listed && !group.bound));
    assert_eq!(report.document.source.as_deref(), Some("mrz"));
    assert_ne!(report.check("combined.mrz.dg1").unwrap().outcome, Outcome::Successful);
}

#[test]
fn active_authentication_not_attempted_is_undetermined_and_refused_is_failed() {
    let mut capture = bare(Scenario::Genuine);
    capture.chip_mut().authentication.clear();
    let report = verifier(chip_only()).verify(&capture, today());
    assert_eq!(report.overall(), Outcome::Undetermined, "{}", trouble(&report));
    absent(&report, "chip.aa.answer");

    let mut refused = Authentication::new(Protocol::ActiveAuthentication);
    refused.challenge = Some(vec![1; 8]);
    refused.status_word = Some(0x6D00);
    capture.chip_mut().authentication.push(refused);
    let report = verifier(chip_only()).verify(&capture, today());
    assert_eq!(report.overall(), Outcome::Failed);
    let deciding = report.deciding();
    assert_eq!((deciding[0].id.as_str(), deciding[0].reason.code.as_str()), ("chip.aa.answer", "aa.refused"));
}

#[test]
fn everything_good_is_successful() {
    let report = judged(&capture(Scenario::Genuine));
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
    for check in report.checks.iter().filter(|check| check.mode == RunMode::Mandatory) {
        assert!(matches!(check.outcome, Outcome::Successful | Outcome::NotSupported), "{}", check.id);
    }
}

/// A way to take evidence away.
type Theft = (&'static str, fn(&mut Capture));

const THEFTS: [Theft; 12] = [
    ("zone", |capture| capture.mrz = None),
    ("a line of the zone", |capture| drop(capture.mrz.as_mut().unwrap().pop())),
    ("white image", |capture| capture.images.retain(|image| image.light != Light::White)),
    ("infrared image", |capture| capture.images.retain(|image| image.light != Light::Infrared)),
    ("ultraviolet image", |capture| capture.images.retain(|image| image.light != Light::Ultraviolet)),
    ("all images", |capture| capture.images.clear()),
    ("chip", |capture| capture.chip = None),
    ("EF.SOD", |capture| drop(capture.chip_mut().files.remove("EF.SOD"))),
    ("DG1", |capture| drop(capture.chip_mut().files.remove("DG1"))),
    ("DG2", |capture| drop(capture.chip_mut().files.remove("DG2"))),
    ("DG15", |capture| drop(capture.chip_mut().files.remove("DG15"))),
    ("authentication", |capture| capture.chip_mut().authentication.clear()),
];

#[test]
fn any_one_mandatory_evidence_taken_away_is_never_successful() {
    let whole = capture(Scenario::Genuine);
    let verifier = verifier(frontline());
    let before = verifier.verify(&whole, today());
    assert_eq!(before.overall(), Outcome::Successful, "{}", trouble(&before));
    let mut untouched: Vec<CheckId> = before
        .checks
        .iter()
        .filter(|check| check.mode == RunMode::Mandatory && check.outcome == Outcome::Successful)
        .map(|check| check.id.clone())
        .collect();
    assert!(untouched.len() >= 14, "{untouched:?}");
    for (what, take) in THEFTS {
        let mut capture = whole.clone();
        take(&mut capture);
        let report = verifier.verify(&capture, today());
        assert_ne!(report.overall(), Outcome::Successful, "without {what}");
        assert!(!report.deciding.is_empty(), "without {what} nothing decides");
        untouched
            .retain(|id| report.check(id.as_str()).is_some_and(|check| check.outcome == Outcome::Successful));
    }
    // Every mandatory check lost its evidence to at least one of the thefts. Expiry alone has three sources.
    assert_eq!(untouched, [CheckId::parse("document.validity.expiry").unwrap()]);
    let mut capture = whole;
    capture.viz.clear();
    capture.mrz = None;
    capture.chip = None;
    assert_ne!(verifier.verify(&capture, today()).overall(), Outcome::Successful);
}

#[test]
fn nothing_is_successful_without_anchors() {
    let verifier = verifier_core::Verifier::builder().policy(chip_only()).build().unwrap();
    let report = verifier.verify(&bare(Scenario::Genuine), today());
    assert_eq!(report.overall(), Outcome::Undetermined);
    assert_eq!(report.check("chip.issuer.chain").unwrap().reason.code, "issuer.no-anchor");
    assert_eq!(report.findings_of("trust.empty").count(), 1);
}

#[test]
fn specimens_do_not_pass_unless_allowed() {
    for policy in [Policy::frontline(), Policy::chip_only(), Policy::tr_strict()] {
        let report = verifier(policy).verify(&bare(Scenario::Genuine), today());
        assert_eq!(report.overall(), Outcome::Undetermined);
        assert_eq!(report.check("mrz.issuer.known").unwrap().reason.code, "specimen");
        assert!(report.findings_of("specimen").all(|finding| finding.first_page));
        assert_eq!(report.findings_of("specimen").count(), 1);
    }
    // DG1 alone tells as well, and no run mode switches it off.
    let toml = include_str!("../../policies/chip-only.toml")
        .replace("\"mrz.issuer.known\" = \"optional\"", "\"mrz.issuer.known\" = \"evaluatory\"");
    let mut capture = bare(Scenario::Genuine);
    capture.mrz = None;
    let report = verifier(Policy::from_toml(&toml).unwrap()).verify(&capture, today());
    assert_eq!(report.overall(), Outcome::Undetermined);
    assert!(report.document.specimen);
}
