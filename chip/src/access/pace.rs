//! Password authenticated connection establishment (Doc 9303-11 section 4.4): five commands, then secure messaging.
//!
//! MSE:Set AT, then four GENERAL AUTHENTICATE: encrypted nonce, mapping, key agreement, tokens. With generic, integrated
//! and chip authentication mapping, on every standardised domain parameter. What is random comes from the caller.

pub(crate) mod dynamic;
mod integrated;
mod offer;

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::can::Can;
use super::error::{AccessError, AccessStep};
use super::mrz_key::MrzKey;
use crate::ber::without_leading_zeros;
use crate::cipher::{Cipher, mac, pad, unpad};
use crate::command::{Command, Response};
use crate::kdf::{CipherKind, Key, Purpose, derive};
use crate::key_agreement::{CompressedKey, Domain};
use crate::pki::cv_certificate::Reference;
use crate::secure_messaging::SecureMessaging;

pub use offer::{Mapping, PaceOffer, PaceOffers};
pub(crate) use offer::{PACE, suite_name};

/// Longest nonce that is taken.
const MAX_NONCE: usize = 64;

/// What both sides know.
#[derive(Debug, Clone)]
pub enum Password {
    /// The machine readable zone.
    Mrz(MrzKey),
    /// The card access number.
    Can(Can),
}

impl Password {
    fn octets(&self) -> &[u8] {
        match self {
            Self::Mrz(key) => key.password(),
            Self::Can(can) => can.password(),
        }
    }

    const fn reference(&self) -> u8 {
        match self {
            Self::Mrz(_) => 1,
            Self::Can(_) => 2,
        }
    }
}

/// What the caller's generator draws for one run. Overwritten when it goes.
#[derive(Clone)]
pub struct PaceRandom {
    /// Secret of the mapping (generic, chip authentication), big-endian, [`Domain::secret_length`] octets.
    pub mapping: Zeroizing<Vec<u8>>,
    /// Nonce t of the integrated mapping, as long as the cipher's key.
    pub nonce: Zeroizing<Vec<u8>>,
    /// Secret of the key agreement, big-endian, [`Domain::secret_length`] octets.
    pub ephemeral: Zeroizing<Vec<u8>>,
}

impl PaceRandom {
    /// Draws what an offer needs: `fill` overwrites octets from the caller's generator.
    pub fn draw(offer: &PaceOffer, mut fill: impl FnMut(&mut [u8])) -> Self {
        let mut drawn = |length| {
            let mut octets = Zeroizing::new(vec![0; length]);
            fill(&mut octets);
            octets
        };
        Self {
            mapping: drawn(offer.domain.secret_length()),
            nonce: drawn(offer.cipher.key_length()),
            ephemeral: drawn(offer.domain.secret_length()),
        }
    }
}

impl fmt::Debug for PaceRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaceRandom(..)")
    }
}

/// What comes next.
#[derive(Debug)]
pub enum PaceStep {
    /// Send this command and hand the response to [`Pace::respond`].
    Send(Command),
    /// Both sides have proven the password.
    Done(Box<PaceSession>),
}

/// What a run established.
#[derive(Debug)]
pub struct PaceSession {
    /// Secure messaging from here on.
    pub messaging: SecureMessaging,
    /// With chip authentication mapping: what proves the chip, once its key is bound.
    pub chip_mapping: Option<ChipMapping>,
    /// The chip's ephemeral key, compressed: its identifier for terminal authentication.
    pub chip_key: CompressedKey,
    /// The terminal's ephemeral key, compressed: what terminal authentication signs after chip authentication mapping.
    pub terminal_key: CompressedKey,
    /// Trust points for terminal authentication that the chip named, the most recent first (Doc 9303-11 4.4.5.5).
    pub trust_points: Vec<Reference>,
}

