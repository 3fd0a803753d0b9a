//! The document as a whole (TR-03135-1 5.10).

mod expiry;

use crate::engine::entry::Entry;

pub(super) static ENTRIES: [&Entry; 1] = [&expiry::ENTRY];
