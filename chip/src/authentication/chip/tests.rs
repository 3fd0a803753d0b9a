//! Chip authentication against the test card: every cipher, key kind and way of commands, and chips that only pretend.

use super::*;
use crate::access::MrzKey;
use crate::access::bac::{Bac, BacRandom, Step};
use crate::access::pace::{Pace, PaceOffers, PaceRandom, PaceStep, Password};
use crate::apdu::Transceive as _;
use crate::key_agreement::Domain;
use crate::test_card::{Card, wrap};

fn key() -> MrzKey {
    MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236")
}

fn infos(parts: &[Vec<u8>]) -> SecurityInfos {
    SecurityInfos::parse_card_access(&wrap(0x31, &parts.concat())).unwrap()
}

fn oid(tail: &[u8]) -> Vec<u8> {
    wrap(6, &[&[4, 0, 0x7F, 0, 7, 2, 2], tail].concat())
}

fn protocol(elliptic: bool, cipher: u8, id: Option<u8>) -> Vec<u8> {
    let id = id.map(|id| vec![2, 1, id]).unwrap_or_default();
    wrap(0x30, &[oid(&[3, if elliptic { 2 } else { 1 }, cipher]), vec![2, 1, 1], id].concat())
}

/// ChipAuthenticationPublicKeyInfo with a standardised id.
fn static_key(card: &Card, domain: u8, id: Option<u8>) -> Vec<u8> {
    let elliptic = domain > 2;
    let standardised = wrap(0x30, &[wrap(6, &[4, 0, 0x7F, 0, 7, 1, 2]), vec![2, 1, domain]].concat());
    let public = card.chip_public();
    let public = if elliptic { public } else { wrap(2, &[vec![0], public].concat()) };
    let spki = wrap(0x30, &[standardised, wrap(3, &[vec![0], public].concat())].concat());
    let id = id.map(|id| vec![2, 1, id]).unwrap_or_default();
    wrap(0x30, &[oid(&[1, if elliptic { 2 } else { 1 }]), spki, id].concat())
}

fn card(domain: u8) -> Card {
    let mut card = Card::new(key());
    card.chip_key = Some((Domain::standardised(domain).unwrap(), (1..20).collect()));
    card.files.insert((true, 0x1E), vec![0x60, 0x02, 0x01, 0x02]);
    card
}

fn basic_access(card: &mut Card) -> SecureMessaging {
    let random = BacRandom { challenge: Zeroizing::new([7; 8]), key: Zeroizing::new([9; 16]) };
    card.transceive(&[0, 0xA4, 4, 0x0C, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1]).unwrap();
    let (mut bac, mut command) = Bac::start(&key(), random);
    loop {
        let answer = card.transceive(&command.to_bytes().unwrap()).unwrap();
        match bac.respond(&Response::parse(&answer).unwrap()).unwrap() {
            Step::Send(next) => command = next,
            Step::Done(session) => return session,
        }
    }
}

fn read() -> Command {
    Command::new(0x00, 0xB0, 0x9E, 0x00).expecting(4)
}

fn run(card: &mut Card, offer: &ChipOffer) -> Result<ChipAuthenticated, ChipFailure> {
    let mut old = basic_access(card);
    let random: Vec<u8> =
        (0..offer.domain.secret_length()).map(|n| u8::try_from(n * 5 % 251).unwrap() + 1).collect();
    let (mut run, mut command) = ChipAuthentication::start(offer, &random)?;
    let mut provisional = loop {
        let answer = card.transceive(&old.protect(&command).unwrap()).unwrap();
        match run.respond(&old.unprotect(&answer).unwrap())? {
            ChipAuthenticationStep::Send(next) => command = next,
            ChipAuthenticationStep::Switch(provisional) => break provisional,
        }
    };
    assert_eq!(
        run.respond(&Response { data: vec![], status: StatusWord::OK }).unwrap_err(),
        ChipFailure::OutOfOrder
    );
    let answer = card.transceive(&provisional.protect(&read()).unwrap()).unwrap();
    let (mut session, response, fact) = provisional.confirm(&answer)?;
    assert_eq!(response.data, [0x60, 0x02, 0x01, 0x02]);
    let answer = card.transceive(&session.protect(&read()).unwrap()).unwrap();
    assert_eq!(session.unprotect(&answer).unwrap().data.len(), 4);
    Ok(fact)
}

#[test]
fn every_key_kind_and_cipher() {
    for domain in (0..=2).chain([8, 10, 12, 13, 14, 15, 16, 17, 18]) {
        for cipher in 1..=4 {
            let mut card = card(domain);
            let infos = infos(&[protocol(domain > 2, cipher, Some(3)), static_key(&card, domain, Some(3))]);
            let offers = ChipOffers::of(&infos);
            assert!(offers.unknown.is_empty());
            assert_eq!(offers.known.len(), if cipher == 1 { 2 } else { 1 }, "3DES has two ways");
            for offer in &offers.known {
                card.reset();
                let fact = run(&mut card, offer).unwrap();
                assert!(!fact.inferred);
            }
        }
    }
}

