//! The same input gives the same digest: on 1, 2 and 16 threads, and with eight threads at once (LOAD-03).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use verifier_core::capture::Capture;
use verifier_core::{Report, Verifier};

use crate::world::{Scenario, bare, capture, chip_only, frontline, today, trust, verifier};

#[test]
fn one_digest_on_any_number_of_threads() {
    for scenario in [Scenario::Genuine, Scenario::MrzInDye] {
        let digests: BTreeSet<String> = [1, 2, 16]
            .into_iter()
            .map(|threads| {
                let pool = Arc::new(ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
                let builder = Verifier::builder().policy(frontline()).trust(trust()).pool(pool);
                builder.build().unwrap().verify(&capture(scenario), today()).digest
            })
            .collect();
        assert_eq!(digests.len(), 1, "{}", scenario.name());
    }
}

#[test]
fn eight_threads_and_a_hundred_captures_give_one_digest_each() {
    let scenarios: Vec<Scenario> = Scenario::ALL.to_vec();
    let captures: Vec<Capture> = (0..100)
        .map(|n| {
            let mut capture = bare(scenarios[n % scenarios.len()]);
            capture.viz.insert("case".into(), n.to_string());
            capture
        })
        .collect();
    let verifier = verifier(chip_only());
    let per_thread: Vec<Vec<String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let (verifier, captures) = (verifier.clone(), &captures);
                scope.spawn(move || {
                    // Every thread begins elsewhere, so that different captures are judged at one time.
                    let mut digests = BTreeMap::new();
                    for n in 0..captures.len() {
                        let n = (n + thread * 13) % captures.len();
                        digests.insert(n, verifier.verify(&captures[n], today()).digest);
                    }
                    digests.into_values().collect()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for digests in &per_thread {
        assert_eq!(digests, &per_thread[0]);
    }
    assert_eq!(
        per_thread[0].iter().collect::<BTreeSet<_>>().len(),
        100,
        "captures that differ have other digests"
    );
}

#[test]
fn the_digest_leaves_out_what_may_differ() {
    let capture = bare(Scenario::Genuine);
    let plain = verifier(chip_only()).verify(&capture, today());
    let personal = Verifier::builder().policy(chip_only()).trust(trust()).personal(true).build().unwrap();
    let personal = personal.verify(&capture, today());
    assert!(plain.document.personal.is_none());
    assert_eq!(
        personal.document.personal.as_ref().and_then(|p| p.document_number.as_deref()),
        Some(number(&capture).as_str())
    );
    assert_eq!(plain.digest, personal.digest);
    assert_eq!(plain.digest, plain.clone().with_path("elsewhere/").compute_digest());
    let mut other = plain.clone();
    other.engine = "verifier-core 9".into();
    other.timing.total_ms = 1.0;
    other.checks[0].ms = 5.0;
    assert_eq!(plain.digest, other.compute_digest());
    other.checks[0].outcome = verifier_core::Outcome::Aborted;
    assert_ne!(plain.digest, other.compute_digest());
}

fn number(capture: &Capture) -> String {
    capture.viz["document_number"].clone()
}

#[test]
fn a_report_survives_json_and_keeps_its_digest() {
    let report = verifier(chip_only()).verify(&bare(Scenario::Genuine), today());
    let again: Report = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert_eq!(again.compute_digest(), report.digest);
    assert_eq!(again, report);
}

#[test]
fn no_personal_data_without_the_wish() {
    let capture = capture(Scenario::Genuine);
    let report = verifier(frontline()).verify(&capture, today());
    let text = report.to_json().unwrap() + &format!("{report:?}");
    let viz = &capture.viz;
    for field in ["surname", "given_names", "document_number", "birth_date", "expiry_date", "place_of_birth"]
    {
        assert!(!text.contains(&viz[field]), "{field} stands in the report");
    }
    for line in capture.mrz.as_ref().unwrap() {
        assert!(!text.contains(line.as_str()));
    }
}
