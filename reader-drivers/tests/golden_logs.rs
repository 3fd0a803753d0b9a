//! Our emulated devices against what other people's programs were seen to exchange with such devices.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use reader_drivers::emulator::card::Interface;
use reader_drivers::emulator::ccid::{GemPcTwin, Order};
use reader_drivers::emulator::pn532::Pn532;
use reader_drivers::emulator::vpcd::Endpoint;
use reader_drivers::emulator::{Action, Device};
use reader_drivers::vpcd::message::encode;

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

#[test]
fn a_card_answers_vpcd_byte_for_byte() {
    let card = |command: &[u8]| match command {
        [0x00, 0xA4, ..] => vec![0x90, 0x00],
        _ => vec![0, 0, 0, 0, 0, 0, 0, 0, 0x90, 0x00],
    };
    let atr = hex::decode("3b8f8001804f0ca000000306030001000000006a").unwrap();
    let mut card = Endpoint::new(card, Interface { atr, ..Interface::default() });
    let mut answers = Vec::new();
    for line in include_str!("golden/vpcd-3.3_card.log").lines() {
        let (mark, bytes) = line.split_once(' ').unwrap();
        let message = encode(&hex::decode(bytes).unwrap()).unwrap();
        if mark == ">" {
            assert!(answers.is_empty(), "nothing was expected before {line}");
            answers.extend(card.receive(&message).into_iter().map(|(_, message)| message));
        } else {
            assert_eq!(answers.remove(0), message);
        }
    }
    assert!(answers.is_empty());
}

#[test]
fn a_ccid_reader_answers_libccid_byte_for_byte() {
    let card = |command: &[u8]| match command {
        [0x00, 0xA4, ..] => vec![0x90, 0x00],
        _ => vec![0, 1, 2, 3, 4, 5, 6, 7, 0x90, 0x00],
    };
    let atr = hex::decode("3b8f8001804f0ca0000003060300030000000068").unwrap();
    let mut device = GemPcTwin::new(Interface { atr, ..Interface::default() });
    device.order(Order::Insert(Box::new(card)), &mut Vec::new());
    let mut answers: Vec<Vec<u8>> = Vec::new();
    for line in include_str!("golden/ccid_gempctwin_libccid-1.5.2.log").lines() {
        let bytes = hex::decode(line.rsplit(' ').next().unwrap()).unwrap();
        if line.starts_with('>') {
            assert!(answers.is_empty(), "nothing was expected before {line}");
            answers = says(&mut device, &bytes);
        } else {
            assert_eq!(hex::encode(answers.remove(0)), hex::encode(bytes), "{line}");
        }
    }
    assert!(answers.is_empty());
}
