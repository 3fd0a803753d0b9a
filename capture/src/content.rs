//! The bytes of one item of a bundle, or their size and hash where they are too many to keep.

use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

/// The content of an image or a chip file.
///
/// An item over its cap is evidence that the document or its reader delivered rubbish, not a reason to
/// refuse the bundle: it is hashed while it streams by, and only its size is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// The whole content.
    Bytes(Arc<[u8]>),
    /// More than the cap of [`crate::Limits`]: judged as an image that does not decode, a file that is malformed.
    TooLarge {
        /// Bytes that were there.
        size: u64,
        /// SHA-256 over all of them.
        sha256: [u8; 32],
    },
}

impl Content {
    /// Content from memory, cut down to [`Content::TooLarge`] where it is longer than `cap` bytes.
    #[must_use]
    pub fn capped(bytes: impl Into<Arc<[u8]>>, cap: u64) -> Self {
        let bytes: Arc<[u8]> = bytes.into();
        let size = length(&bytes);
        if size > cap {
            return Self::TooLarge { size, sha256: Sha256::digest(&bytes).into() };
        }
        Self::Bytes(bytes)
    }

    /// Reads to the end, keeping at most `cap` bytes in memory and reading at most `budget` bytes at all.
    /// `Ok(None)`: there was more than the budget.
    pub(crate) fn read_from(mut reader: impl Read, cap: u64, budget: u64) -> io::Result<Option<Self>> {
        let cap = cap.min(budget);
        let mut kept = Vec::new();
        reader.by_ref().take(cap.saturating_add(1)).read_to_end(&mut kept)?;
        let mut size = length(&kept);
        if size <= cap {
            return Ok(Some(Self::Bytes(kept.into())));
        }
        let mut hash = Sha256::new();
        hash.update(&kept);
        drop(kept);
        let mut chunk = vec![0_u8; 64 << 10];
        loop {
            if size > budget {
                return Ok(None);
            }
            match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(n) => {
                    hash.update(chunk.get(..n).unwrap_or_default());
                    size = size.saturating_add(u64::try_from(n).unwrap_or(u64::MAX));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Self::TooLarge { size, sha256: hash.finalize().into() }))
    }

    /// The bytes, unless there were too many.
    #[must_use]
    pub const fn bytes(&self) -> Option<&Arc<[u8]>> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::TooLarge { .. } => None,
        }
    }

    /// How many bytes the item has, kept or not.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => length(bytes),
            Self::TooLarge { size, .. } => *size,
        }
    }

    /// SHA-256 over all bytes of the item, kept or not.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        match self {
            Self::Bytes(bytes) => Sha256::digest(bytes).into(),
            Self::TooLarge { sha256, .. } => *sha256,
        }
    }

    /// The ending a file of this content deserves, from its first bytes.
    pub(crate) fn image_ending(&self) -> &'static str {
        match self.bytes().map(AsRef::as_ref) {
            Some([0x89, b'P', b'N', b'G', ..]) => "png",
            Some([0xFF, 0xD8, ..]) => "jpg",
            Some([b'B', b'M', ..]) => "bmp",
            Some([0, 0, 0, 0x0C, b'j', b'P', ..] | [0xFF, 0x4F, 0xFF, 0x51, ..]) => "jp2",
            _ => "bin",
        }
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<Arc<[u8]>> for Content {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.into())
    }
}

// Faces, fingerprints and names: the size is all that may reach a log.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::TooLarge { size, .. } => write!(f, "TooLarge({size} bytes)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Content;
    use sha2::{Digest, Sha256};

    #[test]
    fn what_is_over_the_cap_keeps_its_size_and_hash() {
        let data = vec![7_u8; 200_000];
        let read = Content::read_from(&data[..], 1000, 1 << 20).unwrap().unwrap();
        assert_eq!(read.bytes(), None);
        assert_eq!(read.size(), 200_000);
        assert_eq!(read.sha256(), <[u8; 32]>::from(Sha256::digest(&data)));
        assert_eq!(read, Content::capped(data.clone(), 1000));
        assert_eq!(Content::read_from(&data[..], 200_000, 1 << 20).unwrap().unwrap().size(), 200_000);
        assert!(Content::read_from(&data[..], 1000, 199_999).unwrap().is_none());
        assert!(Content::read_from(&data[..], 1 << 20, 199_999).unwrap().is_none());
    }
}
