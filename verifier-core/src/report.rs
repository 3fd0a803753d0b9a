//! The report: the JSON contract `verifier.report/1` (DESIGN.md section 8) as types.
//!
//! Field names and spellings are the contract. What this version adds beyond it is listed in
//! `docs/schema/report-1.schema.json`, which is generated from these types.

mod chip;
mod digest;
mod document;
mod finding;
mod plain;
mod schema;
mod trust_path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use chip::{AnchorClass, AnchorInfo, CertificateInfo, ChipInfo, DataGroupInfo};
pub use document::{DocumentInfo, Personal, PersonalDetail};
pub use finding::{Finding, Severity};
pub(crate) use plain::plain;
pub use schema::report_schema;
pub use trust_path::{AnchorRequest, DeviationInfo, KnownDefectInfo, KnownRoot, ReadingInfo, SourceInfo};

use crate::{Category, CheckId, Outcome, RunMode, TimeSource};

/// The `schema` value of this version of the contract.
pub const REPORT_SCHEMA: &str = "verifier.report/1";

/// Everything that one judgement of one capture came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`REPORT_SCHEMA`].
    pub schema: String,
    /// Which capture was judged.
    pub capture: CaptureRef,
    /// The overall result. Only `successful` lets the document pass.
    pub overall: Outcome,
    /// Ids of the checks that made the overall result what it is, most severe first; empty when it is successful.
    pub deciding: Vec<CheckId>,
    /// Which policy judged.
    pub policy: PolicyRef,
    /// Which trust snapshot was used.
    pub trust_store: TrustRef,
    /// The instant it was judged for, RFC 3339 in UTC.
    pub at: String,
    /// Where that instant came from.
    pub at_source: TimeSource,
    /// Name and version of the engine, for example `verifier-core 0.1.0`. Not part of the digest.
    pub engine: String,
    /// SHA-256 (hex) of the canonical JSON without `ms`, `timing`, `capture.path`, `engine`,
    /// `document.personal` and `digest` itself.
    pub digest: String,
    /// The result of each category.
    pub categories: Categories,
    /// Every check of the catalogue that was applicable, in the order of the catalogue.
    pub checks: Vec<CheckResult>,
    /// Matters that are no check results: notes, warnings, alarms.
    pub findings: Vec<Finding>,
    /// What kind of document it is.
    pub document: DocumentInfo,
    /// What the chip held and how its chain was built; absent where no chip part was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip: Option<ChipInfo>,
    /// Entries of authenticated deviation and defect lists that apply to the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_defects: Vec<KnownDefectInfo>,
    /// How long it took. Not part of the digest.
    pub timing: Timing,
}

/// The capture that a report speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaptureRef {
    /// Where the capture lay, as the caller named it. Not part of the digest.
    #[serde(default)]
    pub path: Option<String>,
    /// Content hash of the capture (hex); the same for a folder and for its zip.
    pub sha256: String,
}

impl CaptureRef {
    /// The path as a person may be shown it, without what steers a terminal; `capture` where none was given.
    #[must_use]
    pub fn name(&self) -> String {
        plain(self.path.as_deref().unwrap_or("capture"))
    }
}

/// The policy that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyRef {
    /// Its name, for example `frontline`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 (hex) of its canonical text.
    pub sha256: String,
}

/// The trust snapshot that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrustRef {
    /// Content hash of the snapshot (hex).
    pub sha256: String,
    /// The newest signed time in it, RFC 3339; `null` for a snapshot without one.
    pub newest: Option<String>,
    /// Whole days from `newest` to `at`; `null` where `newest` is, negative when `at` lies before it.
    #[serde(default)]
    pub age_days: Option<i64>,
    /// Number of anchors in it.
    #[serde(default)]
    pub anchors: u64,
}

