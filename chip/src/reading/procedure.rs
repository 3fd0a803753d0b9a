//! The inspection procedure (Doc 9303-11 section 4.2, BSI TR-03135-1 5.8.10): access, then the files that a verdict needs,
//! with the proofs of the chip as soon as their keys are there. Everything is recorded.
//!
//! EF.CardAccess; every PACE that it offers; basic access control after a new start; EF.SOD; DG14 and chip authentication;
//! DG15 and active authentication; DG1, DG2; for an inspection system terminal authentication, DG3 and DG4; what else was asked
//! for; EF.COM last. What the chip refuses is a fact beside
//! the files, never the end of the others.

mod access;
mod biometrics;
mod proofs;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::{
    Channel, ChipReader, ExchangeError, HashedGroup, InspectionFailure, InspectionSystem, Listener,
    ProtocolError, ReadError, ReadErrorKind, ReadFile, Recorded, Span,
};
use crate::access::pace::{PaceOffer, Password};
use crate::apdu::TransceiveError;
use crate::authentication::chip::ChipAuthenticated;
use crate::authentication::passive::HashingFile;
use crate::authentication::terminal::TerminalAuthenticated;
use crate::ber::{Reader, Tag};
use crate::command::{Command, Response, StatusWord};
use crate::key_agreement::CompressedKey;
use crate::lds::{DgNumber, FileId};
use crate::limits::Limits;
use crate::sod::Sod;

/// Which files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// What a verdict needs: EF.SOD, DG14, DG15, DG1, DG2 and EF.COM.
    #[default]
    Verdict,
    /// Everything that EF.SOD lists and access allows.
    Everything,
}

/// What is to be read, and by which key.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is printed on the document; `None` reads chips without access control only.
    pub password: Option<Password>,
    /// Which files.
    pub scope: Scope,
    /// Who asks for fingers and irises (DG3, DG4); without it they are listed, not read.
    pub inspection: Option<InspectionSystem>,
    /// Whether basic access control is tried where PACE was offered and failed.
    pub bac_after_pace: bool,
    /// Caps on files.
    pub limits: Limits,
}

impl Request {
    /// What a verdict needs, with this password; basic access control where PACE fails (BSI TR-03135-1 5.8.10.1).
    #[must_use]
    pub fn new(password: Option<Password>) -> Self {
        Self {
            password,
            scope: Scope::Verdict,
            inspection: None,
            bac_after_pace: true,
            limits: Limits::default(),
        }
    }
}

/// By which way access was had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Way {
    /// The chip asks for nothing.
    Plain,
    /// Basic access control.
    Bac,
    /// PACE.
    Pace(PaceOffer),
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.write_str("no access control"),
            Self::Bac => f.write_str("BAC"),
            Self::Pace(offer) => {
                write!(f, "PACE ({:?} mapping, {:?}, {})", offer.mapping, offer.cipher, offer.domain)
            }
        }
    }
}

/// A way that was tried and did not lead in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessAttempt {
    /// Which way.
    pub way: Way,
    /// Why not.
    pub error: ProtocolError,
}

/// Why there is no access.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessFailure {
    /// The chip did not accept the key: what is printed was read wrongly, or belongs to another document.
    WrongKey(ProtocolError),
    /// The chip offers no basic access control, and PACE led nowhere or is not offered.
    BacNotOffered(StatusWord),
    /// The chip asks for a key and none was given.
    KeyMissing(StatusWord),
    /// Only basic access control is left, and it takes the machine readable zone, not the card access number.
    BacNeedsMrz,
    /// PACE failed, and the caller allows nothing weaker.
    PaceFailed(ProtocolError),
    /// The chip has no eMRTD application.
    NoApplication(StatusWord),
    /// The protocol failed in another way.
    Protocol(ProtocolError),
    /// Chip or reader are gone.
    Lost(TransceiveError),
    /// The caller wants no more.
    Cancelled,
}

