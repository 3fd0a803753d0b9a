//! `combined.mrz.dg1`: the printed zone and the zone on the chip say the same, field by field.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "combined.mrz.dg1",
        category: Category::Combined,
        title: "Printed zone and DG1 agree field by field",
        standard: "BSI TR-03135-1 v5.0.1 5.10.4; Doc 9303-10 4.7.1",
        why: "The chip of one document in the cover of another, or a page that was changed and its digits recomputed: \
              the signed copy of the zone tells.",
        outcomes: texts(
            "Every field agrees; optional data may differ, fillers of an incomplete date of birth are skipped.",
            "At least one field differs; the reason names the fields.",
            "The zone was not captured, or DG1 is absent or not authenticated.",
            "Does not occur: every chip of this kind holds DG1.",
        ),
        look_at: "The named fields on the page and as the chip has them.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::TEXT_AND_CHIP,
    timed: false,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
