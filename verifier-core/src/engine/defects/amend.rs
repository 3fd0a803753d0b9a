//! What known deviations and defects do to results (BSI TR-03135-1 v5.0.1 5.6.3.2 and 5.12.2; Doc 9303-3 7.3.5 leaves
//! it to the receiving state, and the same rule is used for it).
//!
//! What a list excuses turns a failure into `undetermined`, never into a success. The two exceptions are those of the
//! guideline: a discrepancy between EF.COM and EF.SOD is successful for data groups that the security object proves,
//! and a replaced certificate is trusted. What a list accuses fails whatever the check said.

use verifier_chip::lds::DgNumber;
use verifier_chip::pki::defect_list::{ComDiscrepancy, DefectKind};
use verifier_chip::pki::deviation_list::{CertificateField, DeviationKind};

use super::{Kind, Known, describe};
use crate::Outcome;
use crate::checks;
use crate::engine::case::Case;
use crate::engine::chip_facts::Index;
use crate::engine::entry::{Entry as Check, Member};
use crate::engine::verdict::{Verdict, code};

/// What an entry of a list asks of a result.
enum Effect {
    None,
    /// A failure becomes undetermined.
    Excuse,
    /// Whatever it was becomes undetermined, unless it failed.
    Doubt,
    /// Whatever it was becomes undetermined.
    Undetermine,
    /// The check has nothing to hold the document against.
    Lacks,
    /// Skipped where it failed: the document is known to be so.
    Skip,
    /// Fails, unless the document has no such thing.
    Accuse,
    /// Another result altogether.
    Replace(Verdict),
}

/// Number of a field in a certificate body (Doc 9303-12 10.2).
const ISSUER: u32 = 4;
/// Number of a field in a certificate body.
const VALIDITY: u32 = 5;
/// Number of a field in a certificate body.
const SUBJECT: u32 = 6;

/// The result under what is known of the document, and the entries that changed it (by index).
pub(crate) fn amend(
    check: &Check,
    case: &Case<'_>,
    known: &Known<'_>,
    verdict: Verdict,
) -> (Verdict, Vec<usize>) {
    if known.entries.is_empty() || verdict.outcome == Outcome::Aborted {
        return (verdict, Vec::new());
    }
    let mut amended = verdict;
    let mut changed = Vec::new();
    // Accusations come last: no excuse takes them back.
    for accusing in [false, true] {
        for (index, entry) in known.entries.iter().enumerate() {
            if !accusing && verdict_rests_on(&amended, &entry.kind) {
                amended.text = format!("{}; {}", amended.text, describe::sentence(entry));
                changed.push(index);
                continue;
            }
            let effect = effect(check, case, &entry.kind, &amended);
            if matches!(effect, Effect::Accuse) != accusing {
                continue;
            }
            if let Some((outcome, text)) = applied(&effect, &amended) {
                amended.outcome = outcome;
                amended.text = format!("{text}; {}", describe::sentence(entry));
                amended.code = entry.kind.code();
                amended.ran = true;
                amended.ignorable = false;
                changed.push(index);
            }
        }
    }
    (amended, changed)
}

/// A replaced certificate and a corrected identifier did their work before: the check found the signer by them.
fn verdict_rests_on(verdict: &Verdict, kind: &Kind) -> bool {
    let before = matches!(
        kind,
        Kind::Defect(DefectKind::CertificateReplaced(_) | DefectKind::WrongSignerIdentifier(_))
    );
    before && verdict.code == kind.code()
}

/// The new outcome with the text of its reason, where the effect changes anything.
fn applied(effect: &Effect, before: &Verdict) -> Option<(Outcome, String)> {
    use Outcome::{Failed, NotSupported, Undetermined};
    let text = || before.text.clone();
    match effect {
        Effect::Excuse if before.outcome == Failed => Some((Undetermined, text())),
        Effect::Doubt if before.outcome != Failed => Some((Undetermined, text())),
        Effect::Undetermine => Some((Undetermined, text())),
        Effect::Lacks => Some((NotSupported, text())),
        Effect::Skip if before.outcome == Failed => Some((NotSupported, text())),
        Effect::Accuse if before.outcome != NotSupported => Some((Failed, text())),
        Effect::Replace(verdict) if verdict.outcome != before.outcome || verdict.text != before.text => {
            Some((verdict.outcome, verdict.text.clone()))
        }
        _ => None,
    }
}

fn effect(check: &Check, case: &Case<'_>, kind: &Kind, verdict: &Verdict) -> Effect {
    match kind {
        Kind::Defect(kind) => of_defect(check, case, kind, verdict),
        Kind::Deviation(kind) => of_deviation(check, case, kind, verdict),
    }
}

