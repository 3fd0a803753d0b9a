//! The classes of issuer candidates, one test a line, on made-up states and on a real rolled-over pair; loops of
//! links and crowds of namesakes stay bounded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "test code"
)]

mod issuer;
mod store;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use issuer::{Body, Key, UTOPIA, csca_body, extension, name, octets, oid, seq, signer_body, tlv};
use store::Store;
use verifier_chip::finding::Code;
use verifier_chip::pki::signature::Verdict;
use verifier_chip::pki::{CandidateClass, Certificate, ChainFact, MasterList};

const AKI: &str = "2.5.29.35";
const SKI: &str = "2.5.29.14";

fn replace(body: &mut Body, kind: &str, with: Option<Vec<u8>>) {
    let wanted = oid(kind);
    body.extensions.retain(|extension| !extension[2..].starts_with(&wanted));
    body.extensions.extend(with);
}

fn aki(identifier: &[u8]) -> Vec<u8> {
    extension(AKI, false, &seq(&[tlv(0x80, identifier)]))
}

fn ski(identifier: &[u8]) -> Vec<u8> {
    extension(SKI, false, &octets(identifier))
}

/// A root of this key, changed.
fn root(key: &Key, change: impl FnOnce(&mut Body)) -> Arc<Certificate> {
    let mut body = csca_body(key);
    change(&mut body);
    Certificate::parse(&body.sign(key)).unwrap()
}

/// A signer under Utopia's root, changed.
fn signer(change: impl FnOnce(&mut Body)) -> Arc<Certificate> {
    let mut body = signer_body(&UTOPIA.signer_key);
    change(&mut body);
    Certificate::parse(&body.sign(&UTOPIA.csca_key)).unwrap()
}

fn real_root() -> Arc<Certificate> {
    Arc::clone(&UTOPIA.csca)
}

fn class(fact: &ChainFact) -> Option<CandidateClass> {
    match fact {
        ChainFact::Verified { class, .. } => Some(*class),
        _ => None,
    }
}

#[test]
fn class_1_key_identifier_found_and_verifies() {
    let fact = Store::new(&[real_root()]).find(&signer(|_| {}));
    assert_eq!(class(&fact), Some(CandidateClass::KeyIdentifier));
}

#[test]
fn class_1_key_identifier_found_and_none_verifies() {
    let other = Key::ec();
    let impostor = root(&other, |_| {});
    let fact = Store::new(&[impostor]).find(&signer(|_| {}));
    assert!(matches!(&fact, ChainFact::RefusedByKeyIdentifier { anchors } if anchors.len() == 1), "{fact:?}");
}

/// A root of the same name that would be class 3 does not heal a class 1 that refuses.
#[test]
fn class_1_that_refuses_does_not_fall_back_to_the_name() {
    let other = Key::ec();
    let impostor = root(&other, |_| {});
    let namesake = root(&UTOPIA.csca_key, |body| replace(body, SKI, Some(ski(&[0x77; 20]))));
    assert!(matches!(signer(|_| {}).verify_issued_by(&namesake), Verdict::Valid { .. }), "it would verify");
    let fact = Store::new(&[impostor, namesake]).find(&signer(|_| {}));
    assert!(matches!(fact, ChainFact::RefusedByKeyIdentifier { .. }), "{fact:?}");
}

#[test]
fn class_1_with_two_roots_of_one_key_identifier() {
    let other = Key::ec();
    let impostor = root(&other, |_| {});
    for roots in [[Arc::clone(&impostor), real_root()], [real_root(), impostor]] {
        let fact = Store::new(&roots).find(&signer(|_| {}));
        assert_eq!(class(&fact), Some(CandidateClass::KeyIdentifier));
        assert_eq!(fact.anchor().unwrap().sha256(), UTOPIA.csca.sha256());
    }
}

/// The key identifier leads to the root, whatever it is called; another name is remarked on.
#[test]
fn class_1_under_another_name() {
    let renamed = root(&UTOPIA.csca_key, |body| body.subject = name("UT", "CSCA of another name"));
    let fact = Store::new(std::slice::from_ref(&renamed)).find(&signer(|_| {}));
    let ChainFact::Verified { class, findings, .. } = &fact else { panic!("{fact:?}") };
    assert_eq!(*class, CandidateClass::KeyIdentifier);
    assert!(findings.iter().any(|finding| finding.code == Code::IssuerNameDiffers));
    // Beside the root of the right name, that one is found, and there is nothing to remark on.
    let fact = Store::new(&[renamed, real_root()]).find(&signer(|_| {}));
    let ChainFact::Verified { anchor, findings, .. } = &fact else { panic!("{fact:?}") };
    assert_eq!(anchor.sha256(), UTOPIA.csca.sha256());
    assert!(!findings.iter().any(|finding| finding.code == Code::IssuerNameDiffers));
}

