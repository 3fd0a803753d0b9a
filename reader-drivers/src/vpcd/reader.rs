//! The place of vpcd: a socket that listens, and the card that connected to it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use verifier_chip::apdu::{Transceive, TransceiveError};

use crate::cancel::{CANCEL_LATENCY, Cancel};
use crate::error::{ReaderError, ReaderErrorKind};
use crate::reader::{Card, Reader, ReaderEvent, ReaderInfo};
use crate::uri::ReaderUri;
use crate::vpcd::message::{ATR, Messages, POWER_OFF, POWER_ON, RESET, encode};

/// Time that a card has for its answer to reset.
const ANSWER: Duration = Duration::from_secs(2);
/// Longest time that a card may take for one command.
const EXCHANGE: Duration = Duration::from_secs(8);
/// Time between two looks for a connection or at the card that is there.
const POLL: Duration = Duration::from_millis(20);
/// Time between two questions whether the card is still there.
const PRESENCE: Duration = Duration::from_millis(500);
/// Longest answer to reset (ISO/IEC 7816-3).
const MAX_ATR: usize = 33;

/// A listening socket and the card that is connected to it.
pub struct VpcdReader {
    info: ReaderInfo,
    listener: TcpListener,
    card: Option<TcpStream>,
    messages: Messages,
    asked: Instant,
    /// The card left during an exchange, and nobody was told by an event yet.
    left: bool,
    cancel: Cancel,
}

impl VpcdReader {
    /// Listens at the address of the URI's path.
    ///
    /// # Errors
    /// `InvalidUri` where the path is no `HOST:PORT`, `Busy` where another program listens there, `Permission`.
    pub fn open(uri: &ReaderUri) -> Result<Self, ReaderError> {
        let addresses: Vec<SocketAddr> = match uri.path().to_socket_addrs() {
            Ok(addresses) => addresses.collect(),
            Err(_) => return Err(uri.invalid("expected HOST:PORT, for example vpcd:127.0.0.1:35963")),
        };
        let listener = TcpListener::bind(addresses.as_slice())
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|error| ReaderError::from_io(&error, uri.to_string()))?;
        Ok(Self {
            info: ReaderInfo { uri: uri.clone(), description: "virtual card on a socket".to_owned() },
            listener,
            card: None,
            messages: Messages::default(),
            asked: Instant::now(),
            left: false,
            cancel: Cancel::new(),
        })
    }

    /// Where it listens; tells the port where the URI asked for port 0.
    ///
    /// # Errors
    /// When the operating system cannot be asked.
    pub fn address(&self) -> Result<SocketAddr, ReaderError> {
        self.listener.local_addr().map_err(|error| ReaderError::from_io(&error, self.info.uri.to_string()))
    }

    /// Takes the card that wants to connect. A peer that is no card is closed and not waited for again.
    fn accept(&mut self) -> Result<Option<Card>, ReaderError> {
        let stream = match self.listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                return Ok(None);
            }
            // The peer was gone before we took it.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => return Ok(None),
            Err(error) => return Err(ReaderError::from_io(&error, self.info.uri.to_string())),
        };
        let ready = stream.set_nonblocking(false).and_then(|()| stream.set_nodelay(true));
        if ready.is_err() {
            return Ok(None);
        }
        self.card = Some(stream);
        self.messages = Messages::default();
        let answer = self.say(&[POWER_ON]).and_then(|()| self.answer_to_reset());
        match answer {
            Ok(answer) => Ok(Some(Card { answer, ..Card::default() })),
            Err(_) => {
                self.card = None;
                Ok(None)
            }
        }
    }

    fn answer_to_reset(&mut self) -> Result<Vec<u8>, TransceiveError> {
        self.asked = Instant::now();
        self.say(&[ATR])?;
        let answer = self.hear(Instant::now() + ANSWER)?;
        if answer.is_empty() || answer.len() > MAX_ATR {
            return Err(TransceiveError::MalformedResponse);
        }
        Ok(answer)
    }

    fn say(&mut self, payload: &[u8]) -> Result<(), TransceiveError> {
        let message = encode(payload).ok_or(TransceiveError::CommandTooLong)?;
        let Some(stream) = &mut self.card else { return Err(TransceiveError::ChipRemoved) };
        let sent = stream.set_write_timeout(Some(EXCHANGE)).and_then(|()| stream.write_all(&message));
        sent.map_err(|error| self.lost(&error))
    }

    fn hear(&mut self, deadline: Instant) -> Result<Vec<u8>, TransceiveError> {
        let mut buffer = [0_u8; 4096];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // What comes now would be taken for the next answer: this connection is out of step.
                self.card = None;
                self.left = true;
                return Err(TransceiveError::TimedOut);
            }
            let Some(stream) = &mut self.card else { return Err(TransceiveError::ChipRemoved) };
            let read = stream
                .set_read_timeout(Some(left.min(CANCEL_LATENCY)))
                .and_then(|()| stream.read(&mut buffer));
            match read {
                Ok(0) => return Err(self.lost(&io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => {
                    // The card speaks only when asked; what follows a whole message is dropped with it.
                    for byte in buffer.iter().take(count) {
                        if let Some(payload) = self.messages.push(*byte) {
                            return Ok(payload);
                        }
                    }
                }
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
                    ) => {}
                Err(error) => return Err(self.lost(&error)),
            }
            if self.cancel.is_cancelled() {
                self.card = None;
                self.left = true;
                return Err(TransceiveError::Driver("cancelled".to_owned()));
            }
        }
    }

    fn lost(&mut self, _error: &io::Error) -> TransceiveError {
        self.card = None;
        self.left = true;
        TransceiveError::ChipRemoved
    }

    /// Whether the card is there: its connection is open and it still tells its answer to reset.
    fn is_present(&mut self) -> bool {
        let Some(stream) = &self.card else { return false };
        let mut byte = [0_u8; 1];
        let closed = stream.set_nonblocking(true).is_err()
            || matches!(stream.peek(&mut byte), Ok(0))
            || stream.set_nonblocking(false).is_err();
        if closed {
            return false;
        }
        self.asked.elapsed() < PRESENCE || self.answer_to_reset().is_ok()
    }
}

