//! `chip.pace-cam.mapping`: the chip proved its key while the channel was opened.

use super::common::{PACE_CAM, infos_of, no_index, seen};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::{Verdict, code};
use crate::{Category, CheckInfo};
use verifier_capture::{Authentication, Protocol};
use verifier_chip::access::pace::{ChipMapping, Mapping};
use verifier_chip::authentication::card_security::{CardSecurityFact, CardSecurityFacts};
use verifier_chip::authentication::chip::{MappingFact, verify_mapping};
use verifier_chip::authentication::passive::SignatureFact;
use verifier_chip::lds::Dg14;
use verifier_chip::reading::{AccessProtocol, Replayed, RunFailure};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.pace-cam.mapping",
        category: Category::Electronic,
        title: "PACE with chip authentication mapping",
        standard: "Doc 9303-11 4.4.3.5; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "Opens the channel and proves the chip in one protocol; a clone cannot compute the mapping data. The reader's log is replayed: it shows what the reader saw then, and is worth what its keeper is worth.",
        outcomes: texts(
            "The log replays: the mapping data verifies under the authenticated key of DG14 or EF.CardSecurity.",
            "The mapping data does not verify, the chip refused the protocol that its signed data promises, or EF.CardSecurity is malformed or not what the issuer signed.",
            "The reader opened the chip by another way, its log or session values were not captured or do not replay, or no key on this curve is authenticated.",
            "The signed data offers no such mapping.",
        ),
        look_at: "Which access protocol the reader used, and whether the log replays.",
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
    let dg14 = case.chip().decoded::<Dg14>().and_then(Result::ok);
    let by_dg14 = dg14.as_ref().is_some_and(|dg14| infos_of(&dg14.security_infos, PACE_CAM).next().is_some());
    let security = case.chip().card_security();
    let signed = security.and_then(CardSecurityFacts::security_infos);
    let by_security = signed.is_some_and(|infos| infos_of(infos, PACE_CAM).next().is_some());
    if !by_dg14 && !by_security {
        let text = "the signed data offers no PACE with chip authentication mapping";
        return Some(Verdict::not_supported(text));
    }
    let entry = case.chip().authentication().iter().rev().find(|entry| entry.protocol == Protocol::PaceCam);
    let at = entry.map_or_else(String::new, seen);
    let replayed = match case.chip().session().replayed() {
        Ok(replayed) => replayed,
        Err(unplayed) if entry.is_none() => {
            let text = format!("the signed data offers the mapping, and {unplayed}");
            return Some(Verdict::absent(text));
        }
        Err(unplayed) => {
            let text = format!("the capture names a run of the mapping, and {unplayed}{at}");
            return Some(Verdict::undetermined(unplayed.code(), text));
        }
    };
    let Some((span, mapping)) = replayed.mappings.last() else {
        return Some(not_run(replayed, entry));
    };
    let place = format!("exchanges {} to {}{at}", span.first, span.last);
    let by_dg14 = dg14.as_ref().map(|dg14| verify_mapping(mapping, dg14));
    Some(by_card_security(case, security, mapping, by_dg14, &place))
}

/// What EF.CardSecurity says, which the standard wants beside the mapping (Doc 9303-11 4.4.3.5.2, 9.2.11): where it was
/// delivered and is spoilt, or names another key, a key in DG14 does not mend that. Its own key counts when the state that
/// signed EF.SOD signed it too.
fn by_card_security(
    case: &Case<'_>,
    security: Option<&CardSecurityFacts>,
    mapping: &ChipMapping,
    by_dg14: Option<MappingFact>,
    place: &str,
) -> Verdict {
    let proven = by_dg14 == Some(MappingFact::Valid);
    let good = |file: &str| {
        let text = format!("the mapping data verifies under the authenticated key of {file} ({place})");
        Verdict::successful(text)
    };
    let key_missing = |text: &str| match by_dg14 {
        Some(MappingFact::Valid) => good("DG14"),
        Some(MappingFact::Failed) => unproven(place),
        _ => Verdict::undetermined("pace-cam.key-missing", format!("{text} ({place})")),
    };
    let Some(security) = security else {
        return key_missing("EF.CardSecurity was not captured, and DG14 has no key on this curve");
    };
    if let CardSecurityFact::Malformed(error) = &security.file {
        return Verdict::failed(code::MALFORMED, error.to_string());
    }
    if let SignatureFact::Failed(failure) = &security.signature {
        let text = format!("the signature of EF.CardSecurity does not verify: {failure}");
        return Verdict::failed("pace-cam.card-security", text);
    }
    let Some(infos) = security.security_infos() else {
        let text = format!("EF.CardSecurity is not authenticated: its key proves nothing ({place})");
        return if proven { good("DG14") } else { Verdict::undetermined(code::DEPENDS, text) };
    };
    match verify_mapping(mapping, infos) {
        MappingFact::Failed => return unproven(place),
        // The key may have stood in what does not decode (BSI TR-03105-5.1 LDS_J_04).
        MappingFact::NoKey if !infos.findings.is_empty() => {
            let finding = infos.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            let text = format!("EF.CardSecurity names no key for the mapping: {finding} ({place})");
            return Verdict::failed(code::MALFORMED, text);
        }
        MappingFact::NoKey => {
            return key_missing("no authenticated key lies on the curve of the mapping");
        }
        MappingFact::Valid if proven => return good("DG14"),
        MappingFact::Valid => {}
    }
    let country = |signer: &verifier_chip::authentication::passive::SignerFact| {
        signer.chain.anchor().and_then(|anchor| anchor.subject().country_code())
    };
    let (theirs, ours) = (security.signer.as_ref().and_then(country), case.chip().signer().and_then(country));
    if theirs.is_none() || theirs != ours {
        let text = format!(
            "the signer of EF.CardSecurity does not chain to a root of the document's state ({place})"
        );
        return Verdict::undetermined("issuer.no-anchor", text);
    }
    good("EF.CardSecurity")
}

fn unproven(place: &str) -> Verdict {
    Verdict::failed(
        "pace-cam.mapping",
        format!(
            "PACE GENERAL AUTHENTICATE 4: the mapping data does not verify under the authenticated key ({place})"
        ),
    )
}

/// The log has no mapping: the chip refused it, or the reader took another way.
fn not_run(replayed: &Replayed, entry: Option<&Authentication>) -> Verdict {
    let opened = replayed.access.iter().any(|run| run.outcome.is_ok());
    let tried = replayed.access.iter().find_map(|run| match (&run.protocol, &run.outcome) {
        (AccessProtocol::Pace(offer), Err(RunFailure::Protocol(error)))
            if offer.mapping == Mapping::ChipAuthentication =>
        {
            Some(error)
        }
        _ => None,
    });
    match (tried, entry) {
        // The key was right: another way took it.
        (Some(error), _) if opened => {
            Verdict::failed("pace-cam.refused", format!("{error}, although the signed data promises it"))
        }
        (_, Some(entry)) => Verdict::undetermined(
            "pace-cam.log-differs",
            format!("the capture names a run of the mapping, and its APDU log has none{}", seen(entry)),
        ),
        _ => Verdict::absent(
            "the signed data offers the mapping, and the reader opened the chip by another way",
        ),
    }
}
