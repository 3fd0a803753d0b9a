//! `chip.sod.signature`: the security object is signed by its document signer.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.sod.signature",
        category: Category::Electronic,
        title: "The signature over EF.SOD is valid",
        standard: "Doc 9303-10 4.6.2, Doc 9303-11 5.1; RFC 5652 5.4, 5.6; BSI TR-03135-1 v5.0.1 5.8.8.2",
        why: "The signature makes the list of hashes, and through it every data group, the word of the issuing state.",
        outcomes: texts(
            "The message digest is the content's and the signature verifies under the document signer's key.",
            "The message digest or the signature is wrong, or a required attribute is missing.",
            "EF.SOD was not captured or is malformed, its signer certificate is not there, or the algorithm is not known.",
            "Does not occur: a security object is always signed.",
        ),
        look_at: "Which part is wrong: content, attributes or signature; whether the same signer signed other documents well.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
