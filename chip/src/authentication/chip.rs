//! Chip authentication version 1 (Doc 9303-11 section 6.2) and the check of PACE with chip authentication mapping
//! (section 4.4.3.5.2): the chip proves that it holds the private key to a key in bound data.
//!
//! The protocol agrees on new session keys without a word of proof. The proof is the first answer under them, so the new
//! session is provisional until one was checked, and nothing else makes the fact.

mod offer;

use std::fmt;

use zeroize::Zeroizing;

use super::SignedInfos;
use crate::access::pace::{ChipMapping, dynamic};
use crate::ber::Oid;
use crate::command::{Command, Response, StatusWord};
use crate::kdf::CipherKind;
use crate::key_agreement::CompressedKey;
use crate::lds::dg14::SecurityInfos;
use crate::secure_messaging::{SecureMessaging, SmError};

pub use offer::{ChipOffer, ChipOffers, Commands};

/// A command of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChipStep {
    /// MSE:Set KAT.
    SetKeyAgreementTemplate,
    /// MSE:Set AT.
    SetAuthenticationTemplate,
    /// GENERAL AUTHENTICATE.
    GeneralAuthenticate,
}

impl ChipStep {
    /// Name for reasons.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SetKeyAgreementTemplate => "CA MSE:Set KAT",
            Self::SetAuthenticationTemplate => "CA MSE:Set AT",
            Self::GeneralAuthenticate => "CA GENERAL AUTHENTICATE",
        }
    }
}

/// Why the chip did not prove its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChipFailure {
    /// It refused the command with this status word; the session before goes on.
    Refused(ChipStep, StatusWord),
    /// The answer is not of the form that the command asks for.
    Malformed(ChipStep),
    /// The static key is off its curve, at infinity or of small order, or our secret does not suit it.
    BadPublicKey,
    /// The first answer is not protected with the new keys.
    NotProven(SmError),
    /// A response came that no command asked for, or after the end.
    OutOfOrder,
}

impl fmt::Display for ChipFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(step, status) => write!(f, "{}: refused with {status}", step.name()),
            Self::Malformed(step) => write!(f, "{}: malformed answer", step.name()),
            Self::BadPublicKey => f.write_str("CA: unacceptable static public key"),
            Self::NotProven(error) => write!(f, "CA: no good answer under the new keys ({error})"),
            Self::OutOfOrder => f.write_str("CA: response out of order"),
        }
    }
}

impl std::error::Error for ChipFailure {}

/// The chip holds the private key: made only by [`ProvisionalSession::confirm`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipAuthenticated {
    /// Protocol that was run.
    pub protocol: Oid,
    /// Cipher of the session.
    pub cipher: CipherKind,
    /// Whether the protocol was inferred from the key alone.
    pub inferred: bool,
    /// The terminal's ephemeral key, compressed: what terminal authentication signs (Doc 9303-11 7.1.2).
    pub terminal_key: CompressedKey,
}

/// Reads what a bound DG14, or a bound EF.CardSecurity, offers.
#[must_use]
pub fn offers(signed: &impl SignedInfos) -> ChipOffers {
    ChipOffers::of(signed.security_infos())
}

/// What comes next.
#[derive(Debug)]
pub enum ChipAuthenticationStep {
    /// Send this command in the session that is open and hand the opened response to [`ChipAuthentication::respond`].
    Send(Command),
    /// Both sides change keys now: use this session from here on, and only it.
    Switch(ProvisionalSession),
}

/// One run of chip authentication.
pub struct ChipAuthentication {
    offer: ChipOffer,
    public: Vec<u8>,
    secret: Zeroizing<Vec<u8>>,
    expected: Option<ChipStep>,
}

impl ChipAuthentication {
    /// Starts a run: the machine and its first command. `random` is [`crate::key_agreement::Domain::secret_length`]
    /// octets from the caller's generator, big-endian.
    ///
    /// # Errors
    /// [`ChipFailure::BadPublicKey`]: the chip's key cannot be agreed with.
    pub fn start(offer: &ChipOffer, random: &[u8]) -> Result<(Self, Command), ChipFailure> {
        let domain = &offer.domain;
        let agreed = domain.multiply(&offer.key.element, random).ok_or(ChipFailure::BadPublicKey)?;
        let secret = Zeroizing::new(domain.shared(&agreed).to_vec());
        let public = domain.multiply(&domain.generator(), random).ok_or(ChipFailure::BadPublicKey)?;
        let public = domain.encoded(&public).to_vec();
        let (step, p2, mut data) = match offer.commands {
            Commands::KeyAgreementTemplate => {
                (ChipStep::SetKeyAgreementTemplate, 0xA6, dynamic::wrapped(&[0x91], &public))
            }
            Commands::GeneralAuthenticate => {
                let protocol = dynamic::wrapped(&[0x80], offer.protocol.as_bytes());
                (ChipStep::SetAuthenticationTemplate, 0xA4, protocol)
            }
        };
        if let Some(id) = &offer.key.id {
            data.extend(dynamic::wrapped(&[0x84], id));
        }
        let run = Self { offer: offer.clone(), public, secret, expected: Some(step) };
        Ok((run, Command::new(0x00, 0x22, 0x41, p2).with_data(data)))
    }

