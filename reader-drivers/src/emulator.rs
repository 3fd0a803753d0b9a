//! Emulated devices: public parts for tests, demonstrations and `verifier emulate`.
//!
//! A [`Device`] is the device's side of a protocol as a state machine without I/O; on Linux [`pty`] and [`served`]
//! put it behind a pseudo-terminal that any program can open. Faults are scripted, not random.

pub mod card;
pub mod ccid;
pub mod iso_dep;
pub mod link;
pub mod mrz_reader;
pub mod pn532;
#[cfg(target_os = "linux")]
pub mod pty;
#[cfg(target_os = "linux")]
pub mod served;

pub mod t1;
pub mod vpcd;

use std::time::Duration;

/// What a device does on its line.
#[derive(Clone, PartialEq, Eq)]
pub enum Action {
    /// Sends bytes as fast as the line takes them.
    Send(Vec<u8>),
    /// Sends bytes one by one, with this pause before each.
    SendSlowly(Vec<u8>, Duration),
    /// Is silent for a time.
    Pause(Duration),
    /// Is pulled out of its socket: nothing follows.
    Unplug,
}

/// The device's side of a protocol.
pub trait Device: Send {
    /// What the operator at the device can do.
    type Order: Send + 'static;

    /// Takes bytes that the host sent.
    fn receive(&mut self, bytes: &[u8], out: &mut Vec<Action>);

    /// Takes an order of the operator.
    fn order(&mut self, order: Self::Order, out: &mut Vec<Action>);

    /// Bit rate that the device is set to; `None` for a device without one (USB).
    fn baud(&self) -> Option<u32> {
        None
    }
}
