//! `mrz.layout.alphabet`: the zone has the lines, lengths and characters of a known layout.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "mrz.layout.alphabet",
        category: Category::Optical,
        title: "The zone has the lines, lengths and characters of a known layout",
        standard: "Doc 9303-3 4.3, Doc 9303-4 to -7 4.2; BSI TR-03135-1 v5.0.1 5.7.1",
        why: "A zone that follows no layout was misread, damaged or made by somebody who did not know the rules; \
              nothing else in it can be relied on.",
        outcomes: texts(
            "Number and length of the lines fit one layout and every cell holds A-Z, 0-9 or <.",
            "The lines fit no layout, or a cell holds a character that no zone may hold.",
            "No zone was captured, or cells could not be read.",
            "Does not occur: every document that this engine judges has a zone or an authenticated copy of it.",
        ),
        look_at: "The lines as the reader delivered them: missing or additional characters, lower case, blanks.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::TEXT,
    timed: false,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
