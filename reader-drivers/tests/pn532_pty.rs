//! The PN532 driver against the emulated PN532 on a pseudo-terminal: cards come and go, pieces, faults, unplug.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "test code"
)]

use std::time::{Duration, Instant};

use reader_drivers::emulator::card::{CardEmulation, Interface};
use reader_drivers::emulator::pn532::{Order, Pn532};
use reader_drivers::emulator::served::Served;
use reader_drivers::{Reader, ReaderErrorKind, ReaderEvent, Registry};
use verifier_chip::apdu::TransceiveError;

/// Answers with as many bytes as the command's last two bytes say, then the command's length, then 9000.
fn card() -> impl CardEmulation {
    |command: &[u8]| {
        let [.., high, low] = *command else { return vec![0x67, 0x00] };
        let mut response: Vec<u8> = (0..u16::from_be_bytes([high, low])).map(|n| (n % 251) as u8).collect();
        response.extend((command.len() as u16).to_be_bytes());
        response.extend([0x90, 0x00]);
        response
    }
}

fn plug(device: Pn532, more: &str) -> (Served<Order>, Box<dyn Reader>) {
    let device = Served::start(device).unwrap();
    let reader = Registry::standard().open(&format!("pn532:{}{more}", device.path().display())).unwrap();
    (device, reader)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

fn wait_card(reader: &mut dyn Reader) {
    assert!(matches!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::Card(_))));
}

fn expect(reader: &mut dyn Reader, command: &[u8]) {
    let response = reader.chip().unwrap().transceive(command).unwrap();
    assert_eq!(response, card().transmit(command));
}

#[test]
fn a_card_comes_is_talked_to_and_goes() {
    let (device, mut reader) = plug(Pn532::new(Interface::default()), "");
    assert!(reader.next_event(Instant::now()).unwrap().is_none());
    assert_eq!(reader.chip().err().unwrap().kind(), &ReaderErrorKind::NoCard);
    device.order(Order::Insert(Box::new(card())));
    let Some(ReaderEvent::Card(seen)) = reader.next_event(soon()).unwrap() else { panic!() };
    assert_eq!(seen.uid, Interface::default().uid);
    assert_eq!(seen.answer, Interface::default().ats);
    assert!(!format!("{seen:?}").contains("161"));
    for length in [0_u16, 1, 223, 254] {
        expect(reader.as_mut(), &[&[0x00, 0xB0, 0x00, 0x00][..], &length.to_be_bytes()].concat());
    }
    let chip = reader.chip().unwrap();
    assert_eq!((chip.max_command(), chip.max_response()), (261, 258));
    assert_eq!(chip.transceive(&[0; 262]), Err(TransceiveError::CommandTooLong));
    assert!(reader.next_event(Instant::now() + Duration::from_millis(250)).unwrap().is_none());
    device.order(Order::Remove);
    assert_eq!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::CardRemoved));
    device.order(Order::Insert(Box::new(card())));
    wait_card(reader.as_mut());
}

#[test]
fn long_apdus_go_in_pieces_both_ways() {
    let (_device, mut reader) =
        plug(Pn532::new(Interface::default()).with_card(card()), "?apdu=extended&speed=921600");
    wait_card(reader.as_mut());
    for (command, response) in
        [(6_usize, 258_u16), (261, 262), (262, 263), (263, 1000), (1000, 4096), (4105, 20_000)]
    {
        let mut apdu = vec![0x5A; command];
        let at = command - 2;
        apdu[at..].copy_from_slice(&response.to_be_bytes());
        expect(reader.as_mut(), &apdu);
    }
}

