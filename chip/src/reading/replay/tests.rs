//! Live and replayed reads against the test card: the same result, whatever the chip does; and no result at all from a
//! record that was changed.

use std::ops::ControlFlow;

use super::*;
use crate::access::MrzKey;
use crate::access::pace::{PaceOffers, Password};
use crate::apdu::{Transceive, TransceiveError};
use crate::command::StatusWord;
use crate::key_agreement::Domain;
use crate::lds::dg14::SecurityInfos;
use crate::lds::{DgNumber, FileId};
use crate::reading::{AccessFailure, Channel, Progress, Proof, Reading, Request, Way, read_document};
use crate::test_card::{Card, SHA256, sequence, unsigned_sod, wrap};

mod open_chips;

fn key() -> MrzKey {
    MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236")
}

fn file(tag: u8, length: usize) -> Vec<u8> {
    wrap(tag, &(0..length).map(|n| u8::try_from(n * 31 % 251).unwrap()).collect::<Vec<_>>())
}

fn oid(tail: &[u8]) -> Vec<u8> {
    wrap(6, &[&[4, 0, 0x7F, 0, 7, 2, 2], tail].concat())
}

/// An EF.SOD that lists these data groups with hashes of nothing.
fn sod(numbers: &[u8]) -> Vec<u8> {
    let hashes: Vec<[u8; 32]> = numbers.iter().map(|number| [*number; 32]).collect();
    let entries: Vec<(u8, &[u8])> =
        numbers.iter().zip(&hashes).map(|(number, hash)| (*number, &hash[..])).collect();
    unsigned_sod(SHA256, &entries)
}

/// A chip with BAC, chip authentication and active authentication.
fn card(pace: Option<u8>) -> Card {
    let mut card = Card::new(key());
    card.chip_key = Some((Domain::standardised(13).unwrap(), vec![3; 20]));
    card.quirks.signature = 64;
    let algorithm = sequence(&[wrap(6, &[4, 0, 0x7F, 0, 7, 1, 2]), vec![2, 1, 13]]);
    let spki = sequence(&[algorithm, wrap(3, &[vec![0], card.chip_public()].concat())]);
    let infos = [sequence(&[oid(&[3, 2, 4]), vec![2, 1, 1]]), sequence(&[oid(&[1, 2]), spki])];
    card.files.insert((true, 14), wrap(0x6E, &wrap(0x31, &infos.concat())));
    card.files.insert((true, 15), file(0x6F, 90));
    card.files.insert((true, 1), file(0x61, 91));
    card.files.insert((true, 2), file(0x75, 3_102));
    card.files.insert((true, 0x1D), sod(&[1, 2, 14, 15]));
    crate::sod::Sod::parse(&card.files[&(true, 0x1D)], &crate::Limits::default()).unwrap();
    card.files.insert((true, 0x1E), file(0x60, 20));
    if let Some(protocol) = pace {
        let info = sequence(&[oid(&[4, protocol, 2]), vec![2, 1, 2, 2, 1, 12]]);
        let infos = wrap(0x31, &info);
        card.pace = PaceOffers::of(&SecurityInfos::parse_card_access(&infos).unwrap()).preferred().cloned();
        card.files.insert((false, 0x1C), infos);
    }
    card
}

/// A link that loses the chip before one command; it comes back, or does not.
struct Link<'a> {
    card: &'a mut Card,
    torn_at: Option<usize>,
    comes_back: bool,
    count: usize,
    gone: bool,
}

impl Transceive for Link<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        self.count += 1;
        if self.gone || Some(self.count) == self.torn_at {
            self.gone = true;
            return Err(TransceiveError::ChipRemoved);
        }
        self.card.transceive(command)
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        if self.gone && !self.comes_back {
            return Err(TransceiveError::ChipRemoved);
        }
        self.gone = false;
        self.card.reset();
        Ok(())
    }

    fn max_command(&self) -> usize {
        self.card.longest_command
    }

    fn max_response(&self) -> usize {
        self.card.longest_response
    }
}

fn read_with(
    card: &mut Card,
    torn_at: Option<usize>,
    comes_back: bool,
    password: impl Into<Option<Password>>,
) -> Reading {
    let mut link = Link { card, torn_at, comes_back, count: 0, gone: false };
    let mut state = 1_u32;
    let channel = Channel::new(&mut link).drawing(move |octets| {
        for octet in octets {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *octet = state.to_be_bytes()[0];
        }
        Ok(())
    });
    read_document(channel, &Request::new(password.into()), |_: Progress| ControlFlow::Continue(()))
}

fn read(card: &mut Card) -> Reading {
    read_with(card, None, true, Password::Mrz(key()))
}

