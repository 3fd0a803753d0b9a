//! Machine readable zones of travel documents, text to facts: ICAO Doc 9303 parts 3 to 8 (8th edition).
//!
//! The room has no clock, no allocation, no I/O and no dependency. It states facts and never judges: a
//! [`Zone`] knows its [`Format`], every field, every printed check digit, and what is odd about the text
//! ([`Zone::findings`]). Whether a document passes is for `verifier-core` to say.
//!
//! ```
//! use verifier_mrz::{Date, FieldName, Format, parse};
//!
//! let zone = parse(&[
//!     "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
//!     "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
//! ])?;
//! assert_eq!(zone.format(), Format::Td3);
//! assert!(zone.digits_agree());
//! assert!(zone.document_number().text().is("L898902C3"));
//! assert!(zone.name().primary().text().is("ERIKSSON"));
//! let today = Date::new(2026, 11, 22).ok_or("no such day")?;
//! assert_eq!(zone.birth_date().and_then(|d| d.as_birth(today)), Date::new(1974, 8, 12));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! What stands where: [`lenient`] takes text as people and cameras deliver it, [`repair`] puts single cells
//! right under the check digits (its result is a [`Zone`] of another type), [`encode`] writes zones,
//! [`compare`] holds two sources of one document against each other, [`personal_number`] knows national
//! numbers in optional data, [`states`] knows the codes, [`blind_spots`] says what no digit can see.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod access_key;
pub mod alphabet;
pub mod blind_spots;
mod buffer;
mod cells;
pub mod check_digit;
pub mod compare;
mod date;
mod detect;
mod document_number;
pub mod encode;
mod field;
mod finding;
mod findings;
mod format;
mod layout;
pub mod lenient;
mod name;
pub mod personal_number;
mod printed_date;
pub mod repair;
pub mod states;
pub mod transliterate;
mod unreadable;
mod values;
mod zone;

pub use access_key::AccessKey;
pub use cells::{Cells, Text};
pub use check_digit::{Agreement, Check, CheckField};
pub use date::Date;
pub use document_number::{DocumentNumber, LongNumber};
pub use field::{Field, FieldName};
pub use finding::{Finding, FindingCode, Findings, Severity, Warnings};
pub use format::{Deviation, Format};
pub use name::Name;
pub use printed_date::{DateState, PrintedDate};
pub use unreadable::{Unreadable, UnreadableKind};
pub use zone::{Normalised, Provenance, Read, Repaired, Zone, parse};
