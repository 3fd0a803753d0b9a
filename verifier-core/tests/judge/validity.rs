//! What certificates say of their own use: the named readings of validity, cut-off days of hashes and keys, document
//! types, usage periods of private keys, critical extensions that nobody knows.

use time::{Duration, OffsetDateTime};
use verifier_core::capture::Capture;
use verifier_core::{DeprecatedAlgorithms, Outcome, Policy, Report, ValidityReading, Verifier};
use verifier_fixtures::der;
use verifier_fixtures::forge::certificate::{
    CertificateBuilder, Extension, document_type_list, private_key_usage_period,
};
use verifier_fixtures::oid;

use crate::defects::{resigned, signer_with};
use crate::world::{chip_only, today, trouble, trust};

fn day(offset: i64) -> OffsetDateTime {
    today().at() + Duration::days(offset)
}

fn judged(capture: &Capture, change: impl FnOnce(&mut Policy)) -> Report {
    let mut policy = chip_only();
    change(&mut policy);
    Verifier::builder().policy(policy).trust(trust()).build().unwrap().verify(capture, today())
}

fn outcome(report: &Report, id: &str) -> (Outcome, String) {
    let check = report.check(id).unwrap();
    (check.outcome, check.reason.code.clone())
}

/// A document whose signer is changed, with the signing times that its security object states.
fn made(label: &str, signed: &[i64], change: impl FnOnce(&mut CertificateBuilder)) -> Capture {
    let times = signed.iter().map(|offset| day(*offset)).collect();
    resigned(&signer_with(label, change), |sod| sod.cms.signing_times = times)
}

/// The usage period of the signer's key.
fn period(from: i64, until: i64) -> impl FnOnce(&mut CertificateBuilder) {
    move |builder| *builder = builder.clone().put(private_key_usage_period(day(from), day(until)))
}

#[test]
fn each_reading_of_validity_decides_where_the_policy_says_so() {
    use Outcome::{Failed, Successful, Undetermined};
    let expired = |builder: &mut CertificateBuilder| builder.not_after = day(-10);
    let ancient = |builder: &mut CertificateBuilder| builder.not_before = day(-40 * 365);
    // Capture, then what inspection time, signing time and chain model make of it.
    let rows: [(&str, Capture, [Outcome; 3]); 7] = [
        ("all inside", made("reading 1", &[-20], |_| {}), [Successful; 3]),
        ("expired since", made("reading 2", &[-20], expired), [Failed, Successful, Successful]),
        ("signed before its time", made("reading 3", &[-61], |_| {}), [Successful, Failed, Successful]),
        ("no signing time", made("reading 4", &[], |_| {}), [Successful, Undetermined, Successful]),
        ("issued before its root", made("reading 5", &[-20], ancient), [Successful, Successful, Failed]),
        (
            "after the key's period",
            made("reading 6", &[-20], period(-60, -30)),
            [Successful, Failed, Successful],
        ),
        (
            "before the key's period",
            made("reading 7", &[-50], period(-40, 30)),
            [Successful, Failed, Successful],
        ),
    ];
    for (what, capture, expected) in &rows {
        let expected_chain = expected[2];
        for (reading, expected) in ValidityReading::ALL.into_iter().zip(expected) {
            let report = judged(capture, |policy| policy.signer_validity = reading);
            let (found, code) = outcome(&report, "chip.signer.validity");
            assert_eq!(found, *expected, "{what}, {reading:?}: {code}");
            assert_eq!(report.overall(), *expected, "{what}, {reading:?}: {}", trouble(&report));
            // All three stand in the report whichever decides.
            for code in ["validity.inspection-time", "validity.signing-time", "validity.chain-model"] {
                assert_eq!(report.findings_of(code).count(), 1, "{what}: {code}");
            }
            // An issuance outside of the root's validity is seen even where another reading decides.
            let mut chain_model = report.findings_of("validity.chain-model");
            assert!(chain_model.all(|finding| finding.first_page == (expected_chain == Failed)), "{what}");
            // The usage period begins with the validity, so what was signed before the one is before the other.
            let outside = usize::from(what.contains("key's period") || what.contains("signed before"));
            assert_eq!(report.findings_of("signer.key-usage-period").count(), outside, "{what}");
        }
    }
}

