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

mod issuer;
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

#[test]
fn rsa_pkcs1_and_pss_objects() {
    for signer_key in [
        Key::rsa(),
        Key::RsaPss(match Key::rsa() {
            Key::Rsa(key) => key,
            _ => unreachable!(),
        }),
    ] {
        let state = State::new(Key::rsa(), signer_key);
        let (one, two) = (dg1(), dg2());
        let mut object = Object::of(&state, &[(1, &one), (2, &two)]);
        let store = Store::new(&[Arc::clone(&state.csca)]);
        assert_genuine(&run(&object.sign(&state.signer_key), &store));
        // SOD-23: rsaEncryption takes its hash from digestAlgorithm.
        if matches!(state.signer_key, Key::Rsa(_)) {
            object.algorithm = seq(&[oid("1.2.840.113549.1.1.1"), null()]);
            assert_genuine(&run(&object.sign(&state.signer_key), &store));
        } else {
            // SOD-20: other PSS parameters than those that were used.
            for algorithm in [
                pss_algorithm(20),
                pss_algorithm(33),
                pss_algorithm(0),
                seq(&[oid("1.2.840.113549.1.1.10")]),
                seq(&[oid("1.2.840.113549.1.1.10"), seq(&[])]),
            ] {
                object.algorithm = algorithm;
                let facts = run(&object.sign(&state.signer_key), &store);
                assert_eq!(facts.signature, SignatureFact::Failed(SignerFailure::Signature(Fault::Value)));
                assert!(facts.bound(DgNumber::DG1).is_none());
            }
            for parameters in [null(), seq(&[tlv(0xA3, &int(2))]), seq(&[tlv(0xA2, &int(70_000))])] {
                object.algorithm = seq(&[oid("1.2.840.113549.1.1.10"), parameters]);
                let facts = run(&object.sign(&state.signer_key), &store);
                assert_eq!(facts.signature, SignatureFact::Unsupported(Unsupported::PssParameters));
            }
        }
    }
}

