//! The worker of an inspection: makes facts of what changed, runs the checks that read it, and in the end the report.

use std::sync::Arc;

use rayon::prelude::*;

use super::state::{Shared, State};
use super::unpoisoned;
use crate::checks::registry;
use crate::engine::facts::guarded;
use crate::engine::run::run;
use crate::{Interruption, Report};

/// Works until the report is there or nobody waits for it any more.
pub(super) fn work(shared: &Shared) {
    if guarded(|| turns(shared)).is_none() {
        // Every check has its own guard, so this is a fault of the engine itself: end it, never hang.
        shared.interrupt(Interruption::Cancelled);
    }
}

fn turns(shared: &Shared) {
    while let Some(turn) = next(shared) {
        shared.verifier.in_pool(|| turn.take(shared));
    }
}

/// What the worker does next, on a copy of the evidence so that nobody waits for it.
struct Turn {
    capture: verifier_capture::Capture,
    versions: super::state::Versions,
    facts: (super::state::Versions, crate::engine::facts::Facts),
}

/// Waits for work. `None` when there will be none any more.
fn next(shared: &Shared) -> Option<Turn> {
    let mut state = shared.lock();
    loop {
        if state.over() {
            return None;
        }
        if outstanding(&state) || state.complete {
            return Some(Turn {
                capture: state.capture.clone(),
                versions: state.versions,
                facts: state.facts.clone(),
            });
        }
        state = unpoisoned(shared.changed.wait(state));
    }
}

fn outstanding(state: &State) -> bool {
    registry().iter().enumerate().any(|(index, entry)| state.standing(index, entry).is_none())
}

impl Turn {
    fn take(mut self, shared: &Shared) {
        let changed = self.versions.changed(self.facts.0);
        self.facts.1.renew(&self.capture, shared.verifier.trust(), changed);
        {
            let mut state = shared.lock();
            if state.over() {
                return;
            }
            state.facts = (self.versions, self.facts.1.clone());
        }
        let case = shared.verifier.case(&self.facts.1, &self.capture, shared.time);
        registry().par_iter().enumerate().for_each(|(index, entry)| {
            {
                let state = shared.lock();
                if state.over() || state.standing(index, entry).is_some() {
                    return;
                }
            }
            let done = run(entry, &case, shared.verifier.faults());
            let mut state = shared.lock();
            if let Some(slot) = state.results.get_mut(index) {
                *slot = Some((self.versions, done));
            }
            shared.changed.notify_all();
        });
        self.close(shared);
    }

    /// Hashes the capture while nothing else is to be done, so that an end that comes suddenly finds it made.
    fn hash(&self, shared: &Shared) -> Option<[u8; 32]> {
        let wanted = |state: &State| !state.over() && state.versions == self.versions;
        if !wanted(&shared.lock()) {
            return None;
        }
        let sha256 = self.capture.sha256();
        let mut state = shared.lock();
        wanted(&state).then(|| state.sha256 = Some((self.versions, sha256)))?;
        Some(sha256)
    }

    /// Makes the report when the evidence is complete and every result stands.
    fn close(&self, shared: &Shared) {
        let Some(sha256) = self.hash(shared) else { return };
        let (results, case) = {
            let state = shared.lock();
            if state.over() || !state.complete || state.versions != self.versions || outstanding(&state) {
                return;
            }
            let results = registry()
                .iter()
                .enumerate()
                .map(|(index, entry)| (*entry, state.standing(index, entry).cloned()))
                .collect();
            (results, shared.verifier.case(&self.facts.1, &self.capture, shared.time))
        };
        let report: Report =
            shared.verifier.report(case, (&self.capture, sha256), results, None, shared.start.elapsed());
        let mut state = shared.lock();
        if state.report.is_none() {
            state.report = Some(Arc::new(report));
        }
        shared.changed.notify_all();
    }
}