#[test]
fn a_card_torn_out_during_an_exchange_is_not_a_reader_gone() {
    let (device, mut reader) = plug(Pn532::new(Interface::default()).with_card(card()), "");
    wait_card(reader.as_mut());
    device.order(Order::RemoveAfter(2));
    std::thread::sleep(Duration::from_millis(50));
    expect(reader.as_mut(), &[0, 0, 0, 9]);
    expect(reader.as_mut(), &[0, 0, 0, 9]);
    assert_eq!(reader.chip().unwrap().transceive(&[0, 0, 0, 9]), Err(TransceiveError::ChipRemoved));
    assert_eq!(reader.chip().err().unwrap().kind(), &ReaderErrorKind::NoCard);
    assert_eq!(reader.next_event(soon()).unwrap(), Some(ReaderEvent::CardRemoved));
    assert!(reader.next_event(Instant::now() + Duration::from_millis(150)).unwrap().is_none());
    device.order(Order::Insert(Box::new(card())));
    wait_card(reader.as_mut());
}

#[test]
fn a_deaf_or_damaging_line_is_asked_again() {
    let (device, mut reader) = plug(Pn532::new(Interface::default()).with_card(card()), "");
    wait_card(reader.as_mut());
    for order in [Order::Deaf(1), Order::Damage] {
        device.order(order);
        std::thread::sleep(Duration::from_millis(50));
        expect(reader.as_mut(), &[0, 0, 0, 200]);
    }
    // A chip that crashed under its last host hears the wake-up in the end.
    drop(reader);
    device.order(Order::Deaf(2));
    std::thread::sleep(Duration::from_millis(50));
    let uri = format!("pn532:{}", device.path().display());
    assert!(Registry::standard().open(&uri).is_ok());
    device.order(Order::Deaf(u32::MAX));
    std::thread::sleep(Duration::from_millis(50));
    let error = Registry::standard().open(&uri).err().unwrap();
    assert_eq!(*error.kind(), ReaderErrorKind::Timeout);
}

#[test]
fn unplugged_in_a_response_is_reader_removed_at_once() {
    let (device, mut reader) = plug(Pn532::new(Interface::default()).with_card(card()), "");
    wait_card(reader.as_mut());
    device.order(Order::UnplugInResponse);
    std::thread::sleep(Duration::from_millis(50));
    let began = Instant::now();
    assert_eq!(reader.chip().unwrap().transceive(&[0, 0, 0, 200]), Err(TransceiveError::ReaderRemoved));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(*reader.next_event(soon()).unwrap_err().kind(), ReaderErrorKind::Gone);
}

#[test]
fn a_wait_for_a_card_can_be_cancelled() {
    let (_device, mut reader) = plug(Pn532::new(Interface::default()), "");
    let cancel = reader.canceller();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(130));
        cancel.cancel();
    });
    let began = Instant::now();
    assert_eq!(*reader.next_event(soon()).unwrap_err().kind(), ReaderErrorKind::Cancelled);
    assert!(began.elapsed() < Duration::from_millis(1000));
    thread.join().unwrap();
}

#[test]
fn a_recorded_session_answers_the_same_apdus() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pn532.jsonl");
    let device = Pn532::new(Interface::default()).with_card(card());
    let (device, mut reader) = plug(device, &format!("?record={}", file.display()));
    wait_card(reader.as_mut());
    expect(reader.as_mut(), &[0, 0, 0, 100]);
    drop((reader, device));
    let mut reader = Registry::standard().open(&format!("replay:{}", file.display())).unwrap();
    wait_card(reader.as_mut());
    expect(reader.as_mut(), &[0, 0, 0, 100]);
    assert!(reader.chip().unwrap().transceive(&[0, 0, 0, 100]).is_err());
}

#[test]
fn two_readers_at_once_do_not_mix() {
    let threads: Vec<_> = (0..2_u8)
        .map(|n| {
            std::thread::spawn(move || {
                let own = move |command: &[u8]| [command, &[n, 0x90, 0x00]].concat();
                let (_device, mut reader) = plug(Pn532::new(Interface::default()).with_card(own), "");
                wait_card(reader.as_mut());
                for round in 0..50_u8 {
                    let response = reader.chip().unwrap().transceive(&[round, n, 0, 0]).unwrap();
                    assert_eq!(response, [round, n, 0, 0, n, 0x90, 0x00]);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
