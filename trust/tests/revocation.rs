//! What CRLs do to a store: whom they may speak of, and that nothing takes a revocation back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod world;

use time::Duration;
use verifier_chip::pki::Certificate;
use verifier_fixtures::der;
use verifier_fixtures::document::SignerName;
use verifier_fixtures::forge::certificate::{CertificateBuilder, Extension, Profile};
use verifier_fixtures::forge::cms::SignedDataBuilder;
use verifier_fixtures::forge::crl::{CrlBuilder, Revoked};
use verifier_fixtures::forge::master_list::MasterListBuilder;
use verifier_fixtures::identity::Identity;
use verifier_fixtures::key::{Curve, Hash, PrivateKey, Scheme};
use verifier_fixtures::name::{self, Name};
use verifier_fixtures::{forge::certificate::csca_name, oid};
use verifier_trust::{Import, Snapshot};
use world::{NOW, world};

const SCHEME: Scheme = Scheme::Ecdsa(Hash::Sha256);

/// A CRL of the new root, so many days old, with these serial numbers and reasons.
fn crl(days: i64, revoked: &[(u8, Option<u8>)]) -> Vec<u8> {
    let root = world().new_authority();
    let at = NOW - Duration::days(days);
    let mut builder = CrlBuilder::new(&root.key, 50, at, NOW + Duration::days(60));
    builder.revoked = revoked
        .iter()
        .map(|(serial, reason)| Revoked {
            serial: vec![*serial],
            at: at - Duration::days(1),
            reason: *reason,
        })
        .collect();
    builder.sign(&root.key, root.scheme)
}

/// Serial numbers that the lists of the snapshot name.
fn named(snapshot: &Snapshot) -> Vec<u8> {
    let mut serials: Vec<u8> = snapshot
        .revocation_lists()
        .flat_map(|(crl, _)| crl.entries().map(|(serial, _)| serial[0]).collect::<Vec<_>>())
        .collect();
    serials.sort_unstable();
    serials.dedup();
    serials
}

#[test]
fn a_shorter_list_takes_nothing_back() {
    let import = || Import::new(NOW);
    let (mut snapshot, _) = Snapshot::empty()
        .import(&import().pin_bytes("p", world().csca_new()).bytes("1", crl(30, &[(1, None), (2, Some(1))])));
    // Longer lists replace shorter ones.
    let (next, report) =
        snapshot.import(&import().bytes("2", crl(29, &[(1, None), (2, Some(1)), (3, Some(6))])));
    assert_eq!((next.crl_count(), report.files[0].findings.len()), (1, 0));
    snapshot = next;
    // One that drops what was on hold does so rightly; one that drops more is kept beside the older, and it is said.
    let (next, report) = snapshot.import(&import().bytes("3", crl(28, &[(1, None), (2, Some(1))])));
    assert_eq!((next.crl_count(), report.files[0].findings.len()), (1, 0), "{report:#?}");
    snapshot = next;
    assert_eq!(named(&snapshot), [1, 2]);
    let (next, report) = snapshot.import(&import().bytes("4", crl(27, &[(2, Some(1)), (4, None)])));
    assert_eq!(next.crl_count(), 2);
    assert!(report.files[0].findings[0].contains("not taken back"), "{report:#?}");
    snapshot = next;
    assert_eq!(named(&snapshot), [1, 2, 4]);
    // Month after month, what is kept stays bounded, and nothing is lost.
    for (days, serial) in (1..27).rev().zip(5..) {
        snapshot = snapshot.import(&import().bytes("n", crl(days, &[(serial, None), (4, None)]))).0;
    }
    assert_eq!(named(&snapshot)[..6], [1, 2, 4, 5, 6, 7]);
    assert!(snapshot.crl_count() <= 17, "{}", snapshot.crl_count());
    // The newest is the newest, and older ones stay refused.
    let (same, report) = snapshot.import(&import().bytes("old", crl(20, &[(9, None)])));
    assert!(same == snapshot && report.has_refusals());
    // The operator may put one in the place of all.
    let (forced, _) = snapshot.import(&import().force(true).bytes("f", crl(0, &[(4, None)])));
    assert_eq!((forced.crl_count(), named(&forced)), (1, vec![4]));
}

