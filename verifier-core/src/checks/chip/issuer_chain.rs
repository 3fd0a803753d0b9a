//! `chip.issuer.chain`: the document signer was issued by a root of the trust store.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.issuer.chain",
        category: Category::Electronic,
        title: "The document signer chains to a trusted root",
        standard: "Doc 9303-12 6; BSI TR-03135-1 v5.0.1 5.6.3.2",
        why: "Anybody can make a complete and consistent chain of his own. Only a root that the operator trusts makes it worth anything.",
        outcomes: texts(
            "The signer certificate verifies under a root of the trust store.",
            "The root that the signer names is known, and the signature is not its (`issuer.signature`).",
            "No root of the store is the signer's (`issuer.no-anchor`): the state may have a newer root, or this is a forgery.",
            "Does not occur: a security object always has an issuer.",
        ),
        look_at: "The roots named in the reason; whether the trust store is current for this state.",
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