/// Change before signing, expected signature, finding that must be there.
type Row = (&'static str, Box<dyn Fn(&mut Object)>, SignatureFact, Option<Code>);

fn failed(failure: SignerFailure) -> SignatureFact {
    SignatureFact::Failed(failure)
}

#[expect(clippy::too_many_lines, reason = "one row a case")]
fn rows() -> Vec<Row> {
    const TYPE: &str = "1.2.840.113549.1.9.3";
    const DIGEST: &str = "1.2.840.113549.1.9.4";
    let value = || failed(SignerFailure::Signature(Fault::Value));
    vec![
        (
            "SOD-01 messageDigest changed",
            Box::new(|o| {
                let mut digest = o.digest.digest(&o.content()).as_bytes().to_vec();
                digest[3] ^= 1;
                o.attributes =
                    Some(vec![attribute(TYPE, oid(o.content_type)), attribute(DIGEST, octets(&digest))]);
            }),
            failed(SignerFailure::MessageDigestDiffers),
            None,
        ),
        (
            "SOD-01 messageDigest truncated",
            Box::new(|o| {
                let digest = o.digest.digest(&o.content());
                o.attributes = Some(vec![
                    attribute(TYPE, oid(o.content_type)),
                    attribute(DIGEST, octets(&digest.as_bytes()[..16])),
                ]);
            }),
            failed(SignerFailure::MessageDigestDiffers),
            None,
        ),
        (
            "SOD-02 messageDigest missing",
            Box::new(|o| {
                o.attributes = Some(vec![attribute(TYPE, oid(o.content_type))]);
            }),
            failed(SignerFailure::MessageDigestMissing),
            None,
        ),
        (
            "SOD-02 contentType missing",
            Box::new(|o| {
                o.attributes = Some(o.usual_attributes().split_off(1));
            }),
            failed(SignerFailure::ContentTypeMissing),
            None,
        ),
        (
            "contentType differs",
            Box::new(|o| {
                let mut attributes = o.usual_attributes();
                attributes[0] = attribute(TYPE, oid("1.2.840.113549.1.7.1"));
                o.attributes = Some(attributes);
            }),
            failed(SignerFailure::ContentTypeDiffers),
            None,
        ),
        (
            "SOD-03 no signed attributes",
            Box::new(|o| o.attributes = Some(Vec::new())),
            failed(SignerFailure::AttributesMissing),
            Some(Code::CmsAttributesAbsent),
        ),
        (
            "ASN-07 two messageDigests",
            Box::new(|o| {
                let mut attributes = o.usual_attributes();
                attributes.push(attributes[1].clone());
                o.attributes = Some(attributes);
            }),
            failed(SignerFailure::AttributeAmbiguous(oids::MESSAGE_DIGEST)),
            None,
        ),
        (
            "messageDigest with two values",
            Box::new(|o| {
                let digest = octets(o.digest.digest(&o.content()).as_bytes());
                let both = seq(&[oid(DIGEST), set(&[octets(&[0; 32]), digest])]);
                o.attributes = Some(vec![attribute(TYPE, oid(o.content_type)), both]);
            }),
            failed(SignerFailure::AttributeAmbiguous(oids::MESSAGE_DIGEST)),
            None,
        ),
        (
            "SOD-05 unsorted attributes, signed sorted",
            Box::new(|o| {
                let mut attributes = o.usual_attributes();
                attributes.sort();
                attributes.reverse();
                o.attributes = Some(attributes);
                o.sign_sorted = true;
            }),
            SignatureFact::Valid,
            Some(Code::CmsAttributesUnsorted),
        ),
        (
            "SOD-05 unsorted attributes, signed as they stand",
            Box::new(|o| {
                let mut attributes = o.usual_attributes();
                attributes.sort();
                attributes.reverse();
                o.attributes = Some(attributes);
            }),
            SignatureFact::Valid,
            None,
        ),
        (
            "SOD-06 three independent hashes",
            Box::new(|o| {
                let (one, two) = (dg1(), dg2());
                *o = Object::with(&UTOPIA, &[(1, &one), (2, &two)], HashAlgorithm::Sha512);
                o.digest = HashAlgorithm::Sha384;
                o.digest_algorithms = set(&[hash_identifier(HashAlgorithm::Sha1)]);
            }),
            SignatureFact::Valid,
            Some(Code::CmsDigestAlgorithms),
        ),
        (
            "SOD-07 unknown digest of the signer",
            Box::new(|o| {
                o.digest_identifier = Some(seq(&[oid("1.2.840.113549.2.5"), null()]));
            }),
            SignatureFact::Unsupported(Unsupported::Hash(md5())),
            None,
        ),
        (
            "unknown signature algorithm",
            Box::new(|o| o.algorithm = seq(&[oid("1.2.3.4.5")])),
            SignatureFact::Unsupported(Unsupported::SignatureAlgorithm(
                verifier_chip::ber::Oid::from_bytes(&[0x2A, 3, 4, 5]).unwrap(),
            )),
            None,
        ),
        (
            "signature algorithm of another hash",
            Box::new(|o| o.algorithm = seq(&[oid("1.2.840.10045.4.3.3")])),
            value(),
            None,
        ),
        (
            "signature algorithm of another key type",
            Box::new(|o| {
                o.algorithm = seq(&[oid("1.2.840.113549.1.1.11"), null()]);
            }),
            failed(SignerFailure::Signature(Fault::KeyType)),
            None,
        ),
        (
            "SOD-23 plain ECDSA named, DER given",
            Box::new(|o| {
                o.algorithm = seq(&[oid("0.4.0.127.0.7.1.1.4.1.3")]);
            }),
            failed(SignerFailure::Signature(Fault::Encoding)),
            None,
        ),
        (
            "SOD-09 version 3 with issuer and serial",
            Box::new(|o| o.signer_version = 3),
            SignatureFact::Valid,
            Some(Code::CmsSignerVersion),
        ),
        (
            "SOD-09 version 1 with key identifier",
            Box::new(|o| o.sid = tlv(0x80, &SIGNER_KEY_IDENTIFIER)),
            SignatureFact::Valid,
            Some(Code::CmsSignerVersion),
        ),
        (
            "key identifier",
            Box::new(|o| {
                o.sid = tlv(0x80, &SIGNER_KEY_IDENTIFIER);
                o.signer_version = 3;
            }),
            SignatureFact::Valid,
            None,
        ),
        ("CMS version 1", Box::new(|o| o.cms_version = 1), SignatureFact::Valid, Some(Code::CmsVersion)),
        (
            "signer named in another order",
            Box::new(|o| {
                let attribute =
                    |kind: &str, value: &str| set(&[seq(&[oid(kind), tlv(0x13, value.as_bytes())])]);
                o.sid = sid(
                    seq(&[attribute("2.5.4.3", "csca  utopia"), attribute("2.5.4.6", "UT")]),
                    &[0x11, 0x22],
                );
            }),
            SignatureFact::Valid,
            Some(Code::SignerMatchedByName),
        ),
        (
            "signer named by serial alone",
            Box::new(|o| o.sid = sid(name("XX", "Other"), &[0x11, 0x22])),
            SignatureFact::Valid,
            Some(Code::SignerMatchedBySerial),
        ),
        (
            "signer named by serial alone among two",
            Box::new(|o| {
                o.sid = sid(name("XX", "Other"), &[0x11, 0x22]);
                o.certificates.push(UTOPIA.csca.der().to_vec());
            }),
            no_signer(sid(name("XX", "Other"), &[0x11, 0x22])),
            None,
        ),
        (
            "SOD-10 wrong serial",
            Box::new(|o| o.sid = sid(name("UT", "CSCA Utopia"), &[0x55])),
            no_signer(sid(name("UT", "CSCA Utopia"), &[0x55])),
            None,
        ),
        (
            "SOD-13 no certificate",
            Box::new(|o| o.certificates.clear()),
            no_signer(sid(name("UT", "CSCA Utopia"), &[0x11, 0x22])),
            Some(Code::CmsNoCertificate),
        ),
        (
            "embedded certificate malformed",
            Box::new(|o| o.certificates[0][20] ^= 0xFF),
            no_signer(sid(name("UT", "CSCA Utopia"), &[0x11, 0x22])),
            Some(Code::CmsCertificateMalformed),
        ),
        (
            "SOD-15 DG1 not listed",
            Box::new(|o| {
                o.hashes.remove(0);
            }),
            SignatureFact::Valid,
            Some(Code::LdsDg1Missing),
        ),
        ("empty list", Box::new(|o| o.hashes.clear()), SignatureFact::Valid, Some(Code::LdsEmpty)),
        ("DG0", Box::new(|o| o.hashes.push((0, vec![0; 32]))), SignatureFact::Valid, Some(Code::LdsNumber)),
        ("DG17", Box::new(|o| o.hashes.push((17, vec![0; 32]))), SignatureFact::Valid, Some(Code::LdsNumber)),
        (
            "ASN-07 DG1 twice",
            Box::new(|o| o.hashes.push((1, vec![0; 32]))),
            SignatureFact::Valid,
            Some(Code::LdsDuplicate),
        ),
        (
            "LDS-05 version 1 without info",
            Box::new(|o| o.lds_version = int(1)),
            SignatureFact::Valid,
            Some(Code::LdsVersionInfoMissing),
        ),
        (
            "LDS-05 version 0 with info",
            Box::new(|o| {
                o.version_info = Some(seq(&[tlv(0x13, b"0108"), tlv(0x13, b"040000")]));
            }),
            SignatureFact::Valid,
            Some(Code::LdsVersionInfoUnexpected),
        ),
        (
            "LDS-05 future version",
            Box::new(|o| o.lds_version = int(9)),
            SignatureFact::Valid,
            Some(Code::LdsVersion),
        ),
        (
            "content type of another application",
            Box::new(|o| o.content_type = "1.2.840.113549.1.7.1"),
            SignatureFact::Valid,
            Some(Code::CmsContentType),
        ),
        (
            "content type of French documents",
            Box::new(|o| o.content_type = "1.3.27.1.1.1"),
            SignatureFact::Valid,
            None,
        ),
    ]
}

fn md5() -> verifier_chip::ber::Oid {
    verifier_chip::ber::Oid::from_bytes(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 5]).unwrap()
}

