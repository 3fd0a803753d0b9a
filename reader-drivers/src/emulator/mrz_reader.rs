//! Emulated serial MRZ readers: Elyctis command set, RTE native, and every delimited profile.
//!
//! The frames are written here from the makers' descriptions, not with the driver's framers, so that a shared
//! misreading shows in the tests.

use std::collections::VecDeque;
use std::time::Duration;

use crate::emulator::{Action, Device};
use crate::serial::profile::{Profile, Protocol};

/// What goes wrong with the next document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The frame breaks off after so many bytes; the device stays plugged in.
    Partial(usize),
    /// The device is unplugged after so many bytes of the frame.
    UnplugAfter(usize),
    /// These bytes come right before the frame.
    NoiseBefore(Vec<u8>),
    /// The check byte is wrong (profiles without one: the last byte of the frame is).
    WrongChecksum,
    /// The frame comes byte by byte, with this pause before each.
    Slow(Duration),
    /// The device says nothing at all.
    Mute,
}

/// What the operator does.
#[derive(Clone)]
pub enum Order {
    /// Swipes or inserts a document. `?` is a cell that the device does not read.
    Present(Vec<String>),
    /// Takes the document out.
    Remove,
    /// Lets the next document go wrong.
    Fail(Fault),
    /// Lets the device send these bytes.
    Raw(Vec<u8>),
    /// Pulls the plug.
    Unplug,
}

/// An emulated reader.
pub struct MrzReader {
    profile: Profile,
    baud: Option<u32>,
    faults: VecDeque<Fault>,
    document: Option<Vec<String>>,
    /// The document that lies there was read once; it is not read twice.
    read: bool,
    continuous: bool,
    input: Vec<u8>,
    /// Acknowledgements that the host sent, in order.
    last: Vec<u8>,
}

impl MrzReader {
    /// A reader that speaks `profile` at any bit rate.
    #[must_use]
    pub const fn new(profile: Profile) -> Self {
        Self {
            profile,
            baud: None,
            faults: VecDeque::new(),
            document: None,
            read: false,
            continuous: false,
            input: Vec::new(),
            last: Vec::new(),
        }
    }

    /// The same reader, deaf at any other bit rate.
    #[must_use]
    pub const fn at_baud(mut self, baud: u32) -> Self {
        self.baud = Some(baud);
        self
    }

    /// The frame of a document as this reader sends it.
    #[must_use]
    pub fn frame(&self, document: &[String]) -> Vec<u8> {
        let framing = &self.profile.framing;
        let reject = framing.reject_chars.chars().next().unwrap_or('?').to_string();
        let lines: Vec<String> = document.iter().map(|line| line.replace('?', &reject)).collect();
        let mut frame = match self.profile.protocol {
            Protocol::Elyctis => {
                let text: String = lines.iter().map(|line| format!("{line}\r")).collect();
                answer(b'I', text.as_bytes())
            }
            Protocol::RteNative => rte_frame(&lines),
            Protocol::Delimited => {
                let mut frame = framing.start.0.clone();
                for line in &lines {
                    frame.extend_from_slice(line.as_bytes());
                    frame.extend_from_slice(&framing.line_sep.0);
                }
                let from = framing.start.0.len();
                frame.extend_from_slice(&framing.end.0);
                let check = framing.checksum.compute(frame.get(from..).unwrap_or_default());
                frame.extend_from_slice(&check);
                frame
            }
        };
        if framing.parity_strip {
            for byte in &mut frame {
                // Even parity in bit 7.
                *byte |= u8::from(byte.count_ones() % 2 == 1) << 7;
            }
        }
        frame
    }

    /// Bytes of the host that are no command: acknowledgements, triggers.
    #[must_use]
    pub fn heard(&self) -> &[u8] {
        &self.last
    }

    fn deliver(&mut self, out: &mut Vec<Action>) {
        let Some(document) = self.document.clone() else { return };
        self.read = true;
        // Continuous reading switches itself off after one good read.
        self.continuous = false;
        let frame = self.frame(&document);
        let fault = self.faults.pop_front();
        let head = |keep: &usize| frame.get(..*keep).unwrap_or(&frame).to_vec();
        match &fault {
            None => out.push(Action::Send(frame)),
            Some(Fault::Partial(keep)) => out.push(Action::Send(head(keep))),
            Some(Fault::UnplugAfter(keep)) => {
                // The host is given time to take the bytes: a hang-up throws away what it did not read.
                out.extend([
                    Action::Send(head(keep)),
                    Action::Pause(Duration::from_millis(20)),
                    Action::Unplug,
                ]);
            }
            Some(Fault::NoiseBefore(noise)) => {
                out.extend([Action::Send(noise.clone()), Action::Send(frame)]);
            }
            Some(Fault::WrongChecksum) => {
                let mut frame = frame;
                if let Some(last) = frame.last_mut() {
                    *last ^= 0x15;
                }
                out.push(Action::Send(frame));
            }
            Some(Fault::Slow(pause)) => out.push(Action::SendSlowly(frame, *pause)),
            Some(Fault::Mute) => {}
        }
    }

