//! A CCID reader on a serial line as a [`Reader`].

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use verifier_chip::apdu::{Transceive, TransceiveError};

use crate::cancel::{CANCEL_LATENCY, Cancel};
use crate::ccid::gempc::{Deframer, Item, NAK_FRAME, encode};
use crate::ccid::message::{
    ABSENT, DATA_BLOCK, ESCAPE, ESCAPE_ANSWER, FAILED, GET_SLOT_STATUS, Message, PARAMETERS, POWER_OFF,
    POWER_ON, SET_PARAMETERS, SLOT_STATUS, TIME_EXTENSION, TRANSFER,
};
use crate::ccid::t1::{Host, Step, card_size};
use crate::error::{FramingFault, ReaderError, ReaderErrorKind};
use crate::pn532::reader::transceive_error;
use crate::port::Port;
use crate::reader::{Card, Reader, ReaderEvent, ReaderInfo};

/// Time that the reader has for an answer that needs no card.
const ANSWER: Duration = Duration::from_millis(1000);
/// Time that the card has for one APDU.
const EXCHANGE: Duration = Duration::from_secs(8);
/// Time between two looks at the slot.
const POLL: Duration = Duration::from_millis(100);
/// How often a command that was not understood is repeated.
const TRIES: u32 = 3;

/// An open CCID reader.
pub struct CcidReader<P: Port> {
    info: ReaderInfo,
    port: P,
    deframer: Deframer,
    inbox: VecDeque<Result<Item, FramingFault>>,
    sequence: u8,
    cancel: Cancel,
    received: u64,
    gone: bool,
    card: Option<Host>,
    /// The card in the slot does not answer; it is left alone until it was taken out.
    mute: bool,
    left: bool,
}

impl<P: Port> CcidReader<P> {
    /// Asks the reader at the other end of `port` for its firmware.
    ///
    /// # Errors
    /// `Timeout` where no such reader answers, `Gone`, `Io`.
    pub fn over(info: ReaderInfo, port: P) -> Result<Self, ReaderError> {
        let mut reader = Self {
            info,
            port,
            deframer: Deframer::default(),
            inbox: VecDeque::new(),
            sequence: 0,
            cancel: Cancel::new(),
            received: 0,
            gone: false,
            card: None,
            mute: false,
            left: false,
        };
        reader.ask(ESCAPE, [0; 3], vec![0x02], ESCAPE_ANSWER, ANSWER)?;
        Ok(reader)
    }

    /// One command and its answer.
    fn ask(
        &mut self,
        kind: u8,
        parameters: [u8; 3],
        data: Vec<u8>,
        wanted: u8,
        within: Duration,
    ) -> Result<Message, ReaderError> {
        let sequence = self.sequence;
        self.sequence = self.sequence.wrapping_add(1);
        let command = Message { kind, slot: 0, sequence, parameters, data };
        let Some(frame) = encode(&command) else { return Err(self.error(ReaderErrorKind::Limit)) };
        let mut deadline = Instant::now() + within;
        for _ in 0..TRIES {
            self.send(&frame)?;
            loop {
                match self.next(deadline)? {
                    None => {
                        return Err(self
                            .error(ReaderErrorKind::Timeout)
                            .at(self.received)
                            .because(format!("command {kind:02X}")));
                    }
                    // The reader says the command back before it answers.
                    Some(Ok(Item::Message(message))) if message == command => {}
                    Some(Ok(Item::Message(message))) if message.sequence == sequence => {
                        if message.kind != wanted {
                            return Err(self.error(ReaderErrorKind::Protocol).at(self.received));
                        }
                        let [status, ..] = message.parameters;
                        if status & 0xC0 == TIME_EXTENSION {
                            deadline = Instant::now() + within;
                            continue;
                        }
                        return Ok(message);
                    }
                    Some(Ok(Item::Message(_) | Item::Time)) => {}
                    Some(Ok(Item::Moved(present))) => self.moved(present),
                    Some(Ok(Item::Nak)) => break,
                    Some(Err(_)) => self.send(&NAK_FRAME)?,
                }
            }
        }
        Err(self.error(ReaderErrorKind::Protocol).because("the reader does not understand"))
    }

    fn moved(&mut self, present: bool) {
        if !present {
            self.left |= self.card.take().is_some();
            self.mute = false;
        }
    }

