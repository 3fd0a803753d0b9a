//! One open chip: commands go out protected where a session is open, every exchange is seen by an observer and, where the
//! caller wants it, kept with what the terminal drew.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use super::block::{SHORT_3DES, SHORT_AES};
use super::recorded::{Draw, DrawLabel, Recorded, RecordedExchange};
use crate::access::pace::Password;
use crate::apdu::{Transceive, TransceiveError};
use crate::command::{Command, Response, StatusWord};
use crate::kdf::CipherKind;
use crate::key_agreement::CompressedKey;
use crate::pki::cv_certificate::Reference;
use crate::secure_messaging::{SecureMessaging, SmError};

/// Most GET RESPONSE for one answer, and most octets of it.
const MAX_PARTS: usize = 300;
const MAX_ANSWER: usize = 70_000;

/// Most data of a short command.
const MAX_SHORT_DATA: usize = 255;
/// Most that header, lengths and secure messaging add to the data of a command.
const COMMAND_OVERHEAD: usize = 64;

/// Why an exchange gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExchangeError {
    /// Reader or link.
    Transport(TransceiveError),
    /// Secure messaging; the session is dead.
    Messaging(SmError),
    /// The command does not fit any form of ISO/IEC 7816-4.
    Command,
}

impl ExchangeError {
    /// Whether the reader is gone.
    #[must_use]
    pub const fn is_reader_removed(&self) -> bool {
        matches!(self, Self::Transport(TransceiveError::ReaderRemoved))
    }

    /// Whether the chip left the field.
    #[must_use]
    pub const fn is_chip_removed(&self) -> bool {
        matches!(self, Self::Transport(TransceiveError::ChipRemoved))
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(f),
            Self::Messaging(error) => error.fmt(f),
            Self::Command => f.write_str("the command does not fit"),
        }
    }
}

impl std::error::Error for ExchangeError {}

/// One exchange as it was on the wire, for a capture's APDU log. `Debug` is redacted; the octets are personal data.
pub struct Exchange<'a> {
    /// Counts from 0.
    pub number: u64,
    /// When the command went out, by the caller's clock.
    pub at: Duration,
    /// How long the answer took.
    pub took: Duration,
    /// Command on the wire.
    pub command: &'a [u8],
    /// Answer on the wire, where one came.
    pub response: Option<&'a [u8]>,
    /// Command before protection, where a session is open.
    pub plain_command: Option<&'a Command>,
    /// Answer as secure messaging opened it.
    pub plain_response: Option<&'a Response>,
}

/// What may be printed of an exchange: no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEntry {
    /// Counts from 0.
    pub number: u64,
    /// When the command went out.
    pub at: Duration,
    /// How long the answer took.
    pub took: Duration,
    /// Class, instruction and parameters on the wire.
    pub header: [u8; 4],
    /// Octets of the command.
    pub command_length: usize,
    /// Octets of the answer, status included.
    pub response_length: usize,
    /// Status word, where an answer came.
    pub status: Option<StatusWord>,
}

impl Exchange<'_> {
    /// Header, lengths, status and times.
    #[must_use]
    pub fn entry(&self) -> LogEntry {
        let answer = self.response.and_then(|response| response.split_last_chunk::<2>());
        LogEntry {
            number: self.number,
            at: self.at,
            took: self.took,
            header: self.command.first_chunk::<4>().copied().unwrap_or_default(),
            command_length: self.command.len(),
            response_length: self.response.map_or(0, <[u8]>::len),
            status: answer.map(|(_, status)| StatusWord(u16::from_be_bytes(*status))),
        }
    }
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry().fmt(f)
    }
}

/// The caller's generator could not draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRandom;

impl fmt::Display for NoRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the random generator does not answer")
    }
}

impl std::error::Error for NoRandom {}

/// What PACE leaves for terminal authentication: public values, different in each session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceKeys {
    /// The chip's ephemeral key.
    pub chip: CompressedKey,
    /// The terminal's.
    pub terminal: CompressedKey,
    /// Trust points that the chip named, the most recent first.
    pub trust_points: Vec<Reference>,
}

/// A turn of the wire that nobody was shown yet: its opened answer is not known.
struct Turn {
    at: Duration,
    took: Duration,
    command: Vec<u8>,
    response: Option<Vec<u8>>,
    plain_command: Option<Command>,
}

/// What fills octets with random ones.
type Generator<'t> = Box<dyn FnMut(&mut [u8]) -> Result<(), NoRandom> + 't>;

/// A chip and, once access is granted, its session.
pub struct Channel<'t> {
    transport: &'t mut dyn Transceive,
    session: Option<SecureMessaging>,
    clock: Box<dyn FnMut() -> Duration + 't>,
    observer: Box<dyn FnMut(&Exchange<'_>) + 't>,
    generator: Generator<'t>,
    record: Option<Recorded>,
    open_turn: Option<Turn>,
    pace_keys: Option<PaceKeys>,
    longest_command: usize,
    sessions: u64,
    restarts: u64,
    count: u64,
}

