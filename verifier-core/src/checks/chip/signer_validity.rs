//! `chip.signer.validity`: the document signer is within its validity.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.signer.validity",
        category: Category::Electronic,
        title: "The document signer is within its validity",
        standard: "Doc 9303-12 5; BSI TR-03135-1 v5.0.1 5.6.3.2.2",
        why: "A signer certificate is valid as long as the last document it signed. Afterwards its key may be anywhere.",
        outcomes: texts(
            "The time of the judgement is within the signer's validity.",
            "The signer has expired or is not yet valid.",
            "The signer certificate is not there, or the clock is implausible.",
            "Does not occur: a certificate always has a validity.",
        ),
        look_at: "Validity of the signer beside the document's date of expiry.",
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
