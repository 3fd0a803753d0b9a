//! The protocols under attack: somebody between reader and chip who changes one answer at a time. Whatever he does, no run
//! comes to its end, every reason is typed, and no key stays behind (rows ACC-01 to ACC-07 and CHA-01 to CHA-10; those of
//! files and of active authentication stand with them).

use zeroize::Zeroizing;

use crate::access::bac::{Bac, BacRandom, Step};
use crate::access::pace::{Pace, PaceOffer, PaceOffers, PaceRandom, PaceStep, Password};
use crate::access::{AccessError, MrzKey};
use crate::apdu::Transceive as _;
use crate::authentication::chip::{
    ChipAuthentication, ChipAuthenticationStep, ChipFailure, ChipOffer, ChipOffers, MappingFact, mapping_fact,
};
use crate::command::{Command, Response, StatusWord};
use crate::key_agreement::Domain;
use crate::lds::dg14::SecurityInfos;
use crate::secure_messaging::{SecureMessaging, SmError};
use crate::test_card::{Card, wrap};

/// Status words that a chip, or somebody else, may put in the place of another.
const STATUS_WORDS: [u16; 22] = [
    0x0000, 0x6100, 0x61FF, 0x6282, 0x6300, 0x63C0, 0x63C1, 0x6400, 0x6581, 0x6700, 0x6882, 0x6982, 0x6983,
    0x6985, 0x6987, 0x6988, 0x6A80, 0x6A88, 0x6B00, 0x6C08, 0x6D00, 0x9001,
];

/// Changes one answer on the wire, status word included.
type Change<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

/// How a run ended.
#[derive(Debug, PartialEq)]
enum End {
    Access(AccessError),
    Chip(ChipFailure),
    Messaging(SmError),
    /// The data of chip authentication mapping does not fit the chip's key.
    Mapping,
    /// Fewer than two octets: the channel refuses that before any machine sees it.
    Unreadable,
}

fn key() -> MrzKey {
    MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236")
}

fn card() -> Card {
    let mut card = Card::new(key());
    card.chip_key = Some((Domain::standardised(12).unwrap(), (1..20).collect()));
    card.files.insert((true, 0x1E), vec![0x60, 0x02, 0x01, 0x02]);
    card
}

/// The middle: sends, changes the answer whose number has come.
struct Middle<'a> {
    card: Card,
    number: usize,
    at: usize,
    change: Change<'a>,
    answers: Vec<Vec<u8>>,
}

impl<'a> Middle<'a> {
    fn new(card: Card, at: usize, change: Change<'a>) -> Self {
        Self { card, number: 0, at, change, answers: Vec::new() }
    }

    fn send(&mut self, command: &[u8]) -> Vec<u8> {
        let mut answer = self.card.transceive(command).unwrap();
        self.answers.push(answer.clone());
        if self.number == self.at {
            answer = (self.change)(&answer);
        }
        self.number += 1;
        answer
    }

    fn plain(&mut self, command: &Command) -> Result<Response, End> {
        Response::parse(&self.send(&command.to_bytes().unwrap())).ok_or(End::Unreadable)
    }

    fn protected(&mut self, session: &mut SecureMessaging, command: &Command) -> Result<Response, End> {
        let answer = self.send(&session.protect(command).map_err(End::Messaging)?);
        let opened = session.unprotect(&answer);
        if opened.is_err() {
            assert!(session.is_wiped() && !session.is_alive());
            assert_eq!(session.protect(command), Err(SmError::Dead));
            assert_eq!(session.unprotect(&answer), Err(SmError::Dead));
        }
        opened.map_err(End::Messaging)
    }
}

fn basic(middle: &mut Middle<'_>) -> Result<SecureMessaging, End> {
    middle.card.transceive(&[0, 0xA4, 4, 0x0C, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1]).unwrap();
    let random = BacRandom { challenge: Zeroizing::new([7; 8]), key: Zeroizing::new([9; 16]) };
    let (mut bac, mut command) = Bac::start(&key(), random);
    loop {
        let response = middle.plain(&command)?;
        match bac.respond(&response) {
            Ok(Step::Send(next)) => command = next,
            Ok(Step::Done(session)) => {
                assert!(bac.is_wiped());
                return Ok(session);
            }
            Err(error) => {
                assert!(bac.is_wiped());
                assert_eq!(bac.respond(&response).unwrap_err(), AccessError::OutOfOrder);
                return Err(End::Access(error));
            }
        }
    }
}

