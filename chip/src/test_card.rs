//! A card for tests: the chip's side of BAC, PACE, secure messaging, chip authentication and READ BINARY, straight down
//! the text of Doc 9303-11, with the quirks that chips in the field have.

mod spoilt;

use std::collections::BTreeMap;

use crate::access::pace::Mapping;
use crate::access::{MrzKey, pace::PaceOffer};
use crate::apdu::{Transceive, TransceiveError};
use crate::cipher::{Cipher, mac, pad, unpad};
use crate::kdf::{CipherKind, Purpose, derive};
use crate::key_agreement::Domain;
pub(crate) use spoilt::SpoiltLink;

const BAC_CHALLENGE: [u8; 8] = [0x46, 0x08, 0xF9, 0x19, 0x88, 0x70, 0x22, 0x12];

/// What a chip does otherwise than most.
#[derive(Default, Clone)]
pub(crate) struct Quirks {
    /// Largest expected length it serves; others are answered with 6700.
    pub(crate) longest: Option<usize>,
    /// It tells the right length with 6Cxx instead.
    pub(crate) tells_length: bool,
    /// It answers as much as it can with 6282 instead.
    pub(crate) answers_short: bool,
    /// A refused length also ends the session.
    pub(crate) drops_session: bool,
    /// Reads give nothing with 9000.
    pub(crate) silent: bool,
    /// No short identifiers in READ BINARY.
    pub(crate) no_short_identifiers: bool,
    /// The session ends before this command, once.
    pub(crate) tears_at: Option<usize>,
    /// The old keys stay after chip authentication (CHA-07).
    pub(crate) keeps_old_keys: bool,
    /// Status word for the commands of chip authentication.
    pub(crate) refuses_chip_authentication: Option<u16>,
    /// Length of the answer to INTERNAL AUTHENTICATE.
    pub(crate) signature: usize,
    /// No block goes over this offset.
    pub(crate) edge: Option<usize>,
    /// Access is not asked for.
    pub(crate) open: bool,
}

struct Session {
    kind: CipherKind,
    encryption: Vec<u8>,
    authentication: Vec<u8>,
    counter: Vec<u8>,
}

impl Session {
    fn new(kind: CipherKind, secret: &[u8], counter: Vec<u8>) -> Self {
        Self {
            kind,
            encryption: derive(secret, Purpose::Encryption, kind).to_vec(),
            authentication: derive(secret, Purpose::Authentication, kind).to_vec(),
            counter,
        }
    }

    fn count(&mut self) {
        for octet in self.counter.iter_mut().rev() {
            *octet = octet.wrapping_add(1);
            if *octet != 0 {
                break;
            }
        }
    }

    fn cipher(&self) -> (Cipher, Vec<u8>) {
        let cipher = Cipher::new(self.kind, &self.encryption).unwrap();
        let mut start = vec![0; 8];
        if self.kind != CipherKind::TripleDes {
            start = self.counter.clone();
            cipher.encrypt_block(&mut start).unwrap();
        }
        (cipher, start)
    }

    fn checksum(&self, message: &[u8]) -> Vec<u8> {
        let mut all = self.counter.clone();
        all.extend_from_slice(message);
        pad(&mut all, self.kind.block());
        mac(self.kind, &self.authentication, &all).unwrap().to_vec()
    }
}

pub(crate) struct Card {
    /// By application (true) or master file (false), and short identifier.
    pub(crate) files: BTreeMap<(bool, u8), Vec<u8>>,
    pub(crate) key: MrzKey,
    pub(crate) pace: Option<PaceOffer>,
    pub(crate) chip_key: Option<(Domain, Vec<u8>)>,
    pub(crate) quirks: Quirks,
    pub(crate) commands: usize,
    pub(crate) longest_command: usize,
    pub(crate) longest_response: usize,
    application: bool,
    current: Option<(bool, u8)>,
    session: Option<Session>,
    next_session: Option<Session>,
    challenged: bool,
    pace_step: u8,
    base: Vec<u8>,
    terminal_key: Vec<u8>,
    mapping_secret: Vec<u8>,
    authenticating: Option<CipherKind>,
    chained: Vec<u8>,
}

