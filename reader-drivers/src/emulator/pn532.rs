//! Emulated PN532 on a serial line, with one type A card in its field.
//!
//! Responses follow what libnfc and nfcpy were seen to exchange with a PN532 (firmware 1.6); the recorded exchanges
//! are tests. Registers read as zero. The chip honours the automatic-RATS parameter: without it a target is listed
//! without its answer to select, and the host speaks ISO/IEC 14443-4 itself through `InCommunicateThru`.

use std::collections::VecDeque;

use crate::emulator::card::{CardEmulation, Interface};
use crate::emulator::iso_dep::IsoDep;
use crate::emulator::{Action, Device};
use crate::pn532::command;
use crate::pn532::frame::{ACK, CHIP, Deframer, ERROR_FRAME, Frame, HOST, encode};

/// Data of one `InDataExchange` response: the frame's limit less response code and status.
const CHUNK: usize = 262;
/// Longest command APDU that is put together from pieces.
const MAX_COMMAND: usize = 65_544;

/// What the operator does, and what goes wrong.
#[non_exhaustive]
pub enum Order {
    /// Lays a card on the reader.
    Insert(Box<dyn CardEmulation>),
    /// Takes the card away.
    Remove,
    /// Takes the card away after so many more exchanges with it.
    RemoveAfter(u32),
    /// The next so many commands are neither acknowledged nor answered.
    Deaf(u32),
    /// The next so many commands are acknowledged and not answered.
    Silent(u32),
    /// The next response comes with a wrong checksum; it is repeated well when the host asks again.
    Damage,
    /// The plug is pulled in the middle of the next response.
    UnplugInResponse,
    /// The plug is pulled.
    Unplug,
}

/// An emulated PN532.
pub struct Pn532 {
    interface: Interface,
    card: Option<Box<dyn CardEmulation>>,
    raw: bool,
    deframer: Deframer,
    field: bool,
    auto_rats: bool,
    selected: bool,
    dep: IsoDep,
    incoming: Vec<u8>,
    outgoing: VecDeque<u8>,
    last: Vec<u8>,
    remove_after: Option<u32>,
    deaf: u32,
    silent: u32,
    damage: bool,
    unplug: bool,
}

impl Pn532 {
    /// A PN532 whose cards show this interface.
    #[must_use]
    pub fn new(interface: Interface) -> Self {
        Self {
            interface,
            card: None,
            raw: true,
            deframer: Deframer::new(),
            field: true,
            auto_rats: true,
            selected: false,
            dep: IsoDep::default(),
            incoming: Vec::new(),
            outgoing: VecDeque::new(),
            last: Vec::new(),
            remove_after: None,
            deaf: 0,
            silent: 0,
            damage: false,
            unplug: false,
        }
    }

    /// The same with a card in the field.
    #[must_use]
    pub fn with_card(mut self, card: impl CardEmulation + 'static) -> Self {
        self.card = Some(Box::new(card));
        self
    }

    /// The same with a card that does not answer frames which the host frames itself.
    #[must_use]
    pub const fn without_raw_frames(mut self) -> Self {
        self.raw = false;
        self
    }

    /// Response data of a command, code included; `None` for a command that the chip does not know.
    fn respond(&mut self, code: u8, data: &[u8], air: &mut usize) -> Option<Vec<u8>> {
        let mut response = vec![code.wrapping_add(1)];
        match code {
            command::DIAGNOSE => match data {
                [command::TEST_LINE, ..] => response.extend_from_slice(data),
                [command::TEST_PRESENCE] => {
                    response.push(if self.is_present() { 0 } else { command::STATUS_TIMEOUT });
                }
                _ => response.push(0),
            },
            command::GET_FIRMWARE_VERSION => response.extend([0x32, 0x01, 0x06, 0x07]),
            command::READ_REGISTER => response.extend(data.chunks_exact(2).map(|_| 0)),
            command::WRITE_REGISTER | command::SET_SERIAL_BAUD_RATE | command::SAM_CONFIGURATION => {}
            command::SET_PARAMETERS => {
                self.auto_rats = data.first()? & command::AUTO_RATS != 0;
            }
            command::POWER_DOWN | command::IN_RELEASE | command::IN_SELECT => {
                if code != command::IN_SELECT {
                    self.selected = false;
                }
                response.push(0);
            }
            command::RF_CONFIGURATION => {
                if let [0x01, field] = data {
                    self.field = field & 0x01 != 0;
                    self.deselect();
                }
            }
            command::IN_DESELECT => {
                self.deselect();
                response.push(0);
            }
            command::IN_LIST_PASSIVE_TARGET => self.list(data, &mut response),
            command::IN_COMMUNICATE_THRU => self.through(data, &mut response, air),
            command::IN_DATA_EXCHANGE => self.exchange(data, &mut response, air),
            _ => return None,
        }
        Some(response)
    }

    fn is_present(&self) -> bool {
        self.field && self.card.is_some() && self.selected
    }

    fn deselect(&mut self) {
        self.selected = false;
        self.incoming.clear();
        self.outgoing.clear();
        self.dep.select();
    }

