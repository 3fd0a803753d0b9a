//! Active authentication against built answers: ISO/IEC 9796-2 with every trailer, plain ECDSA.
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

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
};
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use issuer::{Object, UTOPIA, bits, dg1, dg2, explicit, int, integer, null, oid, seq, set, tlv};
use store::Store;
use verifier_chip::Limits;
use verifier_chip::authentication::Bound;
use verifier_chip::authentication::active::{ActiveFact, ActiveFailure, verify};
use verifier_chip::authentication::passive::{Files, authenticate};
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::finding::Code;
use verifier_chip::lds::{Dg14, Dg15, DgNumber};
use verifier_chip::pki::Curve;
use verifier_chip::pki::signature::{Fault, Unsupported};

/// A key that serves no other purpose.
const MODULUS: &str = "9b7cc6fc10de762fa7998c5aa7b35599f47cbd046d20a8301bc37567924d39d5ce6eca51c9135cd926f9454b901438537ffb8e457c3edad2f73aa792d53fea141aa2f5d81ed827cc52cb5775f8b5db92ac60a87c6d70c7c3f7ee54cf3cd0c01baa95d64d160eaed8e5e0a6a5d16089b11d0582b359af4f53a5128be42a3264f5";
const PRIVATE_EXPONENT: &str = "68b38e3ec0913cde7c2a7e83b137a6a5e42777149af389add3943be3c175b5434f1df5a93b1089ce445b4899486d053cdd0aa4d40f8537cf25e1de6396abd2502889c414a922558f0ee47ae94b8b7bc6527256c34d860de687cc329dd5c88d296a795ffa53879f46213b72aea68eb87c613298d88a145296db4f3fdd422b9085";
const CHALLENGE: [u8; 8] = [0xF1, 0x73, 0x58, 0x99, 0x74, 0xBF, 0x40, 0xC6];

/// Passive authentication of a document with these keys: the only way to a bound DG15.
fn bound(spki: &[u8], infos: Option<Vec<u8>>) -> (Bound<Dg15>, Option<Bound<Dg14>>) {
    let (one, two, fifteen) = (dg1(), dg2(), tlv(0x6F, spki));
    let fourteen = infos.map(|infos| tlv(0x6E, &infos));
    let mut groups: Vec<(u32, &[u8])> = vec![(1, &one), (2, &two), (15, &fifteen)];
    if let Some(fourteen) = &fourteen {
        groups.push((14, fourteen));
    }
    let sod = Object::of(&UTOPIA, &groups).sign(&UTOPIA.signer_key);
    let files = Files {
        sod: Some(&sod),
        com: None,
        data_groups: groups
            .iter()
            .map(|(number, file)| (DgNumber::new(*number as u8).unwrap(), *file))
            .collect(),
        ..Files::default()
    };
    let facts = authenticate(&files, &Store::default(), &Limits::default());
    (
        facts.bound(DgNumber::DG15).unwrap().decode().unwrap(),
        facts.bound(DgNumber::DG14).map(|group| group.decode().unwrap()),
    )
}

fn rsa_key() -> Bound<Dg15> {
    let key = seq(&[integer(&hex::decode(MODULUS).unwrap()), int(65_537)]);
    bound(&seq(&[seq(&[oid("1.2.840.113549.1.1.1"), null()]), bits(&key)]), None).0
}

fn number(octets: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(octets, 1024).unwrap()
}

/// The private operation on a block of the length of the modulus.
fn sign(block: &[u8]) -> Vec<u8> {
    let modulus = Odd::new(number(&hex::decode(MODULUS).unwrap())).unwrap();
    let parameters = BoxedMontyParams::new(modulus);
    let form = BoxedMontyForm::new(number(block), &parameters);
    form.pow(&number(&hex::decode(PRIVATE_EXPONENT).unwrap())).retrieve().to_be_bytes().to_vec()
}

/// Header, message part, hash over it and the challenge, trailer.
fn block(hash: HashAlgorithm, header: &[u8], trailer: &[u8]) -> Vec<u8> {
    let length = 128 - header.len() - hash.length() - trailer.len();
    let message: Vec<u8> = (0..length).map(|index| (index * 7) as u8).collect();
    let digest = hash.digest_parts(&[&message, &CHALLENGE]);
    [header, &message, digest.as_bytes(), trailer].concat()
}