#[test]
fn keys_and_hashes_are_good_until_the_end_of_their_last_day() {
    // The security object was signed twenty days before the judgement, with P-256 and SHA-256.
    let capture = made("cut-off", &[-20], |_| {});
    let text = |at: OffsetDateTime| at.date().to_string();
    let far = text(day(3650));
    let rows = [
        (text(day(-20)), None, true),
        (text(day(-21)), None, false),
        (far.clone(), Some(text(day(0))), true),
        (far, Some(text(day(-1))), false),
    ];
    for (name, below, code) in
        [("EC", Some(257), "key.past-its-time"), ("SHA-256", None, "algorithm.deprecated")]
    {
        for (signed_until, judged_until, good) in &rows {
            for deprecated in [DeprecatedAlgorithms::Finding, DeprecatedAlgorithms::Undetermined] {
                let report = judged(&capture, |policy| {
                    policy.deprecated_algorithms = deprecated;
                    policy.algorithms.truncate(1);
                    let rule = &mut policy.algorithms[0];
                    rule.name = name.into();
                    rule.below_bits = below;
                    rule.signed_until.clone_from(signed_until);
                    rule.judged_until.clone_from(judged_until);
                });
                let row = format!("{name} until {signed_until}, {judged_until:?}, {deprecated:?}");
                assert_eq!(report.findings_of(code).count() == 0, *good, "{row}");
                let open = !good && deprecated == DeprecatedAlgorithms::Undetermined;
                let expected = if open { Outcome::Undetermined } else { Outcome::Successful };
                assert_eq!(outcome(&report, "chip.sod.signature").0, expected, "{row}");
                assert_eq!(report.overall(), expected, "{row}: {}", trouble(&report));
            }
        }
    }
    // A key as long as the rule asks for is none of the shorter ones.
    let report = judged(&capture, |policy| {
        policy.algorithms.truncate(1);
        let rule = &mut policy.algorithms[0];
        (rule.name, rule.below_bits) = ("EC".into(), Some(256));
        rule.signed_until = text(day(-3000));
    });
    assert_eq!(report.findings_of("key.past-its-time").count(), 0);
}

#[test]
fn a_signer_for_other_document_types_is_said() {
    let id = "chip.signer.document-type";
    let of = |label: &str, types: &[&str]| {
        let list = document_type_list(types);
        judged(&made(label, &[-20], |builder| *builder = builder.clone().put(list)), |_| {})
    };
    for (label, types) in [("type 1", &["P"][..]), ("type 2", &["I", "P<"][..])] {
        assert_eq!(outcome(&of(label, types), id).0, Outcome::Successful, "{types:?}");
    }
    for (label, types) in [("type 3", &["I"][..]), ("type 4", &["PM", "V"][..])] {
        let report = of(label, types);
        assert_eq!(outcome(&report, id), (Outcome::Failed, "signer.document-type".into()), "{types:?}");
        let findings: Vec<_> = report.findings_of("signer.document-type").collect();
        assert!(findings.len() == 1 && findings[0].first_page, "{types:?}");
    }
    let none = made("type 5", &[-20], |builder| *builder = builder.clone().without(oid::DOCUMENT_TYPE_LIST));
    assert_eq!(outcome(&judged(&none, |_| {}), id).0, Outcome::NotSupported);
}

#[test]
fn a_critical_extension_that_nobody_knows_is_never_successful() {
    let signer = |label: &str, extension: Extension| {
        made(label, &[-20], |builder| *builder = builder.clone().put(extension))
    };
    let critical = judged(&signer("critical", Extension::critical("1.2.3.4.5", der::null())), |_| {});
    assert_eq!(critical.overall(), Outcome::Failed, "{}", trouble(&critical));
    let plain = judged(&signer("plain", Extension::plain("1.2.3.4.5", der::null())), |_| {});
    assert_eq!(plain.overall(), Outcome::Successful, "{}", trouble(&plain));
}
