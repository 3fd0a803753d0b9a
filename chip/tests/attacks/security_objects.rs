//! EF.SOD: its CMS, its signer infos and its hash list, one manipulation a row.

use super::*;

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
fn a_signer_who_names_algorithms_or_certificate_is_held_to_it() {
    const PROTECTION: &str = "1.2.840.113549.1.9.52";
    const CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
    const CERTIFICATE_2: &str = "1.2.840.113549.1.9.16.2.47";
    let algorithms = |digest: Vec<u8>, signature: Vec<u8>| {
        let mut implicit = signature;
        implicit[0] = 0xA1;
        attribute(PROTECTION, seq(&[digest, implicit]))
    };
    let named = |kind: &str, hash: HashAlgorithm, identifier: Option<Vec<u8>>, certificate: &[u8]| {
        let mut parts: Vec<Vec<u8>> = identifier.into_iter().collect();
        parts.push(octets(hash.digest(certificate).as_bytes()));
        attribute(kind, seq(&[seq(&[seq(&parts)])]))
    };
    let sha256 = || hash_identifier(HashAlgorithm::Sha256);
    let ecdsa = |last: u8| seq(&[oid(&format!("1.2.840.10045.4.3.{last}"))]);
    let own = &UTOPIA.signer;
    let wrong = failed(SignerFailure::AlgorithmsDiffer);
    let another = failed(SignerFailure::CertificateDiffers);
    for (what, attribute, expected) in [
        ("as used", algorithms(sha256(), ecdsa(2)), SignatureFact::Valid),
        (
            "digest without NULL, no signature algorithm",
            attribute(PROTECTION, seq(&[seq(&[oid("2.16.840.1.101.3.4.2.1")])])),
            SignatureFact::Valid,
        ),
        ("another digest", algorithms(hash_identifier(HashAlgorithm::Sha1), ecdsa(2)), wrong.clone()),
        ("another signature", algorithms(sha256(), ecdsa(3)), wrong),
        ("not readable", attribute(PROTECTION, null()), SignatureFact::Valid),
        ("own certificate", named(CERTIFICATE, HashAlgorithm::Sha1, None, own), SignatureFact::Valid),
        ("own, SHA-256", named(CERTIFICATE_2, HashAlgorithm::Sha256, None, own), SignatureFact::Valid),
        (
            "own, SHA-512",
            named(CERTIFICATE_2, HashAlgorithm::Sha512, Some(hash_identifier(HashAlgorithm::Sha512)), own),
            SignatureFact::Valid,
        ),
        ("another", named(CERTIFICATE, HashAlgorithm::Sha1, None, UTOPIA.csca.der()), another.clone()),
        ("another, SHA-256", named(CERTIFICATE_2, HashAlgorithm::Sha256, None, UTOPIA.csca.der()), another),
    ] {
        let mut object = object();
        let mut attributes = object.usual_attributes();
        attributes.push(attribute);
        attributes.sort();
        object.attributes = Some(attributes);
        let facts = run(&object.sign(&UTOPIA.signer_key), &utopia_store());
        assert_eq!(facts.signature, expected, "{what}");
    }
}

#[test]
fn a_root_with_an_unknown_critical_extension_issues_nothing_that_passes_unseen() {
    let mut body = csca_body(&UTOPIA.csca_key);
    body.extensions.push(extension("1.2.3.4", true, &null()));
    let root = Certificate::parse(&body.sign(&UTOPIA.csca_key)).unwrap();
    let facts = run(&object().sign(&UTOPIA.signer_key), &Store::new(&[root]));
    let ChainFact::Verified { findings, .. } = &facts.signer.as_ref().unwrap().chain else { panic!() };
    assert!(findings.iter().any(|finding| finding.code == Code::ExtensionUnknownCritical), "{findings:?}");
}