fn valid_hash(fact: &ActiveFact) -> Option<HashAlgorithm> {
    match fact {
        ActiveFact::Valid { hash, .. } => Some(*hash),
        _ => None,
    }
}

#[test]
fn every_trailer_and_header() {
    let key = rsa_key();
    for (hash, trailer) in [
        (HashAlgorithm::Sha1, &[0xBC][..]),
        (HashAlgorithm::Sha1, &[0x33, 0xCC]),
        (HashAlgorithm::Sha224, &[0x38, 0xCC]),
        (HashAlgorithm::Sha256, &[0x34, 0xCC]),
        (HashAlgorithm::Sha384, &[0x36, 0xCC]),
        (HashAlgorithm::Sha512, &[0x35, 0xCC]),
    ] {
        for header in [&[0x6A][..], &[0x4A], &[0x6B, 0xBB, 0xBA], &[0x4B, 0xBA]] {
            let response = sign(&block(hash, header, trailer));
            let fact = verify(&CHALLENGE, &response, &key, None);
            assert_eq!(valid_hash(&fact), Some(hash), "{header:02X?} {trailer:02X?}: {fact:?}");
            // CHA-03: the answer to one challenge is none to another.
            assert_eq!(verify(&[0; 8], &response, &key, None), ActiveFact::Failed(ActiveFailure::Hash));
        }
    }
}

#[test]
fn published_block() {
    // Doc 9303-11 appendix F: the block F for the challenge above (its key was never published).
    let block = hex::decode(concat!(
        "6A9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98599F40B7",
        "9F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E7292E2DCDA3024B4",
        "7DA8C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC"
    ))
    .unwrap();
    let fact = verify(&CHALLENGE, &sign(&block), &rsa_key(), None);
    assert_eq!(valid_hash(&fact), Some(HashAlgorithm::Sha1), "{fact:?}");
}

#[test]
fn the_smaller_of_two_roots() {
    let modulus = number(&hex::decode(MODULUS).unwrap());
    let response = number(&sign(&block(HashAlgorithm::Sha256, &[0x6A], &[0x34, 0xCC])));
    let other = modulus.wrapping_sub(&response).to_be_bytes().to_vec();
    let fact = verify(&CHALLENGE, &other, &rsa_key(), None);
    assert_eq!(valid_hash(&fact), Some(HashAlgorithm::Sha256), "{fact:?}");
}

#[test]
fn wrong_answers() {
    let key = rsa_key();
    let format = ActiveFailure::Format;
    // CHA-04: wrong trailers and headers, CHA-01: garbage.
    for (hash, header, trailer, expected) in [
        (HashAlgorithm::Sha256, &[0x6A][..], &[0xBC][..], ActiveFailure::Hash),
        (HashAlgorithm::Sha1, &[0x6A], &[0x34, 0xCC], ActiveFailure::Hash),
        (HashAlgorithm::Sha1, &[0x6A], &[0x31, 0xCC], format),
        (HashAlgorithm::Sha1, &[0x6A], &[0xBD], format),
        (HashAlgorithm::Sha1, &[0x7A], &[0xBC], format),
        (HashAlgorithm::Sha1, &[0x00], &[0xBC], format),
        (HashAlgorithm::Sha1, &[0x6B, 0xBC], &[0xBC], format),
    ] {
        let fact = verify(&CHALLENGE, &sign(&block(hash, header, trailer)), &key, None);
        assert_eq!(fact, ActiveFact::Failed(expected), "{header:02X?} {trailer:02X?}");
    }
    let all_padding = [&[0x6B][..], &[0xBB; 126], &[0xBC]].concat();
    let fact = verify(&CHALLENGE, &sign(&all_padding), &key, None);
    assert_eq!(fact, ActiveFact::Failed(format));
    for length in [0, 1, 127, 129, 4096] {
        assert_eq!(
            verify(&CHALLENGE, &vec![0x5A; length], &key, None),
            ActiveFact::Failed(ActiveFailure::ResponseLength { expected: 128, found: length })
        );
    }
    assert!(matches!(verify(&CHALLENGE, &[0xFF; 128], &key, None), ActiveFact::Failed(_)));
    assert_eq!(verify(&CHALLENGE, &[0x5A; 128], &key, None), ActiveFact::Failed(format));
    for length in [0, 7, 9] {
        let fact = verify(&vec![0; length], &[0x5A; 128], &key, None);
        assert_eq!(fact, ActiveFact::Failed(ActiveFailure::ChallengeLength(length)));
    }
}

