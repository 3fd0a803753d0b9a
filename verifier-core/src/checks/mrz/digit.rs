//! `mrz.digit.<field>`: a printed check digit equals the computed one.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use verifier_mrz::Agreement;

pub(super) static DOCUMENT_NUMBER: Entry =
    entry("mrz.digit.document_number", "document_number", "Check digit of the document number");
pub(super) static BIRTH_DATE: Entry =
    entry("mrz.digit.birth_date", "birth_date", "Check digit of the date of birth");
pub(super) static EXPIRY_DATE: Entry =
    entry("mrz.digit.expiry_date", "expiry_date", "Check digit of the date of expiry");
pub(super) static OPTIONAL_1: Entry =
    entry("mrz.digit.optional_1", "optional_1", "Check digit of the optional data");
pub(super) static COMPOSITE: Entry = entry("mrz.digit.composite", "composite", "Composite check digit");
pub(super) static LINE: Entry = entry("mrz.digit.line", "line", "Check digit of the line (national layouts)");

const fn entry(id: &'static str, field: &'static str, title: &'static str) -> Entry {
    Entry {
        info: CheckInfo {
            id,
            category: Category::Optical,
            title,
            standard: "Doc 9303-3 4.9, Doc 9303-4 to -7 4.2; BSI TR-03135-1 v5.0.1 5.7.1",
            why: "A changed, mistyped or misread character changes the digit in nine of ten cases. The digits alone \
                  never prove a zone genuine: whoever can compute them can print them.",
            outcomes: texts(
                "The printed digit is the computed one (or an allowed filler over an empty field).",
                "The printed digit differs from the computed one, or no digit stands in its cell.",
                "No zone was captured, its layout is unknown, or a cell of the field could not be read.",
                "The layout of this document has no such digit.",
            ),
            look_at: "The field and its digit on the page, then the same field on the chip.",
            triple: None,
            built: true,
            lack_accepted: true,
        },
        member: Member::Field(field),
        needs: Needs::TEXT,
        timed: false,
        run,
    }
}

fn run(case: &Case<'_>, member: Member) -> Option<Verdict> {
    let Member::Field(field) = member else { return None };
    let Some(lines) = case.text().lines() else {
        return Some(Verdict::absent("no machine readable zone was captured"));
    };
    let Some(zone) = lines.zone() else {
        return Some(Verdict::undetermined(
            code::DEPENDS,
            "the lines fit no layout, so no digit can be found",
        ));
    };
    let Some(check) = zone.checks().iter().find(|check| check.field.as_str() == field) else {
        return Some(Verdict::not_supported(format!("{} has no such digit", zone.format())));
    };
    let place = format!("line {} column {}", check.line, check.column);
    Some(match check.agreement {
        _ if check.ok() => Verdict::successful(format!("the digit in {place} is the computed one")),
        _ if lines.is_unread(check.line, check.column) => {
            Verdict::undetermined(code::MRZ_UNREAD, format!("the digit in {place} could not be read"))
        }
        Agreement::NotComputable if !zone.inside_alphabet() => Verdict::undetermined(
            code::DEPENDS,
            format!("the digit in {place} covers cells that are outside the alphabet"),
        ),
        Agreement::NotComputable => {
            Verdict::failed("mrz.digit", format!("there is no digit where {place} says that it should be"))
        }
        Agreement::FillerForZero => {
            Verdict::failed("mrz.digit", format!("a filler stands in {place} where the digit 0 belongs"))
        }
        _ => Verdict::failed("mrz.digit", format!("the digit in {place} is not the computed one")),
    })
}
