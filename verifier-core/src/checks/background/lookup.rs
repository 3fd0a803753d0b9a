//! `background.lookup.listed`: the document is not on a list of lost and stolen documents.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo, LookupAnswer, LookupQuery};

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

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(lookup) = case.lookup else {
        return Some(Verdict::not_supported(
            "no list of lost and stolen documents is configured; nothing was asked",
        ));
    };
    let Some(zone) = case.best_lines().and_then(|(_, lines)| lines.zone()) else {
        return Some(Verdict::absent("no document number was captured to ask for"));
    };
    let number = zone.document_number().text().to_string();
    let Some(state) = zone.issuing_state().filter(|_| !number.is_empty()) else {
        return Some(Verdict::undetermined(
            "lookup.no-number",
            "no document number could be read to ask for",
        ));
    };
    let document_code = zone.document_code().text().to_string();
    let list = lookup.describe();
    Some(match lookup.look_up(&LookupQuery::new(state.as_str(), &document_code, &number)) {
        LookupAnswer::Listed(text) => Verdict::failed("lookup.listed", format!("{text} ({list})")),
        LookupAnswer::NotListed => Verdict::successful(format!("not listed ({list})")),
        LookupAnswer::Unavailable(text) => Verdict::aborted("lookup.unavailable", format!("{text} ({list})")),
    })
}
