//! `chip.ca.new-keys`: the chip answered under keys that only its own private key gives.

use super::common::{CHIP_AUTHENTICATION, CHIP_AUTHENTICATION_KEY, infos_of, no_index, seen};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::Delivery;
use crate::engine::chip_session::Unplayed;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::{Verdict, code};
use crate::{Category, CheckInfo};
use verifier_capture::{Authentication, Protocol};
use verifier_chip::authentication::chip::ChipFailure;
use verifier_chip::command::StatusWord;
use verifier_chip::lds::{Dg14, DgNumber};
use verifier_chip::reading::{ChipRun, Replayed, RunFailure};
use verifier_chip::secure_messaging::SmError;

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.ca.new-keys",
        category: Category::Electronic,
        title: "Chip authentication: the chip answers under new keys",
        standard: "Doc 9303-11 6.2; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "A clone lacks the private key of DG14 and cannot compute the new session keys. The reader's log is replayed: it shows what the reader saw then, and is worth what its keeper is worth.",
        outcomes: texts(
            "The log replays: a protected answer verified under new keys that the authenticated key of DG14 gives.",
            "The protocol ran and no answer verified, the chip proved another key than the signed one, or it refused although its signed data promises the protocol.",
            "The signed data offers the protocol and it was not run, the session was lost in it, its log or session values were not captured or do not replay, or its parameters are missing.",
            "The signed data offers no chip authentication.",
        ),
        look_at: "Whether the chip was asked at all, its status word, and whether the log replays.",
        triple: None,
        built: true,
        lack_accepted: true,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

/// Status word of success (ISO/IEC 7816-4).
const SUCCESS: u16 = 0x9000;

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    if let Some(verdict) = no_index(case) {
        return Some(verdict);
    }
    if !case.chip().lists(DgNumber::DG14) {
        return Some(Verdict::not_supported(
            "the signed data names no DG14, so it offers no chip authentication",
        ));
    }
    let decoded = match case.chip().decoded::<Dg14>() {
        Some(Ok(decoded)) => decoded,
        Some(Err(error)) => return Some(Verdict::failed(code::MALFORMED, error.to_string())),
        None if matches!(case.chip().data_group_file(DgNumber::DG14), Delivery::Absent) => {
            return Some(Verdict::absent("DG14 is listed and was not captured"));
        }
        None => {
            return Some(Verdict::undetermined(
                code::DEPENDS,
                "DG14 is not authenticated: its key proves nothing",
            ));
        }
    };
    let has = |protocol| infos_of(&decoded.security_infos, protocol).next().is_some();
    let promised = has(CHIP_AUTHENTICATION);
    if !promised && !has(CHIP_AUTHENTICATION_KEY) {
        return Some(Verdict::not_supported("signed DG14 offers no chip authentication"));
    }
    let entries: Vec<&Authentication> = case
        .chip()
        .authentication()
        .iter()
        .filter(|entry| entry.protocol == Protocol::ChipAuthentication)
        .collect();
    let signed = case.chip().passive()?.bound(DgNumber::DG14)?.bytes();
    Some(match case.chip().session().replayed() {
        Ok(replayed) => replay(replayed, signed, &entries, promised),
        Err(unplayed) => without_replay(unplayed, &entries, promised),
    })
}