/// The replay says what the live read said.
fn assert_same(live: &Reading, context: &str) -> Replayed {
    let again = replay(&live.recorded).unwrap_or_else(|error| panic!("{context}: {error}"));
    for (file, bytes) in &live.files {
        assert_eq!(again.files.get(file), Some(bytes), "{context}: {file}");
    }
    let opened = again.access.iter().filter(|run| run.outcome.is_ok()).count();
    assert!(opened > 0 || live.way.is_none() || live.way == Some(Way::Plain), "{context}");
    let proven = |run: &&crate::reading::AuthenticationRun| matches!(run.proof, Proof::Chip(Some(_)));
    let live_chip: Vec<_> = live.authentication.iter().filter(proven).map(|run| run.span).collect();
    let chip: Vec<_> = again.chip.iter().filter(|run| run.outcome.is_ok()).map(|run| run.span).collect();
    assert_eq!(live_chip, chip, "{context}");
    for run in live.authentication.iter().filter(|run| run.proof == Proof::Active) {
        let replayed = again.active.iter().find(|other| other.span.last == run.span.last);
        let replayed = replayed.unwrap_or_else(|| panic!("{context}: {run:?} {:?}", again.active));
        assert_eq!((Some(&replayed.challenge), replayed.status), (run.challenge.as_ref(), run.status));
        assert_eq!(
            replayed.response.clone().filter(|_| replayed.status == Some(StatusWord::OK)),
            run.response
        );
    }
    again
}

/// BAC and PACE with every mapping of the card, short and extended, every quirk: the same files, the same proofs.
#[test]
fn live_and_replayed() {
    for pace in [None, Some(2), Some(4)] {
        for longest_response in [258, 65_538] {
            for quirk in 0..9 {
                let mut card = card(pace);
                card.longest_response = longest_response;
                match quirk {
                    1 => card.quirks.longest = Some(160),
                    2 => (card.quirks.longest, card.quirks.drops_session) = (Some(223), true),
                    3 => (card.quirks.longest, card.quirks.answers_short) = (Some(128), true),
                    4 => card.quirks.no_short_identifiers = true,
                    5 => card.quirks.refuses_chip_authentication = Some(0x6F00),
                    6 => card.quirks.keeps_old_keys = true,
                    7 => card.quirks.signature = 384,
                    8 => card.files.insert((true, 2), file(0x75, 40_000)).map_or((), drop),
                    _ => {}
                }
                let live = read(&mut card);
                let context = format!("pace {pace:?}, {longest_response}, quirk {quirk}");
                assert!(live.failure.is_none() && live.unread.is_empty(), "{context}: {live:?}");
                assert_eq!(live.files.len(), 6 + usize::from(pace.is_some()), "{context}: {live:?}");
                let again = assert_same(&live, &context);
                assert!(again.broke_off.is_none() && again.unfinished.is_empty());
                let proven = again.chip.iter().any(|run| run.outcome.is_ok());
                assert_eq!(proven, !matches!(quirk, 5 | 6), "{context}: {:?}", again.chip);
                assert!(again.chip.iter().all(|run| run.dg14 == card.files[&(true, 14)]));
            }
        }
    }
}

/// The chip torn out at every command: where it comes back everything is read, where not what came before is kept; the
/// record replays to the same either way.
#[test]
fn torn_out_at_every_command() {
    for pace in [None, Some(2)] {
        let commands = read(&mut card(pace)).recorded.exchanges.len();
        for at in 1..=commands {
            for comes_back in [true, false] {
                let context = format!("pace {pace:?} at {at}, back {comes_back}");
                let live = read_with(&mut card(pace), Some(at), comes_back, Password::Mrz(key()));
                let again = assert_same(&live, &context);
                if comes_back {
                    assert_eq!(live.files.len(), 6 + usize::from(pace.is_some()), "{context}: {live:?}");
                    assert!(live.authentication.iter().any(|run| matches!(run.proof, Proof::Chip(Some(_)))));
                    assert!(again.broke_off.is_none());
                } else {
                    let lost = live.failure == Some(AccessFailure::Lost(TransceiveError::ChipRemoved));
                    assert!(lost || live.broke_off().is_some(), "{context}: {live:?}");
                    assert_eq!(again.broke_off, Some(at as u64 - 1), "{context}");
                }
            }
        }
    }
}

/// One field of an exchange.
type Field = fn(&mut crate::reading::RecordedExchange) -> Option<&mut Vec<u8>>;

