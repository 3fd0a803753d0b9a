//! A policy is a value: which checks must hold, may hold or are only reported (DESIGN.md section 4).
//!
//! Policies are TOML. The shipped ones lie in `policies/` and are compiled in; they are read by the same code as
//! an operator's own.

mod algorithms;
mod error;
mod only;
mod text;

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use algorithms::AlgorithmRule;
pub use error::PolicyError;

use crate::{CheckId, RunMode};

/// Names of the shipped policies.
pub const SHIPPED_POLICIES: [&str; 3] = ["frontline", "chip-only", "tr-strict"];

/// A named set of rules for judging.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// Age of the trust snapshot, in days, beyond which the report says so on its first page.
    pub max_store_age_days: u32,
    /// Whether a specimen state (`UTO`) may be successful.
    pub allow_specimen: bool,
    /// What an expired root does whose signer certificate was issued inside its validity.
    pub expired_csca: ExpiredCsca,
    /// What deprecated algorithms (SHA-1) in a signature do.
    pub deprecated_algorithms: DeprecatedAlgorithms,
    /// What a deviation from the profiles does that genuine documents are known to have.
    pub profile_deviations: ProfileDeviations,
    /// Which named reading of validity decides `chip.signer.validity`.
    pub signer_validity: ValidityReading,
    /// Until when hashes and keys are good enough.
    pub algorithms: Vec<AlgorithmRule>,
    /// Run mode of every check of the catalogue.
    checks: BTreeMap<CheckId, RunMode>,
    /// Groups of checks of which one success is enough.
    alternatives: Vec<Alternative>,
}

/// What an expired root means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiredCsca {
    /// Finding `csca.expired`; the check stays successful if the signer was issued inside the root's validity.
    Finding,
    /// The check fails.
    Failed,
}

/// What a deprecated algorithm means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeprecatedAlgorithms {
    /// Finding `algorithm.deprecated`.
    Finding,
    /// A signature with one is undetermined.
    Undetermined,
}

/// What a deviation from the profiles of Doc 9303-10 and -12 means that genuine documents are known to have. One that no
/// genuine document is known to have always fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileDeviations {
    /// A finding in the report.
    Finding,
    /// The check of the file, signature or certificate fails, as the test systems of BSI TR-03105-5.1 want it.
    Failed,
}

/// The three readings of validity in use (all three are reported, whichever decides).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidityReading {
    /// BSI TR-03135: signer and root at the time of the inspection.
    InspectionTime,
    /// The signer at the signing time of the security object, and its key within its usage period.
    SigningTime,
    /// The signer was issued within the validity of its root and the usage period of the root's key.
    ChainModel,
}

impl ValidityReading {
    /// All three.
    pub const ALL: [Self; 3] = [Self::InspectionTime, Self::SigningTime, Self::ChainModel];

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InspectionTime => "inspection time",
            Self::SigningTime => "signing time",
            Self::ChainModel => "chain model",
        }
    }
}

/// A group of checks of which one success is enough (for example AA, CA, PACE-CAM: table 5.102).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// Name of the group, for example `authenticity`.
    pub name: String,
    /// Run mode of the group as a whole; the modes of its members only describe them.
    pub mode: RunMode,
    /// Its members.
    pub checks: Vec<CheckId>,
}

impl Policy {
    /// The shipped policy for a border desk or kiosk: chip, text and light.
    #[must_use]
    pub fn frontline() -> Self {
        text::shipped(include_str!("../policies/frontline.toml"))
    }

    /// The shipped policy for readers without page images.
    #[must_use]
    pub fn chip_only() -> Self {
        text::shipped(include_str!("../policies/chip-only.toml"))
    }

    /// The shipped policy that takes BSI TR-03135 at its strictest.
    #[must_use]
    pub fn tr_strict() -> Self {
        text::shipped(include_str!("../policies/tr-strict.toml"))
    }

    /// The shipped policy of this name.
    #[must_use]
    pub fn shipped(name: &str) -> Option<Self> {
        match name {
            "frontline" => Some(Self::frontline()),
            "chip-only" => Some(Self::chip_only()),
            "tr-strict" => Some(Self::tr_strict()),
            _ => None,
        }
    }

    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// [`PolicyError`] for text that is no TOML, an unknown field, an unknown check, a check without a mode where
    /// the policy has no `default_mode`, or a mandatory check that is not built.
    pub fn from_toml(toml: &str) -> Result<Self, PolicyError> {
        text::parse(toml)
    }

    /// The run mode of a check; one that the policy does not know is evaluatory.
    #[must_use]
    pub fn mode(&self, check: &CheckId) -> RunMode {
        self.checks.get(check).copied().unwrap_or(RunMode::Evaluatory)
    }

    /// Every check with its run mode.
    pub fn modes(&self) -> impl Iterator<Item = (&CheckId, RunMode)> {
        self.checks.iter().map(|(id, mode)| (id, *mode))
    }

    /// The groups of which one success is enough.
    #[must_use]
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// The group that a check belongs to.
    #[must_use]
    pub fn alternative_of(&self, check: &CheckId) -> Option<&Alternative> {
        self.alternatives.iter().find(|group| group.checks.contains(check))
    }

    /// The same policy, letting specimen states pass. Only demonstrations and tests do this.
    #[must_use]
    pub fn danger_allow_specimen(mut self) -> Self {
        self.allow_specimen = true;
        self
    }

    /// SHA-256 (hex) of the canonical text: the RFC 8785 JSON of the rules, so that comments, blank lines and the
    /// order of a TOML file do not change it.
    #[must_use]
    pub fn sha256(&self) -> String {
        serde_json_canonicalizer::to_vec(self)
            .map(|text| hex::encode(Sha256::digest(&text)))
            .unwrap_or_default()
    }
}