fn no_signer(identifier: Vec<u8>) -> SignatureFact {
    let mut reader = verifier_chip::ber::Reader::new(&identifier);
    let mut fields = reader.required().unwrap().reader().unwrap();
    let issuer = verifier_chip::pki::Name::parse(&fields.required().unwrap()).unwrap();
    let serial = fields.required().unwrap().content().into();
    SignatureFact::NoSigner(Box::new(verifier_chip::sod::SignerIdentifier::IssuerAndSerial {
        issuer,
        serial,
    }))
}

#[test]
fn security_objects_one_manipulation_a_row() {
    for (label, change, expected, code) in rows() {
        let mut changed = object();
        change(&mut changed);
        let facts = run(&changed.sign(&UTOPIA.signer_key), &utopia_store());
        assert_eq!(facts.signature, expected, "{label}");
        if let Some(code) = code {
            assert!(codes(&facts).contains(&code), "{label}: {:?}", codes(&facts));
        }
        if expected != SignatureFact::Valid {
            for number in DgNumber::all() {
                assert!(facts.bound(number).is_none(), "{label}");
            }
        }
    }
}

#[test]
fn hash_lists_are_never_read_leniently() {
    let one = dg1();
    let right = HashAlgorithm::Sha256.digest(&one);
    for (label, hashes, expected) in [
        (
            "SOD-17 prefix",
            vec![(1, right.as_bytes()[..20].to_vec())],
            DataGroupFact::WrongHashLength { expected: 32, found: 20 },
        ),
        ("SOD-17 empty", vec![(1, Vec::new())], DataGroupFact::WrongHashLength { expected: 32, found: 0 }),
        (
            "twice, right one first",
            vec![(1, right.as_bytes().to_vec()), (1, vec![0; 32])],
            DataGroupFact::Duplicate,
        ),
        (
            "twice, right one last",
            vec![(1, vec![0; 32]), (1, right.as_bytes().to_vec())],
            DataGroupFact::Duplicate,
        ),
        (
            "twice, both right",
            vec![(1, right.as_bytes().to_vec()), (1, right.as_bytes().to_vec())],
            DataGroupFact::Duplicate,
        ),
        ("257 is not 1", vec![(257, right.as_bytes().to_vec())], DataGroupFact::Unlisted),
        ("not listed", Vec::new(), DataGroupFact::Unlisted),
    ] {
        let mut changed = object();
        changed.hashes = hashes;
        let facts = run(&changed.sign(&UTOPIA.signer_key), &utopia_store());
        assert_eq!(facts.data_groups[&DgNumber::DG1], expected, "{label}");
        assert!(facts.bound(DgNumber::DG1).is_none(), "{label}");
    }
    // SOD-07: an unknown hash of the data groups decides nothing.
    let mut changed = object();
    changed.lds_hash = seq(&[oid("1.2.840.113549.2.5"), null()]);
    let facts = run(&changed.sign(&UTOPIA.signer_key), &utopia_store());
    assert_eq!(facts.data_groups[&DgNumber::DG1], DataGroupFact::HashUnsupported(md5()));
    assert!(facts.bound(DgNumber::DG1).is_none());
}

