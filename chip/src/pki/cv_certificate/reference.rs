//! Names of keys in the authorisation PKI: certification authority reference and certificate holder reference (Doc 9303-12
//! section 7.2.2.2).

use std::fmt;

/// Longest reference in octets.
const LONGEST: usize = 16;

/// Country code, holder mnemonic and sequence number of a key, ISO/IEC 8859-1, at most sixteen octets.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(Box<[u8]>);

impl Reference {
    /// From its octets; `None` where there are none, more than sixteen, or unassigned characters.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        let assigned = |octet: &u8| !matches!(octet, 0x00..=0x1F | 0x7F..=0x9F);
        let right = (1..=LONGEST).contains(&octets.len()) && octets.iter().all(assigned);
        right.then(|| Self(octets.into()))
    }

    /// The octets, as commands carry them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Two-letter country code, where the reference has the form of Doc 9303-12 table 12.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        let country = self.0.get(..2).filter(|_| self.0.len() >= 8)?;
        std::str::from_utf8(country).ok().filter(|code| code.bytes().all(|octet| octet.is_ascii_uppercase()))
    }

    /// The five characters of the sequence number, where there are at least eight characters.
    #[must_use]
    pub fn sequence_number(&self) -> Option<&[u8]> {
        self.0.get(self.0.len().checked_sub(5)?..).filter(|_| self.0.len() >= 8)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{}", char::from(*octet)))
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reference({self})")
    }
}