fn of_defect(check: &Check, case: &Case<'_>, kind: &DefectKind, verdict: &Verdict) -> Effect {
    match (check.info.id, kind) {
        // Table 5.145.
        ("chip.signer.revocation", DefectKind::CertificateRevoked(0 | 2 | 3 | 4)) => Effect::Accuse,
        ("chip.signer.revocation", DefectKind::CertificateRevoked(_)) => Effect::Doubt,
        // 5.12.2.1.4 and 5.12.2.1.5. The mapping of PACE-CAM proves the same private key.
        ("chip.ca.new-keys" | "chip.pace-cam.mapping", DefectKind::ChipKeysCompromised)
        | ("chip.aa.answer", DefectKind::ActiveKeysCompromised) => Effect::Accuse,
        ("chip.ca.new-keys", DefectKind::ProtocolFailure { chip: true, .. })
        | ("chip.aa.answer", DefectKind::ProtocolFailure { active: true, .. })
        | ("chip.pace-cam.mapping", DefectKind::ProtocolFailure { mapping: true, .. }) => Effect::Excuse,
        // Tables 5.32 and 5.33; a mandatory check that lacks its evidence leaves the whole undetermined (5.12.2.1.7).
        ("chip.signer.validity", DefectKind::ValidityIncorrect { signer: true, .. })
        | ("chip.issuer.validity", DefectKind::ValidityIncorrect { issuer: true, .. }) => Effect::Lacks,
        ("chip.sod.signature", DefectKind::SecurityObjectMalformed(_)) => Effect::Excuse,
        ("chip.sod.structure", DefectKind::SecurityObjectMalformed(0 | 3 | 32..)) => Effect::Excuse,
        (_, DefectKind::SecurityObjectMalformed(4)) if is_hash(check, verdict, None) => Effect::Excuse,
        (_, DefectKind::DataGroupsMalformed(groups)) => malformed_group(check, verdict, groups),
        ("chip.com.matches-sod", DefectKind::ComDiscrepancy(listed)) => com(case, verdict, listed.as_ref()),
        ("chip.issuer.state", DefectKind::IssuingCountry(country)) => {
            corrected_state(case, Some(country), Some(country))
        }
        ("chip.issuer.state", DefectKind::NameCountry { issuer, subject }) => {
            corrected_state(case, issuer.as_ref(), subject.as_ref())
        }
        // 5.12.2.3.4.
        (
            "chip.issuer.chain" | "chip.signer.validity",
            DefectKind::CertificateMalformed { issuer: false },
        )
        | ("chip.issuer.chain" | "chip.issuer.validity", DefectKind::CertificateMalformed { issuer: true }) => {
            Effect::Undetermine
        }
        ("chip.issuer.state", DefectKind::CertificateMalformed { .. }) => Effect::Excuse,
        // TR-03129-2 8.3.3: a general defect that is not understood leaves the chip unverifiable.
        ("chip.sod.signature" | "chip.issuer.chain", DefectKind::UnknownOfDocument) => Effect::Doubt,
        _ => Effect::None,
    }
}

fn of_deviation(check: &Check, case: &Case<'_>, kind: &DeviationKind, verdict: &Verdict) -> Effect {
    let coded = |expected: &str| verdict.code == expected;
    match (check.info.id, kind) {
        ("chip.issuer.chain", DeviationKind::SignerSignature) if coded("issuer.signature") => Effect::Excuse,
        ("chip.issuer.chain", DeviationKind::SignerEncoding(_)) if coded("signer.profile") => Effect::Excuse,
        ("chip.issuer.chain", DeviationKind::CscaEncoding(_)) if coded("issuer.profile") => Effect::Excuse,
        ("chip.signer.validity", DeviationKind::SignerEncoding(field))
        | ("chip.issuer.validity", DeviationKind::CscaEncoding(field))
            if field.is_body(VALIDITY) =>
        {
            Effect::Excuse
        }
        ("chip.issuer.state", DeviationKind::SignerEncoding(field) | DeviationKind::CscaEncoding(field))
            if names_state(*field) =>
        {
            Effect::Excuse
        }
        ("chip.aa.answer", DeviationKind::ActiveKeysCompromised)
            if verdict.outcome == Outcome::Successful =>
        {
            Effect::Doubt
        }
        ("chip.sod.structure", DeviationKind::DataGroupMalformed(20))
        | ("chip.com.matches-sod", DeviationKind::DataGroupMalformed(21))
        | ("chip.sod.signature", DeviationKind::SodSignatureWrong) => Effect::Excuse,
        (_, DeviationKind::DataGroupMalformed(group)) => malformed_group(check, verdict, &[*group]),
        (_, DeviationKind::DataGroupHashWrong(group)) if is_hash(check, verdict, Some(*group)) => {
            Effect::Excuse
        }
        ("chip.com.matches-sod", DeviationKind::ComInconsistent) => com(case, verdict, None),
        ("combined.mrz.dg1", DeviationKind::MrzWrongData(field)) => {
            let only = verdict.outcome == Outcome::Failed
                && checks::differing_fields(case).is_some_and(|differing| {
                    !differing.is_empty() && differing.iter().all(|name| fields_of(*field).contains(name))
                });
            if only { Effect::Excuse } else { Effect::None }
        }
        (_, DeviationKind::MrzWrongCheckDigit(field)) => match check.member {
            Member::Field(name)
                if check.info.id.starts_with("mrz.digit.")
                    && (*field == 0 || fields_of(*field).contains(&name)) =>
            {
                Effect::Skip
            }
            _ => Effect::None,
        },
        _ => Effect::None,
    }
}

