//! Proofs that a chip is what it claims (Doc 9303-11): passive authentication of its data, active
//! and chip authentication of the chip itself; and the terminal's proof to the chip.

pub mod active;
pub mod card_access;
pub mod card_security;
pub mod chip;
pub mod passive;
mod signed_infos;
pub mod terminal;

pub use card_security::CardSecurityFacts;
pub use passive::{Bound, DataGroupBytes, PassiveFacts};
pub use signed_infos::SignedInfos;
