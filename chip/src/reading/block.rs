//! How much one READ BINARY asks for: as much as reader, link and chip carry, stepped down where they refuse.

use super::channel::Channel;
use crate::command::LE_SHORT_MAX;
use crate::kdf::CipherKind;

/// What fits a short answer under AES: cryptogram of whole blocks, status and checksum objects in 256 octets.
pub(super) const SHORT_AES: usize = 223;
/// The same under 3DES.
pub(super) const SHORT_3DES: usize = 231;
/// Most that secure messaging adds to an answer in the extended form, status word included.
const OVERHEAD: usize = 48;
/// An extended command under secure messaging that reads, at most.
const READ_COMMAND: usize = 64;
/// Sizes from the largest down.
const LADDER: [usize; 8] = [32_768, 4_096, 256, 223, 160, 128, 96, 64];

/// The limit that is known by now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    limit: usize,
}

impl Default for Block {
    fn default() -> Self {
        Self { limit: 32_768 }
    }
}

impl Block {
    /// What fits the short form.
    pub(super) fn short(self, channel: &Channel<'_>) -> usize {
        let room = match channel.session().map(|session| session.kind()) {
            None => LE_SHORT_MAX,
            Some(CipherKind::TripleDes) => SHORT_3DES,
            Some(_) => SHORT_AES,
        };
        let carried = channel.max_response().saturating_sub(if room == LE_SHORT_MAX { 2 } else { OVERHEAD });
        // A short answer is carried whole by every reader that says so (258).
        let carried = if channel.max_response() >= 258 { room } else { carried };
        self.limit.min(room).min(carried).max(1)
    }

    /// What the next command asks for at most.
    pub(super) fn length(self, channel: &Channel<'_>) -> usize {
        let carried = channel.max_response().saturating_sub(OVERHEAD);
        if self.limit > LE_SHORT_MAX && carried > LE_SHORT_MAX && channel.max_command() >= READ_COMMAND {
            self.limit.min(carried)
        } else {
            self.short(channel)
        }
    }

    /// The chip refused `asked`: the next smaller size, or `false` where there is none.
    pub(super) fn step_down(&mut self, asked: usize) -> bool {
        let next = LADDER.into_iter().find(|size| *size < asked.min(self.limit));
        self.limit = next.unwrap_or(self.limit);
        next.is_some()
    }

    /// Whether short answers carry all that is asked for.
    pub(super) fn is_short(self) -> bool {
        self.limit <= LE_SHORT_MAX
    }

    /// The chip said, or showed, how much it gives.
    pub(super) fn learn(&mut self, most: usize) {
        self.limit = self.limit.min(most.max(16));
    }
}
