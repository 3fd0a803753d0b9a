//! Where the captures of a desk go, when the operator keeps them.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use verifier_core::capture::Capture;

use crate::failure::Failure;
use crate::verbs::chip_read::{room_for, write};

/// Most captures that one folder is searched for a free number.
const MOST: u64 = 1_000_000;

/// Where captures go.
pub(crate) enum Keep {
    /// Nowhere.
    Nothing,
    /// The one document there is.
    One(PathBuf),
    /// Each document into a folder of its own in this one; the last number used.
    Each(PathBuf, u64),
}

impl Keep {
    /// By `--out` and `--count`: whatever can be said before a document comes is said now.
    pub(crate) fn new(out: Option<&Path>, count: Option<u64>) -> Result<Self, Failure> {
        let Some(out) = out else { return Ok(Self::Nothing) };
        if count == Some(1) {
            room_for(out)?;
            return Ok(Self::One(out.to_owned()));
        }
        if !out.is_dir() {
            room_for(out)?;
            let made = fs::DirBuilder::new().mode(0o700).create(out);
            made.map_err(|error| Failure::about(out, error))?;
        }
        Ok(Self::Each(out.to_owned(), 0))
    }

    /// Writes a capture; says where.
    pub(crate) fn keep(&mut self, capture: &Capture) -> Result<Option<PathBuf>, Failure> {
        match self {
            Self::Nothing => Ok(None),
            Self::One(path) => write(capture, path).map(|()| Some(path.clone())),
            Self::Each(folder, last) => {
                while *last < MOST {
                    *last += 1;
                    let path = folder.join(format!("document-{last:04}"));
                    if !path.exists() {
                        return write(capture, &path).map(|()| Some(path));
                    }
                }
                Err(Failure::about(folder, "is full"))
            }
        }
    }
}
