//! Which lists are taken, which are refused and why: the rows PKD-01 to PKD-05 and their relatives, with lists
//! made in Utopia.
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
use verifier_chip::pki::{Anchors, Certificate};
use verifier_fixtures::document::SignerName;
use verifier_fixtures::forge::certificate::{CertificateBuilder, Profile, extended_key_usage};
use verifier_fixtures::forge::cms::SignedDataBuilder;
use verifier_fixtures::forge::crl::{CrlBuilder, Revoked};
use verifier_fixtures::forge::forger::Forger;
use verifier_fixtures::forge::master_list::MasterListBuilder;
use verifier_fixtures::identity::Identity;
use verifier_fixtures::key::{Curve, Hash, PrivateKey, Scheme};
use verifier_fixtures::name::Name;
use verifier_fixtures::{der, oid};
use verifier_trust::{Import, ImportReport, Reason, Snapshot, SourceKind, Standing};
use world::{NOW, world};

const SCHEME: Scheme = Scheme::Ecdsa(Hash::Sha256);

fn start() -> Import {
    Import::new(NOW)
}

fn run(import: &Import) -> (Snapshot, ImportReport) {
    Snapshot::empty().import(import)
}

/// The one reason for which a list was refused; nothing but the pin was taken.
fn refusal(list: Vec<u8>) -> Reason {
    let (snapshot, report) = run(&start().pin_bytes("new.cer", world().csca_new()).bytes("list.ml", list));
    assert_eq!(snapshot.anchors(), 1, "{report:#?}");
    assert_eq!(report.files[1].refused.len(), 1, "{report:#?}");
    report.files[1].refused[0].reason.clone()
}

fn list_of(signer: &Identity, csca: &[u8], certificates: &[&[u8]]) -> MasterListBuilder {
    let list = certificates.iter().map(|c| c.to_vec()).collect();
    MasterListBuilder::new(signer, csca, list, NOW - Duration::days(3))
}

/// A signer of lists under the new root, changed as the test wants it.
fn list_signer(change: impl FnOnce(CertificateBuilder) -> CertificateBuilder) -> Identity {
    let root = world().new_authority();
    let key = PrivateKey::ec(9, "another list signer", Curve::P256);
    let from = NOW - Duration::days(30);
    let builder = CertificateBuilder::new(
        Profile::MasterListSigner,
        &key,
        Some(&root.key_identifier),
        from,
        from + Duration::days(365),
    );
    Identity::issue(&change(builder), key, SCHEME, &root.key, root.scheme)
}

#[test]
fn a_list_rests_on_a_pin_or_on_a_link_to_one() {
    let list = world().master_list();
    for (name, pin) in [("new.cer", world().csca_new()), ("old.cer", world().csca_old())] {
        // Under the old root the list is taken over the link certificate that it carries itself.
        let (snapshot, report) = run(&start().bytes("utopia.ml", list).pin_bytes(name, pin));
        assert!(!report.has_refusals(), "{name}: {report:#?}");
        assert_eq!(snapshot.anchors(), 3);
        assert_eq!(report.files[0].rests_on, Some(report.pinned[0].sha256), "{name}");
        assert_eq!(snapshot.is_utopian(), Some(true));
    }
    let (none, report) = run(&start().bytes("utopia.ml", list).unsigned(true).force(true));
    assert_eq!(none, Snapshot::empty());
    let Reason::UntrustedSigner(hint) = &report.files[0].refused[0].reason else { panic!("{report:#?}") };
    assert_eq!(hint.sha256, Some(*Certificate::parse(world().csca_new()).unwrap().sha256()));
    let text = report.files[0].refused[0].reason.to_string();
    assert!(text.contains("CSCA Utopia") && text.contains(&hex::encode(hint.sha256.unwrap())), "{text}");
}

