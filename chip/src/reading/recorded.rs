//! What a session leaves behind: its exchanges, and what the terminal chose in it. Enough to drive the same state machines
//! over the same answers again ([`super::replay()`]).

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::access::pace::Password;

/// A value that the terminal drew from its generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DrawLabel {
    /// RND.IFD of basic access control.
    BacChallenge,
    /// K.IFD of basic access control.
    BacKey,
    /// Secret of PACE's mapping (generic, chip authentication).
    PaceMapping,
    /// Nonce of PACE's integrated mapping.
    PaceNonce,
    /// Secret of PACE's key agreement.
    PaceEphemeral,
    /// Ephemeral secret of chip authentication.
    ChipEphemeral,
    /// RND.IFD of active authentication.
    ActiveChallenge,
}

impl DrawLabel {
    /// All labels.
    pub const ALL: [Self; 7] = [
        Self::BacChallenge,
        Self::BacKey,
        Self::PaceMapping,
        Self::PaceNonce,
        Self::PaceEphemeral,
        Self::ChipEphemeral,
        Self::ActiveChallenge,
    ];

    /// Its name in a session's record, stable for ever.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BacChallenge => "bac.rnd-ifd",
            Self::BacKey => "bac.k-ifd",
            Self::PaceMapping => "pace.mapping",
            Self::PaceNonce => "pace.nonce",
            Self::PaceEphemeral => "pace.ephemeral",
            Self::ChipEphemeral => "ca.ephemeral",
            Self::ActiveChallenge => "aa.rnd-ifd",
        }
    }

    /// The label of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }
}

/// One drawn value. Overwritten when it goes; `Debug` shows label and length.
#[derive(Clone, PartialEq, Eq)]
pub struct Draw {
    /// Number of the exchange that it was drawn for: the first one that depends on it.
    pub number: u64,
    /// What it is.
    pub label: DrawLabel,
    /// The octets.
    pub value: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Draw({}, {}, {} octets)", self.number, self.label.name(), self.value.len())
    }
}

/// One exchange with its octets: personal data of the class of DG1. `Debug` shows lengths.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordedExchange {
    /// Counts from 0.
    pub number: u64,
    /// When the command went out, by the caller's clock.
    pub at: Duration,
    /// How long the answer took.
    pub took: Duration,
    /// Command on the wire.
    pub command: Vec<u8>,
    /// Answer on the wire, status word included; `None` where none came.
    pub response: Option<Vec<u8>>,
    /// Command before protection, where a session was open.
    pub plain_command: Option<Vec<u8>>,
    /// Answer as secure messaging opened it, status word included.
    pub plain_response: Option<Vec<u8>>,
}

impl fmt::Debug for RecordedExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = self.response.as_ref().map(Vec::len);
        write!(f, "RecordedExchange({}, {} octets, {answer:?})", self.number, self.command.len())
    }
}

/// A session's record.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// What was known beforehand; the first password that a protocol took.
    pub password: Option<Password>,
    /// Every exchange in order.
    pub exchanges: Vec<RecordedExchange>,
    /// Every drawn value in order.
    pub draws: Vec<Draw>,
    /// Numbers of the exchanges before which the chip was started afresh.
    pub resets: Vec<u64>,
}

impl Recorded {
    /// The exchanges that lie in a span of numbers, both ends included.
    pub fn between(&self, first: u64, last: u64) -> impl Iterator<Item = &RecordedExchange> {
        self.exchanges.iter().filter(move |exchange| (first..=last).contains(&exchange.number))
    }
}
