//! One line a check as it becomes known. Reasons name no holder (DESIGN section 4), so these do neither.

use std::collections::BTreeMap;

use verifier_core::{Inspection, Outcome};

use crate::chip::progress::Bar;

/// What was said of the checks of one document.
pub(crate) struct Lines {
    wanted: bool,
    said: BTreeMap<String, Outcome>,
}

impl Lines {
    /// Says something only where it is wanted.
    pub(crate) const fn new(wanted: bool) -> Self {
        Self { wanted, said: BTreeMap::new() }
    }

    /// Says what is new. What still waits for evidence, or may be otherwise at the end, is left to the report.
    pub(crate) fn look(&mut self, inspection: &Inspection, bar: &Bar) {
        if !self.wanted {
            return;
        }
        let progress = inspection.poll();
        let settled = |outcome: Outcome| match outcome {
            Outcome::Successful => true,
            // A list of known defects may still excuse it: then the overall result does not show it either.
            Outcome::Failed => progress.overall == Outcome::Failed,
            _ => false,
        };
        for check in progress.checks.iter().filter(|check| settled(check.outcome)) {
            if self.said.insert(check.id.to_string(), check.outcome) != Some(check.outcome) {
                bar.say_outcome(check.outcome, format_args!("{} {}", check.id, check.reason.text));
            }
        }
    }
}
