//! `chip.pace-cam.mapping`: the chip proved its key while the channel was opened.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.pace-cam.mapping",
        category: Category::Electronic,
        title: "PACE with chip authentication mapping",
        standard: "Doc 9303-11 4.4.3.5; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "Opens the channel and proves the chip in one protocol; a clone cannot compute the mapping data.",
        outcomes: texts(
            "The mapping data verifies under the authenticated key.",
            "The protocol ran and its mapping data does not verify.",
            "Not built yet: what the signed data offers is reported as not decided.",
            "The signed data offers no such mapping.",
        ),
        look_at: "Which access protocol the reader used.",
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