impl<'t> Channel<'t> {
    /// A channel without session, clock, observer, generator and record.
    pub fn new(transport: &'t mut dyn Transceive) -> Self {
        Self {
            transport,
            session: None,
            clock: Box::new(|| Duration::ZERO),
            observer: Box::new(|_| {}),
            generator: Box::new(|_| Err(NoRandom)),
            record: None,
            open_turn: None,
            pace_keys: None,
            longest_command: usize::MAX,
            sessions: 0,
            restarts: 0,
            count: 0,
        }
    }

    /// Shows every exchange to `observer`, with times of `clock` (any start).
    #[must_use]
    pub fn observed(
        mut self,
        clock: impl FnMut() -> Duration + 't,
        observer: impl FnMut(&Exchange<'_>) + 't,
    ) -> Self {
        self.clock = Box::new(clock);
        self.observer = Box::new(observer);
        self
    }

    /// Draws from this generator, which fills octets with random ones of cryptographic quality.
    #[must_use]
    pub fn drawing(mut self, generator: impl FnMut(&mut [u8]) -> Result<(), NoRandom> + 't) -> Self {
        self.generator = Box::new(generator);
        self
    }

    /// Keeps exchanges, drawn values and password from here on.
    #[must_use]
    pub fn recording(mut self) -> Self {
        self.record = Some(Recorded::default());
        self
    }

    /// The record so far, and no more of it.
    pub fn take_record(&mut self) -> Option<Recorded> {
        self.settle(None);
        self.record.take()
    }

    /// Opens a session, or replaces it.
    pub fn open(&mut self, session: SecureMessaging) {
        self.sessions = self.sessions.saturating_add(1);
        self.session = Some(session);
    }

    /// What the last access by PACE left for terminal authentication; `None` after basic or plain access.
    #[must_use]
    pub fn pace_keys(&self) -> Option<&PaceKeys> {
        self.pace_keys.as_ref()
    }

    /// Keeps what PACE left, or that there was none.
    pub(super) fn keep_pace_keys(&mut self, keys: Option<PaceKeys>) {
        self.pace_keys = keys;
    }

    /// Leaves the session; its keys are overwritten. Commands go out plain from here on.
    pub fn close(&mut self) {
        if self.session.take().is_some() {
            self.sessions = self.sessions.saturating_add(1);
        }
    }

    /// Starts the chip afresh; the session is left.
    ///
    /// # Errors
    /// The transport cannot, or the chip is not there ([`Transceive::reset`]).
    pub fn reset(&mut self) -> Result<(), TransceiveError> {
        self.close();
        self.keep_pace_keys(None);
        self.settle(None);
        self.restarts = self.restarts.saturating_add(1);
        let done = self.transport.reset();
        if let (Ok(()), Some(record)) = (&done, &mut self.record) {
            record.resets.push(self.count);
        }
        done
    }

    /// The session, where one is open; it may be dead.
    #[must_use]
    pub fn session(&self) -> Option<&SecureMessaging> {
        self.session.as_ref()
    }

    /// Sessions that were opened or left so far: another number is another session or none, with none of the rights of the one
    /// before.
    pub(super) fn sessions(&self) -> u64 {
        self.sessions
    }

    /// New starts so far: after one of them another chip may answer.
    pub(super) fn restarts(&self) -> u64 {
        self.restarts
    }

    /// Exchanges so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn max_response(&self) -> usize {
        self.transport.max_response()
    }

    pub(super) fn max_command(&self) -> usize {
        self.transport.max_command().min(self.longest_command)
    }

    /// The chip takes no longer commands than this, as EF.ATR/INFO says or a refusal showed: longer data goes in parts.
    pub fn limit_command(&mut self, octets: usize) {
        self.longest_command = octets;
    }

    /// The caller's clock.
    pub(super) fn now(&mut self) -> Duration {
        (self.clock)()
    }

    /// So many octets from the caller's generator.
    pub(super) fn draw(&mut self, length: usize) -> Result<Zeroizing<Vec<u8>>, NoRandom> {
        let mut octets = Zeroizing::new(vec![0; length]);
        (self.generator)(&mut octets)?;
        Ok(octets)
    }

    /// Keeps a value that the next exchange depends on.
    pub(super) fn keep(&mut self, label: DrawLabel, value: &[u8]) {
        let number = self.count;
        if let Some(record) = &mut self.record {
            record.draws.push(Draw { number, label, value: Zeroizing::new(value.to_vec()) });
        }
    }

    /// Keeps the password that a protocol takes.
    pub(super) fn keep_password(&mut self, password: &Password) {
        if let Some(record) = &mut self.record {
            record.password.get_or_insert_with(|| password.clone());
        }
    }

