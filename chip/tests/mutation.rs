//! Every octet of good input spoilt in every simple way: no panic, no delay, and nothing changed verifies.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "test code"
)]

mod issuer;
mod store;

use std::sync::Arc;
use std::time::{Duration, Instant};

use issuer::{Object, UTOPIA, crl, dg1, dg2, extension, int, name, octets, oid, seq, set, tlv};
use proptest::prelude::*;
use store::Store;
use verifier_chip::Limits;
use verifier_chip::authentication::passive::{DataGroupFact, Files, SignatureFact, authenticate};
use verifier_chip::lds::dg14::SecurityInfos;
use verifier_chip::lds::{Com, DataGroup, Dg1, Dg2, Dg14, Dg15, DgNumber};
use verifier_chip::pki::signature::Verdict;
use verifier_chip::pki::{
    Certificate, ChainFact, Crl, DefectList, DeviationList, MasterList, NoAnchors, PublicKey,
};
use verifier_chip::sod::Sod;

/// Set to 00 and FF, the lowest and highest bit flipped, deleted, doubled.
fn mutations(original: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> + '_ {
    (0..original.len()).flat_map(move |index| {
        let set = move |value: u8| {
            let mut changed = original.to_vec();
            changed[index] = value;
            changed
        };
        let mut deleted = original.to_vec();
        deleted.remove(index);
        let mut doubled = original.to_vec();
        doubled.insert(index, original[index]);
        [set(0), set(0xFF), set(original[index] ^ 1), set(original[index] ^ 0x80), deleted, doubled]
            .into_iter()
            .filter(move |changed| changed != original)
            .map(move |changed| (index, changed))
    })
}

/// Runs a parser over all mutations and prefixes and holds it to 100 ms each.
fn sweep(original: &[u8], mut parse: impl FnMut(&[u8])) {
    let prefixes = (0..original.len()).map(|length| (length, original[..length].to_vec()));
    for (index, changed) in mutations(original).chain(prefixes) {
        let start = Instant::now();
        parse(&changed);
        assert!(start.elapsed() < Duration::from_millis(100), "octet {index}");
    }
}

#[test]
fn security_object() {
    let (one, two) = (dg1(), dg2());
    let original = Object::of(&UTOPIA, &[(1, &one), (2, &two)]).sign(&UTOPIA.signer_key);
    let store = Store::new(&[Arc::clone(&UTOPIA.csca)]);
    let run = |sod: &[u8]| {
        let files = Files {
            sod: Some(sod),
            com: None,
            data_groups: [(DgNumber::DG1, &one[..]), (DgNumber::DG2, &two[..])].into(),
            ..Files::default()
        };
        authenticate(&files, &store, &Limits::default())
    };
    let good = run(&original);
    let lds = &good.parsed_sod().unwrap().lds;
    let tbs = good.signer.as_ref().unwrap().certificate.tbs();
    let mut tolerated = 0;
    sweep(&original, |changed| {
        let facts = run(changed);
        let Some(signer) = &facts.signer else { return };
        if facts.signature == SignatureFact::Valid && matches!(signer.chain, ChainFact::Verified { .. }) {
            // What still verifies says exactly what was signed.
            assert_eq!(facts.parsed_sod().unwrap().lds.hashes, lds.hashes);
            assert_eq!(&facts.parsed_sod().unwrap().lds, lds);
            assert_eq!(signer.certificate.tbs(), tbs);
            tolerated += 1;
        }
    });
    // Unsigned fields exist (CMS version, digest list, signer version), but they are few.
    assert!(tolerated > 0 && tolerated < original.len(), "{tolerated} of {}", original.len());
}

#[test]
fn data_groups() {
    let (one, two) = (dg1(), dg2());
    let sod = Object::of(&UTOPIA, &[(1, &one), (2, &two)]).sign(&UTOPIA.signer_key);
    for (number, original) in [(DgNumber::DG1, &one), (DgNumber::DG2, &two)] {
        sweep(original, |changed| {
            let files =
                Files { sod: Some(&sod), data_groups: [(number, changed)].into(), ..Files::default() };
            let facts = authenticate(&files, &NoAnchors, &Limits::default());
            assert_eq!(facts.data_groups[&number], DataGroupFact::Different);
            assert!(facts.bound(number).is_none());
            let _ = (Dg1::parse(changed), Dg2::parse(changed));
        });
    }
}

