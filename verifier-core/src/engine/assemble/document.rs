//! What kind of document it is: from authenticated DG1 where there is one, else from the printed zone.

use verifier_mrz::{Cells, Date, PrintedDate, Zone};

use crate::engine::case::Case;
use crate::report::{DocumentInfo, Personal};

/// Describes the document; names its holder only when asked to.
pub(super) fn describe(case: &Case<'_>, personal: bool) -> DocumentInfo {
    let lines = case.best_lines();
    let Some((source, zone)) = lines.as_ref().and_then(|(source, lines)| Some((*source, lines.zone()?)))
    else {
        return DocumentInfo::default();
    };
    let state = zone.issuing_state();
    DocumentInfo {
        format: Some(zone.format().as_str().into()),
        document_code: shown(zone.document_code()),
        issuing_state: state.map(|code| code.to_string()),
        issuing_state_name: state.and_then(|code| code.state()).map(|state| state.name.into()),
        source: Some(source.into()),
        specimen: case.specimen(),
        personal: personal
            .then(|| Personal { details: case.chip().details(), ..holder(&zone, case.today()) }),
    }
}

fn holder(zone: &Zone<'_>, today: Date) -> Personal {
    let printed = |date: Option<PrintedDate>, day: Option<Date>| {
        day.map(|day| day.to_string()).or_else(|| date.map(|date| date.cells().printed().to_string()))
    };
    let (birth, expiry) = (zone.birth_date(), zone.expiry_date());
    Personal {
        details: Vec::new(),
        document_number: shown(zone.document_number().cells()),
        primary: shown(zone.name().primary()),
        secondary: shown(zone.name().secondary()),
        nationality: zone.nationality().map(|code| code.to_string()),
        sex: zone.sex().map(String::from),
        birth_date: printed(birth, birth.and_then(|date| date.as_birth_tr03135(today))),
        expiry_date: printed(expiry, expiry.and_then(|date| date.as_expiry_tr03135(today, None, 15))),
    }
}

fn shown(cells: Cells<'_>) -> Option<String> {
    let text = cells.text().to_string();
    (!text.is_empty()).then_some(text)
}