fn pace(middle: &mut Middle<'_>, offer: &PaceOffer) -> Result<SecureMessaging, End> {
    let random = PaceRandom::draw(offer, |octets| octets.fill(0x2D));
    let (mut pace, mut command) = Pace::start(offer, &Password::Mrz(key()), random);
    loop {
        let response = middle.plain(&command)?;
        match pace.respond(&response) {
            Ok(PaceStep::Send(next)) => command = next,
            Ok(PaceStep::Done(session)) => {
                assert!(pace.is_wiped());
                // Nothing but the key check authenticates the encrypted chip authentication data.
                let fits = |mapping| mapping_fact(mapping, &static_key()) == MappingFact::Valid;
                let fits = session.chip_mapping.as_ref().is_none_or(fits);
                return if fits { Ok(session.messaging) } else { Err(End::Mapping) };
            }
            Err(error) => {
                assert!(pace.is_wiped());
                assert_eq!(pace.respond(&response).unwrap_err(), AccessError::OutOfOrder);
                return Err(End::Access(error));
            }
        }
    }
}

fn chip_authentication(middle: &mut Middle<'_>, offer: &ChipOffer) -> Result<(), End> {
    let at = std::mem::replace(&mut middle.at, usize::MAX);
    let mut old = basic(middle)?;
    (middle.number, middle.at) = (0, at);
    middle.answers.clear();
    let (mut run, mut command) = ChipAuthentication::start(offer, &[0x77; 40]).map_err(End::Chip)?;
    let mut provisional = loop {
        let response = middle.protected(&mut old, &command)?;
        match run.respond(&response) {
            Ok(ChipAuthenticationStep::Send(next)) => command = next,
            Ok(ChipAuthenticationStep::Switch(provisional)) => {
                assert!(run.is_wiped());
                break provisional;
            }
            Err(error) => {
                assert!(run.is_wiped());
                assert_eq!(run.respond(&response).unwrap_err(), ChipFailure::OutOfOrder);
                return Err(End::Chip(error));
            }
        }
    };
    let read = Command::new(0x00, 0xB0, 0x9E, 0x00).expecting(4);
    let answer = middle.send(&provisional.protect(&read).unwrap());
    provisional.confirm(&answer).map(|_| ()).map_err(End::Chip)
}

/// Reads a file in the session: the answer that is changed last.
fn read(middle: &mut Middle<'_>, mut session: SecureMessaging) -> Result<(), End> {
    let select = Command::new(0, 0xA4, 4, 0x0C).with_data([0xA0, 0, 0, 2, 0x47, 0x10, 1]);
    middle.protected(&mut session, &select)?;
    let response = middle.protected(&mut session, &Command::new(0x00, 0xB0, 0x9E, 0x00).expecting(4))?;
    assert_eq!(response.data, [0x60, 0x02, 0x01, 0x02], "what is given out is the chip's");
    Ok(())
}

fn infos(parts: &[Vec<u8>]) -> SecurityInfos {
    SecurityInfos::parse_card_access(&wrap(0x31, &parts.concat())).unwrap()
}

fn oid(tail: &[u8]) -> Vec<u8> {
    wrap(6, &[&[4, 0, 0x7F, 0, 7, 2, 2], tail].concat())
}

fn pace_offer(arc: u8, cipher: u8, domain: u8) -> PaceOffer {
    let info = wrap(0x30, &[oid(&[4, arc, cipher]), vec![2, 1, 2, 2, 1, domain]].concat());
    PaceOffers::of(&infos(&[info])).known[0].clone()
}