#[test]
fn lds_files_against_the_object() {
    let (one, two) = (dg1(), dg2());
    let key = b"attacker's key".to_vec();
    let sod = object().sign(&UTOPIA.signer_key);
    let com =
        |tags: &[u8]| tlv(0x60, &[tlv(0x5F01, b"0107"), tlv(0x5F36, b"040000"), tlv(0x5C, tags)].concat());
    let check = |com: &[u8]| {
        let files = Files {
            sod: Some(&sod),
            com: Some(com),
            // LDS-06 and CHA-05: a DG2 of another holder, a key that nothing signs.
            data_groups: [(DgNumber::DG1, &one[..]), (DgNumber::DG2, &one[..]), (DgNumber::DG15, &key[..])]
                .into(),
        };
        authenticate(&files, &utopia_store(), &Limits::default())
    };
    let facts = check(&com(&[0x61, 0x75]));
    assert!(matches!(facts.com, ComFact::Same(_)));
    assert_eq!(facts.data_groups[&DgNumber::DG2], DataGroupFact::Different);
    assert_eq!(facts.data_groups[&DgNumber::DG15], DataGroupFact::Unlisted);
    assert!(facts.bound(DgNumber::DG2).is_none() && facts.bound(DgNumber::DG15).is_none());
    for (label, tags, only_sod, only_com) in [
        ("LDS-01 hides DG2", &[0x61][..], vec![DgNumber::DG2], vec![]),
        ("LDS-02 lists DG15", &[0x61, 0x75, 0x6F], vec![], vec![DgNumber::DG15]),
        ("LDS-03 same count", &[0x61, 0x63], vec![DgNumber::DG2], vec![DgNumber::new(3).unwrap()]),
    ] {
        match check(&com(tags)).com {
            ComFact::Differs { only_sod: sod, only_com: com, .. } => {
                assert_eq!((sod, com), (only_sod, only_com), "{label}");
            }
            other => panic!("{label}: {other:?}"),
        }
    }
    assert!(matches!(check(&[]).com, ComFact::Malformed(_)));
    assert!(matches!(check(&com(&[0x61])[..9]).com, ComFact::Malformed(_)));
    // LDS-08: listed and not read.
    let files = Files { sod: Some(&sod), ..Files::default() };
    let facts = authenticate(&files, &utopia_store(), &Limits::default());
    assert_eq!(facts.data_groups[&DgNumber::DG1], DataGroupFact::NotRead);
    // Without EF.SOD nothing is bound.
    let files = Files {
        data_groups: [(DgNumber::DG1, &one[..]), (DgNumber::DG2, &two[..])].into(),
        ..Files::default()
    };
    let facts = authenticate(&files, &utopia_store(), &Limits::default());
    assert!(matches!(facts.sod, SodFact::Absent));
    assert_eq!(facts.signature, SignatureFact::NotRun);
    assert!(facts.bound(DgNumber::DG1).is_none());
    // LDS-13: over the limit, not hashed.
    let limits = Limits { data_group: 50, ..Limits::default() };
    let files =
        Files { sod: Some(&sod), data_groups: [(DgNumber::DG1, &one[..])].into(), ..Files::default() };
    let facts = authenticate(&files, &utopia_store(), &limits);
    assert_eq!(facts.data_groups[&DgNumber::DG1], DataGroupFact::TooLarge);
}

