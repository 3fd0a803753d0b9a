//! The reader against the test card: every access, every length, every quirk, every loss.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::Duration;

use super::*;
use crate::access::MrzKey;
use crate::access::bac::BacRandom;
use crate::access::pace::{PaceOffers, Password};
use crate::apdu::Transceive;
use crate::lds::DgNumber;
use crate::lds::dg14::SecurityInfos;
use crate::secure_messaging::SmError;
use crate::test_card::{Card, SpoiltLink, wrap};
use zeroize::Zeroizing;

fn key() -> MrzKey {
    MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236")
}

fn random() -> BacRandom {
    BacRandom { challenge: Zeroizing::new([7; 8]), key: Zeroizing::new([9; 16]) }
}

fn file(tag: u8, length: usize) -> Vec<u8> {
    wrap(tag, &(0..length).map(|n| u8::try_from(n * 31 % 251).unwrap()).collect::<Vec<_>>())
}

/// The chip of the numbers: EF.SOD, DG1 and DG2 of 20 178 octets together.
fn card() -> Card {
    let mut card = Card::new(key());
    card.files.insert((true, 0x1D), file(0x77, 1_974));
    card.files.insert((true, 1), file(0x61, 91));
    card.files.insert((true, 2), file(0x75, 18_102));
    card.files.insert((true, 0x1E), file(0x60, 20));
    card
}

fn pace_info() -> Vec<u8> {
    let protocol = wrap(6, &[4, 0, 0x7F, 0, 7, 2, 2, 4, 2, 2]);
    wrap(0x31, &wrap(0x30, &[protocol, vec![2, 1, 2, 2, 1, 13]].concat()))
}

fn read_with_bac(card: &mut Card, files: &[FileId]) -> Vec<Result<Vec<u8>, ReadError>> {
    let mut channel = Channel::new(card);
    basic_access(&mut channel, &key(), random()).unwrap();
    let mut reader = ChipReader::new(channel, Limits::default())
        .on_loss(|channel| basic_access(channel, &key(), random()));
    files.iter().map(|file| reader.read(*file)).collect()
}

const THREE: [FileId; 3] = [FileId::Sod, FileId::Dg(DgNumber::DG1), FileId::Dg(DgNumber::DG2)];

fn assert_whole(card: &Card, read: &[Result<Vec<u8>, ReadError>]) {
    for (file, read) in THREE.iter().zip(read) {
        assert_eq!(read.as_ref().unwrap(), &card.files[&(true, file.short_identifier())], "{file}");
    }
}

/// At most 10 commands after access with extended length, at most 96 with short.
#[test]
fn commands_that_a_read_takes() {
    for (longest_response, blocks, most) in
        [(65_538, None, 10), (4_200, None, 10), (258, None, 96), (65_538, Some(4_096), 10)]
    {
        let mut card = card();
        card.longest_response = longest_response;
        card.quirks.longest = blocks;
        let before = 3;
        let read = read_with_bac(&mut card, &THREE);
        assert_whole(&card, &read);
        assert!(
            card.commands - before <= most,
            "{longest_response} {blocks:?}: {} commands",
            card.commands - before
        );
    }
}

/// 6700, 6Cxx, 6282 with less, each with and without the session lost: read whole all the same.
#[test]
fn chips_that_refuse_lengths() {
    for longest in [4_096, 256, 223, 160, 128, 100, 50] {
        for (tells_length, answers_short) in [(false, false), (true, false), (false, true)] {
            for drops_session in [false, true] {
                for longest_response in [258, 65_538] {
                    let mut card = card();
                    card.longest_response = longest_response;
                    card.quirks.longest = Some(longest);
                    card.quirks.tells_length = tells_length && longest < 256;
                    card.quirks.answers_short = answers_short;
                    card.quirks.drops_session = drops_session;
                    let read = read_with_bac(&mut card, &THREE);
                    if longest == 50 {
                        assert!(read[2].is_err(), "below the ladder");
                        continue;
                    }
                    assert_whole(&card, &read);
                }
            }
        }
    }
}