#[test]
fn a_list_rests_on_what_another_list_brought_whatever_their_order() {
    // A second state, whose root only the first state's list has.
    let key = PrivateKey::ec(7, "second csca", Curve::P256);
    let from = NOW - Duration::days(500);
    let name = Name::of("UT", "Second Utopia", "Interior", "CSCA Two");
    let mut builder = CertificateBuilder::new(Profile::Csca, &key, None, from, from + Duration::days(5000));
    (builder.issuer, builder.subject) = (name.clone(), name.clone());
    let second = Identity::issue(&builder, key.clone(), SCHEME, &key, SCHEME);
    let signer_key = PrivateKey::ec(7, "second list signer", Curve::P256);
    let mut builder = CertificateBuilder::new(
        Profile::MasterListSigner,
        &signer_key,
        Some(&second.key_identifier),
        NOW - Duration::days(20),
        NOW + Duration::days(400),
    );
    builder.issuer = name;
    let signer = Identity::issue(&builder, signer_key, SCHEME, &second.key, SCHEME);

    let first =
        list_of(world().list_signer(), world().csca_new(), &[world().csca_new(), &second.certificate]).sign();
    let other = list_of(&signer, &second.certificate, &[world().csca_old()]).sign();
    let pin = world().csca_new();
    let one = start().bytes("a", first.clone()).bytes("b", other.clone()).pin_bytes("p", pin);
    let two = start().pin_bytes("p", pin).bytes("b", other).bytes("a", first);
    for import in [one, two] {
        let (snapshot, report) = run(&import);
        assert!(!report.has_refusals(), "{report:#?}");
        assert_eq!(snapshot.anchors(), 3);
    }
}

#[test]
fn forged_lists_are_refused_with_their_reason() {
    let world = world();
    let new = world.csca_new();
    let good = list_of(world.list_signer(), new, &[new, world.csca_old()]);
    assert!(matches!(
        refusal({
            let mut l = good.clone();
            l.cms.break_signature = true;
            l.sign()
        }),
        Reason::Signature(_)
    ));

    // Another root slipped into a list that is signed already.
    let forger = Forger::new(world, false);
    let mut swapped = good.sign();
    let place = swapped.windows(40).position(|w| w == &world.csca_old()[60..100]).unwrap();
    swapped[place] ^= 1;
    assert!(matches!(refusal(swapped), Reason::Signature(_) | Reason::Malformed(_)));

    // Signed anew by the forger, whose root the list itself has, with and without the copied key identifier.
    for copy in [false, true] {
        let forger = Forger::new(world, copy);
        let key = PrivateKey::ec(3, "forged list signer", Curve::P256);
        let builder = CertificateBuilder::new(
            Profile::MasterListSigner,
            &key,
            Some(&forger.csca.key_identifier),
            NOW - Duration::days(30),
            NOW + Duration::days(300),
        );
        let signer = Identity::issue(&builder, key, SCHEME, &forger.csca.key, forger.csca.scheme);
        let list = list_of(&signer, &forger.csca.certificate, &[&forger.csca.certificate, new]).sign();
        let Reason::UntrustedSigner(hint) = refusal(list) else { panic!() };
        assert_ne!(hint.sha256, Some(*Certificate::parse(new).unwrap().sha256()));
    }

    // A real document signer of a trusted state, which is no list signer.
    let document_signer = world.signer(SignerName::EcdsaP256);
    let list = list_of(document_signer, new, &[new, &forger.csca.certificate]).sign();
    assert!(matches!(refusal(list.clone()), Reason::SignerPurpose(_)));
    // Not even when somebody named its certificate.
    let (snapshot, report) = run(&start()
        .pin_bytes("new.cer", new)
        .pin_bytes("ds.cer", document_signer.certificate.clone())
        .bytes("list.ml", list));
    assert_eq!((snapshot.anchors(), snapshot.signers()), (1, 1));
    assert!(matches!(report.files[2].refused[0].reason, Reason::SignerPurpose(_)), "{report:#?}");
    // Nor a signer of other lists.
    let other = list_signer(|b| b.put(extended_key_usage(&["2.23.136.1.1.8"])));
    assert!(matches!(refusal(list_of(&other, new, &[new]).sign()), Reason::SignerPurpose(_)));

    // Without the signer's certificate, without a signer, with another content than the type says.
    let mut bare_bag = good.clone();
    bare_bag.cms.certificates.clear();
    assert!(matches!(refusal(bare_bag.sign()), Reason::NoSignerCertificate(_)));
    let mut nobody = good.clone();
    nobody.cms.without_signer = true;
    assert!(matches!(refusal(nobody.sign()), Reason::Malformed(_)));
    let signed_garbage =
        SignedDataBuilder::new(world.list_signer(), oid::MASTER_LIST, b"no list".to_vec()).sign();
    assert!(matches!(refusal(signed_garbage), Reason::Malformed(_)));
    let other_type =
        SignedDataBuilder::new(world.list_signer(), oid::LDS_SECURITY_OBJECT, good.bare()).sign();
    assert_eq!(refusal(other_type), Reason::UnknownKind);
    assert_eq!(refusal(good.bare()), Reason::Unsigned);
}