#[test]
fn a_list_with_the_name_of_another_state_beside_its_own_revokes_none_of_it() {
    let key = PrivateKey::ec(5, "neighbour", Curve::P256);
    let neighbour = Name::of("UTO", "Neighbour", "Interior", "CSCA");
    let from = NOW - Duration::days(100);
    let mut builder = CertificateBuilder::new(Profile::Csca, &key, None, from, from + Duration::days(4000));
    (builder.issuer, builder.subject) = (neighbour.clone(), neighbour.clone());
    let root = builder.sign(&key, SCHEME);
    let victim = Certificate::parse(&world().signer(SignerName::EcdsaP256).certificate).unwrap();
    let mut list = CrlBuilder::new(&key, 1, NOW, NOW + Duration::days(9));
    list.issuer = neighbour;
    list.extensions
        .push(Extension::plain(oid::ISSUER_ALT_NAME, der::sequence(&[name::directory_name(&csca_name())])));
    list.revoked = vec![Revoked { serial: victim.serial().to_vec(), at: NOW, reason: None }];
    let import = Import::new(NOW)
        .pin_bytes("p", world().csca_new())
        .pin_bytes("n", root)
        .bytes("x.crl", list.sign(&key, SCHEME));
    let (snapshot, report) = Snapshot::empty().import(&import);
    assert_eq!((snapshot.crl_count(), report.has_refusals()), (1, false), "{report:#?}");
    assert!(!snapshot.is_revoked(&victim));
    assert!(snapshot.newest_crl_of(&victim).is_none());
}

#[test]
fn of_two_signers_one_may_be_vouched_for_by_a_later_list() {
    // A second state, whose root only the first state's list has, and which signs together with somebody whose
    // signature is broken.
    let key = PrivateKey::ec(7, "second csca", Curve::P256);
    let from = NOW - Duration::days(500);
    let second_name = Name::of("UT", "Second Utopia", "Interior", "CSCA Two");
    let mut builder = CertificateBuilder::new(Profile::Csca, &key, None, from, from + Duration::days(5000));
    (builder.issuer, builder.subject) = (second_name.clone(), second_name.clone());
    let second = Identity::issue(&builder, key.clone(), SCHEME, &key, SCHEME);
    let signer_key = PrivateKey::ec(7, "second list signer", Curve::P256);
    let mut builder = CertificateBuilder::new(
        Profile::MasterListSigner,
        &signer_key,
        Some(&second.key_identifier),
        NOW - Duration::days(20),
        NOW + Duration::days(400),
    );
    builder.issuer = second_name;
    let signer = Identity::issue(&builder, signer_key, SCHEME, &second.key, SCHEME);
    let list = |signer: &Identity, csca: &[u8], certificates: &[&[u8]], days: i64| {
        let certificates = certificates.iter().map(|certificate| certificate.to_vec()).collect();
        MasterListBuilder::new(signer, csca, certificates, NOW - Duration::days(days))
    };
    let mut both = list(&signer, &second.certificate, &[world().csca_old()], 9);
    let mut broken = SignedDataBuilder::new(world().list_signer(), oid::MASTER_LIST, both.bare());
    broken.break_signature = true;
    both.cms.extra_signers = vec![broken.signer_info()];
    both.cms.certificates.push(world().list_signer().certificate.clone());
    let bringing =
        list(world().list_signer(), world().csca_new(), &[world().csca_new(), &second.certificate], 3);
    let import = Import::new(NOW)
        .pin_bytes("p", world().csca_new())
        .bytes("both", both.sign())
        .bytes("bringing", bringing.sign());
    let (snapshot, report) = Snapshot::empty().import(&import);
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!(snapshot.anchors(), 3);
}

#[test]
fn a_pin_seven_generations_old_still_carries_the_list() {
    let from = NOW - Duration::days(500);
    let name = |generation: usize| Name::of("UT", "Utopia", "Interior", &format!("CSCA {generation}"));
    let keys: Vec<_> =
        (0..8_u64).map(|generation| PrivateKey::ec(generation, "generation", Curve::P256)).collect();
    let issue = |generation: usize, issuer: usize| {
        let authority = keys[issuer].key_identifier();
        let mut builder = CertificateBuilder::new(
            Profile::Link,
            &keys[generation],
            Some(&authority),
            from,
            from + Duration::days(5000),
        );
        (builder.issuer, builder.subject) = (name(issuer), name(generation));
        builder.sign(&keys[issuer], SCHEME)
    };
    let links: Vec<Vec<u8>> = (1..8).map(|generation| issue(generation, generation - 1)).collect();
    let signer_key = PrivateKey::ec(9, "list signer of the last", Curve::P256);
    let authority = keys[7].key_identifier();
    let mut builder = CertificateBuilder::new(
        Profile::MasterListSigner,
        &signer_key,
        Some(&authority),
        NOW - Duration::days(20),
        NOW + Duration::days(400),
    );
    builder.issuer = name(7);
    let signer = Identity::issue(&builder, signer_key, SCHEME, &keys[7], SCHEME);
    let list = MasterListBuilder::new(&signer, &links[6], links.clone(), NOW - Duration::days(3)).sign();
    let import = Import::new(NOW).pin_bytes("first", issue(0, 0)).bytes("list", list);
    let (snapshot, report) = Snapshot::empty().import(&import);
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!(snapshot.anchors(), 8);
}