/// What the log shows.
fn replay(replayed: &Replayed, signed: &[u8], entries: &[&Authentication], promised: bool) -> Verdict {
    let at = |run: &ChipRun| {
        let entry = entries.iter().find(|entry| entry.log_lines.contains(&run.span.last));
        entry.or(entries.first()).map_or_else(String::new, |entry| seen(entry))
    };
    let mut other_key = None;
    for run in &replayed.chip {
        let Ok(fact) = &run.outcome else { continue };
        if run.dg14 == signed {
            return Verdict::successful(format!(
                "a protected answer verified under the new keys of the authenticated key ({}, {:?}, exchanges {} to {}){}",
                fact.protocol,
                fact.cipher,
                run.span.first,
                run.span.last,
                at(run)
            ));
        }
        other_key = Some(run);
    }
    if let Some(run) = other_key {
        let text = format!("the log proves the key of another DG14 than the signed one{}", at(run));
        return Verdict::failed("ca.other-key", text);
    }
    // What the chip did wrong in any run stands, whatever was lost in another.
    let keyless = replayed.access.is_empty();
    let failures = replayed.chip.iter().filter_map(|run| {
        let failure = run.outcome.as_ref().err()?;
        Some(failed(failure, promised, !run.protected && keyless, &at(run)))
    });
    match failures.max_by_key(|verdict| verdict.outcome.severity()) {
        Some(verdict) => verdict,
        None if entries.is_empty() => not_attempted(),
        None => Verdict::undetermined(
            "ca.log-differs",
            "the capture names a run of chip authentication, and its APDU log has none",
        ),
    }
}

/// Why a run proved nothing. `keyless`: it ran in the clear, on a chip whose access control nobody tried.
fn failed(failure: &RunFailure<ChipFailure>, promised: bool, keyless: bool, seen: &str) -> Verdict {
    match failure {
        RunFailure::Protocol(ChipFailure::Refused(step, status)) if keyless && status.asks_for_session() => {
            let text = format!(
                "{}: refused with {status}; the chip was read without a key, and may ask for one here{seen}",
                step.name()
            );
            Verdict::undetermined("ca.session-needed", text)
        }
        RunFailure::Protocol(ChipFailure::Refused(step, status)) => {
            refused(&format!("{}: refused with {status}", step.name()), promised, seen)
        }
        RunFailure::Messaging(SmError::Unprotected(status)) if !status.is_of_session() => {
            refused(&format!("CA: the chip left the session with {status}"), promised, seen)
        }
        RunFailure::Protocol(failure @ ChipFailure::NotProven(_)) => {
            Verdict::failed("ca.not-proven", format!("{failure}{seen}"))
        }
        RunFailure::Protocol(failure) => Verdict::failed("ca.answer", format!("{failure}{seen}")),
        RunFailure::Messaging(error) => session_lost(&error.to_string(), seen),
        RunFailure::BrokeOff => {
            Verdict::aborted(code::BROKE_OFF, format!("CA: document or reader were taken away{seen}"))
        }
    }
}

/// The session around it was lost, which is no word on the protocol.
fn session_lost(what: &str, seen: &str) -> Verdict {
    let text =
        format!("CA: the session was lost on the way ({what}); put the document on the reader again{seen}");
    Verdict::undetermined("ca.session-lost", text)
}

/// A refusal breaks the promise of the signed data, unless that names no protocol, only a key (TR-03135-1 5.8.5).
fn refused(what: &str, promised: bool, seen: &str) -> Verdict {
    if promised {
        let text = format!("{what}, although signed DG14 promises the protocol{seen}");
        return Verdict::failed("ca.refused", text);
    }
    let text = format!("{what}; signed DG14 has a key and names no protocol for it{seen}");
    Verdict::undetermined("ca.parameters-missing", text)
}

/// Without a log that replays there is no success, and a refusal is one all the same.
fn without_replay(unplayed: Unplayed, entries: &[&Authentication], promised: bool) -> Verdict {
    let Some(entry) = entries.last() else {
        return match unplayed {
            Unplayed::NoLog | Unplayed::NoSession => not_attempted(),
            other => Verdict::undetermined(other.code(), other.to_string()),
        };
    };
    if let Some(status) = entry.status_word.filter(|status| *status != SUCCESS && entry.response.is_none()) {
        if StatusWord(status).is_of_session() {
            return session_lost(&format!("{status:04X}"), &seen(entry));
        }
        return refused(&format!("CA: refused with {status:04X}"), promised, &seen(entry));
    }
    let text = format!("the capture names a run of chip authentication, and {unplayed}{}", seen(entry));
    Verdict::undetermined(unplayed.code(), text)
}

fn not_attempted() -> Verdict {
    Verdict::absent("signed DG14 offers chip authentication, and it was not attempted")
}
