//! What can be wrong with the text of a policy.

use std::fmt;

/// Why a policy was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not TOML, a field missing, unknown or of the wrong kind; the text says where.
    Syntax(String),
    /// A check id that the catalogue does not have.
    UnknownCheck(String),
    /// A check of the catalogue has no mode and there is no `default_mode`.
    NoMode(String),
    /// A check that is not built was made something else than evaluatory.
    NotBuilt(String),
    /// A check stands in two groups of alternatives.
    TwoGroups(String),
    /// Another major version in `schema`.
    Schema(String),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) => write!(f, "policy: {}", text.trim_end()),
            Self::UnknownCheck(id) => write!(f, "policy: no check is called {id:?}; see `verifier checks`"),
            Self::NoMode(id) => write!(f, "policy: {id} has no mode; list it or give a default_mode"),
            Self::NotBuilt(id) => write!(f, "policy: {id} is not built yet and can only be evaluatory"),
            Self::TwoGroups(id) => write!(f, "policy: {id} stands in two groups of alternatives"),
            Self::Schema(found) => write!(f, "policy: schema {found:?} is not verifier.policy/1"),
        }
    }
}

impl std::error::Error for PolicyError {}
