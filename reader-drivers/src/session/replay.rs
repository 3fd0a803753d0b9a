//! Plays a session again: a [`Port`] that says what the device said, when the host says what it said.
//!
//! Time between two entries is kept up to [`LONGEST_GAP`], so that gaps which end frames end them again, and an
//! operator's coffee break is not waited for. Where the host says something else than it did then, the replay fails:
//! the state machines have changed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{ReaderError, ReaderErrorKind};
use crate::pn532::Pn532Factory;
use crate::port::Port;
use crate::reader::{Reader, ReaderFactory, ReaderInfo};
use crate::serial::reader::SerialReader;
use crate::serial::{SerialFactory, bauds};
use crate::session::{Entry, Header, MAX_SESSION, SCHEMA};
use crate::uri::ReaderUri;

/// Longest pause of a session that is kept.
pub const LONGEST_GAP: Duration = Duration::from_millis(1500);

enum Step {
    In(Vec<u8>),
    Out(Vec<u8>),
    Gone,
}

/// A recorded session as a port.
pub struct Replay {
    steps: VecDeque<(Duration, Step)>,
    /// When the step before the first of `steps` was done.
    since: Instant,
}

impl Replay {
    /// Reads a session; gives also the URI of the reader that was recorded.
    ///
    /// # Errors
    /// `NotFound` and its like for the file, `Protocol` for a file that is no session, naming the line.
    pub fn open(path: &Path) -> Result<(ReaderUri, Self), ReaderError> {
        let name = format!("replay:{}", path.display());
        let file = File::open(path).map_err(|error| ReaderError::from_io(&error, &name))?;
        let bad = |line: usize, why: &str| {
            ReaderError::new(ReaderErrorKind::Protocol, &name).because(format!("line {line}: {why}"))
        };
        let mut lines = BufReader::new(file.take(MAX_SESSION + 4096)).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_default();
        let header: Header =
            serde_json::from_str(&first).map_err(|_| bad(1, "not the header of a reader session"))?;
        if header.schema != SCHEMA {
            return Err(bad(1, "another schema"));
        }
        let uri = header.uri.parse().map_err(|_| bad(1, "uri is not a reader URI"))?;
        let mut steps = VecDeque::new();
        let mut last = 0;
        for (n, line) in (2..).zip(lines) {
            let line = line.map_err(|error| ReaderError::from_io(&error, &name))?;
            // The text of a JSON error could quote what the document said; only the line number is told.
            let entry: Entry = serde_json::from_str(&line).map_err(|_| bad(n, "not an entry"))?;
            let bytes = |text: &str| hex::decode(text).map_err(|_| bad(n, "not hexadecimal"));
            let step = match &entry {
                Entry { received: Some(text), .. } => Step::In(bytes(text)?),
                Entry { sent: Some(text), .. } => Step::Out(bytes(text)?),
                Entry { gone: true, .. } => Step::Gone,
                _ => continue,
            };
            let gap = Duration::from_micros(entry.t_us.saturating_sub(last)).min(LONGEST_GAP);
            last = entry.t_us;
            steps.push_back((gap, step));
        }
        Ok((uri, Self { steps, since: Instant::now() }))
    }
}

impl Port for Replay {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        let now = Instant::now();
        let ready = match self.steps.front() {
            None | Some((_, Step::Gone)) => return Err(io::ErrorKind::BrokenPipe.into()),
            Some((_, Step::Out(_))) => None,
            Some((gap, Step::In(_))) => Some(self.since + *gap),
        };
        match ready {
            Some(at) if at <= now + wait => std::thread::sleep(at.saturating_duration_since(now)),
            _ => {
                std::thread::sleep(wait);
                return Ok(0);
            }
        }
        let Some((_, Step::In(bytes))) = self.steps.front_mut() else { return Ok(0) };
        let count = bytes.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(bytes.drain(..count)) {
            *to = from;
        }
        if bytes.is_empty() {
            self.steps.pop_front();
            self.since = Instant::now();
        }
        Ok(count)
    }

    fn write_all(&mut self, bytes: &[u8], _deadline: Instant) -> io::Result<()> {
        // What the device said before stays in front: the host may be a little faster than it was then.
        let next = self.steps.iter().position(|(_, step)| matches!(step, Step::Out(_)));
        match next.and_then(|at| self.steps.get(at).map(|(_, step)| (at, step))) {
            Some((at, Step::Out(recorded))) if recorded == bytes => {
                self.steps.remove(at);
                if at == 0 {
                    self.since = Instant::now();
                }
                Ok(())
            }
            Some(_) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the host says something else than it did"))
            }
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn set_baud(&mut self, _baud: u32) -> io::Result<()> {
        Ok(())
    }

    fn discard_input(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens recorded sessions as readers: `replay:FILE`.
#[derive(Default)]
pub struct ReplayFactory {
    serial: SerialFactory,
}

impl ReaderFactory for ReplayFactory {
    fn scheme(&self) -> &'static str {
        "replay"
    }

    fn describe(&self) -> &'static str {
        "a recorded session of a reader: replay:FILE"
    }

    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError> {
        Ok(Vec::new())
    }

    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        uri.allow(&[])?;
        let (recorded, port) = Replay::open(uri.path().as_ref())?;
        let info = ReaderInfo { uri: uri.clone(), description: format!("session of {recorded}") };
        match recorded.scheme() {
            "pn532" => Pn532Factory::over(&recorded, info, Box::new(port)),
            "serial" => {
                let profile = self.serial.profile(&recorded)?;
                let bauds = bauds(&recorded, &profile)?;
                Ok(Box::new(SerialReader::over(info, profile, Box::new(port), &bauds)?))
            }
            other => Err(uri
                .error(ReaderErrorKind::Unsupported)
                .because(format!("sessions of {other} readers cannot be replayed"))),
        }
    }
}
