//! A link to the test card that spoils one answer.

use super::Card;
use crate::apdu::{Transceive, TransceiveError};

/// A short-length link; the answer with this number, counted from 1, is changed.
pub(crate) struct SpoiltLink<'a> {
    card: &'a mut Card,
    at: usize,
    change: fn(&mut Vec<u8>),
    count: usize,
}

impl<'a> SpoiltLink<'a> {
    pub(crate) fn new(card: &'a mut Card, at: usize, change: fn(&mut Vec<u8>)) -> Self {
        Self { card, at, change, count: 0 }
    }
}

impl Transceive for SpoiltLink<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        let mut answer = self.card.transceive(command)?;
        self.count += 1;
        if self.count == self.at {
            (self.change)(&mut answer);
        }
        Ok(answer)
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        self.card.reset();
        Ok(())
    }

    fn max_response(&self) -> usize {
        258
    }
}
