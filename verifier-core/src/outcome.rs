//! The five results of a check and how results join (BSI TR-03135-1 v5.0.1, 3.6.2, 3.8 and table 3.1).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a check, a category or a whole inspection came to.
///
/// Only [`Outcome::Successful`] lets a document pass. There is on purpose no `Default`, no conversion from
/// `bool` and no `is_ok`: every use has to say what it does with all five.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The check ran to its end and the document passed it.
    Successful,
    /// The check ran to its end and the document did not pass it.
    Failed,
    /// The check ran to its end and could not decide, or its evidence was not captured.
    Undetermined,
    /// The document is known, by evidence, to lack the feature.
    NotSupported,
    /// The check broke off; it says nothing about the document.
    Aborted,
}

impl Outcome {
    /// All five, most severe first.
    pub const ALL: [Self; 5] =
        [Self::Failed, Self::Aborted, Self::Undetermined, Self::Successful, Self::NotSupported];

    /// Rank of severity: failed (4) > aborted > undetermined > successful > not supported (0).
    #[must_use]
    pub const fn severity(self) -> u8 {
        match self {
            Self::Failed => 4,
            Self::Aborted => 3,
            Self::Undetermined => 2,
            Self::Successful => 1,
            Self::NotSupported => 0,
        }
    }

    /// The more severe of the two.
    pub const fn joined(self, other: Self) -> Self {
        if other.severity() > self.severity() { other } else { self }
    }

    /// The most severe of all. Nothing at all joins to [`Outcome::Undetermined`]: no check is no proof.
    pub fn join(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().reduce(Self::joined).unwrap_or(Self::Undetermined)
    }

    /// The spelling of the JSON contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Undetermined => "undetermined",
            Self::NotSupported => "not_supported",
            Self::Aborted => "aborted",
        }
    }
}

impl fmt::Display for Outcome {
    /// The word for people: `not supported` with a space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotSupported => "not supported",
            other => other.as_str(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_outcome() -> impl Strategy<Value = Outcome> {
        prop::sample::select(Outcome::ALL.to_vec())
    }

    #[test]
    fn nothing_joins_to_undetermined() {
        assert_eq!(Outcome::join([]), Outcome::Undetermined);
    }

    #[test]
    fn order_is_that_of_table_3_1() {
        for pair in Outcome::ALL.windows(2) {
            assert_eq!(pair[0].joined(pair[1]), pair[0]);
            assert_eq!(pair[1].joined(pair[0]), pair[0]);
        }
    }

    proptest! {
        #[test]
        fn join_is_commutative_and_associative(a in any_outcome(), b in any_outcome(), c in any_outcome()) {
            prop_assert_eq!(a.joined(b), b.joined(a));
            prop_assert_eq!(a.joined(b).joined(c), a.joined(b.joined(c)));
            prop_assert_eq!(a.joined(a), a);
        }

        #[test]
        fn join_ignores_order(mut all in prop::collection::vec(any_outcome(), 0..12)) {
            let forwards = Outcome::join(all.iter().copied());
            all.reverse();
            prop_assert_eq!(forwards, Outcome::join(all.iter().copied()));
        }

        #[test]
        fn success_needs_a_success_and_nothing_worse(all in prop::collection::vec(any_outcome(), 0..12)) {
            if Outcome::join(all.iter().copied()) == Outcome::Successful {
                prop_assert!(all.contains(&Outcome::Successful));
                prop_assert!(all.iter().all(|o| matches!(o, Outcome::Successful | Outcome::NotSupported)));
            }
        }
    }
}
