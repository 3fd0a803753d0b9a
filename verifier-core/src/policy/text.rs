//! Reading a policy from TOML; unknown fields and unknown checks are errors, because policies are ours.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    AlgorithmRule, Alternative, DeprecatedAlgorithms, ExpiredCsca, Policy, PolicyError, ProfileDeviations,
    ValidityReading,
};
use crate::{CheckId, RunMode, catalogue};

const SCHEMA: &str = "verifier.policy/1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    schema: String,
    name: String,
    version: String,
    #[serde(default)]
    description: String,
    #[serde(default = "default_store_age")]
    max_store_age_days: u32,
    #[serde(default)]
    allow_specimen: bool,
    #[serde(default = "default_expired_csca")]
    expired_csca: ExpiredCsca,
    #[serde(default = "default_deprecated")]
    deprecated_algorithms: DeprecatedAlgorithms,
    #[serde(default = "default_validity")]
    signer_validity: ValidityReading,
    #[serde(default = "default_deviations")]
    profile_deviations: ProfileDeviations,
    #[serde(default = "AlgorithmRule::usual")]
    algorithms: Vec<AlgorithmRule>,
    default_mode: Option<RunMode>,
    #[serde(default)]
    checks: BTreeMap<String, RunMode>,
    #[serde(default)]
    alternatives: Vec<Alternative>,
}

const fn default_store_age() -> u32 {
    120
}

const fn default_expired_csca() -> ExpiredCsca {
    ExpiredCsca::Finding
}

const fn default_deprecated() -> DeprecatedAlgorithms {
    DeprecatedAlgorithms::Finding
}

const fn default_validity() -> ValidityReading {
    ValidityReading::InspectionTime
}

const fn default_deviations() -> ProfileDeviations {
    ProfileDeviations::Finding
}

pub(super) fn parse(toml: &str) -> Result<Policy, PolicyError> {
    let text: Text = toml::from_str(toml).map_err(|e| PolicyError::Syntax(e.to_string()))?;
    if text.schema != SCHEMA {
        return Err(PolicyError::Schema(text.schema));
    }
    let mut listed = text.checks;
    let mut checks = BTreeMap::new();
    for info in catalogue::checks() {
        let mode = match (listed.remove(info.id), text.default_mode) {
            (Some(mode), _) => mode,
            // A default never lifts an unbuilt check.
            (None, Some(_)) if !info.built => RunMode::Evaluatory,
            (None, Some(mode)) => mode,
            (None, None) => return Err(PolicyError::NoMode(info.id.into())),
        };
        if !info.built && mode != RunMode::Evaluatory {
            return Err(PolicyError::NotBuilt(info.id.into()));
        }
        checks.insert(CheckId::of(info.id), mode);
    }
    if let Some((unknown, _)) = listed.pop_first() {
        return Err(PolicyError::UnknownCheck(unknown));
    }
    known_once(&text.alternatives)?;
    text.algorithms.iter().try_for_each(AlgorithmRule::check)?;
    Ok(Policy {
        name: text.name,
        version: text.version,
        description: text.description,
        max_store_age_days: text.max_store_age_days,
        allow_specimen: text.allow_specimen,
        expired_csca: text.expired_csca,
        deprecated_algorithms: text.deprecated_algorithms,
        signer_validity: text.signer_validity,
        profile_deviations: text.profile_deviations,
        algorithms: text.algorithms,
        checks,
        alternatives: text.alternatives,
    })
}

fn known_once(groups: &[Alternative]) -> Result<(), PolicyError> {
    if let Some(empty) = groups.iter().find(|group| group.checks.is_empty()) {
        return Err(PolicyError::Syntax(format!("the group {:?} has no checks", empty.name)));
    }
    let mut seen = BTreeSet::new();
    for id in groups.iter().flat_map(|group| &group.checks) {
        if catalogue::explain(id.as_str()).is_none() {
            return Err(PolicyError::UnknownCheck(id.to_string()));
        }
        if !seen.insert(id) {
            return Err(PolicyError::TwoGroups(id.to_string()));
        }
    }
    Ok(())
}

/// A shipped policy. Tests read every one of them; were one broken all the same, a policy that lets nothing pass
/// stands in for it: it lists no check as counted, and nothing joins to undetermined.
pub(super) fn shipped(toml: &str) -> Policy {
    parse(toml).unwrap_or_else(|error| Policy {
        name: "broken".into(),
        version: "0".into(),
        description: error.to_string(),
        max_store_age_days: 0,
        allow_specimen: false,
        expired_csca: ExpiredCsca::Failed,
        deprecated_algorithms: DeprecatedAlgorithms::Undetermined,
        signer_validity: ValidityReading::InspectionTime,
        profile_deviations: ProfileDeviations::Failed,
        algorithms: AlgorithmRule::usual(),
        checks: BTreeMap::new(),
        alternatives: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "schema = \"verifier.policy/1\"\nname = \"x\"\nversion = \"1\"\n";

    fn with(more: &str) -> Result<Policy, PolicyError> {
        parse(&format!("{SMALL}{more}"))
    }

    #[test]
    fn shipped_policies_read() {
        for name in crate::policy::SHIPPED_POLICIES {
            let policy = Policy::shipped(name).unwrap();
            assert_eq!(policy.name, name, "{}", policy.description);
            assert!(!policy.allow_specimen);
            assert_eq!(policy.max_store_age_days, 120);
            assert_eq!(policy.sha256().len(), 64);
        }
    }

    #[test]
    fn unknown_is_an_error() {
        assert!(matches!(with("default_mode = \"optional\"\nfrobnicate = 1"), Err(PolicyError::Syntax(_))));
        let unknown = with("default_mode = \"optional\"\n[checks]\n\"mrz.digit.shoe-size\" = \"mandatory\"");
        assert_eq!(unknown.unwrap_err(), PolicyError::UnknownCheck("mrz.digit.shoe-size".into()));
        assert!(matches!(with(""), Err(PolicyError::NoMode(_))));
        assert!(matches!(with("default_mode = \"sometimes\""), Err(PolicyError::Syntax(_))));
    }

    #[test]
    fn unbuilt_is_evaluatory() {
        let policy = with("default_mode = \"mandatory\"").unwrap();
        for info in catalogue::checks().filter(|info| !info.built) {
            assert_eq!(policy.mode(&CheckId::of(info.id)), RunMode::Evaluatory, "{}", info.id);
            let forced =
                with(&format!("default_mode = \"optional\"\n[checks]\n\"{}\" = \"mandatory\"", info.id));
            assert_eq!(forced.unwrap_err(), PolicyError::NotBuilt(info.id.into()));
        }
    }

    #[test]
    fn comments_do_not_change_the_hash() {
        let plain = with("default_mode = \"optional\"").unwrap();
        let spaced = with("\n# a comment\ndefault_mode   =   \"optional\"\n").unwrap();
        let other = with("default_mode = \"optional\"\nallow_specimen = true").unwrap();
        assert_eq!(plain.sha256(), spaced.sha256());
        assert_ne!(plain.sha256(), other.sha256());
    }
}