/// The result of each category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Categories {
    /// Print, light and MRZ text.
    pub optical: CategoryResult,
    /// The chip.
    pub electronic: CategoryResult,
    /// Digital seals.
    pub seal: CategoryResult,
    /// One source against another.
    pub combined: CategoryResult,
    /// Several documents against one another.
    pub cross: CategoryResult,
    /// Background look-ups, which stand outside the five.
    pub background: CategoryResult,
}

impl Categories {
    /// The result of one category.
    #[must_use]
    pub const fn of(&self, category: Category) -> &CategoryResult {
        match category {
            Category::Optical => &self.optical,
            Category::Electronic => &self.electronic,
            Category::Seal => &self.seal,
            Category::Combined => &self.combined,
            Category::Cross => &self.cross,
            Category::Background => &self.background,
        }
    }
}

/// The joined result of the checks of one category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CategoryResult {
    /// Joined outcome of the checks that count; `undetermined` where none does.
    pub outcome: Outcome,
    /// Fused suspicion (log-likelihood ratio, higher is more suspicious); `null` where nothing was fused.
    pub score: Option<f64>,
}

/// One check of one capture. Every field is always there: `null` or an empty list where it says nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckResult {
    /// Which check.
    pub id: CheckId,
    /// Its category.
    pub category: Category,
    /// How the policy runs it.
    pub mode: RunMode,
    /// What it came to.
    pub outcome: Outcome,
    /// Whether it entered the overall result under this policy.
    pub counted: bool,
    /// Why.
    pub reason: Reason,
    /// The measured value, where the check measures.
    #[serde(default)]
    pub value: Option<f64>,
    /// The threshold it was held against.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Signed distance from the threshold, -1..=+1; at least 0 is successful.
    #[serde(default)]
    pub margin: Option<f64>,
    /// The light it looked in: `white`, `ir`, `uv`, `coaxial` or another name.
    #[serde(default)]
    pub light: Option<String>,
    /// The (light, property, feature) triple of Doc 9303-2 appendix C, for example `IR,AB,MR`.
    #[serde(default)]
    pub triple: Option<String>,
    /// Where on the page it looked.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// Wall time of the check itself, milliseconds. Not part of the digest.
    pub ms: f64,
}

/// Why a check came to its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Stable code for programs, for example `evidence.absent`.
    pub code: String,
    /// One or two sentences for people; no personal data.
    pub text: String,
}

/// A place on a page image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Which page, for example `data`.
    pub page: String,
    /// In which light.
    pub light: String,
    /// `[x, y, width, height]` in pixels of that image.
    pub rect_px: [f64; 4],
    /// `[x, y, width, height]` in millimetres from the page's upper left corner, where the scale is known.
    #[serde(default)]
    pub rect_mm: Option<[f64; 4]>,
    /// Whether this place missed the threshold, or was only looked at.
    #[serde(default)]
    pub failing: bool,
}

/// How long a judgement took. Never part of the digest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// Wall time of the whole judgement, milliseconds.
    pub total_ms: f64,
    /// Sum of the wall times of all checks, milliseconds.
    pub checks_ms: f64,
}

impl Report {
    /// The overall result.
    pub const fn overall(&self) -> Outcome {
        self.overall
    }

    /// The checks that made the overall result what it is, most severe first.
    #[must_use]
    pub fn deciding(&self) -> Vec<&CheckResult> {
        self.deciding.iter().filter_map(|id| self.check(id.as_str())).collect()
    }

    /// The result of one check, by id.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&CheckResult> {
        self.checks.iter().find(|c| c.id.as_str() == id)
    }

    /// The findings of one code.
    pub fn findings_of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |f| f.code == code)
    }

    /// The same report without anything that names the holder.
    #[must_use]
    pub fn without_personal(mut self) -> Self {
        self.document.personal = None;
        self
    }

    /// Names where the capture lay. The digest does not change.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.capture.path = Some(path.into());
        self
    }

    /// One line of JSON in the contract's field order.
    ///
    /// # Errors
    /// Only where the serialiser itself fails, which plain data does not make it do.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}