#[test]
fn selection_where_short_identifiers_are_not_known() {
    let mut card = card();
    card.quirks.no_short_identifiers = true;
    let read = read_with_bac(&mut card, &THREE);
    assert_whole(&card, &read);
}

/// Beyond 32 767 by the odd instruction, short and extended.
#[test]
fn long_files() {
    for longest_response in [258, 65_538] {
        let mut card = card();
        card.longest_response = longest_response;
        card.files.insert((true, 2), file(0x75, 65_000));
        let read = read_with_bac(&mut card, &THREE);
        assert_whole(&card, &read);
    }
}

#[test]
fn missing_denied_and_bad_files() {
    let mut card = card();
    card.files.insert((true, 3), vec![0x63, 0x82, 0x40]);
    card.files.insert((true, 4), vec![0; 40]);
    card.files.insert((true, 5), vec![0x65, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]);
    card.files.insert((true, 6), [&[0x66, 0x50][..], &[1; 10]].concat());
    let dg = |number| FileId::Dg(DgNumber::new(number).unwrap());
    let read = read_with_bac(&mut card, &[dg(3), dg(4), dg(5), dg(6), dg(7)]);
    let kinds: Vec<ReadErrorKind> = read.into_iter().map(|read| read.unwrap_err().kind).collect();
    assert_eq!(kinds[0], ReadErrorKind::Truncated { stated: None });
    assert_eq!(kinds[1], ReadErrorKind::Header);
    assert!(matches!(kinds[2], ReadErrorKind::TooLong { stated: 0x1_0000_0005, .. }));
    assert_eq!(kinds[3], ReadErrorKind::Truncated { stated: Some(0x52) });
    assert_eq!(kinds[4], ReadErrorKind::NotFound(StatusWord::FILE_NOT_FOUND));
    let mut reader = ChipReader::new(Channel::new(&mut card), Limits::default());
    let error = {
        select_application(reader.channel()).unwrap();
        reader.read(FileId::Sod).unwrap_err()
    };
    assert_eq!(error.to_string(), "EF.SOD at 0: access denied (6982)");
}

/// ACC-10: a chip that answers nothing with 9000 for ever.
#[test]
fn silence_ends() {
    let mut card = card();
    card.quirks.silent = true;
    let read = read_with_bac(&mut card, &THREE);
    assert!(
        read.iter().all(|read| matches!(read.as_ref().unwrap_err().kind, ReadErrorKind::Truncated { .. }))
    );
    assert!(card.commands < 20);
}

/// The session lost at every command: the file comes whole, every octet goes to the sink once.
#[test]
fn a_loss_at_every_command() {
    for at in 4..100 {
        let mut card = card();
        card.longest_response = 258;
        card.quirks.tears_at = Some(at);
        let seen = RefCell::new(Vec::new());
        {
            let mut channel = Channel::new(&mut card);
            basic_access(&mut channel, &key(), random()).unwrap();
            let mut reader = ChipReader::new(channel, Limits::default())
                .on_loss(|channel| basic_access(channel, &key(), random()));
            reader.read_into(THREE[2], &mut |part| seen.borrow_mut().extend_from_slice(part)).unwrap();
        }
        assert_eq!(*seen.borrow(), card.files[&(true, 2)], "at {at}");
    }
}

/// Without a way to have access again the loss is an error that says where.
#[test]
fn a_loss_without_help() {
    let mut card = card();
    card.quirks.tears_at = Some(6);
    card.longest_response = 258;
    let mut channel = Channel::new(&mut card);
    basic_access(&mut channel, &key(), random()).unwrap();
    let mut reader = ChipReader::new(channel, Limits::default());
    let error = reader.read(THREE[2]).unwrap_err();
    let lost = SmError::Unprotected(StatusWord::SM_OBJECTS_INCORRECT);
    assert_eq!(error.kind, ReadErrorKind::Lost(ExchangeError::Messaging(lost)));
    assert!(error.is_fatal() && error.offset == 462, "{error}");
    assert!(matches!(reader.read(THREE[0]).unwrap_err().kind, ReadErrorKind::Lost(_)), "dead it stays");
}

