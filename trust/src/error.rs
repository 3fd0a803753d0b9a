//! What can go wrong with a store on disk. What is wrong with a file that is imported stands in the import
//! report instead: it is no failure of the store.

use std::fmt;
use std::path::{Path, PathBuf};

/// A store that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// The file or folder it is about.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: ErrorKind,
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No folder there, or one without `current`.
    NoStore,
    /// `current` does not name a snapshot by 64 hexadecimal digits.
    Current,
    /// There are snapshots and no `current` that names one of them.
    CurrentLost,
    /// The snapshot that is named is not there.
    NoSnapshot,
    /// The snapshot's content does not have the hash that is its name.
    Altered {
        /// SHA-256 of what is there.
        found: [u8; 32],
    },
    /// The content has its hash and is no snapshot; `offset` in bytes.
    Malformed {
        /// Where reading stopped.
        offset: usize,
    },
    /// A snapshot of a later version of this program.
    Version {
        /// The version it says.
        found: u8,
    },
    /// Another process is writing, and did not finish while this one waited.
    Busy,
    /// The operating system refused.
    Io {
        /// What it says.
        what: String,
    },
}

impl Error {
    pub(crate) fn new(path: &Path, kind: ErrorKind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::new(path, ErrorKind::Io { what: error.kind().to_string() })
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.to_string_lossy().escape_debug())?;
        match &self.kind {
            ErrorKind::NoStore => f.write_str("no trust store there; make one by importing into it"),
            ErrorKind::Current => f.write_str("does not name a snapshot; restore the store from a copy"),
            ErrorKind::CurrentLost => f.write_str(
                "is gone, and the snapshots are there; restore the store from a copy, or write the name of one of them \
                 into it",
            ),
            ErrorKind::NoSnapshot => {
                f.write_str("is named by \"current\" and is not there; restore the store from a copy")
            }
            ErrorKind::Altered { found } => {
                write!(
                    f,
                    "was altered: its content has the SHA-256 {}; restore the store from a copy",
                    hex::encode(found)
                )
            }
            ErrorKind::Malformed { offset } => {
                write!(f, "is no snapshot of a trust store, from byte {offset} on")
            }
            ErrorKind::Version { found } => {
                write!(f, "is of version {found}, which is later than this program")
            }
            ErrorKind::Busy => f.write_str("another import is being written; try again when it is done"),
            ErrorKind::Io { what } => f.write_str(what),
        }
    }
}
