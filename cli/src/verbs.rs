//! One file a verb.

pub(crate) mod checks;
pub(crate) mod chip_read;
#[cfg(feature = "demo")]
pub(crate) mod demo;
#[cfg(feature = "demo")]
pub(crate) mod emulate_chip;
#[cfg(feature = "demo")]
pub(crate) mod emulate_mrz_reader;
#[cfg(feature = "demo")]
pub(crate) mod emulate_reader;
pub(crate) mod explain;
pub(crate) mod inspect;
pub(crate) mod mrz_check;
pub(crate) mod mrz_make;
pub(crate) mod readers_list;
pub(crate) mod trust_coverage;
pub(crate) mod trust_diff;
pub(crate) mod trust_export;
pub(crate) mod trust_history;
pub(crate) mod trust_import;
pub(crate) mod trust_list;
pub(crate) mod trust_pin;
pub(crate) mod trust_show;
pub(crate) mod verify;
