//! Joins results under a policy (BSI TR-03135-1 v5.0.1, 3.8, tables 3.1, 5.2 and 5.102).

use super::verdict::{Verdict, code};
use crate::{Alternative, Category, CheckId, CheckInfo, Outcome, Policy, RunMode};

/// One result on its way into the report.
pub(crate) struct Judged<'a> {
    pub(crate) info: &'a CheckInfo,
    pub(crate) id: CheckId,
    pub(crate) verdict: &'a Verdict,
}

/// What a check or a group puts into the overall result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// Index of the check in the list that was judged.
    pub(crate) index: usize,
    pub(crate) outcome: Outcome,
    pub(crate) mandatory: bool,
}

/// The joined results.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) overall: Outcome,
    pub(crate) shares: Vec<Share>,
}

impl Judgement {
    /// Joined outcome of one category.
    pub(crate) fn category(&self, results: &[Judged<'_>], category: Category) -> Outcome {
        Outcome::join(
            self.shares
                .iter()
                .filter(|share| results.get(share.index).is_some_and(|r| r.info.category == category))
                .map(|share| share.outcome),
        )
    }

    /// Whether the check at `index` entered the overall result.
    pub(crate) fn counted(&self, index: usize) -> bool {
        self.shares.iter().any(|share| share.index == index)
    }

    /// The checks that made the overall result what it is; none where it is successful.
    pub(crate) fn deciding(&self) -> Vec<usize> {
        if self.overall == Outcome::Successful {
            return Vec::new();
        }
        self.shares.iter().filter(|share| share.outcome == self.overall).map(|share| share.index).collect()
    }
}

/// Joins all results. Every mandatory check of the policy stands among them, answered or not.
pub(crate) fn judge(policy: &Policy, results: &[Judged<'_>]) -> Judgement {
    let mut shares: Vec<Share> = Vec::new();
    for (index, result) in results.iter().enumerate() {
        if policy.alternative_of(&result.id).is_none() {
            shares.extend(share(policy.mode(&result.id), index, result));
        }
    }
    for group in policy.alternatives() {
        shares.extend(group_shares(group, results));
    }
    shares.sort_by_key(|share| share.index);
    let mut overall = Outcome::join(shares.iter().map(|share| share.outcome));
    // Success rests on mandatory checks: a policy without one, or one of which all are lacking, proves nothing.
    let proved = shares.iter().any(|share| share.mandatory && share.outcome == Outcome::Successful);
    if !proved && matches!(overall, Outcome::Successful | Outcome::NotSupported) {
        overall = Outcome::Undetermined;
    }
    Judgement { overall, shares }
}

fn share(mode: RunMode, index: usize, result: &Judged<'_>) -> Option<Share> {
    let verdict = result.verdict;
    match mode {
        RunMode::Mandatory => Some(Share { index, outcome: demanded(result), mandatory: true }),
        RunMode::ConditionallyIgnored if verdict.ignorable || !verdict.ran => None,
        RunMode::Optional if !verdict.ran => None,
        RunMode::ConditionallyIgnored | RunMode::Optional => {
            Some(Share { index, outcome: verdict.outcome, mandatory: false })
        }
        RunMode::Evaluatory => None,
    }
}

/// What a mandatory check contributes: a document that lacks the feature leaves it undecided, unless layout or
/// signed data say that there is nothing to check.
fn demanded(result: &Judged<'_>) -> Outcome {
    match result.verdict.outcome {
        Outcome::NotSupported if !result.info.lack_accepted => Outcome::Undetermined,
        outcome => outcome,
    }
}

/// One success speaks for the group; without one its most severe members do.
fn group_shares(group: &Alternative, results: &[Judged<'_>]) -> Vec<Share> {
    let mandatory = group.mode == RunMode::Mandatory;
    let members: Vec<Share> = group
        .checks
        .iter()
        .filter_map(|id| results.iter().position(|r| r.id == *id))
        .filter_map(|index| results.get(index).map(|result| (index, result)))
        .filter(|(_, result)| mandatory || result.verdict.ran)
        .map(|(index, result)| Share { index, outcome: demanded(result), mandatory })
        .collect();
    if group.mode == RunMode::Evaluatory {
        return Vec::new();
    }
    let outcome = if members.iter().any(|share| share.outcome == Outcome::Successful) {
        Outcome::Successful
    } else if members.is_empty() {
        return Vec::new();
    } else {
        Outcome::join(members.iter().map(|share| share.outcome))
    };
    members.into_iter().filter(|share| share.outcome == outcome).collect()
}

/// A mandatory check that gave no result: not applicable does not count as done.
pub(crate) fn unanswered() -> Verdict {
    Verdict {
        ran: false,
        ..Verdict::undetermined(
            code::EVIDENCE_ABSENT,
            "there is nothing in this capture that the check could run on",
        )
    }
}
