//! Another document put in the place of the one that is read: nothing of the two is ever joined.

use std::ops::ControlFlow;

use super::*;
use crate::access::MrzKey;
use crate::apdu::Transceive;
use crate::digest::HashAlgorithm;
use crate::reading::Progress;
use crate::test_card::{Card, SHA256, unsigned_sod, wrap};

/// A chip without access control, its files filled from this octet on.
fn open_card(first: u8, length: usize) -> Card {
    let mut card = Card::new(MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236"));
    card.quirks.open = true;
    card.longest_response = 258;
    let file = |tag: u8, length: usize| {
        wrap(tag, &(0..length).map(|n| u8::try_from(n % 100).unwrap() + first).collect::<Vec<_>>())
    };
    let (one, two) = (file(0x61, 91), file(0x75, length));
    let hash = |file: &[u8]| HashAlgorithm::Sha256.digest(file);
    let sod = unsigned_sod(SHA256, &[(1, hash(&one).as_bytes()), (2, hash(&two).as_bytes())]);
    card.files.insert((true, 0x1D), sod);
    card.files.insert((true, 1), one);
    card.files.insert((true, 2), two);
    card.files.insert((true, 0x1E), file(0x60, 20));
    card
}

/// Before this command the first is taken away; what answers after that is the second.
struct Exchanged {
    first: Card,
    second: Card,
    at: usize,
    count: usize,
    gone: bool,
}

impl Transceive for Exchanged {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        self.count += 1;
        if self.count == self.at {
            self.gone = true;
            return Err(TransceiveError::ChipRemoved);
        }
        if self.gone { self.second.transceive(command) } else { self.first.transceive(command) }
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        if self.gone {
            self.second.reset()
        } else {
            self.first.reset()
        }
        Ok(())
    }

    fn max_response(&self) -> usize {
        258
    }
}

fn read(first: Card, second: Card, at: usize) -> (Reading, Exchanged) {
    let mut link = Exchanged { first, second, at, count: 0, gone: false };
    let channel = Channel::new(&mut link).drawing(|octets| {
        octets.fill(0x33);
        Ok(())
    });
    let reading = read_document(channel, &Request::new(None), |_: Progress| ControlFlow::Continue(()));
    (reading, link)
}

/// At every command: the files that are kept are of one chip, whole; where they are not all there the read broke off and says
/// why. The same chip put back is read to its end.
#[test]
fn an_exchange_at_every_command() {
    let commands = read(open_card(1, 2_000), open_card(1, 2_000), usize::MAX).1.count;
    let mut exchanged = 0;
    for (at, length) in (1..=commands).flat_map(|at| [2_000, 900, 3_000].map(|length| (at, length))) {
        let (reading, link) = read(open_card(1, 2_000), open_card(101, length), at);
        let of = |card: &Card| {
            reading.files.iter().all(|(file, bytes)| {
                card.files.get(&(true, file.short_identifier())).is_some_and(|whole| whole == bytes)
            })
        };
        assert!(of(&link.first) || of(&link.second), "{at}: files of two chips: {reading:?}");
        assert!(reading.hashed.values().all(|hashed| !hashed.differs_from_list()), "{at}: {reading:?}");
        let kind = reading.broke_off().map(|error| &error.kind);
        assert_eq!(kind.is_none(), reading.files.len() == 4, "{at}: {reading:?}");
        exchanged += usize::from(kind == Some(&ReadErrorKind::AnotherChip));
        let (reading, _) = read(open_card(1, 2_000), open_card(1, 2_000), at);
        assert_eq!(reading.files.len(), 4, "{at}: the same one came back: {reading:?}");
    }
    assert!(exchanged > commands, "{exchanged} of {commands} at three lengths");
}

/// What was read before access began anew is not that of the chip which it then opened.
#[test]
fn an_open_file_of_another_chip_is_not_kept() {
    let mut first = open_card(1, 2_000);
    first.files.insert((false, 0x1C), wrap(0x31, &[]));
    let card_access = FileId::CardAccess;
    let mut seen = 0;
    for at in 1..=12 {
        let mut shown = open_card(1, 2_000);
        shown.files.clone_from(&first.files);
        let (reading, _) = read(shown, open_card(101, 2_000), at);
        let of_second = reading.files.get(&FileId::Com).is_some_and(|com| com[2] == 101);
        assert!(!(of_second && reading.files.contains_key(&card_access)), "{at}: {reading:?}");
        seen += usize::from(of_second);
    }
    assert!(seen > 0);
}
