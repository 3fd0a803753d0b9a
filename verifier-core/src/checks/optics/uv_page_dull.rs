//! `optics.uv.page-dull` (UV, BR, FU): the paper of the page does not fluoresce.

use super::measured::{pair, verdict};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};
use verifier_capture::Light;
use verifier_optics::{WhitePage, uv_page_dull};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "optics.uv.page-dull",
        category: Category::Optical,
        title: "The paper of the page stays dull in ultraviolet",
        standard: "Doc 9303-2 appendix C; BSI TR-03135-1 v5.0.1 5.7.2.2",
        why: "Security paper holds no optical brightener; office paper shines blue. A page that is bright as a whole \
              or in patches was counterfeited, pasted over or washed.",
        outcomes: texts(
            "Unprinted paper is dull, and no region is brighter than the rest.",
            "The page, or a region of it, shines in ultraviolet.",
            "The image is missing or does not decode, or its quality does not allow a measurement.",
            "Does not occur without a document model.",
        ),
        look_at: "The ultraviolet image: blue glow of the paper, edges of patches, the photograph's surroundings.",
        triple: Some("UV,BR,FU"),
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::PICTURES,
    timed: false,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let (white, ultraviolet) = match pair(case, &Light::Ultraviolet) {
        Ok(pair) => pair,
        Err(verdict) => return Some(verdict),
    };
    let page = WhitePage::examine(white);
    let measurement = uv_page_dull(Some(&page), Some(ultraviolet), None);
    let words = [
        "the paper is dull, no region is brighter than the rest",
        "the page or a region of it shines in ultraviolet",
    ];
    Some(verdict(&measurement, "uv", words))
}
