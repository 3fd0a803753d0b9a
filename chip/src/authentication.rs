//! Proofs that a chip is what it claims (Doc 9303-11): passive authentication of its data, active
//! authentication of the chip itself.

pub mod active;
pub mod passive;

pub use passive::{Bound, DataGroupBytes, PassiveFacts};
