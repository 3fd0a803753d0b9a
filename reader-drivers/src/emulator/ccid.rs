//! Emulated GemPC Twin: a CCID reader on a serial line with one contact card (or one that behaves like one).
//!
//! Behaviour follows what pcscd with libccidtwin was seen to exchange; the recorded session is a test. Like the
//! device, it works on the level of T=1 blocks.

use crate::ccid::gempc::{Deframer, Item, NAK_FRAME, encode, moved};
use crate::ccid::message::{
    ABORT, ABSENT, ACTIVE, DATA_BLOCK, ESCAPE, ESCAPE_ANSWER, FAILED, GET_PARAMETERS, GET_SLOT_STATUS,
    INACTIVE, MUTE, Message, PARAMETERS, POWER_OFF, POWER_ON, SET_PARAMETERS, SLOT_STATUS, TRANSFER,
};
use crate::emulator::card::{CardEmulation, Interface};
use crate::emulator::t1::T1;
use crate::emulator::{Action, Device};

/// Protocol number of T=1 in a parameters message.
const T1_PROTOCOL: u8 = 0x01;

/// What the operator does.
#[non_exhaustive]
pub enum Order {
    /// Puts a card in.
    Insert(Box<dyn CardEmulation>),
    /// Pulls the card out.
    Remove,
    /// Pulls the card out after so many more exchanges with it.
    RemoveAfter(u32),
    /// The next so many commands are echoed and not answered.
    Silent(u32),
    /// The plug is pulled.
    Unplug,
}

/// An emulated reader.
pub struct GemPcTwin {
    interface: Interface,
    card: Option<Box<dyn CardEmulation>>,
    powered: bool,
    t1: T1,
    parameters: Vec<u8>,
    deframer: Deframer,
    input: Vec<u8>,
    remove_after: Option<u32>,
    silent: u32,
}

impl GemPcTwin {
    /// A reader whose cards show this interface's answer to reset.
    #[must_use]
    pub fn new(interface: Interface) -> Self {
        Self {
            interface,
            card: None,
            powered: false,
            t1: T1::default(),
            parameters: vec![0x11, 0x10, 0x00, 0x4D, 0x00, 0x20, 0x00],
            deframer: Deframer::default(),
            input: Vec::new(),
            remove_after: None,
            silent: 0,
        }
    }

    /// The same with a card in the slot.
    #[must_use]
    pub fn with_card(mut self, card: impl CardEmulation + 'static) -> Self {
        self.card = Some(Box::new(card));
        self
    }

    const fn status(&self) -> u8 {
        match (&self.card, self.powered) {
            (None, _) => ABSENT,
            (Some(_), false) => INACTIVE,
            (Some(_), true) => ACTIVE,
        }
    }

    fn answer(&mut self, command: &Message) -> (Message, usize) {
        let mut air = 0;
        let mut failed = None;
        let mut last = 0;
        let (kind, data) = match command.kind {
            ESCAPE => match command.data.as_slice() {
                [0x02] => (ESCAPE_ANSWER, b"GemTwin-V1.00-EMU\0".to_vec()),
                _ => (ESCAPE_ANSWER, vec![0x00]),
            },
            GET_SLOT_STATUS | ABORT => (SLOT_STATUS, Vec::new()),
            POWER_OFF => {
                self.powered = false;
                (SLOT_STATUS, Vec::new())
            }
            POWER_ON => match &mut self.card {
                Some(card) => {
                    card.reset();
                    self.powered = true;
                    self.t1 = T1::default();
                    (DATA_BLOCK, self.interface.atr.clone())
                }
                None => {
                    failed = Some(MUTE);
                    (DATA_BLOCK, Vec::new())
                }
            },
            SET_PARAMETERS | GET_PARAMETERS => {
                if command.kind == SET_PARAMETERS {
                    self.parameters.clone_from(&command.data);
                }
                last = T1_PROTOCOL;
                (PARAMETERS, self.parameters.clone())
            }
            TRANSFER => match (&mut self.card, self.powered) {
                // A protocol request is answered by the card with the same bytes.
                (Some(_), true) if command.data.first() == Some(&0xFF) => (DATA_BLOCK, command.data.clone()),
                (Some(card), true) => {
                    let block = self.t1.block(&command.data, card);
                    air = command.data.len() + block.len();
                    if block.is_empty() {
                        self.powered = false;
                        failed = Some(MUTE);
                    }
                    (DATA_BLOCK, block)
                }
                _ => {
                    failed = Some(MUTE);
                    (DATA_BLOCK, Vec::new())
                }
            },
            _ => {
                failed = Some(0x00);
                (SLOT_STATUS, Vec::new())
            }
        };
        // What the reader says of itself carries no state of the slot.
        let slot = if matches!(kind, ESCAPE_ANSWER | PARAMETERS) { 0 } else { self.status() };
        let status = slot | if failed.is_some() { FAILED } else { 0 };
        let parameters = [status, failed.unwrap_or(0), last];
        let answer = Message { kind, slot: command.slot, sequence: command.sequence, parameters, data };
        (answer, air)
    }

    fn take(&mut self, command: &Message, out: &mut Vec<Action>) {
        if self.silent > 0 {
            self.silent -= 1;
            return;
        }
        let (answer, air) = self.answer(command);
        let time = self.interface.air_time(air);
        if air > 0 && !time.is_zero() {
            out.push(Action::Pause(time));
        }
        out.extend(encode(&answer).map(Action::Send));
        if air > 0
            && let Some(left) = self.remove_after.as_mut()
        {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.remove_after = None;
                self.remove(out);
            }
        }
    }

    fn remove(&mut self, out: &mut Vec<Action>) {
        if self.card.take().is_some() {
            self.powered = false;
            out.push(Action::Send(moved(false).to_vec()));
        }
    }
}

impl Device for GemPcTwin {
    type Order = Order;

    fn receive(&mut self, bytes: &[u8], out: &mut Vec<Action>) {
        for byte in bytes {
            self.input.push(*byte);
            match self.deframer.push(*byte) {
                None if self.deframer.is_begun() => {}
                None | Some(Ok(Item::Nak | Item::Moved(_) | Item::Time)) => self.input.clear(),
                Some(Err(_)) => {
                    self.input.clear();
                    out.push(Action::Send(NAK_FRAME.to_vec()));
                }
                Some(Ok(Item::Message(command))) => {
                    // The whole command comes back before its answer.
                    out.push(Action::Send(std::mem::take(&mut self.input)));
                    self.take(&command, out);
                }
            }
        }
    }

    fn order(&mut self, order: Order, out: &mut Vec<Action>) {
        match order {
            Order::Insert(card) => {
                self.card = Some(card);
                self.powered = false;
                out.push(Action::Send(moved(true).to_vec()));
            }
            Order::Remove => self.remove(out),
            Order::RemoveAfter(exchanges) => self.remove_after = Some(exchanges),
            Order::Silent(commands) => self.silent = commands,
            Order::Unplug => out.push(Action::Unplug),
        }
    }
}
