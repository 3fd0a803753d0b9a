//! `chip.signer.revocation`: the document signer is not revoked.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.signer.revocation",
        category: Category::Electronic,
        title: "The document signer is not revoked",
        standard: "Doc 9303-12 6, 7.1.4; BSI TR-03135-1 v5.0.1 5.6.3.2",
        why: "States revoke signers whose keys leaked; their signatures stay mathematically right.",
        outcomes: texts(
            "A fresh revocation list of the issuer, rightly signed, does not name the signer.",
            "A revocation list of the issuer, rightly signed, names the signer.",
            "No revocation list of the issuer is in the trust store, or the newest is over-age (`revocation.no-fresh-crl`).",
            "Does not occur: every issuer publishes revocation lists.",
        ),
        look_at: "Age of the revocation list; the state's notice on the revoked signer.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: true,
    run,
};

fn run(_case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(Verdict::not_built())
}
