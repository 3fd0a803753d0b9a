//! What a check may look at: facts, policy, trust snapshot, time.

use crate::{Policy, Time};

/// One capture under one policy, snapshot and time.
pub(crate) struct Case<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) time: Time,
}
