//! `chip.com.matches-sod`: EF.COM and the security object name the same data groups.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.com.matches-sod",
        category: Category::Electronic,
        title: "EF.COM and EF.SOD name the same data groups",
        standard: "Doc 9303-10 4.6.1; BSI TR-03135-1 v5.0.1 5.8.8.1",
        why: "EF.COM is not signed. Who removes DG15 from it hopes that the reader forgets active authentication.",
        outcomes: texts(
            "Both name the same data groups and versions.",
            "One names a data group that the other does not, or their versions differ.",
            "EF.COM was not captured although the structure version requires it, or EF.SOD cannot be read.",
            "The structure version is one in which EF.COM is no longer required, and it is not there.",
        ),
        look_at: "The data groups that only one of them names.",
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
