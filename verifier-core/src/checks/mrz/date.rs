//! `mrz.date.<field>`: a printed date is one of the calendar.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::text_facts::UNREAD;
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use verifier_mrz::DateState;

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

fn run(case: &Case<'_>, member: Member) -> Option<Verdict> {
    let Member::Field(field) = member else { return None };
    let Some(lines) = case.text().lines() else {
        return Some(Verdict::absent("no machine readable zone was captured"));
    };
    let Some(zone) = lines.zone() else {
        return Some(Verdict::undetermined(
            code::DEPENDS,
            "the lines fit no layout, so no date can be found",
        ));
    };
    let birth = field == "birth_date";
    let Some(date) = (if birth { zone.birth_date() } else { zone.expiry_date() }) else {
        return Some(Verdict::not_supported(format!("{} has no such date", zone.format())));
    };
    if date.cells().iter().any(|cell| cell == UNREAD) {
        return Some(Verdict::undetermined(code::MRZ_UNREAD, "a cell of the date could not be read"));
    }
    Some(match date.state() {
        DateState::Complete => Verdict::successful("the six characters are a date"),
        DateState::Partial | DateState::Unknown if birth => {
            Verdict::successful("an incomplete date of birth, as the standard allows it")
        }
        DateState::Unknown if zone.deviation().is_some() => {
            Verdict::not_supported("documents of this kind print no date of expiry")
        }
        DateState::Unknown => {
            Verdict::undetermined("mrz.date-unknown", "fillers stand where the date of expiry belongs")
        }
        DateState::Partial => Verdict::failed("mrz.date", "part of the date of expiry is missing"),
        DateState::Impossible => Verdict::failed("mrz.date", "no calendar has this date"),
        _ => Verdict::failed("mrz.date", "the characters are not those of a date"),
    })
}
