//! Policies: who counts how; expired roots; revocation lists that are missing; the group of AA, CA and PACE-CAM.

use time::Duration;
use verifier_core::trust::{Import, Snapshot};
use verifier_core::{CheckId, Outcome, Policy, RunMode, Time, Verifier, checks};

use crate::world::{
    Scenario, WORLD, bare, capture, chip_only, frontline, today, trouble, trust_without_crl, verifier,
};

/// The mandatory list of DESIGN.md section 4.
const FRONTLINE: [&str; 19] = [
    "chip.aa.answer",
    "chip.ca.new-keys",
    "chip.issuer.chain",
    "chip.issuer.state",
    "chip.pace-cam.mapping",
    "chip.signer.validity",
    "chip.sod.hash-dg1",
    "chip.sod.hash-dg2",
    "chip.sod.signature",
    "chip.sod.structure",
    "combined.mrz.dg1",
    "document.validity.expiry",
    "mrz.digit.birth_date",
    "mrz.digit.composite",
    "mrz.digit.document_number",
    "mrz.digit.expiry_date",
    "mrz.digit.line",
    "mrz.digit.optional_1",
    "optics.ir.mrz-absorbs",
];

#[test]
fn frontline_requires_exactly_what_the_design_says() {
    let policy = Policy::frontline();
    let mandatory: Vec<&str> =
        policy.modes().filter(|(_, mode)| *mode == RunMode::Mandatory).map(|(id, _)| id.as_str()).collect();
    let mut expected = FRONTLINE.to_vec();
    expected.push("optics.uv.page-dull");
    assert_eq!(mandatory, expected);
    let revocation = CheckId::parse("chip.signer.revocation").unwrap();
    assert_eq!(policy.mode(&revocation), RunMode::ConditionallyIgnored);
    assert_eq!(policy.mode(&CheckId::parse("chip.issuer.validity").unwrap()), RunMode::Evaluatory);
}

#[test]
fn unbuilt_checks_say_so_and_are_evaluatory_everywhere() {
    for name in verifier_core::SHIPPED_POLICIES {
        let policy = Policy::shipped(name).unwrap();
        let report = verifier(policy.clone()).verify(&bare(Scenario::Genuine), today());
        for info in checks().filter(|info| !info.built) {
            assert_eq!(policy.mode(&CheckId::parse(info.id).unwrap()), RunMode::Evaluatory);
            assert_ne!(report.check(info.id).unwrap().outcome, Outcome::Successful);
        }
    }
}

#[test]
fn a_missing_crl_is_a_first_page_finding_under_frontline_and_undetermined_under_tr_strict() {
    let judged = |policy: Policy| {
        let builder = Verifier::builder().policy(policy).trust(trust_without_crl());
        builder.build().unwrap().verify(&capture(Scenario::Genuine), today())
    };
    let report = judged(frontline());
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
    let finding = report.findings_of("revocation.no-fresh-crl").next().unwrap();
    assert!(finding.first_page);
    assert!(!report.check("chip.signer.revocation").unwrap().counted);
    let strict = judged(Policy::tr_strict().danger_allow_specimen());
    assert_eq!(strict.overall(), Outcome::Undetermined);
    assert_eq!(strict.deciding()[0].id.as_str(), "chip.signer.revocation");
}

#[test]
fn an_over_age_crl_is_said_with_its_age() {
    let capture = bare(Scenario::Genuine);
    let at = Time::given(today().at() + Duration::days(200));
    let report = verifier(chip_only()).verify(&capture, at);
    let finding = report.findings_of("revocation.no-fresh-crl").next().unwrap();
    assert!(finding.first_page && finding.text.contains("days old"), "{}", finding.text);
    assert_eq!(report.check("chip.signer.revocation").unwrap().outcome, Outcome::Undetermined);
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
}

#[test]
fn a_revoked_signer_fails() {
    let report = verifier(chip_only()).verify(&bare(Scenario::RevokedSigner), today());
    assert_eq!(report.overall(), Outcome::Failed);
    assert_eq!(report.deciding()[0].reason.code, "signer.revoked");
}

