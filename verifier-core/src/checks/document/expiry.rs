//! `document.validity.expiry`: the document has not expired.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::case::day;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::text_facts::Lines;
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};
use verifier_mrz::{Date, Zone};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "document.validity.expiry",
        category: Category::Combined,
        title: "The document has not expired",
        standard: "BSI TR-03135-1 v5.0.1 5.10.2",
        why: "An expired document proves nothing any more, and old blanks are what forgers buy. Read from signed data \
              before plain print before the printed zone.",
        outcomes: texts(
            "The time of the judgement is not after the date of expiry.",
            "The time of the judgement is after the date of expiry.",
            "No source gives a readable date of expiry, or the clock is implausible.",
            "The layout of this document has no date of expiry.",
        ),
        look_at: "Date of expiry on the page and on the chip; the clock of the inspection system.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::TEXT_AND_CHIP,
    timed: true,
    run,
};

/// Without a signer certificate, a year up to this many ahead is in the future (TR-03135-1 5.10.2).
const YEARS_AHEAD: u16 = 15;

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let today = case.today();
    Some(match source(case) {
        Source::Absent => Verdict::absent("no source of a date of expiry was captured"),
        Source::Unreadable(source) => {
            Verdict::undetermined("expiry.unreadable", format!("{source} gives no complete date of expiry"))
        }
        Source::Day(source, day) if today <= day => Verdict::successful(format!("not expired, by {source}")),
        Source::Day(source, _) => {
            Verdict::failed("expired", format!("the document has expired, by {source}"))
        }
    })
}

enum Source {
    Absent,
    Unreadable(&'static str),
    Day(&'static str, Date),
}

/// Signed data before plain print before the printed zone.
fn source(case: &Case<'_>) -> Source {
    let signer = case.chip().signer_not_before().map(day);
    let read = |name, zone: &Zone<'_>| {
        let day =
            zone.expiry_date().and_then(|date| date.as_expiry_tr03135(case.today(), signer, YEARS_AHEAD));
        day.map_or(Source::Unreadable(name), |day| Source::Day(name, day))
    };
    if let Some(lines) = case.chip().dg1_lines() {
        return lines.zone().map_or(Source::Unreadable("DG1"), |zone| read("DG1", &zone));
    }
    // Plain print is read only where it cannot be misread: as YYYY-MM-DD.
    if let Some(day) = case.text().viz("expiry_date").and_then(Date::parse) {
        return Source::Day("the visual zone", day);
    }
    match case.text().lines().map(Lines::zone) {
        None => Source::Absent,
        Some(None) => Source::Unreadable("the printed zone"),
        Some(Some(zone)) => read("the printed zone", &zone),
    }
}
