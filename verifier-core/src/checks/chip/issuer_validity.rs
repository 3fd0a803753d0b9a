//! `chip.issuer.validity`: the root is within its validity.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.issuer.validity",
        category: Category::Electronic,
        title: "The root is within its validity",
        standard: "Doc 9303-12 5, 6; BSI TR-03135-1 v5.0.1 5.6.3.2.3, part 2 4.4.15",
        why: "Roots outlive the documents signed under them by design; an expired one tells of an old trust store more often than of a forger.",
        outcomes: texts(
            "The time of the judgement is within the root's validity (or the policy takes an expired one as a finding).",
            "The root has expired or is not yet valid and the policy does not forgive it.",
            "No trusted root was found for the signer, or the clock is implausible.",
            "Does not occur: a certificate always has a validity.",
        ),
        look_at: "Validity of the root; start of validity of the signer.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: true,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
