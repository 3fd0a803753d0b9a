//! Terminal authentication version 1 (Doc 9303-11 section 7.1, BSI TR-03110-1 3.5): the terminal proves to the chip that it
//! may read what the rest of the world may not.
//!
//! For each certificate MSE:Set DST and PSO Verify Certificate, then MSE:Set AT, GET CHALLENGE, EXTERNAL AUTHENTICATE, all
//! inside the session of chip authentication or of PACE with chip authentication mapping, whose ephemeral key is signed too.
//! The machine asks for the signature and is handed it: the key may sit in a token, and a replay hands over the recorded one.

mod ecdsa;
mod inspection_key;
mod key_file;

use std::fmt;

use zeroize::Zeroizing;

use crate::access::pace::{PaceSession, dynamic::wrapped};
use crate::ber::Oid;
use crate::command::{Command, Response, StatusWord};
use crate::key_agreement::CompressedKey;
use crate::lds::dg14::SecurityInfos;
use crate::pki::cv_certificate::{Authorisation, CvAlgorithm, CvCertificate, CvChain, Reference};
use crate::pki::public_key::PublicKey;
use crate::pki::signature::{self, Verdict};

pub use inspection_key::{InspectionKey, InspectionKeyError};
pub use key_file::KeyFile;

/// id-TA.
const TERMINAL_AUTHENTICATION: Oid = Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2]);
/// Octets of the chip's challenge.
const CHALLENGE_LENGTH: usize = 8;
/// Longest signature: RSA with 8 192 bits.
const MAX_SIGNATURE: usize = 1024;

/// How the chip is named in what the terminal signs (Doc 9303-11 7.1.2). `Debug` does not show it.
#[derive(Clone)]
pub struct ChipIdentity(Zeroizing<Vec<u8>>);

impl ChipIdentity {
    /// After basic access control: the document number as printed in the machine readable zone, fillers included, with its
    /// check digit; the same cells as of [`crate::access::MrzKey::from_cells`].
    #[must_use]
    pub fn of_document_number(cells: &[u8]) -> Self {
        Self(Zeroizing::new(cells.to_vec()))
    }

    /// After PACE: the chip's ephemeral key, compressed.
    #[must_use]
    pub fn of_pace(session: &PaceSession) -> Self {
        Self::of_chip_key(&session.chip_key)
    }

    /// The same from the compressed key alone.
    #[must_use]
    pub fn of_chip_key(key: &CompressedKey) -> Self {
        Self(Zeroizing::new(key.as_bytes().to_vec()))
    }
}

impl fmt::Debug for ChipIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChipIdentity(..)")
    }
}

/// A command of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TerminalStep {
    /// MSE:Set DST: which key verifies the next certificate.
    SetVerificationKey,
    /// PSO Verify Certificate.
    VerifyCertificate,
    /// MSE:Set AT: the terminal's own key.
    SetTerminalKey,
    /// GET CHALLENGE.
    GetChallenge,
    /// EXTERNAL AUTHENTICATE.
    ExternalAuthenticate,
}

impl TerminalStep {
    /// Name for reasons.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SetVerificationKey => "TA MSE:Set DST",
            Self::VerifyCertificate => "TA PSO Verify Certificate",
            Self::SetTerminalKey => "TA MSE:Set AT",
            Self::GetChallenge => "TA GET CHALLENGE",
            Self::ExternalAuthenticate => "TA EXTERNAL AUTHENTICATE",
        }
    }
}

/// Why the terminal was not authenticated. Secure messaging goes on, and so does reading of what needs no such right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TerminalFailure {
    /// The chip refused the command with this status word; for certificates, with the key that the command was about.
    Refused(TerminalStep, StatusWord, Option<Reference>),
    /// The challenge has not eight octets.
    ChallengeLength(usize),
    /// An answer has data where there is none.
    Malformed(TerminalStep),
    /// The inspection key did not sign.
    Key(InspectionKeyError),
    /// The signature does not verify under the terminal's certificate: the key is another one. Nothing was sent.
    KeyDoesNotFit,
    /// A response or signature came that nothing asked for, or after the end.
    OutOfOrder,
}

impl fmt::Display for TerminalFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(step, status, None) => write!(f, "{}: refused with {status}", step.name()),
            Self::Refused(step, status, Some(reference)) => {
                write!(f, "{} ({reference}): refused with {status}", step.name())
            }
            Self::ChallengeLength(found) => {
                write!(f, "{}: {found} octets instead of 8", TerminalStep::GetChallenge.name())
            }
            Self::Malformed(step) => write!(f, "{}: malformed answer", step.name()),
            Self::Key(error) => write!(f, "TA: {error}"),
            Self::KeyDoesNotFit => {
                f.write_str("TA: the inspection key does not fit the terminal's certificate")
            }
            Self::OutOfOrder => f.write_str("TA: response out of order"),
        }
    }
}