impl fmt::Display for AccessFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKey(error) => write!(f, "the chip does not accept the key ({error})"),
            Self::BacNotOffered(status) => {
                write!(f, "BAC is not offered by this chip (BAC GET CHALLENGE: refused with {status})")
            }
            Self::KeyMissing(status) => {
                write!(f, "the chip asks for a key (READ BINARY: refused with {status})")
            }
            Self::BacNeedsMrz => f.write_str("only BAC is left, and it takes the MRZ, not the CAN"),
            Self::PaceFailed(error) => write!(f, "PACE failed, and BAC is not allowed after it ({error})"),
            Self::NoApplication(status) => {
                write!(f, "no e-passport application (SELECT: refused with {status})")
            }
            Self::Protocol(error) => error.fmt(f),
            Self::Lost(error) => error.fmt(f),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl std::error::Error for AccessFailure {}

/// Which proof of the chip was run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proof {
    /// Active authentication.
    Active,
    /// Chip authentication; the fact where it succeeded.
    Chip(Option<ChipAuthenticated>),
    /// PACE with chip authentication mapping; proves nothing before the key is bound.
    Mapping,
}

/// One run of a proof, as a capture keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticationRun {
    /// Which one.
    pub proof: Proof,
    /// What the terminal sent: the challenge, or its public key.
    pub challenge: Option<Vec<u8>>,
    /// What the chip answered, without status word: the signature; the first answer under the new keys as on the wire;
    /// the last answer of PACE.
    pub response: Option<Vec<u8>>,
    /// Status word of the answer that decided.
    pub status: Option<StatusWord>,
    /// When, by the caller's clock.
    pub at: Duration,
    /// Its exchanges.
    pub span: Span,
}

impl fmt::Debug for AuthenticationRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthenticationRun({:?}, {:?}, {:?})", self.proof, self.status, self.span)
    }
}

/// What came of it.
#[derive(Default)]
pub struct Reading {
    /// Files that came whole.
    pub files: BTreeMap<FileId, Vec<u8>>,
    /// The data groups among them with the hashes that were computed while they came, where EF.SOD could be read and names a
    /// known algorithm.
    pub hashed: BTreeMap<DgNumber, HashedGroup>,
    /// Files that did not, with the reason.
    pub unread: Vec<ReadError>,
    /// Data groups that EF.SOD lists and that were not asked for, or that nobody was let at.
    pub left_out: Vec<DgNumber>,
    /// Ways of access that were tried in vain, in order.
    pub attempts: Vec<AccessAttempt>,
    /// The way that led in.
    pub way: Option<Way>,
    /// Why none did.
    pub failure: Option<AccessFailure>,
    /// Runs of proofs in order.
    pub authentication: Vec<AuthenticationRun>,
    /// What became of terminal authentication, where the caller is an inspection system. No verdict: it says what the terminal
    /// may do, nothing of the chip.
    pub terminal: Option<Result<TerminalAuthenticated, InspectionFailure>>,
    /// The record of the session.
    pub recorded: Recorded,
}

impl Reading {
    /// Whether a weaker way was taken than the one that the chip offered first.
    #[must_use]
    pub fn fell_back(&self) -> bool {
        self.way == Some(Way::Bac) && self.attempts.iter().any(|attempt| matches!(attempt.way, Way::Pace(_)))
    }

    /// Why the read ended before its end, where it did.
    #[must_use]
    pub fn broke_off(&self) -> Option<&ReadError> {
        self.unread.iter().find(|error| error.is_fatal())
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("files", &self.files.keys().collect::<Vec<_>>())
            .field("hashed", &self.hashed)
            .field("unread", &self.unread)
            .field("way", &self.way)
            .field("failure", &self.failure)
            .field("authentication", &self.authentication)
            .field("terminal", &self.terminal)
            .finish_non_exhaustive()
    }
}

/// Reads a document. `listener` hears of every block and may break off, and of each file as soon as it is whole.
pub fn read_document<'t>(channel: Channel<'t>, request: &Request, listener: impl Listener + 't) -> Reading {
    let reader = ChipReader::new(channel.recording(), request.limits.clone()).told_to(listener);
    let mut procedure = Procedure { request, reader, sod: None, proven: None, out: Reading::default() };
    match procedure.open() {
        Ok(()) => {
            // The end was said where it came.
            let _ended = procedure.read();
        }
        Err(failure) => procedure.out.failure = Some(failure),
    }
    let Procedure { reader, mut out, .. } = procedure;
    out.recorded = reader.into_channel().take_record().unwrap_or_default();
    for run in &mut out.authentication {
        run.complete(&out.recorded);
    }
    out
}

