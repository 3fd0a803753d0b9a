//! `chip.issuer.validity`: the root is within its validity.

use super::common::no_signer;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo, ExpiredCsca, Finding, Outcome, Severity};
use verifier_chip::pki::Name;
use verifier_chip::pki::validity::{Position, Readings};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.issuer.validity",
        category: Category::Electronic,
        title: "The root is within its validity",
        standard: "Doc 9303-12 5, 6; BSI TR-03135-1 v5.0.1 5.6.3.2.3, part 2 4.4.15",
        why: "Roots outlive the documents signed under them by design; an expired one tells of an old trust store more often than of a forger.",
        outcomes: texts(
            "The time of the judgement is within the root's validity (or the policy takes an expired one as a finding).",
            "The root has expired or is not yet valid and the policy does not forgive it.",
            "No trusted root was found for the signer, or the clock is implausible.",
            "Does not occur: a certificate always has a validity.",
        ),
        look_at: "Validity of the root; start of validity of the signer.",
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
    let Some(root) = signer.chain.anchor() else {
        return Some(Verdict::undetermined(code::DEPENDS, "no trusted root was found for the signer"));
    };
    let readings = Readings::of(&signer.certificate, Some(root), signer.signing_time, case.time.at());
    let subject = root.subject();
    Some(match (readings.anchor_at_inspection, readings.issued_within_anchor) {
        (Some(Position::Inside), _) => {
            Verdict::successful(format!("the root {subject} is within its validity"))
        }
        (Some(Position::After), Some(Position::Inside)) => expired(case, subject),
        (Some(Position::After), _) => Verdict::failed(
            "csca.expired",
            format!("the root {subject} has expired, and the signer was not issued within its validity"),
        ),
        _ => Verdict::failed("csca.not-yet-valid", format!("the root {subject} is not yet valid")),
    })
}

fn expired(case: &Case<'_>, subject: &Name) -> Verdict {
    let text = format!("the root {subject} has expired; the signer was issued within its validity");
    match case.policy.expired_csca {
        ExpiredCsca::Failed => Verdict::failed("csca.expired", text),
        ExpiredCsca::Finding => {
            let finding = Finding::new("csca.expired", Severity::Warning, text.clone()).of(&ENTRY.id());
            Verdict::new(Outcome::Successful, "csca.expired", text).with(finding)
        }
    }
}
