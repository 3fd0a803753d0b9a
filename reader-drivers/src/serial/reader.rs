//! The serial MRZ reader: a port, a framer and a profile joined into a [`Reader`].
//!
//! Time is kept for the whole transaction: a frame has a time from its first byte to its last, so a device that
//! sends a byte now and then cannot hold the reader, and each question of the host has one deadline.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use crate::cancel::{CANCEL_LATENCY, Cancel};
use crate::error::{FramingFault, ReaderError, ReaderErrorKind};
use crate::port::Port;
use crate::reader::{Reader, ReaderEvent, ReaderInfo};
use crate::serial::elyctis;
use crate::serial::framer::{Framed, Framer, Item, framer};
use crate::serial::profile::{Profile, Protocol};

/// Time that an answer to a command may take.
const ANSWER: Duration = Duration::from_millis(400);

/// Time that the line may take to accept a command.
const SEND: Duration = Duration::from_millis(200);

/// A serial MRZ reader.
pub struct SerialReader {
    info: ReaderInfo,
    profile: Profile,
    port: Box<dyn Port>,
    framer: Box<dyn Framer>,
    found: VecDeque<Framed>,
    cancel: Cancel,
    baud: u32,
    last_byte: Instant,
    quiet: bool,
    /// Offset of the frame that is under way, and when its first byte came.
    begun: Option<(u64, Instant)>,
    armed: Option<Instant>,
    ask_again: bool,
    gone: bool,
}

impl SerialReader {
    /// Talks to the device at the other end of `port`, which was opened with `baud`; `bauds` are the rates to try
    /// where the protocol can ask.
    ///
    /// # Errors
    /// `Timeout` where a protocol that can ask gets no answer at any rate; `Gone` or `Io` of the port.
    pub fn over(
        info: ReaderInfo,
        profile: Profile,
        port: Box<dyn Port>,
        bauds: &[u32],
    ) -> Result<Self, ReaderError> {
        let mut reader = Self {
            framer: framer(&profile),
            found: VecDeque::new(),
            cancel: Cancel::new(),
            baud: bauds.first().copied().unwrap_or(9600),
            last_byte: Instant::now(),
            quiet: true,
            begun: None,
            armed: None,
            ask_again: false,
            gone: false,
            info,
            profile,
            port,
        };
        if reader.profile.protocol == Protocol::Elyctis {
            reader.probe(bauds)?;
        }
        let init = reader.profile.host.init.0.clone();
        reader.send(&init)?;
        Ok(reader)
    }

    /// Bit rate that the device answered at.
    #[must_use]
    pub const fn baud(&self) -> u32 {
        self.baud
    }

    /// Bytes that stood outside every frame since the reader was opened.
    #[must_use]
    pub fn noise(&self) -> u64 {
        self.framer.skipped()
    }

    fn probe(&mut self, bauds: &[u32]) -> Result<(), ReaderError> {
        for baud in bauds {
            self.baud = *baud;
            let set = self.port.set_baud(*baud);
            self.watch(set)?;
            match self.ask_version() {
                Err(error) if *error.kind() == ReaderErrorKind::Timeout => {}
                other => return other,
            }
        }
        let rates: Vec<String> = bauds.iter().map(u32::to_string).collect();
        Err(self
            .error(ReaderErrorKind::Timeout)
            .because(format!("no answer to the version inquiry at {} baud", rates.join(" or "))))
    }

    /// Drops what is half said and asks for the firmware version: an answer proves that both sides are in step.
    fn ask_version(&mut self) -> Result<(), ReaderError> {
        let drained = self.port.discard_input();
        self.watch(drained)?;
        self.framer.reset();
        self.found.retain(|framed| matches!(framed.item, Item::Mrz(_)));
        let answer = self.ask(elyctis::VERSION, &[]);
        self.found.retain(|framed| !matches!(framed.item, Item::Fault(_)));
        answer.map(drop)
    }

    /// One command and its answer; what else the device says meanwhile is kept.
    fn ask(&mut self, command: u8, data: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.send(&elyctis::message(command, data))?;
        let deadline = Instant::now() + ANSWER;
        loop {
            let answer = |framed: &Framed| matches!(framed.item, Item::Control(code, _) if code == command);
            if let Some(at) = self.found.iter().position(answer)
                && let Some(Framed { item: Item::Control(_, data), .. }) = self.found.remove(at)
            {
                return Ok(data);
            }
            if self.cancel.take() {
                return Err(self.error(ReaderErrorKind::Cancelled));
            }
            if Instant::now() >= deadline {
                return Err(self.error(ReaderErrorKind::Timeout).at(self.framer.offset()));
            }
            match self.pump(deadline) {
                Err(error) if *error.kind() == ReaderErrorKind::Timeout => {}
                other => other?,
            }
        }
    }

