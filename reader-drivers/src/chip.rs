//! From a chip on a reader to a capture: the reader as the chip's protocols see it, and what a read leaves behind.
//!
//! [`LiveChip`] waits for a document and, where it was taken away, for it to be put back; [`capture_of`] makes the capture of
//! what `verifier_chip::reading::read_document` read over it.

mod capture;
mod live;

pub use capture::{apdu_log, capture_of, session};
pub use live::{LiveChip, NoDocument};
