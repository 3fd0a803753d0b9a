//! A PN532 as a [`Reader`]: looks for e-passport chips of both types and exchanges APDUs with the one it found.

use std::time::{Duration, Instant};

use verifier_chip::apdu::{Transceive, TransceiveError};

use crate::cancel::{CANCEL_LATENCY, Cancel};
use crate::error::{ReaderError, ReaderErrorKind};
use crate::pn532::command;
use crate::pn532::driver::{LOCAL, Pn532};
use crate::pn532::target::Target;
use crate::port::Port;
use crate::reader::{Reader, ReaderEvent, ReaderInfo};

/// Data of one `InDataExchange`: the frame's limit less command code and target number.
const CHUNK: usize = 262;
/// Longest response APDU that is put together from pieces.
const MAX_RESPONSE: usize = 65_538;
/// Longest time that a chip may take for one command; on-chip key agreement takes a second or two.
const EXCHANGE: Duration = Duration::from_secs(8);
/// Time between two looks into the field.
const POLL: Duration = Duration::from_millis(100);

/// An open PN532.
pub struct Pn532Reader<P: Port> {
    info: ReaderInfo,
    chip: Pn532<P>,
    cancel: Cancel,
    target: Option<Target>,
    /// The card left during an exchange, and nobody was told by an event yet.
    left: bool,
    extended: bool,
}

impl<P: Port> Pn532Reader<P> {
    /// Wakes the chip at the other end of `port` and sets it up. With `extended`, APDUs of extended length are
    /// offered; without, the lengths that every PN532 firmware carries.
    ///
    /// # Errors
    /// `Timeout` where no PN532 answers, `Gone`, `Io`.
    pub fn over(info: ReaderInfo, port: P, extended: bool) -> Result<Self, ReaderError> {
        let cancel = Cancel::new();
        let mut chip = Pn532::new(port, info.uri.to_string(), cancel.clone());
        chip.wake()?;
        chip.command(command::GET_FIRMWARE_VERSION, &[], LOCAL)?;
        chip.command(command::SET_PARAMETERS, &[command::AUTO_ATR_RES | command::AUTO_RATS], LOCAL)?;
        // Field off and on: whatever lies there starts afresh. Then few retries, so that a look ends soon.
        chip.command(command::RF_CONFIGURATION, &[0x01, 0x00], LOCAL)?;
        chip.command(command::RF_CONFIGURATION, &[0x01, 0x01], LOCAL)?;
        chip.command(command::RF_CONFIGURATION, &[0x05, 0x00, 0x01, 0x02], LOCAL)?;
        Ok(Self { info, chip, cancel, target: None, left: false, extended })
    }

    /// Raises the bit rate of the line.
    ///
    /// # Errors
    /// As [`Pn532::set_baud`].
    pub fn set_baud(&mut self, baud: u32) -> Result<(), ReaderError> {
        self.chip.set_baud(baud)
    }

    fn look(&mut self) -> Result<Option<Target>, ReaderError> {
        let list = command::IN_LIST_PASSIVE_TARGET;
        let response = self.chip.command(list, &[1, command::TYPE_A], LOCAL)?;
        if let Some(target) = Target::type_a(&response) {
            return Ok(Some(target));
        }
        // Application family 0: every type B card answers.
        let response = self.chip.command(list, &[1, command::TYPE_B, 0x00], LOCAL)?;
        Ok(Target::type_b(&response))
    }

    fn is_present(&mut self) -> Result<bool, ReaderError> {
        let answer = self.chip.command(command::DIAGNOSE, &[command::TEST_PRESENCE], LOCAL)?;
        Ok(answer.first() == Some(&0))
    }

    fn release(&mut self) -> Result<(), ReaderError> {
        self.target = None;
        self.chip.command(command::IN_RELEASE, &[0x00], LOCAL).map(drop)
    }

    /// Field off and on, and whatever lies in it selected anew.
    fn restart(&mut self) -> Result<bool, ReaderError> {
        self.release()?;
        self.chip.command(command::RF_CONFIGURATION, &[0x01, 0x00], LOCAL)?;
        self.chip.command(command::RF_CONFIGURATION, &[0x01, 0x01], LOCAL)?;
        self.target = self.look()?;
        Ok(self.target.is_some())
    }

