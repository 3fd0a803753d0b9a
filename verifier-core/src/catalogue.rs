//! The catalogue: every check by its id, with what it is for and how to read it (DESIGN.md section 5).

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::checks::registry;
use crate::{Category, Outcome};

/// The name of a check, `<pillar>.<subject>.<aspect>`: stable for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CheckId(Cow<'static, str>);

impl CheckId {
    /// An id that stands in the catalogue.
    pub(crate) const fn of(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// The id of this name, if the catalogue has it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        explain(text).map(|info| Self::of(info.id))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What the catalogue says of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckInfo {
    /// Its id.
    pub id: &'static str,
    /// Its category.
    pub category: Category,
    /// What it checks, in a line.
    pub title: &'static str,
    /// The standards and sections it follows.
    pub standard: &'static str,
    /// Why it matters: which forgery or fault it finds.
    pub why: &'static str,
    /// What each outcome means.
    pub outcomes: OutcomeTexts,
    /// What a person looks at when it is not successful.
    pub look_at: &'static str,
    /// The (light, property, feature) triple of Doc 9303-2 appendix C, for optical checks.
    pub triple: Option<&'static str>,
    /// Whether it is built. One that is not says so, is never mandatory and never successful.
    pub built: bool,
    /// Whether a document may lack the feature without leaving a mandatory check undecided: a layout without
    /// this digit, signed data that offers no such protocol.
    pub lack_accepted: bool,
}

/// What each of the five outcomes means for one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutcomeTexts {
    /// Meaning of successful.
    pub successful: &'static str,
    /// Meaning of failed.
    pub failed: &'static str,
    /// Meaning of undetermined.
    pub undetermined: &'static str,
    /// Meaning of not supported.
    pub not_supported: &'static str,
    /// Meaning of aborted.
    pub aborted: &'static str,
}

impl OutcomeTexts {
    /// The meaning of one outcome.
    #[must_use]
    pub const fn of(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Successful => self.successful,
            Outcome::Failed => self.failed,
            Outcome::Undetermined => self.undetermined,
            Outcome::NotSupported => self.not_supported,
            Outcome::Aborted => self.aborted,
        }
    }
}

/// Every check of the catalogue, in the order of reports.
pub fn checks() -> impl Iterator<Item = &'static CheckInfo> {
    registry().iter().map(|entry| &entry.info)
}

/// What the catalogue says of the check with this id.
#[must_use]
pub fn explain(id: &str) -> Option<&'static CheckInfo> {
    checks().find(|info| info.id == id)
}
