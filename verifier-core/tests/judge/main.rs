//! The judge held against DESIGN.md section 4 and BSI TR-03135-1 v5.0.1, on Utopian and on real documents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stderr,
    unreachable_pub,
    missing_docs,
    reason = "test code"
)]

mod chip_session;
mod clock;
mod corpus;
mod damage;
mod defects;
mod determinism;
mod faults;
mod inspection;
mod lookup;
mod policies;
mod portrait;
mod scenarios;
mod schema;
mod table;
mod unread;
mod validity;
mod world;
