//! Document codes (Doc 9303-4 section 4.4, -5 and -6 note k, -7, -8 section 4.1.5) and state codes (Doc
//! 9303-3 section 5).

use crate::date::Date;
use crate::field::FieldName;
use crate::finding::{FindingCode, Findings, Warnings};
use crate::format::{Deviation, Format};
use crate::states::{Code3, Source};
use crate::zone::{Provenance, Zone};

use super::add;

pub(super) fn look<P: Provenance>(
    zone: &Zone<'_, P>,
    today: Option<Date>,
    warnings: Warnings,
    findings: &mut Findings,
) {
    for code in document_code(zone, today, warnings).into_iter().flatten() {
        add(zone, code, FieldName::DocumentCode, findings);
    }
    if let Some(code) = state(zone.issuing_state(), &ISSUER) {
        add(zone, code, FieldName::IssuingState, findings);
    }
    if zone.field(FieldName::Nationality).is_some()
        && let Some(code) = state(zone.nationality(), &NATIONALITY)
    {
        add(zone, code, FieldName::Nationality, findings);
    }
}

/// Harmonised second letters of passports (Doc 9303-4 section 4.4, `U` by Doc 9303-8).
const HARMONISED: &[u8] = b"PEDORTSLMU";

fn document_code<P: Provenance>(
    zone: &Zone<'_, P>,
    today: Option<Date>,
    warnings: Warnings,
) -> [Option<FindingCode>; 3] {
    let code = zone.document_code();
    let &[first, second] = code.head() else {
        return [None; 3];
    };
    let format = zone.format();
    if !format.is_icao() && format != Format::SvkId {
        return [None; 3];
    }
    if !first.is_ascii_uppercase() || !(second.is_ascii_uppercase() || second == b'<') {
        return [Some(FindingCode::CodeMalformed), None, None];
    }
    match (format, first, second) {
        (Format::Td3, b'P', _) => passport(zone, second, today),
        (Format::Td2, b'P', b'U') => [None; 3],
        (Format::Td2, b'P', _) => {
            [warnings.passport_in_td2.then_some(FindingCode::CodePassportInTd2), None, None]
        }
        (Format::Td1 | Format::Td2, b'A' | b'C' | b'I', b'V') => [Some(FindingCode::CodeVOnCard), None, None],
        (Format::Td1 | Format::Td2, b'A', b'I') | (Format::Td2, b'A', b'C') => {
            [Some(FindingCode::CodeReserved), None, None]
        }
        (Format::Td1 | Format::Td2 | Format::SvkId, b'A' | b'C' | b'I', _)
        | (Format::MrvA | Format::MrvB, b'V', _) => [None; 3],
        _ => [Some(FindingCode::CodeFormat), None, None],
    }
}

fn passport<P: Provenance>(zone: &Zone<'_, P>, second: u8, today: Option<Date>) -> [Option<FindingCode>; 3] {
    if HARMONISED.contains(&second) || zone.deviation() == Some(Deviation::RussianInternalPassport) {
        return [None; 3];
    }
    let kind = if second == b'<' { FindingCode::CodeNoSecondLetter } else { FindingCode::CodeNational };
    let too_late = today
        .and_then(|today| zone.expiry_date()?.as_expiry(today))
        .is_some_and(|expiry| expiry.year() >= 2038)
        .then_some(FindingCode::CodeTooLate);
    [Some(kind), too_late, None]
}

/// Codes of findings for one of the two fields that hold a state.
struct Codes {
    malformed: FindingCode,
    unknown: FindingCode,
    withdrawn: FindingCode,
    not_standard: FindingCode,
}

const ISSUER: Codes = Codes {
    malformed: FindingCode::IssuerMalformed,
    unknown: FindingCode::IssuerUnknown,
    withdrawn: FindingCode::IssuerWithdrawn,
    not_standard: FindingCode::IssuerNotStandard,
};

const NATIONALITY: Codes = Codes {
    malformed: FindingCode::NationalityMalformed,
    unknown: FindingCode::NationalityUnknown,
    withdrawn: FindingCode::NationalityWithdrawn,
    not_standard: FindingCode::NationalityNotStandard,
};

fn state(code: Option<Code3>, codes: &Codes) -> Option<FindingCode> {
    let Some(code) = code else {
        return Some(codes.malformed);
    };
    match code.state().map(|state| state.source) {
        None => Some(codes.unknown),
        Some(Source::Iso3166 | Source::Icao) => None,
        Some(Source::IsoNotInMrz) => Some(FindingCode::StateDeu),
        Some(Source::IsoWithdrawn | Source::IcaoDeprecated) => Some(codes.withdrawn),
        Some(Source::Specimen) => Some(FindingCode::StateSpecimen),
        Some(Source::MasterList | Source::PrintedOnly) => Some(codes.not_standard),
    }
}
