//! Command, ACK, response: the host's side of a PN532 on a [`Port`].
//!
//! Every command has one deadline. A command that is given up is aborted with an ACK, so that the chip does not
//! answer it into the next one; a response with a bad checksum is asked for again with a NACK.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use crate::cancel::{CANCEL_LATENCY, Cancel};
use crate::error::{FramingFault, ReaderError, ReaderErrorKind};
use crate::pn532::command;
use crate::pn532::frame::{ACK, CHIP, Deframer, Frame, HOST, NACK, encode};
use crate::port::Port;

/// Time in which the ACK must come; 15 ms by the manual, more through USB adapters.
const ACK_WITHIN: Duration = Duration::from_millis(200);
/// Time that a command takes which does not talk to a card.
pub const LOCAL: Duration = Duration::from_millis(1000);
/// How often a command or a response is asked for again.
const TRIES: u32 = 3;

/// Wakes a chip that sleeps with low battery: two bytes that it hears, and time to start its clock.
const WAKE_UP: [u8; 16] = [0x55, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// A PN532 behind a port.
pub struct Pn532<P: Port> {
    port: P,
    name: String,
    deframer: Deframer,
    inbox: VecDeque<Result<Frame, FramingFault>>,
    cancel: Cancel,
    received: u64,
    gone: bool,
}

impl<P: Port> Pn532<P> {
    /// Talks to the chip at the other end of `port`; `name` stands in errors.
    #[must_use]
    pub fn new(port: P, name: impl Into<String>, cancel: Cancel) -> Self {
        Self {
            port,
            name: name.into(),
            deframer: Deframer::new(),
            inbox: VecDeque::new(),
            cancel,
            received: 0,
            gone: false,
        }
    }

    /// Wakes the chip, ends whatever it was doing for a host that crashed, and puts it into normal mode.
    ///
    /// # Errors
    /// `Timeout` where no PN532 answers, `Gone`, `Io`.
    pub fn wake(&mut self) -> Result<(), ReaderError> {
        let mut last = self.error(ReaderErrorKind::Timeout);
        for _ in 0..TRIES {
            self.send(&ACK)?;
            let discarded = self.port.discard_input();
            self.watch(discarded)?;
            self.deframer.reset();
            self.inbox.clear();
            self.send(&WAKE_UP)?;
            match self.command(command::SAM_CONFIGURATION, &[0x01], LOCAL) {
                Ok(_) => return Ok(()),
                Err(error) if error.is_recoverable() && *error.kind() != ReaderErrorKind::Cancelled => {
                    last = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last.because("no PN532 answers on this line"))
    }

    /// Raises the bit rate of the line on both sides and asks whether they still understand each other.
    ///
    /// # Errors
    /// `Unsupported` for a rate that the chip does not have, `Timeout` where the line does not carry it.
    pub fn set_baud(&mut self, baud: u32) -> Result<(), ReaderError> {
        let code = command::BAUD_RATES.iter().zip(0_u8..).find(|(rate, _)| **rate == baud);
        let Some((_, code)) = code else { return Err(self.error(ReaderErrorKind::Unsupported)) };
        self.command(command::SET_SERIAL_BAUD_RATE, &[code], LOCAL)?;
        // The chip switches after this ACK.
        self.send(&ACK)?;
        std::thread::sleep(Duration::from_millis(5));
        let set = self.port.set_baud(baud);
        self.watch(set)?;
        self.command(command::GET_FIRMWARE_VERSION, &[], LOCAL).map(drop)
    }

    /// One command and its response, without command code and checksum.
    ///
    /// # Errors
    /// `Timeout` when ACK or response do not come in time (the command is aborted), `Protocol` when the chip does not
    /// know the command, `Framing` when the response stays damaged, `Cancelled`, `Gone`, `Io`.
    pub fn command(&mut self, code: u8, data: &[u8], within: Duration) -> Result<Vec<u8>, ReaderError> {
        let mut packet = vec![code];
        packet.extend_from_slice(data);
        let Some(frame) = encode(HOST, &packet) else { return Err(self.error(ReaderErrorKind::Limit)) };
        self.acknowledged(&frame)?;
        let deadline = Instant::now() + within;
        let mut damaged = 0;
        loop {
            match self.next(deadline) {
                Ok(Some(Ok(Frame::Data(CHIP, mut packet))))
                    if packet.first() == Some(&code.wrapping_add(1)) =>
                {
                    packet.remove(0);
                    return Ok(packet);
                }
                Ok(Some(Ok(Frame::Error))) => {
                    return Err(self
                        .error(ReaderErrorKind::Protocol)
                        .because(format!("the chip refused command {code:02X}")));
                }
                Ok(Some(Err(fault))) => {
                    damaged += 1;
                    if damaged > TRIES {
                        return Err(self.error(ReaderErrorKind::Framing(fault)));
                    }
                    self.send(&NACK)?;
                }
                // The late response of a command that was given up, or a second ACK.
                Ok(Some(Ok(_))) => {}
                Ok(None) => {
                    self.abort();
                    return Err(self.error(ReaderErrorKind::Timeout).because(format!("command {code:02X}")));
                }
                Err(error) => {
                    if *error.kind() == ReaderErrorKind::Cancelled {
                        self.abort();
                    }
                    return Err(error);
                }
            }
        }
    }

    fn acknowledged(&mut self, frame: &[u8]) -> Result<(), ReaderError> {
        for _ in 0..TRIES {
            self.inbox.clear();
            self.send(frame)?;
            let deadline = Instant::now() + ACK_WITHIN;
            loop {
                match self.next(deadline)? {
                    Some(Ok(Frame::Ack)) => return Ok(()),
                    Some(Ok(Frame::Nack)) => break,
                    Some(_) => {}
                    None => break,
                }
            }
        }
        Err(self.error(ReaderErrorKind::Timeout).because("the chip does not acknowledge"))
    }

    /// Tells the chip to stop what it does. Best effort: the next command shows whether it heard.
    fn abort(&mut self) {
        let _ = self.send(&ACK);
        self.deframer.reset();
        self.inbox.clear();
    }

    /// The next frame or fault; `None` at the deadline.
    fn next(&mut self, deadline: Instant) -> Result<Option<Result<Frame, FramingFault>>, ReaderError> {
        let mut buffer = [0_u8; 512];
        loop {
            if let Some(frame) = self.inbox.pop_front() {
                return Ok(Some(frame));
            }
            if self.cancel.take() {
                return Err(self.error(ReaderErrorKind::Cancelled));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let read = self.port.read(&mut buffer, left.min(CANCEL_LATENCY));
            let count = self.watch(read)?;
            self.received += count as u64;
            for byte in buffer.iter().take(count) {
                self.inbox.extend(self.deframer.push(*byte));
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), ReaderError> {
        let sent = self.port.write_all(bytes, Instant::now() + ACK_WITHIN);
        self.watch(sent)
    }

    fn watch<T>(&mut self, result: io::Result<T>) -> Result<T, ReaderError> {
        if self.gone {
            return Err(self.error(ReaderErrorKind::Gone).at(self.received));
        }
        result.map_err(|error| {
            let error = ReaderError::from_io(&error, self.name.clone()).at(self.received);
            self.gone |= !error.is_recoverable();
            error
        })
    }

    fn error(&self, kind: ReaderErrorKind) -> ReaderError {
        ReaderError::new(kind, self.name.clone())
    }
}