/// What a listener was told, in order.
#[derive(Default)]
struct Heard {
    blocks: Vec<FileId>,
    /// Whole files, with how many blocks had come before.
    files: Vec<(FileId, Vec<u8>, usize)>,
    way: Option<Way>,
}

impl Listener for &RefCell<Heard> {
    fn opened(&mut self, way: &Way) {
        assert!(self.borrow_mut().way.replace(way.clone()).is_none(), "once");
    }

    fn block(&mut self, progress: Progress) -> ControlFlow<()> {
        assert!(progress.total.is_none_or(|total| progress.done <= total));
        self.borrow_mut().blocks.push(progress.file);
        ControlFlow::Continue(())
    }

    fn file(&mut self, file: ReadFile<'_>) {
        let mut heard = self.borrow_mut();
        let blocks = heard.blocks.len();
        heard.files.push((file.file, file.bytes.to_vec(), blocks));
    }
}

/// EF.CardAccess, PACE, the files in order, EF.COM last; log and progress on the way, each file as soon as it is whole.
#[test]
fn a_whole_document_with_pace() {
    let mut card = card();
    card.files.insert((false, 0x1C), pace_info());
    let infos = SecurityInfos::parse_card_access(&pace_info()).unwrap();
    card.pace = PaceOffers::of(&infos).preferred().cloned();
    let log = RefCell::new(Vec::new());
    let heard = RefCell::new(Heard::default());
    let mut ticks = 0;
    let reading = {
        let clock = move || {
            ticks += 1;
            Duration::from_micros(ticks)
        };
        let channel = Channel::new(&mut card)
            .drawing(|octets| {
                octets.fill(0x5A);
                Ok(())
            })
            .observed(clock, |exchange| {
                assert!(!format!("{exchange:?}").contains("command: ["));
                log.borrow_mut().push(exchange.entry());
            });
        let request = Request::new(Some(Password::Mrz(key())));
        read_document(channel, &request, &heard)
    };
    assert!(matches!(reading.way, Some(Way::Pace(_))) && reading.failure.is_none(), "{reading:?}");
    let heard = heard.into_inner();
    assert_eq!(heard.way, reading.way);
    let mut order = heard.blocks.clone();
    order.dedup();
    for (file, bytes, blocks) in &heard.files {
        assert_eq!(reading.files.get(file), Some(bytes), "{file}");
        assert_eq!(heard.blocks.get(blocks - 1), Some(file), "its last block was the last thing before");
        assert_ne!(heard.blocks.get(*blocks), Some(file), "and nothing of it comes after");
    }
    let told: Vec<FileId> = heard.files.iter().map(|(file, ..)| *file).collect();
    assert_eq!(told, order, "each once");
    let order: Vec<String> = order.iter().map(ToString::to_string).collect();
    assert_eq!(order, ["EF.CardAccess", "EF.SOD", "DG1", "DG2", "EF.COM"]);
    for (file, read) in &reading.files {
        assert_eq!(read, &card.files[&(file.in_application(), file.short_identifier())], "{file}");
    }
    let log = log.borrow();
    assert_eq!((log.len(), reading.recorded.exchanges.len()), (card.commands, card.commands));
    assert!(log.iter().enumerate().all(|(number, entry)| entry.number == number as u64));
    assert!(log.iter().all(|entry| entry.took == Duration::from_micros(1) && entry.status.is_some()));
}

#[test]
fn chips_without_card_access() {
    let mut card = card();
    let mut reader = ChipReader::new(Channel::new(&mut card), Limits::default());
    assert_eq!(reader.read_card_access().unwrap(), None);
}

/// A wrong key is told by the protocol; the caller breaks off by the progress.
#[test]
fn wrong_keys_and_cancelling() {
    let mut card = card();
    let mut channel = Channel::new(&mut card);
    let wrong = MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406237");
    let error = basic_access(&mut channel, &wrong, random()).unwrap_err();
    assert_eq!(error.to_string(), "BAC EXTERNAL AUTHENTICATE: refused with 6300");
    basic_access(&mut channel, &key(), random()).unwrap();
    let mut reader =
        ChipReader::new(channel, Limits::default()).told_to(|_: Progress| ControlFlow::Break(()));
    assert_eq!(reader.read(FileId::Sod).unwrap_err().kind, ReadErrorKind::Cancelled);
}

