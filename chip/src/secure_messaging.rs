//! Secure messaging (Doc 9303-11 section 9.8): commands out protected, answers in checked, 3DES and AES.
//!
//! The MAC of an answer is verified before anything of it is decrypted, and every fault of an answer is the same error:
//! nothing tells an attacker which check he failed. A session that met one is dead; its keys are overwritten when it is
//! dropped, and it refuses to go on.

use std::fmt;

use subtle::ConstantTimeEq as _;

use crate::cipher::{Cipher, mac, pad, unpad};
use crate::command::{Command, LE_EXTENDED_MAX, LE_SHORT_MAX, Response, StatusWord, encode_le};
use crate::kdf::{CipherKind, Key, Purpose, derive};

/// Data object tags of secure messaging.
mod tag {
    /// Cryptogram for odd instructions: no padding indicator.
    pub(super) const CRYPTOGRAM_ODD: u8 = 0x85;
    /// Padding indicator and cryptogram.
    pub(super) const CRYPTOGRAM: u8 = 0x87;
    /// Protected expected length.
    pub(super) const EXPECTED_LENGTH: u8 = 0x97;
    /// Processing status.
    pub(super) const STATUS: u8 = 0x99;
    /// Checksum.
    pub(super) const CHECKSUM: u8 = 0x8E;
}

/// Why secure messaging stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmError {
    /// The command does not fit: data or expected length beyond the extended form, or a class byte that is protected
    /// already.
    Command,
    /// The chip answered without protection, with this status: it left the session (often 6987 or 6988).
    Unprotected(StatusWord),
    /// The answer's protection is missing, malformed or wrong. On purpose one error for all of it.
    Answer,
    /// The session met an error before and is dead.
    Dead,
}

impl fmt::Display for SmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command => f.write_str("the command cannot be protected"),
            Self::Unprotected(status) => write!(f, "the chip answered without protection, status {status}"),
            Self::Answer => f.write_str("the protection of the answer is missing or wrong"),
            Self::Dead => f.write_str("the session is over"),
        }
    }
}

impl std::error::Error for SmError {}

/// One session: two keys, a counter. `Debug` shows the cipher only.
pub struct SecureMessaging {
    kind: CipherKind,
    encryption: Key,
    authentication: Key,
    /// Send sequence counter: 8 octets for 3DES, 16 for AES.
    counter: Vec<u8>,
    dead: bool,
}

impl SecureMessaging {
    /// A session from its two keys and the start of its counter (8 octets for 3DES, 16 for AES); `None` where a length is
    /// wrong.
    #[must_use]
    pub fn new(kind: CipherKind, encryption: Key, authentication: Key, counter: &[u8]) -> Option<Self> {
        let right = encryption.len() == kind.key_length()
            && authentication.len() == kind.key_length()
            && counter.len() == kind.block();
        right.then(|| Self { kind, encryption, authentication, counter: counter.to_vec(), dead: false })
    }

    /// A session from a shared secret, the counter at zero (PACE, chip authentication).
    #[must_use]
    pub fn from_secret(kind: CipherKind, secret: &[u8]) -> Self {
        Self {
            kind,
            encryption: derive(secret, Purpose::Encryption, kind),
            authentication: derive(secret, Purpose::Authentication, kind),
            counter: vec![0; kind.block()],
            dead: false,
        }
    }

    /// The cipher of the session.
    #[must_use]
    pub const fn kind(&self) -> CipherKind {
        self.kind
    }