#[test]
fn outer_tags_and_lengths() {
    let (one, two) = (dg1(), dg2());
    let sod = object().sign(&UTOPIA.signer_key);
    // ASN-03: wrong outer tag; ASN-02: length too small, too large; ASN-07: the zone twice.
    let wrong_tag = [&[0x62], &one[1..]].concat();
    assert!(matches!(
        Dg1::parse(&wrong_tag).unwrap_err().kind,
        ErrorKind::UnexpectedTag { expected: 0x61, found: 0x62 }
    ));
    for change in [1_u8, u8::MAX] {
        let mut file = one.clone();
        file[1] = file[1].wrapping_add(change);
        assert!(Dg1::parse(&file).is_err());
        let mut file = two.clone();
        let last = if file[1] < 0x80 { 1 } else { 2 };
        file[last] = file[last].wrapping_add(change);
        assert!(Dg2::parse(&file).is_err());
        let mut file = sod.clone();
        file[3] = file[3].wrapping_add(change);
        let facts = run(&file, &utopia_store());
        assert!(matches!(facts.sod, SodFact::Malformed(_)), "{:?}", facts.sod);
    }
    let zone = one[2..].to_vec();
    assert!(Dg1::parse(&tlv(0x61, &[zone.clone(), zone].concat())).is_err());
    let mut longer = sod.clone();
    longer.push(0);
    assert!(
        matches!(run(&longer, &utopia_store()).sod, SodFact::Malformed(e) if e.kind == ErrorKind::TrailingData)
    );
    let other_tag = [&[0x78], &sod[1..]].concat();
    assert!(matches!(run(&other_tag, &utopia_store()).sod, SodFact::Malformed(e) if e.offset == 0));
    for empty in [&[][..], &[0x77], &[0x77, 0x00]] {
        assert!(matches!(run(empty, &utopia_store()).sod, SodFact::Malformed(_)));
    }
    // ASN-01 and ASN-05.
    for hostile in [
        vec![0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        vec![0x77, 0x88, 1, 2, 3, 4, 5, 6, 7, 8],
        [0x30, 0x80].repeat(100_000),
        [0x77, 0x80].repeat(50_000),
        [vec![0x77, 0x80], [0x24, 0x80].repeat(50_000)].concat(),
    ] {
        assert!(matches!(run(&hostile, &utopia_store()).sod, SodFact::Malformed(_)));
    }
}

#[test]
fn dg2_in_both_formats() {
    let two = dg2();
    let face = Dg2::parse(&two).unwrap();
    let picture = face.picture(&face.faces()[0]).to_vec();
    assert!(picture.starts_with(&[0xFF, 0xD8, 0xFF]));
    // LDS-11: the 39794-5 twin holds the same picture, with and without the wrapper A1.
    let image = tlv(0xA0, &[tlv(0x80, &picture), tlv(0xA1, &tlv(0xA0, &tlv(0x80, &[2])))].concat());
    let representation = tlv(0x30, &[tlv(0x80, &[0]), tlv(0xA1, &tlv(0xA0, &image))].concat());
    let block = tlv(
        0x65,
        &[tlv(0xA0, &[tlv(0x80, &[3]), tlv(0x81, &[7])].concat()), tlv(0xA1, &representation)].concat(),
    );
    for data in [tlv(0x7F2E, &tlv(0xA1, &block)), tlv(0x7F2E, &block)] {
        let file = tlv(
            0x75,
            &tlv(
                0x7F61,
                &[tlv(2, &[1]), tlv(0x7F60, &[tlv(0xA1, &tlv(0x88, &[0, 0x2A])), data].concat())].concat(),
            ),
        );
        let twin = Dg2::parse(&file).unwrap();
        assert_eq!(twin.picture(&twin.faces()[0]), picture);
    }
}

/// A signer under the Utopian CSCA, with one thing changed, and the facts of an object signed by it.
fn with_signer(change: impl FnOnce(&mut Body)) -> PassiveFacts {
    let key = &UTOPIA.signer_key;
    let mut body = signer_body(key);
    change(&mut body);
    let mut changed = object();
    changed.certificates = vec![body.sign(&UTOPIA.csca_key)];
    changed.sid = sid(body.issuer.clone(), &body.serial);
    run(&changed.sign(key), &utopia_store())
}

fn replace(body: &mut Body, kind: &str, with: Option<Vec<u8>>) {
    let wanted = oid(kind);
    body.extensions.retain(|extension| !extension[2..].starts_with(&wanted));
    body.extensions.extend(with);
}

#[test]
fn signer_certificates() {
    let class = |facts: &PassiveFacts| match &facts.signer.as_ref().unwrap().chain {
        ChainFact::Verified { class, .. } => Some(*class),
        _ => None,
    };
    assert_eq!(class(&with_signer(|_| {})), Some(CandidateClass::KeyIdentifier));
    // PKI-09: roles.
    for (label, kind, value, code) in [
        (
            "no digitalSignature",
            "2.5.29.15",
            extension("2.5.29.15", true, &[3, 2, 5, 0x20]),
            Code::KeyUsageWrong,
        ),
        ("CA", "2.5.29.19", extension("2.5.29.19", true, &seq(&[vec![1, 1, 0xFF]])), Code::SignerIsCa),
        (
            "master list signer",
            "2.5.29.37",
            extension("2.5.29.37", true, &seq(&[oid("2.23.136.1.1.3")])),
            Code::ExtendedKeyUsageWrong,
        ),
        (
            "bar code signer",
            "2.5.29.37",
            extension("2.5.29.37", true, &seq(&[oid("2.23.136.1.1.11.1")])),
            Code::ExtendedKeyUsageWrong,
        ),
        (
            "unknown critical extension",
            "1.2.3",
            extension("1.2.3", true, &[5, 0]),
            Code::ExtensionUnknownCritical,
        ),
    ] {
        let facts = with_signer(|body| replace(body, kind, Some(value)));
        let found = codes(&facts).into_iter().filter(|found| found.weight() == Weight::Violation);
        assert_eq!(found.collect::<Vec<_>>(), [code], "{label}");
    }
    // ASN-07: two authority key identifiers.
    let facts = with_signer(|body| {
        body.extensions.push(extension("2.5.29.35", false, &seq(&[tlv(0x80, &[9, 9])])));
    });
    assert!(codes(&facts).contains(&Code::ExtensionDuplicate));
    // PKI-10: no AKI, AKI without key identifier, AKI nobody has: by name.
    let facts = with_signer(|body| replace(body, "2.5.29.35", None));
    assert_eq!(class(&facts), Some(CandidateClass::NameWithoutIdentifier));
    let facts =
        with_signer(|body| replace(body, "2.5.29.35", Some(extension("2.5.29.35", false, &seq(&[])))));
    assert_eq!(class(&facts), Some(CandidateClass::NameWithoutIdentifier));
    assert!(codes(&facts).contains(&Code::AkiWithoutKeyIdentifier));
    let facts = with_signer(|body| {
        replace(body, "2.5.29.35", Some(extension("2.5.29.35", false, &seq(&[tlv(0x80, &[9])]))));
    });
    assert_eq!(class(&facts), Some(CandidateClass::NameDespiteIdentifier));
    // PKI-12: inner and outer algorithm differ.
    let facts = with_signer(|body| body.inner_algorithm = Some(seq(&[oid("1.2.840.10045.4.3.4")])));
    assert!(codes(&facts).contains(&Code::AlgorithmMismatch));
    assert!(matches!(facts.signer.unwrap().chain, ChainFact::RefusedByKeyIdentifier { .. }));
    // ASN-09: reversed validity, impossible times.
    let facts = with_signer(|body| (body.not_before, body.not_after) = (body.not_after, body.not_before));
    assert!(codes(&facts).contains(&Code::ValidityReversed));
    for time in ["241301000000Z", "240230000000Z", "9999", "24010100000\u{661}Z", ""] {
        let mut body = signer_body(&UTOPIA.signer_key);
        body.not_before = time;
        let error = Certificate::parse(&body.sign(&UTOPIA.csca_key)).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Time(_)), "{time}: {error}");
        assert_eq!(error.path.to_string(), "certificate.tbsCertificate.notBefore");
    }
}