#[test]
fn class_2_no_identifier_and_the_name_verifies() {
    let fact = Store::new(&[real_root()]).find(&signer(|body| replace(body, AKI, None)));
    assert_eq!(class(&fact), Some(CandidateClass::NameWithoutIdentifier));
}

#[test]
fn class_2_no_identifier_and_no_namesake_verifies() {
    let other = Key::ec();
    let namesake = root(&other, |_| {});
    let fact = Store::new(&[namesake]).find(&signer(|body| replace(body, AKI, None)));
    assert!(matches!(&fact, ChainFact::NoAnchor { tried: 1, known } if known.len() == 1), "{fact:?}");
}

#[test]
fn class_3_identifier_of_nobody_and_the_name_verifies() {
    let fact = Store::new(&[real_root()]).find(&signer(|body| replace(body, AKI, Some(aki(&[9; 20])))));
    assert_eq!(class(&fact), Some(CandidateClass::NameDespiteIdentifier));
}

#[test]
fn class_3_identifier_of_nobody_and_no_namesake_verifies() {
    let other = Key::ec();
    let namesake = root(&other, |body| replace(body, SKI, Some(ski(&[0x66; 20]))));
    let fact = Store::new(&[namesake]).find(&signer(|body| replace(body, AKI, Some(aki(&[9; 20])))));
    assert!(matches!(&fact, ChainFact::NoAnchor { tried: 1, known } if known.len() == 1), "{fact:?}");
}

#[test]
fn no_candidate_names_the_roots_of_the_country() {
    let elsewhere = root(&Key::ec(), |body| {
        (body.issuer, body.subject) = (name("UT", "CSCA Two"), name("UT", "CSCA Two"));
        replace(body, SKI, Some(ski(&[0x55; 20])));
    });
    let fact = Store::new(&[elsewhere]).find(&signer(|_| {}));
    assert!(matches!(&fact, ChainFact::NoAnchor { tried: 0, known } if known.len() == 1), "{fact:?}");
    let fact = Store::default().find(&signer(|_| {}));
    assert!(matches!(&fact, ChainFact::NoAnchor { tried: 0, known } if known.is_empty()), "{fact:?}");
}

/// The names are compared after normalisation: case, spaces, order and string type do not make another name.
#[test]
fn class_2_with_the_name_spelt_otherwise() {
    let attribute =
        |kind: &str, tag: u32, value: &str| issuer::set(&[seq(&[oid(kind), tlv(tag, value.as_bytes())])]);
    let spelt = seq(&[attribute("2.5.4.3", 0x0C, "csca   UTOPIA"), attribute("2.5.4.6", 0x13, "UT")]);
    let fact = Store::new(&[real_root()]).find(&signer(|body| {
        replace(body, AKI, None);
        body.issuer = spelt;
    }));
    assert_eq!(class(&fact), Some(CandidateClass::NameWithoutIdentifier));
}

