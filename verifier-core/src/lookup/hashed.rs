//! A local list of hashed document numbers, one a line.
//!
//! ```text
//! verifier.lookup/1 salt=00112233445566778899aabbccddeeff
//! # comment
//! 2b1f... (64 hex digits: SHA-256 of salt bytes, issuing state, 0x1F, document number)
//! ```
//! The salt keeps lists of different keepers from being compared; it does not stop somebody who holds the file
//! from trying numbers, so the file is kept like the list itself.

use std::collections::HashSet;
use std::fmt;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Lookup, LookupAnswer, LookupQuery};

const HEADER: &str = "verifier.lookup/1 salt=";
/// 64 MiB of text, about one million entries.
const MAX_BYTES: u64 = 64 << 20;
const MAX_SALT: usize = 64;

/// A list of hashed document numbers.
pub struct HashedNumbers {
    salt: Vec<u8>,
    entries: HashSet<[u8; 32]>,
    sha256: String,
}

impl HashedNumbers {
    /// Reads a list from a file.
    ///
    /// # Errors
    /// [`HashedNumbersError`] where the file cannot be read, is larger than 64 MiB or does not have the form above.
    pub fn open(path: &Path) -> Result<Self, HashedNumbersError> {
        let file = std::fs::File::open(path).map_err(|e| HashedNumbersError::Unreadable(e.kind()))?;
        let mut text = String::new();
        file.take(MAX_BYTES + 1)
            .read_to_string(&mut text)
            .map_err(|e| HashedNumbersError::Unreadable(e.kind()))?;
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_BYTES {
            return Err(HashedNumbersError::TooLarge);
        }
        Self::parse(&text)
    }

    /// Reads a list from text.
    ///
    /// # Errors
    /// [`HashedNumbersError`] with the line, counted from 1.
    pub fn parse(text: &str) -> Result<Self, HashedNumbersError> {
        let mut lines = text.lines().enumerate();
        let salt = lines
            .next()
            .and_then(|(_, first)| first.strip_prefix(HEADER))
            .and_then(|salt| hex::decode(salt.trim()).ok())
            .filter(|salt| !salt.is_empty() && salt.len() <= MAX_SALT)
            .ok_or(HashedNumbersError::Header)?;
        let mut entries = HashSet::new();
        for (index, line) in lines {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut hash = [0_u8; 32];
            hex::decode_to_slice(line, &mut hash).map_err(|_| HashedNumbersError::Line(index + 1))?;
            entries.insert(hash);
        }
        Ok(Self { salt, entries, sha256: hex::encode(Sha256::digest(text.as_bytes())) })
    }

    /// The line (hex) that a list with this salt holds for a document.
    #[must_use]
    pub fn entry(salt: &[u8], issuing_state: &str, document_number: &str) -> String {
        hex::encode(hash(salt, issuing_state, document_number))
    }

    /// The first line of a list with this salt.
    #[must_use]
    pub fn header(salt: &[u8]) -> String {
        format!("{HEADER}{}", hex::encode(salt))
    }

    /// Number of documents listed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it lists none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn hash(salt: &[u8], issuing_state: &str, document_number: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(issuing_state.as_bytes());
    hasher.update([0x1F]);
    hasher.update(document_number.as_bytes());
    hasher.finalize().into()
}

impl Lookup for HashedNumbers {
    fn describe(&self) -> String {
        format!("hashed-numbers {}", self.sha256)
    }

    fn look_up(&self, query: &LookupQuery<'_>) -> LookupAnswer {
        if self.entries.contains(&hash(&self.salt, query.issuing_state, query.document_number)) {
            LookupAnswer::Listed("the local list of hashed numbers names this document".into())
        } else {
            LookupAnswer::NotListed
        }
    }
}

impl fmt::Debug for HashedNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashedNumbers").field("len", &self.entries.len()).finish_non_exhaustive()
    }
}

/// Why a list was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HashedNumbersError {
    /// The file could not be read.
    Unreadable(std::io::ErrorKind),
    /// It is larger than 64 MiB.
    TooLarge,
    /// The first line is not `verifier.lookup/1 salt=HEX` with 1 to 64 bytes of salt.
    Header,
    /// This line, counted from 1, is not 64 hex digits.
    Line(usize),
}

impl fmt::Display for HashedNumbersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(kind) => write!(f, "list of hashed numbers: {kind}"),
            Self::TooLarge => write!(f, "list of hashed numbers: larger than 64 MiB"),
            Self::Header => write!(f, "list of hashed numbers: line 1 is not `{HEADER}HEX`"),
            Self::Line(line) => write!(f, "list of hashed numbers: line {line} is not 64 hex digits"),
        }
    }
}

impl std::error::Error for HashedNumbersError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &[&str]) -> String {
        let mut text = HashedNumbers::header(&[7; 16]);
        for line in lines {
            text.push('\n');
            text.push_str(line);
        }
        text
    }

    #[test]
    fn finds_what_is_listed_and_only_that() {
        let entry = HashedNumbers::entry(&[7; 16], "UTO", "L898902C3");
        let numbers = HashedNumbers::parse(&list(&["# lost", "", &entry])).unwrap();
        assert_eq!(numbers.len(), 1);
        let listed = numbers.look_up(&LookupQuery::new("UTO", "P", "L898902C3"));
        assert!(matches!(listed, LookupAnswer::Listed(_)));
        for (state, number) in [("UTO", "L898902C4"), ("D", "L898902C3"), ("UT", "OL898902C3")] {
            assert_eq!(numbers.look_up(&LookupQuery::new(state, "P", number)), LookupAnswer::NotListed);
        }
    }

    #[test]
    fn says_which_line_is_wrong() {
        assert_eq!(HashedNumbers::parse("").unwrap_err(), HashedNumbersError::Header);
        assert_eq!(HashedNumbers::parse("verifier.lookup/1 salt=").unwrap_err(), HashedNumbersError::Header);
        assert_eq!(HashedNumbers::parse(&list(&["# a", "12"])).unwrap_err(), HashedNumbersError::Line(3));
    }

    #[test]
    fn debug_shows_no_number() {
        let query = LookupQuery::new("UTO", "P", "L898902C3");
        assert_eq!(format!("{query:?}"), "LookupQuery { .. }");
    }
}