    /// Makes the device ready to speak of the next document.
    fn arm(&mut self) -> Result<(), ReaderError> {
        if self.profile.protocol == Protocol::Elyctis {
            if self.ask_again {
                self.ask_version()?;
                self.ask_again = false;
            }
            // Continuous reading switches itself off after one good read.
            if self.ask(elyctis::CONTINUOUS, &[1])? != [1] {
                return Err(self.error(ReaderErrorKind::Protocol).because("continuous reading was refused"));
            }
        } else {
            let arm = self.profile.host.arm.0.clone();
            self.send(&arm)?;
        }
        self.armed = Some(Instant::now());
        Ok(())
    }

    fn must_arm(&self) -> bool {
        let rearm = self.profile.host.rearm_ms;
        self.armed.is_none_or(|since| rearm > 0 && since.elapsed() >= Duration::from_millis(rearm))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), ReaderError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let sent = self.port.write_all(bytes, Instant::now() + SEND);
        self.watch(sent)
    }

    /// Reads once and lets the framer look at it. Waits no longer than a cancel may take to be seen.
    fn pump(&mut self, until: Instant) -> Result<(), ReaderError> {
        let quiet_after = self.profile.quiet_after(self.baud);
        let now = Instant::now();
        let mut wait = until.saturating_duration_since(now).min(CANCEL_LATENCY);
        if !self.quiet {
            wait = wait.min((self.last_byte + quiet_after).saturating_duration_since(now));
        }
        let mut buffer = [0_u8; 1024];
        let read = self.port.read(&mut buffer, wait);
        let count = self.watch(read)?;
        let now = Instant::now();
        if count > 0 {
            for byte in buffer.iter().take(count) {
                self.framer.push(*byte, &mut self.found);
            }
            self.last_byte = now;
            self.quiet = false;
        } else if !self.quiet && now >= self.last_byte + quiet_after {
            self.framer.idle(&mut self.found);
            self.quiet = true;
        }
        self.begun = match (self.framer.begun(), self.begun) {
            (Some(at), Some((same, since))) if at == same => Some((same, since)),
            (Some(at), _) => Some((at, now)),
            (None, _) => None,
        };
        if let Some((at, since)) = self.begun
            && now >= since + Duration::from_millis(self.profile.framing.frame_ms)
        {
            self.framer.reset();
            self.begun = None;
            self.ask_again = true;
            self.armed = None;
            return Err(self.error(ReaderErrorKind::Timeout).at(at).because("a frame took too long"));
        }
        Ok(())
    }

    fn take(&mut self, framed: Framed) -> Result<Option<ReaderEvent>, ReaderError> {
        match framed.item {
            Item::Mrz(text) => {
                self.armed = None;
                let ack = self.profile.host.ack_on_good.0.clone();
                self.send(&ack)?;
                Ok(Some(ReaderEvent::Mrz(text)))
            }
            Item::Empty | Item::Control(..) => Ok(None),
            Item::Fault(fault) => {
                self.armed = None;
                self.ask_again = true;
                if matches!(fault, FramingFault::Checksum | FramingFault::Partial | FramingFault::TooLong) {
                    let nak = self.profile.host.nak_on_bad.0.clone();
                    self.send(&nak)?;
                }
                Err(self.error(ReaderErrorKind::Framing(fault)).at(framed.offset))
            }
        }
    }

    fn watch<T>(&mut self, result: io::Result<T>) -> Result<T, ReaderError> {
        result.map_err(|error| {
            let error = ReaderError::from_io(&error, self.info.uri.to_string()).at(self.framer.offset());
            self.gone |= !error.is_recoverable();
            error
        })
    }

    fn error(&self, kind: ReaderErrorKind) -> ReaderError {
        self.info.uri.error(kind)
    }
}

impl Reader for SerialReader {
    fn info(&self) -> &ReaderInfo {
        &self.info
    }

    fn next_event(&mut self, deadline: Instant) -> Result<Option<ReaderEvent>, ReaderError> {
        let mut looked = false;
        loop {
            if let Some(framed) = self.found.pop_front() {
                if let Some(event) = self.take(framed)? {
                    return Ok(Some(event));
                }
                continue;
            }
            if self.gone {
                return Err(self.error(ReaderErrorKind::Gone).at(self.framer.offset()));
            }
            if self.cancel.take() {
                return Err(self.error(ReaderErrorKind::Cancelled));
            }
            if looked && Instant::now() >= deadline {
                return Ok(None);
            }
            if self.must_arm() {
                self.arm()?;
                if !self.found.is_empty() {
                    continue;
                }
            }
            self.pump(deadline)?;
            looked = true;
        }
    }

    fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }
}

impl Drop for SerialReader {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        let bytes = if self.profile.protocol == Protocol::Elyctis {
            elyctis::message(elyctis::CONTINUOUS, &[0])
        } else {
            self.profile.host.disarm.0.clone()
        };
        if !bytes.is_empty() {
            // Best effort: the device may be gone, and nobody is there to be told.
            let _ = self.port.write_all(&bytes, Instant::now() + Duration::from_millis(20));
        }
    }
}
