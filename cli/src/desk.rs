//! A desk with several readers: one thread a reader, one document at a time, its parts judged as they come.
//!
//! What belongs to one document is decided in [`document`] and nowhere else. A desk never joins what contradicts itself:
//! in doubt a part belongs to the next document, and what is lacking then is absent evidence.

pub(crate) mod document;
pub(crate) mod keep;
pub(crate) mod lines;
pub(crate) mod station;
mod zone;
