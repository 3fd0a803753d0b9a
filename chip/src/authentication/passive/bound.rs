//! Data that passive authentication has bound to a verified EF.SOD.

use std::fmt;
use std::ops::Deref;

use crate::lds::dg14::SecurityInfos;
use crate::lds::{DataGroup, DgNumber, LdsError};

/// A value decoded from, or equal to, octets whose hash stands in an EF.SOD with a verified signature, or the content of an
/// EF.CardSecurity with a verified signature.
///
/// Only passive authentication and [`crate::authentication::card_security`] make one; there is no other constructor.
pub struct Bound<T> {
    value: T,
}

/// The octets of a data group.
#[derive(Clone, PartialEq, Eq)]
pub struct DataGroupBytes {
    number: DgNumber,
    bytes: Box<[u8]>,
}

impl DataGroupBytes {
    /// Which data group.
    #[must_use]
    pub fn number(&self) -> DgNumber {
        self.number
    }

    /// The whole file as read.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for DataGroupBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({} octets)", self.number, self.bytes.len())
    }
}

impl Bound<DataGroupBytes> {
    pub(super) fn bind(number: DgNumber, bytes: &[u8]) -> Self {
        Self { value: DataGroupBytes { number, bytes: bytes.into() } }
    }

    /// Decodes the data group; what comes out is bound as the octets are.
    ///
    /// # Errors
    /// The octets are malformed, or this is another data group.
    pub fn decode<T: DataGroup>(&self) -> Result<Bound<T>, LdsError> {
        if self.value.number != T::NUMBER {
            return Err(LdsError::new(crate::ber::ErrorKind::Value("another data group"), 0));
        }
        T::parse(&self.value.bytes).map(|value| Bound { value })
    }
}

impl Bound<SecurityInfos> {
    /// Of an EF.CardSecurity whose signature verifies.
    pub(in crate::authentication) fn of_card_security(infos: &SecurityInfos) -> Self {
        Self { value: infos.clone() }
    }
}

impl<T> Deref for Bound<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bound").field(&self.value).finish()
    }
}
