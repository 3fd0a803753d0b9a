//! A session again: the same state machines over a record of what was said then.
//!
//! Every command of the record must be the one that the machines send with the recorded random values, octet for octet,
//! and every answer must open to what the record says it opened to. A record that was changed anywhere does not fit and is
//! refused with the line; it never yields a result. Files come out as the answers carry them, and a proof of the chip only
//! where the protocol came to its proof again.
//!
//! What this shows is what the terminal saw then. Chip authentication and PACE leave no signature: whoever knows the
//! terminal's secrets could have written such a record alone, so it is worth what its keeper is worth. An answer of active
//! authentication stands by itself.

mod error;
mod files;
mod player;
mod runs;

use std::collections::BTreeMap;

pub use error::{ReplayError, ReplayFault};
pub use runs::{AccessProtocol, AccessRun, ActiveRun, ChipRun, RunFailure, Span};

use super::recorded::Recorded;
use crate::access::pace::ChipMapping;
use crate::command::StatusWord;
use crate::lds::FileId;

/// What a record yields.
#[derive(Debug, Default)]
pub struct Replayed {
    /// Files that came whole, to the length that their header states.
    pub files: BTreeMap<FileId, Vec<u8>>,
    /// Files that were begun and did not come whole, with the octets that came.
    pub unfinished: BTreeMap<FileId, usize>,
    /// Files that the chip refused to show, with its first word on each; none that came all the same.
    pub refused: BTreeMap<FileId, StatusWord>,
    /// Runs of access protocols in order.
    pub access: Vec<AccessRun>,
    /// Data of chip authentication mapping, with the exchanges of its run.
    pub mappings: Vec<(Span, ChipMapping)>,
    /// Runs of chip authentication in order.
    pub chip: Vec<ChipRun>,
    /// Runs of active authentication in order.
    pub active: Vec<ActiveRun>,
    /// Number of the last exchange, where no answer to it came: the read broke off there.
    pub broke_off: Option<u64>,
}

/// Most exchanges of a record that is looked at.
pub const MAX_EXCHANGES: usize = 20_000;

/// Drives the state machines over a record.
///
/// # Errors
/// [`ReplayError`] with the number of the exchange at which the record does not fit.
pub fn replay(recorded: &Recorded) -> Result<Replayed, ReplayError> {
    if recorded.exchanges.len() > MAX_EXCHANGES {
        return Err(ReplayError { number: MAX_EXCHANGES as u64, fault: ReplayFault::TooMany });
    }
    player::Player::new(recorded).play()
}

#[cfg(test)]
mod tests;
