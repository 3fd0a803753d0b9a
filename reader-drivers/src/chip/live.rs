//! A reader with a document on it, as the chip's protocols see it: a document that was taken away is waited for.

use std::ops::DerefMut;
use std::time::{Duration, Instant};

use verifier_chip::apdu::{Transceive, TransceiveError};

use crate::error::{ReaderError, ReaderErrorKind};
use crate::reader::{Reader, ReaderEvent};

/// Why no document came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoDocument {
    /// None within the time.
    InTime,
    /// The reader failed.
    Reader(ReaderError),
}

/// An open reader and how long its document is waited for. It owns the reader, or borrows one that serves other documents
/// afterwards.
pub struct LiveChip<R = Box<dyn Reader>> {
    reader: R,
    wait: Duration,
    lengths: (usize, usize),
    away: Box<dyn FnMut()>,
}

impl<R: DerefMut<Target = dyn Reader>> LiveChip<R> {
    /// Over an open reader; a document is waited for so long, at first and whenever it was taken away.
    #[must_use]
    pub fn new(reader: R, wait: Duration) -> Self {
        Self { reader, wait, lengths: (261, 258), away: Box::new(|| {}) }
    }

    /// What is called when the document is to be put back.
    #[must_use]
    pub fn on_away(mut self, away: impl FnMut() + 'static) -> Self {
        self.away = Box::new(away);
        self
    }

    /// The reader.
    #[must_use]
    pub fn reader(&self) -> &dyn Reader {
        &*self.reader
    }

    /// Waits until a chip answers.
    ///
    /// # Errors
    /// [`NoDocument`].
    pub fn document(&mut self) -> Result<(), NoDocument> {
        let deadline = Instant::now() + self.wait;
        loop {
            match self.reader.next_event(deadline) {
                Ok(Some(ReaderEvent::Card(_))) => break,
                Ok(Some(_)) => {}
                Ok(None) => return Err(NoDocument::InTime),
                // A card that was drawn over the field: the next look may find it.
                Err(error) if error.is_recoverable() && *error.kind() != ReaderErrorKind::Cancelled => {
                    if Instant::now() >= deadline {
                        return Err(NoDocument::InTime);
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(error) => return Err(NoDocument::Reader(error)),
            }
        }
        self.announced()
    }

    /// Takes the chip that an event of the reader announced already.
    ///
    /// # Errors
    /// [`NoDocument::Reader`] where none answers.
    pub fn announced(&mut self) -> Result<(), NoDocument> {
        match self.reader.chip() {
            Ok(chip) => {
                self.lengths = (chip.max_command(), chip.max_response());
                Ok(())
            }
            Err(error) => Err(NoDocument::Reader(error)),
        }
    }
}

impl<R: DerefMut<Target = dyn Reader>> Transceive for LiveChip<R> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        match self.reader.chip() {
            Ok(chip) => chip.transceive(command),
            Err(error) => Err(sorted(&error)),
        }
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        if let Ok(chip) = self.reader.chip() {
            let done = chip.reset();
            // Any other failure: it is not where it was, and is waited for below.
            if matches!(done, Ok(()) | Err(TransceiveError::Unsupported | TransceiveError::ReaderRemoved)) {
                return done;
            }
        }
        (self.away)();
        match self.document() {
            Ok(()) => Ok(()),
            Err(NoDocument::InTime) => Err(TransceiveError::ChipRemoved),
            Err(NoDocument::Reader(error)) => Err(sorted(&error)),
        }
    }

    fn max_command(&self) -> usize {
        self.lengths.0
    }

    fn max_response(&self) -> usize {
        self.lengths.1
    }
}

fn sorted(error: &ReaderError) -> TransceiveError {
    match error.kind() {
        ReaderErrorKind::NoCard | ReaderErrorKind::CardGone => TransceiveError::ChipRemoved,
        ReaderErrorKind::Gone => TransceiveError::ReaderRemoved,
        ReaderErrorKind::Timeout => TransceiveError::TimedOut,
        _ => TransceiveError::Driver(error.to_string()),
    }
}
