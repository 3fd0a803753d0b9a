//! `chip.sod.structure`: the security object is a well-formed signature over a list of hashes.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.sod.structure",
        category: Category::Electronic,
        title: "EF.SOD is well formed",
        standard: "Doc 9303-10 4.6.2; RFC 5652; BSI TR-03135-1 v5.0.1 5.8.8",
        why: "The security object is the only index of the chip. One that reads differently to two readers can hide anything.",
        outcomes: texts(
            "EF.SOD parses as CMS signed data over an LDS security object, nothing twice, nothing left over.",
            "EF.SOD is empty, truncated, malformed or breaks a rule of its profile; the reason gives the offset.",
            "EF.SOD was not captured.",
            "Does not occur: every chip of this kind holds EF.SOD.",
        ),
        look_at: "Whether the reader read the file to its end; then the bytes at the given offset.",
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
