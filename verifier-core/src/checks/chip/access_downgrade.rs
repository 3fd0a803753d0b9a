//! `chip.access.downgrade`: the chip offered over the air what its signed data promises.

use super::common::no_index;
use crate::ProfileDeviations;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::Delivery;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo, Finding, Severity};
use verifier_chip::authentication::card_access::{
    CardAccessComparison, CardAccessFact, PaceInfoName, compare,
};
use verifier_chip::authentication::card_security::CardSecurityFacts;
use verifier_chip::lds::dg14::SecurityInfos;
use verifier_chip::lds::{Dg14, DgNumber, FileId};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.access.downgrade",
        category: Category::Electronic,
        title: "EF.CardAccess agrees with the signed data",
        standard: "Doc 9303-11 4.2, 9.2; BSI TR-03135-1 v5.0.1 5.8.10; BSI TR-03105-5.1 LDS_J",
        why: "EF.CardAccess is read before anything is signed. A relay that strikes PACE from it forces the reader back to weaker access.",
        outcomes: texts(
            "Every PACE parameter of signed DG14 and EF.CardSecurity stands in EF.CardAccess.",
            "Signed data promises PACE parameters that EF.CardAccess does not offer, or the chip did not show it at all; under a strict policy also parameters that nothing signed names.",
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
    let security = case.chip().card_security().and_then(CardSecurityFacts::security_infos);
    let dg14 = match case.chip().decoded::<Dg14>() {
        Some(Ok(decoded)) => Some(decoded),
        Some(Err(error)) => return Some(Verdict::failed(code::MALFORMED, error.to_string())),
        None if !case.chip().lists(DgNumber::DG14) => None,
        None if security.is_some() => None,
        None if matches!(case.chip().data_group_file(DgNumber::DG14), Delivery::Absent) => {
            return Some(Verdict::not_read("DG14 is listed and was not read"));
        }
        None => return Some(Verdict::undetermined(code::DEPENDS, "DG14 is not authenticated")),
    };
    let open = match case.chip().card_access() {
        Delivery::Absent => None,
        Delivery::TooLarge(_) => {
            return Some(Verdict::failed(code::MALFORMED, "EF.CardAccess is larger than it can be"));
        }
        Delivery::Bytes(bytes) => match SecurityInfos::parse_card_access(bytes) {
            Ok(infos) => Some(infos),
            Err(error) => return Some(Verdict::failed(code::MALFORMED, error.to_string())),
        },
    };
    let by_dg14 = dg14.as_ref().map(|dg14| ("DG14", compare(open.as_ref(), dg14)));
    let by_security = security.map(|infos| ("EF.CardSecurity", compare(open.as_ref(), infos)));
    let compared: Vec<(&str, CardAccessComparison)> = by_dg14.into_iter().chain(by_security).collect();
    Some(judge(case, &compared))
}

fn judge(case: &Case<'_>, compared: &[(&str, CardAccessComparison)]) -> Verdict {
    let silent = |fact| matches!(fact, CardAccessFact::NoPace | CardAccessFact::NothingSigned);
    if compared.iter().all(|(_, comparison)| silent(comparison.fact())) {
        let text = match compared {
            [] => "the signed data names no DG14, so it promises no PACE",
            _ => "the signed data promises no PACE",
        };
        return Verdict::not_supported(text);
    }
    let captured = compared.iter().all(|(_, comparison)| comparison.present);
    let refused =
        case.chip().session().replayed().ok().and_then(|replayed| replayed.refused.get(&FileId::CardAccess));
    if !captured && refused.is_none() {
        return Verdict::absent("EF.CardAccess was not captured");
    }
    if let Some((file, comparison)) =
        compared.iter().find(|(_, one)| one.fact() == CardAccessFact::Downgraded)
    {
        let hidden = listed(&comparison.hidden);
        let shown = match refused.filter(|_| !captured) {
            Some(status) => {
                format!("the chip did not show EF.CardAccess (READ BINARY: refused with {status})")
            }
            None => "EF.CardAccess does not offer it".to_owned(),
        };
        return Verdict::failed("access.downgrade", format!("signed {file} promises {hidden}, and {shown}"));
    }
    let verdict = Verdict::successful("EF.CardAccess offers every PACE parameter of the signed data");
    match compared.iter().find(|(_, one)| one.fact() == CardAccessFact::Unsigned) {
        Some((file, comparison)) => {
            let text = format!(
                "EF.CardAccess offers what signed {file} does not name: {}",
                listed(&comparison.unsigned)
            );
            // Harmless where the chip is sloppily personalised; a strict policy does not ask why (LDS_J_02).
            if case.policy.profile_deviations == ProfileDeviations::Failed {
                return Verdict::failed("access.unsigned-info", text);
            }
            verdict.with(Finding::new("access.unsigned-info", Severity::Warning, text))
        }
        None => verdict,
    }
}

fn listed(names: &[PaceInfoName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
