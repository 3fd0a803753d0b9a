//! Attacks on EF.SOD, data groups, certificates and revocation lists, one manipulation a row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stderr,
    missing_docs,
    reason = "test code"
)]

mod certificates;
#[path = "../issuer/mod.rs"]
mod issuer;
mod lds_files;
mod security_objects;
#[path = "../store/mod.rs"]
mod store;

use std::sync::Arc;

use issuer::{
    Body, CSCA_KEY_IDENTIFIER, Key, Object, SIGNER_KEY_IDENTIFIER, State, UTOPIA, attribute, bits, crl,
    csca_body, dg1, dg2, explicit, extension, hash_identifier, int, integer, name, null, octets, oid,
    pss_algorithm, seq, set, sid, signer_body, tlv,
};
use store::Store;
use verifier_chip::authentication::passive::{
    ComFact, DataGroupFact, Files, PassiveFacts, SignatureFact, SignerSource, SodFact, authenticate,
};
use verifier_chip::ber::ErrorKind;
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::finding::{Code, Weight};
use verifier_chip::lds::{DataGroup, Dg1, Dg2, DgNumber};
use verifier_chip::pki::crl::{RevocationFact, find_revocation};
use verifier_chip::pki::signature::{Fault, Unsupported, Verdict};
use verifier_chip::pki::{CandidateClass, Certificate, ChainFact, Crl, Curve, PublicKey, Role};
use verifier_chip::sod::SignerFailure;
use verifier_chip::{Limits, oids};

fn run(sod: &[u8], store: &Store) -> PassiveFacts {
    let (one, two) = (dg1(), dg2());
    let files = Files {
        sod: Some(sod),
        com: None,
        data_groups: [(DgNumber::DG1, &one[..]), (DgNumber::DG2, &two[..])].into(),
        ..Files::default()
    };
    authenticate(&files, store, &Limits::default())
}

fn utopia_store() -> Store {
    Store::new(&[Arc::clone(&UTOPIA.csca)])
}

fn object() -> Object {
    let (one, two) = (dg1(), dg2());
    Object::of(&UTOPIA, &[(1, &one), (2, &two)])
}

/// Every finding of SOD and signer.
fn codes(facts: &PassiveFacts) -> Vec<Code> {
    let sod = facts.parsed_sod().into_iter().flat_map(|sod| &sod.findings);
    let signer = facts.signer.iter().flat_map(|signer| &signer.findings);
    sod.chain(signer).map(|finding| finding.code).collect()
}

#[track_caller]
fn assert_genuine(facts: &PassiveFacts) {
    assert_eq!(facts.signature, SignatureFact::Valid);
    assert!(matches!(
        facts.signer.as_ref().unwrap().chain,
        ChainFact::Verified { class: CandidateClass::KeyIdentifier, .. }
    ));
    for number in [DgNumber::DG1, DgNumber::DG2] {
        assert_eq!(facts.data_groups[&number], DataGroupFact::Identical);
        assert!(facts.bound(number).is_some());
    }
}

#[test]
fn a_genuine_object_has_no_violation() {
    let facts = run(&object().sign(&UTOPIA.signer_key), &utopia_store());
    assert_genuine(&facts);
    let heavy: Vec<_> = codes(&facts).into_iter().filter(|code| code.weight() == Weight::Violation).collect();
    assert!(heavy.is_empty(), "{heavy:?}");
}
