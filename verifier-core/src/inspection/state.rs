//! What an inspection knows, shared between those who feed it, its worker and those who ask.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Instant;

use verifier_capture::{Authentication, Capture, PageImage};

use super::{CheckProgress, InspectionOptions, Progress, join, unpoisoned};
use crate::checks::registry;
use crate::engine::assemble::Interruption;
use crate::engine::entry::{Entry, Needs};
use crate::engine::facts::Facts;
use crate::engine::run::Done;
use crate::engine::verdict::code;
use crate::report::plain;
use crate::{Outcome, Reason, Report, Time, Verifier};

/// How often each part of the evidence changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Versions {
    text: u64,
    pictures: u64,
    chip: u64,
}

impl Versions {
    /// The parts in which the two differ.
    pub(super) const fn changed(self, other: Self) -> Needs {
        Needs {
            text: self.text != other.text,
            pictures: self.pictures != other.pictures,
            chip: self.chip != other.chip,
        }
    }

    fn touch(&mut self, parts: Needs) {
        self.text += u64::from(parts.text);
        self.pictures += u64::from(parts.pictures);
        self.chip += u64::from(parts.chip);
    }

    /// Whether a result made at `other` still stands for a check with these needs.
    const fn stands(self, other: Self, needs: Needs) -> bool {
        let changed = self.changed(other);
        !(changed.text && needs.text || changed.pictures && needs.pictures || changed.chip && needs.chip)
    }
}

pub(super) struct State {
    pub(super) capture: Capture,
    pub(super) versions: Versions,
    pub(super) complete: bool,
    pub(super) abandoned: bool,
    /// The newest facts and the versions that they were made from.
    pub(super) facts: (Versions, Facts),
    /// The newest result of each entry of the registry and the versions that it was made from.
    pub(super) results: Vec<Option<(Versions, Done)>>,
    /// Content hash of the capture and the versions that it was made from.
    pub(super) sha256: Option<(Versions, [u8; 32])>,
    pub(super) report: Option<Arc<Report>>,
}

impl State {
    /// Content hash of the capture, if the worker has made it already.
    pub(super) fn known_sha256(&self) -> Option<[u8; 32]> {
        self.sha256.filter(|(made, _)| *made == self.versions).map(|(_, sha256)| sha256)
    }

    /// Whether the worker has nothing left to do.
    pub(super) const fn over(&self) -> bool {
        self.report.is_some() || self.abandoned
    }

    /// The result of an entry, if it still stands.
    pub(super) fn standing(&self, index: usize, entry: &Entry) -> Option<&Done> {
        let (made, done) = self.results.get(index)?.as_ref()?;
        self.versions.stands(*made, entry.needs).then_some(done)
    }
}

pub(super) struct Shared {
    pub(super) verifier: Verifier,
    pub(super) time: Time,
    pub(super) start: Instant,
    deadline: Option<Instant>,
    state: Mutex<State>,
    pub(super) changed: Condvar,
}

