//! The key that is printed: document number, birth and expiry with their check digits (Doc 9303-11 section 4.3.3).

use std::fmt;

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

/// The secret of the machine readable zone: SHA-1 over number, birth and expiry, each with its check digit.
/// `Debug` shows nothing; the memory is overwritten when it goes.
#[derive(Clone)]
pub struct MrzKey {
    hash: Zeroizing<[u8; 20]>,
}

impl MrzKey {
    /// From the cells as printed, check digits included: for example `L898902C<3` `6908061` `9406236`. A long document
    /// number is whole, without the filler in its check cell.
    #[must_use]
    pub fn from_cells(number: &[u8], birth: &[u8], expiry: &[u8]) -> Self {
        let hash = Sha1::new().chain_update(number).chain_update(birth).chain_update(expiry).finalize();
        Self { hash: Zeroizing::new(hash.into()) }
    }

    /// From the hash itself, as a session's record keeps it.
    #[must_use]
    pub fn from_hash(hash: [u8; 20]) -> Self {
        Self { hash: Zeroizing::new(hash) }
    }

    /// The hash, for a session's record; whoever has it opens the chip.
    #[must_use]
    pub fn expose_hash(&self) -> &[u8; 20] {
        &self.hash
    }

    /// The whole hash: the password of PACE.
    pub(crate) fn password(&self) -> &[u8] {
        self.hash.as_slice()
    }

    /// Its first sixteen octets: the key seed of basic access control.
    pub(crate) fn seed(&self) -> &[u8] {
        self.hash.first_chunk::<16>().map_or(&[], |seed| seed.as_slice())
    }
}

impl fmt::Debug for MrzKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzKey(..)")
    }
}
