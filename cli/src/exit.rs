//! Exit status of the program (DESIGN section 7): only a wholly successful run is 0.

use std::process::ExitCode;

use verifier_core::Outcome;

/// What a run ends with. The order is the rank: the largest one of all captures wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything was successful: 0.
    Successful,
    /// Something was undetermined or not supported, or an input had no format: 3.
    Undetermined,
    /// A check was aborted: 4.
    Aborted,
    /// Something failed: 1.
    Failed,
    /// Wrong usage or an input that could not be read: 2, and it wins over all.
    Unusable,
}

impl Exit {
    /// The more serious of two.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Successful => Self::Successful,
            Outcome::Failed => Self::Failed,
            Outcome::Aborted => Self::Aborted,
            Outcome::Undetermined | Outcome::NotSupported => Self::Undetermined,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Successful => 0,
            Exit::Failed => 1,
            Exit::Unusable => 2,
            Exit::Undetermined => 3,
            Exit::Aborted => 4,
        })
    }
}

#[cfg(test)]
mod unit {
    use super::Exit;

    #[test]
    fn the_most_serious_wins() {
        let all = [Exit::Undetermined, Exit::Successful, Exit::Aborted, Exit::Failed];
        assert_eq!(all.into_iter().fold(Exit::Successful, Exit::and), Exit::Failed);
        assert_eq!(Exit::Failed.and(Exit::Unusable), Exit::Unusable);
        assert_eq!(Exit::Undetermined.and(Exit::Aborted), Exit::Aborted);
    }
}
