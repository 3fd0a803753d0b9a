//! Data groups that were hashed while they came, held against the list in EF.SOD the moment the last octet was there.
//!
//! That list is taken as it was read: whether anybody signed it is for passive authentication to say, which takes the hash
//! from here ([`crate::authentication::passive::Files::hashed`]).

use std::fmt;

use crate::authentication::passive::{DataGroupFact, HashedFile, compare_with_list};
use crate::lds::DgNumber;
use crate::sod::Sod;

/// A data group with its hash by the algorithm of EF.SOD.
#[derive(Clone, PartialEq, Eq)]
pub struct HashedGroup {
    number: DgNumber,
    file: HashedFile,
    against_unverified_list: DataGroupFact,
}

impl HashedGroup {
    /// Holds the hash against the list.
    pub(super) fn compare(number: DgNumber, file: HashedFile, sod: &Sod) -> Self {
        let against_unverified_list = compare_with_list(sod, number, &file);
        Self { number, file, against_unverified_list }
    }

    /// Which data group.
    #[must_use]
    pub fn number(&self) -> DgNumber {
        self.number
    }

    /// The file with its hash.
    #[must_use]
    pub fn file(&self) -> &HashedFile {
        &self.file
    }

    /// What the list in EF.SOD says of the hash. No verdict: whoever changed the data group may have changed the list too, and
    /// its signature was not looked at.
    #[must_use]
    pub fn against_unverified_list(&self) -> &DataGroupFact {
        &self.against_unverified_list
    }

    /// Whether the list has another hash than the one computed: the file cannot be what this EF.SOD speaks of.
    #[must_use]
    pub fn differs_from_list(&self) -> bool {
        self.against_unverified_list == DataGroupFact::Different
    }
}

impl fmt::Debug for HashedGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashedGroup({}, {:?}, {:?})", self.number, self.file, self.against_unverified_list)
    }
}

#[cfg(test)]
mod tests;