    /// The terminal's ephemeral key, compressed: what terminal authentication signs once the new keys are proven.
    #[must_use]
    pub fn terminal_key(&self) -> CompressedKey {
        self.offer.domain.compressed(&self.public)
    }

    /// Whether no secret is left.
    #[cfg(test)]
    pub(crate) fn is_wiped(&self) -> bool {
        self.secret.is_empty()
    }

    /// Takes the chip's response to the last command, as secure messaging opened it.
    ///
    /// # Errors
    /// [`ChipFailure`] with step and status word; the run is over then. The session that was open stays as it is.
    pub fn respond(&mut self, response: &Response) -> Result<ChipAuthenticationStep, ChipFailure> {
        let step = self.expected.take().ok_or(ChipFailure::OutOfOrder)?;
        let secret = std::mem::take(&mut self.secret);
        if !response.status.is_ok() {
            return Err(ChipFailure::Refused(step, response.status));
        }
        match step {
            ChipStep::SetAuthenticationTemplate => {
                self.secret = secret;
                self.expected = Some(ChipStep::GeneralAuthenticate);
                let command = dynamic::command(Some((0x80, &self.public)), true);
                return Ok(ChipAuthenticationStep::Send(command));
            }
            ChipStep::GeneralAuthenticate
                if !(response.data.is_empty() || dynamic::is_empty(&response.data)) =>
            {
                return Err(ChipFailure::Malformed(step));
            }
            _ => {}
        }
        Ok(ChipAuthenticationStep::Switch(ProvisionalSession {
            messaging: SecureMessaging::from_secret(self.offer.cipher, &secret),
            fact: ChipAuthenticated {
                protocol: self.offer.protocol,
                cipher: self.offer.cipher,
                inferred: self.offer.inferred,
                terminal_key: self.terminal_key(),
            },
        }))
    }
}

impl fmt::Debug for ChipAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChipAuthentication({}, {:?})", self.offer.domain, self.offer.commands)
    }
}

/// The session under the new keys, not yet proven. It protects one command, any harmless one (READ BINARY).
#[derive(Debug)]
pub struct ProvisionalSession {
    messaging: SecureMessaging,
    fact: ChipAuthenticated,
}

impl ProvisionalSession {
    /// Protects the command whose answer will be the proof.
    ///
    /// # Errors
    /// [`SmError::Command`] for a command that cannot be protected.
    pub fn protect(&mut self, command: &Command) -> Result<Vec<u8>, SmError> {
        self.messaging.protect(command)
    }

    /// Checks the answer: the session, the opened answer, and the fact.
    ///
    /// # Errors
    /// [`ChipFailure::NotProven`]: the chip does not have the new keys. The chip's status word inside a good answer may be
    /// any: its checksum is the proof.
    pub fn confirm(
        mut self,
        answer: &[u8],
    ) -> Result<(SecureMessaging, Response, ChipAuthenticated), ChipFailure> {
        let response = self.messaging.unprotect(answer).map_err(ChipFailure::NotProven)?;
        Ok((self.messaging, response, self.fact))
    }
}

/// What the check of a chip authentication mapping found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum MappingFact {
    /// The chip holds the private key to a bound key.
    Valid,
    /// There are keys on the curve, and the data fits none.
    Failed,
    /// The bound data has no key on the curve of the mapping.
    NoKey,
}

/// Checks chip authentication data against the keys of a bound EF.CardSecurity (or DG14): PK.Map = CA times PK (Doc 9303-11
/// 4.4.3.5.2).
pub fn verify_mapping(mapping: &ChipMapping, signed: &impl SignedInfos) -> MappingFact {
    mapping_fact(mapping, signed.security_infos())
}

pub(crate) fn mapping_fact(mapping: &ChipMapping, infos: &SecurityInfos) -> MappingFact {
    let mut found = MappingFact::NoKey;
    for key in offer::keys(infos, &mut Vec::new()) {
        if key.domain != mapping.domain {
            continue;
        }
        let product = mapping.domain.multiply(&key.element, &mapping.data);
        if product.is_some_and(|product| *product == mapping.mapping_key) {
            return MappingFact::Valid;
        }
        found = MappingFact::Failed;
    }
    found
}

#[cfg(test)]
mod tests;