    /// Whether the session can still be used.
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        !self.dead
    }

    /// Protects one command.
    ///
    /// # Errors
    /// [`SmError::Dead`] after an earlier error, [`SmError::Command`] for a command that cannot be protected.
    pub fn protect(&mut self, command: &Command) -> Result<Vec<u8>, SmError> {
        if self.dead {
            return Err(SmError::Dead);
        }
        let protected = self.protected(command).ok_or(SmError::Command)?;
        protected.to_bytes().ok_or(SmError::Command)
    }

    fn protected(&mut self, command: &Command) -> Option<Command> {
        if command.cla & 0x0C != 0 {
            return None;
        }
        let block = self.kind.block();
        self.step();
        let mut body = Vec::new();
        if !command.data.is_empty() {
            let mut plain = zeroize::Zeroizing::new(command.data.clone());
            pad(&mut plain, block);
            let cryptogram = self.cipher()?.cbc_encrypt(&self.iv()?, &plain)?;
            if command.ins & 1 == 1 {
                push_object(&mut body, tag::CRYPTOGRAM_ODD, &[], &cryptogram);
            } else {
                push_object(&mut body, tag::CRYPTOGRAM, &[0x01], &cryptogram);
            }
        }
        if let Some(le) = command.le {
            let extended = le > LE_SHORT_MAX;
            push_object(&mut body, tag::EXPECTED_LENGTH, &[], &encode_le(le, extended)?);
        }
        let header = [command.cla | 0x0C, command.ins, command.p1, command.p2];
        let mut message = self.counter.clone();
        message.extend(header);
        pad(&mut message, block);
        message.extend(&body);
        if !body.is_empty() {
            pad(&mut message, block);
        }
        let checksum = mac(self.kind, &self.authentication, &message)?;
        push_object(&mut body, tag::CHECKSUM, &[], &checksum);
        let [cla, ins, p1, p2] = header;
        let extended = command.is_extended() || body.len() > 255;
        let le = if extended { LE_EXTENDED_MAX } else { LE_SHORT_MAX };
        Some(Command::new(cla, ins, p1, p2).with_data(body).expecting(le))
    }

    /// Checks and opens one answer.
    ///
    /// # Errors
    /// [`SmError::Unprotected`], [`SmError::Answer`], [`SmError::Dead`]; after each the session is dead.
    pub fn unprotect(&mut self, answer: &[u8]) -> Result<Response, SmError> {
        if self.dead {
            return Err(SmError::Dead);
        }
        let opened = self.open(answer);
        if opened.is_err() {
            self.end();
        }
        opened
    }

    fn open(&mut self, answer: &[u8]) -> Result<Response, SmError> {
        let outer = Response::parse(answer).ok_or(SmError::Answer)?;
        if outer.data.is_empty() {
            return Err(SmError::Unprotected(outer.status));
        }
        self.step();
        self.checked(&outer).ok_or(SmError::Answer)
    }

    fn checked(&self, outer: &Response) -> Option<Response> {
        let block = self.kind.block();
        let objects = Objects::parse(&outer.data)?;
        let mut message = self.counter.clone();
        message.extend_from_slice(objects.authenticated);
        pad(&mut message, block);
        let expected = mac(self.kind, &self.authentication, &message)?;
        if !bool::from(expected.ct_eq(objects.checksum)) {
            return None;
        }
        // From here on the answer is the chip's. A status that differs outside was changed on the way.
        let status = StatusWord(u16::from_be_bytes(*objects.status));
        if status != outer.status {
            return None;
        }
        let data = match objects.cryptogram {
            None => Vec::new(),
            Some(cryptogram) => {
                let plain = self.cipher()?.cbc_decrypt(&self.iv()?, cryptogram)?;
                unpad(&plain)?.to_vec()
            }
        };
        Some(Response { data, status })
    }

    /// Ends the session: keys are overwritten now.
    pub fn end(&mut self) {
        self.dead = true;
        self.encryption = Key::default();
        self.authentication = Key::default();
    }

    /// Whether no key is left.
    #[cfg(test)]
    pub(crate) fn is_wiped(&self) -> bool {
        self.encryption.is_empty() && self.authentication.is_empty()
    }

    fn cipher(&self) -> Option<Cipher> {
        Cipher::new(self.kind, &self.encryption)
    }

    /// Zero for 3DES; the encrypted counter for AES (Doc 9303-11 9.8.6).
    fn iv(&self) -> Option<Vec<u8>> {
        if self.kind == CipherKind::TripleDes {
            return Some(vec![0; 8]);
        }
        let mut iv = self.counter.clone();
        self.cipher()?.encrypt_block(&mut iv)?;
        Some(iv)
    }

    /// Counts one message, in either direction.
    fn step(&mut self) {
        for octet in self.counter.iter_mut().rev() {
            *octet = octet.wrapping_add(1);
            if *octet != 0 {
                break;
            }
        }
    }
}

impl fmt::Debug for SecureMessaging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecureMessaging({:?}, alive: {})", self.kind, self.is_alive())
    }
}

/// The data objects of an answer, in the only order that Doc 9303-11 9.8.5 knows: cryptogram, status, checksum.
struct Objects<'a> {
    cryptogram: Option<&'a [u8]>,
    status: &'a [u8; 2],
    checksum: &'a [u8; 8],
    /// Everything before the checksum object, as it stands.
    authenticated: &'a [u8],
}

impl<'a> Objects<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let (mut cryptogram, mut status, mut rest) = (None, None, data);
        loop {
            let (tag, value, after) = take_object(rest)?;
            match tag {
                tag::CRYPTOGRAM if cryptogram.is_none() && status.is_none() => {
                    cryptogram = Some(value.strip_prefix(&[0x01])?);
                }
                tag::CRYPTOGRAM_ODD if cryptogram.is_none() && status.is_none() => cryptogram = Some(value),
                tag::STATUS if status.is_none() => status = Some(<&[u8; 2]>::try_from(value).ok()?),
                tag::CHECKSUM if after.is_empty() => {
                    let authenticated = data.get(..data.len().checked_sub(rest.len())?)?;
                    let checksum = <&[u8; 8]>::try_from(value).ok()?;
                    return Some(Self { cryptogram, status: status?, checksum, authenticated });
                }
                _ => return None,
            }
            rest = after;
        }
    }
}

/// One object of one-octet tag and definite length: tag, value, rest.
fn take_object(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = data.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(*first), rest),
        0x81 => rest.split_first().map(|(length, rest)| (usize::from(*length), rest))?,
        0x82 => rest
            .split_first_chunk::<2>()
            .map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))?,
        0x83 => rest.split_first_chunk::<3>().and_then(|([a, b, c], rest)| {
            Some((usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).ok()?, rest))
        })?,
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((*tag, value, rest))
}

