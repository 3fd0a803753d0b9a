//! The engine: evidence in, facts once, every check under its own guard, then one judgement.
//!
//! Facts are made first and each of them once (parsing the zone, passive authentication, decoding pictures); the
//! checks then only read them. Nothing here waits on a lock, so any number of threads gives the same report.

pub(crate) mod algorithms;
pub(crate) mod assemble;
pub(crate) mod case;
pub(crate) mod chip_facts;
pub(crate) mod chip_session;
pub(crate) mod clock;
pub(crate) mod defects;
pub(crate) mod entry;
pub(crate) mod facts;
pub(crate) mod judge;
pub(crate) mod picture_facts;
pub(crate) mod portrait;
pub(crate) mod readings;
pub(crate) mod run;
pub(crate) mod text_facts;
pub(crate) mod verdict;
