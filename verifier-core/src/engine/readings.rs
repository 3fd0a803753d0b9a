//! The three named readings of validity: at the inspection, at the signing, and as a chain of issuances. All three
//! stand in every report; the policy says which one decides (DESIGN.md section 4; facts of `verifier_chip::pki::validity`).

use time::OffsetDateTime;
use verifier_chip::authentication::passive::SignerFact;
use verifier_chip::pki::validity::{Position, Readings};

use super::case::Case;
use super::verdict::Verdict;
use crate::instant::rfc3339;
use crate::report::ReadingInfo;
use crate::{Finding, Outcome, Severity, ValidityReading};

/// Code of the finding of a key that signed outside its usage period.
const KEY_PERIOD: &str = "signer.key-usage-period";
/// Code of the finding of a root's key that issued outside its usage period.
const ROOT_KEY_PERIOD: &str = "csca.key-usage-period";

/// All readings of the signer in hand; none where no signer was found.
pub(crate) fn all(case: &Case<'_>) -> Vec<ReadingInfo> {
    let Some(signer) = case.chip().signer() else { return Vec::new() };
    ValidityReading::ALL.into_iter().map(|reading| read(case, signer, reading)).collect()
}

/// One finding a reading, and one for each key that was used outside its period.
pub(crate) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = all(case)
        .into_iter()
        .map(|info| {
            let severity = if info.outcome == Outcome::Failed { Severity::Warning } else { Severity::Note };
            let code = match info.reading {
                ValidityReading::InspectionTime => "validity.inspection-time",
                ValidityReading::SigningTime => "validity.signing-time",
                ValidityReading::ChainModel => "validity.chain-model",
            };
            let deciding = if info.decides { " (this reading decides under the policy)" } else { "" };
            let finding = Finding::new(code, severity, format!("{}{deciding}", info.text));
            // No genuine signer is known that its root issued outside its own validity, and no policy that only
            // evaluates the root says it louder.
            let odd = info.reading == ValidityReading::ChainModel && info.outcome == Outcome::Failed;
            if odd { finding.on_first_page() } else { finding }
        })
        .collect();
    let Some(signer) = case.chip().signer() else { return findings };
    let readings = facts(case, signer);
    let outside = |position: Option<Position>| position.is_some_and(|position| position != Position::Inside);
    if outside(readings.signer_key_at_signing) {
        let text = "the security object says that it was signed outside the usage period of the signer's key";
        findings.push(Finding::new(KEY_PERIOD, Severity::Warning, text));
    }
    if outside(readings.issued_within_anchor_key) {
        let text = "the signer was issued outside the usage period of its root's key";
        findings.push(Finding::new(ROOT_KEY_PERIOD, Severity::Warning, text));
    }
    findings
}

/// The signer's validity under a reading other than that of the inspection time.
pub(crate) fn verdict(case: &Case<'_>, signer: &SignerFact, reading: ValidityReading) -> Verdict {
    let info = read(case, signer, reading);
    match info.outcome {
        Outcome::Successful => Verdict::successful(info.text),
        Outcome::Failed => Verdict::failed("signer.validity", info.text),
        _ => Verdict::undetermined("signer.validity-unknown", info.text),
    }
}

fn facts(case: &Case<'_>, signer: &SignerFact) -> Readings {
    let anchor = signer.chain.anchor().map(|anchor| &**anchor);
    Readings::of(&signer.certificate, anchor, signer.signing_time, case.time.at())
}

fn read(case: &Case<'_>, signer: &SignerFact, reading: ValidityReading) -> ReadingInfo {
    let facts = facts(case, signer);
    let issued = signer.certificate.validity().not_before;
    let (at, positions) = match reading {
        ValidityReading::InspectionTime => (
            Some(case.time.at()),
            vec![
                ("the signer's validity", Some(facts.signer_at_inspection)),
                ("the root's validity", facts.anchor_at_inspection),
            ],
        ),
        ValidityReading::SigningTime => {
            let mut positions = vec![("the signer's validity", facts.signer_at_signing)];
            if signer.certificate.private_key_usage_period().is_some() {
                positions.push(("the usage period of the signer's key", facts.signer_key_at_signing));
            }
            (signer.signing_time, positions)
        }
        ValidityReading::ChainModel => {
            let mut positions = vec![("the root's validity", facts.issued_within_anchor)];
            if facts.issued_within_anchor_key.is_some() {
                positions.push(("the usage period of the root's key", facts.issued_within_anchor_key));
            }
            (Some(issued), positions)
        }
    };
    let (outcome, text) = match (reading, case.clock.doubt()) {
        (ValidityReading::InspectionTime, Some(doubt)) => (Outcome::Undetermined, doubt.to_owned()),
        _ => judge(reading, at, &positions),
    };
    ReadingInfo {
        reading,
        at: at.map(rfc3339),
        outcome,
        text: crate::report::plain(&text),
        decides: reading == case.policy.signer_validity,
    }
}

/// Outside of anything fails; something that is not known leaves the rest undetermined.
fn judge(
    reading: ValidityReading,
    at: Option<OffsetDateTime>,
    positions: &[(&str, Option<Position>)],
) -> (Outcome, String) {
    let event = match reading {
        ValidityReading::InspectionTime => "the time of the judgement",
        ValidityReading::SigningTime => "the signing time of the security object",
        ValidityReading::ChainModel => "the issuance of the signer",
    };
    let Some(at) = at else { return (Outcome::Undetermined, format!("{event} is not known")) };
    let words: Vec<String> = positions
        .iter()
        .map(|(what, position)| match position {
            Some(Position::Inside) => format!("within {what}"),
            Some(Position::Before) => format!("before {what}"),
            Some(Position::After) => format!("after {what}"),
            None => format!("not comparable with {what}, which is not known"),
        })
        .collect();
    let outside = |position: &Option<Position>| matches!(position, Some(Position::Before | Position::After));
    let outcome = if positions.iter().any(|(_, position)| outside(position)) {
        Outcome::Failed
    } else if positions.iter().any(|(_, position)| position.is_none()) {
        Outcome::Undetermined
    } else {
        Outcome::Successful
    };
    (outcome, format!("{event} ({}) is {}", at.date(), words.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_fails_and_the_unknown_is_undetermined() {
        let at = Some(OffsetDateTime::UNIX_EPOCH);
        let reading = ValidityReading::ChainModel;
        let outcome = |positions: &[(&str, Option<Position>)]| judge(reading, at, positions).0;
        assert_eq!(
            outcome(&[("a", Some(Position::Inside)), ("b", Some(Position::Inside))]),
            Outcome::Successful
        );
        assert_eq!(outcome(&[("a", Some(Position::Inside)), ("b", None)]), Outcome::Undetermined);
        assert_eq!(outcome(&[("a", None), ("b", Some(Position::After))]), Outcome::Failed);
        assert_eq!(outcome(&[("a", Some(Position::Before))]), Outcome::Failed);
        assert_eq!(judge(reading, None, &[]).0, Outcome::Undetermined);
    }
}
