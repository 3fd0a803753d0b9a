//! Chip protocols from outside: EF.CardSecurity as a signed file, active authentication on every curve with every hash.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stderr,
    missing_docs,
    reason = "test code"
)]

mod active_curves;
mod card_security;
#[path = "../issuer/mod.rs"]
mod issuer;
#[path = "../store/mod.rs"]
mod store;
