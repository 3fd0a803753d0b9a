//! E-passport chips: bytes in, facts out.
//!
//! What stands in this room, by standard:
//! - [`ber`]: reading of BER and DER (ITU-T X.690) with offsets and paths in errors;
//! - [`lds`]: the elementary files of the logical data structure (Doc 9303-10);
//! - [`sod`]: EF.SOD, its CMS signature and the LDS security object (Doc 9303-10 4.6.2, RFC 5652);
//! - [`pki`]: certificates, card-verifiable ones too, names, keys, signatures, revocation, deviation and master lists
//!   (Doc 9303-12);
//! - [`authentication`]: passive, active, chip and terminal authentication (Doc 9303-11);
//! - [`access`], [`secure_messaging`], [`kdf`], [`command`]: from what is printed to a session (Doc 9303-11 4, 9);
//! - [`key_agreement`]: curves and groups that both sides compute in (Doc 9303-11 9.5, 9.6);
//! - [`reading`]: the files of a chip over any transport, and the protocols run over it (Doc 9303-10 3.6);
//! - [`apdu`]: the trait over which commands reach a chip (ISO/IEC 7816-4).
//!
//! Nothing here does I/O, reads a clock or decides: functions return facts with typed reasons, and
//! `verifier-core` judges them under a policy. Deviations from the profiles are [`finding::Finding`]s
//! with stable codes, never parse failures. No input makes this crate panic, recurse without bound or
//! allocate by a declared length.

pub mod access;
pub mod apdu;
#[cfg(test)]
mod attacks;
pub mod authentication;
pub mod ber;
mod cipher;
pub mod command;
pub mod digest;
pub mod display;
pub mod finding;
pub mod kdf;
pub mod key_agreement;
pub mod lds;
pub mod limits;
pub mod oids;
pub mod pki;
pub mod reading;
pub mod secure_messaging;
pub mod sod;
#[cfg(test)]
mod test_authority;
#[cfg(test)]
mod test_card;

pub use finding::{Code, Finding, Weight};
pub use limits::Limits;
