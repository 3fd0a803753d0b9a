//! Virtual cards on a loopback socket: connect, talk, leave, misbehave.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reader_drivers::emulator::card::Interface;
use reader_drivers::emulator::vpcd::VpcdCard;
use reader_drivers::vpcd::reader::VpcdReader;
use reader_drivers::{Reader, ReaderErrorKind, ReaderEvent};
use verifier_chip::apdu::TransceiveError;

fn open() -> VpcdReader {
    VpcdReader::open(&"vpcd:127.0.0.1:0".parse().unwrap()).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

fn echo(command: &[u8]) -> Vec<u8> {
    [command, &[0x90, 0x00]].concat()
}

fn connect(reader: &VpcdReader) -> VpcdCard {
    VpcdCard::connect(reader.address().unwrap(), Duration::from_secs(1), echo, Interface::default()).unwrap()
}

#[test]
fn a_card_connects_is_talked_to_and_leaves() {
    let mut reader = open();
    assert_eq!(reader.chip().err().unwrap().kind(), &ReaderErrorKind::NoCard);
    assert!(reader.next_event(Instant::now()).unwrap().is_none());
    for _ in 0..2 {
        let card = connect(&reader);
        let Some(ReaderEvent::Card(seen)) = reader.next_event(soon()).unwrap() else { panic!() };
        assert_eq!(seen.answer, Interface::default().atr);
        for length in [4_usize, 5, 261, 4096, 65_533] {
            let command = vec![0xA5; length];
            assert_eq!(reader.chip().unwrap().transceive(&command).unwrap(), echo(&command));
        }
        assert_eq!(reader.chip().unwrap().transceive(&[0; 65_536]), Err(TransceiveError::CommandTooLong));
        assert!(reader.next_event(Instant::now() + Duration::from_millis(700)).unwrap().is_none());
        drop(card);
        assert_eq!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::CardRemoved));
        assert!(reader.next_event(Instant::now()).unwrap().is_none());
    }
    let card = connect(&reader);
    assert!(matches!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::Card(_))));
    drop(reader);
    card.join();
}

#[test]
fn a_card_that_closes_during_an_exchange_is_removed_and_told() {
    let mut reader = open();
    let card = connect(&reader);
    assert!(matches!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::Card(_))));
    drop(card);
    assert_eq!(reader.chip().unwrap().transceive(&[0; 5]), Err(TransceiveError::ChipRemoved));
    assert_eq!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::CardRemoved));
}

#[test]
fn peers_that_are_no_cards_are_dropped() {
    let mut reader = open();
    let address = reader.address().unwrap();
    // Silent, closed at once, answering nonsense.
    let silent = TcpStream::connect(address).unwrap();
    drop(TcpStream::connect(address).unwrap());
    let mut noisy = TcpStream::connect(address).unwrap();
    noisy.write_all(&[0xFF; 70_000]).unwrap();
    let _card = connect(&reader);
    let event = reader.next_event(Instant::now() + Duration::from_secs(10)).unwrap();
    assert!(matches!(event, Some(ReaderEvent::Card(_))));
    drop(silent);
}

#[test]
fn the_address_is_exclusive_and_must_be_one() {
    let reader = open();
    let uri = format!("vpcd:{}", reader.address().unwrap());
    assert_eq!(*VpcdReader::open(&uri.parse().unwrap()).err().unwrap().kind(), ReaderErrorKind::Busy);
    for bad in ["vpcd:35963", "vpcd:127.0.0.1:x"] {
        let error = VpcdReader::open(&bad.parse().unwrap()).err().unwrap();
        assert_eq!(*error.kind(), ReaderErrorKind::InvalidUri, "{bad}");
    }
}

#[test]
fn a_wait_can_be_cancelled() {
    let mut reader = open();
    reader.canceller().cancel();
    assert_eq!(*reader.next_event(soon()).unwrap_err().kind(), ReaderErrorKind::Cancelled);
}
