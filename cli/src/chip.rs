//! Reading of chips: the operator's key, the inspection system, what is shown meanwhile.

pub(crate) mod inspection;
pub(crate) mod key;
pub(crate) mod progress;
