//! Proofs that a chip is what it claims (Doc 9303-11): passive authentication of its data, active
//! and chip authentication of the chip itself.

pub mod active;
pub mod chip;
pub mod passive;

pub use passive::{Bound, DataGroupBytes, PassiveFacts};