/// A chain is one step long whatever the links say, and the number of candidates tried has a limit.
#[test]
fn loops_and_crowds_stay_bounded() {
    let (a, b) = (Key::ec(), Key::ec());
    let link = |subject: &Key, by: &Key, own: u8, authority: u8| {
        let mut body = csca_body(subject);
        replace(&mut body, SKI, Some(ski(&[own; 20])));
        replace(&mut body, AKI, Some(aki(&[authority; 20])));
        Certificate::parse(&body.sign(by)).unwrap()
    };
    // A signs B, B signs A: neither leads anywhere else.
    let loop_ = [link(&b, &a, 0xB0, 0xA0), link(&a, &b, 0xA0, 0xB0)];
    let start = Instant::now();
    let fact = Store::new(&loop_).find(&signer(|_| {}));
    assert!(matches!(fact, ChainFact::NoAnchor { .. }), "{fact:?}");
    let mut body = signer_body(&UTOPIA.signer_key);
    replace(&mut body, AKI, Some(aki(&[0xB0; 20])));
    let under_b = Certificate::parse(&body.sign(&b)).unwrap();
    assert_eq!(class(&Store::new(&loop_).find(&under_b)), Some(CandidateClass::KeyIdentifier));
    // Thousands of one name, and thousands of one key identifier.
    for change in [false, true] {
        let namesake = root(&a, |body| {
            if change {
                replace(body, SKI, Some(ski(&[0x44; 20])));
            }
        });
        let crowd = Store::new(&vec![namesake; 5000]);
        let fact = crowd.find(&signer(|_| {}));
        assert!(
            matches!(fact, ChainFact::NoAnchor { tried: 64, .. }),
            "beyond the limit is no proof: {fact:?}"
        );
    }
    // A chain of a thousand links: each is an anchor of its own, none is followed.
    let chain: Vec<Arc<Certificate>> = (0..1000_u16)
        .map(|step| {
            let own = [step.to_be_bytes(), [0; 2]].concat();
            let next = [(step + 1).to_be_bytes(), [0; 2]].concat();
            let mut body = csca_body(&a);
            replace(&mut body, SKI, Some(ski(&own)));
            replace(&mut body, AKI, Some(aki(&next)));
            Certificate::parse(&body.sign(&b)).unwrap()
        })
        .collect();
    let mut body = signer_body(&UTOPIA.signer_key);
    replace(&mut body, AKI, Some(aki(&[0, 0, 0, 0])));
    let below = Certificate::parse(&body.sign(&a)).unwrap();
    let fact = Store::new(&chain).find(&below);
    assert_eq!(fact.anchor().unwrap().sha256(), chain[0].sha256());
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("VERIFIER_CORPUS").map(PathBuf::from);
    let folder =
        named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"));
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no corpus at {} (set VERIFIER_CORPUS)", folder.display());
    None
}

/// Two real CSCAs of one state with the link certificate between them: signers under either key chain to whichever
/// certificate of that key the store has, and to none of the other key.
#[test]
fn a_real_rolled_over_pair() {
    let Some(corpus) = corpus() else { return };
    let file = std::fs::read(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml")).unwrap();
    let list = MasterList::parse(&file).unwrap();
    let certificates = &list.certificates;
    let key = |certificate: &Certificate| certificate.subject_key_identifier().map(<[u8]>::to_vec);
    let mut pairs = 0;
    // A link: its authority's key is another than its own, and a root has that key.
    for link in
        certificates.iter().filter(|link| !matches!(link.verify_self_signature(), Verdict::Valid { .. }))
    {
        let Some(authority) = link.authority_key_identifier() else { continue };
        let Some(old) = certificates.iter().find(|root| root.subject_key_identifier() == Some(authority))
        else {
            continue;
        };
        let own = key(link);
        let same_key = |root: &&Arc<Certificate>| key(root) == own && root.sha256() != link.sha256();
        let Some(new) = certificates.iter().find(same_key) else { continue };
        if !matches!(new.verify_self_signature(), Verdict::Valid { .. }) || key(old) == own {
            continue;
        }
        // The link verifies under the old root and proves the new one to be of the same state and key.
        let fact = Store::new(std::slice::from_ref(old)).find(link);
        if class(&fact) != Some(CandidateClass::KeyIdentifier) {
            continue;
        }
        // The same key, though one state names the curve in one certificate and spells it out in the other.
        let tail = |certificate: &Certificate| {
            let spki = certificate.public_key().spki();
            spki[spki.len() - 48..].to_vec()
        };
        assert!(tail(new) == tail(link), "{}", new.subject());
        assert_eq!(new.subject().country_code(), old.subject().country_code());
        // What the new key signed (the root itself) verifies under root and link alike, and not under the old root.
        for anchor in [new, link] {
            let fact = Store::new(std::slice::from_ref(anchor)).find(new);
            assert!(fact.anchor().is_some(), "{}: {fact:?}", new.subject());
        }
        let fact = Store::new(std::slice::from_ref(old)).find(new);
        assert!(fact.anchor().is_none(), "{}: the old key did not sign the new root", new.subject());
        pairs += 1;
    }
    eprintln!("{pairs} links with both of their roots");
    assert!(pairs >= 20, "{pairs}");
}
