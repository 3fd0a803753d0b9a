//! `background.lookup.listed`: the document is not on a list of lost and stolen documents.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "background.lookup.listed",
        category: Category::Background,
        title: "The document is not listed as lost or stolen",
        standard: "BSI TR-03135-1 v5.0.1 3.7 (background look-ups)",
        why: "A genuine document in the wrong hands passes every technical check; only a list knows.",
        outcomes: texts(
            "A list was asked and does not name the document.",
            "A list names the document.",
            "No document number could be read to ask for.",
            "No list is configured; nothing was asked.",
        ),
        look_at: "The list and its keeper; the holder beside the picture on the chip.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::TEXT_AND_CHIP,
    timed: false,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
