//! A byte pipe to a device: what the drivers need of a serial line, and nothing more.
//!
//! The drivers see only this trait, so that a real line, a recorded session and a test's fault injector are the same
//! to them.

use std::io;
use std::time::{Duration, Instant};

/// Most bytes that are written before the device has answered with at least one. A device that stops reading would
/// otherwise block the writer for ever: terminals accept some 30 KB and then block, timeouts notwithstanding.
pub const WRITE_BUDGET: usize = 4096;

/// A byte pipe to a device, opened for exclusive use.
pub trait Port: Send {
    /// Waits up to `wait` for bytes and takes what is there; `Ok(0)` means that nothing came.
    ///
    /// # Errors
    /// `BrokenPipe` when the device is gone; any other error of the operating system.
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// Writes all bytes, or fails when `deadline` passes before they are taken.
    ///
    /// # Errors
    /// `TimedOut` when the device does not take them, `BrokenPipe` when it is gone.
    fn write_all(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<()>;

    /// Changes the bit rate. Pipes without one accept every rate.
    ///
    /// # Errors
    /// When the line cannot be set.
    fn set_baud(&mut self, baud: u32) -> io::Result<()>;

    /// Drops what was received and not read.
    ///
    /// # Errors
    /// `BrokenPipe` when the device is gone.
    fn discard_input(&mut self) -> io::Result<()>;
}

impl<P: Port + ?Sized> Port for Box<P> {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        (**self).read(buffer, wait)
    }
    fn write_all(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<()> {
        (**self).write_all(bytes, deadline)
    }
    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        (**self).set_baud(baud)
    }
    fn discard_input(&mut self) -> io::Result<()> {
        (**self).discard_input()
    }
}
