//! Hashing in steps, for octets that come one block after another.

use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use super::{Digest, HashAlgorithm};

/// A hash under way.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sha1(Sha1),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    /// Of no octets yet.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm) -> Self {
        Self(match algorithm {
            HashAlgorithm::Sha1 => State::Sha1(Sha1::new()),
            HashAlgorithm::Sha224 => State::Sha224(Sha224::new()),
            HashAlgorithm::Sha256 => State::Sha256(Sha256::new()),
            HashAlgorithm::Sha384 => State::Sha384(Sha384::new()),
            HashAlgorithm::Sha512 => State::Sha512(Sha512::new()),
        })
    }

    /// Takes the next octets.
    pub fn update(&mut self, octets: &[u8]) {
        match &mut self.0 {
            State::Sha1(state) => state.update(octets),
            State::Sha224(state) => state.update(octets),
            State::Sha256(state) => state.update(octets),
            State::Sha384(state) => state.update(octets),
            State::Sha512(state) => state.update(octets),
        }
    }

    /// The value.
    #[must_use]
    pub fn finish(self) -> Digest {
        match self.0 {
            State::Sha1(state) => Digest::of(&state.finalize()),
            State::Sha224(state) => Digest::of(&state.finalize()),
            State::Sha256(state) => Digest::of(&state.finalize()),
            State::Sha384(state) => Digest::of(&state.finalize()),
            State::Sha512(state) => Digest::of(&state.finalize()),
        }
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher")
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    /// In one piece, octet by octet, in odd pieces: one value.
    #[test]
    fn pieces_make_no_difference() {
        let data: Vec<u8> = (0..=255_u8).cycle().take(1_000).collect();
        for algorithm in HashAlgorithm::ALL {
            for size in [1, 7, 64, 127, 1_000] {
                let mut hasher = Hasher::new(algorithm);
                data.chunks(size).for_each(|part| hasher.update(part));
                assert_eq!(hasher.finish(), algorithm.digest(&data), "{algorithm} by {size}");
            }
            assert_eq!(Hasher::new(algorithm).finish(), algorithm.digest(b""));
        }
    }
}