#[test]
fn chains() {
    let sod = object().sign(&UTOPIA.signer_key);
    // PKI-01: a self-made state that nobody knows.
    let facts = run(&sod, &Store::default());
    assert!(matches!(&facts.signer.unwrap().chain, ChainFact::NoAnchor { tried: 0, .. }));
    // PKI-02: same name and key identifier, another key.
    let other = Key::ec();
    let impostor = Certificate::parse(&csca_body(&other).sign(&other)).unwrap();
    let facts = run(&sod, &Store::new(&[Arc::clone(&impostor)]));
    assert!(
        matches!(&facts.signer.unwrap().chain, ChainFact::RefusedByKeyIdentifier { anchors } if anchors.len() == 1)
    );
    // SKI collision: both are tried.
    let both = Store::new(&[impostor, Arc::clone(&UTOPIA.csca)]);
    assert_genuine(&run(&sod, &both));
    // Same name, other key, and no key identifier in common: undetermined, with the known root named.
    let mut body = csca_body(&other);
    replace(&mut body, "2.5.29.14", Some(extension("2.5.29.14", false, &octets(&[0xEE]))));
    let newer = Certificate::parse(&body.sign(&other)).unwrap();
    let facts = run(&sod, &Store::new(&[newer]));
    assert!(
        matches!(&facts.signer.unwrap().chain, ChainFact::NoAnchor { known, tried: 1 } if known.len() == 1)
    );
    // SOD-12: a CSCA inside the object is no anchor, and an attacker's signer beside the real one is not used.
    let mut more = object();
    let attacker = Body { subject: name("UT", "DS Utopia 1"), ..signer_body(&other) };
    let forged = Body { issuer: name("UT", "Forger"), ..attacker }.sign(&other);
    more.certificates = vec![forged, UTOPIA.csca.der().to_vec(), UTOPIA.signer.clone()];
    let facts = run(&more.sign(&UTOPIA.signer_key), &utopia_store());
    assert_genuine(&facts);
    let facts = run(&more.sign(&UTOPIA.signer_key), &Store::default());
    assert!(matches!(&facts.signer.unwrap().chain, ChainFact::NoAnchor { .. }));
    // An object that the attacker signs in the name of the real signer.
    let facts = run(&object().sign(&other), &utopia_store());
    assert_eq!(facts.signature, SignatureFact::Failed(SignerFailure::Signature(Fault::Value)));
    // SOD-13: the signer's certificate from the store.
    let mut bare = object();
    bare.certificates.clear();
    let mut store = utopia_store();
    store.signers.push(Certificate::parse(&UTOPIA.signer).unwrap());
    let facts = run(&bare.sign(&UTOPIA.signer_key), &store);
    assert_eq!(facts.signer.as_ref().unwrap().source, SignerSource::Store);
    assert_genuine(&facts);
    // PKI-06: a thousand namesakes are tried up to the limit, and prove nothing.
    let mut body = csca_body(&other);
    replace(&mut body, "2.5.29.14", None);
    let namesake = Certificate::parse(&body.sign(&other)).unwrap();
    let crowd = Store::new(&vec![namesake; 1000]);
    let facts = run(&sod, &crowd);
    assert!(matches!(facts.signer.unwrap().chain, ChainFact::NoAnchor { tried: 64, .. }));
    // Expired lists of candidates beyond the limit with the right key identifier are not "refused" either.
    let impostor = Certificate::parse(&csca_body(&other).sign(&other)).unwrap();
    let facts = run(&sod, &Store::new(&vec![impostor; 1000]));
    assert!(matches!(facts.signer.unwrap().chain, ChainFact::NoAnchor { tried: 64, .. }));
}

#[test]
fn several_signer_infos() {
    let other = Key::ec();
    let good = object();
    let real = good.signer_info(&UTOPIA.signer_key);
    let forged = good.signer_info(&other);
    for order in [[&real, &forged], [&forged, &real]] {
        let mut both = object();
        both.more_signers = vec![order[0].clone()];
        let facts = run(&both.assemble(order[1].clone()), &utopia_store());
        assert_genuine(&facts);
        assert!(codes(&facts).contains(&Code::CmsSeveralSigners));
        assert!(codes(&facts).contains(&Code::CmsOtherSignerFailed));
    }
}

