//! Signed lists: master, deviation and defect lists of a made-up state.
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

use issuer::{
    Key, Object, UTOPIA, attribute, csca_body, extension, hash_identifier, int, name, null, octets, oid, seq,
    set, sid, signer_body, tlv,
};
use store::Store;
use verifier_chip::Limits;
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::finding::Code;
use verifier_chip::pki::deviation_list::DocumentSignerIdentifier;
use verifier_chip::pki::signed_list::ListSigner;
use verifier_chip::pki::{Certificate, DefectList, DeviationList, ListSignature, MasterList, NoAnchors};
use verifier_chip::sod::{SignerFailure, SignerVerdict};

const MASTER_LIST: &str = "2.23.136.1.1.2";
const DEVIATION_LIST: &str = "2.23.136.1.1.7";
const DEFECT_LIST: &str = "0.4.0.127.0.7.3.1.5";

/// A list signer with an extended key usage, and the message it signs.
fn signed(content_type: &'static str, purpose: Option<&str>, content: Vec<u8>) -> Object {
    let mut body = signer_body(&UTOPIA.signer_key);
    body.serial = vec![0x77];
    body.extensions.truncate(3);
    if let Some(purpose) = purpose {
        body.extensions.push(extension("2.5.29.37", true, &seq(&[oid(purpose)])));
    }
    let mut object = Object::of(&UTOPIA, &[]);
    object.content_type = content_type;
    object.other_content = Some(content);
    object.certificates = vec![body.sign(&UTOPIA.csca_key)];
    object.sid = sid(name("UT", "CSCA Utopia"), &[0x77]);
    let mut attributes = object.usual_attributes();
    attributes.push(attribute("1.2.840.113549.1.9.5", tlv(0x17, b"260301120000Z")));
    object.attributes = Some(attributes);
    object
}

fn utopia() -> Store {
    Store::new(&[Arc::clone(&UTOPIA.csca)])
}

fn signer(signature: ListSignature) -> ListSigner {
    match signature {
        ListSignature::Signed(signer) => *signer,
        other => panic!("{other:?}"),
    }
}

fn is_trusted(signer: &ListSigner) -> bool {
    matches!(signer.verdict, SignerVerdict::Valid { .. }) && signer.chain.anchor().is_some()
}

fn master_list_content() -> Vec<u8> {
    let other = Key::ec();
    let mut certificates = vec![UTOPIA.csca.der().to_vec(), csca_body(&other).sign(&other)];
    certificates.sort();
    seq(&[int(0), set(&certificates)])
}

#[test]
fn master_list() {
    let limits = Limits::default();
    let object = signed(MASTER_LIST, Some("2.23.136.1.1.3"), master_list_content());
    let file = object.sign(&UTOPIA.signer_key);
    let list = MasterList::parse(&file).unwrap();
    assert_eq!((list.certificates.len(), list.findings.len()), (2, 0), "{:?}", list.findings);
    let checked = signer(list.check_signature(&utopia(), &limits));
    assert!(is_trusted(&checked));
    assert_eq!(checked.signing_time.unwrap().year(), 2026);
    assert!(!checked.findings.iter().any(|f| f.code == Code::ExtendedKeyUsageWrong));
    // PKD-04: no pin, so nothing in the list vouches for it.
    assert!(!is_trusted(&signer(list.check_signature(&NoAnchors, &limits))));
    // Re-signed by an attacker in the signer's name.
    let forged = MasterList::parse(&object.sign(&Key::ec())).unwrap();
    let checked = signer(forged.check_signature(&utopia(), &limits));
    assert!(matches!(checked.verdict, SignerVerdict::Failed(SignerFailure::Signature(_))));
    // Content changed after signing.
    let mut changed = file.clone();
    let position = file.windows(6).position(|window| window == b"CSCA U").unwrap();
    changed[position] = b'X';
    let checked = signer(MasterList::parse(&changed).unwrap().check_signature(&utopia(), &limits));
    assert_eq!(checked.verdict, SignerVerdict::Failed(SignerFailure::MessageDigestDiffers));
    // A document signer may not sign lists: a violation for the core to fail.
    for purpose in [None, Some("2.23.136.1.1.8")] {
        let object = signed(MASTER_LIST, purpose, master_list_content());
        let list = MasterList::parse(&object.sign(&UTOPIA.signer_key)).unwrap();
        let checked = signer(list.check_signature(&utopia(), &limits));
        let codes: Vec<_> = checked.findings.iter().map(|finding| finding.code).collect();
        assert!(
            codes.contains(&Code::ExtendedKeyUsageMissing) || codes.contains(&Code::ExtendedKeyUsageWrong),
            "{codes:?}"
        );
    }
    // Bare, and bare with one certificate spoilt: the others are kept.
    let bare = MasterList::parse(&master_list_content()).unwrap();
    assert!(matches!(bare.check_signature(&utopia(), &limits), ListSignature::Unsigned));
    let spoilt = seq(&[int(0), set(&[UTOPIA.csca.der().to_vec(), seq(&[null()])])]);
    let list = MasterList::parse(&spoilt).unwrap();
    assert_eq!((list.certificates.len(), list.malformed.len()), (1, 1));
    assert!(list.findings.iter().any(|finding| finding.code == Code::ListUnsorted));
    // Another type of content is no master list.
    let object = signed(DEFECT_LIST, None, master_list_content());
    assert!(MasterList::parse(&object.sign(&UTOPIA.signer_key)).is_err());
}

