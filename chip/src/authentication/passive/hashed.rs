//! Files that were hashed while they came from the chip.

use std::fmt;

use crate::digest::{Digest, HashAlgorithm, Hasher};

/// A file on its way: every octet that is kept is hashed as it comes.
pub struct HashingFile {
    bytes: Vec<u8>,
    algorithm: HashAlgorithm,
    hasher: Hasher,
}

impl HashingFile {
    /// Nothing of it came yet.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm) -> Self {
        Self { bytes: Vec::new(), algorithm, hasher: Hasher::new(algorithm) }
    }

    /// Keeps and hashes the next octets.
    pub fn append(&mut self, octets: &[u8]) {
        self.bytes.extend_from_slice(octets);
        self.hasher.update(octets);
    }

    /// The file, which takes no more octets.
    #[must_use]
    pub fn finish(self) -> HashedFile {
        let Self { bytes, algorithm, hasher } = self;
        HashedFile { bytes, algorithm, digest: hasher.finish() }
    }
}

impl fmt::Debug for HashingFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashingFile({}, {} octets)", self.algorithm, self.bytes.len())
    }
}

/// A file with its hash. The two belong together: only [`HashingFile`] makes one, from the octets that it kept. Nothing is
/// verified; passive authentication takes the hash instead of computing it again ([`super::Files::hashed`]).
#[derive(Clone, PartialEq, Eq)]
pub struct HashedFile {
    bytes: Vec<u8>,
    algorithm: HashAlgorithm,
    digest: Digest,
}

impl HashedFile {
    /// The octets.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What they were hashed with.
    #[must_use]
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// Their hash.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The hash of these octets by this algorithm, where it is this one.
    pub(super) fn digest_of(&self, bytes: &[u8], algorithm: HashAlgorithm) -> Option<Digest> {
        (self.algorithm == algorithm && self.bytes == bytes).then_some(self.digest)
    }
}

impl fmt::Debug for HashedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashedFile({}, {} octets)", self.algorithm, self.bytes.len())
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    /// The hash is given for its own octets and algorithm alone; that it is given there spares the second computation.
    #[test]
    fn given_for_what_it_is_of() {
        let mut hashing = HashingFile::new(HashAlgorithm::Sha256);
        hashing.append(b"ab");
        hashing.append(b"");
        hashing.append(b"c");
        let file = hashing.finish();
        assert_eq!(file.digest_of(b"abc", HashAlgorithm::Sha256), Some(HashAlgorithm::Sha256.digest(b"abc")));
        assert_eq!(file.digest_of(b"abd", HashAlgorithm::Sha256), None);
        assert_eq!(file.digest_of(b"ab", HashAlgorithm::Sha256), None);
        assert_eq!(file.digest_of(b"abc", HashAlgorithm::Sha224), None);
    }
}