#[test]
fn time_of_signing_counts() {
    let new = world().csca_new();
    let mut future = list_of(world().list_signer(), new, &[new]);
    future.cms.signing_times = vec![NOW + Duration::days(2)];
    assert_eq!(refusal(future.sign()), Reason::Future(NOW + Duration::days(2)));
    // Signed before the signer's certificate began: only by force.
    let mut early = list_of(world().list_signer(), new, &[new, world().csca_old()]);
    early.cms.signing_times = vec![NOW - Duration::days(90)];
    assert!(matches!(refusal(early.sign()), Reason::SignerValidity(_)));
    let forced = start().force(true).pin_bytes("new.cer", new).bytes("early.ml", early.sign());
    assert_eq!(run(&forced).0.anchors(), 2);
    // A signer that has expired since signs what it signed in time.
    let later = Import::new(NOW + Duration::days(3000))
        .pin_bytes("new.cer", new)
        .bytes("u.ml", world().master_list());
    let (snapshot, report) = run(&later);
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!(snapshot.anchors(), 3);
}

#[test]
fn older_lists_do_not_come_back() {
    let signer = world().list_signer();
    let signed = |days: i64, certificates: &[&[u8]]| {
        let mut list = list_of(signer, world().csca_new(), certificates);
        list.cms.signing_times = vec![NOW - Duration::days(days)];
        list.sign()
    };
    let old = signed(20, &[world().csca_old()]);
    let new = signed(4, &[world().csca_new()]);
    let (newer, _) = run(&start().pin_bytes("p", world().csca_new()).bytes("new", new.clone()));
    let (after, report) = newer.import(&start().bytes("old", old.clone()));
    assert_eq!(after, newer);
    assert_eq!(report.files[0].refused[0].reason, Reason::Rollback(NOW - Duration::days(4)));
    // The same again is nothing new; by force the old one comes, and the head stays.
    let (again, report) = newer.import(&start().bytes("new", new.clone()));
    assert!(again == newer && !report.changed && !report.has_refusals());
    let (forced, _) = newer.import(&start().force(true).bytes("old", old.clone()));
    assert_eq!((forced.anchors(), forced.newest()), (2, newer.newest()));
    let (_, report) = forced.import(&start().bytes("old", signed(19, &[world().csca_old()])));
    assert!(matches!(report.files[0].refused[0].reason, Reason::Rollback(_)));
    // Once taken, the same old file is known, not refused.
    let (same, report) = forced.import(&start().bytes("old", old));
    assert!(same == forced && !report.has_refusals(), "{report:#?}");
}