fn deviation(documents: &[Vec<u8>]) -> Vec<u8> {
    let description = seq(&[tlv(0x13, b"DG hash wrong"), oid("2.23.136.1.1.7.2.2"), tlv(0xA0, &int(3))]);
    seq(&[seq(documents), set(&[description])])
}

#[test]
fn deviation_list() {
    let certificate = Certificate::parse(&UTOPIA.signer).unwrap();
    let digest = HashAlgorithm::Sha256.digest(certificate.der());
    let period = tlv(0xA4, &[tlv(0x18, b"20240101000000Z"), tlv(0x18, b"20240301000000Z")].concat());
    let by_serial = [name("UT", "CSCA Utopia"), tlv(2, &[0x11, 0x22])].concat();
    let content = seq(&[
        int(0),
        hash_identifier(HashAlgorithm::Sha256),
        set(&[
            deviation(&[tlv(0x80, b"P"), tlv(0xA1, &by_serial), period]),
            deviation(&[tlv(0x83, digest.as_bytes())]),
            deviation(&[tlv(0x82, &[5, 6, 7, 8]), tlv(0xA5, &tlv(0x13, b"L898902C3"))]),
            deviation(&[tlv(0x82, &[9])]),
        ]),
    ]);
    let object = signed(DEVIATION_LIST, Some("2.23.136.1.1.8"), content);
    let list = DeviationList::parse(&object.sign(&UTOPIA.signer_key)).unwrap();
    assert!(is_trusted(&signer(list.check_signature(&utopia(), &Limits::default()))));
    let hash = list.digest_algorithm.and_then(Result::ok);
    let names: Vec<bool> = list
        .deviations
        .iter()
        .map(|deviation| deviation.documents.signer.as_ref().unwrap().names(&certificate, hash))
        .collect();
    assert_eq!(names, [true, true, true, false]);
    let first = &list.deviations[0];
    assert_eq!(first.documents.document_type.as_deref(), Some("P"));
    assert_eq!(first.documents.issued.unwrap().0.year(), 2024);
    assert_eq!(first.descriptions[0].kind.to_string(), "2.23.136.1.1.7.2.2");
    assert_eq!(first.descriptions[0].parameters.as_deref(), Some(&[2, 1, 3][..]));
    assert_eq!(list.deviations[2].documents.document_numbers.as_ref().unwrap().len(), 1);
    // A digest without a hash algorithm names nobody.
    assert!(!DocumentSignerIdentifier::Digest(digest.as_bytes().into()).names(&certificate, None));
    // Document numbers are personal data and stay out of debug output.
    assert!(!format!("{list:?}").contains("L898902C3"));
    // A criterion that is not understood is an error, never left out.
    let content = seq(&[int(0), set(&[deviation(&[tlv(0x87, b"x")])])]);
    let object = signed(DEVIATION_LIST, Some("2.23.136.1.1.8"), content);
    assert!(DeviationList::parse(&object.sign(&UTOPIA.signer_key)).is_err());
}

#[test]
fn defect_list() {
    let certificate = Certificate::parse(&UTOPIA.signer).unwrap();
    let digest = HashAlgorithm::Sha256.digest(certificate.der());
    let known = |number: &str, parameters: Vec<u8>| {
        set(&[seq(&[oid(&format!("{DEFECT_LIST}.{number}")), parameters])])
    };
    let content = seq(&[
        int(1),
        oid(&HashAlgorithm::Sha256.oid().to_string()),
        set(&[
            seq(&[sid(name("UT", "CSCA Utopia"), &[0x11, 0x22]), known("1.1", tlv(0x0A, &[3]))]),
            seq(&[octets(digest.as_bytes()), known("2.2", null()), tlv(0x0C, b"EF.SOD malformed")]),
            seq(&[octets(&[0; 32]), known("1.1", tlv(0x0A, &[3]))]),
            seq(&[sid(name("UT", "CSCA Utopia"), &[0x11, 0x22]), octets(&[0; 32]), known("1.1", int(3))]),
        ]),
    ]);
    let object = signed(DEFECT_LIST, None, content);
    let list = DefectList::parse(&object.sign(&UTOPIA.signer_key)).unwrap();
    assert!(is_trusted(&signer(list.check_signature(&utopia(), &Limits::default()))));
    let defects: Vec<_> = list.of(&certificate).collect();
    assert_eq!(defects.len(), 2);
    assert_eq!((defects[0].known[0].number(), defects[0].known[0].code()), (Some((1, 1)), Some(3)));
    assert_eq!(defects[1].known[0].number(), Some((2, 2)));
    assert_eq!(defects[1].description.as_deref(), Some("EF.SOD malformed"));
}