impl AuthenticationRun {
    /// What went over the wire of a run by public keys: our key, and the answer that decided.
    fn complete(&mut self, recorded: &Recorded) {
        let sent = |wanted: &[u8]| {
            recorded.between(self.span.first, self.span.last).find_map(|exchange| {
                let octets = exchange.plain_command.as_ref().unwrap_or(&exchange.command);
                let command = Command::parse(octets)?;
                let data = match command.ins {
                    0x86 => Reader::only(&command.data, 0x7C).ok()?.content(),
                    _ => &command.data,
                };
                let object = Reader::new(data).required().ok()?;
                wanted.iter().any(|tag| object.tag() == Tag::from(*tag)).then(|| object.content().to_vec())
            })
        };
        self.challenge = match &self.proof {
            Proof::Active => return,
            Proof::Chip(_) => sent(&[0x91]).or_else(|| sent_key(recorded, self.span)),
            Proof::Mapping => sent(&[0x81]),
        };
        if self.status == Some(StatusWord::OK) {
            let last = recorded.between(self.span.last, self.span.last).next();
            let answer = last.and_then(|exchange| Response::parse(exchange.response.as_deref()?));
            self.response = answer.map(|answer| answer.data);
        }
    }
}

/// The key of GENERAL AUTHENTICATE in a run of chip authentication; MSE:Set AT names a protocol under the same tag.
fn sent_key(recorded: &Recorded, span: Span) -> Option<Vec<u8>> {
    recorded.between(span.first, span.last).find_map(|exchange| {
        let octets = exchange.plain_command.as_ref().unwrap_or(&exchange.command);
        let command = Command::parse(octets).filter(|command| command.ins == 0x86)?;
        let dynamic = Reader::only(&command.data, 0x7C).ok()?;
        Some(dynamic.reader().ok()?.expect(0x80).ok()?.content().to_vec())
    })
}

/// The chip is lost for good; the reason is in `unread`.
struct Ended;

struct Procedure<'t, 'r> {
    request: &'r Request,
    reader: ChipReader<'t>,
    /// EF.SOD as it was read: the index of what to read, and by what to hash. Unverified.
    sod: Option<Box<Sod>>,
    /// Session that chip authentication opened last, and the terminal's key in it.
    proven: Option<(u64, CompressedKey)>,
    out: Reading,
}

impl Procedure<'_, '_> {
    fn read(&mut self) -> Result<(), Ended> {
        let listed = self.listed()?;
        if listed.contains(&DgNumber::DG14) && self.file(FileId::Dg(DgNumber::DG14))? {
            self.chip_authentication()?;
        }
        if listed.contains(&DgNumber::DG15) && self.file(FileId::Dg(DgNumber::DG15))? {
            self.active_authentication()?;
        }
        for number in [DgNumber::DG1, DgNumber::DG2] {
            if listed.contains(&number) {
                self.file(FileId::Dg(number))?;
            }
        }
        self.biometrics(&listed)?;
        for number in listed {
            let file = FileId::Dg(number);
            if self.out.files.contains_key(&file) || self.out.unread.iter().any(|error| error.file == file) {
                continue;
            }
            if self.request.scope == Scope::Everything && !biometrics::needs_rights(number) {
                self.file(file)?;
            } else {
                self.out.left_out.push(number);
            }
        }
        if !self.out.files.contains_key(&FileId::Com) {
            self.file(FileId::Com)?;
        }
        Ok(())
    }

    /// The data groups that EF.SOD lists; the two that every document has where it cannot be read.
    fn listed(&mut self) -> Result<Vec<DgNumber>, Ended> {
        self.file(FileId::Sod)?;
        let file = self.out.files.get(&FileId::Sod);
        self.sod = file.and_then(|file| Sod::parse(file, &self.request.limits).ok()).map(Box::new);
        Ok(match &self.sod {
            Some(sod) => {
                DgNumber::all().filter(|number| sod.lds.hashes_of(number.get()).next().is_some()).collect()
            }
            None => vec![DgNumber::DG1, DgNumber::DG2],
        })
    }

    /// Whether the file came.
    fn file(&mut self, file: FileId) -> Result<bool, Ended> {
        match self.whole(file) {
            Ok(()) => Ok(true),
            Err(error) => {
                let fatal = error.is_fatal();
                self.out.unread.push(error);
                if fatal { Err(Ended) } else { Ok(false) }
            }
        }
    }

