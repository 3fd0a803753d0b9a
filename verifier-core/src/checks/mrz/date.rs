//! `mrz.date.<field>`: a printed date is one of the calendar.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static BIRTH_DATE: Entry = entry("mrz.date.birth_date", "birth_date", "Date of birth is a date");
pub(super) static EXPIRY_DATE: Entry =
    entry("mrz.date.expiry_date", "expiry_date", "Date of expiry is a date");

const fn entry(id: &'static str, field: &'static str, title: &'static str) -> Entry {
    Entry {
        info: CheckInfo {
            id,
            category: Category::Optical,
            title,
            standard: "Doc 9303-3 4.8; BSI TR-03135-1 v5.0.1 5.7.1",
            why: "No issuer prints the 31st of February: an impossible date was misread or invented, even where its \
                  check digit is right.",
            outcomes: texts(
                "The six characters are a date, or an incomplete date of birth as the standard allows it.",
                "The characters cannot be a date.",
                "No zone was captured, its layout is unknown, or a cell of the field could not be read.",
                "The layout of this document has no such field.",
            ),
            look_at: "The date on the page, in the zone and in plain print.",
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

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
