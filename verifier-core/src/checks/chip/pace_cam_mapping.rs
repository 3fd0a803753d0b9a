//! `chip.pace-cam.mapping`: the chip proved its key while the channel was opened.

use super::common::{PACE_CAM, infos_of, no_index};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo};
use verifier_chip::lds::{Dg14, DgNumber};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.pace-cam.mapping",
        category: Category::Electronic,
        title: "PACE with chip authentication mapping",
        standard: "Doc 9303-11 4.4.3.5; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "Opens the channel and proves the chip in one protocol; a clone cannot compute the mapping data.",
        outcomes: texts(
            "The mapping data verifies under the authenticated key.",
            "The protocol ran and its mapping data does not verify.",
            "Not built yet: what the signed data offers is reported as not decided.",
            "The signed data offers no such mapping.",
        ),
        look_at: "Which access protocol the reader used.",
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
            "the signed data names no DG14, so it offers no PACE with chip authentication mapping",
        ));
    }
    let decoded = case.chip().decoded::<Dg14>()?.ok()?;
    let offered = infos_of(&decoded.security_infos, PACE_CAM).next().is_some();
    (!offered).then(|| Verdict::not_supported("signed DG14 offers no PACE with chip authentication mapping"))
}