    fn command(&mut self, command: u8, data: &[u8], out: &mut Vec<Action>) {
        let text: &[u8] = match command {
            b'I' | b'L' => {
                if self.document.is_some() {
                    self.deliver(out);
                    return;
                }
                b""
            }
            b'C' => {
                self.continuous = data == [1];
                out.push(Action::Send(answer(b'C', data)));
                if self.continuous && !self.read {
                    self.deliver(out);
                }
                return;
            }
            b'V' => b"EMU 1.00",
            b'W' => b"OCR 1.00",
            b'R' => b"00000001",
            b'T' => b"Emulated MRZ reader",
            _ => return,
        };
        out.push(Action::Send(answer(command, text)));
    }
}

impl Device for MrzReader {
    type Order = Order;

    fn receive(&mut self, bytes: &[u8], out: &mut Vec<Action>) {
        if self.profile.protocol != Protocol::Elyctis {
            let keep = bytes.len().min(64);
            self.last.extend_from_slice(bytes.get(..keep).unwrap_or_default());
            let excess = self.last.len().saturating_sub(64);
            self.last.drain(..excess);
            let arm = &self.profile.host.arm.0;
            if !arm.is_empty() && self.last.ends_with(arm) {
                // Triggered: the device looks until it has read something.
                self.continuous = true;
                if !self.read {
                    self.deliver(out);
                }
            }
            return;
        }
        self.input.extend_from_slice(bytes);
        loop {
            match *self.input.as_slice() {
                [command, high, low, ..] if b"ILCVWRT".contains(&command) && high == 0 => {
                    let end = 3 + usize::from(low);
                    let Some(data) = self.input.get(3..end).map(<[u8]>::to_vec) else { return };
                    self.input.drain(..end);
                    self.command(command, &data, out);
                }
                [command, ..] if !b"ILCVWRT".contains(&command) => {
                    self.input.remove(0);
                }
                [_, high, _, ..] if high != 0 => {
                    self.input.remove(0);
                }
                _ => return,
            }
        }
    }

    fn order(&mut self, order: Order, out: &mut Vec<Action>) {
        match order {
            Order::Present(lines) => {
                self.document = Some(lines);
                self.read = false;
                let asked = self.profile.protocol == Protocol::Elyctis || !self.profile.host.arm.0.is_empty();
                if !asked || self.continuous {
                    self.deliver(out);
                }
            }
            Order::Remove => self.document = None,
            Order::Fail(fault) => self.faults.push_back(fault),
            Order::Raw(bytes) => out.push(Action::Send(bytes)),
            Order::Unplug => out.push(Action::Unplug),
        }
    }

    fn baud(&self) -> Option<u32> {
        self.baud
    }
}

/// Command, length (high byte first), data.
fn answer(command: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let mut bytes = vec![command];
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(data);
    bytes
}

/// SOH, length of the whole frame (low byte first), `OU`, STX, flag, three lines, ETX, exclusive or of all after SOH.
fn rte_frame(lines: &[String]) -> Vec<u8> {
    let width = if lines.len() == 3 { 30 } else { 44 };
    let mut text = "\r".repeat(3_usize.saturating_sub(lines.len())).into_bytes();
    for line in lines {
        text.extend(format!("{line:_<width$.width$}\r").bytes());
    }
    let length = u16::try_from(text.len() + 9).unwrap_or(0);
    let mut frame = vec![0x01];
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(b"OU\x02\x00");
    frame.extend_from_slice(&text);
    frame.push(0x03);
    frame.push(frame.iter().skip(1).fold(0, |xor, byte| xor ^ byte));
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serial::profile::Profiles;

    const TD3: [&str; 2] =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

    fn frame(profile: &str, lines: &[&str]) -> Vec<u8> {
        let profile = Profiles::built_in().unwrap().find(profile).unwrap().clone();
        MrzReader::new(profile).frame(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn frames_have_the_lengths_that_makers_tell() {
        let elyctis = frame("elyctis", &TD3);
        assert_eq!(elyctis[..3], [0x49, 0x00, 0x5A]);
        assert_eq!(elyctis.len(), 3 + 90);
        // A TD3 frame is 100 bytes and a TD1 frame 102.
        let rte = frame("rte-native", &TD3);
        assert_eq!((rte.len(), rte[1], rte[2]), (100, 100, 0));
        assert_eq!(frame("rte-native", &["A", "B", "C"]).len(), 102);
        assert_eq!(rte[7], 0x0D);
        let stx = frame("stx-etx-xor", &TD3);
        assert_eq!((stx[0], stx[stx.len() - 2]), (0x02, 0x03));
        assert!(frame("stx-etx-7e1", &TD3).iter().all(|byte| byte.count_ones() % 2 == 0));
    }
}
