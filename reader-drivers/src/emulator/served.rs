//! A device on a pseudo-terminal, served by one thread until it is unplugged or dropped (Linux).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::emulator::pty::{Heard, Pty};
use crate::emulator::{Action, Device};

/// How often a silent device looks for orders.
const TURN: Duration = Duration::from_millis(2);

/// A running emulator. Dropping it unplugs the device and ends its thread.
pub struct Served<O> {
    path: PathBuf,
    orders: Sender<O>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl<O: Send + 'static> Served<O> {
    /// Plugs a device in.
    ///
    /// # Errors
    /// When the system has no pseudo-terminal or thread to give.
    pub fn start(device: impl Device<Order = O> + 'static) -> io::Result<Self> {
        Self::start_on(Pty::open()?, device)
    }

    /// Plugs a device into a pseudo-terminal that was made before (with a link, say).
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start_on(pty: Pty, device: impl Device<Order = O> + 'static) -> io::Result<Self> {
        let path = pty.path().to_owned();
        let stop = Arc::new(AtomicBool::new(false));
        let (orders, inbox) = mpsc::channel();
        let flag = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("emulated device".to_owned())
            .spawn(move || Bench { pty, stop: flag, garbled: false }.serve(device, &inbox))?;
        Ok(Self { path, orders, stop, thread: Some(thread) })
    }

    /// Path of the line that a host opens.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives an order; `false` where the device is unplugged.
    pub fn order(&self, order: O) -> bool {
        self.orders.send(order).is_ok()
    }

    /// Whether the device unplugged itself.
    #[must_use]
    pub fn is_unplugged(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until the device unplugs itself.
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    /// Pulls the device out; returns when the line is gone.
    pub fn unplug(self) {}
}

impl<O> Drop for Served<O> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Bench {
    pty: Pty,
    stop: Arc<AtomicBool>,
    garbled: bool,
}

impl Bench {
    fn serve<D: Device>(mut self, mut device: D, inbox: &Receiver<D::Order>) {
        let mut buffer = [0_u8; 1024];
        let mut todo = Vec::new();
        while !self.stop.load(Ordering::Acquire) {
            while let Ok(order) = inbox.try_recv() {
                device.order(order, &mut todo);
            }
            if !self.act(&mut todo) {
                return;
            }
            match self.pty.read(&mut buffer, TURN) {
                Ok(Heard::Closed) => std::thread::sleep(TURN),
                Ok(Heard::Nothing) => {}
                Ok(Heard::Bytes(count)) => {
                    self.garbled = device.baud().is_some_and(|baud| self.pty.baud().is_ok_and(|b| b != baud));
                    let bytes = buffer.get(..count).unwrap_or_default();
                    if self.garbled {
                        device.receive(&garble(bytes), &mut todo);
                    } else {
                        device.receive(bytes, &mut todo);
                    }
                    if !self.act(&mut todo) {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }

    /// Does what is to be done; `false` when the device is unplugged.
    fn act(&mut self, todo: &mut Vec<Action>) -> bool {
        for action in todo.drain(..) {
            let on = match action {
                Action::Send(bytes) => self.send(&bytes),
                Action::SendSlowly(bytes, pause) => {
                    bytes.iter().all(|byte| self.pause(pause) && self.send(&[*byte]))
                }
                Action::Pause(time) => self.pause(time),
                Action::Unplug => false,
            };
            if !on {
                return false;
            }
        }
        true
    }

    fn send(&mut self, bytes: &[u8]) -> bool {
        let garbled = if self.garbled { garble(bytes) } else { bytes.to_vec() };
        let mut rest = garbled.as_slice();
        while !rest.is_empty() {
            match self.pty.write(rest) {
                Ok(0) if !self.pause(Duration::from_millis(1)) => return false,
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(_) => return false,
            }
        }
        true
    }

    fn pause(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        loop {
            if self.stop.load(Ordering::Acquire) {
                return false;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(Duration::from_millis(5)));
        }
    }
}

/// What bytes look like at the wrong bit rate: not what they were, most with bit 7 set.
fn garble(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte.rotate_left(3) | 0x80).collect()
}
