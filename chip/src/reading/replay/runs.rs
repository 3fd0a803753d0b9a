//! What a replay says of the runs of protocols.

use std::fmt;

use crate::access::AccessError;
use crate::access::pace::PaceOffer;
use crate::authentication::chip::{ChipAuthenticated, ChipFailure};
use crate::command::StatusWord;
use crate::secure_messaging::SmError;

/// Numbers of the first and the last exchange of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First.
    pub first: u64,
    /// Last.
    pub last: u64,
}

/// How access was had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessProtocol {
    /// Basic access control.
    Bac,
    /// PACE, in this way.
    Pace(PaceOffer),
}

impl fmt::Display for AccessProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bac => f.write_str("BAC"),
            Self::Pace(offer) => {
                write!(f, "PACE ({:?} mapping, {:?}, {})", offer.mapping, offer.cipher, offer.domain)
            }
        }
    }
}

/// One run of an access protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRun {
    /// Its exchanges.
    pub span: Span,
    /// Which one.
    pub protocol: AccessProtocol,
    /// Whether it opened a session.
    pub outcome: Result<(), RunFailure<AccessError>>,
}

/// One run of chip authentication.
#[derive(Clone, PartialEq, Eq)]
pub struct ChipRun {
    /// Its exchanges.
    pub span: Span,
    /// The DG14 whose key it was run with, whole as it was read: bind it before believing the run.
    pub dg14: Vec<u8>,
    /// Whether a session was open when it began; none is on a chip that was read without access control.
    pub protected: bool,
    /// The fact, made by a protected answer under the new keys.
    pub outcome: Result<ChipAuthenticated, RunFailure<ChipFailure>>,
}

impl fmt::Debug for ChipRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChipRun({:?}, {:?})", self.span, self.outcome)
    }
}

/// One INTERNAL AUTHENTICATE.
#[derive(Clone, PartialEq, Eq)]
pub struct ActiveRun {
    /// Its exchange, with the parts of a long answer.
    pub span: Span,
    /// The challenge, which the terminal had drawn.
    pub challenge: Vec<u8>,
    /// Whether it went through a session.
    pub protected: bool,
    /// The answer without its status word, where one came.
    pub response: Option<Vec<u8>>,
    /// Status word of the answer.
    pub status: Option<StatusWord>,
    /// Where the session was lost in it: why.
    pub lost: Option<SmError>,
}

impl fmt::Debug for ActiveRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActiveRun({:?}, {:?})", self.span, self.status)
    }
}

/// Why a run came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunFailure<E> {
    /// The protocol failed.
    Protocol(E),
    /// The session around it failed.
    Messaging(SmError),
    /// No answer came: chip or reader were gone.
    BrokeOff,
}

impl<E: fmt::Display> fmt::Display for RunFailure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(error) => error.fmt(f),
            Self::Messaging(error) => error.fmt(f),
            Self::BrokeOff => f.write_str("no answer came"),
        }
    }
}
