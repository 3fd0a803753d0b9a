//! Reading of chips: the operator's key, the reader that is waited for, what becomes of it in a capture.

pub(crate) mod bundle;
pub(crate) mod key;
pub(crate) mod live;
pub(crate) mod progress;
