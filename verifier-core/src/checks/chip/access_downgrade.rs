//! `chip.access.downgrade`: the chip offered over the air what its signed data promises.

use super::common::{PACE, infos_of, no_index};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::Delivery;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use std::collections::BTreeSet;
use verifier_chip::ber::Oid;
use verifier_chip::lds::dg14::SecurityInfos;
use verifier_chip::lds::{Dg14, DgNumber};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.access.downgrade",
        category: Category::Electronic,
        title: "EF.CardAccess agrees with signed DG14",
        standard: "Doc 9303-11 4.2, 9.2; BSI TR-03135-1 v5.0.1 5.8.10",
        why: "EF.CardAccess is read before anything is signed. A relay that strikes PACE from it forces the reader back to weaker access.",
        outcomes: texts(
            "Every PACE parameter of DG14 stands in EF.CardAccess.",
            "DG14 promises PACE parameters that EF.CardAccess does not offer.",
            "EF.CardAccess or DG14 was not captured, or DG14 is not authenticated.",
            "The signed data offers no PACE.",
        ),
        look_at: "The protocols that only one of the two names; the surroundings of the reader's antenna.",
        triple: None,
        built: true,
        lack_accepted: true,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    if let Some(verdict) = no_index(case) {
        return Some(verdict);
    }
    if !case.chip().lists(DgNumber::DG14) {
        return Some(Verdict::not_supported("the signed data names no DG14, so it promises no PACE"));
    }
    let promised = match case.chip().decoded::<Dg14>() {
        Some(Ok(decoded)) => pace(&decoded.security_infos),
        Some(Err(error)) => return Some(Verdict::failed(code::MALFORMED, error.to_string())),
        None if matches!(case.chip().data_group_file(DgNumber::DG14), Delivery::Absent) => {
            return Some(Verdict::not_read("DG14 is listed and was not read"));
        }
        None => return Some(Verdict::undetermined(code::DEPENDS, "DG14 is not authenticated")),
    };
    let file = match case.chip().card_access() {
        _ if promised.is_empty() => return Some(Verdict::not_supported("signed DG14 promises no PACE")),
        Delivery::Absent => return Some(Verdict::absent("EF.CardAccess was not captured")),
        Delivery::TooLarge(_) => {
            return Some(Verdict::failed(code::MALFORMED, "EF.CardAccess is larger than it can be"));
        }
        Delivery::Bytes(bytes) => bytes,
    };
    let offered = match SecurityInfos::parse_card_access(file) {
        Ok(infos) => pace(&infos),
        Err(error) => return Some(Verdict::failed(code::MALFORMED, error.to_string())),
    };
    let missing: Vec<String> = promised.difference(&offered).map(|info| info.0.to_string()).collect();
    Some(if missing.is_empty() {
        Verdict::successful("EF.CardAccess offers every PACE parameter of signed DG14")
    } else {
        let text = format!("signed DG14 promises what EF.CardAccess does not offer: {}", missing.join(", "));
        Verdict::failed("access.downgrade", text)
    })
}

/// A security info as far as the two files must agree on it.
type Info = (Oid, Box<[u8]>, Option<Box<[u8]>>);

/// Every security info of PACE (Doc 9303-11 9.2.5), as it stands.
fn pace(infos: &SecurityInfos) -> BTreeSet<Info> {
    infos_of(infos, PACE).map(|info| (info.protocol, info.required.clone(), info.optional.clone())).collect()
}