/// Chip authentication data and the key that they explain (Doc 9303-11 4.4.3.5); proves nothing until
/// [`crate::authentication::chip::verify_mapping`] has met the chip's bound static key.
#[derive(Clone)]
pub struct ChipMapping {
    pub(crate) domain: Domain,
    /// PK.Map,IC.
    pub(crate) mapping_key: Vec<u8>,
    /// CA.IC.
    pub(crate) data: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for ChipMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChipMapping({})", self.domain)
    }
}

enum State {
    SetAt,
    Nonce,
    Map {
        nonce: Zeroizing<Vec<u8>>,
        ours: Vec<u8>,
    },
    Agree {
        base: Zeroizing<Vec<u8>>,
        ours: Vec<u8>,
        chip_mapping: Option<Vec<u8>>,
    },
    Token {
        secret: Zeroizing<Vec<u8>>,
        expected: [u8; 8],
        chip_mapping: Option<Vec<u8>>,
        keys: [CompressedKey; 2],
    },
    Ended,
}

/// One run of PACE.
pub struct Pace {
    offer: PaceOffer,
    password: Key,
    random: PaceRandom,
    state: State,
}

impl Pace {
    /// Starts a run: the machine and its first command, MSE:Set AT.
    #[must_use]
    pub fn start(offer: &PaceOffer, password: &Password, random: PaceRandom) -> (Self, Command) {
        let key = derive(password.octets(), Purpose::Password, offer.cipher);
        let mut data = dynamic::wrapped(&[0x80], offer.protocol.as_bytes());
        data.extend(dynamic::wrapped(&[0x83], &[password.reference()]));
        if offer.name_parameters {
            data.extend(dynamic::wrapped(&[0x84], &[offer.parameter_id]));
        }
        let pace = Self { offer: offer.clone(), password: key, random, state: State::SetAt };
        // No expected length: some chips refuse one here (6700).
        (pace, Command::new(0x00, 0x22, 0xC1, 0xA4).with_data(data))
    }

    /// Takes the chip's response to the last command.
    ///
    /// # Errors
    /// [`AccessError`] with step and status word; the run is over then, its secrets are overwritten, and a new one needs
    /// new random values.
    pub fn respond(&mut self, response: &Response) -> Result<PaceStep, AccessError> {
        let state = std::mem::replace(&mut self.state, State::Ended);
        let next = self.advance(state, response);
        if !matches!(next, Ok(PaceStep::Send(_))) {
            self.state = State::Ended;
            self.password = Key::default();
            self.random = PaceRandom {
                mapping: Zeroizing::default(),
                nonce: Zeroizing::default(),
                ephemeral: Zeroizing::default(),
            };
        }
        next
    }

    /// Whether no secret is left.
    #[cfg(test)]
    pub(crate) fn is_wiped(&self) -> bool {
        let random = [&self.random.mapping, &self.random.nonce, &self.random.ephemeral];
        let empty = self.password.is_empty() && random.iter().all(|secret| secret.is_empty());
        empty && matches!(self.state, State::Ended)
    }

    fn advance(&mut self, state: State, response: &Response) -> Result<PaceStep, AccessError> {
        let step = match &state {
            State::SetAt => AccessStep::PaceSetAt,
            State::Nonce => AccessStep::PaceNonce,
            State::Map { .. } => AccessStep::PaceMap,
            State::Agree { .. } => AccessStep::PaceAgree,
            State::Token { .. } => AccessStep::PaceToken,
            State::Ended => return Err(AccessError::OutOfOrder),
        };
        if !response.status.is_ok() {
            return Err(AccessError::Refused(step, response.status));
        }
        let answer = response.data.as_slice();
        match state {
            State::SetAt => {
                self.state = State::Nonce;
                Ok(PaceStep::Send(dynamic::command(None, false)))
            }
            State::Nonce => self.nonce(step, answer),
            State::Map { nonce, ours } => self.map(step, answer, &nonce, &ours),
            State::Agree { base, ours, chip_mapping } => self.agree(step, answer, &base, &ours, chip_mapping),
            State::Token { secret, expected, chip_mapping, keys } => {
                self.finish(step, answer, &secret, &expected, chip_mapping, keys)
            }
            State::Ended => Err(AccessError::OutOfOrder),
        }
    }

