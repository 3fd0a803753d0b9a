//! Findings that belong to no single check: the trust store, the clock, the capture itself.

use verifier_capture::Capture;

use crate::engine::case::Case;
use crate::{Finding, Severity};

/// What is to be said beside the checks.
pub(super) fn general(case: &Case<'_>, capture: &Capture) -> Vec<Finding> {
    let mut findings = Vec::new();
    trust(case, &mut findings);
    if let Some(doubt) = case.clock.doubt() {
        findings.push(Finding::new("clock.implausible", Severity::Warning, doubt).on_first_page());
    }
    if case.specimen() {
        let text = "the issuer is a specimen state: nobody stands behind this document";
        findings.push(Finding::new("specimen", Severity::Warning, text).on_first_page());
    }
    for note in &capture.notes {
        findings.push(Finding::new(note.code, Severity::Note, note.to_string()));
    }
    if !capture.images.is_empty() {
        let text = "no document model is known: the optical result rests on the checks that need none";
        findings.push(Finding::new("model.unknown", Severity::Note, text));
    }
    if case.text().lines().is_some() {
        let text = "check digits find mistakes, not forgers: they say nothing about who printed the zone";
        findings.push(Finding::new("mrz.digits-prove-little", Severity::Note, text));
    }
    findings.extend(case.pictures().findings());
    findings.extend(case.chip().findings());
    findings.extend(crate::engine::readings::findings(case));
    findings.extend(crate::engine::algorithms::findings(case));
    findings
}

fn trust(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.trust.anchors() == 0 {
        let text = "the trust store holds no anchor: no chip can be successful";
        findings.push(Finding::new("trust.empty", Severity::Warning, text).on_first_page());
        return;
    }
    let Some(newest) = case.trust.newest() else { return };
    let days = (case.time.at() - newest).whole_days();
    if days > i64::from(case.policy.max_store_age_days) {
        let text = format!(
            "the newest signed time of the trust store is {days} days old; the policy allows {}",
            case.policy.max_store_age_days
        );
        findings.push(Finding::new("trust.store-age", Severity::Warning, text).on_first_page());
    }
}
