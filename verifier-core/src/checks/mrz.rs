//! Text of the machine readable zone (Doc 9303-3 to -7, TR-03135-1 5.7.1).

mod alphabet;
mod date;
mod digit;
mod issuer;

use crate::engine::entry::Entry;

pub(super) static ENTRIES: [&Entry; 10] = [
    &alphabet::ENTRY,
    &digit::DOCUMENT_NUMBER,
    &digit::BIRTH_DATE,
    &digit::EXPIRY_DATE,
    &digit::OPTIONAL_1,
    &digit::COMPOSITE,
    &digit::LINE,
    &date::BIRTH_DATE,
    &date::EXPIRY_DATE,
    &issuer::ENTRY,
];
