//! `chip.ca.new-keys`: the chip answered under keys that only its own private key gives.

use super::common::{CHIP_AUTHENTICATION, CHIP_AUTHENTICATION_KEY, infos_of, no_index};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};
use verifier_chip::lds::{Dg14, DgNumber};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.ca.new-keys",
        category: Category::Electronic,
        title: "Chip authentication: the chip answers under new keys",
        standard: "Doc 9303-11 6.2; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "A clone lacks the private key of DG14 and cannot compute the new session keys.",
        outcomes: texts(
            "One protected answer verified under the new keys.",
            "The protocol ran and no answer verified, or the chip refused although its signed data promises it.",
            "Not built yet: what the signed data offers is reported as not decided.",
            "The signed data offers no chip authentication.",
        ),
        look_at: "Whether the chip was asked at all, and its status word.",
        triple: None,
        built: false,
        lack_accepted: true,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

/// Says what the signed data does not offer; where it does, the check is not built yet and the engine says that.
fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    if no_index(case).is_some() {
        return None;
    }
    if !case.chip().lists(DgNumber::DG14) {
        return Some(Verdict::not_supported(
            "the signed data names no DG14, so it offers no chip authentication",
        ));
    }
    let decoded = case.chip().decoded::<Dg14>()?.ok()?;
    let offered = [CHIP_AUTHENTICATION, CHIP_AUTHENTICATION_KEY]
        .into_iter()
        .any(|protocol| infos_of(&decoded.security_infos, protocol).next().is_some());
    (!offered).then(|| Verdict::not_supported("signed DG14 offers no chip authentication"))
}
