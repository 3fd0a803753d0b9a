//! Reading of chips: the operator's key, what is shown meanwhile.

pub(crate) mod key;
pub(crate) mod progress;
