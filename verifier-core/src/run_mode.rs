//! Run modes: how the result of a check enters the overall result (BSI TR-03135-1 v5.0.1, 3.8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a policy asks of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    /// Must be successful; absent, not run or not decided joins as undetermined.
    Mandatory,
    /// Joins unless its condition holds (a certificate revocation list is missing or over-age); then the
    /// matter is a first-page finding instead.
    ConditionallyIgnored,
    /// Joins when it ran; evidence that is not there leaves it out.
    Optional,
    /// Runs and is reported, never joins.
    Evaluatory,
}

impl RunMode {
    /// The spelling of policies and of the JSON contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mandatory => "mandatory",
            Self::ConditionallyIgnored => "conditionally_ignored",
            Self::Optional => "optional",
            Self::Evaluatory => "evaluatory",
        }
    }
}
