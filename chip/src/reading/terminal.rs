//! Terminal authentication over a channel (Doc 9303-11 section 7.1), after chip authentication or PACE with chip
//! authentication mapping.

use std::fmt;

use super::channel::{Channel, ExchangeError};
use crate::authentication::terminal::{
    ChipIdentity, InspectionKey, TerminalAuthenticated, TerminalAuthentication, TerminalFailure,
};
use crate::key_agreement::CompressedKey;
use crate::pki::CvChain;

/// Why the terminal was not authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TerminalError {
    /// The protocol: the session goes on, and all that needs no such right can be read.
    Protocol(TerminalFailure),
    /// Reader, link or secure messaging: the session is lost.
    Exchange(ExchangeError),
}

impl fmt::Display for TerminalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(failure) => failure.fmt(f),
            Self::Exchange(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TerminalError {}

/// Authenticates the terminal in the session that is open. The chip is named by its key of PACE where the session began
/// with it ([`Channel::pace_keys`]), else by `document_number`, the cells of the machine readable zone with their check
/// digit. `ephemeral` is the terminal's key of the newest key agreement:
/// [`crate::authentication::chip::ChipAuthenticated::terminal_key`], or that of PACE with chip authentication mapping.
///
/// # Errors
/// [`TerminalError`].
pub fn terminal_authentication(
    channel: &mut Channel<'_>,
    chain: &CvChain,
    document_number: &[u8],
    ephemeral: &CompressedKey,
    key: &dyn InspectionKey,
) -> Result<TerminalAuthenticated, TerminalError> {
    let identity = match channel.pace_keys() {
        Some(keys) => ChipIdentity::of_chip_key(&keys.chip),
        None => ChipIdentity::of_document_number(document_number),
    };
    TerminalAuthentication::run(chain, identity, ephemeral.clone(), key, |command| channel.exchange(command))
        .map_err(TerminalError::Exchange)?
        .map_err(TerminalError::Protocol)
}
