//! A flag that stops a waiting reader from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longest time a waiting reader goes without looking at its flag.
pub const CANCEL_LATENCY: Duration = Duration::from_millis(40);

/// Handle to a reader's flag; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is not set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the flag: the wait under way ends with `Cancelled` within [`CANCEL_LATENCY`]. A cancel that comes
    /// between two waits ends the next one.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the flag is set.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Reads the flag and clears it: one cancel ends one wait.
    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::AcqRel)
    }
}
