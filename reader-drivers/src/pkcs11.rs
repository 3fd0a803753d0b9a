//! The key of an inspection system in a token: a smart card or a hardware security module behind a PKCS #11 module
//! (feature `pkcs11`; OASIS PKCS #11 2.40, RFC 7512).
//!
//! [`TokenKey`] is a `verifier_chip::authentication::terminal::InspectionKey` that the token signs with; the private key never
//! leaves it. The module is a shared library that is loaded when a key is opened: nothing of it is needed to build.
//!
//! - **Which key** says a [`TokenUri`]. Exactly one token and one private key have to fit; several are an error that names
//!   them.
//! - **The PIN** comes from a file or from the caller, never from the URI. It is tried once: a token counts wrong ones. One
//!   whose last try this would be is not asked at all. It is overwritten as soon as the token has taken it.
//! - **Hashes are made here**, and the token gets them for `CKM_ECDSA`, `CKM_RSA_PKCS` or `CKM_RSA_PKCS_PSS`, which nearly all
//!   have; the combined mechanisms are taken where the token lists those alone.
//! - **A token that hangs** holds up nobody: each runs on a thread of its own, and the caller waits as long as [`Limits`]
//!   say. Two such threads may be left behind; then no further key is opened.
//!
//! Whether the key belongs to the inspection system's certificate shows when it signs: no signature that the certificate does
//! not verify is sent to a chip (`TerminalFailure::KeyDoesNotFit`), whatever the key is kept in.

mod error;
mod key;
mod pin;
mod signing;
mod token;
mod uri;

pub use error::TokenError;
pub use key::{Limits, TokenKey};
pub use pin::Pin;
pub use uri::{TokenUri, UriFault};
