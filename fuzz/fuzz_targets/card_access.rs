//! Any octets as the unsigned files of the master file: offers and plans come out bounded, and comparing with themselves finds
//! nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_chip::access::pace::{Pace, PaceOffers, PaceRandom, Password};
use verifier_chip::access::{AccessKeys, AccessPlan, AccessRules, Can, MrzKey};
use verifier_chip::lds::dg14::SecurityInfos;
use verifier_chip::lds::{AtrInfo, DataGroup as _, Dg14, Directory};

fuzz_target!(|data: &[u8]| {
    let _ = AtrInfo::parse(data);
    if let Ok(directory) = Directory::parse(data) {
        assert!(directory.applications.len() <= 32);
    }
    let _ = Dg14::parse(data);
    let Ok(infos) = SecurityInfos::parse_card_access(data) else { return };
    let offers = PaceOffers::of(&infos);
    assert!(offers.known.len() + offers.unknown.len() <= infos.infos.len());
    assert_eq!(offers.ordered().first().copied(), offers.preferred());
    let zone = MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236");
    for offer in &offers.known {
        assert!(!offer.name().is_empty());
        let random = PaceRandom::draw(offer, |octets| octets.fill(1));
        let (_, command) = Pace::start(offer, &Password::Mrz(zone.clone()), random);
        assert!(command.to_bytes().is_some_and(|bytes| bytes.len() < 64));
    }
    let keys = AccessKeys { mrz: Some(zone), can: Can::new("123456") };
    let plan = AccessPlan::of(Some(&infos), &keys, AccessRules::default());
    assert!((2..=10).contains(&plan.attempts.len()));
    for planned in &plan.attempts {
        assert!(!planned.attempt.to_string().is_empty());
    }
});
