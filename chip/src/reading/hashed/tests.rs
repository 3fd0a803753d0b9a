//! Hashes of what came, whatever happened on the way, and what they may be used for.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;
use crate::access::MrzKey;
use crate::access::pace::Password;
use crate::apdu::{Transceive, TransceiveError};
use crate::authentication::passive::{Files, HashingFile, authenticate};
use crate::digest::HashAlgorithm;
use crate::lds::FileId;
use crate::limits::Limits;
use crate::pki::NoAnchors;
use crate::reading::{Channel, Listener, ReadFile, Reading, Request, read_document};
use crate::test_card::{Card, SHA256, unsigned_sod, wrap};

fn key() -> MrzKey {
    MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236")
}

fn file(tag: u8, length: usize) -> Vec<u8> {
    wrap(tag, &(0..length).map(|n| u8::try_from(n * 37 % 251).unwrap()).collect::<Vec<_>>())
}

/// A chip with DG1 and a DG2 of many blocks, and this EF.SOD.
fn card(sod: impl FnOnce(&[u8], &[u8]) -> Vec<u8>) -> Card {
    let mut card = Card::new(key());
    let (one, two) = (file(0x61, 91), file(0x75, 4_000));
    card.files.insert((true, 0x1D), sod(&one, &two));
    card.files.insert((true, 1), one);
    card.files.insert((true, 2), two);
    card.files.insert((true, 0x1E), file(0x60, 20));
    card
}

/// An EF.SOD with the right hashes.
fn listing(algorithm: HashAlgorithm) -> impl Fn(&[u8], &[u8]) -> Vec<u8> {
    move |one, two| {
        let (one, two) = (algorithm.digest(one), algorithm.digest(two));
        unsigned_sod(algorithm.oid().as_bytes(), &[(1, one.as_bytes()), (2, two.as_bytes())])
    }
}

/// What the listener was told of data groups.
type Told = BTreeMap<FileId, Option<HashedGroup>>;

struct Ear<'a>(&'a RefCell<Told>);

impl Listener for Ear<'_> {
    fn file(&mut self, file: ReadFile<'_>) {
        let hashed = file.hashed.cloned();
        assert!(hashed.as_ref().is_none_or(|hashed| hashed.file().bytes() == file.bytes));
        assert!(self.0.borrow_mut().insert(file.file, hashed).is_none(), "{} is told once", file.file);
    }
}

/// The chip leaves the field before these commands and comes back.
struct Link<'a> {
    card: &'a mut Card,
    torn_at: &'a [usize],
    count: usize,
}

impl Transceive for Link<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        self.count += 1;
        if self.torn_at.contains(&self.count) {
            return Err(TransceiveError::ChipRemoved);
        }
        self.card.transceive(command)
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        self.card.reset();
        Ok(())
    }

    fn max_response(&self) -> usize {
        self.card.longest_response
    }
}

fn read(card: &mut Card, torn_at: &[usize]) -> (Reading, Told) {
    let told = RefCell::default();
    let mut link = Link { card, torn_at, count: 0 };
    let channel = Channel::new(&mut link).drawing(|octets| {
        octets.fill(0x33);
        Ok(())
    });
    let reading = read_document(channel, &Request::new(Some(Password::Mrz(key()))), Ear(&told));
    (reading, told.into_inner())
}

/// Every algorithm: the hash is that of the whole file, is told with it, and equals the listed one.
#[test]
fn every_algorithm() {
    for algorithm in HashAlgorithm::ALL {
        for longest_response in [258, 65_538] {
            let mut card = card(listing(algorithm));
            card.longest_response = longest_response;
            let (reading, told) = read(&mut card, &[]);
            for number in [DgNumber::DG1, DgNumber::DG2] {
                let hashed = &reading.hashed[&number];
                assert_eq!(hashed.file().bytes(), card.files[&(true, number.get())]);
                assert_eq!(hashed.file().digest(), algorithm.digest(hashed.file().bytes()));
                assert_eq!(hashed.file().algorithm(), algorithm);
                assert_eq!(hashed.against_unverified_list(), &DataGroupFact::Identical);
                assert_eq!(told[&FileId::Dg(number)].as_ref(), Some(hashed));
                assert!(!hashed.differs_from_list() && hashed.number() == number);
            }
            // What EF.SOD lists no hash of has none.
            assert_eq!((reading.hashed.len(), &told[&FileId::Com], &told[&FileId::Sod]), (2, &None, &None));
        }
    }
}