#[test]
fn explicit_curves_are_compared_and_never_computed_on() {
    let point = |curve: Curve| {
        let known = curve.parameters();
        [&[4], known.x, known.y].concat()
    };
    let key = |parameters: Vec<u8>, point: &[u8]| {
        let spki = seq(&[seq(&[oid("1.2.840.10045.2.1"), parameters]), bits(point)]);
        let mut findings = Vec::new();
        let key = PublicKey::from_der(&spki, &mut findings).unwrap();
        (key.description(), findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>())
    };
    for curve in Curve::ALL {
        let known = curve.parameters();
        let expected = match known.bits {
            160 | 192 if curve != Curve::P192 => "unsupported".to_owned(),
            _ => format!("ECDSA {curve}"),
        };
        let (described, _) = key(explicit(curve, |_| {}), &point(curve));
        assert!(described.starts_with(&expected), "{described}");
        // Harmless: leading zeros, seed, no cofactor, compressed generator.
        let form = 2 + (known.y.last().unwrap() & 1);
        for change in [
            Box::new(|parts: &mut Vec<Vec<u8>>| {
                parts[2] = seq(&[octets(&[&[0], known.a].concat()), octets(known.b), bits(&[1, 2, 3])]);
            }) as Box<dyn FnOnce(&mut Vec<Vec<u8>>)>,
            Box::new(|parts| {
                parts.pop();
            }),
            Box::new(move |parts| parts[3] = octets(&[&[form], known.x].concat())),
        ] {
            let (described, findings) = key(explicit(curve, change), &point(curve));
            assert!(described.starts_with(&expected), "{described}");
            assert!(!findings.is_empty());
        }
        // PKI-04 and PKI-05: another generator, order, coefficient, prime or cofactor is no known curve.
        let changed = |octets: &[u8]| {
            let mut changed = octets.to_vec();
            *changed.last_mut().unwrap() ^= 2;
            changed
        };
        for change in [
            Box::new(|parts: &mut Vec<Vec<u8>>| {
                parts[1] = seq(&[oid("1.2.840.10045.1.1"), integer(&changed(known.p))])
            }) as Box<dyn FnOnce(&mut Vec<Vec<u8>>)>,
            Box::new(|parts| parts[1] = seq(&[oid("1.2.840.10045.1.1"), integer(&[0xFF; 1024])])),
            Box::new(|parts| parts[2] = seq(&[octets(&changed(known.a)), octets(known.b)])),
            Box::new(|parts| parts[2] = seq(&[octets(known.a), octets(&changed(known.b))])),
            Box::new(|parts| parts[3] = octets(&changed(&point(curve)))),
            Box::new(|parts| parts[3] = octets(&[&[form ^ 1], known.x].concat())),
            Box::new(|parts| parts[3] = octets(&[0])),
            Box::new(|parts| parts[4] = integer(&changed(known.n))),
            Box::new(|parts| parts[5] = int(2)),
            Box::new(|parts| parts[1] = seq(&[oid("1.2.840.10045.1.2"), integer(known.p)])),
        ] {
            let (described, _) = key(explicit(curve, change), &point(curve));
            assert!(described.starts_with("unsupported"), "{described}");
        }
    }
}

#[test]
fn bad_points_verify_nothing() {
    let known = Curve::P256.parameters();
    let message = b"message";
    // r = s = 1, in range on every curve.
    let signature = seq(&[int(1), int(1)]);
    for curve in [Curve::P256, Curve::Brainpool256R1] {
        for point in [
            vec![0],
            vec![4],
            [&[2], known.x].concat(),
            [&[4], known.x, known.x].concat(),
            [&[4], &[0; 64][..]].concat(),
            [&[4], &[0xFF; 64][..]].concat(),
        ] {
            let spki = seq(&[seq(&[oid("1.2.840.10045.2.1"), explicit(curve, |_| {})]), bits(&point)]);
            let key = PublicKey::from_der(&spki, &mut Vec::new()).unwrap();
            let algorithm = verifier_chip::pki::SignatureAlgorithm::Ecdsa(
                HashAlgorithm::Sha256,
                verifier_chip::pki::signature::EcdsaEncoding::Der,
            );
            let verdict = verifier_chip::pki::signature::verify(&key, &algorithm, message, &signature);
            assert_eq!(verdict, Verdict::Invalid(Fault::Point), "{curve} {point:02X?}");
        }
    }
}

#[test]
fn rsa_exponents_out_of_range_are_never_verified() {
    let modulus = [&[0xC1][..], &[0x55; 255]].concat();
    for (exponent, supported) in [
        (&[1][..], false),
        (&[2], false),
        (&[3], true),
        (&[1, 0, 1], true),
        (&[1, 0, 0], false),
        (&[1, 0xFF, 0xFF, 0xFF, 0xFF], true),
        (&[2, 0, 0, 0, 1], false),
        (&[1, 0, 0, 0, 0, 0, 0, 0, 1], false),
        (&[0], false),
    ] {
        let spki = seq(&[
            seq(&[oid("1.2.840.113549.1.1.1"), null()]),
            bits(&seq(&[integer(&modulus), integer(exponent)])),
        ]);
        let key = PublicKey::from_der(&spki, &mut Vec::new()).unwrap();
        assert_eq!(key.description() == "RSA 2048", supported, "{exponent:?}: {}", key.description());
    }
}

