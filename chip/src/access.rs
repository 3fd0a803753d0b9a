//! Access to a chip (Doc 9303-11 section 4): state machines that turn what is printed into a session.
//!
//! Commands out, responses in; nothing here talks to a reader, draws random numbers or waits.

pub mod bac;
mod can;
mod error;
mod mrz_key;
pub mod pace;

pub use can::Can;
pub use error::{AccessError, AccessStep};
pub use mrz_key::MrzKey;