impl Card {
    pub(crate) fn new(key: MrzKey) -> Self {
        Self {
            files: BTreeMap::new(),
            key,
            pace: None,
            chip_key: None,
            quirks: Quirks::default(),
            commands: 0,
            longest_command: 65_544,
            longest_response: 65_538,
            application: false,
            current: None,
            session: None,
            next_session: None,
            challenged: false,
            pace_step: 0,
            base: Vec::new(),
            terminal_key: Vec::new(),
            mapping_secret: Vec::new(),
            authenticating: None,
            chained: Vec::new(),
        }
    }

    pub(crate) fn reset(&mut self) {
        (self.application, self.current, self.session, self.next_session) = (false, None, None, None);
        (self.challenged, self.pace_step, self.authenticating) = (false, 0, None);
    }

    /// The public element of the chip's static key.
    pub(crate) fn chip_public(&self) -> Vec<u8> {
        let (domain, secret) = self.chip_key.as_ref().unwrap();
        domain.encoded(&domain.multiply(&domain.generator(), secret).unwrap()).to_vec()
    }

    fn serve(&mut self, command: &[u8]) -> Vec<u8> {
        let (header, body) = command.split_at(4);
        let (data, le) = lengths(body);
        if header[0] & 0x0C == 0 {
            if self.session.is_some() && header[1] == 0xA4 {
                self.session = None;
            }
            let (data, status) = self.process(header, &data, le);
            return [data, status.to_be_bytes().to_vec()].concat();
        }
        let Some(session) = self.session.as_mut() else { return vec![0x69, 0x88] };
        session.count();
        let (mut plain, mut inner_le, mut covered, mut checksum) =
            (Vec::new(), None, header.to_vec(), Vec::new());
        pad(&mut covered, session.kind.block());
        let mut objects = Vec::new();
        for (tag, value) in split(&data) {
            match tag {
                0x85 | 0x87 => {
                    let sealed = if tag == 0x87 { &value[1..] } else { &value[..] };
                    let (cipher, start) = session.cipher();
                    let opened = cipher.cbc_decrypt(&start, sealed).unwrap();
                    // Sealed by other keys: the checksum will tell.
                    plain = unpad(&opened).map_or_else(Vec::new, <[u8]>::to_vec);
                    objects.extend(wrap(tag, &value));
                }
                0x97 => {
                    inner_le = Some(match value.as_slice() {
                        [0] => 256,
                        [one] => usize::from(*one),
                        [0, 0] => 65_536,
                        two => usize::from(u16::from_be_bytes(two.try_into().unwrap())),
                    });
                    objects.extend(wrap(tag, &value));
                }
                _ => checksum = value,
            }
        }
        if objects.is_empty() {
            covered = header.to_vec();
        } else {
            covered.extend(&objects);
        }
        if session.checksum(&covered) != checksum {
            self.session = None;
            return vec![0x69, 0x88];
        }
        let header = [header[0] & 0xF0, header[1], header[2], header[3]];
        let (answer, status) = self.process(&header, &plain, inner_le);
        let Some(session) = self.session.as_mut() else { return status.to_be_bytes().to_vec() };
        session.count();
        let mut objects = Vec::new();
        if !answer.is_empty() {
            let mut padded = answer;
            pad(&mut padded, session.kind.block());
            let (cipher, start) = session.cipher();
            let sealed = cipher.cbc_encrypt(&start, &padded).unwrap();
            objects = if header[1] & 1 == 1 {
                wrap(0x85, &sealed)
            } else {
                wrap(0x87, &[vec![1], sealed].concat())
            };
        }
        objects.extend(wrap(0x99, &status.to_be_bytes()));
        let checksum = session.checksum(&objects);
        objects.extend(wrap(0x8E, &checksum));
        objects.extend(status.to_be_bytes());
        if let Some(next) = self.next_session.take() {
            self.session = Some(next);
        }
        objects
    }

