//! `chip.signer.validity`: the document signer is within its validity.

use super::common::no_signer;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::readings;
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo, ValidityReading};
use verifier_chip::pki::validity::Position;

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.signer.validity",
        category: Category::Electronic,
        title: "The document signer is within its validity",
        standard: "Doc 9303-12 5; BSI TR-03135-1 v5.0.1 5.6.3.2.2",
        why: "A signer certificate is valid as long as the last document it signed. Afterwards its key may be anywhere. Three readings of validity are in use; all are reported, and the policy names the one that decides.",
        outcomes: texts(
            "The time that the policy's reading looks at is within the signer's validity (the time of the judgement, unless the policy names another reading).",
            "The signer has expired or is not yet valid.",
            "The signer certificate is not there, the time that the reading looks at is not known, or the clock is implausible.",
            "Does not occur: a certificate always has a validity.",
        ),
        look_at: "Validity of the signer beside the document's date of expiry.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: true,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(signer) = case.chip().signer() else { return Some(no_signer(case)) };
    let reading = case.policy.signer_validity;
    if reading != ValidityReading::InspectionTime {
        return Some(readings::verdict(case, signer, reading));
    }
    let validity = signer.certificate.validity();
    Some(match validity.position(case.time.at()) {
        Position::Inside => Verdict::successful("the document signer is within its validity"),
        Position::After => Verdict::failed(
            "signer.expired",
            format!("the document signer expired on {}", validity.not_after.date()),
        ),
        Position::Before => Verdict::failed(
            "signer.not-yet-valid",
            format!("the document signer is valid from {} only", validity.not_before.date()),
        ),
    })
}