/// Security infos with the chip's static key.
fn static_key() -> SecurityInfos {
    let algorithm = wrap(0x30, &[wrap(6, &[4, 0, 0x7F, 0, 7, 1, 2]), vec![2, 1, 12]].concat());
    let spki = wrap(0x30, &[algorithm, wrap(3, &[vec![0], card().chip_public()].concat())].concat());
    infos(&[wrap(0x30, &[oid(&[1, 2]), spki, vec![2, 1, 12]].concat())])
}

fn chip_offer(cipher: u8) -> ChipOffer {
    let card = card();
    let algorithm = wrap(0x30, &[wrap(6, &[4, 0, 0x7F, 0, 7, 1, 2]), vec![2, 1, 12]].concat());
    let spki = wrap(0x30, &[algorithm, wrap(3, &[vec![0], card.chip_public()].concat())].concat());
    let key = wrap(0x30, &[oid(&[1, 2]), spki].concat());
    let info = wrap(0x30, &[oid(&[3, 2, cipher]), vec![2, 1, 1]].concat());
    ChipOffers::of(&infos(&[info, key])).known.last().unwrap().clone()
}

/// Runs with every change of every answer; `tolerated` says which changed answers may pass because nothing hangs on them.
fn attack(
    name: &str,
    run: &dyn Fn(&mut Middle<'_>) -> Result<(), End>,
    start: &dyn Fn() -> Card,
    tolerated: &dyn Fn(usize, &[u8]) -> bool,
) {
    let keep = |answer: &[u8]| answer.to_vec();
    let mut honest = Middle::new(start(), usize::MAX, &keep);
    assert_eq!(run(&mut honest), Ok(()), "{name}");
    let answers = honest.answers;
    let try_one = |number: usize, changed: Vec<u8>, what: String| {
        let change = |_: &[u8]| changed.clone();
        let mut middle = Middle::new(start(), number, &change);
        let end = run(&mut middle);
        let passes = tolerated(number, &changed);
        assert!(end.is_err() || passes, "{name}: answer {number} {what} passed");
    };
    for (number, answer) in answers.iter().enumerate() {
        for place in 0..answer.len() {
            let mut flipped = answer.clone();
            flipped[place] ^= 1 << (place % 8);
            try_one(number, flipped, format!("flipped at {place}"));
            // Long answers are public values: cut in some places, changed in all.
            if answer.len() > 48 && place % 4 != 0 && place + 6 < answer.len() {
                continue;
            }
            try_one(number, answer[..place].to_vec(), format!("cut at {place}"));
            let data = answer.len() - 2;
            if place < data {
                let cut = [&answer[..place], &answer[data..]].concat();
                try_one(number, cut, format!("data cut at {place}"));
            }
        }
        for status in STATUS_WORDS {
            let status = status.to_be_bytes();
            let data = &answer[..answer.len() - 2];
            try_one(number, [data, &status].concat(), format!("with {status:02X?}"));
            try_one(number, status.to_vec(), format!("replaced by {status:02X?}"));
        }
        let (data, status) = answer.split_at(answer.len() - 2);
        for more in [&[0_u8][..], &[0x80], &[0x00, 0x00], &[0xFF; 64]] {
            try_one(number, [data, more, status].concat(), format!("with {} octets more", more.len()));
        }
        try_one(number, [data, data, status].concat(), "doubled".into());
        for (other, replayed) in answers.iter().enumerate() {
            if replayed != answer {
                try_one(number, replayed.clone(), format!("replaced by answer {other}"));
            }
        }
        try_one(number, vec![], "gone".into());
    }
}

/// ACC-01: each answer of BAC and of the first reads.
#[test]
fn acc_01_basic_access_control() {
    let run = |middle: &mut Middle<'_>| basic(middle).and_then(|session| read(middle, session));
    attack("BAC", &run, &card, &|_, _| false);
}

/// ACC-02 to ACC-04 under AES, ACC-06, ACC-07: each answer of PACE, every mapping, and of the first reads. Nothing hangs on
/// the data of MSE:Set AT, and nothing on the answer to the nonce of the integrated mapping, which tokens bind.
#[test]
fn acc_06_pace() {
    for (arc, cipher) in [(2, 2), (2, 1), (4, 4), (6, 3)] {
        let offer = pace_offer(arc, cipher, 12);
        let run = |middle: &mut Middle<'_>| pace(middle, &offer).and_then(|session| read(middle, session));
        let start = || {
            let mut card = card();
            card.pace = Some(offer.clone());
            card
        };
        let ok = |answer: &[u8]| answer.ends_with(&[0x90, 0x00]);
        attack(&offer.name(), &run, &start, &|number, changed| {
            number == 0 && ok(changed) || arc == 4 && number == 2 && changed == [0x90, 0x00]
        });
    }
}

/// CHA-06, CHA-07: each answer of chip authentication, both ways of commands, and the proof.
#[test]
fn cha_06_chip_authentication() {
    for cipher in [1, 2, 4] {
        let offer = chip_offer(cipher);
        let run = |middle: &mut Middle<'_>| chip_authentication(middle, &offer);
        attack(&format!("{offer:?}"), &run, &card, &|_, _| false);
    }
}

/// ACC-06 and ACC-07 by name: our own keys back, the generator, infinity, off the curve, compressed; 0, 1, p - 1, p.
#[test]
fn acc_07_bad_public_values() {
    let object = |tag: u8, value: &[u8]| [wrap(0x7C, &wrap(tag, value)), vec![0x90, 0x00]].concat();
    for domain in [0, 12, 13] {
        let offer = pace_offer(if domain == 0 { 1 } else { 2 }, 2, domain);
        let start = || {
            let mut card = card();
            card.pace = Some(offer.clone());
            card
        };
        let known = Domain::standardised(domain).unwrap();
        let generator = known.generator();
        let zeros = vec![0; generator.len()];
        let mut off = generator.clone();
        *off.last_mut().unwrap() ^= 1;
        let mut bad = vec![zeros.clone(), vec![0], vec![1], vec![], off];
        if domain == 0 {
            let p = known.prime_for_tests();
            let mut below = p.clone();
            *below.last_mut().unwrap() -= 1;
            bad.extend([p.clone(), below, [&[1], p.as_slice()].concat(), vec![2]]);
        } else {
            let infinity = [&[4], &zeros[1..]].concat();
            let half = generator.len() / 2;
            bad.extend([infinity, [&[2], &generator[1..=half]].concat(), [&[6], &generator[1..]].concat()]);
        }
        for (number, tag, step) in [(2, 0x82, "mapping"), (3, 0x84, "key agreement")] {
            for value in &bad {
                let change = |_: &[u8]| object(tag, value);
                let mut middle = Middle::new(start(), number, &change);
                let Err(End::Access(error)) = pace(&mut middle, &offer) else { panic!("{domain} {step}") };
                assert!(
                    matches!(error, AccessError::BadPublicValue(at) if at.name().contains(step)),
                    "{error}"
                );
            }
        }
        // What we sent comes back.
        for (number, tag, ours) in [(2, 0x82, 0x81), (3, 0x84, 0x83)] {
            let random = PaceRandom::draw(&offer, |octets| octets.fill(0x2D));
            let (mut run, mut command) = Pace::start(&offer, &Password::Mrz(key()), random);
            let mut card = start();
            for turn in 0.. {
                let mut answer = card.transceive(&command.to_bytes().unwrap()).unwrap();
                if turn == number {
                    let sent = crate::access::pace::dynamic::object(&command.data, ours).unwrap();
                    answer = object(tag, sent);
                    let error = run.respond(&Response::parse(&answer).unwrap()).unwrap_err();
                    assert!(matches!(error, AccessError::BadPublicValue(_)) && run.is_wiped());
                    break;
                }
                let Ok(PaceStep::Send(next)) = run.respond(&Response::parse(&answer).unwrap()) else {
                    panic!("a command comes next")
                };
                command = next;
            }
        }
    }
}

/// CHA-10 among the rest: PACE with chip authentication mapping whose data is another's never fits the key.
#[test]
fn chip_mapping_of_another_chip() {
    let offer = pace_offer(6, 2, 12);
    let mapping_of = |secret: Vec<u8>| {
        let mut card = card();
        card.pace = Some(offer.clone());
        card.chip_key = Some((Domain::standardised(12).unwrap(), secret));
        let random = PaceRandom::draw(&offer, |octets| octets.fill(0x2D));
        let (mut run, mut command) = Pace::start(&offer, &Password::Mrz(key()), random);
        loop {
            let answer = card.transceive(&command.to_bytes().unwrap()).unwrap();
            match run.respond(&Response::parse(&answer).unwrap()).unwrap() {
                PaceStep::Send(next) => command = next,
                PaceStep::Done(session) => return session.chip_mapping.unwrap(),
            }
        }
    };
    let signed = static_key();
    assert_eq!(mapping_fact(&mapping_of((1..20).collect()), &signed), MappingFact::Valid);
    assert_eq!(mapping_fact(&mapping_of((2..21).collect()), &signed), MappingFact::Failed);
}

/// Wrong keys and refusals say what they most likely mean.
#[test]
fn refusals_by_meaning() {
    use crate::access::AccessMeaning::{Blocked, NotOffered, Other, Untrustworthy, WrongKey};
    let refused = |number: usize, status: u16| {
        let change = move |_: &[u8]| status.to_be_bytes().to_vec();
        let mut middle = Middle::new(card(), number, &change);
        let Err(End::Access(error)) = basic(&mut middle) else { panic!("refused") };
        error.meaning()
    };
    for (number, status, meaning) in [
        (0, 0x6A88, NotOffered),
        (0, 0x6D00, NotOffered),
        (0, 0x6985, NotOffered),
        (0, 0x6F00, Other),
        (1, 0x6300, WrongKey),
        (1, 0x6A88, NotOffered),
        (1, 0x6982, WrongKey),
        (1, 0x63C0, Blocked),
        (1, 0x6983, Blocked),
        (1, 0x6F00, Other),
    ] {
        assert_eq!(refused(number, status), meaning, "answer {number} {status:04X}");
    }
    let mut middle = Middle::new(card(), usize::MAX, &|answer| answer.to_vec());
    middle.card.key = MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406237");
    let Err(End::Access(error)) = basic(&mut middle) else { panic!("refused") };
    assert_eq!(error.meaning(), WrongKey);
    let change =
        |answer: &[u8]| answer.iter().map(|octet| octet ^ u8::from(*octet != 0x90 && *octet != 0)).collect();
    let mut middle = Middle::new(card(), 1, &change);
    let Err(End::Access(error)) = basic(&mut middle) else { panic!("refused") };
    assert_eq!(error.meaning(), Untrustworthy);
}

/// Long keys over a short link: the commands of chip authentication go in parts, and the chip puts them together.
#[test]
fn long_keys_over_a_short_link() {
    use crate::reading::{Channel, basic_access, chip_authentication, proof};
    for cipher in [1, 2] {
        let mut card = card();
        card.chip_key = Some((Domain::standardised(2).unwrap(), (1..30).collect()));
        let algorithm = wrap(0x30, &[wrap(6, &[4, 0, 0x7F, 0, 7, 1, 2]), vec![2, 1, 2]].concat());
        let public = wrap(2, &[vec![0], card.chip_public()].concat());
        let spki = wrap(0x30, &[algorithm, wrap(3, &[vec![0], public].concat())].concat());
        let key_info = wrap(0x30, &[oid(&[1, 1]), spki].concat());
        let info = wrap(0x30, &[oid(&[3, 1, cipher]), vec![2, 1, 1]].concat());
        for offer in ChipOffers::of(&infos(&[info, key_info])).known {
            card.reset();
            (card.longest_command, card.longest_response) = (261, 258);
            let mut channel = Channel::new(&mut card);
            let random = BacRandom { challenge: Zeroizing::new([7; 8]), key: Zeroizing::new([9; 16]) };
            basic_access(&mut channel, &key(), random).unwrap();
            let before = channel.count();
            let (fact, response) = chip_authentication(&mut channel, &offer, &[0x77; 40], &proof()).unwrap();
            assert_eq!((response.status, fact.cipher), (StatusWord::OK, offer.cipher));
            assert!(channel.count() - before >= 3, "in parts");
        }
    }
}
