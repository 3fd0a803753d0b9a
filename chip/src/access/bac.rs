//! Basic access control (Doc 9303-11 section 4.3): two commands, then 3DES secure messaging.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::error::{AccessError, AccessStep};
use super::mrz_key::MrzKey;
use crate::cipher::{Cipher, mac, pad};
use crate::command::{Command, Response};
use crate::kdf::{CipherKind, Key, Purpose, derive};
use crate::secure_messaging::SecureMessaging;

/// What the caller's generator draws for one run: RND.IFD and K.IFD. Overwritten when it goes.
#[derive(Clone)]
pub struct BacRandom {
    /// RND.IFD, eight octets.
    pub challenge: Zeroizing<[u8; 8]>,
    /// K.IFD, sixteen octets.
    pub key: Zeroizing<[u8; 16]>,
}

impl fmt::Debug for BacRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BacRandom(..)")
    }
}

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// Send this command and hand the response to [`Bac::respond`].
    Send(Command),
    /// Both sides have proven the key.
    Done(SecureMessaging),
}

/// One run of basic access control.
pub struct Bac {
    encryption: Key,
    authentication: Key,
    random: BacRandom,
    chip_challenge: Option<[u8; 8]>,
    ended: bool,
}

impl Bac {
    /// Starts a run: the machine and its first command, GET CHALLENGE.
    #[must_use]
    pub fn start(key: &MrzKey, random: BacRandom) -> (Self, Command) {
        let bac = Self {
            encryption: derive(key.seed(), Purpose::Encryption, CipherKind::TripleDes),
            authentication: derive(key.seed(), Purpose::Authentication, CipherKind::TripleDes),
            random,
            chip_challenge: None,
            ended: false,
        };
        (bac, Command::new(0x00, 0x84, 0x00, 0x00).expecting(8))
    }

    /// Takes the chip's response to the last command.
    ///
    /// # Errors
    /// [`AccessError`]; the run is over then, and a new one needs new random values.
    pub fn respond(&mut self, response: &Response) -> Result<Step, AccessError> {
        if self.ended {
            return Err(AccessError::OutOfOrder);
        }
        let next = match self.chip_challenge {
            None => self.challenged(response),
            Some(challenge) => self.answered(response, &challenge),
        };
        if !matches!(next, Ok(Step::Send(_))) {
            self.ended = true;
            self.encryption = Key::default();
            self.authentication = Key::default();
            self.random.challenge.zeroize();
            self.random.key.zeroize();
        }
        next
    }

    /// Whether no secret is left.
    #[cfg(test)]
    pub(crate) fn is_wiped(&self) -> bool {
        let empty = self.encryption.is_empty() && self.authentication.is_empty();
        empty && *self.random.challenge == [0; 8] && *self.random.key == [0; 16]
    }

    fn challenged(&mut self, response: &Response) -> Result<Step, AccessError> {
        let step = AccessStep::BacGetChallenge;
        if !response.status.is_ok() {
            return Err(AccessError::Refused(step, response.status));
        }
        let challenge =
            <[u8; 8]>::try_from(response.data.as_slice()).map_err(|_| AccessError::Malformed(step))?;
        let mut plain = Zeroizing::new(Vec::with_capacity(32));
        plain.extend_from_slice(self.random.challenge.as_slice());
        plain.extend_from_slice(&challenge);
        plain.extend_from_slice(self.random.key.as_slice());
        let mut data = self.sealed(&plain).ok_or(AccessError::Malformed(step))?;
        let checksum = self.checksum(&data).ok_or(AccessError::Malformed(step))?;
        data.extend(checksum);
        self.chip_challenge = Some(challenge);
        Ok(Step::Send(Command::new(0x00, 0x82, 0x00, 0x00).with_data(data).expecting(40)))
    }

