//! Background look-ups: the hook to lost-and-stolen lists, and the shipped one, a file of hashed numbers.
//!
//! A look-up stands outside the five categories of BSI TR-03135-1 v5.0.1 (3.7); a hit fails the inspection.

mod hashed;

use std::fmt;

pub use hashed::{HashedNumbers, HashedNumbersError};

/// What a look-up is asked. Holds personal data: `Debug` shows none of it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookupQuery<'a> {
    /// Issuing state as in the zone, without fillers, for example `D` or `UTO`.
    pub issuing_state: &'a str,
    /// Document code as in the zone, without fillers.
    pub document_code: &'a str,
    /// Document number, joined and without fillers.
    pub document_number: &'a str,
}

impl<'a> LookupQuery<'a> {
    /// A query for one document.
    #[must_use]
    pub const fn new(issuing_state: &'a str, document_code: &'a str, document_number: &'a str) -> Self {
        Self { issuing_state, document_code, document_number }
    }
}

impl fmt::Debug for LookupQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupQuery { .. }")
    }
}

/// What a look-up answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookupAnswer {
    /// The document is listed: the check fails. The text names the list, never the document.
    Listed(String),
    /// The list was asked and does not name it.
    NotListed,
    /// The list could not be asked: the check is aborted.
    Unavailable(String),
}

/// A list that can be asked for a document. Called from any thread, must not block for longer than its caller
/// can bear: the engine puts no deadline around it.
pub trait Lookup: Send + Sync {
    /// Name and state of the list for the report, for example `hashed-numbers 1f2e...`; no personal data.
    fn describe(&self) -> String;

    /// Asks for one document.
    fn look_up(&self, query: &LookupQuery<'_>) -> LookupAnswer;
}