#[test]
fn a_key_alone_is_enough() {
    let mut card = card(13);
    let offers = ChipOffers::of(&infos(&[static_key(&card, 13, None)]));
    assert_eq!(offers.known.len(), 5);
    assert_eq!(offers.known[0].commands, Commands::KeyAgreementTemplate);
    assert!(run(&mut card, &offers.known[0]).unwrap().inferred);
    assert!(ChipOffers::of(&infos(&[protocol(true, 2, None)])).known.is_empty(), "a protocol alone is not");
}

/// A key that PACE with chip authentication mapping explains is no promise of chip authentication; another one is.
#[test]
fn the_key_of_the_mapping() {
    let card = card(13);
    let mapping = wrap(0x30, &[oid(&[4, 6, 2]), vec![2, 1, 2, 2, 1, 13]].concat());
    for (id, promised) in [(Some(13), false), (None, false), (Some(7), true)] {
        let offers = ChipOffers::of(&infos(&[mapping.clone(), static_key(&card, 13, id)]));
        assert_eq!(!offers.known.is_empty(), promised, "{id:?}");
    }
    let stated = infos(&[mapping, protocol(true, 2, Some(13)), static_key(&card, 13, Some(13))]);
    assert_eq!(ChipOffers::of(&stated).known.len(), 1, "stated is stated");
}

/// Ids pair infos with keys; the id goes into the command.
#[test]
fn several_keys() {
    let card = card(13);
    let offers = ChipOffers::of(&infos(&[
        protocol(true, 2, Some(1)),
        protocol(true, 4, Some(2)),
        static_key(&card, 13, Some(2)),
        static_key(&card, 13, Some(1)),
    ]));
    assert_eq!(
        offers.known.iter().map(|offer| offer.cipher).collect::<Vec<_>>(),
        [CipherKind::Aes256, CipherKind::Aes128]
    );
    let (_, command) = ChipAuthentication::start(&offers.known[0], &[5; 40]).unwrap();
    assert_eq!(hex::encode_upper(&command.data), "800A04007F00070202030204840102");
}

/// CHA-06 and CHA-07: refused, another key, old keys kept: never authenticated.
#[test]
fn pretenders() {
    for cipher in [1, 2] {
        let genuine = card(13);
        let offers = ChipOffers::of(&infos(&[protocol(true, cipher, None), static_key(&genuine, 13, None)]));
        let offer = &offers.known[0];
        let mut clone = card(13);
        clone.chip_key = Some((Domain::standardised(13).unwrap(), vec![9; 20]));
        assert!(matches!(run(&mut clone, offer), Err(ChipFailure::NotProven(_))));
        let mut lazy = card(13);
        lazy.quirks.keeps_old_keys = true;
        assert!(matches!(run(&mut lazy, offer), Err(ChipFailure::NotProven(_))));
        let mut refusing = card(13);
        refusing.quirks.refuses_chip_authentication = Some(0x6F00);
        let error = run(&mut refusing, offer).unwrap_err();
        assert!(error.to_string().ends_with("refused with 6F00"), "{error}");
    }
}

#[test]
fn bad_static_keys() {
    let mut card = card(13);
    let good = static_key(&card, 13, None);
    for octet in [good.len() - 1, good.len() - 40] {
        let mut bad = good.clone();
        bad[octet] ^= 1;
        let offers = ChipOffers::of(&infos(&[bad, protocol(true, 2, None)]));
        assert_eq!(run(&mut card, &offers.known[0]).unwrap_err(), ChipFailure::BadPublicKey);
    }
}

/// Every octet of the proving answer, changed or cut away.
#[test]
fn the_proof_is_checked_whole() {
    let mut card = card(13);
    let offers = ChipOffers::of(&infos(&[protocol(true, 2, None), static_key(&card, 13, None)]));
    let open = |card: &mut Card| {
        card.reset();
        let mut old = basic_access(card);
        let (mut run, mut command) = ChipAuthentication::start(&offers.known[0], &[3; 40]).unwrap();
        loop {
            let answer = card.transceive(&old.protect(&command).unwrap()).unwrap();
            match run.respond(&old.unprotect(&answer).unwrap()).unwrap() {
                ChipAuthenticationStep::Send(next) => command = next,
                ChipAuthenticationStep::Switch(provisional) => return provisional,
            }
        }
    };
    let mut provisional = open(&mut card);
    let answer = card.transceive(&provisional.protect(&read()).unwrap()).unwrap();
    for octet in 0..answer.len() {
        let mut bad = answer.clone();
        bad[octet] ^= 0x10;
        for bad in [bad, answer[..octet].to_vec()] {
            let mut provisional = open(&mut card);
            provisional.protect(&read()).unwrap();
            assert!(matches!(provisional.confirm(&bad), Err(ChipFailure::NotProven(_))), "octet {octet}");
        }
    }
    assert!(provisional.confirm(&answer).is_ok());
}

