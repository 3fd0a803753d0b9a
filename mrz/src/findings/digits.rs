//! Check digits and the document number (Doc 9303-3 section 4.9, Doc 9303-5 and -6 note j).

use crate::alphabet::FILLER;
use crate::check_digit::Agreement;
use crate::field::FieldName;
use crate::finding::{Finding, FindingCode, Findings, Warnings};
use crate::format::Deviation;
use crate::layout::Rule;
use crate::zone::{Provenance, Zone};

use super::add;

pub(super) fn look<P: Provenance>(zone: &Zone<'_, P>, warnings: Warnings, findings: &mut Findings) {
    for (check, spec) in zone.checks().iter().zip(zone.layout().checks) {
        let at = |code| Finding::at(code, Some(check.field.as_str()), check.line, check.column, check.column);
        let unfinished = matches!(spec.rule, Rule::LongNumber(_)) && check.found == char::from(FILLER);
        match check.agreement {
            Agreement::Agrees | Agreement::AgreesAsFiller | Agreement::AgreesByDeviation => {}
            Agreement::OnlyWithFiller | Agreement::TakenWithFiller => {
                if !check.ok() {
                    findings.push(at(FindingCode::DigitWrong));
                }
                if warnings.counts_filler {
                    findings.push(at(FindingCode::DigitCountsFiller));
                }
            }
            Agreement::FillerForZero | Agreement::Disagrees if unfinished => {
                findings.push(at(FindingCode::DigitNumberUnfinished));
            }
            Agreement::FillerForZero => {
                findings.push(at(FindingCode::DigitWrong));
                if warnings.filler_for_zero {
                    findings.push(at(FindingCode::DigitFillerForZero));
                }
            }
            Agreement::Disagrees => findings.push(at(FindingCode::DigitWrong)),
            Agreement::NotComputable => findings.push(at(FindingCode::DigitNotComputable)),
        }
    }
    if zone.deviation() == Some(Deviation::RussianInternalPassport) {
        add(zone, FindingCode::DeviationRussian, FieldName::ExpiryDate, findings);
    }
    let number = zone.document_number();
    if number.long().is_some() {
        add(zone, FindingCode::NumberLong, FieldName::DocumentNumber, findings);
    }
    if number.cells().is_blank() {
        add(zone, FindingCode::NumberEmpty, FieldName::DocumentNumber, findings);
    } else if number.text().chars().any(|c| c == ' ') {
        add(zone, FindingCode::NumberInnerFiller, FieldName::DocumentNumber, findings);
    }
}
