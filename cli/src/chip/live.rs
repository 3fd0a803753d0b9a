//! A reader with a document on it, as the chip's protocols see it: a document that was taken away is waited for.

use std::time::{Duration, Instant};

use reader_drivers::{Reader, ReaderError, ReaderErrorKind, ReaderEvent};
use verifier_chip::apdu::{Transceive, TransceiveError};

use crate::show;

/// Why no document came.
pub(crate) enum NoDocument {
    /// None within the time.
    InTime,
    /// The reader failed.
    Reader(ReaderError),
}

/// An open reader and how long its document is waited for.
pub(crate) struct Live {
    reader: Box<dyn Reader>,
    wait: Duration,
    lengths: (usize, usize),
}

impl Live {
    pub(crate) fn new(reader: Box<dyn Reader>, wait: Duration) -> Self {
        Self { reader, wait, lengths: (261, 258) }
    }

    /// What the reader is.
    pub(crate) fn description(&self) -> String {
        format!("{} ({})", self.reader.info().uri, self.reader.info().description)
    }

    /// Waits until a chip answers.
    pub(crate) fn document(&mut self) -> Result<(), NoDocument> {
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
        match self.reader.chip() {
            Ok(chip) => {
                self.lengths = (chip.max_command(), chip.max_response());
                Ok(())
            }
            Err(error) => Err(NoDocument::Reader(error)),
        }
    }
}

impl Transceive for Live {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        match self.reader.chip() {
            Ok(chip) => chip.transceive(command),
            Err(error) => Err(sorted(&error)),
        }
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        if let Ok(chip) = self.reader.chip() {
            match chip.reset() {
                done @ (Ok(()) | Err(TransceiveError::Unsupported | TransceiveError::ReaderRemoved)) => {
                    return done;
                }
                // It is not where it was: wait for it below.
                Err(_) => {}
            }
        }
        show::note(format_args!("the document was taken away: put it back ({} s)", self.wait.as_secs()));
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
