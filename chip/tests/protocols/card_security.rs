//! EF.CardSecurity: what is signed is handed out, what is not is not.

use verifier_chip::Limits;
use verifier_chip::authentication::card_access::{CardAccessFact, compare, signed_directory};
use verifier_chip::authentication::card_security::{CardSecurityFact, CardSecurityFacts, authenticate};
use verifier_chip::authentication::chip::offers;
use verifier_chip::authentication::passive::{SignatureFact, SignerSource};
use verifier_chip::authentication::terminal::is_offered;
use verifier_chip::lds::CardSecurity;
use verifier_chip::lds::dg14::SecurityInfos;
use verifier_chip::pki::ChainFact;
use verifier_chip::sod::SignerFailure;

use crate::issuer::{Key, Object, State, UTOPIA, bits, dg1, int, octets, oid, seq, set, sid, tlv};
use crate::store::Store;

const SECURITY_OBJECT: &str = "0.4.0.127.0.7.3.2.1";

fn pace(arc: &str, parameters: u32) -> Vec<u8> {
    seq(&[oid(&format!("0.4.0.127.0.7.2.2.4.{arc}")), int(2), int(parameters)])
}

/// The published key of Doc 9303-11 appendix I.
fn static_key() -> Vec<u8> {
    let point = hex::decode(concat!(
        "041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610D",
        "C884D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F"
    ))
    .unwrap();
    let algorithm = seq(&[oid("0.4.0.127.0.7.1.2"), int(13)]);
    seq(&[oid("0.4.0.127.0.7.2.2.1.2"), seq(&[algorithm, bits(&point)]), int(13)])
}

fn infos() -> Vec<u8> {
    let directory = seq(&[oid("2.23.136.1.1.13"), octets(b"\x61\x09\x4F\x07\xA0\x00\x00\x02\x47\x10\x01")]);
    let chip = seq(&[oid("0.4.0.127.0.7.2.2.3.2.2"), int(1), int(13)]);
    let terminal = seq(&[oid("0.4.0.127.0.7.2.2.2"), int(1)]);
    set(&[pace("6.2", 13), pace("2.4", 13), static_key(), chip, terminal, directory])
}

fn object(state: &State) -> Object {
    let mut object = Object::of(state, &[]);
    object.content_type = SECURITY_OBJECT;
    object.other_content = Some(infos());
    object
}

fn facts(file: &[u8]) -> CardSecurityFacts {
    authenticate(file, &Store::new(std::slice::from_ref(&UTOPIA.csca)), &Limits::default())
}

#[test]
fn a_signed_file() {
    let facts = facts(&object(&UTOPIA).sign(&UTOPIA.signer_key));
    assert_eq!(facts.signature, SignatureFact::Valid);
    let signer = facts.signer.as_ref().unwrap();
    assert!(matches!(signer.chain, ChainFact::Verified { .. }) && signer.source == SignerSource::Embedded);
    let signed = facts.security_infos().unwrap();
    assert!(is_offered(signed));
    assert_eq!(signed_directory(signed).unwrap().len(), 11);
    let offers = offers(signed);
    assert_eq!((offers.known.len(), offers.unknown.len()), (1, 0));
    // EF.CardAccess against it: the same, without the strongest way, absent.
    let card_access = |parts: &[Vec<u8>]| SecurityInfos::parse_card_access(&set(parts)).unwrap();
    let same = card_access(&[pace("2.4", 13), pace("6.2", 13)]);
    assert_eq!(compare(Some(&same), signed).fact(), CardAccessFact::Same);
    let less = compare(Some(&card_access(&[pace("2.4", 13)])), signed);
    assert_eq!(less.fact(), CardAccessFact::Downgraded);
    assert_eq!(less.hidden[0].to_string(), "PACE-ECDH-CAM-AES-CBC-CMAC-128 with parameters 13");
    assert_eq!(compare(None, signed).fact(), CardAccessFact::Downgraded);
}

/// Nothing is handed out where the signature fails: other content, other key, other type, no attributes, no signer.
#[test]
fn files_that_nobody_signed() {
    let good = object(&UTOPIA);
    let signed = good.sign(&UTOPIA.signer_key);
    let place = signed.windows(8).position(|part| part == &infos()[4..12]).unwrap() + 20;
    let mut changed = signed.clone();
    changed[place] ^= 1;
    let refused = facts(&changed);
    assert!(refused.security_infos().is_none());
    assert!(matches!(
        refused.signature,
        SignatureFact::Failed(SignerFailure::MessageDigestDiffers) | SignatureFact::NotRun
    ));
    let other = facts(&good.sign(&Key::ec()));
    assert!(matches!(other.signature, SignatureFact::Failed(SignerFailure::Signature(_))));
    assert!(other.security_infos().is_none());
    let mut naked = good.clone();
    naked.attributes = Some(Vec::new());
    let naked = facts(&naked.sign(&UTOPIA.signer_key));
    assert_eq!(naked.signature, SignatureFact::Failed(SignerFailure::AttributesMissing));
    let mut stranger = good.clone();
    stranger.sid = sid(tlv(0x30, &[]), &[0x77]);
    let stranger = facts(&stranger.sign(&UTOPIA.signer_key));
    assert!(matches!(stranger.signature, SignatureFact::NoSigner(_)) && stranger.security_infos().is_none());
    // A security object of the same signer is no EF.CardSecurity.
    let mut sod = good.clone();
    sod.content_type = "2.23.136.1.1.1";
    assert!(matches!(facts(&sod.sign(&UTOPIA.signer_key)).file, CardSecurityFact::Malformed(_)));
    let one = dg1();
    let sod = Object::of(&UTOPIA, &[(1, &one), (2, &one)]).sign(&UTOPIA.signer_key);
    assert!(matches!(facts(&sod).file, CardSecurityFact::Malformed(_)));
}

/// Signed by somebody whom nothing trusts: bound, and the chain says so.
#[test]
fn a_stranger_state() {
    let stranger = State::new(Key::ec(), Key::ec());
    let facts = facts(&object(&stranger).sign(&stranger.signer_key));
    assert_eq!(facts.signature, SignatureFact::Valid);
    assert!(facts.signer.unwrap().chain.anchor().is_none());
}

/// Every truncation and every octet changed: an error or a signature that fails, unless nothing signs the octet.
#[test]
fn any_change() {
    let good = object(&UTOPIA).sign(&UTOPIA.signer_key);
    let genuine = facts(&good).security_infos().unwrap().clone_infos();
    for place in 0..good.len() {
        assert!(CardSecurity::parse(&good[..place], &Limits::default()).is_err(), "cut at {place}");
        let mut changed = good.clone();
        changed[place] ^= 1 << (place % 8);
        if let Some(signed) = facts(&changed).security_infos() {
            assert_eq!(signed.clone_infos(), genuine, "octet {place}");
        }
    }
    assert!(CardSecurity::parse(&[good, vec![0]].concat(), &Limits::default()).is_err());
}

trait Infos {
    fn clone_infos(&self) -> SecurityInfos;
}

impl Infos for verifier_chip::authentication::Bound<SecurityInfos> {
    fn clone_infos(&self) -> SecurityInfos {
        (**self).clone()
    }
}
