//! The two traits of this room: a factory that finds and opens devices, and a reader that is open.
//!
//! A reader is pulled, never pushed: [`Reader::next_event`] waits until something happens, a deadline passes or
//! another thread cancels. There are no hidden threads. Opening again after [`ReaderErrorKind::Gone`] is the caller's
//! policy; a reader never reconnects by itself.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use crate::cancel::Cancel;
use crate::error::{ReaderError, ReaderErrorKind};
use crate::mrz_text::MrzText;
use crate::uri::ReaderUri;

/// A reader that a factory found, or that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderInfo {
    /// URI that opens it.
    pub uri: ReaderUri,
    /// What it is, for people.
    pub description: String,
}

/// What happened at a reader.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ReaderEvent {
    /// A document was laid on or put into the reader.
    DocumentPresent,
    /// The document was taken away.
    DocumentRemoved,
    /// The lines of an MRZ.
    Mrz(MrzText),
    /// A capture bundle is complete at this path (folder or zip).
    Bundle(PathBuf),
    /// A contactless or contact chip answers; [`Reader::chip`] talks to it.
    Card(Card),
    /// The chip left the field or slot.
    CardRemoved,
}

/// What a chip said about itself when it was selected.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// Anticollision identifier; empty where the transport has none. Fixed ones identify a person's document.
    pub uid: Vec<u8>,
    /// Answer to select (ISO/IEC 14443-4) or answer to reset (ISO/IEC 7816-3), as the transport has it.
    pub answer: Vec<u8>,
    /// SENS_RES and SEL_RES of a type A card, most significant byte first.
    pub atqa_sak: Option<([u8; 2], u8)>,
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card")
            .field("uid_len", &self.uid.len())
            .field("answer_len", &self.answer.len())
            .finish()
    }
}

/// Finds and opens the readers of one scheme.
pub trait ReaderFactory: Send + Sync {
    /// The scheme of its URIs, lower case.
    fn scheme(&self) -> &'static str;

    /// One line for `verifier readers list`: what it serves and how its URI is written.
    fn describe(&self) -> &'static str;

    /// Devices that are there now. An empty list is an answer, not an error.
    ///
    /// # Errors
    /// When the operating system cannot be asked.
    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError>;

    /// Opens one reader for exclusive use.
    ///
    /// # Errors
    /// `InvalidUri`, `UnknownProfile`, `NotFound`, `Permission`, `Busy`, `NotADevice`, or what the first words with
    /// the device gave (`Timeout`, `Framing`, `Gone`).
    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError>;
}

/// An open reader.
pub trait Reader: Send {
    /// What it is.
    fn info(&self) -> &ReaderInfo;

    /// Waits for the next event; `None` when nothing happened before `deadline`.
    ///
    /// # Errors
    /// `Cancelled` within 100 ms after [`Cancel::cancel`]; `Gone` within 100 ms after the device was unplugged;
    /// `Framing` and `Timeout` for what the device said badly, after which the reader goes on
    /// ([`ReaderError::is_recoverable`]).
    fn next_event(&mut self, deadline: Instant) -> Result<Option<ReaderEvent>, ReaderError>;

    /// Handle that ends a wait from another thread.
    fn canceller(&self) -> Cancel;

    /// The chip that the last [`ReaderEvent::Card`] announced.
    ///
    /// # Errors
    /// `Unsupported` where the reader has no chip interface, `NoCard` where no chip answers.
    fn chip(&mut self) -> Result<&mut dyn verifier_chip::apdu::Transceive, ReaderError> {
        Err(self.info().uri.error(ReaderErrorKind::Unsupported))
    }
}