    /// Reads a file, keeps it and tells of it; a data group is hashed block by block on the way.
    fn whole(&mut self, file: FileId) -> Result<(), ReadError> {
        let known = match (file, &self.sod) {
            (FileId::Dg(number), Some(sod)) => {
                sod.lds.hash_algorithm.ok().map(|algorithm| (number, algorithm))
            }
            _ => None,
        };
        let Some((number, algorithm)) = known else {
            let bytes = self.of_one_chip(file, &mut |_| {})?;
            self.keep(file, bytes);
            return Ok(());
        };
        let mut hashing = HashingFile::new(algorithm);
        let bytes = self.of_one_chip(file, &mut |octets| hashing.append(octets))?;
        let hashed = self.sod.as_ref().map(|sod| HashedGroup::compare(number, hashing.finish(), sod));
        self.reader.listener().file(ReadFile { file, bytes: &bytes, hashed: hashed.as_ref() });
        self.out.hashed.extend(hashed.map(|hashed| (number, hashed)));
        self.out.files.insert(file, bytes);
        Ok(())
    }

    /// Reads a file to its end. Where the chip was lost on the way and asks for no key, nothing but its files tells whether the
    /// same one came back: EF.SOD is read again, or what there is, and nothing of two documents is joined.
    fn of_one_chip(&mut self, file: FileId, sink: &mut dyn FnMut(&[u8])) -> Result<Vec<u8>, ReadError> {
        let before = self.reader.channel().restarts();
        let read = self.reader.read_into(file, sink);
        let lost = before != self.reader.channel().restarts() && self.out.way == Some(Way::Plain);
        if !lost || read.as_ref().is_err_and(ReadError::is_fatal) {
            return read;
        }
        // A file that does not come whole may be the shorter one of another chip.
        match (self.landmark(), &read) {
            (Some((place, known)), _) => self.is_still(place, &known, file)?,
            (None, Ok(bytes)) => {
                // What was read before access is of nobody knows whom.
                self.out.files.clear();
                self.is_still(file, bytes, file)?;
            }
            (None, Err(_)) => self.out.files.clear(),
        }
        read
    }

    /// A file by which the chip is known again.
    fn landmark(&self) -> Option<(FileId, Vec<u8>)> {
        let read = |file: FileId| self.out.files.get(&file).map(|bytes| (file, bytes.clone()));
        read(FileId::Sod).or_else(|| DgNumber::all().find_map(|number| read(FileId::Dg(number))))
    }

    /// Whether the chip still has this file.
    fn is_still(&mut self, place: FileId, known: &[u8], file: FileId) -> Result<(), ReadError> {
        match self.reader.read(place) {
            Ok(again) if again == known => Ok(()),
            Err(error) if error.is_fatal() => Err(error),
            _ => Err(ReadError { file, offset: 0, kind: ReadErrorKind::AnotherChip }),
        }
    }

    /// Keeps a file that is whole, and tells of it.
    fn keep(&mut self, file: FileId, bytes: Vec<u8>) {
        // The same file at a second try is no news.
        if self.out.files.get(&file) != Some(&bytes) {
            self.reader.listener().file(ReadFile { file, bytes: &bytes, hashed: None });
        }
        self.out.files.insert(file, bytes);
    }

    /// Has access again after a proof lost it.
    fn regain(&mut self, file: FileId) -> Result<(), Ended> {
        self.reader.regain().map_err(|error| {
            let kind = match error {
                ProtocolError::Exchange(error @ ExchangeError::Transport(_)) => ReadErrorKind::Lost(error),
                other => ReadErrorKind::Reestablishing(other),
            };
            self.out.unread.push(ReadError { file, offset: 0, kind });
            Ended
        })?;
        if let (Some(Way::Plain), Some((place, known))) = (&self.out.way, self.landmark()) {
            self.is_still(place, &known, file).map_err(|error| {
                self.out.unread.push(error);
                Ended
            })?;
        }
        Ok(())
    }

    /// Exchanges since `first`.
    fn span(&mut self, first: u64) -> Span {
        Span { first, last: self.reader.channel().count().saturating_sub(1).max(first) }
    }
}

#[cfg(test)]
mod tests;