/// A card whose answers are replaced one after another: any garbage is an error or the true file.
#[test]
fn garbage_in_any_answer() {
    let changes: [fn(&mut Vec<u8>); 6] = [
        |answer| answer.clear(),
        |answer| answer.truncate(answer.len() / 2),
        |answer| answer.truncate(1),
        |answer| answer.iter_mut().take(1).for_each(|octet| *octet ^= 0x40),
        |answer| answer.iter_mut().rev().take(1).for_each(|octet| *octet ^= 1),
        |answer| *answer = vec![0x61, 0xFF],
    ];
    for change in changes {
        for at in 1..20 {
            let mut card = card();
            let expected = card.files[&(true, 0x1D)].clone();
            let mut link = SpoiltLink::new(&mut card, at, change);
            let mut channel = Channel::new(&mut link);
            if basic_access(&mut channel, &key(), random()).is_err() {
                continue;
            }
            let mut reader = ChipReader::new(channel, Limits::default());
            if let Ok(read) = reader.read(FileId::Sod) {
                assert_eq!(read, expected, "answer {at}");
            }
        }
    }
}

#[test]
fn internal_authenticate_command() {
    let challenge = [0xF1, 0x73, 0x58, 0x99, 0x74, 0xBF, 0x40, 0xC6];
    let bytes = internal_authenticate(&challenge, 128, false).to_bytes().unwrap();
    assert_eq!(hex::encode_upper(bytes), "0088000008F173589974BF40C600");
    assert!(!internal_authenticate(&challenge, 256, false).is_extended());
    assert!(internal_authenticate(&challenge, 256, true).is_extended());
    assert!(!internal_authenticate(&challenge, 64, true).is_extended());
}

#[test]
fn headers() {
    assert_eq!(stated_length(&[0x61, 0x5B]), Ok(Some(0x5D)));
    assert_eq!(stated_length(&[0x75, 0x82, 0x46, 0x00]), Ok(Some(0x4604)));
    assert_eq!(stated_length(&[0x75, 0x82, 0x46]), Ok(None));
    assert_eq!(stated_length(&[0x75]), Ok(None));
    for bad in [[0, 0], [0xFF, 0xFF], [0x75, 0x80], [0x75, 0x85]] {
        assert_eq!(stated_length(&bad), Err(ReadErrorKind::Header));
    }
}

/// Signatures of every length through the session, the extended form where they need it.
#[test]
fn active_authentication_through_the_session() {
    for (signature, stated) in [(64, 64), (128, 128), (256, 256), (384, 384), (384, 128)] {
        let mut card = card();
        card.quirks.signature = signature;
        let mut channel = Channel::new(&mut card);
        basic_access(&mut channel, &key(), random()).unwrap();
        let answer = active_authentication(&mut channel, &[1, 2, 3, 4, 5, 6, 7, 8], stated).unwrap();
        assert_eq!((answer.len(), &answer[..9]), (signature, &[1, 2, 3, 4, 5, 6, 7, 8, 1][..]));
    }
}

