//! One document as the JSON contract of `verifier mrz check --json` shows it (DESIGN section 8).

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use verifier_mrz::{Check, Date, Finding, Provenance, Zone};

use super::input::Fault;

/// The record of one document; borrows everything, so that a million of them cost no memory.
#[derive(Serialize)]
#[serde(bound = "")]
pub(crate) struct Record<'a, P: Provenance> {
    pub(crate) id: &'a str,
    pub(crate) lines: &'a [String],
    pub(crate) format: Option<&'a str>,
    pub(crate) valid: bool,
    pub(crate) fields: Fields<'a, P>,
    pub(crate) dates: Dates,
    pub(crate) checks: Checks<'a>,
    pub(crate) findings: AllFindings<'a>,
    pub(crate) edits: &'a [Edit],
}

/// One cell that was put right, or one change of the lenient layer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Edit {
    /// Line, from 1.
    pub(crate) line: u8,
    /// Column, from 1; 0 when the whole line was changed.
    pub(crate) column: u8,
    /// What stood there.
    pub(crate) from: String,
    /// What stands there now.
    pub(crate) to: String,
    /// What kind of change.
    pub(crate) kind: &'static str,
}

/// The fields of a zone by name.
pub(crate) struct Fields<'a, P: Provenance>(pub(crate) Option<&'a Zone<'a, P>>);

impl<P: Provenance> Serialize for Fields<'_, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(zone) = self.0 {
            for field in zone.fields() {
                map.serialize_entry(field.name.as_str(), &Shown(field.text()))?;
            }
        }
        map.end()
    }
}

/// A text of the zone, written only because it was asked for.
struct Shown<'a>(verifier_mrz::Text<'a>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Dates as days, where the zone and the given day say them.
#[derive(Serialize)]
pub(crate) struct Dates {
    birth: Option<String>,
    expiry: Option<String>,
}

impl Dates {
    pub(crate) fn of<P: Provenance>(zone: Option<&Zone<'_, P>>, today: Date) -> Self {
        let iso = |date: Date| date.to_string();
        Self {
            birth: zone.and_then(Zone::birth_date).and_then(|date| date.as_birth(today)).map(iso),
            expiry: zone.and_then(Zone::expiry_date).and_then(|date| date.as_expiry(today)).map(iso),
        }
    }
}

/// Every printed check digit.
pub(crate) struct Checks<'a>(pub(crate) &'a [Check]);

#[derive(Serialize)]
struct OneCheck<'a> {
    field: &'a str,
    line: u8,
    column: u8,
    expected: Option<char>,
    found: char,
    ok: bool,
}

impl Serialize for Checks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|check| OneCheck {
            field: check.field.as_str(),
            line: check.line,
            column: check.column,
            expected: check.expected,
            found: check.found,
            ok: check.ok(),
        }))
    }
}

/// What is odd about the text, and what was wrong with the input.
pub(crate) struct AllFindings<'a> {
    pub(crate) zone: &'a [Finding],
    pub(crate) input: Option<Fault>,
    /// What the repair layer found and did not take.
    pub(crate) repair: Option<&'a str>,
}

/// Code of the finding that several repairs explain the digits equally well.
pub(crate) const AMBIGUOUS: &str = "repair.ambiguous";

#[derive(Serialize)]
struct OneFinding<'a> {
    code: &'a str,
    severity: &'a str,
    field: Option<&'a str>,
    line: Option<u8>,
    columns: Option<[u8; 2]>,
    text: &'a str,
}

impl Serialize for AllFindings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        if let Some(fault) = self.input {
            let (code, text) = (fault.code(), fault.text());
            list.serialize_element(&OneFinding {
                code,
                severity: "error",
                field: None,
                line: None,
                columns: None,
                text,
            })?;
        }
        if let Some(text) = self.repair {
            let (severity, code) = ("warning", AMBIGUOUS);
            list.serialize_element(&OneFinding {
                code,
                severity,
                field: None,
                line: None,
                columns: None,
                text,
            })?;
        }
        for finding in self.zone {
            let placed = finding.line > 0;
            list.serialize_element(&OneFinding {
                code: finding.code.as_str(),
                severity: finding.severity().as_str(),
                field: finding.field,
                line: placed.then_some(finding.line),
                columns: placed.then_some([finding.columns.0, finding.columns.1]),
                text: finding.text(),
            })?;
        }
        list.end()
    }
}
