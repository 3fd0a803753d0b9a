//! Cut-off dates of hashes and keys: a list of days, so that the same evidence is judged for any date.
//!
//! The usual days follow NIST SP 800-131A and SP 800-57 part 1: 80 bits of security and SHA-1 for new signatures until
//! the end of 2013, 112 bits until the end of 2030. Travel documents live ten years, so from ten years after the first
//! day on no signature that was made in time is still in force.

use serde::{Deserialize, Serialize};

use super::PolicyError;

/// Until when a hash or a kind of key is good enough. Days are `YYYY-MM-DD`, inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AlgorithmRule {
    /// A hash (`SHA-1`, `SHA-224`, ...) or a kind of key (`RSA`, `EC`, `DSA`).
    pub name: String,
    /// For keys: the rule is for those shorter than this, in bits of modulus, field order or prime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below_bits: Option<u32>,
    /// Last day on which a signature with it may have been made.
    pub signed_until: String,
    /// Last day on which such a signature is still believed, whenever it says it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_until: Option<String>,
}

/// Names that rules may have.
const HASHES: [&str; 5] = ["SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"];
/// Names that rules with `below_bits` may have.
const KEYS: [&str; 3] = ["RSA", "EC", "DSA"];

impl AlgorithmRule {
    fn new(name: &str, below_bits: Option<u32>, signed_until: &str, judged_until: Option<&str>) -> Self {
        Self {
            name: name.into(),
            below_bits,
            signed_until: signed_until.into(),
            judged_until: judged_until.map(Into::into),
        }
    }

    /// The rules of a policy that gives none.
    pub(crate) fn usual() -> Vec<Self> {
        let (past, documents_end, next) = ("2013-12-31", Some("2023-12-31"), "2030-12-31");
        vec![
            Self::new("SHA-1", None, past, documents_end),
            Self::new("RSA", Some(2048), past, documents_end),
            Self::new("DSA", Some(2048), past, documents_end),
            Self::new("EC", Some(224), past, documents_end),
            Self::new("SHA-224", None, next, None),
            Self::new("RSA", Some(3072), next, None),
            Self::new("DSA", Some(3072), next, None),
            Self::new("EC", Some(250), next, None),
        ]
    }

    /// Whether name and days are understood.
    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        let known = if self.below_bits.is_some() { &KEYS[..] } else { &HASHES[..] };
        let days = std::iter::once(&self.signed_until).chain(&self.judged_until);
        if !known.contains(&self.name.as_str()) {
            return Err(PolicyError::Syntax(format!(
                "algorithms: {:?} is not one of {}",
                self.name,
                known.join(", ")
            )));
        }
        match days.into_iter().find(|day| verifier_mrz::Date::parse(day).is_none()) {
            Some(day) => Err(PolicyError::Syntax(format!("algorithms: {day:?} is no day; write 2013-12-31"))),
            None => Ok(()),
        }
    }
}