/// Chip authentication over the channel: reading goes on under the new keys; a clone ends the session.
#[test]
fn chip_authentication_over_the_channel() {
    use crate::authentication::chip::{ChipFailure, ChipOffers};
    let oid = |tail: &[u8]| wrap(6, &[&[4, 0, 0x7F, 0, 7, 2, 2], tail].concat());
    for genuine in [true, false] {
        let mut card = card();
        let domain = crate::key_agreement::Domain::standardised(13).unwrap();
        card.chip_key = Some((domain.clone(), vec![3; 20]));
        let algorithm = wrap(0x30, &[wrap(6, &[4, 0, 0x7F, 0, 7, 1, 2]), vec![2, 1, 13]].concat());
        let spki = wrap(0x30, &[algorithm, wrap(3, &[vec![0], card.chip_public()].concat())].concat());
        let infos = [
            wrap(0x30, &[oid(&[3, 2, 4]), vec![2, 1, 1]].concat()),
            wrap(0x30, &[oid(&[1, 2]), spki].concat()),
        ];
        let infos = SecurityInfos::parse_card_access(&wrap(0x31, &infos.concat())).unwrap();
        let offer = ChipOffers::of(&infos).known[0].clone();
        if !genuine {
            card.chip_key = Some((domain, vec![4; 20]));
        }
        let mut channel = Channel::new(&mut card);
        basic_access(&mut channel, &key(), random()).unwrap();
        let outcome = chip_authentication(&mut channel, &offer, &[0x77; 40], &proof());
        if genuine {
            let (fact, response) = outcome.unwrap();
            assert!(!fact.inferred && response.data.len() == 4);
            let mut reader = ChipReader::new(channel, Limits::default());
            reader.read(FileId::Sod).unwrap();
        } else {
            assert!(matches!(outcome, Err(ProtocolError::Chip(ChipFailure::NotProven(_)))));
            assert!(channel.session().is_none());
        }
    }
}

/// A link that loses the chip before a command, once.
struct Tearing<'a> {
    card: &'a mut Card,
    at: usize,
    count: usize,
}

impl Transceive for Tearing<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        self.count += 1;
        if self.count == self.at {
            self.card.reset();
            return Err(TransceiveError::ChipRemoved);
        }
        self.card.transceive(command)
    }
}

/// The chip torn out at every command: what was read before is kept, the rest follows; without help the error says so.
#[test]
fn the_chip_torn_out_at_every_command() {
    for at in 4..102 {
        for helped in [true, false] {
            let mut card = card();
            let expected = card.files[&(true, 2)].clone();
            let mut link = Tearing { card: &mut card, at, count: 0 };
            let mut channel = Channel::new(&mut link);
            basic_access(&mut channel, &key(), random()).unwrap();
            let mut reader = ChipReader::new(channel, Limits::default());
            if helped {
                reader = reader.on_loss(|channel| basic_access(channel, &key(), random()));
            }
            match reader.read(THREE[2]) {
                Ok(read) => assert_eq!(read, expected, "at {at}"),
                Err(error) => {
                    let removed = ReadErrorKind::Lost(ExchangeError::Transport(TransceiveError::ChipRemoved));
                    assert!(!helped && error.kind == removed, "at {at}: {error}");
                }
            }
        }
    }
}

/// Answers in parts (61xx) are put together, and a chip that never ends is left.
#[test]
fn answers_in_parts() {
    struct Parts(Vec<Vec<u8>>);
    impl Transceive for Parts {
        fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
            if self.0.len() < 3 {
                assert_eq!(command[..4], [0x00, 0xC0, 0x00, 0x00]);
            }
            Ok(if self.0.is_empty() { vec![1, 0x61, 0x00] } else { self.0.remove(0) })
        }
    }
    let read = Command::new(0x00, 0xB0, 0x9E, 0x00).expecting(256);
    let mut link = Parts(vec![vec![0x61, 3], vec![1, 2, 3, 0x61, 2], vec![4, 5, 0x90, 0x00]]);
    let response = Channel::new(&mut link).exchange(&read).unwrap();
    assert_eq!((response.data.as_slice(), response.status), (&[1, 2, 3, 4, 5][..], StatusWord::OK));
    let mut endless = Parts(vec![]);
    assert_eq!(
        Channel::new(&mut endless).exchange_octets(&[0x00, 0xC0, 0x00, 0x00, 0], None).unwrap_err(),
        ExchangeError::Transport(TransceiveError::MalformedResponse)
    );
}

/// A block that ends early once, at an edge inside the file, makes no small blocks of all that follow.
#[test]
fn an_edge_inside_a_file() {
    for longest_response in [258, 65_538] {
        let mut card = card();
        card.longest_response = longest_response;
        card.files.insert((true, 2), file(0x75, 60_000));
        card.quirks.edge = Some(0x8000);
        let read = read_with_bac(&mut card, &THREE);
        assert_whole(&card, &read);
        assert!(card.commands < 300, "{}", card.commands);
    }
}
