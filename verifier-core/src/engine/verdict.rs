//! What one check says, before the policy is asked what it means.

use crate::{Finding, Outcome, Region};

/// Reason codes that more than one check uses.
pub(crate) mod code {
    pub(crate) const OK: &str = "ok";
    pub(crate) const EVIDENCE_ABSENT: &str = "evidence.absent";
    pub(crate) const NOT_READ: &str = "evidence.not-read";
    pub(crate) const MRZ_UNREAD: &str = "mrz.unread";
    pub(crate) const MALFORMED: &str = "malformed";
    pub(crate) const NOT_BUILT: &str = "check.not-built";
    pub(crate) const SPECIMEN: &str = "specimen";
    pub(crate) const CLOCK_IMPLAUSIBLE: &str = "clock.implausible";
    pub(crate) const PANIC: &str = "internal.panic";
    pub(crate) const BROKE_OFF: &str = "broke-off";
    pub(crate) const NOT_APPLICABLE: &str = "not-applicable";
    pub(crate) const DEPENDS: &str = "depends.on-failed";
    pub(crate) const IMAGE_UNDECODABLE: &str = "image.undecodable";
}

/// Result of one check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) code: &'static str,
    pub(crate) text: String,
    /// Whether it had evidence to run on: an optional check that had none does not count.
    pub(crate) ran: bool,
    /// Whether the condition of "conditionally ignored" holds.
    pub(crate) ignorable: bool,
    pub(crate) measured: Option<Measured>,
    pub(crate) findings: Vec<Finding>,
}

/// What an optical check measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) value: Option<f64>,
    pub(crate) threshold: f64,
    pub(crate) margin: Option<f64>,
    pub(crate) light: &'static str,
    pub(crate) regions: Vec<Region>,
}

impl Verdict {
    pub(crate) fn new(outcome: Outcome, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            outcome,
            code,
            text: text.into(),
            ran: true,
            ignorable: false,
            measured: None,
            findings: Vec::new(),
        }
    }

    pub(crate) fn successful(text: impl Into<String>) -> Self {
        Self::new(Outcome::Successful, code::OK, text)
    }

    pub(crate) fn failed(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(Outcome::Failed, code, text)
    }

    pub(crate) fn undetermined(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(Outcome::Undetermined, code, text)
    }

    pub(crate) fn not_supported(text: impl Into<String>) -> Self {
        Self::new(Outcome::NotSupported, code::NOT_APPLICABLE, text)
    }

    pub(crate) fn aborted(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(Outcome::Aborted, code, text)
    }

    /// The evidence was not captured: undetermined, and an optional check did not run.
    pub(crate) fn absent(text: impl Into<String>) -> Self {
        Self { ran: false, ..Self::undetermined(code::EVIDENCE_ABSENT, text) }
    }

    /// Named by the document but not read by the reader: a note, not a result.
    pub(crate) fn not_read(text: impl Into<String>) -> Self {
        Self { ran: false, ..Self::undetermined(code::NOT_READ, text) }
    }

    /// The check is in the catalogue and not built yet.
    pub(crate) fn not_built() -> Self {
        Self {
            ran: false,
            ..Self::undetermined(code::NOT_BUILT, "this version does not have this check yet")
        }
    }

    pub(crate) fn with(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    pub(crate) fn ignorable(mut self) -> Self {
        self.ignorable = true;
        self
    }

    pub(crate) fn measured(mut self, measured: Measured) -> Self {
        self.measured = Some(measured);
        self
    }
}
