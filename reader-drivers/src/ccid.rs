//! Smart card readers that speak CCID over a serial line (GemPC Twin and its kin).
//!
//! `ccid:/dev/ttyUSB0[?baud=115200][&record=FILE]`. [`message`] is the CCID message (USB CCID 1.1), [`gempc`] its
//! serial framing, [`t1`] the block protocol T=1 (ISO/IEC 7816-3) that such a reader leaves to the host; all three
//! without I/O. [`reader`] joins them.

pub mod gempc;
pub mod message;
pub mod reader;
pub mod t1;

use crate::ccid::reader::CcidReader;
use crate::error::ReaderError;
use crate::port::Port;
use crate::reader::{Reader, ReaderFactory, ReaderInfo};
use crate::serial::line::SerialLine;
use crate::serial::list_lines;
use crate::serial::profile::Line;
use crate::session::recorder::Recorder;
use crate::uri::ReaderUri;

/// Opens CCID readers on serial lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct CcidFactory;

impl ReaderFactory for CcidFactory {
    fn scheme(&self) -> &'static str {
        "ccid"
    }

    fn describe(&self) -> &'static str {
        "CCID readers on a serial line (GemPC Twin): ccid:DEVICE[?baud=115200][&record=FILE]"
    }

    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError> {
        list_lines(self.scheme(), "serial line, perhaps a CCID reader")
    }

    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        uri.allow(&["baud", "record"])?;
        let baud = uri.number("baud", 9600..=1_000_000)?.and_then(|baud| u32::try_from(baud).ok());
        let settings = Line { stop_bits: 2, ..Line::default() };
        let line = SerialLine::open(uri.path(), &settings, baud.unwrap_or(115_200))?;
        let port: Box<dyn Port> = match uri.parameter("record") {
            Some(file) => Box::new(Recorder::create(line, uri, file.as_ref())?),
            None => Box::new(line),
        };
        let shown = ReaderInfo { uri: uri.clone(), description: "CCID reader on a serial line".to_owned() };
        Ok(Box::new(CcidReader::over(shown, port)?))
    }
}
