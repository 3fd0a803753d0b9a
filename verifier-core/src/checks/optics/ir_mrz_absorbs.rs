//! `optics.ir.mrz-absorbs` (IR, AB, MR): the print of the zone absorbs near infrared.

use super::measured::{pair, verdict};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};
use verifier_capture::Light;
use verifier_optics::{WhitePage, ir_mrz_absorbs};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "optics.ir.mrz-absorbs",
        category: Category::Optical,
        title: "The print of the machine readable zone absorbs near infrared",
        standard: "Doc 9303-3 4.4 (B900), Doc 9303-2 appendix C; BSI TR-03135-1 v5.0.1 5.7.2.2",
        why: "Zones are printed in carbon ink that stays black at 900 nm. Ink jet and dye prints vanish there: a \
              reprinted zone or a copied page shows at once.",
        outcomes: texts(
            "The characters are dark in near infrared as they are in white light.",
            "The characters seen in white light vanish or fade in near infrared.",
            "An image is missing or does not decode, or its quality does not allow a measurement.",
            "Does not occur without a document model.",
        ),
        look_at: "The zone in the infrared image beside the white one; single characters that are paler than the rest.",
        triple: Some("IR,AB,MR"),
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::PICTURES,
    timed: false,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let (white, infrared) = match pair(case, &Light::Infrared) {
        Ok(pair) => pair,
        Err(verdict) => return Some(verdict),
    };
    let page = WhitePage::examine(white);
    let measurement = ir_mrz_absorbs(Some(&page), Some(infrared));
    let words = [
        "the print is as dark in near infrared as in white light",
        "the print fades or vanishes in near infrared",
    ];
    Some(verdict(&measurement, "ir", words))
}
