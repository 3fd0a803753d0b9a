//! `combined.mrz.dg1`: the printed zone and the zone on the chip say the same, field by field.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::Dg1;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::text_facts::UNREAD;
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo, Finding, Severity};
use verifier_mrz::compare::{Relation, zones};
use verifier_mrz::{FieldName, Zone};

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

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(printed) = case.text().lines() else {
        return Some(Verdict::absent("no machine readable zone was captured"));
    };
    let signed = match case.chip().dg1() {
        Dg1::Bound(lines) => lines,
        Dg1::Absent => return Some(Verdict::absent("DG1 was not captured")),
        Dg1::Unbound => {
            return Some(Verdict::undetermined(code::DEPENDS, "DG1 is not authenticated: it proves nothing"));
        }
        Dg1::Malformed(why) => return Some(Verdict::failed(code::MALFORMED, why.clone())),
    };
    let (Some(printed), Some(signed)) = (printed.zone(), signed.zone()) else {
        return Some(Verdict::undetermined(code::DEPENDS, "one of the two zones fits no layout"));
    };
    Some(compare(&printed, &signed))
}

/// Names of the fields in which printed zone and DG1 differ; `None` where they cannot be compared.
pub(crate) fn differing(case: &Case<'_>) -> Option<Vec<&'static str>> {
    let printed = case.text().lines()?.zone()?;
    let signed = case.chip().dg1_lines()?.zone()?;
    let comparison = zones(&printed, &signed);
    Some(comparison.differing().map(|field| field.field.as_str()).collect())
}

fn compare(printed: &Zone<'_>, signed: &Zone<'_>) -> Verdict {
    let comparison = zones(printed, signed);
    let (unread, fields): (Vec<FieldName>, Vec<FieldName>) = comparison
        .differing()
        .map(|field| field.field)
        .partition(|field| agrees_but_for_unread(printed, signed, *field));
    let names =
        |fields: &[FieldName]| fields.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ");
    if !fields.is_empty() {
        return Verdict::failed("mrz.differs-from-dg1", format!("these fields differ: {}", names(&fields)));
    }
    if !unread.is_empty() {
        let text = format!(
            "every cell that was read agrees; cells of these fields could not be read: {}",
            names(&unread)
        );
        return Verdict::undetermined(code::MRZ_UNREAD, text);
    }
    let verdict = Verdict::successful("every field agrees");
    if comparison.fields().all(|field| field.relation != Relation::OptionalDiffers) {
        return verdict;
    }
    let text = "optional data of the printed zone and of DG1 differ; that alone is no failure";
    verdict.with(Finding::new("mrz.optional-differs", Severity::Note, text).of(&ENTRY.id()))
}

/// Whether a field differs only in cells that the reader could not read.
fn agrees_but_for_unread(printed: &Zone<'_>, signed: &Zone<'_>, field: FieldName) -> bool {
    let (Some(printed), Some(signed)) = (printed.field(field), signed.field(field)) else { return false };
    let pairs = || printed.cells.iter().zip(signed.cells.iter());
    printed.cells.len() == signed.cells.len()
        && pairs().any(|(read, _)| read == UNREAD)
        && pairs().all(|(read, signed)| read == signed || read == UNREAD)
}