#[test]
fn revocation_lists() {
    let signer = Certificate::parse(&UTOPIA.signer).unwrap();
    let aki = extension("2.5.29.35", false, &seq(&[tlv(0x80, &CSCA_KEY_IDENTIFIER)]));
    let issuer = || name("UT", "CSCA Utopia");
    let look = |store: &Store| find_revocation(&signer, &UTOPIA.csca, store, &Limits::default());
    let with = |lists: Vec<Vec<u8>>| {
        let mut store = utopia_store();
        store.crls = lists.iter().map(|der| Crl::parse(der).unwrap()).collect();
        store
    };
    let serial: &[u8] = &[0x11, 0x22];
    let clean = crl(&UTOPIA.csca_key, issuer(), "260101000000Z", &[&[0x33]], std::slice::from_ref(&aki));
    let naming = crl(&UTOPIA.csca_key, issuer(), "250701000000Z", &[serial], std::slice::from_ref(&aki));
    assert!(matches!(look(&utopia_store()), RevocationFact::NoCrl { unverified } if unverified.is_empty()));
    assert!(matches!(look(&with(vec![clean.clone()])), RevocationFact::NotListed { .. }));
    assert!(matches!(look(&with(vec![naming.clone()])), RevocationFact::Revoked { .. }));
    // A newer list without the entry does not take the revocation back.
    assert!(matches!(look(&with(vec![clean.clone(), naming.clone()])), RevocationFact::Revoked { .. }));
    // PKI-08: same serial, other issuer.
    let foreign = crl(&UTOPIA.csca_key, name("XX", "Other"), "260101000000Z", &[serial], &[]);
    assert!(
        matches!(look(&with(vec![foreign])), RevocationFact::NoCrl { unverified } if unverified.is_empty())
    );
    // A list that an attacker signed, to revoke or to clear.
    let other = Key::ec();
    let forged = crl(&other, issuer(), "260101000000Z", &[serial], std::slice::from_ref(&aki));
    assert!(
        matches!(look(&with(vec![forged.clone()])), RevocationFact::NoCrl { unverified } if unverified.len() == 1)
    );
    assert!(matches!(look(&with(vec![forged, clean.clone()])), RevocationFact::NotListed { .. }));
    // The newer key of the state signs for certificates of the older one, with its own name and the old
    // name as issuer alternative name.
    let mut body = csca_body(&other);
    body.subject = name("UT", "CSCA Utopia 2");
    body.issuer = name("UT", "CSCA Utopia 2");
    replace(&mut body, "2.5.29.14", Some(extension("2.5.29.14", false, &octets(&[0xEE]))));
    let newer = Certificate::parse(&body.sign(&other)).unwrap();
    let list = crl(
        &other,
        name("UT", "CSCA Utopia 2"),
        "260101000000Z",
        &[serial],
        &[
            extension("2.5.29.35", false, &seq(&[tlv(0x80, &[0xEE])])),
            extension("2.5.29.18", false, &seq(&[tlv(0xA4, &issuer())])),
        ],
    );
    let mut store = with(vec![list]);
    assert!(matches!(look(&store), RevocationFact::NoCrl { unverified } if unverified.len() == 1));
    store.anchors.push(newer);
    assert!(matches!(look(&store), RevocationFact::Revoked { .. }));
    // Delta and indirect lists never pass for complete ones.
    for kind in ["2.5.29.27", "2.5.29.28"] {
        let partial =
            crl(&UTOPIA.csca_key, issuer(), "260101000000Z", &[], &[extension(kind, true, &int(1))]);
        assert!(Crl::parse(&partial).is_err());
    }
    // The silence of a list with an unknown critical extension means nothing; its entries count.
    let unknown = extension("1.2.3", true, &null());
    for (revoked, listed) in [(&[0x33][..], false), (serial, true)] {
        let list =
            crl(&UTOPIA.csca_key, issuer(), "260101000000Z", &[revoked], std::slice::from_ref(&unknown));
        assert_eq!(matches!(look(&with(vec![list])), RevocationFact::Revoked { .. }), listed);
    }
    let mut cut = clean.clone();
    cut.pop();
    assert!(Crl::parse(&cut).is_err());
}

#[test]
fn profiles_by_role() {
    let csca = UTOPIA.csca.role_findings(Role::Csca);
    assert!(csca.iter().all(|finding| finding.weight() == Weight::Deviation), "{csca:?}");
    let wrong = UTOPIA.csca.role_findings(Role::DocumentSigner);
    for code in [Code::KeyUsageWrong, Code::SignerIsCa] {
        assert!(wrong.iter().any(|finding| finding.code == code));
    }
    let signer = Certificate::parse(&UTOPIA.signer).unwrap();
    assert!(
        signer.role_findings(Role::MasterListSigner).iter().any(|f| f.code == Code::ExtendedKeyUsageMissing)
    );
    assert_eq!(signer.document_types(), Some(&["P".to_owned()][..]));
    assert!(signer.issuer_findings().iter().any(|finding| finding.code == Code::KeyUsageWrong));
}

#[test]
fn document_type_lists_as_states_write_them() {
    for (value, expected, conforms) in [
        ("30080201003103130150", &["P"][..], true),
        ("130150", &["P"], false),
        ("3003130150", &["P"], false),
        ("3007130150130 24F42", &["P", "OB"], false),
    ] {
        let octets = hex::decode(value.replace(' ', "")).unwrap();
        let mut body = signer_body(&UTOPIA.signer_key);
        replace(&mut body, "2.23.136.1.1.6.2", Some(extension("2.23.136.1.1.6.2", false, &octets)));
        let certificate = Certificate::parse(&body.sign(&UTOPIA.csca_key)).unwrap();
        assert_eq!(certificate.document_types().unwrap(), expected);
        let found = certificate.findings().iter().any(|finding| finding.code == Code::DocumentTypesForm);
        assert_eq!(found, !conforms);
    }
}
