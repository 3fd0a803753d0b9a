//! Writes a session while it happens: a [`Port`] around another one.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{ReaderError, ReaderErrorKind};
use crate::port::Port;
use crate::session::{Entry, Header, MAX_SESSION, SCHEMA};
use crate::uri::ReaderUri;

/// A port that writes down what passes through it.
pub struct Recorder<P: Port> {
    port: P,
    file: File,
    began: Instant,
    written: u64,
}

impl<P: Port> Recorder<P> {
    /// Makes the file, readable by its owner alone, and records `port` into it.
    ///
    /// # Errors
    /// When the file exists or cannot be made.
    pub fn create(port: P, uri: &ReaderUri, path: &Path) -> Result<Self, ReaderError> {
        let refuse = |error: io::Error| {
            ReaderError::new(ReaderErrorKind::Io(error.kind()), path.display().to_string())
                .because("the session file could not be made; it must not exist")
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(refuse)?;
        let mut recorder = Self { port, file, began: Instant::now(), written: 0 };
        let header = Header { schema: SCHEMA.to_owned(), uri: uri.without("record").to_string() };
        recorder.line(&header).map_err(refuse)?;
        Ok(recorder)
    }

    fn note(&mut self, entry: Entry) -> io::Result<()> {
        if self.written > MAX_SESSION {
            return Ok(());
        }
        let t_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.line(&Entry { t_us, ..entry })?;
        if self.written > MAX_SESSION {
            self.line(&Entry { t_us, truncated: true, ..Entry::default() })?;
        }
        Ok(())
    }

    fn line(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(value)?;
        text.push(b'\n');
        self.written = self.written.saturating_add(text.len() as u64);
        self.file.write_all(&text)
    }

    fn note_loss<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.note(Entry { gone: true, ..Entry::default() })?;
        }
        result
    }
}

impl<P: Port> Port for Recorder<P> {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        let read = self.port.read(buffer, wait);
        let count = self.note_loss(read)?;
        if count > 0 {
            let bytes = buffer.get(..count).unwrap_or_default();
            self.note(Entry { received: Some(hex::encode(bytes)), ..Entry::default() })?;
        }
        Ok(count)
    }

    fn write_all(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<()> {
        self.note(Entry { sent: Some(hex::encode(bytes)), ..Entry::default() })?;
        let written = self.port.write_all(bytes, deadline);
        self.note_loss(written)
    }

    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        self.note(Entry { baud: Some(baud), ..Entry::default() })?;
        self.port.set_baud(baud)
    }

    fn discard_input(&mut self) -> io::Result<()> {
        self.port.discard_input()
    }
}
