//! `document.validity.expiry`: the document has not expired.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

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

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
