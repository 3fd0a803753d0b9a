//! `chip.access.downgrade`: the chip offered over the air what its signed data promises.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.access.downgrade",
        category: Category::Electronic,
        title: "EF.CardAccess agrees with signed DG14",
        standard: "Doc 9303-11 4.2, 9.2; BSI TR-03135-1 v5.0.1 5.8.10",
        why: "EF.CardAccess is read before anything is signed. A relay that strikes PACE from it forces the reader back to weaker access.",
        outcomes: texts(
            "Every PACE parameter of DG14 stands in EF.CardAccess.",
            "DG14 promises PACE parameters that EF.CardAccess does not offer.",
            "EF.CardAccess or DG14 was not captured, or DG14 is not authenticated.",
            "The signed data offers no PACE.",
        ),
        look_at: "The protocols that only one of the two names; the surroundings of the reader's antenna.",
        triple: None,
        built: true,
        lack_accepted: true,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
