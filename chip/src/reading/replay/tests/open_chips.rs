//! Chips without access control, whose first session is that of chip authentication (Doc 9303-11 6.2): begun in the clear,
//! proven by the first protected answer.

use super::*;
use crate::apdu::TransceiveError;
use crate::authentication::chip::ChipFailure;
use crate::reading::{AuthenticationRun, Recorded, RunFailure};
use crate::secure_messaging::SmError;
use crate::test_card::SpoiltLink;

/// An open chip; chip authentication by MSE:Set AT (AES) or MSE:Set KAT (3DES).
fn open_card(aes: bool) -> Card {
    let mut card = card(None);
    card.quirks.open = true;
    card.longest_response = 258;
    card.files.insert((true, 2), file(0x75, 1_300));
    if !aes {
        let algorithm = sequence(&[wrap(6, &[4, 0, 0x7F, 0, 7, 1, 2]), vec![2, 1, 13]]);
        let spki = sequence(&[algorithm, wrap(3, &[vec![0], card.chip_public()].concat())]);
        let infos = [sequence(&[oid(&[3, 2, 1]), vec![2, 1, 1]]), sequence(&[oid(&[1, 2]), spki])];
        card.files.insert((true, 14), wrap(0x6E, &wrap(0x31, &infos.concat())));
    }
    card
}

/// A clone: all files and another private key.
fn clone_card(aes: bool) -> Card {
    let mut card = open_card(aes);
    card.chip_key = Some((Domain::standardised(13).unwrap(), vec![4; 20]));
    card
}

fn read_open(card: &mut Card) -> Reading {
    read_with(card, None, true, None)
}

fn is_proven(run: &AuthenticationRun) -> bool {
    matches!(run.proof, Proof::Chip(Some(_)))
}

fn chip_runs(live: &Reading) -> Vec<&AuthenticationRun> {
    live.authentication.iter().filter(|run| matches!(run.proof, Proof::Chip(_))).collect()
}

#[test]
fn the_first_session() {
    for aes in [true, false] {
        let mut card = open_card(aes);
        let live = read_open(&mut card);
        assert_eq!((live.way.as_ref(), live.files.len()), (Some(&Way::Plain), 6), "{live:?}");
        let again = assert_same(&live, "open");
        let [run] = again.chip.as_slice() else { panic!("{:?}", again.chip) };
        assert!(run.outcome.is_ok() && !run.protected && run.dg14 == card.files[&(true, 14)]);
        // Plain before, protected from the proof on, and what follows goes on in the new session.
        for exchange in &live.recorded.exchanges {
            assert_eq!(exchange.plain_command.is_some(), exchange.number >= run.span.last);
        }
        let [live_run] = chip_runs(&live)[..] else { panic!("{live:?}") };
        assert!(live_run.challenge.is_some() && live_run.response.is_some() && is_proven(live_run));
        assert!(again.active.iter().all(|run| run.protected));
    }
}

/// Refusals leave the clear channel as it was; a clone is not proven, and its files are read all the same.
#[test]
fn refusals_and_clones() {
    for aes in [true, false] {
        for status in [0x6D00, 0x6982, 0x6985, 0x6988] {
            let mut card = open_card(aes);
            card.quirks.refuses_chip_authentication = Some(status);
            let live = read_open(&mut card);
            let again = assert_same(&live, "refused");
            let runs = chip_runs(&live);
            assert!(!runs.is_empty() && runs.iter().all(|run| run.status == Some(StatusWord(status))));
            assert_eq!((runs.len(), live.files.len()), (again.chip.len(), 6), "{live:?}");
            for run in &again.chip {
                let refused = matches!(
                    run.outcome,
                    Err(RunFailure::Protocol(ChipFailure::Refused(_, found))) if found == StatusWord(status)
                );
                assert!(refused, "{run:?}");
            }
        }
        let mut stays_plain = open_card(aes);
        stays_plain.quirks.keeps_old_keys = true;
        for mut card in [clone_card(aes), stays_plain] {
            let live = read_open(&mut card);
            let again = assert_same(&live, "clone");
            // More than once, each from a new start: no accident.
            let runs = chip_runs(&live).len();
            assert!((2..4).contains(&runs) && live.files.len() == 6, "{live:?}");
            let lost = SmError::Unprotected(StatusWord::SM_OBJECTS_INCORRECT);
            let not_proven = Err(RunFailure::Protocol(ChipFailure::NotProven(lost)));
            assert!(again.chip.iter().all(|run| run.outcome == not_proven), "{:?}", again.chip);
        }
    }
}

/// The chip torn out at every command, and its session lost at every command.
#[test]
fn losses_at_every_command() {
    for aes in [true, false] {
        let commands = read_open(&mut open_card(aes)).recorded.exchanges.len();
        for at in 1..=commands + 3 {
            let context = format!("at {at}, aes {aes}");
            let mut card = open_card(aes);
            card.quirks.tears_at = Some(at);
            let live = read_open(&mut card);
            assert_same(&live, &context);
            assert_eq!(live.files.len(), 6, "session lost {context}: {live:?}");
            assert!(live.authentication.iter().any(is_proven), "{context}: {live:?}");
            for comes_back in [true, false] {
                let live = read_with(&mut open_card(aes), Some(at), comes_back, None);
                let again = assert_same(&live, &context);
                if comes_back || at > commands {
                    assert_eq!(live.files.len(), 6, "{context}: {live:?}");
                    assert!(live.authentication.iter().any(is_proven), "{context}: {live:?}");
                    assert!(again.broke_off.is_none(), "{context}");
                } else {
                    let lost = live.failure == Some(AccessFailure::Lost(TransceiveError::ChipRemoved));
                    assert!(lost || live.broke_off().is_some(), "{context}: {live:?}");
                    assert_eq!(again.broke_off, Some(at as u64 - 1), "{context}");
                }
                // A run on the way is kept, without a status word that nobody said.
                for run in chip_runs(&live).iter().filter(|run| !is_proven(run)) {
                    assert_eq!(run.status, None, "{context}: {run:?}");
                }
            }
        }
    }
}