    fn process(&mut self, header: &[u8], data: &[u8], le: Option<usize>) -> (Vec<u8>, u16) {
        // Parts of one command; those of PACE are commands of their own.
        let of_pace = header[1] == 0x86 && self.authenticating.is_none();
        if header[0] & 0x10 != 0 && !of_pace {
            self.chained.extend_from_slice(data);
            return (vec![], 0x9000);
        }
        let joined = [std::mem::take(&mut self.chained), data.to_vec()].concat();
        let data = joined.as_slice();
        match (header[1], header[2], header[3]) {
            (0xA4, 0x04, 0x0C) => {
                (self.application, self.current) = (true, None);
                (vec![], 0x9000)
            }
            (0xA4, 0x00, 0x0C) => (vec![], 0x6A87),
            // Signs nothing: the challenge again and again, as long as the quirk says.
            (0x88, 0, 0) if le.unwrap_or(0) < self.quirks.signature => (vec![], 0x6700),
            (0x88, 0, 0) => (data.iter().copied().cycle().take(self.quirks.signature).collect(), 0x9000),
            (0xA4, 0x02, 0x0C) => {
                let identifier = data[1];
                let short = match (data[0], identifier) {
                    (1, 1..=0x10) => identifier,
                    (1, short) => short,
                    _ => return (vec![], 0x6A82),
                };
                self.select(short)
            }
            (0x84, ..) => {
                self.challenged = true;
                (BAC_CHALLENGE.to_vec(), 0x9000)
            }
            (0x82, ..) => self.mutual(data),
            (0x22, 0xC1, 0xA4) => {
                self.pace_step = 1;
                (vec![], if self.pace.is_some() { 0x9000 } else { 0x6A80 })
            }
            (0x86, ..) if self.authenticating.is_none() => self.pace_step(data),
            (0x22, 0x41, 0xA6) => self.agree(CipherKind::TripleDes, &split(data)[0].1),
            (0x22, 0x41, 0xA4) => {
                if let Some(status) = self.quirks.refuses_chip_authentication {
                    return (vec![], status);
                }
                self.authenticating = Some(match *split(data)[0].1.last().unwrap() {
                    1 => CipherKind::TripleDes,
                    2 => CipherKind::Aes128,
                    3 => CipherKind::Aes192,
                    _ => CipherKind::Aes256,
                });
                (vec![], 0x9000)
            }
            (0x86, ..) => {
                let kind = self.authenticating.take().unwrap();
                let public = split(&split(data)[0].1)[0].1.clone();
                let (_, status) = self.agree(kind, &public);
                (vec![0x7C, 0], status)
            }
            (0xB0, p1, p2) if p1 & 0x80 != 0 => {
                if self.quirks.no_short_identifiers {
                    return (vec![], 0x6A86);
                }
                match self.select(p1 & 0x1F) {
                    (_, 0x9000) => self.read(usize::from(p2), le, false),
                    refused => refused,
                }
            }
            (0xB0, p1, p2) => self.read(usize::from(p1) << 8 | usize::from(p2), le, false),
            (0xB1, 0, 0) => {
                let offset = split(data)[0].1.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet));
                self.read(offset, le, true)
            }
            _ => (vec![], 0x6D00),
        }
    }

    fn select(&mut self, short: u8) -> (Vec<u8>, u16) {
        let key = (self.application, short);
        if !self.files.contains_key(&key) {
            return (vec![], 0x6A82);
        }
        if self.application && self.session.is_none() && !self.quirks.open {
            return (vec![], 0x6982);
        }
        self.current = Some(key);
        (vec![], 0x9000)
    }

    fn read(&mut self, offset: usize, le: Option<usize>, wrapped: bool) -> (Vec<u8>, u16) {
        let Some(file) = self.current.and_then(|key| self.files.get(&key)) else { return (vec![], 0x6986) };
        if self.quirks.silent {
            return (vec![], 0x9000);
        }
        if offset >= file.len() {
            return (vec![], 0x6B00);
        }
        let mut le = le.unwrap_or(0);
        let mut status = 0x9000;
        if let Some(longest) = self.quirks.longest.filter(|longest| le > *longest) {
            if self.quirks.drops_session {
                self.session = None;
            }
            if self.quirks.answers_short {
                (le, status) = (longest, 0x6282);
            } else if self.quirks.tells_length {
                return (vec![], 0x6C00 | u16::try_from(longest & 0xFF).unwrap());
            } else {
                return (vec![], 0x6700);
            }
        }
        let room = if wrapped { le.saturating_sub(if le > 131 { 4 } else { 2 }) } else { le };
        let edge = self.quirks.edge.filter(|edge| offset < *edge).unwrap_or(usize::MAX);
        let end = file.len().min(offset + room).min(edge);
        if offset + room > file.len() {
            status = 0x6282;
        }
        let part = file[offset..end].to_vec();
        (if wrapped { wrap(0x53, &part) } else { part }, status)
    }

    fn mutual(&mut self, data: &[u8]) -> (Vec<u8>, u16) {
        let kind = CipherKind::TripleDes;
        let encryption = derive(self.key.seed(), Purpose::Encryption, kind);
        let authentication = derive(self.key.seed(), Purpose::Authentication, kind);
        let (sealed, checksum) = data.split_at(32);
        let mut padded = sealed.to_vec();
        pad(&mut padded, 8);
        if mac(kind, &authentication, &padded).unwrap() != *checksum || !std::mem::take(&mut self.challenged)
        {
            return (vec![], 0x6300);
        }
        let cipher = Cipher::new(kind, &encryption).unwrap();
        let plain = cipher.cbc_decrypt(&[0; 8], sealed).unwrap();
        let (theirs, ours) = (&plain[16..32], [0x0B; 16]);
        let answer = [&BAC_CHALLENGE[..], &plain[..8], &ours].concat();
        let mut answer = cipher.cbc_encrypt(&[0; 8], &answer).unwrap();
        let mut padded = answer.clone();
        pad(&mut padded, 8);
        answer.extend(mac(kind, &authentication, &padded).unwrap());
        let seed: Vec<u8> = theirs.iter().zip(ours).map(|(a, b)| a ^ b).collect();
        let counter = [&BAC_CHALLENGE[4..], &plain[4..8]].concat();
        self.session = Some(Session::new(kind, &seed, counter));
        (answer, 0x9000)
    }

    fn pace_step(&mut self, data: &[u8]) -> (Vec<u8>, u16) {
        let Some(offer) = self.pace.clone() else { return (vec![], 0x6985) };
        let (domain, kind) = (&offer.domain, offer.cipher);
        let length = if kind.key_length() == 16 { 16 } else { 32 };
        let nonce: Vec<u8> = (0..length).map(|n| 0x30 + n).collect();
        let inner = split(&split(data)[0].1);
        let received = inner.first().map(|(_, value)| value.clone()).unwrap_or_default();
        let step = self.pace_step;
        self.pace_step += 1;
        let object = match step {
            1 => {
                let key = derive(self.key.password(), Purpose::Password, kind);
                let sealed =
                    Cipher::new(kind, &key).unwrap().cbc_encrypt(&vec![0; kind.block()], &nonce).unwrap();
                wrap(0x80, &sealed)
            }
            2 if offer.mapping == Mapping::Integrated => {
                let number =
                    crate::access::pace::integrated_number(kind, &nonce, &received, domain.field_bits());
                self.base = domain.map(&number.unwrap()).unwrap().to_vec();
                wrap(0x82, &[])
            }
            2 => {
                self.mapping_secret = vec![0x21; 19];
                let public = domain.multiply(&domain.generator(), &self.mapping_secret).unwrap();
                let shared = domain.multiply(&received, &self.mapping_secret).unwrap();
                let shifted = domain.multiply(&domain.generator(), &nonce).unwrap();
                self.base = domain.combine(&shifted, &shared).unwrap().to_vec();
                wrap(0x82, domain.encoded(&public))
            }
            3 => {
                let secret = vec![0x5C; 18];
                let public = domain.multiply(&self.base, &secret).unwrap();
                let agreed = domain.multiply(&received, &secret).unwrap();
                self.next_session = Some(Session::new(kind, domain.shared(&agreed), vec![0; kind.block()]));
                self.terminal_key = received;
                self.base = domain.encoded(&public).to_vec();
                wrap(0x84, domain.encoded(&public))
            }
            _ => {
                let session = self.next_session.take().unwrap();
                let token = |element: &[u8]| {
                    let tag = if domain.is_elliptic() { 0x86 } else { 0x84 };
                    let inner = [wrap(6, offer.protocol.as_bytes()), wrap(tag, element)].concat();
                    let mut message = [vec![0x7F], wrap(0x49, &inner)].concat();
                    if kind == CipherKind::TripleDes {
                        pad(&mut message, 8);
                    }
                    mac(kind, &session.authentication, &message).unwrap()
                };
                if token(&self.base) != *received {
                    return (vec![], 0x6300);
                }
                let mut answer = wrap(0x86, &token(&self.terminal_key));
                if offer.mapping == Mapping::ChipAuthentication {
                    answer.extend(wrap(0x8A, &self.authentication_data(&session)));
                }
                self.session = Some(session);
                answer
            }
        };
        (wrap(0x7C, &object), 0x9000)
    }

    /// Mapping secret over static secret, modulo the order, encrypted (Doc 9303-11 4.4.3.5).
    fn authentication_data(&self, session: &Session) -> Vec<u8> {
        use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
        use crypto_bigint::{BoxedUint, Odd};
        let (domain, secret) = self.chip_key.as_ref().unwrap();
        let Domain::Ec(curve) = domain else { panic!("a curve") };
        let order = curve.parameters().n;
        let bits = u32::try_from(order.len() * 8).unwrap();
        let modulus =
            BoxedMontyParams::new(Odd::new(BoxedUint::from_be_slice(order, bits).unwrap()).unwrap());
        let number =
            |octets: &[u8]| BoxedMontyForm::new(BoxedUint::from_be_slice(octets, bits).unwrap(), &modulus);
        let inverse: BoxedMontyForm = number(secret).invert().into_option().unwrap();
        let quotient = number(&self.mapping_secret).mul(&inverse).retrieve().to_be_bytes();
        let mut padded = quotient[quotient.len() - order.len()..].to_vec();
        pad(&mut padded, 16);
        let cipher = Cipher::new(session.kind, &session.encryption).unwrap();
        let mut start = vec![0xFF; 16];
        cipher.encrypt_block(&mut start).unwrap();
        cipher.cbc_encrypt(&start, &padded).unwrap()
    }

    fn agree(&mut self, kind: CipherKind, public: &[u8]) -> (Vec<u8>, u16) {
        if let Some(status) = self.quirks.refuses_chip_authentication {
            return (vec![], status);
        }
        let Some((domain, secret)) = &self.chip_key else { return (vec![], 0x6A88) };
        let Some(agreed) = domain.multiply(public, secret) else { return (vec![], 0x6A80) };
        if !self.quirks.keeps_old_keys {
            let session = Session::new(kind, domain.shared(&agreed), vec![0; kind.block()]);
            // In the clear, no old session protects the answer to this command.
            let begins = if self.session.is_some() { &mut self.next_session } else { &mut self.session };
            *begins = Some(session);
        }
        (vec![], 0x9000)
    }
}