#[test]
fn certificates_and_lists() {
    let csca = UTOPIA.csca.der();
    sweep(&UTOPIA.signer, |changed| {
        if let Ok(certificate) = Certificate::parse(changed) {
            let valid = matches!(certificate.verify_issued_by(&UTOPIA.csca), Verdict::Valid { .. });
            assert!(!valid, "a changed certificate verifies");
        }
    });
    let aki = extension("2.5.29.35", false, &seq(&[tlv(0x80, &[1, 2, 3, 4])]));
    let list = crl(&UTOPIA.csca_key, name("UT", "CSCA Utopia"), "260101000000Z", &[&[5], &[6, 7]], &[aki]);
    sweep(&list, |changed| {
        if let Ok(crl) = Crl::parse(changed) {
            assert!(!matches!(crl.verify_issued_by(&UTOPIA.csca), Verdict::Valid { .. }));
        }
    });
    let bare = seq(&[int(0), set(&[csca.to_vec()])]);
    sweep(&bare, |changed| drop(MasterList::parse(changed)));
    // Signed lists: the wrapping of a security object with another content.
    let security_object = Object::of(&UTOPIA, &[(1, b"")]).sign(&UTOPIA.signer_key);
    sweep(&security_object[4..], |changed| {
        drop((MasterList::parse(changed), DeviationList::parse(changed), DefectList::parse(changed)));
    });
}

#[test]
fn small_files() {
    let com = tlv(0x60, &[tlv(0x5F01, b"0107"), tlv(0x5F36, b"040000"), tlv(0x5C, &[0x61, 0x75])].concat());
    sweep(&com, |changed| drop(Com::parse(changed)));
    let infos = set(&[seq(&[oid("2.23.136.1.1.5"), int(1), oid("0.4.0.127.0.7.1.1.4.1.3")])]);
    sweep(&tlv(0x6E, &infos), |changed| drop(Dg14::parse(changed)));
    sweep(&infos, |changed| drop(SecurityInfos::parse_card_access(changed)));
    sweep(&tlv(0x6F, &UTOPIA.csca_key.spki()), |changed| drop(Dg15::parse(changed)));
    sweep(&octets(b"not a key"), |changed| drop(PublicKey::from_der(changed, &mut Vec::new())));
}

fn everything(input: &[u8]) {
    drop(Certificate::parse(input));
    drop(Crl::parse(input));
    drop(MasterList::parse(input));
    drop(DeviationList::parse(input));
    drop(DefectList::parse(input));
    drop(Sod::parse(input, &Limits::default()));
    drop((Com::parse(input), Dg1::parse(input), Dg2::parse(input), Dg14::parse(input), Dg15::parse(input)));
    drop(PublicKey::from_der(input, &mut Vec::new()));
}

/// Octets that look like nested elements more often than noise does.
fn elements() -> impl Strategy<Value = Vec<u8>> {
    let tags = prop::sample::select(vec![
        0x30_u8, 0x31, 0xA0, 0xA1, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x17, 0x18, 0x24, 0x61, 0x75,
        0x77,
    ]);
    let leaf = (tags, prop::collection::vec(any::<u8>(), 0..12))
        .prop_map(|(tag, content)| tlv(u32::from(tag), &content));
    leaf.prop_recursive(6, 60, 6, |inner| {
        (prop::sample::select(vec![0x30_u8, 0x31, 0xA0, 0xA3, 0x77]), prop::collection::vec(inner, 0..6))
            .prop_map(|(tag, parts)| tlv(u32::from(tag), &parts.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_parser_panics_on_noise(input in prop::collection::vec(any::<u8>(), 0..400)) {
        everything(&input);
    }

    #[test]
    fn no_parser_panics_on_elements(input in elements()) {
        everything(&input);
    }
}
