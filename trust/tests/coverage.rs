//! What a snapshot says of a state: counts, ages, algorithms, revocation, and how its certificates are linked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use verifier_chip::pki::Certificate;
use verifier_fixtures::forge::crl::{CrlBuilder, Revoked};
use verifier_fixtures::world::Utopia;
use verifier_trust::{Import, Snapshot};

const NOW: OffsetDateTime = datetime!(2026-11-21 10:00 UTC);

/// Both roots and the link, with a CRL that names the link.
fn snapshot(world: &Utopia) -> Snapshot {
    let root = world.new_authority();
    let link = Certificate::parse(world.link()).unwrap();
    let mut crl = CrlBuilder::new(&root.key, 90, NOW - Duration::days(4), NOW + Duration::days(30));
    crl.revoked.push(Revoked {
        serial: link.serial().to_vec(),
        at: NOW - Duration::days(5),
        reason: Some(4),
    });
    let import = Import::new(NOW)
        .pin_bytes("new.cer", world.csca_new())
        .bytes("list.ml", world.master_list())
        .bytes("list.crl", crl.sign(&root.key, root.scheme));
    let (snapshot, report) = Snapshot::empty().import(&import);
    assert!(!report.has_refusals(), "{report:#?}");
    snapshot
}

#[test]
fn a_state_in_numbers() {
    let world = Utopia::new(4, NOW);
    let snapshot = snapshot(&world);
    let states = snapshot.coverage(NOW);
    assert_eq!(states.len(), 1);
    let state = &states[0];
    assert_eq!((state.country.as_str(), state.roots, state.links), ("UT", 2, 1));
    assert_eq!((state.revoked, state.unsigned, state.pinned, state.expired), (1, 0, 1, 0));
    let keys: Vec<_> = state.keys.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(keys, [("ECDSA P-384", 2), ("RSA 3072", 1)]);
    // Two were signed by the old RSA key: its own certificate and the link.
    let by_rsa: usize =
        state.signatures.iter().filter(|(kind, _)| kind.starts_with("RSA")).map(|(_, count)| count).sum();
    assert_eq!((by_rsa, state.signatures.values().sum::<usize>()), (2, 3), "{:?}", state.signatures);
    let new = Certificate::parse(world.csca_new()).unwrap();
    let old = Certificate::parse(world.csca_old()).unwrap();
    assert_eq!(state.newest, Some(new.validity().not_before));
    assert_eq!(state.oldest, Some(old.validity().not_before));
    assert_eq!((state.crls, state.newest_crl), (1, Some(NOW - Duration::days(4))));
    assert_eq!(state.next_crl, Some(NOW + Duration::days(30)));
    let later = snapshot.coverage(NOW + Duration::days(20_000));
    assert_eq!(later[0].expired, 3);
}

#[test]
fn links_are_those_whose_signature_holds() {
    let world = Utopia::new(4, NOW);
    let snapshot = snapshot(&world);
    let parse = |der: &[u8]| Certificate::parse(der).unwrap();
    let (old, new, link) = (parse(world.csca_old()), parse(world.csca_new()), parse(world.link()));
    let hashes = |list: Vec<std::sync::Arc<Certificate>>| -> Vec<[u8; 32]> {
        list.iter().map(|certificate| *certificate.sha256()).collect()
    };
    assert_eq!(hashes(snapshot.issuers_of(&link)), [*old.sha256()]);
    assert_eq!(hashes(snapshot.issued_by(&old)), [*link.sha256()]);
    assert!(snapshot.issuers_of(&old).is_empty());
    // The link holds the new root's key, so it stands for its issuer too.
    assert_eq!(hashes(snapshot.issuers_of(&new)), [*link.sha256()]);
    assert_eq!(hashes(snapshot.issued_by(&link)), [*new.sha256()]);

    let (entry, crl) = snapshot.revocation(&link).unwrap();
    assert_eq!((entry.reason, entry.at), (Some(4), NOW - Duration::days(5)));
    assert_eq!(snapshot.newest_crl_of(&new).map(|newest| *newest.sha256()), Some(*crl.sha256()));
    assert!(snapshot.revocation(&new).is_none());
}
