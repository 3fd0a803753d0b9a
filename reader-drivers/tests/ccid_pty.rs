//! The CCID driver against the emulated GemPC Twin on a pseudo-terminal.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::time::{Duration, Instant};

use reader_drivers::emulator::card::Interface;
use reader_drivers::emulator::ccid::{GemPcTwin, Order};
use reader_drivers::emulator::served::Served;
use reader_drivers::{Reader, ReaderErrorKind, ReaderEvent, Registry};
use verifier_chip::apdu::TransceiveError;

fn echo(command: &[u8]) -> Vec<u8> {
    [command, &[0x90, 0x00]].concat()
}

fn interface() -> Interface {
    Interface {
        atr: hex::decode("3b8f8001804f0ca0000003060300030000000068").unwrap(),
        ..Interface::default()
    }
}

fn plug(device: GemPcTwin) -> (Served<Order>, Box<dyn Reader>) {
    let device = Served::start(device).unwrap();
    let reader = Registry::standard().open(&format!("ccid:{}", device.path().display())).unwrap();
    (device, reader)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

#[test]
fn a_card_comes_is_talked_to_and_goes() {
    let (device, mut reader) = plug(GemPcTwin::new(interface()));
    assert!(reader.next_event(Instant::now()).unwrap().is_none());
    assert_eq!(reader.chip().err().unwrap().kind(), &ReaderErrorKind::NoCard);
    for _ in 0..2 {
        device.order(Order::Insert(Box::new(echo)));
        let Some(ReaderEvent::Card(seen)) = reader.next_event(soon()).unwrap() else { panic!() };
        assert_eq!(seen.answer, interface().atr);
        for length in [4, 5, 31, 32, 33, 64, 250, 256] {
            let command = vec![0x77; length];
            assert_eq!(reader.chip().unwrap().transceive(&command).unwrap(), echo(&command), "{length}");
        }
        assert!(reader.next_event(Instant::now() + Duration::from_millis(150)).unwrap().is_none());
        device.order(Order::Remove);
        assert_eq!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::CardRemoved));
    }
}

#[test]
fn card_gone_silence_and_unplug_are_told_apart() {
    let (device, mut reader) = plug(GemPcTwin::new(interface()).with_card(echo));
    assert!(matches!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::Card(_))));
    device.order(Order::RemoveAfter(1));
    std::thread::sleep(Duration::from_millis(30));
    assert!(reader.chip().unwrap().transceive(&[0; 5]).is_ok());
    let gone = match reader.chip() {
        Ok(chip) => chip.transceive(&[0; 5]) == Err(TransceiveError::ChipRemoved),
        Err(error) => *error.kind() == ReaderErrorKind::NoCard,
    };
    assert!(gone);
    assert_eq!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::CardRemoved));
    device.order(Order::Silent(1));
    std::thread::sleep(Duration::from_millis(30));
    assert_eq!(*reader.next_event(soon()).unwrap_err().kind(), ReaderErrorKind::Timeout);
    assert!(reader.next_event(Instant::now()).unwrap().is_none());
    device.unplug();
    assert_eq!(*reader.next_event(soon()).unwrap_err().kind(), ReaderErrorKind::Gone);
}