#[test]
fn crls_count_only_from_a_key_of_their_state() {
    let world = world();
    let crl = world.crl().to_vec();
    let (snapshot, report) = run(&start().bytes("a.crl", crl.clone()).pin_bytes("p", world.csca_new()));
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!((snapshot.crl_count(), report.files[0].crls), (1, 1));
    let revoked = Certificate::parse(&world.signer(SignerName::Revoked).certificate).unwrap();
    assert!(snapshot.is_revoked(&revoked));
    assert_eq!(snapshot.crls(revoked.issuer().key()).len(), 1);
    assert_eq!(snapshot.coverage(NOW)[0].crls, 1);
    assert!(snapshot.newest() >= Some(NOW - Duration::days(12)));

    let (none, report) = run(&start().bytes("a.crl", crl.clone()));
    assert_eq!(none, Snapshot::empty());
    assert!(matches!(report.files[0].refused[0].reason, Reason::NoIssuer(_)));

    // The forger's own key, under the state's name and key identifier.
    let forger = Forger::new(world, true);
    let forged = CrlBuilder::new(&forger.csca.key, 99, NOW, NOW + Duration::days(9))
        .sign(&forger.csca.key, forger.csca.scheme);
    let (same, report) = snapshot.import(&start().bytes("forged.crl", forged));
    assert_eq!(same, snapshot);
    assert!(matches!(report.files[0].refused[0].reason, Reason::NoIssuer(_)));

    // A trusted key of another state that writes this state's name.
    let key = PrivateKey::ec(5, "neighbour", Curve::P256);
    let from = NOW - Duration::days(100);
    let neighbour = Name::of("UTO", "Neighbour", "Interior", "CSCA");
    let mut builder = CertificateBuilder::new(Profile::Csca, &key, None, from, from + Duration::days(4000));
    (builder.issuer, builder.subject) = (neighbour.clone(), neighbour);
    let neighbour = builder.sign(&key, SCHEME);
    let crossed = CrlBuilder::new(&key, 1, NOW, NOW + Duration::days(9)).sign(&key, SCHEME);
    let (after, report) = snapshot.import(&start().pin_bytes("n", neighbour).bytes("x.crl", crossed));
    assert_eq!((after.anchors(), after.crl_count()), (2, 1));
    assert!(matches!(report.files[1].refused[0].reason, Reason::NoIssuer(_)), "{report:#?}");

    // Newer replaces older; older does not come back; a damaged or a future one never comes.
    let root = world.new_authority();
    let made = |days: i64| {
        let mut builder =
            CrlBuilder::new(&root.key, 40, NOW - Duration::days(days), NOW + Duration::days(60));
        builder.revoked.push(Revoked {
            serial: vec![1, 2, 3],
            at: NOW - Duration::days(50),
            reason: Some(1),
        });
        builder
    };
    let (newer, _) = snapshot.import(&start().bytes("b.crl", made(2).sign(&root.key, root.scheme)));
    // It names another, and takes nothing back: the older one stays beside it.
    assert_eq!(newer.crl_count(), 2);
    assert!(newer.is_revoked(&revoked));
    let (same, report) = newer.import(&start().bytes("a.crl", crl));
    assert!(same == newer && !report.has_refusals(), "{report:#?}");
    let between = made(3).sign(&root.key, root.scheme);
    let (same, report) = newer.import(&start().bytes("c.crl", between.clone()));
    assert!(same == newer && matches!(report.files[0].refused[0].reason, Reason::Rollback(_)), "{report:#?}");
    let (forced, _) = newer.import(&start().force(true).bytes("c.crl", between));
    assert_eq!((forced.crl_count(), forced.is_revoked(&revoked)), (1, false), "the operator's word");
    let (_, report) = newer.import(&start().bytes("f.crl", made(-3).sign(&root.key, root.scheme)));
    assert!(matches!(report.files[0].refused[0].reason, Reason::Future(_)));
    let mut broken = made(1);
    broken.break_signature = true;
    let (_, report) = newer.import(&start().bytes("d.crl", broken.sign(&root.key, root.scheme)));
    assert!(matches!(report.files[0].refused[0].reason, Reason::NoIssuer(_)));
}

#[test]
fn a_revoked_list_signer_signs_no_more() {
    let root = world().new_authority();
    let signer = list_signer(|b| b);
    let mut crl = CrlBuilder::new(&root.key, 41, NOW - Duration::days(1), NOW + Duration::days(60));
    crl.revoked.push(Revoked { serial: signer.serial.clone(), at: NOW - Duration::days(2), reason: None });
    let list = list_of(&signer, world().csca_new(), &[world().csca_old()]).sign();
    let (before, _) =
        run(&start().pin_bytes("p", world().csca_new()).bytes("c.crl", crl.sign(&root.key, root.scheme)));
    let (after, report) = before.import(&start().bytes("l.ml", list));
    assert_eq!(after, before);
    assert!(matches!(report.files[0].refused[0].reason, Reason::SignerRevoked(_)), "{report:#?}");
}

