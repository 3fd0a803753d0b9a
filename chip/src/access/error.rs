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

/// What a failure of access most likely means, so that nobody is told to type the zone again where the chip just does not do
/// that protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccessMeaning {
    /// The chip does not offer this way.
    NotOffered,
    /// The key does not fit this chip: the zone or the number was read wrongly, or this is another document's chip.
    WrongKey,
    /// The password is blocked or suspended.
    Blocked,
    /// The chip, or whoever stands between, answered what no chip answers.
    Untrustworthy,
    /// Parameters that this reader does not know.
    Unknown,
    /// The status word tells no more than that it failed.
    Other,
}

impl fmt::Display for AccessMeaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOffered => "not offered by this chip",
            Self::WrongKey => "the key does not fit this chip",
            Self::Blocked => "the password is blocked",
            Self::Untrustworthy => "the answer is not a genuine chip's",
            Self::Unknown => "unknown parameters",
            Self::Other => "the chip gives no reason",
        })
    }
}

impl AccessError {
    /// What the failure most likely means.
    #[must_use]
    pub const fn meaning(&self) -> AccessMeaning {
        let (step, status) = match self {
            Self::Refused(step, status) => (*step, status.0),
            Self::Unsupported(_) => return AccessMeaning::Unknown,
            Self::OutOfOrder => return AccessMeaning::Other,
            Self::Malformed(_) | Self::NotProven(_) | Self::BadPublicValue(_) => {
                return AccessMeaning::Untrustworthy;
            }
        };
        match (step, status) {
            (_, 0x6983 | 0x63C0) => AccessMeaning::Blocked,
            // Referenced data not found, instruction or class unknown, not now, file or parameters unknown.
            (
                AccessStep::BacGetChallenge | AccessStep::PaceSetAt,
                0x6A80 | 0x6A81 | 0x6A86 | 0x6A88 | 0x6B00 | 0x6D00 | 0x6E00 | 0x6981 | 0x6982 | 0x6985
                | 0x6986,
            )
            | (AccessStep::BacMutualAuthenticate, 0x6A88 | 0x6D00 | 0x6E00) => AccessMeaning::NotOffered,
            (AccessStep::BacMutualAuthenticate, 0x6300..=0x63FF | 0x6982 | 0x6985 | 0x6A80 | 0x6988)
            | (AccessStep::PaceToken | AccessStep::PaceAgree | AccessStep::PaceMap, 0x6300..=0x63FF)
            | (AccessStep::PaceToken, 0x6982 | 0x6985) => AccessMeaning::WrongKey,
            _ => AccessMeaning::Other,
        }
    }
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