/// Every octet of every protected line, of every drawn value; every line left out: nothing of it replays.
#[test]
fn a_changed_record_yields_nothing() {
    let mut chip = card(Some(2));
    chip.files.insert((true, 2), file(0x75, 200));
    let live = read(&mut chip);
    assert_same(&live, "unchanged");
    let recorded = &live.recorded;
    for (index, line) in recorded.exchanges.iter().enumerate() {
        if line.plain_command.is_some() {
            let fields: [Field; 4] = [
                |line| Some(&mut line.command),
                |line| line.response.as_mut(),
                |line| line.plain_command.as_mut(),
                |line| line.plain_response.as_mut(),
            ];
            for (number, field) in fields.iter().enumerate() {
                let length = field(&mut line.clone()).map_or(0, |octets| octets.len());
                let places = (0..length).step_by(7).chain(length.checked_sub(1));
                for place in places {
                    let mut bad = recorded.clone();
                    field(&mut bad.exchanges[index]).unwrap()[place] ^= 0x01;
                    let error = replay(&bad).map(|_| ()).unwrap_err();
                    assert_eq!(
                        error.number, index as u64,
                        "field {number} of {index}, octet {place}: {error}"
                    );
                }
            }
        }
        let mut bad = recorded.clone();
        bad.exchanges.remove(index);
        if index + 1 < recorded.exchanges.len() {
            assert!(replay(&bad).is_err(), "without {index}");
            for (number, line) in bad.exchanges.iter_mut().enumerate() {
                line.number = number as u64;
            }
            // Renumbered, the drawn values stand at other places, or the counters are wrong.
            let again = replay(&bad);
            assert!(again.is_err() || line.plain_command.is_none(), "without {index}, renumbered");
            assert!(again.is_err() || index < 3, "without {index}, renumbered");
        }
    }
    for index in 0..recorded.draws.len() {
        if recorded.draws[index].label == crate::reading::DrawLabel::PaceNonce {
            continue; // Not used by this mapping.
        }
        let mut bad = recorded.clone();
        bad.draws[index].value[3] ^= 0x10;
        assert!(replay(&bad).is_err(), "{:?}", bad.draws[index]);
        bad.draws[index].value.truncate(3);
        assert!(replay(&bad).is_err(), "{:?}", bad.draws[index]);
        bad.draws.remove(index);
        assert!(replay(&bad).is_err(), "without {:?}", recorded.draws[index]);
    }
    let mut bad = recorded.clone();
    bad.password = Some(Password::Mrz(MrzKey::from_hash([1; 20])));
    assert!(replay(&bad).is_err());
    bad.password = None;
    assert_eq!(replay(&bad).unwrap_err().fault, ReplayFault::MissingInput);
}

/// The key of another DG14 than the one that was run with fits nothing.
#[test]
fn another_key_does_not_fit() {
    let live = read(&mut card(None));
    let mut other = card(None);
    other.chip_key = Some((Domain::standardised(13).unwrap(), vec![4; 20]));
    let dg14 = live.files[&FileId::Dg(DgNumber::DG14)].clone();
    let run = replay(&live.recorded).unwrap().chip.remove(0);
    assert_eq!(run.dg14, dg14);
    // A clone: the right DG14, another private key. The reader sees no proof, and the replay agrees.
    other.files.insert((true, 14), dg14);
    let clone = read(&mut other);
    let again = assert_same(&clone, "clone");
    assert!(again.chip.iter().all(|run| run.outcome.is_err()), "{:?}", again.chip);
    assert!(!again.chip.is_empty() && clone.files.len() == 6, "the rest is read all the same");
}

/// A wrong key, and a chip that has no BAC: each has its own name.
#[test]
fn refusals_have_names() {
    for pace in [None, Some(2)] {
        let wrong = Password::Mrz(MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406237"));
        let live = read_with(&mut card(pace), None, true, wrong);
        assert!(matches!(live.failure, Some(AccessFailure::WrongKey(_))), "{live:?}");
        let again = replay(&live.recorded).unwrap();
        assert!(again.access.iter().all(|run| run.outcome.is_err()) && again.files.len() < 2);
    }
    let mut open = card(None);
    open.quirks.open = true;
    let request = Request { password: None, ..Request::new(None) };
    let live = read_document(Channel::new(&mut open), &request, |_: Progress| ControlFlow::Continue(()));
    assert_eq!(live.way, Some(Way::Plain));
    assert_eq!(live.files.len(), 6, "{live:?}");
    assert_same(&live, "open");
    let live =
        read_document(Channel::new(&mut card(None)), &request, |_: Progress| ControlFlow::Continue(()));
    assert_eq!(live.failure, Some(AccessFailure::KeyMissing(StatusWord::SECURITY_STATUS)));
}

/// A chip whose PACE fails is read by BAC after a new start, and that is told.
#[test]
fn falling_back_is_told() {
    let mut card = card(Some(2));
    card.pace = None; // EF.CardAccess offers it, and the chip refuses.
    let live = read(&mut card);
    assert!(live.fell_back(), "{live:?}");
    assert_eq!((live.attempts.len(), live.way.clone()), (1, Some(Way::Bac)));
    assert!(!live.recorded.resets.is_empty(), "one access protocol a session");
    let again = assert_same(&live, "fallen back");
    assert_eq!(again.access.len(), 2);
    assert!(again.access[0].outcome.is_err() && again.access[1].outcome.is_ok());
    let request = Request { bac_after_pace: false, ..Request::new(Some(Password::Mrz(key()))) };
    let mut state = 0_u8;
    card.reset();
    let channel = Channel::new(&mut card).drawing(move |octets| {
        state += 1;
        octets.fill(state);
        Ok(())
    });
    let strict = read_document(channel, &request, |_: Progress| ControlFlow::Continue(()));
    assert!(matches!(strict.failure, Some(AccessFailure::PaceFailed(_))), "{strict:?}");
}