    fn answered(&self, response: &Response, challenge: &[u8; 8]) -> Result<Step, AccessError> {
        let step = AccessStep::BacMutualAuthenticate;
        if !response.status.is_ok() {
            return Err(AccessError::Refused(step, response.status));
        }
        if response.data.len() != 40 {
            return Err(AccessError::Malformed(step));
        }
        let (cryptogram, checksum) =
            response.data.split_last_chunk::<8>().ok_or(AccessError::Malformed(step))?;
        let expected = self.checksum(cryptogram).ok_or(AccessError::Malformed(step))?;
        if !bool::from(expected.ct_eq(checksum)) {
            return Err(AccessError::NotProven(step));
        }
        let cipher =
            Cipher::new(CipherKind::TripleDes, &self.encryption).ok_or(AccessError::Malformed(step))?;
        let plain = cipher.cbc_decrypt(&[0; 8], cryptogram).ok_or(AccessError::Malformed(step))?;
        let ours: &[u8] = self.random.challenge.as_slice();
        let echoed = plain.get(..8).is_some_and(|octets| bool::from(octets.ct_eq(challenge)))
            && plain.get(8..16).is_some_and(|octets| bool::from(octets.ct_eq(ours)));
        let chip_key = plain.get(16..32).filter(|_| echoed).ok_or(AccessError::NotProven(step))?;
        let seed: Zeroizing<Vec<u8>> =
            Zeroizing::new(chip_key.iter().zip(self.random.key.iter()).map(|(a, b)| a ^ b).collect());
        let counter: Vec<u8> =
            challenge.iter().skip(4).chain(self.random.challenge.iter().skip(4)).copied().collect();
        let kind = CipherKind::TripleDes;
        let session = SecureMessaging::new(
            kind,
            derive(&seed, Purpose::Encryption, kind),
            derive(&seed, Purpose::Authentication, kind),
            &counter,
        );
        session.map(Step::Done).ok_or(AccessError::Malformed(step))
    }

    fn sealed(&self, plain: &[u8]) -> Option<Vec<u8>> {
        Cipher::new(CipherKind::TripleDes, &self.encryption)?.cbc_encrypt(&[0; 8], plain)
    }

    fn checksum(&self, cryptogram: &[u8]) -> Option<[u8; 8]> {
        let mut message = cryptogram.to_vec();
        pad(&mut message, 8);
        mac(CipherKind::TripleDes, &self.authentication, &message)
    }
}

impl fmt::Debug for Bac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bac(challenged: {}, ended: {})", self.chip_challenge.is_some(), self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::StatusWord;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        hex::decode(hex).unwrap().try_into().unwrap()
    }

    fn start() -> (Bac, Command) {
        let key = MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236");
        let random = BacRandom {
            challenge: Zeroizing::new(bytes("781723860C06C226")),
            key: Zeroizing::new(bytes("0B795240CB7049B01C19B33E32804F0B")),
        };
        Bac::start(&key, random)
    }

    fn answer(hex: &str) -> Response {
        Response::parse(&hex::decode(hex).unwrap()).unwrap()
    }

    const CHALLENGE: &str = "4608F919887022129000";
    const ANSWER: &str =
        "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000";

    /// Worked example of Doc 9303-11 appendix D.3, then the first exchange of D.4 under its keys.
    #[test]
    fn worked_example() {
        let (mut bac, first) = start();
        assert_eq!(hex::encode_upper(first.to_bytes().unwrap()), "0084000008");
        let Step::Send(second) = bac.respond(&answer(CHALLENGE)).unwrap() else {
            panic!("a command comes next")
        };
        assert_eq!(
            hex::encode_upper(second.to_bytes().unwrap()),
            "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728"
        );
        let Step::Done(mut session) = bac.respond(&answer(ANSWER)).unwrap() else {
            panic!("the session comes next")
        };
        let select = Command::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E]);
        assert_eq!(
            hex::encode_upper(session.protect(&select).unwrap()),
            "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"
        );
        assert_eq!(bac.respond(&answer(ANSWER)).unwrap_err(), AccessError::OutOfOrder);
    }

    /// ACC-01: every octet of the chip's proof changed.
    #[test]
    fn a_changed_proof_is_refused() {
        let good = hex::decode(ANSWER).unwrap();
        for place in 0..good.len() - 2 {
            let (mut bac, _) = start();
            bac.respond(&answer(CHALLENGE)).unwrap();
            let mut bad = good.clone();
            bad[place] ^= 0x01;
            let error = bac.respond(&Response::parse(&bad).unwrap()).unwrap_err();
            assert_eq!(error, AccessError::NotProven(AccessStep::BacMutualAuthenticate), "octet {place}");
        }
    }

    #[test]
    fn refusals_name_step_and_status() {
        let (mut bac, _) = start();
        let error = bac.respond(&answer("6A88")).unwrap_err();
        assert_eq!(error, AccessError::Refused(AccessStep::BacGetChallenge, StatusWord::REFERENCE_NOT_FOUND));
        assert_eq!(error.to_string(), "BAC GET CHALLENGE: refused with 6A88");
        let (mut bac, _) = start();
        assert_eq!(
            bac.respond(&answer("00019000")).unwrap_err(),
            AccessError::Malformed(AccessStep::BacGetChallenge)
        );
    }
}
