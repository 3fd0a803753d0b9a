//! `chip.aa.answer`: the chip proved that it holds the key of DG15.

use super::common::{broke_off, no_index, seen};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::Delivery;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use verifier_capture::{Authentication, Protocol};
use verifier_chip::authentication::Bound;
use verifier_chip::authentication::active::{self, ActiveFact};
use verifier_chip::command::StatusWord;
use verifier_chip::lds::{Dg14, Dg15, DgNumber};
use verifier_chip::reading::ActiveRun;
use verifier_chip::secure_messaging::SmError;

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.aa.answer",
        category: Category::Electronic,
        title: "Active authentication: the chip holds the key of DG15",
        standard: "Doc 9303-11 6.1; BSI TR-03135-1 v5.0.1 5.8.5",
        why: "Every file of a chip can be copied onto another; the private key cannot. A clone answers wrongly or not at all.",
        outcomes: texts(
            "The answer to the challenge verifies under the authenticated key of DG15.",
            "The answer does not verify, the chip refused although its signed data promises the protocol, or the key is unsigned.",
            "The signed data names DG15 and the protocol was not run, the session was lost in it, or its data was not captured.",
            "The signed data names no DG15.",
        ),
        look_at: "Whether the chip was asked at all, its status word, and the time of the answer.",
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
    let runs: Vec<&Authentication> = case
        .chip()
        .authentication()
        .iter()
        .filter(|entry| entry.protocol == Protocol::ActiveAuthentication)
        .collect();
    let delivered = !matches!(case.chip().data_group_file(DgNumber::DG15), Delivery::Absent);
    if !case.chip().lists(DgNumber::DG15) {
        return Some(if delivered && runs.iter().any(|run| run.response.is_some()) {
            Verdict::failed("aa.unsigned-key", "the chip answered under a key that nothing signs")
        } else {
            Verdict::not_supported("the signed data names no DG15")
        });
    }
    if runs.is_empty() {
        return Some(Verdict::absent(
            "the signed data names DG15, and active authentication was not attempted",
        ));
    }
    let (answered, refused): (Vec<&Authentication>, Vec<&Authentication>) = runs
        .into_iter()
        .partition(|run| run.response.is_some() && run.status_word.is_none_or(|sw| sw == SUCCESS));
    if answered.is_empty() {
        return Some(refusal(case, &refused));
    }
    let key = match case.chip().decoded::<Dg15>() {
        Some(Ok(key)) => key,
        Some(Err(error)) => return Some(Verdict::failed(code::MALFORMED, error.to_string())),
        None if !delivered => return Some(Verdict::absent("DG15 was not captured")),
        None => {
            return Some(Verdict::undetermined(
                code::DEPENDS,
                "DG15 is not authenticated: its key proves nothing",
            ));
        }
    };
    let options = case.chip().decoded::<Dg14>().and_then(Result::ok);
    let verdicts = answered.into_iter().map(|run| answer(run, &key, options.as_ref()));
    verdicts.max_by_key(|verdict| verdict.outcome.severity())
}

/// Status word of success (ISO/IEC 7816-4).
const SUCCESS: u16 = 0x9000;

/// No run was answered: the chip refused what its signed data promises, the session was lost, or the record is not whole.
fn refusal(case: &Case<'_>, runs: &[&Authentication]) -> Verdict {
    let said =
        runs.iter().filter_map(|run| Some((*run, StatusWord(run.status_word.filter(|sw| *sw != SUCCESS)?))));
    // In an answer that the session protects it is a refusal like any other: the session is there.
    let of_session = |run: &Authentication, status: StatusWord| {
        status.is_of_session() && !logged(case, run).is_some_and(|log| log.protected && log.lost.is_none())
    };
    let (lost, refused): (Vec<_>, Vec<_>) = said.partition(|(run, status)| of_session(run, *status));
    if let Some((run, status)) = refused.first() {
        let seen = seen(run);
        if status.asks_for_session() && read_without_key(case) {
            let text = format!(
                "INTERNAL AUTHENTICATE: refused with {status}; the chip was read without a key, and may ask for one here{seen}"
            );
            return Verdict::undetermined("aa.session-needed", text);
        }
        let text = format!(
            "INTERNAL AUTHENTICATE: refused with {status}, although the signed data promises the protocol{seen}"
        );
        return Verdict::failed("aa.refused", text);
    }
    let broken = runs.iter().filter_map(|run| Some((*run, logged(case, run)?.lost?)));
    let (left, broken): (Vec<_>, Vec<_>) =
        broken.partition(|(_, error)| *error == SmError::Unprotected(StatusWord(SUCCESS)));
    if let Some((run, _)) = left.first() {
        let text = format!(
            "INTERNAL AUTHENTICATE: the chip left the session with {SUCCESS:04X}, although the signed data promises the protocol{}",
            seen(run)
        );
        return Verdict::failed("aa.refused", text);
    }
    let lost = lost.iter().map(|(run, status)| (*run, status.to_string()));
    let lost: Vec<_> = lost.chain(broken.iter().map(|(run, error)| (*run, error.to_string()))).collect();
    if let Some((run, why)) = lost.first() {
        let tries = match runs.len() {
            1 => "in the one try".to_owned(),
            tries => format!("in each of {tries} tries, from a new start"),
        };
        let text = format!(
            "INTERNAL AUTHENTICATE: the session was lost {tries} ({why}), which proves nothing of the chip; put the document on the reader again{}",
            seen(run)
        );
        return Verdict::undetermined("aa.session-lost", text);
    }
    match (broke_off(case), runs.last()) {
        (Some(exchange), Some(run)) if run.log_lines.contains(&exchange) => {
            let text = format!("INTERNAL AUTHENTICATE: document or reader were taken away{}", seen(run));
            Verdict::aborted(code::BROKE_OFF, text)
        }
        _ => Verdict::undetermined(
            "aa.incomplete",
            "the record of the run holds neither answer nor status word",
        ),
    }
}

/// What the log shows of a run, where there is one that replays.
fn logged<'a>(case: &'a Case<'_>, run: &Authentication) -> Option<&'a ActiveRun> {
    let replayed = case.chip().session().replayed().ok()?;
    replayed.active.iter().find(|log| Some(&log.challenge) == run.challenge.as_ref())
}

/// Whether the log shows a chip whose access control nobody tried.
fn read_without_key(case: &Case<'_>) -> bool {
    case.chip()
        .session()
        .replayed()
        .is_ok_and(|replayed| replayed.access.is_empty() && replayed.active.iter().all(|run| !run.protected))
}

fn answer(run: &Authentication, key: &Bound<Dg15>, options: Option<&Bound<Dg14>>) -> Verdict {
    let (Some(challenge), Some(response)) = (&run.challenge, &run.response) else {
        return Verdict::undetermined("aa.incomplete", "the record of the run lacks the challenge");
    };
    match active::verify(challenge, response, key, options) {
        ActiveFact::Valid { hash, .. } => Verdict::successful(format!(
            "the answer verifies under the authenticated key ({}, {hash}){}",
            key.public_key.description(),
            seen(run)
        )),
        ActiveFact::Failed(failure) => {
            Verdict::failed("aa.signature", format!("INTERNAL AUTHENTICATE: {failure}{}", seen(run)))
        }
        ActiveFact::Unsupported(reason) => Verdict::undetermined("algorithm.unsupported", reason.to_string()),
    }
}