/// Tag, shortest length, the given start of the value, the rest of the value.
fn push_object(out: &mut Vec<u8>, tag: u8, start: &[u8], value: &[u8]) {
    let length = start.len().saturating_add(value.len());
    out.push(tag);
    match length {
        0..=0x7F => {}
        0x80..=0xFF => out.push(0x81),
        0x100..=0xFFFF => out.push(0x82),
        _ => out.push(0x83),
    }
    let octets = length.to_be_bytes();
    let skipped = octets.iter().take_while(|octet| **octet == 0).count().min(octets.len().saturating_sub(1));
    out.extend(octets.iter().skip(skipped));
    out.extend_from_slice(start);
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> SecureMessaging {
        let key = |hex: &str| Key::new(hex::decode(hex).unwrap());
        SecureMessaging::new(
            CipherKind::TripleDes,
            key("979EC13B1CBFE9DCD01AB0FED307EAE5"),
            key("F1CB1F1FB5ADF208806B89DC579DC1F8"),
            &hex::decode("887022120C06C226").unwrap(),
        )
        .unwrap()
    }

    /// Worked example of Doc 9303-11 appendix D.4, all three exchanges in one session.
    #[test]
    fn worked_example_3des() {
        let mut session = session();
        let exchanges = [
            (
                Command::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E]),
                "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
                "990290008E08FA855A5D4C50A8ED9000",
                "",
            ),
            (
                Command::new(0x00, 0xB0, 0x00, 0x00).expecting(4),
                "0CB000000D9701048E08ED6705417E96BA5500",
                "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
                "60145F01",
            ),
            (
                Command::new(0x00, 0xB0, 0x00, 0x04).expecting(18),
                "0CB000040D9701128E082EA28A70F3C7B53500",
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
                "04303130365F36063034303030305C026175",
            ),
        ];
        for (command, protected, answer, plain) in exchanges {
            assert_eq!(hex::encode_upper(session.protect(&command).unwrap()), protected);
            let response = session.unprotect(&hex::decode(answer).unwrap()).unwrap();
            assert_eq!(response.status, StatusWord::OK);
            assert_eq!(hex::encode_upper(&response.data), plain);
        }
    }

    /// Every octet of a good answer, changed in two ways: one uniform error, and the session is over.
    #[test]
    fn any_change_of_an_answer_ends_the_session() {
        let good = hex::decode("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000").unwrap();
        for place in 0..good.len() {
            for flip in [0x01_u8, 0x80] {
                let mut session = session();
                session.protect(&Command::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E])).unwrap();
                session.unprotect(&hex::decode("990290008E08FA855A5D4C50A8ED9000").unwrap()).unwrap();
                session.protect(&Command::new(0x00, 0xB0, 0x00, 0x00).expecting(4)).unwrap();
                let mut bad = good.clone();
                bad[place] ^= flip;
                assert_eq!(session.unprotect(&bad), Err(SmError::Answer), "octet {place}");
                assert_eq!(session.unprotect(&good), Err(SmError::Dead));
                assert!(session.protect(&Command::new(0, 0xB0, 0, 0)).is_err());
            }
        }
    }

    /// ACC-02 and ACC-03: no MAC, no status object, plain status, replay, truncation.
    #[test]
    fn answers_without_protection_are_refused() {
        let first = hex::decode("990290008E08FA855A5D4C50A8ED9000").unwrap();
        for (answer, expected) in [
            ("9000", SmError::Unprotected(StatusWord::OK)),
            ("6988", SmError::Unprotected(StatusWord::SM_OBJECTS_INCORRECT)),
            ("990290009000", SmError::Answer),
            ("8E08FA855A5D4C50A8ED9000", SmError::Answer),
            ("990290008E08FA855A5D4C50A89000", SmError::Answer),
            ("90", SmError::Answer),
            ("", SmError::Answer),
        ] {
            let mut session = session();
            session.protect(&Command::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E])).unwrap();
            assert_eq!(session.unprotect(&hex::decode(answer).unwrap()), Err(expected), "{answer}");
        }
        let mut session = session();
        session.protect(&Command::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E])).unwrap();
        session.unprotect(&first).unwrap();
        session.protect(&Command::new(0x00, 0xB0, 0x00, 0x00).expecting(4)).unwrap();
        assert_eq!(session.unprotect(&first), Err(SmError::Answer), "a replayed answer");
    }

    #[test]
    fn extended_lengths_and_odd_instructions() {
        for kind in [CipherKind::TripleDes, CipherKind::Aes128, CipherKind::Aes192, CipherKind::Aes256] {
            let mut session = SecureMessaging::from_secret(kind, b"secret");
            let command =
                Command::new(0x00, 0xB1, 0x00, 0x00).with_data([0x54, 0x02, 0x80, 0x00]).expecting(4_096);
            let bytes = session.protect(&command).unwrap();
            assert_eq!(bytes[4], 0, "extended form");
            assert_eq!(bytes[7], tag::CRYPTOGRAM_ODD);
            assert_eq!(&bytes[bytes.len() - 2..], [0, 0]);
        }
    }
}
