//! The rules that make findings, one file a subject.

mod codes;
mod dates;
mod digits;
mod text;

use crate::date::Date;
use crate::field::{Field, FieldName};
use crate::finding::{Finding, FindingCode, Findings, Warnings};
use crate::unreadable::alphabet_runs;
use crate::zone::{Provenance, Zone};

/// Everything odd about a zone.
pub(crate) fn all<P: Provenance>(zone: &Zone<'_, P>, today: Option<Date>, warnings: Warnings) -> Findings {
    let mut findings = Findings::new();
    if !zone.inside_alphabet() {
        for (number, line) in (1_u8..).zip(zone.lines()) {
            alphabet_runs(number, line, &mut findings);
        }
    }
    digits::look(zone, warnings, &mut findings);
    codes::look(zone, today, warnings, &mut findings);
    dates::look(zone, today, warnings, &mut findings);
    text::look(zone, &mut findings);
    findings
}

/// A finding at the place of a field.
fn on(code: FindingCode, field: &Field<'_>) -> Finding {
    Finding::at(code, Some(field.name.as_str()), field.line, field.first, field.last)
}

/// Adds a finding at a field, if the format has it.
fn add<P: Provenance>(zone: &Zone<'_, P>, code: FindingCode, name: FieldName, findings: &mut Findings) {
    if let Some(field) = zone.field(name) {
        findings.push(on(code, &field));
    }
}