    fn next(&mut self, deadline: Instant) -> Result<Option<Result<Item, FramingFault>>, ReaderError> {
        let mut buffer = [0_u8; 512];
        loop {
            if let Some(item) = self.inbox.pop_front() {
                return Ok(Some(item));
            }
            if self.cancel.take() {
                return Err(self.error(ReaderErrorKind::Cancelled));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                self.deframer.reset();
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
        let sent = self.port.write_all(bytes, Instant::now() + ANSWER);
        self.watch(sent)
    }

    fn watch<T>(&mut self, result: io::Result<T>) -> Result<T, ReaderError> {
        if self.gone {
            return Err(self.error(ReaderErrorKind::Gone).at(self.received));
        }
        result.map_err(|error| {
            let error = ReaderError::from_io(&error, self.info.uri.to_string()).at(self.received);
            self.gone |= !error.is_recoverable();
            error
        })
    }

    fn error(&self, kind: ReaderErrorKind) -> ReaderError {
        self.info.uri.error(kind)
    }

    fn is_present(&mut self) -> Result<bool, ReaderError> {
        let answer = self.ask(GET_SLOT_STATUS, [0; 3], Vec::new(), SLOT_STATUS, ANSWER)?;
        let [status, ..] = answer.parameters;
        Ok(status & 0x03 != ABSENT)
    }

    /// Gives the card power and agrees on T=1; `None` where it does not answer or speaks another protocol.
    fn power_on(&mut self) -> Result<Option<Card>, ReaderError> {
        let answer = self.ask(POWER_ON, [0; 3], Vec::new(), DATA_BLOCK, ANSWER)?;
        let [status, ..] = answer.parameters;
        let atr = answer.data;
        let Some(size) = card_size(&atr).filter(|_| status & FAILED == 0) else { return Ok(None) };
        // Protocol and parameters request: T=1, and the same back.
        let request = vec![0xFF, 0x01, 0xFE];
        let answer = self.ask(TRANSFER, [0; 3], request.clone(), DATA_BLOCK, ANSWER)?;
        if answer.data != request {
            return Ok(None);
        }
        let size_byte = u8::try_from(size).unwrap_or(0x20);
        let parameters = vec![0x11, 0x10, 0x00, 0x4D, 0x00, size_byte, 0x00];
        self.ask(SET_PARAMETERS, [0x01, 0, 0], parameters, PARAMETERS, ANSWER)?;
        let answer = self.ask(TRANSFER, [0; 3], Host::offer_size(), DATA_BLOCK, ANSWER)?;
        if !Host::is_size_answer(&answer.data) {
            return Ok(None);
        }
        self.card = Some(Host::new(size));
        Ok(Some(Card { answer: atr, ..Card::default() }))
    }

    /// Power off and on.
    fn restart(&mut self) -> Result<bool, ReaderError> {
        self.card = None;
        self.ask(POWER_OFF, [0; 3], Vec::new(), SLOT_STATUS, ANSWER)?;
        Ok(self.power_on()?.is_some())
    }

    fn exchange(&mut self, host: &mut Host, apdu: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        let deadline = Instant::now() + EXCHANGE;
        let mut step = host.command(apdu);
        loop {
            let block = match step {
                Step::Send(block) => block,
                Step::Done(response) if response.len() >= 2 => return Ok(response),
                Step::Done(_) | Step::Failed => return Err(TransceiveError::MalformedResponse),
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let answer = self
                .ask(TRANSFER, [0; 3], block, DATA_BLOCK, left)
                .map_err(|error| transceive_error(&error))?;
            let [status, ..] = answer.parameters;
            if status & 0x03 == ABSENT {
                return Err(TransceiveError::ChipRemoved);
            }
            if status & FAILED != 0 {
                return Err(TransceiveError::TimedOut);
            }
            step = host.receive(&answer.data);
        }
    }
}

impl<P: Port> Transceive for CcidReader<P> {
    fn transceive(&mut self, apdu: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        if apdu.len() > self.max_command() {
            return Err(TransceiveError::CommandTooLong);
        }
        let Some(mut host) = self.card.take() else { return Err(TransceiveError::ChipRemoved) };
        let response = self.exchange(&mut host, apdu);
        match &response {
            Err(TransceiveError::ChipRemoved) => self.left = true,
            // The card may be gone: its movement was told while we waited.
            _ if self.left => {}
            _ => self.card = Some(host),
        }
        response
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        self.cold_reset()
    }
}

impl<P: Port> CcidReader<P> {
    fn cold_reset(&mut self) -> Result<(), TransceiveError> {
        if self.card.is_none() {
            return Err(TransceiveError::ChipRemoved);
        }
        match self.restart() {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.left = true;
                Err(TransceiveError::ChipRemoved)
            }
            Err(error) => Err(transceive_error(&error)),
        }
    }
}

impl<P: Port> Reader for CcidReader<P> {
    fn info(&self) -> &ReaderInfo {
        &self.info
    }

    fn next_event(&mut self, deadline: Instant) -> Result<Option<ReaderEvent>, ReaderError> {
        loop {
            if self.cancel.take() {
                return Err(self.error(ReaderErrorKind::Cancelled));
            }
            let present = self.is_present()?;
            if !present {
                self.moved(false);
            }
            if std::mem::take(&mut self.left) {
                return Ok(Some(ReaderEvent::CardRemoved));
            }
            if present && self.card.is_none() && !self.mute {
                if let Some(card) = self.power_on()? {
                    return Ok(Some(ReaderEvent::Card(card)));
                }
                self.mute = true;
            }
            let mut rest = POLL;
            while !rest.is_zero() && !self.cancel.is_cancelled() {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(None);
                }
                let nap = rest.min(CANCEL_LATENCY).min(left);
                std::thread::sleep(nap);
                rest = rest.saturating_sub(nap);
            }
        }
    }

    fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }

    fn chip(&mut self) -> Result<&mut dyn Transceive, ReaderError> {
        if self.card.is_none() {
            return Err(self.error(ReaderErrorKind::NoCard));
        }
        Ok(self)
    }
}

impl<P: Port> Drop for CcidReader<P> {
    fn drop(&mut self) {
        if self.card.is_some() && !self.gone {
            // Best effort: a card without power forgets its keys.
            let message = Message {
                kind: POWER_OFF,
                slot: 0,
                sequence: self.sequence,
                parameters: [0; 3],
                data: Vec::new(),
            };
            if let Some(frame) = encode(&message) {
                let _ = self.port.write_all(&frame, Instant::now() + Duration::from_millis(20));
            }
        }
    }
}