#[test]
fn tr_strict_passes_what_is_wholly_good() {
    let policy = Policy::tr_strict().danger_allow_specimen();
    let report = verifier(policy).verify(&capture(Scenario::Genuine), today());
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
}

#[test]
fn an_expired_root_is_a_finding_or_a_failure() {
    let capture = bare(Scenario::Genuine);
    let root = Snapshot::empty().import(&Import::new(today().at()).pin_bytes("old", WORLD.csca_old())).0;
    let end = root.certificates().next().unwrap().certificate.validity().not_after;
    let at = Time::given(end + Duration::days(1));
    let judged = |policy: Policy| {
        Verifier::builder().policy(policy).trust(root.clone()).build().unwrap().verify(&capture, at)
    };
    let lenient = judged(chip_only());
    let check = lenient.check("chip.issuer.validity").unwrap();
    assert_eq!((check.mode, check.reason.code.as_str()), (RunMode::Evaluatory, "csca.expired"));
    assert_eq!(lenient.findings_of("csca.expired").count(), 1);
    assert!(!lenient.deciding.contains(&check.id));
    let strict = judged(Policy::tr_strict().danger_allow_specimen());
    let check = strict.check("chip.issuer.validity").unwrap();
    assert_eq!((check.outcome, check.counted), (Outcome::Failed, true));
    assert!(strict.deciding.contains(&check.id));
}

#[test]
fn a_chip_without_any_protocol_needs_none() {
    use verifier_fixtures::document::{ChipKey, Plan, SignerName};
    let document = WORLD.issue(&Plan::passport(1, SignerName::RsaPkcs1, ChipKey::None));
    let mut capture = verifier_core::capture::Capture::new();
    capture.mrz = Some(document.mrz.clone());
    for (name, file) in &document.files {
        capture.chip_mut().insert(name, file.clone());
    }
    let report = verifier(chip_only()).verify(&capture, today());
    for id in ["chip.aa.answer", "chip.ca.new-keys", "chip.pace-cam.mapping"] {
        assert_eq!(report.check(id).unwrap().outcome, Outcome::NotSupported, "{id}");
    }
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
}

#[test]
fn a_policy_without_mandatory_checks_proves_nothing() {
    let toml = "schema = \"verifier.policy/1\"\nname = \"lax\"\nversion = \"1\"\nallow_specimen = true\n";
    for mode in ["optional", "evaluatory"] {
        let policy = Policy::from_toml(&format!("{toml}default_mode = \"{mode}\"\n")).unwrap();
        let report = verifier(policy).verify(&capture(Scenario::Genuine), today());
        assert_eq!(report.overall(), Outcome::Undetermined, "{mode}: {}", trouble(&report));
    }
}

#[test]
fn an_unsigned_data_group_is_reported_and_never_used() {
    use verifier_fixtures::document::{ChipKey, Plan, SignerName};
    // CHA-05: the key of another chip, not named by the security object, and a right answer under it.
    let victim = WORLD.issue(&Plan::passport(1, SignerName::RsaPkcs1, ChipKey::None));
    let clone = bare(Scenario::Genuine);
    let mut capture = clone.clone();
    capture.mrz = Some(victim.mrz.clone());
    let chip = capture.chip_mut();
    chip.files.retain(|name, _| name == "DG15");
    for (name, file) in &victim.files {
        chip.insert(name, file.clone());
    }
    let report = verifier(chip_only()).verify(&capture, today());
    assert_eq!(report.overall(), Outcome::Failed);
    assert_eq!(report.check("chip.aa.answer").unwrap().reason.code, "aa.unsigned-key");
    let group = report.chip.as_ref().unwrap().data_groups.iter().find(|group| group.number == 15).unwrap();
    assert!(group.read && !group.listed && !group.bound);
    assert_eq!(report.findings_of("chip.data-group.unsigned").count(), 1);
}
