//! Our emulated devices against what other people's programs were seen to exchange with such devices.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use reader_drivers::emulator::card::Interface;
use reader_drivers::emulator::pn532::Pn532;
use reader_drivers::emulator::{Action, Device};

fn says<D: Device>(device: &mut D, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    device.receive(bytes, &mut out);
    let sent = |action| match action {
        Action::Send(bytes) => Some(bytes),
        _ => None,
    };
    out.into_iter().filter_map(sent).collect()
}

/// What the host said, what our device answered, what the recorded one did.
struct Turn {
    line: String,
    said: Vec<Vec<u8>>,
    wanted: Vec<Vec<u8>>,
}

/// Feeds every `>` line and compares with the `<` lines after it; gives how many lines were compared.
fn replay<D: Device>(device: &mut D, log: &str) -> usize {
    let mut turns: Vec<Turn> = Vec::new();
    for line in log.lines() {
        let mut words = line.split_whitespace().skip(1);
        let (mark, bytes) = (words.next().unwrap(), hex::decode(words.next().unwrap()).unwrap());
        if mark == ">" {
            turns.push(Turn { line: line.to_owned(), said: says(device, &bytes), wanted: Vec::new() });
        } else {
            turns.last_mut().unwrap().wanted.push(bytes);
        }
    }
    let text = |lines: &[Vec<u8>]| lines.iter().map(hex::encode).collect::<Vec<_>>();
    for turn in &turns {
        assert_eq!(text(&turn.said), text(&turn.wanted), "after {}", turn.line);
    }
    turns.iter().map(|turn| turn.wanted.len()).sum()
}

#[test]
fn pn532_answers_libnfc_byte_for_byte() {
    let card = |_: &[u8]| vec![0x90, 0x00];
    let mut device = Pn532::new(Interface::default()).with_card(card).without_raw_frames();
    let log = include_str!("golden/pn532_libnfc-1.8.0_nfc-list.log");
    assert_eq!(replay(&mut device, log), log.lines().filter(|line| line.contains(" < ")).count());
}

#[test]
fn pn532_answers_nfcpy_byte_for_byte() {
    let card = |_: &[u8]| vec![0x90, 0x00];
    let mut device = Pn532::new(Interface::default()).with_card(card).without_raw_frames();
    let log = include_str!("golden/pn532_nfcpy-1.0.4.log");
    assert_eq!(replay(&mut device, log), log.lines().filter(|line| line.contains(" < ")).count());
}
