//! Why a key in a token could not be opened or did not sign, with what to do about it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use cryptoki::error::{Error, RvError};

use super::uri::UriFault;

/// An error of a token. Labels and identifiers of keys and tokens stand in it, PINs and keys never do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The URI of the key.
    Uri(UriFault),
    /// The module could not be loaded, or is no PKCS #11 module.
    Module(PathBuf, String),
    /// No initialised token fits the URI; these are there.
    NoToken(Vec<String>),
    /// Several tokens fit the URI.
    ManyTokens(Vec<String>),
    /// The token wants a PIN and none was given.
    PinMissing,
    /// The file of the PIN.
    PinFile(PathBuf, String),
    /// The token refused the PIN; it was tried once.
    PinWrong,
    /// The token has locked its PIN.
    PinLocked,
    /// One wrong PIN more would lock the token, so it was not asked.
    PinLastTry,
    /// The PIN has to be changed or set first.
    PinUnset,
    /// No private key that signs fits the URI; these are in the token.
    NoKey(Vec<String>),
    /// Several private keys fit the URI.
    ManyKeys(Vec<String>),
    /// A key that is not signed with here, and why.
    Unsupported(&'static str),
    /// The token does not sign with that algorithm, or not for this key.
    Algorithm,
    /// The token was taken out, or its session has ended.
    Removed,
    /// The token did not answer for so long.
    NoAnswer(Duration),
    /// Tokens before did not answer and still hold their threads.
    Hanging,
    /// Another error of the token: the function and its code.
    Other(String),
}

impl TokenError {
    /// What the module said.
    pub(super) fn of(error: &Error) -> Self {
        let Error::Pkcs11(code, function) = error else { return Self::Other(error.to_string()) };
        match code {
            RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => Self::PinWrong,
            RvError::PinLocked => Self::PinLocked,
            RvError::PinExpired | RvError::UserPinNotInitialized => Self::PinUnset,
            RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::DeviceRemoved
            | RvError::SessionClosed
            | RvError::SessionHandleInvalid
            | RvError::UserNotLoggedIn => Self::Removed,
            RvError::MechanismInvalid
            | RvError::MechanismParamInvalid
            | RvError::KeyFunctionNotPermitted
            | RvError::KeyTypeInconsistent
            | RvError::KeySizeRange => Self::Algorithm,
            // The words of the standard are a paragraph each; the name is what a token's manual lists.
            _ => Self::Other(format!("C_{function:?}: {code:?}")),
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(fault) => fault.fmt(f),
            Self::Module(path, why) => {
                write!(f, "{} is not to be had as a PKCS #11 module ({why}): name the library of the token's maker", path.display())
            }
            Self::NoToken(there) => {
                write!(f, "no such token; put it in, or name one that is there: {}", list(there))
            }
            Self::ManyTokens(fit) => write!(f, "several tokens fit, add serial= or slot-id=: {}", list(fit)),
            Self::PinMissing => f.write_str("the token wants its PIN: give pin-source=file:/PATH"),
            Self::PinFile(path, why) => write!(f, "the PIN cannot be read from {}: {why}", path.display()),
            Self::PinWrong => {
                f.write_str("the token refused the PIN; it was tried once and counts as a wrong one, so check it before the next try")
            }
            Self::PinLocked => f.write_str("the token has locked its PIN: unlock it with the tool of its maker"),
            Self::PinLastTry => f.write_str(
                "one more wrong PIN would lock the token, so it was not asked: log in once with the tool of its maker",
            ),
            Self::PinUnset => {
                f.write_str("the PIN of the token is not set or has expired: set it with the tool of its maker")
            }
            Self::NoKey(there) => write!(f, "no private key that signs fits; in the token: {}", list(there)),
            Self::ManyKeys(fit) => write!(f, "several private keys fit, add object= or id=: {}", list(fit)),
            Self::Unsupported(why) => write!(f, "this key is not signed with: {why}"),
            Self::Algorithm => f.write_str("the token does not sign so with this key"),
            Self::Removed => f.write_str("the token was taken out or its session has ended: put it in and start again"),
            Self::NoAnswer(limit) => write!(f, "the token did not answer within {} s", limit.as_secs_f32()),
            Self::Hanging => f.write_str("tokens before did not answer and still hold their threads: start the program again"),
            Self::Other(what) => write!(f, "the token says {what}"),
        }
    }
}

impl std::error::Error for TokenError {}

impl From<UriFault> for TokenError {
    fn from(fault: UriFault) -> Self {
        Self::Uri(fault)
    }
}

/// At most this many are named.
const NAMED: usize = 12;

fn list(names: &[String]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        many if many > NAMED => {
            format!("{} and {} more", names.get(..NAMED).unwrap_or_default().join("; "), many - NAMED)
        }
        _ => names.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cryptoki::context::Function;

    #[test]
    fn codes_become_reasons() {
        for (code, reason) in [
            (RvError::PinIncorrect, TokenError::PinWrong),
            (RvError::PinLenRange, TokenError::PinWrong),
            (RvError::PinLocked, TokenError::PinLocked),
            (RvError::PinExpired, TokenError::PinUnset),
            (RvError::DeviceRemoved, TokenError::Removed),
            (RvError::MechanismInvalid, TokenError::Algorithm),
            (RvError::DeviceError, TokenError::Other("C_Sign: DeviceError".to_owned())),
        ] {
            assert_eq!(TokenError::of(&Error::Pkcs11(code, Function::Sign)), reason);
        }
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..40).map(|number| format!("key {number}")).collect();
        let said = TokenError::ManyKeys(names).to_string();
        assert!(said.ends_with("key 11 and 28 more"), "{said}");
        assert!(TokenError::NoToken(Vec::new()).to_string().ends_with("none"));
    }
}