/// The chip taken away once, and a second time, at every command: octets are hashed once and in order.
#[test]
fn losses_on_the_way() {
    let commands = {
        let mut card = card(listing(HashAlgorithm::Sha256));
        card.longest_response = 258;
        read(&mut card, &[]);
        card.commands
    };
    for at in 1..=commands {
        for torn_at in [vec![at], vec![at, at + 7]] {
            let mut card = card(listing(HashAlgorithm::Sha256));
            card.longest_response = 258;
            let (reading, _) = read(&mut card, &torn_at);
            assert_eq!((reading.files.len(), reading.hashed.len()), (4, 2), "{torn_at:?}: {reading:?}");
            for hashed in reading.hashed.values() {
                let bytes = &card.files[&(true, hashed.number().get())];
                assert_eq!(hashed.file().bytes(), bytes, "{torn_at:?}");
                assert_eq!(hashed.against_unverified_list(), &DataGroupFact::Identical, "{torn_at:?}");
            }
        }
    }
}

/// Refused lengths on the way do not count an octet twice either.
#[test]
fn refused_lengths_on_the_way() {
    for (drops_session, answers_short) in [(false, false), (true, false), (false, true)] {
        let mut card = card(listing(HashAlgorithm::Sha256));
        card.quirks.longest = Some(160);
        (card.quirks.drops_session, card.quirks.answers_short) = (drops_session, answers_short);
        let (reading, _) = read(&mut card, &[]);
        assert!(reading.hashed.values().all(|hashed| !hashed.differs_from_list()), "{reading:?}");
        assert_eq!(reading.hashed[&DgNumber::DG2].file().bytes(), card.files[&(true, 2)]);
    }
}

/// An EF.SOD for DG1 and DG2.
type Write<'a> = &'a dyn Fn(&[u8], &[u8]) -> Vec<u8>;

/// Lists that say something else, or nothing that can be used.
#[test]
fn lists_that_do_not_fit() {
    let of = |sod: Write<'_>| {
        let mut card = card(sod);
        let (reading, _) = read(&mut card, &[]);
        assert!(reading.files.len() == 4 && reading.unread.is_empty(), "all of it is read: {reading:?}");
        reading.hashed.get(&DgNumber::DG2).map(|hashed| hashed.against_unverified_list().clone())
    };
    let listed = |entries: &[(u8, &[u8])]| unsigned_sod(SHA256, entries);
    let right = HashAlgorithm::Sha256.digest(&file(0x75, 4_000));
    let right = right.as_bytes();
    assert_eq!(of(&|_, _| listed(&[(1, &[1; 32]), (2, &[2; 32])])), Some(DataGroupFact::Different));
    assert_eq!(
        of(&|_, _| listed(&[(1, right), (2, &right[..20])])),
        Some(DataGroupFact::WrongHashLength { expected: 32, found: 20 })
    );
    assert_eq!(of(&|_, _| listed(&[(1, right), (2, right), (2, right)])), Some(DataGroupFact::Duplicate));
    // MD5, a list that is none, an EF.SOD of another chip card.
    let md5 = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 5];
    assert_eq!(of(&|_, _| unsigned_sod(&md5, &[(1, right), (2, right)])), None);
    assert_eq!(of(&|_, _| file(0x77, 700)), None);
}

/// Passive authentication takes a hash for the octets that it was computed from, by the algorithm asked for; for nothing else.
#[test]
fn a_hash_serves_its_own_octets_alone() {
    let hashed = |algorithm: HashAlgorithm, bytes: &[u8]| {
        let mut hashing = HashingFile::new(algorithm);
        bytes.chunks(7).for_each(|part| hashing.append(part));
        hashing.finish()
    };
    let (one, other) = (file(0x61, 91), file(0x61, 92));
    let sod = unsigned_sod(SHA256, &[(1, HashAlgorithm::Sha256.digest(&one).as_bytes())]);
    let fact = |file: &[u8], hashed: Option<&HashedFile>| {
        let files = Files {
            sod: Some(&sod),
            data_groups: [(DgNumber::DG1, file)].into(),
            hashed: hashed.map(|hashed| (DgNumber::DG1, hashed)).into_iter().collect(),
            ..Files::default()
        };
        let facts = authenticate(&files, &NoAnchors, &Limits::default());
        assert!(facts.bound(DgNumber::DG1).is_none(), "nobody signed the list");
        facts.data_groups[&DgNumber::DG1].clone()
    };
    for algorithm in HashAlgorithm::ALL {
        for memo in [None, Some(hashed(algorithm, &one)), Some(hashed(algorithm, &other))] {
            assert_eq!(fact(&one, memo.as_ref()), DataGroupFact::Identical, "{memo:?}");
            assert_eq!(fact(&other, memo.as_ref()), DataGroupFact::Different, "{memo:?}");
        }
    }
    let shown = format!("{:?}", hashed(HashAlgorithm::Sha256, b"secret"));
    assert_eq!(shown, "HashedFile(SHA-256, 6 octets)");
}
