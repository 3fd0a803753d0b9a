//! Reading of chips: the operator's key, the inspection system, one read, what is shown meanwhile.

pub(crate) mod inspection;
pub(crate) mod key;
pub(crate) mod progress;
pub(crate) mod read;
