//! Access to a chip (Doc 9303-11 section 4): state machines that turn what is printed into a session.
//!
//! Commands out, responses in; nothing here talks to a reader, draws random numbers or waits.

pub mod bac;
mod can;
mod error;
mod mrz_key;
pub mod pace;
pub mod plan;

pub use can::Can;
pub use error::{AccessError, AccessMeaning, AccessStep};
pub use mrz_key::MrzKey;
pub use plan::{AccessKeys, AccessPlan, AccessRules, Attempt, AttemptFailure, BasicAccess};
