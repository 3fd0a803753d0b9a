//! A serial line of the operating system, behind [`Port`].
//!
//! What a driver learns the hard way is settled here: a second open is `Busy`, not "not found"; modem lines are best
//! effort (USB gadgets and pseudo-terminals answer `ENOTTY`); a hang-up wakes the reader at once and stays an error,
//! so nothing spins on it; writes are small.

use std::io;
use std::time::{Duration, Instant};

use serialport::{ClearBuffer, DataBits, ErrorKind, FlowControl, SerialPort, StopBits};

use crate::error::{ReaderError, ReaderErrorKind};
use crate::port::{Port, WRITE_BUDGET};
use crate::serial::profile::{Line, Parity};

/// Bytes handed to the operating system at once.
const CHUNK: usize = 1024;

/// An open serial line.
pub struct SerialLine {
    port: Box<dyn SerialPort>,
    unanswered: usize,
}

impl SerialLine {
    /// Opens the line exclusively, raises DTR where there is one and drops what lay in the buffers.
    ///
    /// # Errors
    /// `NotFound`, `Permission`, `Busy`, `NotADevice` or `Io`.
    pub fn open(path: &str, line: &Line, baud: u32) -> Result<Self, ReaderError> {
        let name = format!("serial:{path}");
        refuse_other_files(path, &name)?;
        let parity = match line.parity {
            Parity::None => serialport::Parity::None,
            Parity::Even => serialport::Parity::Even,
            Parity::Odd => serialport::Parity::Odd,
        };
        let port = serialport::new(path, baud)
            .data_bits(if line.data_bits == 7 { DataBits::Seven } else { DataBits::Eight })
            .stop_bits(if line.stop_bits == 2 { StopBits::Two } else { StopBits::One })
            .parity(parity)
            .flow_control(FlowControl::None)
            .dtr_on_open(true)
            .timeout(Duration::from_millis(20))
            .open()
            .map_err(|error| open_error(&error, &name))?;
        // A line that cannot be flushed can still be read.
        let _ = port.clear(ClearBuffer::All);
        Ok(Self { port, unanswered: 0 })
    }
}

impl Port for SerialLine {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.port.set_timeout(wait).map_err(lost)?;
        match self.port.read(buffer) {
            // The line was readable and gave nothing: end of file, the other side is gone.
            Ok(0) => Err(io::ErrorKind::BrokenPipe.into()),
            Ok(count) => {
                self.unanswered = 0;
                Ok(count)
            }
            Err(error) => match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(0),
                _ => Err(lost(error)),
            },
        }
    }

    fn write_all(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<()> {
        if self.unanswered + bytes.len() > WRITE_BUDGET {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "device takes no more and does not answer"));
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.port.set_timeout(left).map_err(lost)?;
            let chunk = rest.get(..CHUNK).unwrap_or(rest);
            match self.port.write(chunk) {
                Ok(0) => return Err(io::ErrorKind::BrokenPipe.into()),
                Ok(count) => {
                    self.unanswered += count;
                    rest = rest.get(count..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(lost(error)),
            }
        }
        Ok(())
    }

    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        self.port.set_baud_rate(baud).map_err(lost)
    }

    fn discard_input(&mut self) -> io::Result<()> {
        self.port.clear(ClearBuffer::Input).map_err(lost)
    }
}

/// An open line fails without a name only when its device is gone (`EIO`, `ENODEV`, `ENXIO` after an unplug).
fn lost(error: impl Into<io::Error>) -> io::Error {
    let error = error.into();
    match error.kind() {
        io::ErrorKind::Other | io::ErrorKind::NotFound => io::ErrorKind::BrokenPipe.into(),
        _ => error,
    }
}

fn open_error(error: &serialport::Error, name: &str) -> ReaderError {
    let text = error.description.as_str();
    let kind = match error.kind {
        // The crate says "no device" for a line that another program has locked.
        ErrorKind::NoDevice if cfg!(unix) => ReaderErrorKind::Busy,
        ErrorKind::NoDevice => ReaderErrorKind::NotFound,
        ErrorKind::Io(kind) => return ReaderError::from_io(&io::Error::from(kind), name),
        _ if text.contains("typewriter") || text.contains("nappropriate") => ReaderErrorKind::NotADevice,
        _ if text.contains("No such device") => ReaderErrorKind::NotFound,
        _ => ReaderErrorKind::Io(io::ErrorKind::Other),
    };
    ReaderError::new(kind, name).because(text)
}

/// A regular file, folder or FIFO is no serial line; opening a FIFO would even disturb its other users.
#[cfg(unix)]
fn refuse_other_files(path: &str, name: &str) -> Result<(), ReaderError> {
    use std::os::unix::fs::FileTypeExt;
    let meta = std::fs::metadata(path).map_err(|error| ReaderError::from_io(&error, name))?;
    if meta.file_type().is_char_device() {
        Ok(())
    } else {
        Err(ReaderError::new(ReaderErrorKind::NotADevice, name).because("not a character device"))
    }
}

#[cfg(not(unix))]
fn refuse_other_files(_path: &str, _name: &str) -> Result<(), ReaderError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_opening_are_sorted() {
        let sort = |kind, text: &str| open_error(&serialport::Error::new(kind, text), "x").kind().clone();
        assert_eq!(sort(ErrorKind::NoDevice, "Unable to acquire exclusive lock"), ReaderErrorKind::Busy);
        assert_eq!(sort(ErrorKind::Unknown, "Not a typewriter"), ReaderErrorKind::NotADevice);
        assert_eq!(sort(ErrorKind::Unknown, "No such device or address"), ReaderErrorKind::NotFound);
        assert_eq!(sort(ErrorKind::Io(io::ErrorKind::PermissionDenied), ""), ReaderErrorKind::Permission);
        assert_eq!(sort(ErrorKind::Io(io::ErrorKind::NotFound), ""), ReaderErrorKind::NotFound);
    }

    #[test]
    fn files_and_folders_are_no_lines() {
        for path in ["/", "/etc/passwd"] {
            let error = SerialLine::open(path, &Line::default(), 9600).err().unwrap();
            assert_eq!(*error.kind(), ReaderErrorKind::NotADevice);
        }
        let error = SerialLine::open("/dev/not-there", &Line::default(), 9600).err().unwrap();
        assert_eq!(*error.kind(), ReaderErrorKind::NotFound);
        // A character device that is no terminal.
        let error = SerialLine::open("/dev/null", &Line::default(), 9600).err().unwrap();
        assert_eq!(*error.kind(), ReaderErrorKind::NotADevice);
    }
}
