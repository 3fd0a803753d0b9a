//! `mrz.layout.alphabet`: the zone has the lines, lengths and characters of a known layout.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::{Verdict, code};
use crate::{Category, CheckInfo};
use verifier_mrz::{FindingCode, Zone};

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

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(lines) = case.text().lines() else {
        return Some(Verdict::absent("no machine readable zone was captured"));
    };
    Some(match lines.parse() {
        Ok(zone) if zone.inside_alphabet() => Verdict::successful(format!(
            "the lines are those of {}, every cell is in the alphabet",
            zone.format()
        )),
        Ok(_) if lines.is_readable_but_for_unread() => {
            let places: Vec<String> =
                lines.unread().take(4).map(|(l, c)| format!("line {l} column {c}")).collect();
            let text = format!("{} cells could not be read: {}", lines.unread().count(), places.join(", "));
            Verdict::undetermined(code::MRZ_UNREAD, text)
        }
        Ok(zone) => Verdict::failed("mrz.charset", place(&zone)),
        Err(unreadable) => Verdict::failed("mrz.layout", unreadable.to_string()),
    })
}

/// Where the first cells outside the alphabet are; never what they hold.
fn place(zone: &Zone<'_>) -> String {
    let findings = zone.findings(None);
    let first = findings.iter().find(|finding| finding.code == FindingCode::AlphabetCell);
    first.map_or_else(|| "a cell is outside the alphabet".into(), ToString::to_string)
}
