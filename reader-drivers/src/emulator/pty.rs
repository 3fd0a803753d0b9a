//! The master side of a pseudo-terminal: where an emulated serial device sits (Linux).
//!
//! A pseudo-terminal is no perfect line: it carries bytes at any bit rate and drops parity; the rate that the host
//! set can be read here, and the emulator garbles on purpose. Dropping it is unplugging: the host reads end of file.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// The master side of a pseudo-terminal.
#[derive(Debug)]
pub struct Pty {
    master: File,
    path: PathBuf,
    link: Option<PathBuf>,
}

/// What a look at the line gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// No program has the line open.
    Closed,
    /// The line is open and nothing was said.
    Nothing,
    /// So many bytes were said.
    Bytes(usize),
}

impl Pty {
    /// Makes a pseudo-terminal in raw mode.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn open() -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let name = name.into_string().map_err(io::Error::other)?;
        let mut settings = tcgetattr(&master)?;
        settings.make_raw();
        tcsetattr(&master, OptionalActions::Now, &settings)?;
        let flags = fcntl_getfl(&master)?;
        fcntl_setfl(&master, flags | OFlags::NONBLOCK)?;
        Ok(Self { master: File::from(master), path: PathBuf::from(name), link: None })
    }

    /// Path that a host opens: the link where one was made.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.link.as_deref().unwrap_or(&self.path)
    }

    /// Makes a symbolic link to the line, removed when the device is unplugged. A link that stands there is replaced,
    /// anything else is not.
    ///
    /// # Errors
    /// When the link cannot be made.
    pub fn link(&mut self, link: &Path) -> io::Result<()> {
        if link.symlink_metadata().is_ok_and(|meta| meta.file_type().is_symlink()) {
            std::fs::remove_file(link)?;
        }
        std::os::unix::fs::symlink(&self.path, link)?;
        self.link = Some(link.to_owned());
        Ok(())
    }

    /// Bit rate that the host set.
    ///
    /// # Errors
    /// When the terminal cannot be asked.
    pub fn baud(&self) -> io::Result<u32> {
        Ok(tcgetattr(&self.master)?.output_speed())
    }

    /// Waits up to `wait` for the host to say something.
    ///
    /// # Errors
    /// Failures of the operating system; a closed line is none.
    pub fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<Heard> {
        let time = Timespec {
            tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: wait.subsec_nanos().into(),
        };
        let mut fds = [PollFd::new(&self.master, PollFlags::IN)];
        match poll(&mut fds, Some(&time)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(Heard::Nothing),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        match self.master.read(buffer) {
            Ok(0) => Ok(Heard::Closed),
            Ok(count) => Ok(Heard::Bytes(count)),
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
                Ok(Heard::Closed)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Heard::Nothing),
            Err(error) => Err(error),
        }
    }

    /// Sends what the line takes now; `Ok(0)` where it is full.
    ///
    /// # Errors
    /// Failures of the operating system.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.master.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            other => other,
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Some(link) = &self.link {
            let _ = std::fs::remove_file(link);
        }
    }
}