impl Shared {
    pub(super) fn new(verifier: Verifier, time: Time, options: InspectionOptions) -> Self {
        let start = Instant::now();
        let mut capture = Capture::new();
        capture.captured_at = options.captured_at;
        capture.device = options.device;
        let state = State {
            capture,
            versions: Versions::default(),
            complete: false,
            abandoned: false,
            facts: Default::default(),
            results: registry().iter().map(|_| None).collect(),
            sha256: None,
            report: None,
        };
        Self {
            verifier,
            time,
            start,
            deadline: options.deadline.and_then(|limit| start.checked_add(limit)),
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }

    /// Changes the evidence. What comes after the end is not taken.
    pub(super) fn put(&self, parts: Needs, change: impl FnOnce(&mut Capture)) {
        let mut state = self.lock();
        if state.complete || state.over() {
            return;
        }
        change(&mut state.capture);
        state.versions.touch(parts);
        self.changed.notify_all();
    }

    /// Joins a delivery. What comes after the end is not taken.
    pub(super) fn put_capture(&self, delivered: Capture) {
        let mut state = self.lock();
        if state.complete || state.over() {
            return;
        }
        let mut parts = join::parts(&delivered);
        let before = state.capture.captured_at;
        join::join(&mut state.capture, delivered);
        if state.capture.captured_at != before {
            // The clock is doubted by it, and any check may rest on the clock.
            parts = join::ALL;
        }
        state.versions.touch(parts);
        self.changed.notify_all();
    }

    pub(super) fn complete(&self) {
        self.lock().complete = true;
        self.changed.notify_all();
    }

    pub(super) fn abandon(&self) {
        self.lock().abandoned = true;
        self.changed.notify_all();
    }

    /// Ends the inspection now, with what has ended so far.
    pub(super) fn interrupt(&self, why: Interruption) -> Arc<Report> {
        self.interrupt_locked(&mut self.lock(), why)
    }

    fn interrupt_locked(&self, state: &mut State, why: Interruption) -> Arc<Report> {
        if let Some(report) = &state.report {
            return Arc::clone(report);
        }
        let results = registry()
            .iter()
            .enumerate()
            .map(|(index, entry)| (*entry, state.standing(index, entry).cloned()))
            .collect();
        let case = self.verifier.case(&state.facts.1, &state.capture, self.time);
        let sha256 = state.known_sha256().unwrap_or_else(|| state.capture.sha256());
        let capture = (&state.capture, sha256);
        let report = self.verifier.report(case, capture, results, Some(why), self.start.elapsed());
        let report = Arc::new(report);
        state.report = Some(Arc::clone(&report));
        self.changed.notify_all();
        report
    }

    fn past_deadline(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub(super) fn poll(&self) -> Progress {
        let mut state = self.lock();
        if state.report.is_none() && self.past_deadline() {
            self.interrupt_locked(&mut state, Interruption::Deadline);
        }
        // What a list may still excuse is not shown as failed before the report is there.
        progress(&state, self.verifier.trust().known_defects().is_empty())
    }

    pub(super) fn wait(&self, until: Instant) -> Option<Arc<Report>> {
        let mut state = self.lock();
        loop {
            if let Some(report) = &state.report {
                return Some(Arc::clone(report));
            }
            if self.past_deadline() {
                return Some(self.interrupt_locked(&mut state, Interruption::Deadline));
            }
            let until = self.deadline.map_or(until, |deadline| deadline.min(until));
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            state = unpoisoned(self.changed.wait_timeout(state, left)).0;
        }
    }

    pub(super) fn wait_for_ever(&self) -> Arc<Report> {
        const LONG: std::time::Duration = std::time::Duration::from_secs(3600);
        loop {
            if let Some(report) = self.wait(Instant::now() + LONG) {
                return report;
            }
        }
    }
}

fn progress(state: &State, final_at_once: bool) -> Progress {
    let mut checks = Vec::new();
    let mut waiting = Vec::new();
    for (index, entry) in registry().iter().enumerate() {
        match state.standing(index, entry) {
            Some(Done { verdict: None, .. }) => {}
            Some(Done { verdict: Some(verdict), .. }) if verdict.code != code::EVIDENCE_ABSENT => {
                let reason = Reason { code: verdict.code.into(), text: plain(&verdict.text) };
                checks.push(CheckProgress { id: entry.id(), outcome: verdict.outcome, reason });
            }
            _ => waiting.push(entry.id()),
        }
    }
    let overall = match &state.report {
        Some(report) => report.overall(),
        // A failure is shown at once; anything else is open until the report is there.
        None if final_at_once && checks.iter().any(|check| check.outcome == Outcome::Failed) => {
            Outcome::Failed
        }
        None => Outcome::Undetermined,
    };
    Progress { ended: state.report.is_some(), overall, checks, waiting, report: state.report.clone() }
}

/// Puts what came in any order into one order. Contents are hashed only where all else is equal.
pub(super) fn canonical(capture: &mut Capture) {
    capture
        .images
        .sort_by(|a, b| image_key(a).cmp(&image_key(b)).then_with(|| a.data.sha256().cmp(&b.data.sha256())));
    if let Some(chip) = &mut capture.chip {
        chip.authentication.sort_by_cached_key(authentication_key);
    }
}

fn image_key(image: &PageImage) -> impl Ord + use<> {
    (image.page.clone(), image.light.clone(), image.ppi.map(f64::to_bits), image.processing.clone())
}

fn authentication_key(entry: &Authentication) -> impl Ord + use<> {
    (entry.protocol.clone(), entry.at, entry.challenge.clone(), entry.response.clone(), entry.status_word)
}