#[test]
fn deviation_and_defect_lists_are_kept_only_when_signed() {
    let signer = list_signer(|b| b.put(extended_key_usage(&["2.23.136.1.1.8"])));
    let deviations = der::sequence(&[der::integer(0), der::set_of(&[])]);
    let made = |days: i64| {
        let mut cms = SignedDataBuilder::new(&signer, "2.23.136.1.1.7", deviations.clone());
        cms.signing_times.push(NOW - Duration::days(days));
        cms
    };
    let (snapshot, report) = run(&start().pin_bytes("p", world().csca_new()).bytes("dl", made(2).sign()));
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!((report.files[1].lists, report.files[1].kind), (1, Some(SourceKind::DeviationList)));
    assert_eq!((snapshot.deviation_lists().count(), snapshot.defect_lists().count()), (1, 0));
    let (_, source) = snapshot.deviation_lists().next().unwrap();
    assert_eq!(source.signed_at, Some(NOW - Duration::days(2)));
    let mut broken = made(1);
    broken.break_signature = true;
    let (same, report) = snapshot.import(&start().bytes("dl", broken.sign()));
    assert!(same == snapshot && matches!(report.files[0].refused[0].reason, Reason::Signature(_)));
    let (same, report) = snapshot.import(&start().bytes("dl", made(5).sign()));
    assert!(same == snapshot && matches!(report.files[0].refused[0].reason, Reason::Rollback(_)));
    let (newer, _) = snapshot.import(&start().bytes("dl", made(1).sign()));
    assert_eq!(newer.deviation_lists().count(), 1);
    // A master list signer signs no deviations.
    let other = SignedDataBuilder::new(world().list_signer(), "2.23.136.1.1.7", deviations.clone()).sign();
    let (_, report) = snapshot.import(&start().bytes("dl", other));
    assert!(matches!(report.files[0].refused[0].reason, Reason::SignerPurpose(_)));
}

#[test]
fn utopia_and_the_real_world_do_not_mix() {
    let key = PrivateKey::ec(6, "real", Curve::P256);
    let from = NOW - Duration::days(100);
    let real_name = Name::of("SE", "Sweden", "Police", "CSCA");
    let mut builder = CertificateBuilder::new(Profile::Csca, &key, None, from, from + Duration::days(4000));
    (builder.issuer, builder.subject) = (real_name.clone(), real_name);
    let real = builder.sign(&key, SCHEME);
    for (first, second, utopian) in [
        (world().csca_new().to_vec(), real.clone(), false),
        (real.clone(), world().csca_new().to_vec(), true),
    ] {
        let (one, _) = run(&start().pin_bytes("a", first.clone()));
        assert_eq!(one.is_utopian(), Some(!utopian));
        let (after, report) = one.import(&start().pin_bytes("b", second.clone()));
        assert_eq!(after, one);
        assert_eq!(report.files[0].refused[0].reason, Reason::Utopia { utopian });
        let (together, report) = run(&start().pin_bytes("a", first).pin_bytes("b", second));
        assert_eq!(together.anchors(), 1);
        assert!(report.has_refusals());
    }
    // A list of both: the wrong ones stay outside one by one.
    let list = list_of(world().list_signer(), world().csca_new(), &[world().csca_old(), &real]).sign();
    let (snapshot, report) = run(&start().pin_bytes("p", world().csca_new()).bytes("l", list));
    assert_eq!((snapshot.anchors(), report.files[1].refused.len()), (2, 1));
}