impl std::error::Error for TerminalFailure {}

/// What is to be signed. `Debug` shows the algorithm only: the message names the document.
pub struct SigningRequest {
    /// Algorithm of the terminal's certificate.
    pub algorithm: CvAlgorithm,
    /// Chip, challenge and ephemeral key.
    pub message: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for SigningRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningRequest({})", self.algorithm)
    }
}

/// The chip took the terminal for what its certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalAuthenticated {
    /// The terminal's key.
    pub terminal: Reference,
    /// What it may read.
    pub authorisation: Authorisation,
}

/// What comes next.
#[derive(Debug)]
pub enum TerminalNext {
    /// Send this command in the session that is open and hand the opened response to [`TerminalAuthentication::respond`].
    Send(Command),
    /// Have this signed and hand the signature to [`TerminalAuthentication::signed`].
    Sign(SigningRequest),
    /// The chip accepted.
    Done(TerminalAuthenticated),
}

enum State {
    /// The certificate of this number is being announced.
    Announced(usize),
    /// It is being verified.
    Sent(usize),
    Selected,
    Challenged,
    Signing(Zeroizing<Vec<u8>>),
    Answered,
    Ended,
}

/// One run of terminal authentication.
pub struct TerminalAuthentication {
    certificates: Vec<CvCertificate>,
    terminal: Reference,
    key: PublicKey,
    algorithm: CvAlgorithm,
    authorisation: Authorisation,
    identity: ChipIdentity,
    ephemeral: CompressedKey,
    state: State,
}

impl TerminalAuthentication {
    /// Starts a run: the machine and its first command. `ephemeral` is the terminal's key of the newest session: of chip
    /// authentication, or of PACE with chip authentication mapping where nothing followed it.
    ///
    /// # Errors
    /// [`TerminalFailure::OutOfOrder`] for a chain without certificates, which [`CvChain::find`] never makes.
    pub fn start(
        chain: &CvChain,
        identity: ChipIdentity,
        ephemeral: CompressedKey,
    ) -> Result<(Self, Command), TerminalFailure> {
        let terminal = chain.terminal().cloned().ok_or(TerminalFailure::OutOfOrder)?;
        let key = chain.terminal_key().ok_or(TerminalFailure::OutOfOrder)?;
        let mut run = Self {
            certificates: chain.certificates().to_vec(),
            terminal,
            key,
            algorithm: chain.algorithm(),
            authorisation: chain.authorisation().clone(),
            identity,
            ephemeral,
            state: State::Ended,
        };
        let command = run.announce(0).ok_or(TerminalFailure::OutOfOrder)?;
        Ok((run, command))
    }

    /// Takes the chip's response to the last command, as secure messaging opened it.
    ///
    /// # Errors
    /// [`TerminalFailure`] with step and status word; the run is over then.
    pub fn respond(&mut self, response: &Response) -> Result<TerminalNext, TerminalFailure> {
        let state = std::mem::replace(&mut self.state, State::Ended);
        let (step, about) = match &state {
            State::Announced(number) => (TerminalStep::SetVerificationKey, self.issuer(*number)),
            State::Sent(number) => (TerminalStep::VerifyCertificate, self.holder(*number)),
            State::Selected => (TerminalStep::SetTerminalKey, Some(self.terminal.clone())),
            State::Challenged => (TerminalStep::GetChallenge, None),
            State::Answered => (TerminalStep::ExternalAuthenticate, None),
            State::Signing(_) | State::Ended => return Err(TerminalFailure::OutOfOrder),
        };
        if !response.status.is_ok() {
            return Err(TerminalFailure::Refused(step, response.status, about));
        }
        if !response.data.is_empty() && step != TerminalStep::GetChallenge {
            return Err(TerminalFailure::Malformed(step));
        }
        match state {
            State::Announced(number) => {
                let certificate = self.certificates.get(number).ok_or(TerminalFailure::OutOfOrder)?;
                let command = Command::new(0x00, 0x2A, 0x00, 0xBE).with_data(certificate.objects());
                self.state = State::Sent(number);
                Ok(TerminalNext::Send(command))
            }
            State::Sent(number) => {
                let next = number.saturating_add(1);
                let command = match self.announce(next) {
                    Some(command) => command,
                    None => {
                        self.state = State::Selected;
                        let data = wrapped(&[0x83], self.terminal.as_bytes());
                        Command::new(0x00, 0x22, 0x81, 0xA4).with_data(data)
                    }
                };
                Ok(TerminalNext::Send(command))
            }
            State::Selected => {
                self.state = State::Challenged;
                Ok(TerminalNext::Send(Command::new(0x00, 0x84, 0x00, 0x00).expecting(CHALLENGE_LENGTH)))
            }
            State::Challenged => {
                if response.data.len() != CHALLENGE_LENGTH {
                    return Err(TerminalFailure::ChallengeLength(response.data.len()));
                }
                let parts = [&self.identity.0, response.data.as_slice(), self.ephemeral.as_bytes()];
                let message = Zeroizing::new(parts.concat());
                self.state = State::Signing(message.clone());
                Ok(TerminalNext::Sign(SigningRequest { algorithm: self.algorithm, message }))
            }
            State::Answered => Ok(TerminalNext::Done(TerminalAuthenticated {
                terminal: self.terminal.clone(),
                authorisation: self.authorisation.clone(),
            })),
            State::Signing(_) | State::Ended => Err(TerminalFailure::OutOfOrder),
        }
    }

