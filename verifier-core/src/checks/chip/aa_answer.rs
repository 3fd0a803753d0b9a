//! `chip.aa.answer`: the chip proved that it holds the key of DG15.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.aa.answer",
        category: Category::Electronic,
        title: "Active authentication: the chip holds the key of DG15",
        standard: "Doc 9303-11 6.1; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "Every file of a chip can be copied onto another; the private key cannot. A clone answers wrongly or not at all.",
        outcomes: texts(
            "The answer to the challenge verifies under the authenticated key of DG15.",
            "The answer does not verify, the chip refused although its signed data promises the protocol, or the key is unsigned.",
            "The signed data names DG15 and the protocol was not run, or its data was not captured.",
            "The signed data names no DG15.",
        ),
        look_at: "Whether the chip was asked at all, its status word, and the time of the answer.",
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