fn ec_spki(point: &[u8]) -> Vec<u8> {
    seq(&[seq(&[oid("1.2.840.10045.2.1"), explicit(Curve::P256, |_| {})]), bits(point)])
}

fn info(algorithm: &str) -> Vec<u8> {
    set(&[seq(&[oid("2.23.136.1.1.5"), int(1), oid(algorithm)])])
}

#[test]
fn ecdsa_answers() {
    const PLAIN_SHA256: &str = "0.4.0.127.0.7.1.1.4.1.3";
    const PLAIN_SHA384: &str = "0.4.0.127.0.7.1.1.4.1.4";
    let random = SystemRandom::new();
    let signer = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let spki = ec_spki(signer.public_key().as_ref());
    let response = signer.sign(&random, &CHALLENGE).unwrap().as_ref().to_vec();

    let (key, options) = bound(&spki, Some(info(PLAIN_SHA256)));
    let fact = verify(&CHALLENGE, &response, &key, options.as_ref());
    assert_eq!(fact, ActiveFact::Valid { hash: HashAlgorithm::Sha256, findings: Vec::new() });
    assert_eq!(
        verify(&[1; 8], &response, &key, options.as_ref()),
        ActiveFact::Failed(ActiveFailure::Signature(Fault::Value))
    );
    for (wrong, fault) in [
        (response[..63].to_vec(), Fault::Encoding),
        ([&response[..], &[0]].concat(), Fault::Encoding),
        (vec![0; 64], Fault::Encoding),
        (vec![0xFF; 64], Fault::Encoding),
        (Vec::new(), Fault::Encoding),
    ] {
        assert_eq!(
            verify(&CHALLENGE, &wrong, &key, options.as_ref()),
            ActiveFact::Failed(ActiveFailure::Signature(fault)),
            "{} octets",
            wrong.len()
        );
    }
    // Named hash other than the one used.
    let (key, options) = bound(&spki, Some(info(PLAIN_SHA384)));
    assert_eq!(
        verify(&CHALLENGE, &response, &key, options.as_ref()),
        ActiveFact::Failed(ActiveFailure::Signature(Fault::Value))
    );
    // Unknown algorithm: undetermined, never guessed.
    let (key, options) = bound(&spki, Some(info("1.2.3.4")));
    assert!(matches!(
        verify(&CHALLENGE, &response, &key, options.as_ref()),
        ActiveFact::Unsupported(Unsupported::SignatureAlgorithm(_))
    ));
    // No information: the hash that fits the curve.
    let (key, _) = bound(&spki, None);
    match verify(&CHALLENGE, &response, &key, None) {
        ActiveFact::Valid { hash, findings } => {
            assert_eq!(hash, HashAlgorithm::Sha256);
            assert!(findings.iter().any(|finding| finding.code == Code::ActiveInfoMissing));
        }
        other => panic!("{other:?}"),
    }
    // DER instead of plain is tolerated with a finding.
    let signer = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let (key, options) = bound(&ec_spki(signer.public_key().as_ref()), Some(info(PLAIN_SHA256)));
    let mut der = signer.sign(&random, &CHALLENGE).unwrap().as_ref().to_vec();
    while der.len() == 64 {
        der = signer.sign(&random, &CHALLENGE).unwrap().as_ref().to_vec();
    }
    match verify(&CHALLENGE, &der, &key, options.as_ref()) {
        ActiveFact::Valid { findings, .. } => {
            assert!(findings.iter().any(|finding| finding.code == Code::ActiveSignatureEncoding));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bound_group_is_decoded_as_itself_only() {
    let (one, two) = (dg1(), dg2());
    let sod = Object::of(&UTOPIA, &[(1, &one), (2, &two)]).sign(&UTOPIA.signer_key);
    let files = Files {
        sod: Some(&sod),
        com: None,
        data_groups: [(DgNumber::DG1, &one[..]), (DgNumber::DG2, &two[..])].into(),
        ..Files::default()
    };
    let facts = authenticate(&files, &Store::default(), &Limits::default());
    assert!(facts.bound(DgNumber::DG1).unwrap().decode::<Dg15>().is_err());
}
