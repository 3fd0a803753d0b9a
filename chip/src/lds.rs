//! The logical data structure: elementary files of the chip (Doc 9303-10).
//!
//! Data groups are decoded only from [`crate::authentication::Bound`] values where it matters; the parsers
//! here take raw octets so that files can also be shown as what they claim to be.

pub mod atr_info;
pub mod biometric;
pub mod card_security;
pub mod com;
pub mod cvca;
pub mod dg1;
pub mod dg11;
pub mod dg12;
pub mod dg14;
pub mod dg15;
pub mod dg16;
pub mod dg2;
pub mod dg3;
pub mod dg4;
pub mod directory;
mod displayed;
mod field;
mod file_id;
mod opaque;
mod template;

pub use atr_info::AtrInfo;
pub use card_security::CardSecurity;
pub use com::Com;
pub use cvca::Cvca;
pub use dg1::Dg1;
pub use dg2::Dg2;
pub use dg3::Dg3;
pub use dg4::Dg4;
pub use dg11::Dg11;
pub use dg12::Dg12;
pub use dg14::Dg14;
pub use dg15::Dg15;
pub use dg16::{Dg16, PersonToNotify};
pub use directory::Directory;
pub use displayed::{Dg5, Dg7};
pub use field::{DateEncoding, Field, LdsDate};
pub use file_id::{DgNumber, FileId};
pub use opaque::{Dg6, Dg8, Dg9, Dg10, Dg13};

use crate::ber;

/// Why octets are not the file they should be: kind, offset and path.
pub type LdsError = ber::Error;

/// A data group that can be decoded.
pub trait DataGroup: Sized {
    /// Its number.
    const NUMBER: DgNumber;

    /// Reads the whole file, tag and length included.
    ///
    /// # Errors
    /// Malformed, with offset and path.
    fn parse(file: &[u8]) -> Result<Self, LdsError>;
}