    fn list(&mut self, data: &[u8], response: &mut Vec<u8>) {
        self.deselect();
        // Looking for a target switches the field on.
        self.field = true;
        let found = matches!(data, [1..=255, command::TYPE_A, ..]);
        let Some(card) = self.card.as_mut().filter(|_| found) else {
            response.push(0);
            return;
        };
        card.reset();
        self.selected = true;
        if let Some(uid) = card.identifier() {
            self.interface.uid = uid;
        }
        let Interface { uid, sens_res, sel_res, ats, .. } = &self.interface;
        response.extend([1, 1]);
        response.extend_from_slice(sens_res);
        response.push(*sel_res);
        response.push(u8::try_from(uid.len()).unwrap_or(0));
        response.extend_from_slice(uid);
        if self.auto_rats {
            response.extend_from_slice(ats);
        }
    }

    fn through(&mut self, frame: &[u8], response: &mut Vec<u8>, air: &mut usize) {
        let answer = if self.raw && self.field && self.selected {
            match &mut self.card {
                Some(card) => self.dep.frame(frame, &self.interface.ats, card),
                None => None,
            }
        } else {
            None
        };
        match answer {
            Some(answer) => {
                *air = frame.len() + answer.len();
                response.push(0);
                response.extend(answer);
                self.used();
            }
            None => response.push(command::STATUS_TIMEOUT),
        }
    }

    fn exchange(&mut self, data: &[u8], response: &mut Vec<u8>, air: &mut usize) {
        let Some((target, part)) = data.split_first() else {
            response.push(command::STATUS_CONTEXT);
            return;
        };
        if !self.selected {
            response.push(command::STATUS_CONTEXT);
            return;
        }
        let Some(card) = self.card.as_mut().filter(|_| self.field) else {
            response.push(command::STATUS_TIMEOUT);
            return;
        };
        self.incoming.extend_from_slice(part);
        if self.incoming.len() > MAX_COMMAND {
            self.incoming.clear();
            response.push(0x07);
            return;
        }
        *air = part.len();
        if target & command::MORE != 0 {
            response.push(0);
            return;
        }
        if !self.incoming.is_empty() {
            let apdu = std::mem::take(&mut self.incoming);
            self.outgoing = card.transmit(&apdu).into();
            if !card.is_present() {
                self.deselect();
                response.push(command::STATUS_TIMEOUT);
                return;
            }
            self.used();
        }
        let piece: Vec<u8> = self.outgoing.drain(..CHUNK.min(self.outgoing.len())).collect();
        *air += piece.len();
        response.push(if self.outgoing.is_empty() { 0 } else { command::MORE });
        response.extend(piece);
    }

    /// One exchange with the card was done.
    fn used(&mut self) {
        if let Some(left) = self.remove_after.as_mut() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.remove_after = None;
                self.card = None;
            }
        }
    }

    fn take(&mut self, code: u8, data: &[u8], out: &mut Vec<Action>) {
        if self.deaf > 0 {
            self.deaf -= 1;
            return;
        }
        out.push(Action::Send(ACK.to_vec()));
        if self.silent > 0 {
            self.silent -= 1;
            return;
        }
        let mut air = 0;
        let response = self.respond(code, data, &mut air);
        let frame = response.and_then(|response| encode(CHIP, &response)).unwrap_or(ERROR_FRAME.to_vec());
        self.last.clone_from(&frame);
        if air > 0 {
            let time = self.interface.air_time(air);
            if !time.is_zero() {
                out.push(Action::Pause(time));
            }
        }
        if std::mem::take(&mut self.unplug) {
            let half = frame.get(..frame.len() / 2).unwrap_or_default().to_vec();
            out.extend([
                Action::Send(half),
                Action::Pause(std::time::Duration::from_millis(20)),
                Action::Unplug,
            ]);
        } else if std::mem::take(&mut self.damage) {
            let mut damaged = frame;
            if let Some(byte) = damaged.iter_mut().rev().nth(1) {
                *byte ^= 0x01;
            }
            out.push(Action::Send(damaged));
        } else {
            out.push(Action::Send(frame));
        }
    }
}

impl Device for Pn532 {
    type Order = Order;

    fn receive(&mut self, bytes: &[u8], out: &mut Vec<Action>) {
        for byte in bytes {
            match self.deframer.push(*byte) {
                Some(Ok(Frame::Data(HOST, packet))) => match packet.split_first() {
                    Some((code, data)) => self.take(*code, data, out),
                    None => out.extend([Action::Send(ACK.to_vec()), Action::Send(ERROR_FRAME.to_vec())]),
                },
                Some(Ok(Frame::Nack)) => out.push(Action::Send(self.last.clone())),
                // From the host an ACK ends what runs; here every command has ended when its response was sent.
                Some(Ok(Frame::Ack)) => {
                    self.incoming.clear();
                    self.outgoing.clear();
                }
                // A frame with a bad checksum gets no answer at all.
                Some(Ok(_) | Err(_)) | None => {}
            }
        }
    }

    fn order(&mut self, order: Order, out: &mut Vec<Action>) {
        match order {
            Order::Insert(card) => {
                self.deselect();
                self.card = Some(card);
            }
            Order::Remove => self.card = None,
            Order::RemoveAfter(exchanges) => self.remove_after = Some(exchanges),
            Order::Deaf(commands) => self.deaf = commands,
            Order::Silent(commands) => self.silent = commands,
            Order::Damage => self.damage = true,
            Order::UnplugInResponse => self.unplug = true,
            Order::Unplug => out.push(Action::Unplug),
        }
    }
}