#[test]
fn pem_of_several_and_signers_by_hand() {
    use base64::Engine;
    let pem = |label: &str, der: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let lines: Vec<_> = text.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
        format!("-----BEGIN {label}-----\r\n{}\r\n-----END {label}-----\r\n", lines.join("\r\n"))
    };
    let signer = &world().signer(SignerName::EcdsaP256).certificate;
    let text = format!(
        "subject=CSCA\n{}some words\n{}{}{}{}",
        pem("CERTIFICATE", world().csca_old()),
        pem("CERTIFICATE", world().csca_new()),
        pem("CERTIFICATE", signer),
        pem("X509 CRL", world().crl()),
        pem("CMS", world().master_list()),
    );
    let (snapshot, report) = run(&start().bytes("all.pem", text.into_bytes()));
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!((snapshot.anchors(), snapshot.signers(), snapshot.crl_count()), (3, 1, 1));
    assert_eq!(report.pinned.len(), 3);
    let stored = snapshot.certificate(Certificate::parse(signer).unwrap().sha256()).unwrap();
    assert_eq!((stored.standing, stored.pinned, stored.unsigned), (Standing::Signer, true, false));
    let identifier = verifier_chip::sod::SignerIdentifier::SubjectKeyIdentifier(
        stored.certificate.subject_key_identifier().unwrap().into(),
    );
    assert_eq!(Anchors::signers(&snapshot, &identifier).len(), 1);
    let by_serial = verifier_chip::sod::SignerIdentifier::IssuerAndSerial {
        issuer: stored.certificate.issuer().clone(),
        serial: stored.certificate.serial().into(),
    };
    assert_eq!(Anchors::signers(&snapshot, &by_serial)[0].der(), signer.as_slice());
    assert!(snapshot.by_key_identifier(stored.certificate.subject_key_identifier().unwrap()).is_empty());
}

#[test]
fn what_is_nothing_is_refused_by_name() {
    type Expected = fn(&Reason) -> bool;
    let cases: &[(&str, Vec<u8>, Expected)] = &[
        ("empty", vec![], |r| *r == Reason::Empty),
        ("text", b"hello".to_vec(), |r| *r == Reason::UnknownKind),
        ("gzip", vec![0x1F, 0x8B, 8, 0], |r| *r == Reason::Compressed),
        ("zip", b"PK\x03\x04".to_vec(), |r| *r == Reason::Compressed),
        ("cut", world().csca_new()[..200].to_vec(), |r| matches!(r, Reason::Malformed(_))),
        ("cut list", world().master_list()[..900].to_vec(), |r| matches!(r, Reason::Malformed(_))),
        ("cut crl", world().crl()[..100].to_vec(), |r| matches!(r, Reason::Malformed(_))),
        ("open pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n".to_vec(), |r| matches!(r, Reason::Malformed(_))),
        ("bad pem", b"-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----".to_vec(), |r| {
            matches!(r, Reason::Malformed(_))
        }),
        ("sequence", vec![0x30, 0x00], |r| *r == Reason::UnknownKind),
        ("ends", vec![0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], |r| *r == Reason::UnknownKind),
    ];
    for (name, bytes, expected) in cases {
        let (snapshot, report) = run(&start().bytes(name, bytes.clone()).unsigned(true));
        assert_eq!(snapshot, Snapshot::empty(), "{name}");
        assert!(expected(&report.files[0].refused[0].reason), "{name}: {report:#?}");
    }
    let (_, report) = run(&start().pin_bytes("list", world().master_list()));
    assert_eq!(report.files[0].refused[0].reason, Reason::NotACertificate);
    let (_, report) = run(&start().file("/no/such/file").file("/"));
    assert!(report.files.iter().all(|f| matches!(f.refused[0].reason, Reason::Unreadable(_))), "{report:#?}");
    // Names come from outside: neither folders nor control characters of them get into the store.
    let (snapshot, report) = run(&start().pin_bytes("../../etc/cron.d/\u{1b}[2Jx\0", world().csca_new()));
    assert_eq!(snapshot.sources()[0].name, "\u{FFFD}[2Jx\u{FFFD}");
    assert!(!report.files[0].name.contains('\u{1b}'));
}

#[test]
fn no_damaged_file_panics_or_brings_another_anchor() {
    let files: [(&str, &[u8]); 4] = [
        ("list", world().master_list()),
        ("crl", world().crl()),
        ("certificate", world().csca_old()),
        ("signer", &world().signer(SignerName::RsaPss).certificate),
    ];
    let known: Vec<_> = [world().csca_old(), world().csca_new(), world().link()].map(<[u8]>::to_vec).into();
    for (name, good) in files {
        for place in (0..good.len()).step_by(good.len() / 60) {
            let mut bad = good.to_vec();
            bad[place] = bad[place].wrapping_add(1);
            let (snapshot, _) = run(&start().pin_bytes("p", world().csca_new()).bytes(name, bad));
            if name == "list" {
                assert!(
                    snapshot.certificates().all(|c| known.contains(&c.certificate.der().to_vec())),
                    "{place}"
                );
            }
        }
    }
}