/// PACE with chip authentication mapping: the right key proves the chip, another fails, none is told apart.
#[test]
fn chip_authentication_mapping() {
    let mapping = |card_secret: &[u8], mapping_secret: &[u8], data: &[u8]| {
        let domain = Domain::standardised(13).unwrap();
        let mapping_key = domain.multiply(&domain.generator(), mapping_secret).unwrap().to_vec();
        let mut card = card(13);
        card.chip_key = Some((domain.clone(), card_secret.to_vec()));
        (ChipMapping { domain, mapping_key, data: Zeroizing::new(data.to_vec()) }, card)
    };
    // Mapping secret 6 = static secret 2 times data 3.
    let (right, card) = mapping(&[2], &[6], &[3]);
    let key = infos(&[static_key(&card, 13, None)]);
    assert_eq!(mapping_fact(&right, &key), MappingFact::Valid);
    let (wrong, _) = mapping(&[2], &[6], &[4]);
    assert_eq!(mapping_fact(&wrong, &key), MappingFact::Failed);
    assert_eq!(mapping_fact(&right, &infos(&[])), MappingFact::NoKey);
}

/// Doc 9303-11 appendix I: the published mapping key, data and static key fit.
#[test]
fn published_mapping() {
    let octets = |hex: &str| hex::decode(hex).unwrap();
    let info = octets(concat!(
        "3062060904007F000702020102305230",
        "0C060704007F0007010202010D034200",
        "04187270949439",
        "9E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC884D256A40E35EFCB59BF6753D3A489D28C7A4D97",
        "3C2DA138A6E7A4A08F68E16F02010D"
    ));
    let mapping = |data: &str| ChipMapping {
        domain: Domain::standardised(13).unwrap(),
        mapping_key: octets(concat!(
            "04A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3",
            "04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23"
        )),
        data: Zeroizing::new(octets(data)),
    };
    let signed = infos(&[info]);
    let published = "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3";
    assert_eq!(mapping_fact(&mapping(published), &signed), MappingFact::Valid);
    let other = "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B4";
    assert_eq!(mapping_fact(&mapping(other), &signed), MappingFact::Failed);
}

/// The card's side of PACE, every mapping, cipher and domain against the reader's.
#[test]
fn pace_everywhere() {
    for domain in (0..=2).chain(8..=18) {
        for (arc, cipher) in [(1_u8, 1_u8), (1, 2), (1, 3), (1, 4), (3, 1), (3, 2), (3, 3), (3, 4)] {
            let arc = if domain > 2 { arc + 1 } else { arc };
            if cipher == 3 && domain != 13 || arc == 4 && domain == 10 {
                continue;
            }
            let info = wrap(0x30, &[oid(&[4, arc, cipher]), vec![2, 1, 2, 2, 1, domain]].concat());
            let offers = PaceOffers::of(&infos(&[info]));
            let offer = &offers.known[0];
            let mut card = Card::new(key());
            card.pace = Some(offer.clone());
            let (mut pace, mut command) = Pace::start(
                offer,
                &Password::Mrz(key()),
                PaceRandom::draw(offer, |octets| octets.fill(0x2D)),
            );
            let mut session = loop {
                let answer = card.transceive(&command.to_bytes().unwrap()).unwrap();
                match pace.respond(&Response::parse(&answer).unwrap()).unwrap() {
                    PaceStep::Send(next) => command = next,
                    PaceStep::Done(session) => break session.messaging,
                }
            };
            let select = Command::new(0, 0xA4, 4, 0x0C).with_data([0xA0, 0, 0, 2, 0x47, 0x10, 1]);
            let answer = card.transceive(&session.protect(&select).unwrap()).unwrap();
            assert!(session.unprotect(&answer).unwrap().status.is_ok(), "{domain} {arc} {cipher}");
        }
    }
}

/// P-224 has no integrated mapping: it is no offer, and a run that is forced says so.
#[test]
fn a_curve_without_integrated_mapping() {
    let info = |id| wrap(0x30, &[oid(&[4, 4, 2]), vec![2, 1, 2, 2, 1, id]].concat());
    let none = PaceOffers::of(&infos(&[info(10)]));
    assert!(none.known.is_empty() && none.unknown.len() == 1);
    let mut offer = PaceOffers::of(&infos(&[info(12)])).known[0].clone();
    offer.domain = Domain::standardised(10).unwrap();
    let random = PaceRandom::draw(&offer, |octets| octets.fill(1));
    let (mut pace, _) = Pace::start(&offer, &Password::Mrz(key()), random);
    let ok = |data: Vec<u8>| Response { data, status: StatusWord::OK };
    pace.respond(&ok(vec![])).unwrap();
    pace.respond(&ok(wrap(0x7C, &wrap(0x80, &[5; 16])))).unwrap();
    let error = pace.respond(&ok(vec![0x7C, 2, 0x82, 0])).unwrap_err();
    assert_eq!(error.to_string(), "PACE GENERAL AUTHENTICATE 2 (mapping): parameters not supported here");
}
