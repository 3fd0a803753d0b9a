//! `chip.ca.new-keys`: the chip answered under keys that only its own private key gives.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.ca.new-keys",
        category: Category::Electronic,
        title: "Chip authentication: the chip answers under new keys",
        standard: "Doc 9303-11 6.2; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "A clone lacks the private key of DG14 and cannot compute the new session keys.",
        outcomes: texts(
            "One protected answer verified under the new keys.",
            "The protocol ran and no answer verified, or the chip refused although its signed data promises it.",
            "Not built yet: what the signed data offers is reported as not decided.",
            "The signed data offers no chip authentication.",
        ),
        look_at: "Whether the chip was asked at all, and its status word.",
        triple: None,
        built: false,
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
