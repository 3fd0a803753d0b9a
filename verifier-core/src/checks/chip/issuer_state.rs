//! `chip.issuer.state`: signer, root and DG1 name the same state.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.issuer.state",
        category: Category::Electronic,
        title: "Signer, root and DG1 name the same state",
        standard: "BSI TR-03135-1 v5.0.1 5.8.9, 5.6.2.2.1 to 5.6.2.2.3; Doc 9303-12 7.1",
        why: "A trusted root of one state must not sign passports of another: without this check the weakest root of the world signs for all.",
        outcomes: texts(
            "Country of the signer's issuer, country of the signer and issuing state of DG1 belong together.",
            "Two of them do not belong together, or a certificate names no country.",
            "DG1 is absent or not authenticated, the signer is not there, or a code is not in the assignment table.",
            "Does not occur: every chip of this kind names its issuer.",
        ),
        look_at: "The three codes in the reason.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
