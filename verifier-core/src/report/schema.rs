//! The JSON Schema of the report, generated from its types.

use super::Report;

/// JSON Schema (draft 2020-12) of [`Report`], as it is kept in `docs/schema/report-1.schema.json`.
#[must_use]
pub fn report_schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