impl Transceive for VpcdReader {
    fn transceive(&mut self, apdu: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        if apdu.len() < 4 {
            // One byte would be a control code.
            return Err(TransceiveError::Driver("a command APDU has at least four bytes".to_owned()));
        }
        self.say(apdu)?;
        let response = self.hear(Instant::now() + EXCHANGE)?;
        self.asked = Instant::now();
        if response.len() < 2 { Err(TransceiveError::MalformedResponse) } else { Ok(response) }
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        self.say(&[RESET])?;
        // It has no answer of its own; the answer to reset shows that the card is there.
        self.answer_to_reset().map(drop)
    }

    fn max_command(&self) -> usize {
        65_535
    }

    fn max_response(&self) -> usize {
        65_535
    }
}

impl Reader for VpcdReader {
    fn info(&self) -> &ReaderInfo {
        &self.info
    }

    fn next_event(&mut self, deadline: Instant) -> Result<Option<ReaderEvent>, ReaderError> {
        loop {
            if self.cancel.take() {
                return Err(self.info.uri.error(ReaderErrorKind::Cancelled));
            }
            if self.card.is_some() && !self.is_present() {
                self.card = None;
                self.left = true;
            }
            if std::mem::take(&mut self.left) {
                return Ok(Some(ReaderEvent::CardRemoved));
            }
            if self.card.is_none()
                && let Some(card) = self.accept()?
            {
                self.left = false;
                return Ok(Some(ReaderEvent::Card(card)));
            }
            self.left = false;
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(left.min(POLL));
        }
    }

    fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }

    fn chip(&mut self) -> Result<&mut dyn Transceive, ReaderError> {
        if self.card.is_none() {
            return Err(self.info.uri.error(ReaderErrorKind::NoCard));
        }
        Ok(self)
    }
}

impl Drop for VpcdReader {
    fn drop(&mut self) {
        // Best effort: a card that listens may forget its keys.
        let _ = self.say(&[POWER_OFF]);
    }
}
