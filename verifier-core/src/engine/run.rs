//! Runs one check under its own guard: a panic in a dependency is `aborted` for that check alone.

use std::collections::BTreeMap;
use std::time::Instant;

use super::case::Case;
use super::entry::Entry;
use super::facts::guarded;
use super::verdict::{Verdict, code};
use crate::{CheckId, Outcome};

/// A fault that a test puts in the place of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The check panics.
    Panic,
    /// The check breaks off.
    Abort,
}

/// Faults by check; none outside tests.
pub(crate) type Faults = BTreeMap<CheckId, Fault>;

/// A check that ended.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// `None`: not applicable to this document.
    pub(crate) verdict: Option<Verdict>,
    pub(crate) ms: f64,
}

/// Runs one check.
pub(crate) fn run(entry: &Entry, case: &Case<'_>, faults: &Faults) -> Done {
    let start = Instant::now();
    let verdict = judged(entry, case, faults.get(&entry.id()).copied());
    Done { verdict, ms: start.elapsed().as_secs_f64() * 1000.0 }
}

fn judged(entry: &Entry, case: &Case<'_>, fault: Option<Fault>) -> Option<Verdict> {
    if !entry.info.built && fault.is_none() {
        // What is not built may still say that the document does not offer it, never that it succeeded.
        let verdict = guarded(|| (entry.run)(case, entry.member)).flatten();
        return verdict.filter(|v| v.outcome == Outcome::NotSupported).or_else(|| Some(Verdict::not_built()));
    }
    let (needs, broken) = (entry.needs, case.facts.broken);
    if (needs.text && broken.text) || (needs.pictures && broken.pictures) || (needs.chip && broken.chip) {
        return Some(panicked());
    }
    let outcome = match fault {
        Some(Fault::Abort) => return Some(Verdict::aborted(code::BROKE_OFF, "the check broke off")),
        Some(Fault::Panic) => guarded(|| std::panic::resume_unwind(Box::new("injected fault"))),
        None => guarded(|| (entry.run)(case, entry.member)),
    };
    let Some(verdict) = outcome else { return Some(panicked()) };
    verdict.map(|verdict| timely(entry, case, verdict))
}

fn panicked() -> Verdict {
    Verdict::aborted(
        code::PANIC,
        "a component of the engine failed; the document was not judged by this check",
    )
}

/// A result that rests on an implausible clock is none.
fn timely(entry: &Entry, case: &Case<'_>, verdict: Verdict) -> Verdict {
    match case.clock.doubt() {
        Some(doubt) if entry.timed && matches!(verdict.outcome, Outcome::Successful | Outcome::Failed) => {
            Verdict::undetermined(code::CLOCK_IMPLAUSIBLE, doubt)
        }
        _ => verdict,
    }
}
