//! What ends a verb early: an operator's error in words, or an output that broke off.

use std::fmt;
use std::io;
use std::path::Path;

/// A message for the operator (what, where, what to do), or the broken output.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Shown on standard error; exit 2.
    Operator(String),
    /// Standard output was closed or full; never exit 0.
    Output(io::Error),
}

impl Failure {
    /// An operator's error about a file or folder.
    pub(crate) fn about(path: &Path, what: impl fmt::Display) -> Self {
        Self::Operator(format!("{}: {what}", path.display()))
    }

    /// An operator's error in words.
    pub(crate) fn say(what: impl fmt::Display) -> Self {
        Self::Operator(what.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // File names and what a file's maker wrote stand in messages; a message may have several lines.
            Self::Operator(what) => f.write_str(&crate::show::harmless(what)),
            Self::Output(error) => write!(f, "standard output: {error}"),
        }
    }
}