/// Every answer cut and spoilt: no panic, no end without a reason, no clone proven, and the record says the same again.
#[test]
fn every_answer_spoilt() {
    let changes: [fn(&mut Vec<u8>); 9] = [
        |answer| answer.clear(),
        |answer| answer.truncate(1),
        |answer| answer.truncate(answer.len() / 2),
        |answer| {
            answer.pop();
        },
        |answer| answer.iter_mut().take(1).for_each(|octet| *octet ^= 0x40),
        |answer| answer.iter_mut().rev().take(1).for_each(|octet| *octet ^= 1),
        |answer| answer.iter_mut().rev().skip(2).take(1).for_each(|octet| *octet ^= 0x80),
        |answer| *answer = vec![0x69, 0x88],
        |answer| *answer = vec![0x90, 0x00],
    ];
    let commands = read_open(&mut open_card(true)).recorded.exchanges.len();
    let kat = chip_runs(&read_open(&mut open_card(false)))[0].span;
    for (number, change) in changes.into_iter().enumerate() {
        for at in 1..=commands {
            for (aes, genuine) in [(true, true), (true, false), (false, true), (false, false)] {
                // By the other commands, the run alone.
                if !aes && !(kat.first..=kat.last).contains(&(at as u64 - 1)) {
                    continue;
                }
                let context = format!("change {number} at {at}, aes {aes}, genuine {genuine}");
                let mut card = if genuine { open_card(aes) } else { clone_card(aes) };
                let mut link = SpoiltLink::new(&mut card, at, change);
                let mut state = 5_u8;
                let channel = Channel::new(&mut link).drawing(|octets| {
                    state = state.wrapping_add(1);
                    octets.fill(state);
                    Ok(())
                });
                let request = Request::new(None);
                let live = read_document(channel, &request, |_: Progress| ControlFlow::Continue(()));
                assert!(live.way.is_some() || live.failure.is_some(), "{context}");
                let proven = live.authentication.iter().any(is_proven);
                assert!(genuine || !proven, "{context}");
                // In the clear any octet may be another and nobody sees it; a file that was seen twice may not.
                let Ok(again) = replay(&live.recorded) else { continue };
                assert_eq!(again.chip.iter().any(|run| run.outcome.is_ok()), proven, "{context}");
            }
        }
    }
}

/// The lines of the run and its drawn value changed: nothing replays, although nothing protects the first of them.
#[test]
fn a_changed_record_yields_no_proof() {
    for aes in [true, false] {
        let live = read_open(&mut open_card(aes));
        let span = chip_runs(&live)[0].span;
        let fails = |bad: &Recorded, what: &str| {
            let again = replay(bad);
            assert!(again.is_err(), "{what}: {:?}", again.map(|again| again.chip));
        };
        for index in span.first..live.recorded.exchanges.len() as u64 {
            let index = usize::try_from(index).unwrap();
            let line = &live.recorded.exchanges[index];
            for place in 0..line.command.len() {
                let mut bad = live.recorded.clone();
                bad.exchanges[index].command[place] ^= 1;
                fails(&bad, &format!("command {index}, octet {place}"));
            }
            for place in 0..line.response.as_ref().unwrap().len() {
                let mut bad = live.recorded.clone();
                bad.exchanges[index].response.as_mut().unwrap()[place] ^= 1;
                fails(&bad, &format!("response {index}, octet {place}"));
            }
            let mut bad = live.recorded.clone();
            bad.exchanges.remove(index);
            for (number, line) in bad.exchanges.iter_mut().enumerate() {
                line.number = number as u64;
            }
            if index + 1 < live.recorded.exchanges.len() {
                fails(&bad, &format!("without {index}"));
            }
            // Said to have been protected, or not to have been.
            let mut bad = live.recorded.clone();
            let plain = &mut bad.exchanges[index].plain_command;
            *plain = if plain.is_some() { None } else { Some(line.command.clone()) };
            fails(&bad, &format!("{index} with another protection"));
        }
        for index in 0..live.recorded.draws.len() {
            for octet in [0, 5, 19] {
                let mut bad = live.recorded.clone();
                let Some(value) = bad.draws[index].value.get_mut(octet) else { continue };
                *value ^= 1;
                fails(&bad, "another drawn value");
            }
        }
        // The key of another DG14 in the same record.
        let mut other = live.recorded.clone();
        let dg14 = &live.files[&FileId::Dg(DgNumber::DG14)];
        let line = other.exchanges.iter_mut().find(|line| {
            line.response.as_ref().is_some_and(|answer| answer.starts_with(&dg14[..dg14.len().min(200)]))
        });
        let answer = line.unwrap().response.as_mut().unwrap();
        let last = answer.len() - 3;
        answer[last] ^= 1;
        fails(&other, "another key");
    }
}
