//! PN532 contactless readers on a serial line (high speed UART).
//!
//! `pn532:/dev/ttyUSB0[?baud=115200][&speed=921600][&apdu=extended][&record=FILE]`. `baud` is the rate to begin with,
//! `speed` the one to change to. [`frame`] is the framing without I/O, [`driver`] commands and responses, [`reader`]
//! the cards.

pub mod command;
pub mod driver;
pub mod frame;
pub mod reader;
pub mod target;

use crate::error::ReaderError;
use crate::pn532::reader::Pn532Reader;
use crate::port::Port;
use crate::reader::{Reader, ReaderFactory, ReaderInfo};
use crate::serial::line::SerialLine;
use crate::serial::list_lines;
use crate::serial::profile::Line;
use crate::session::recorder::Recorder;
use crate::uri::ReaderUri;

/// Opens PN532 readers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pn532Factory;

impl Pn532Factory {
    /// The reader of a URI over a port that is open already (a line, or a recorded session of one).
    ///
    /// # Errors
    /// As [`Pn532Reader::over`].
    pub fn over(
        uri: &ReaderUri,
        shown: ReaderInfo,
        port: Box<dyn Port>,
    ) -> Result<Box<dyn Reader>, ReaderError> {
        let extended = match uri.parameter("apdu") {
            None | Some("short") => false,
            Some("extended") => true,
            Some(_) => return Err(uri.invalid("apdu is short or extended")),
        };
        let mut reader = Pn532Reader::over(shown, port, extended)?;
        if let Some(speed) = baud(uri, "speed")? {
            reader.set_baud(speed)?;
        }
        Ok(Box::new(reader))
    }
}

fn baud(uri: &ReaderUri, key: &str) -> Result<Option<u32>, ReaderError> {
    Ok(uri.number(key, 9600..=1_288_000)?.and_then(|baud| u32::try_from(baud).ok()))
}

impl ReaderFactory for Pn532Factory {
    fn scheme(&self) -> &'static str {
        "pn532"
    }

    fn describe(&self) -> &'static str {
        "PN532 contactless readers: pn532:DEVICE[?baud=115200][&speed=921600][&apdu=extended][&record=FILE]"
    }

    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError> {
        list_lines(self.scheme(), "serial line, perhaps a PN532")
    }

    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        uri.allow(&["baud", "speed", "apdu", "record"])?;
        let line = SerialLine::open(uri.path(), &Line::default(), baud(uri, "baud")?.unwrap_or(115_200))?;
        let port: Box<dyn Port> = match uri.parameter("record") {
            Some(file) => Box::new(Recorder::create(line, uri, file.as_ref())?),
            None => Box::new(line),
        };
        let shown = ReaderInfo { uri: uri.clone(), description: "PN532".to_owned() };
        Self::over(uri, shown, port)
    }
}
