//! `chip.sod.hash-dgN`: the raw bytes of a data group have the hash that the security object signs.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static DG1: Entry = entry("chip.sod.hash-dg1", 1, "DG1 is what the issuer signed");
pub(super) static DG2: Entry = entry("chip.sod.hash-dg2", 2, "DG2 is what the issuer signed");
pub(super) static DG3: Entry = entry("chip.sod.hash-dg3", 3, "DG3 is what the issuer signed");
pub(super) static DG4: Entry = entry("chip.sod.hash-dg4", 4, "DG4 is what the issuer signed");
pub(super) static DG5: Entry = entry("chip.sod.hash-dg5", 5, "DG5 is what the issuer signed");
pub(super) static DG6: Entry = entry("chip.sod.hash-dg6", 6, "DG6 is what the issuer signed");
pub(super) static DG7: Entry = entry("chip.sod.hash-dg7", 7, "DG7 is what the issuer signed");
pub(super) static DG8: Entry = entry("chip.sod.hash-dg8", 8, "DG8 is what the issuer signed");
pub(super) static DG9: Entry = entry("chip.sod.hash-dg9", 9, "DG9 is what the issuer signed");
pub(super) static DG10: Entry = entry("chip.sod.hash-dg10", 10, "DG10 is what the issuer signed");
pub(super) static DG11: Entry = entry("chip.sod.hash-dg11", 11, "DG11 is what the issuer signed");
pub(super) static DG12: Entry = entry("chip.sod.hash-dg12", 12, "DG12 is what the issuer signed");
pub(super) static DG13: Entry = entry("chip.sod.hash-dg13", 13, "DG13 is what the issuer signed");
pub(super) static DG14: Entry = entry("chip.sod.hash-dg14", 14, "DG14 is what the issuer signed");
pub(super) static DG15: Entry = entry("chip.sod.hash-dg15", 15, "DG15 is what the issuer signed");
pub(super) static DG16: Entry = entry("chip.sod.hash-dg16", 16, "DG16 is what the issuer signed");

const fn entry(id: &'static str, number: u8, title: &'static str) -> Entry {
    Entry {
        info: CheckInfo {
            id,
            category: Category::Electronic,
            title,
            standard: "Doc 9303-10 4.6.2.3; BSI TR-03135-1 v5.0.1 5.8.8.2.1",
            why: "Whoever changes a name, a date or the picture on the chip cannot make the signed hash follow.",
            outcomes: texts(
                "The hash of the raw bytes is the signed one.",
                "The hash differs, or the security object lacks the hash of a data group that every chip has.",
                "The data group was not read, is not signed at all, or the hash algorithm is not known.",
                "Does not occur.",
            ),
            look_at: "Whether the reader read the file to its end; then what differs from the page.",
            triple: None,
            built: true,
            lack_accepted: false,
        },
        member: Member::DataGroup(number),
        needs: Needs::CHIP,
        timed: false,
        run,
    }
}

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