impl Transceive for Card {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        if command.len() > self.longest_command {
            return Err(TransceiveError::CommandTooLong);
        }
        self.commands += 1;
        if self.quirks.tears_at == Some(self.commands) {
            self.session = None;
        }
        Ok(self.serve(command))
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        Self::reset(self);
        Ok(())
    }

    fn max_command(&self) -> usize {
        self.longest_command
    }

    fn max_response(&self) -> usize {
        self.longest_response
    }
}

/// Lc, data and Le of a command body.
fn lengths(body: &[u8]) -> (Vec<u8>, Option<usize>) {
    let word = |octets: &[u8]| usize::from(u16::from_be_bytes(octets.try_into().unwrap()));
    let full = |le: usize, top: usize| Some(if le == 0 { top } else { le });
    match body {
        [] => (vec![], None),
        [le] => (vec![], full(usize::from(*le), 256)),
        [0, a, b] => (vec![], full(word(&[*a, *b]), 65_536)),
        [0, a, b, rest @ ..] => {
            let (data, le) = rest.split_at(word(&[*a, *b]));
            (data.to_vec(), if le.is_empty() { None } else { full(word(le), 65_536) })
        }
        [lc, rest @ ..] => {
            let (data, le) = rest.split_at(usize::from(*lc));
            (data.to_vec(), le.first().and_then(|le| full(usize::from(*le), 256)))
        }
    }
}

