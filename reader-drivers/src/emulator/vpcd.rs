//! The card's side of the vpcd protocol: an emulated chip that connects to a reader's socket.
//!
//! The other end is our own reader, or vpcd inside pcscd: then every program that speaks PC/SC sees the card.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::emulator::card::{CardEmulation, Interface};
use crate::vpcd::message::{ATR, Messages, POWER_OFF, POWER_ON, RESET, encode};

/// What a card answers to one message, without I/O.
pub struct Endpoint<C: CardEmulation> {
    card: C,
    interface: Interface,
    messages: Messages,
    removed: bool,
}

impl<C: CardEmulation> Endpoint<C> {
    /// A card that shows this interface's answer to reset.
    #[must_use]
    pub fn new(card: C, interface: Interface) -> Self {
        Self { card, interface, messages: Messages::default(), removed: false }
    }

    /// Whether the card left the field: the connection is to be closed.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.removed
    }

    /// Takes bytes of the reader; gives the messages to send, each with the time that the air takes for it.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<(Duration, Vec<u8>)> {
        let mut out = Vec::new();
        for byte in bytes {
            let Some(payload) = self.messages.push(*byte) else { continue };
            let (time, answer) = match payload.as_slice() {
                [] => continue,
                [POWER_OFF | POWER_ON | RESET] => {
                    self.card.reset();
                    continue;
                }
                [ATR] => (Duration::ZERO, self.interface.atr.clone()),
                // A control code that is not known.
                [_] => continue,
                command => {
                    let answer = self.card.transmit(command);
                    if !self.card.is_present() {
                        self.removed = true;
                        return out;
                    }
                    (self.interface.air_time(command.len() + answer.len()), answer)
                }
            };
            // A chip that answers more than the protocol can carry is cut off: the reader sees a malformed answer.
            out.push((time, encode(&answer).unwrap_or_else(|| vec![0, 0])));
        }
        out
    }
}

/// A card that is connected and answers on its own thread. Dropping it takes the card away.
pub struct VpcdCard {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl VpcdCard {
    /// Connects to a reader that listens.
    ///
    /// # Errors
    /// When nobody listens there within `within`.
    pub fn connect(
        address: SocketAddr,
        within: Duration,
        card: impl CardEmulation + 'static,
        interface: Interface,
    ) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, within)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_millis(20)))?;
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let endpoint = Endpoint::new(card, interface);
        let thread = std::thread::Builder::new()
            .name("emulated card".to_owned())
            .spawn(move || serve(stream, endpoint, &flag))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Whether the reader closed the connection.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until the reader closes the connection.
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for VpcdCard {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve<C: CardEmulation>(mut stream: TcpStream, mut endpoint: Endpoint<C>, stop: &AtomicBool) {
    let mut buffer = [0_u8; 4096];
    while !stop.load(Ordering::Acquire) {
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                for (time, message) in endpoint.receive(buffer.get(..count).unwrap_or_default()) {
                    std::thread::sleep(time);
                    if stream.write_all(&message).is_err() {
                        return;
                    }
                }
                if endpoint.is_removed() {
                    return;
                }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
                ) => {}
            Err(_) => return,
        }
    }
}
