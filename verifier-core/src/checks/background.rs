//! Background look-ups: after and outside the five categories (TR-03135-1 3.7).

mod lookup;

use crate::engine::entry::Entry;

pub(super) static ENTRIES: [&Entry; 1] = [&lookup::ENTRY];