/// Objects of one-octet tags.
pub(crate) fn split(mut data: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut objects = Vec::new();
    while let [tag, first, rest @ ..] = data {
        let count = if *first > 0x80 { usize::from(first & 0x7F) } else { 0 };
        let length = if count == 0 {
            usize::from(*first)
        } else {
            rest[..count].iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet))
        };
        objects.push((*tag, rest[count..count + length].to_vec()));
        data = &rest[count + length..];
    }
    objects
}

/// Tag, length, value.
pub(crate) fn wrap(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let mut object = match length {
        0..=0x7F => vec![tag, u8::try_from(length).unwrap()],
        0x80..=0xFF => vec![tag, 0x81, u8::try_from(length).unwrap()],
        _ => vec![tag, 0x82, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 0xFF).unwrap()],
    };
    object.extend_from_slice(value);
    object
}

/// The content of SHA-256's object identifier.
pub(crate) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];

/// A SEQUENCE of parts.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    wrap(0x30, &parts.concat())
}

/// An EF.SOD that lists these hashes by number and is signed by nobody: enough of an index to read by.
pub(crate) fn unsigned_sod(algorithm: &[u8], entries: &[(u8, &[u8])]) -> Vec<u8> {
    let sha256 = sequence(&[wrap(6, SHA256)]);
    let hashes: Vec<Vec<u8>> =
        entries.iter().map(|(number, hash)| sequence(&[vec![2, 1, *number], wrap(4, hash)])).collect();
    let object = sequence(&[vec![2, 1, 0], sequence(&[wrap(6, algorithm)]), sequence(&hashes)]);
    let content = sequence(&[wrap(6, &[0x67, 0x81, 8, 1, 1, 1]), wrap(0xA0, &wrap(4, &object))]);
    // Somebody by key identifier, whose signature is one octet.
    let ecdsa = sequence(&[wrap(6, &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2])]);
    let signer = sequence(&[vec![2, 1, 3], wrap(0x80, &[7; 20]), sha256.clone(), ecdsa, wrap(4, &[1])]);
    let signed = sequence(&[vec![2, 1, 3], wrap(0x31, &sha256), content, wrap(0x31, &signer)]);
    let signed_data = wrap(6, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2]);
    wrap(0x77, &sequence(&[signed_data, wrap(0xA0, &signed)]))
}
