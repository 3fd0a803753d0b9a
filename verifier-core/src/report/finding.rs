//! Findings: what a report has to say beside the results of its checks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CheckId;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// To be looked at.
    Warning,
    /// To be acted on.
    Alarm,
}

/// One matter that is no check result of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable code, for example `revocation.no-fresh-crl`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// One or two sentences for people; no personal data.
    pub text: String,
    /// The check it belongs to, where it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckId>,
    /// Whether it has to stand on the first page of every rendering.
    pub first_page: bool,
}

impl Finding {
    /// A finding that may stand anywhere in a rendering.
    pub(crate) fn new(code: &str, severity: Severity, text: impl Into<String>) -> Self {
        Self { code: code.into(), severity, text: super::plain(&text.into()), check: None, first_page: false }
    }

    /// The same finding, tied to a check.
    pub(crate) fn of(mut self, check: &CheckId) -> Self {
        self.check = Some(check.clone());
        self
    }

    /// The same finding, for the first page.
    pub(crate) fn on_first_page(mut self) -> Self {
        self.first_page = true;
        self
    }
}