    /// Sends one command, protected where a session is open, and returns the opened answer.
    ///
    /// # Errors
    /// [`ExchangeError`]; the chip's own refusals are status words, not errors.
    pub fn exchange(&mut self, command: &Command) -> Result<Response, ExchangeError> {
        let Some(parts) = self.parts(command) else { return self.exchange_whole(command) };
        let mut response = None;
        for part in &parts {
            let answer = self.exchange_whole(part)?;
            let refused = !answer.status.is_ok();
            response = Some(answer);
            if refused {
                break;
            }
        }
        response.ok_or(ExchangeError::Command)
    }

    /// The parts of a command whose data neither fits the short form nor, in the extended one, what the reader carries.
    fn parts(&self, command: &Command) -> Option<Vec<Command>> {
        let most = short_data(self.session.as_ref().map(SecureMessaging::kind));
        let extended = command.data.len().saturating_add(COMMAND_OVERHEAD);
        if command.data.len() <= most || extended <= self.max_command() {
            return None;
        }
        command.in_parts(most).filter(|parts| parts.len() > 1)
    }

    fn exchange_whole(&mut self, command: &Command) -> Result<Response, ExchangeError> {
        let bytes = match &mut self.session {
            Some(session) => session.protect(command).map_err(ExchangeError::Messaging)?,
            None => command.to_bytes().ok_or(ExchangeError::Command)?,
        };
        let plain = self.session.is_some().then_some(command);
        let answer = match (self.exchange_octets(&bytes, plain), &mut self.session) {
            (Err(error), Some(session)) => {
                // An answer that nobody saw leaves the counters unknown.
                session.end();
                return Err(error);
            }
            (answer, _) => answer?,
        };
        match &mut self.session {
            Some(session) => {
                let opened = session.unprotect(&answer);
                self.settle(opened.as_ref().ok());
                opened.map_err(ExchangeError::Messaging)
            }
            None => {
                self.settle(None);
                Response::parse(&answer).ok_or(ExchangeError::Transport(TransceiveError::MalformedResponse))
            }
        }
    }

    /// One command as it stands, parts of the answer fetched (61xx). Who opens the answer calls [`Channel::settle`].
    pub(super) fn exchange_octets(
        &mut self,
        command: &[u8],
        plain: Option<&Command>,
    ) -> Result<Vec<u8>, ExchangeError> {
        let answer = self.whole_answer(command, plain);
        if answer.is_err() {
            self.settle(None);
        }
        answer
    }

    fn whole_answer(&mut self, command: &[u8], plain: Option<&Command>) -> Result<Vec<u8>, ExchangeError> {
        let mut answer = self.turn(command, plain)?;
        for _ in 0..MAX_PARTS {
            let Some((_, [0x61, left])) = answer.split_last_chunk::<2>() else { return Ok(answer) };
            let fetch = get_response(*left);
            let part = self.turn(&fetch, None)?;
            answer.truncate(answer.len().saturating_sub(2));
            answer.extend(part);
            if answer.len() > MAX_ANSWER {
                break;
            }
        }
        Err(ExchangeError::Transport(TransceiveError::MalformedResponse))
    }

    fn turn(&mut self, command: &[u8], plain: Option<&Command>) -> Result<Vec<u8>, ExchangeError> {
        self.settle(None);
        let at = (self.clock)();
        let answer = self.transport.transceive(command);
        let took = (self.clock)().saturating_sub(at);
        self.open_turn = Some(Turn {
            at,
            took,
            command: command.to_vec(),
            response: answer.as_ref().ok().cloned(),
            plain_command: plain.cloned(),
        });
        let answer = answer.map_err(ExchangeError::Transport)?;
        if answer.len() < 2 {
            return Err(ExchangeError::Transport(TransceiveError::MalformedResponse));
        }
        Ok(answer)
    }

    /// Shows and keeps the last turn, with what its answer says once opened.
    pub(super) fn settle(&mut self, plain_response: Option<&Response>) {
        let Some(turn) = self.open_turn.take() else { return };
        let number = self.count;
        self.count = self.count.saturating_add(1);
        (self.observer)(&Exchange {
            number,
            at: turn.at,
            took: turn.took,
            command: &turn.command,
            response: turn.response.as_deref(),
            plain_command: turn.plain_command.as_ref(),
            plain_response,
        });
        if let Some(record) = &mut self.record {
            record.exchanges.push(RecordedExchange {
                number,
                at: turn.at,
                took: turn.took,
                command: turn.command,
                response: turn.response,
                plain_command: turn.plain_command.and_then(|command| command.to_bytes()),
                plain_response: plain_response.map(Response::to_bytes),
            });
        }
    }
}

/// Octets of data that a short command carries.
pub(super) const fn short_data(session: Option<CipherKind>) -> usize {
    match session {
        None => MAX_SHORT_DATA,
        Some(CipherKind::TripleDes) => SHORT_3DES,
        Some(_) => SHORT_AES,
    }
}

/// GET RESPONSE for so many octets more.
pub(super) const fn get_response(left: u8) -> [u8; 5] {
    [0x00, 0xC0, 0x00, 0x00, left]
}

impl fmt::Debug for Channel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channel({} exchanges, {:?})", self.count, self.session)
    }
}