    /// Answer 1: z = E(K, s). Command 2: our mapping data.
    fn nonce(&mut self, step: AccessStep, answer: &[u8]) -> Result<PaceStep, AccessError> {
        let kind = self.offer.cipher;
        let sealed = dynamic::object(answer, 0x80).ok_or(AccessError::Malformed(step))?;
        let right = match self.offer.mapping {
            Mapping::Integrated => sealed.len() == integrated::nonce_length(kind),
            _ => !sealed.is_empty() && sealed.len() <= MAX_NONCE,
        };
        let nonce = Cipher::new(kind, &self.password)
            .filter(|_| right)
            .and_then(|cipher| cipher.cbc_decrypt(&vec![0; kind.block()], sealed))
            .ok_or(AccessError::Malformed(step))?;
        let ours = match self.offer.mapping {
            Mapping::Integrated => {
                let length = kind.key_length();
                self.random.nonce.get(..length).ok_or(AccessError::Unsupported(step))?.to_vec()
            }
            _ => self.public(&self.offer.domain.generator(), &self.random.mapping, step)?,
        };
        let command = dynamic::command(Some((0x81, &ours)), false);
        self.state = State::Map { nonce, ours };
        Ok(PaceStep::Send(command))
    }

    /// Answer 2: the chip's mapping data. Command 3: our ephemeral key.
    fn map(
        &mut self,
        step: AccessStep,
        answer: &[u8],
        nonce: &[u8],
        ours: &[u8],
    ) -> Result<PaceStep, AccessError> {
        let domain = &self.offer.domain;
        let bad = AccessError::BadPublicValue(step);
        let mut chip_mapping = None;
        let base = if self.offer.mapping == Mapping::Integrated {
            // The object is empty; chips that leave it out are tolerated.
            if !dynamic::is_empty(answer) && dynamic::object(answer, 0x82) != Some(&[]) {
                return Err(AccessError::Malformed(step));
            }
            let number = integrated::number(self.offer.cipher, nonce, ours, domain.field_bits())
                .ok_or(AccessError::Malformed(step))?;
            // No point for this number, or a curve that has no such mapping.
            domain.map(&number).ok_or(AccessError::Unsupported(step))?
        } else {
            let theirs = dynamic::object(answer, 0x82).ok_or(AccessError::Malformed(step))?;
            if is_same(theirs, ours) {
                return Err(bad);
            }
            let shared = domain.multiply(theirs, &self.random.mapping).ok_or(bad)?;
            let shifted = domain.multiply(&domain.generator(), nonce).ok_or(AccessError::Malformed(step))?;
            if self.offer.mapping == Mapping::ChipAuthentication {
                chip_mapping = Some(theirs.to_vec());
            }
            domain.combine(&shifted, &shared).ok_or(bad)?
        };
        let ours = self.public(&base, &self.random.ephemeral, step)?;
        let command = dynamic::command(Some((0x83, &ours)), false);
        self.state = State::Agree { base, ours, chip_mapping };
        Ok(PaceStep::Send(command))
    }

    /// Answer 3: the chip's ephemeral key. Command 4: our token.
    fn agree(
        &mut self,
        step: AccessStep,
        answer: &[u8],
        base: &[u8],
        ours: &[u8],
        chip_mapping: Option<Vec<u8>>,
    ) -> Result<PaceStep, AccessError> {
        let bad = AccessError::BadPublicValue(step);
        let domain = &self.offer.domain;
        let theirs = dynamic::object(answer, 0x84).ok_or(AccessError::Malformed(step))?;
        // A key of ours that comes back would let the chip echo our token too (ACC-06).
        if is_same(theirs, ours) || is_same(theirs, base) {
            return Err(bad);
        }
        let agreed = domain.multiply(theirs, &self.random.ephemeral).ok_or(bad)?;
        let secret = Zeroizing::new(domain.shared(&agreed).to_vec());
        let key = derive(&secret, Purpose::Authentication, self.offer.cipher);
        let token = |element: &[u8]| self.token(&key, element).ok_or(AccessError::Malformed(step));
        let (mine, expected) = (token(theirs)?, token(ours)?);
        let command = dynamic::command(Some((0x85, &mine)), true);
        let keys = [domain.compressed(theirs), domain.compressed(ours)];
        self.state = State::Token { secret, expected, chip_mapping, keys };
        Ok(PaceStep::Send(command))
    }