fn names_state(field: CertificateField) -> bool {
    field.is_body(ISSUER) || field.is_body(SUBJECT)
}

/// Fields of the zone by their number in a deviation list (Doc 9303-12 10.2, MRZField); 0 is any of them.
fn fields_of(number: u32) -> &'static [&'static str] {
    match number {
        0 => &[
            "document_code",
            "issuing_state",
            "primary",
            "secondary",
            "document_number",
            "nationality",
            "birth_date",
            "sex",
            "expiry_date",
            "optional_1",
            "optional_2",
        ],
        1 => &["document_code"],
        2 => &["issuing_state"],
        3 => &["primary", "secondary"],
        4 => &["document_number"],
        5 => &["nationality"],
        6 => &["birth_date"],
        7 => &["sex"],
        8 => &["expiry_date"],
        9 => &["optional_1", "optional_2"],
        _ => &[],
    }
}

/// Whether the check compares hashes and found a difference: of this group, or of any.
fn is_hash(check: &Check, verdict: &Verdict, group: Option<u32>) -> bool {
    let Member::DataGroup(number) = check.member else { return false };
    group.is_none_or(|group| group == u32::from(number))
        && matches!(verdict.code, "hash.differs" | "sod.hash-length" | code::MALFORMED)
}

/// Checks that failed because signed octets do not decode are excused where the group is known to be malformed.
fn malformed_group(check: &Check, verdict: &Verdict, groups: &[u32]) -> Effect {
    let reads: &[u32] = match check.info.id {
        "chip.issuer.state" | "combined.mrz.dg1" => &[1],
        "chip.aa.answer" => &[15],
        "chip.ca.new-keys" | "chip.pace-cam.mapping" | "chip.access.downgrade" => &[14],
        _ => &[],
    };
    let excused = verdict.code == code::MALFORMED && reads.iter().any(|group| groups.contains(group));
    if excused { Effect::Excuse } else { Effect::None }
}

/// 5.12.2.2.3: successful for data groups that the security object proves, undetermined in all other cases. A list that
/// says which groups the files name excuses only that discrepancy.
fn com(case: &Case<'_>, verdict: &Verdict, listed: Option<&ComDiscrepancy>) -> Effect {
    if verdict.outcome != Outcome::Failed || verdict.code != "com.differs-from-sod" {
        return Effect::None;
    }
    let Index::Read(sod) = case.chip().index() else { return Effect::Excuse };
    if let Some(listed) = listed {
        let mut of_sod: Vec<u32> = sod.lds.hashes.iter().map(|entry| entry.number).collect();
        of_sod.sort_unstable();
        let of_com = checks::com_groups(case);
        if listed.sod != of_sod || of_com.is_none_or(|of_com| of_com != listed.com) {
            return Effect::None;
        }
    }
    let proven =
        |number: DgNumber| case.chip().passive().is_some_and(|passive| passive.bound(number).is_some());
    let mut read = DgNumber::all().filter(|number| {
        !matches!(case.chip().data_group_file(*number), crate::engine::chip_facts::Delivery::Absent)
    });
    if read.all(proven) {
        let text = format!("{}, and the security object proves every data group that was read", verdict.text);
        Effect::Replace(Verdict::successful(text))
    } else {
        Effect::Excuse
    }
}

/// 5.12.2.2.5: the states are compared again with the countries that the list gives.
fn corrected_state(case: &Case<'_>, issuer: Option<&String>, subject: Option<&String>) -> Effect {
    match checks::state_with(case, issuer.map(String::as_str), subject.map(String::as_str)) {
        Some(verdict) => Effect::Replace(verdict),
        None => Effect::None,
    }
}
