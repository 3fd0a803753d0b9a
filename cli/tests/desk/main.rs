//! `verifier inspect` at a desk: pages from a folder, zones from a serial reader, chips from emulated readers, one document
//! after the other.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "test code"
)]

#[path = "../chip_reads/mod.rs"]
mod chip_reads;
mod ends;
mod keys;
mod pairing;
#[path = "../program/mod.rs"]
mod program;
mod table;
mod whole;
#[path = "../world/mod.rs"]
mod world;