    /// Answer 4: the chip's token, and with chip authentication mapping its data.
    fn finish(
        &self,
        step: AccessStep,
        answer: &[u8],
        secret: &[u8],
        expected: &[u8; 8],
        mapping_key: Option<Vec<u8>>,
        [chip_key, terminal_key]: [CompressedKey; 2],
    ) -> Result<PaceStep, AccessError> {
        let theirs = dynamic::object(answer, 0x86).ok_or(AccessError::Malformed(step))?;
        if !bool::from(expected.as_slice().ct_eq(theirs)) {
            return Err(AccessError::NotProven(step));
        }
        let kind = self.offer.cipher;
        let chip_mapping = match mapping_key {
            None => None,
            Some(mapping_key) => {
                let sealed = dynamic::object(answer, 0x8A).ok_or(AccessError::Malformed(step))?;
                let data = opened(kind, secret, sealed).ok_or(AccessError::Malformed(step))?;
                Some(ChipMapping { domain: self.offer.domain.clone(), mapping_key, data })
            }
        };
        let messaging = SecureMessaging::from_secret(kind, secret);
        // The most recent one, then the one before; anything else there is no reason to refuse the chip.
        let reference = |tag| dynamic::object(answer, tag).and_then(Reference::new);
        let trust_points = [0x87, 0x88].into_iter().filter_map(reference).collect();
        Ok(PaceStep::Done(Box::new(PaceSession {
            messaging,
            chip_mapping,
            chip_key,
            terminal_key,
            trust_points,
        })))
    }

    /// Our public element for a secret; it fails only where the secret is a multiple of the order.
    fn public(&self, base: &[u8], secret: &[u8], step: AccessStep) -> Result<Vec<u8>, AccessError> {
        let domain = &self.offer.domain;
        let element = domain.multiply(base, secret).ok_or(AccessError::Unsupported(step))?;
        Ok(domain.encoded(&element).to_vec())
    }

    /// Token over a public key data object, `7F49`: protocol and element (Doc 9303-11 4.4.3.4).
    fn token(&self, key: &[u8], element: &[u8]) -> Option<[u8; 8]> {
        let mut content = dynamic::wrapped(&[0x06], self.offer.protocol.as_bytes());
        content.extend(dynamic::wrapped(&[self.offer.domain.public_key_tag()], element));
        let mut message = dynamic::wrapped(&[0x7F, 0x49], &content);
        if self.offer.cipher == CipherKind::TripleDes {
            pad(&mut message, 8);
        }
        mac(self.offer.cipher, key, &message)
    }
}

/// Chip authentication data: CBC with the encrypted all-ones block as start (Doc 9303-11 4.4.3.5).
fn opened(kind: CipherKind, secret: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Cipher::new(kind, &derive(secret, Purpose::Encryption, kind))?;
    let mut start = vec![0xFF; kind.block()];
    cipher.encrypt_block(&mut start)?;
    let padded = cipher.cbc_decrypt(&start, sealed)?;
    Some(Zeroizing::new(unpad(&padded)?.to_vec()))
}

/// Equal as numbers: a leading zero makes no other value.
fn is_same(first: &[u8], second: &[u8]) -> bool {
    without_leading_zeros(first) == without_leading_zeros(second)
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = matches!(self.state, State::Ended);
        write!(f, "Pace({:?}, {}, ended: {ended})", self.offer.mapping, self.offer.domain)
    }
}

#[cfg(test)]
pub(crate) use integrated::number as integrated_number;

#[cfg(test)]
mod tests;
