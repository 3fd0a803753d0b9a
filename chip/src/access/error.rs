//! Why access to a chip failed: step, command and status word, no secrets.

use std::fmt;

use crate::command::StatusWord;

/// A step of an access protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessStep {
    /// GET CHALLENGE of basic access control.
    BacGetChallenge,
    /// EXTERNAL AUTHENTICATE of basic access control.
    BacMutualAuthenticate,
    /// MSE:Set AT of PACE.
    PaceSetAt,
    /// GENERAL AUTHENTICATE 1: encrypted nonce.
    PaceNonce,
    /// GENERAL AUTHENTICATE 2: mapping.
    PaceMap,
    /// GENERAL AUTHENTICATE 3: key agreement.
    PaceAgree,
    /// GENERAL AUTHENTICATE 4: tokens.
    PaceToken,
}

impl AccessStep {
    /// Name for reasons, for example `BAC GET CHALLENGE`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BacGetChallenge => "BAC GET CHALLENGE",
            Self::BacMutualAuthenticate => "BAC EXTERNAL AUTHENTICATE",
            Self::PaceSetAt => "PACE MSE:Set AT",
            Self::PaceNonce => "PACE GENERAL AUTHENTICATE 1 (nonce)",
            Self::PaceMap => "PACE GENERAL AUTHENTICATE 2 (mapping)",
            Self::PaceAgree => "PACE GENERAL AUTHENTICATE 3 (key agreement)",
            Self::PaceToken => "PACE GENERAL AUTHENTICATE 4 (token)",
        }
    }
}

/// Why access failed. Every one ends the protocol; the keys are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessError {
    /// The chip refused the step with this status word.
    Refused(AccessStep, StatusWord),
    /// The answer is not of the form that the step asks for.
    Malformed(AccessStep),
    /// The chip's cryptogram or token does not prove the shared secret, or repeats our own values.
    NotProven(AccessStep),
    /// A public value of the chip is not acceptable: off the curve, at infinity, of small order, or our own.
    BadPublicValue(AccessStep),
    /// Cipher, mapping or domain parameters that are not known here.
    Unsupported(AccessStep),
    /// A response came that no command asked for, or after the end.
    OutOfOrder,
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(step, status) => write!(f, "{}: refused with {status}", step.name()),
            Self::Malformed(step) => write!(f, "{}: malformed answer", step.name()),
            Self::NotProven(step) => write!(f, "{}: the chip did not prove the shared secret", step.name()),
            Self::BadPublicValue(step) => write!(f, "{}: unacceptable public value", step.name()),
            Self::Unsupported(step) => write!(f, "{}: parameters not supported here", step.name()),
            Self::OutOfOrder => f.write_str("response out of order"),
        }
    }
}

impl std::error::Error for AccessError {}
