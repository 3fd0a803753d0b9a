//! Light on the page: the checks that need no document model (TR-03135-1 5.7.2.2).

mod ir_mrz_absorbs;
mod measured;
mod uv_page_dull;

use crate::engine::entry::Entry;

pub(super) static ENTRIES: [&Entry; 2] = [&ir_mrz_absorbs::ENTRY, &uv_page_dull::ENTRY];