    fn exchange(&mut self, apdu: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        let Some(target) = &self.target else { return Err(TransceiveError::ChipRemoved) };
        let number = target.number;
        let deadline = Instant::now() + EXCHANGE;
        let mut pieces = apdu.chunks(CHUNK).peekable();
        let mut response = Vec::new();
        loop {
            let piece = pieces.next().unwrap_or_default();
            let more = if pieces.peek().is_some() { command::MORE } else { 0 };
            let mut data = vec![number | more];
            data.extend_from_slice(piece);
            let left = deadline.saturating_duration_since(Instant::now());
            let answer = self
                .chip
                .command(command::IN_DATA_EXCHANGE, &data, left)
                .map_err(|error| transceive_error(&error))?;
            let Some((status, part)) = answer.split_first() else {
                return Err(TransceiveError::MalformedResponse);
            };
            match status & command::STATUS_MASK {
                0 => {}
                command::STATUS_TIMEOUT
                | command::STATUS_CONTEXT
                | command::STATUS_RELEASED
                | command::STATUS_CARD_GONE => return Err(TransceiveError::ChipRemoved),
                other => return Err(TransceiveError::Driver(format!("PN532 status {other:02X}"))),
            }
            if more != 0 {
                continue;
            }
            response.extend_from_slice(part);
            let goes_on = status & command::MORE != 0;
            if response.len() > MAX_RESPONSE || (goes_on && part.is_empty()) {
                return Err(TransceiveError::MalformedResponse);
            }
            if !goes_on {
                break;
            }
        }
        if response.len() < 2 { Err(TransceiveError::MalformedResponse) } else { Ok(response) }
    }
}

impl<P: Port> Transceive for Pn532Reader<P> {
    fn transceive(&mut self, apdu: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        if apdu.len() > self.max_command() {
            return Err(TransceiveError::CommandTooLong);
        }
        let response = self.exchange(apdu);
        if response == Err(TransceiveError::ChipRemoved) && self.target.is_some() {
            self.left = true;
            // The reader answers still; if not, the next command says so.
            let _ = self.release();
        }
        response
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        if self.target.is_none() {
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

    fn max_command(&self) -> usize {
        if self.extended { 65_544 } else { 261 }
    }

    fn max_response(&self) -> usize {
        if self.extended { MAX_RESPONSE } else { 258 }
    }
}

impl<P: Port> Reader for Pn532Reader<P> {
    fn info(&self) -> &ReaderInfo {
        &self.info
    }

    fn next_event(&mut self, deadline: Instant) -> Result<Option<ReaderEvent>, ReaderError> {
        loop {
            if self.cancel.take() {
                return Err(self.info.uri.error(ReaderErrorKind::Cancelled));
            }
            if self.left {
                self.left = false;
                return Ok(Some(ReaderEvent::CardRemoved));
            }
            if self.target.is_none() {
                self.target = self.look()?;
                if let Some(target) = &self.target {
                    return Ok(Some(ReaderEvent::Card(target.card.clone())));
                }
            } else if !self.is_present()? {
                self.release()?;
                return Ok(Some(ReaderEvent::CardRemoved));
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
        match &self.target {
            None => Err(self.info.uri.error(ReaderErrorKind::NoCard)),
            Some(target) if !target.iso_dep => Err(self
                .info
                .uri
                .error(ReaderErrorKind::Unsupported)
                .because("the card does not speak ISO/IEC 14443-4")),
            Some(_) => Ok(self),
        }
    }
}

/// What a chip protocol is told of a reader's failure.
pub(crate) fn transceive_error(error: &ReaderError) -> TransceiveError {
    match error.kind() {
        ReaderErrorKind::Gone => TransceiveError::ReaderRemoved,
        ReaderErrorKind::Timeout => TransceiveError::TimedOut,
        ReaderErrorKind::NoCard | ReaderErrorKind::CardGone => TransceiveError::ChipRemoved,
        ReaderErrorKind::Limit => TransceiveError::CommandTooLong,
        _ => TransceiveError::Driver(error.to_string()),
    }
}
