//! One source of the document against another (TR-03135-1 5.10).

mod mrz_dg1;

use crate::engine::entry::Entry;

pub(crate) use mrz_dg1::differing as differing_fields;

pub(super) static ENTRIES: [&Entry; 1] = [&mrz_dg1::ENTRY];
