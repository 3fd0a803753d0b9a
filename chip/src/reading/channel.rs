//! One open chip: commands go out protected where a session is open, every exchange is seen by an observer.

use std::fmt;
use std::time::Duration;

use crate::apdu::{Transceive, TransceiveError};
use crate::command::{Command, Response, StatusWord};
use crate::secure_messaging::{SecureMessaging, SmError};

/// Most GET RESPONSE for one answer, and most octets of it.
const MAX_PARTS: usize = 300;
const MAX_ANSWER: usize = 70_000;

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

/// A chip and, once access is granted, its session.
pub struct Channel<'t> {
    transport: &'t mut dyn Transceive,
    session: Option<SecureMessaging>,
    clock: Box<dyn FnMut() -> Duration + 't>,
    observer: Box<dyn FnMut(&Exchange<'_>) + 't>,
    count: u64,
}

impl<'t> Channel<'t> {
    /// A channel without session, clock and observer.
    pub fn new(transport: &'t mut dyn Transceive) -> Self {
        Self {
            transport,
            session: None,
            clock: Box::new(|| Duration::ZERO),
            observer: Box::new(|_| {}),
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

    /// Opens a session, or replaces it.
    pub fn open(&mut self, session: SecureMessaging) {
        self.session = Some(session);
    }

    /// Leaves the session; its keys are overwritten. Commands go out plain from here on.
    pub fn close(&mut self) {
        self.session = None;
    }

    /// The session, where one is open; it may be dead.
    #[must_use]
    pub fn session(&self) -> Option<&SecureMessaging> {
        self.session.as_ref()
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
        self.transport.max_command()
    }

    /// Sends one command, protected where a session is open, and returns the opened answer.
    ///
    /// # Errors
    /// [`ExchangeError`]; the chip's own refusals are status words, not errors.
    pub fn exchange(&mut self, command: &Command) -> Result<Response, ExchangeError> {
        let bytes = match &mut self.session {
            Some(session) => session.protect(command).map_err(ExchangeError::Messaging)?,
            None => command.to_bytes().ok_or(ExchangeError::Command)?,
        };
        let plain = self.session.is_some().then_some(command);
        let answer = self.exchange_octets(&bytes, plain)?;
        match &mut self.session {
            Some(session) => session.unprotect(&answer).map_err(ExchangeError::Messaging),
            None => {
                Response::parse(&answer).ok_or(ExchangeError::Transport(TransceiveError::MalformedResponse))
            }
        }
    }

    /// One command as it stands, parts of the answer fetched (61xx).
    pub(super) fn exchange_octets(
        &mut self,
        command: &[u8],
        plain: Option<&Command>,
    ) -> Result<Vec<u8>, ExchangeError> {
        let mut answer = self.turn(command, plain)?;
        for _ in 0..MAX_PARTS {
            let Some((_, [0x61, left])) = answer.split_last_chunk::<2>() else { return Ok(answer) };
            let fetch = [0x00, 0xC0, 0x00, 0x00, *left];
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
        let at = (self.clock)();
        let answer = self.transport.transceive(command);
        let took = (self.clock)().saturating_sub(at);
        let response = answer.as_deref().ok();
        (self.observer)(&Exchange { number: self.count, at, took, command, response, plain_command: plain });
        self.count = self.count.saturating_add(1);
        let answer = answer.map_err(ExchangeError::Transport)?;
        if answer.len() < 2 {
            return Err(ExchangeError::Transport(TransceiveError::MalformedResponse));
        }
        Ok(answer)
    }
}

impl fmt::Debug for Channel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channel({} exchanges, {:?})", self.count, self.session)
    }
}