    /// Takes the signature over what [`TerminalNext::Sign`] asked for; the command that carries it.
    ///
    /// # Errors
    /// [`TerminalFailure::KeyDoesNotFit`] where the terminal's certificate does not verify it; the run is over then.
    pub fn signed(&mut self, signature: &[u8]) -> Result<Command, TerminalFailure> {
        let State::Signing(message) = std::mem::replace(&mut self.state, State::Ended) else {
            return Err(TerminalFailure::OutOfOrder);
        };
        let algorithm = self.algorithm.signature_algorithm();
        if signature.len() > MAX_SIGNATURE
            || !matches!(signature::verify(&self.key, &algorithm, &message, signature), Verdict::Valid { .. })
        {
            return Err(TerminalFailure::KeyDoesNotFit);
        }
        self.state = State::Answered;
        Ok(Command::new(0x00, 0x82, 0x00, 0x00).with_data(signature))
    }

    /// Runs the protocol over `exchange`, which sends one command in the session that is open and returns the opened
    /// response, signing with `key`.
    ///
    /// # Errors
    /// The outer one is of the exchange: the session is lost. The inner one is the protocol's.
    pub fn run<E>(
        chain: &CvChain,
        identity: ChipIdentity,
        ephemeral: CompressedKey,
        key: &dyn InspectionKey,
        mut exchange: impl FnMut(&Command) -> Result<Response, E>,
    ) -> Result<Result<TerminalAuthenticated, TerminalFailure>, E> {
        let (mut run, mut command) = match Self::start(chain, identity, ephemeral) {
            Ok(started) => started,
            Err(failure) => return Ok(Err(failure)),
        };
        loop {
            let response = exchange(&command)?;
            command = match run.respond(&response) {
                Ok(TerminalNext::Send(next)) => next,
                Ok(TerminalNext::Done(fact)) => return Ok(Ok(fact)),
                Ok(TerminalNext::Sign(request)) => {
                    let signature = match key.sign(request.algorithm, &request.message) {
                        Ok(signature) => signature,
                        Err(error) => return Ok(Err(TerminalFailure::Key(error))),
                    };
                    match run.signed(&signature) {
                        Ok(next) => next,
                        Err(failure) => return Ok(Err(failure)),
                    }
                }
                Err(failure) => return Ok(Err(failure)),
            };
        }
    }

    /// MSE:Set DST for the certificate of this number; `None` after the last.
    fn announce(&mut self, number: usize) -> Option<Command> {
        let reference = self.issuer(number)?;
        self.state = State::Announced(number);
        let data = wrapped(&[0x83], reference.as_bytes());
        Some(Command::new(0x00, 0x22, 0x81, 0xB6).with_data(data))
    }

    fn issuer(&self, number: usize) -> Option<Reference> {
        self.certificates.get(number).map(|certificate| certificate.issuer().clone())
    }

    fn holder(&self, number: usize) -> Option<Reference> {
        self.certificates.get(number).map(|certificate| certificate.holder().clone())
    }
}

impl fmt::Debug for TerminalAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = matches!(self.state, State::Ended);
        write!(f, "TerminalAuthentication({}, ended: {ended})", self.terminal)
    }
}

/// Whether security infos promise terminal authentication in its version 1.
#[must_use]
pub fn is_offered(infos: &SecurityInfos) -> bool {
    infos.infos.iter().any(|info| info.protocol == TERMINAL_AUTHENTICATION && info.version() == Some(1))
}

#[cfg(test)]
pub(crate) fn sign_for_tests(
    curve: crate::pki::Curve,
    key: &[u8],
    hash: crate::digest::HashAlgorithm,
    message: &[u8],
) -> Vec<u8> {
    let key = ecdsa::secret(curve, key).unwrap();
    ecdsa::sign(curve, &key, hash, message).unwrap()
}

#[cfg(test)]
mod tests;
