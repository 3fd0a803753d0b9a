//! `mrz.issuer.known`: the issuing state or organisation is one that issues documents.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "mrz.issuer.known",
        category: Category::Optical,
        title: "The issuing state or organisation is assigned",
        standard: "Doc 9303-3 5; BSI TR-03135-1 v5.0.1 5.7.1, 5.7.3.4 (test documents)",
        why: "Fantasy documents name states that do not exist, and specimens (UTO) belong to nobody; neither lets \
              anyone pass.",
        outcomes: texts(
            "The code is assigned to a state or organisation that issues documents.",
            "Does not occur: a table may be older than a state.",
            "The code is not in the table (`issuer.unknown`), is a specimen's (`specimen`), or no zone was captured.",
            "The layout of this document names no issuer.",
        ),
        look_at: "The code in the first line of the zone and the state printed at the head of the page.",
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
