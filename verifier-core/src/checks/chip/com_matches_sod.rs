//! `chip.com.matches-sod`: EF.COM and the security object name the same data groups.

use super::common::no_index;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::{Delivery, Index};
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use verifier_chip::authentication::passive::ComFact;
use verifier_chip::lds::Com;
use verifier_chip::sod::Sod;

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

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    if let Delivery::TooLarge(size) = case.chip().com_file() {
        let text = format!("EF.COM: {size} octets are more than it can have");
        return Some(Verdict::failed(code::MALFORMED, text));
    }
    let Index::Read(sod) = case.chip().index() else { return no_index(case) };
    if matches!(case.chip().com_file(), Delivery::Absent) {
        return Some(if sod.lds.version >= 1 {
            Verdict::not_supported("EF.COM is not there, and this structure version does not need it")
        } else {
            Verdict::absent("EF.COM was not captured")
        });
    }
    Some(match case.chip().passive().map(|passive| &passive.com) {
        None | Some(ComFact::NotCompared) => Verdict::absent("EF.COM or EF.SOD was not captured"),
        Some(ComFact::Malformed(error)) => Verdict::failed(code::MALFORMED, error.to_string()),
        Some(ComFact::Same(com)) => same(com, sod),
        Some(ComFact::Differs { com, only_sod, only_com }) => {
            let unknown = com.unknown_tags.iter().map(|tag| format!("tag {tag:02X}"));
            let only_com: Vec<String> = only_com.iter().map(ToString::to_string).chain(unknown).collect();
            let only_sod: Vec<String> = only_sod.iter().map(ToString::to_string).collect();
            let list = |names: &[String]| if names.is_empty() { "none".into() } else { names.join(", ") };
            let text = format!("only in EF.SOD: {}; only in EF.COM: {}", list(&only_sod), list(&only_com));
            Verdict::failed("com.differs-from-sod", text)
        }
    })
}

/// The data groups that EF.COM names, where it names no other tags; ascending.
pub(crate) fn groups(case: &Case<'_>) -> Option<Vec<u32>> {
    let com = match case.chip().passive().map(|passive| &passive.com)? {
        ComFact::Same(com) | ComFact::Differs { com, .. } => com,
        _ => return None,
    };
    let mut groups: Vec<u32> = com.data_groups.iter().map(|number| u32::from(number.get())).collect();
    groups.sort_unstable();
    com.unknown_tags.is_empty().then_some(groups)
}

/// The data groups agree; so must the versions, where both files state them.
fn same(com: &Com, sod: &Sod) -> Verdict {
    let differs = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    if differs(&com.lds_version, &sod.lds.lds_version)
        || differs(&com.unicode_version, &sod.lds.unicode_version)
    {
        return Verdict::failed(
            "com.version-differs",
            "EF.COM and EF.SOD state different versions of the structure",
        );
    }
    Verdict::successful("both name the same data groups")
}
