//! Where the files of a bundle come from: a folder or a zip, behind one face.

use crate::content::Content;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::manifest::Listed;
use std::collections::BTreeMap;

/// A bundle's storage. Files are named from its top, where `capture.json` lies.
pub(crate) trait Source {
    /// The bytes of `capture.json`.
    fn manifest(&mut self, limits: &Limits) -> Result<Vec<u8>, Error>;

    /// The contents of the listed files by path. Every path is there in the answer, or it is an error.
    fn fetch(&mut self, wanted: &[Listed], budget: &mut Budget) -> Result<BTreeMap<String, Content>, Error>;
}

/// How many bytes may still be read from the bundle.
pub(crate) struct Budget {
    limit: u64,
    left: u64,
}

impl Budget {
    pub(crate) const fn new(limit: u64) -> Self {
        Self { limit, left: limit }
    }

    pub(crate) const fn left(&self) -> u64 {
        self.left
    }

    pub(crate) fn exceeded(&self) -> Error {
        ErrorKind::BundleTooLarge { limit: self.limit }.into()
    }

    /// Reads one file to its end, at most `cap` bytes of it kept.
    pub(crate) fn read(
        &mut self,
        reader: impl std::io::Read,
        cap: u64,
        failed: impl FnOnce(std::io::Error) -> Error,
    ) -> Result<Content, Error> {
        let content = Content::read_from(reader, cap, self.left).map_err(failed)?;
        let content = content.ok_or_else(|| self.exceeded())?;
        self.left = self.left.saturating_sub(content.size());
        Ok(content)
    }
}

/// The manifest as a whole, or the error that says it is too long.
pub(crate) fn whole_manifest(content: Content, limits: &Limits) -> Result<Vec<u8>, Error> {
    match content {
        Content::Bytes(bytes) => Ok(bytes.to_vec()),
        Content::TooLarge { .. } => Err(ErrorKind::ManifestTooLarge { limit: limits.manifest }.into()),
    }
}
