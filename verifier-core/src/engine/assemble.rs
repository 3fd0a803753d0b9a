//! Puts a report together from facts, results and the judgement over them.

use std::time::Duration;

use super::case::Case;
use super::defects;
use super::entry::Entry;
use super::judge::{Judged, judge, unanswered};
use super::run::Done;
use super::verdict::{Verdict, code};
use crate::instant::rfc3339;
use crate::report::plain;
use crate::report::{
    CaptureRef, Categories, CategoryResult, PolicyRef, REPORT_SCHEMA, Reason, Timing, TrustRef,
};
use crate::{Category, CheckId, CheckResult, Finding, Outcome, Report, RunMode, Severity};

mod document;
mod findings;

/// Why an inspection ended before all its checks had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interruption {
    /// The document was taken away.
    DocumentRemoved,
    /// The caller cancelled.
    Cancelled,
    /// The deadline passed.
    Deadline,
}

impl Interruption {
    /// The reason code of the report.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DocumentRemoved => "document.removed",
            Self::Cancelled => "inspection.cancelled",
            Self::Deadline => "inspection.deadline",
        }
    }

    /// The reason in words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::DocumentRemoved => "the document was removed before the inspection was complete",
            Self::Cancelled => "the inspection was cancelled before it was complete",
            Self::Deadline => "the inspection's deadline passed before it was complete",
        }
    }
}

/// Everything that goes into one report.
pub(crate) struct Material<'a> {
    pub(crate) case: Case<'a>,
    pub(crate) capture: &'a verifier_capture::Capture,
    /// Content hash of the capture.
    pub(crate) capture_sha256: [u8; 32],
    /// Every entry of the registry with its result; `None` where it has not ended.
    pub(crate) results: Vec<(&'static Entry, Option<Done>)>,
    pub(crate) interruption: Option<Interruption>,
    pub(crate) personal: bool,
    pub(crate) elapsed: Duration,
}

/// Makes the report.
pub(crate) fn assemble(material: Material<'_>) -> Report {
    let Material { case, capture, capture_sha256, results, interruption, personal, elapsed } = material;
    let mut checks_ms = 0.0;
    let mut answers: Vec<(&'static Entry, Verdict, f64)> = Vec::with_capacity(results.len());
    let known = defects::known(&case);
    let mut changed: Vec<Vec<CheckId>> = known.entries.iter().map(|_| Vec::new()).collect();
    for (entry, done) in results {
        let ms = done.as_ref().map_or(0.0, |done| done.ms);
        checks_ms += ms;
        let mandatory = case.policy.mode(&entry.id()) == RunMode::Mandatory;
        let verdict = match (done, interruption) {
            (None, Some(why)) => Some(Verdict::aborted(why.code(), why.text())),
            (None, None) => Some(unanswered()),
            (Some(Done { verdict: Some(verdict), .. }), Some(why)) if unread(&verdict) => {
                Some(Verdict::aborted(why.code(), why.text()))
            }
            (Some(done), _) => done.verdict.or_else(|| mandatory.then(unanswered)),
        };
        let Some(verdict) = verdict else { continue };
        let (verdict, by) = defects::amend(entry, &case, &known, verdict);
        for index in by {
            changed.get_mut(index).into_iter().for_each(|ids| ids.push(entry.id()));
        }
        answers.push((entry, verdict, ms));
    }
    let judged: Vec<Judged<'_>> = answers
        .iter()
        .map(|(entry, verdict, _)| Judged { info: &entry.info, id: entry.id(), verdict })
        .collect();
    let judgement = judge(case.policy, &judged);
    let categories = categories(|category| judgement.category(&judged, category));
    let deciding: Vec<CheckId> =
        judgement.deciding().into_iter().filter_map(|i| judged.get(i)).map(|j| j.id.clone()).collect();

    let mut findings = findings::general(&case, capture);
    findings.extend(known.findings(&changed));
    let mut overall = judgement.overall;
    if case.specimen() && !case.policy.allow_specimen {
        overall = overall.joined(Outcome::Undetermined);
    }
    if let Some(why) = interruption {
        overall = overall.joined(Outcome::Aborted);
        findings.push(Finding::new(why.code(), Severity::Alarm, why.text()).on_first_page());
    }
    let checks: Vec<CheckResult> = answers
        .into_iter()
        .enumerate()
        .map(|(index, (entry, mut verdict, ms))| {
            findings.append(&mut verdict.findings);
            result(entry, verdict, case.policy.mode(&entry.id()), judgement.counted(index), ms)
        })
        .collect();
    Report {
        schema: REPORT_SCHEMA.into(),
        capture: CaptureRef { path: None, sha256: hex::encode(capture_sha256) },
        overall,
        deciding,
        policy: PolicyRef {
            name: case.policy.name.clone(),
            version: case.policy.version.clone(),
            sha256: case.policy.sha256(),
        },
        trust_store: trust_ref(&case),
        at: rfc3339(case.time.at()),
        at_source: case.time.source(),
        engine: concat!("verifier-core ", env!("CARGO_PKG_VERSION")).into(),
        digest: String::new(),
        categories,
        checks,
        findings,
        document: document::describe(&case, personal),
        chip: case.chip().describe(&case),
        known_defects: known.infos(&changed),
        timing: Timing { total_ms: elapsed.as_secs_f64() * 1000.0, checks_ms },
    }
    .sealed()
}

/// Evidence that was still to come when an inspection was interrupted.
fn unread(verdict: &Verdict) -> bool {
    !verdict.ran || matches!(verdict.code, code::EVIDENCE_ABSENT | code::NOT_READ | code::DEPENDS)
}

fn categories(outcome: impl Fn(Category) -> Outcome) -> Categories {
    // Scores are fused from calibrated measurements; without calibration there is none to fuse.
    let result = |category| CategoryResult { outcome: outcome(category), score: None };
    Categories {
        optical: result(Category::Optical),
        electronic: result(Category::Electronic),
        seal: result(Category::Seal),
        combined: result(Category::Combined),
        cross: result(Category::Cross),
        background: result(Category::Background),
    }
}

fn trust_ref(case: &Case<'_>) -> TrustRef {
    let newest = case.trust.newest();
    TrustRef {
        sha256: hex::encode(case.trust.sha256()),
        newest: newest.map(rfc3339),
        age_days: newest.map(|newest| (case.time.at() - newest).whole_days()),
        anchors: u64::try_from(case.trust.anchors()).unwrap_or(u64::MAX),
    }
}

fn result(entry: &Entry, verdict: Verdict, mode: RunMode, counted: bool, ms: f64) -> CheckResult {
    let measured = verdict.measured;
    CheckResult {
        id: entry.id(),
        category: entry.info.category,
        mode,
        outcome: verdict.outcome,
        counted,
        reason: Reason { code: verdict.code.into(), text: plain(&verdict.text) },
        value: measured.as_ref().and_then(|m| m.value).map(rounded),
        threshold: measured.as_ref().map(|m| rounded(m.threshold)),
        margin: measured.as_ref().and_then(|m| m.margin).map(rounded),
        light: measured.as_ref().map(|m| m.light.into()),
        triple: entry.info.triple.map(Into::into),
        regions: measured.map(|m| m.regions).unwrap_or_default(),
        ms,
    }
}

/// Six decimals: enough for any reader, and the last bits of a sum do not reach the digest.
fn rounded(value: f64) -> f64 {
    if value.is_finite() { (value * 1e6).round() / 1e6 } else { 0.0 }
}
