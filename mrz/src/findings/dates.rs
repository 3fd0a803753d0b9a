//! Dates (Doc 9303-3 section 4.8). Whether a document has expired is said only for a day that is given.

use crate::date::Date;
use crate::field::FieldName;
use crate::finding::{FindingCode, Findings, Warnings};
use crate::format::{Deviation, Format};
use crate::printed_date::DateState;
use crate::zone::{Provenance, Zone};

use super::add;

pub(super) fn look<P: Provenance>(
    zone: &Zone<'_, P>,
    today: Option<Date>,
    warnings: Warnings,
    findings: &mut Findings,
) {
    if let Some(code) = zone.birth_date().and_then(|birth| match birth.state() {
        DateState::Complete => None,
        DateState::Partial => Some(FindingCode::BirthPartial),
        DateState::Unknown => Some(FindingCode::BirthUnknown),
        DateState::Impossible => Some(FindingCode::BirthImpossible),
        DateState::Malformed => Some(FindingCode::BirthMalformed),
    }) {
        add(zone, code, FieldName::BirthDate, findings);
    }
    let russian = zone.deviation() == Some(Deviation::RussianInternalPassport);
    if let Some(code) = zone.expiry_date().and_then(|expiry| match expiry.state() {
        DateState::Complete => None,
        DateState::Unknown if russian || !warnings.filler_expiry => None,
        DateState::Unknown => Some(FindingCode::ExpiryFiller),
        DateState::Partial => Some(FindingCode::ExpiryPartial),
        DateState::Impossible => Some(FindingCode::ExpiryImpossible),
        DateState::Malformed => Some(FindingCode::ExpiryMalformed),
    }) {
        add(zone, code, FieldName::ExpiryDate, findings);
    }
    if let Some(today) = today {
        expiry(zone, today, findings);
    }
    if zone.format() == Format::FraId
        && let Some(issue) = zone.field(FieldName::IssueDate)
        && !month_of_issue(issue.cells.head())
    {
        add(zone, FindingCode::IssueImpossible, FieldName::IssueDate, findings);
    }
}

fn expiry<P: Provenance>(zone: &Zone<'_, P>, today: Date, findings: &mut Findings) {
    let Some(expiry) = zone.expiry_date().and_then(|date| date.as_expiry(today)) else {
        return;
    };
    if expiry < today {
        add(zone, FindingCode::Expired, FieldName::ExpiryDate, findings);
    }
    if zone.birth_date().and_then(|date| date.as_birth(today)).is_some_and(|birth| expiry < birth) {
        add(zone, FindingCode::ExpiryBeforeBirth, FieldName::ExpiryDate, findings);
    }
}

/// Year and month YYMM.
fn month_of_issue(cells: &[u8]) -> bool {
    match cells {
        [a, b, tens, ones] if [a, b, tens, ones].iter().all(|cell| cell.is_ascii_digit()) => {
            matches!((tens, ones), (b'0', b'1'..=b'9') | (b'1', b'0'..=b'2'))
        }
        _ => false,
    }
}
