//! Signer certificates, chains, explicit curves, bad keys and revocation lists.

use super::*;

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
fn a_list_by_another_key_of_the_state_counts_whatever_key_it_names() {
    let signer = Certificate::parse(&UTOPIA.signer).unwrap();
    let other = Key::ec();
    let mut body = csca_body(&other);
    (body.subject, body.issuer) = (name("UT", "CSCA Utopia 2"), name("UT", "CSCA Utopia 2"));
    replace(&mut body, "2.5.29.14", Some(extension("2.5.29.14", false, &octets(&[0xEE]))));
    let newer = Certificate::parse(&body.sign(&other)).unwrap();
    let old_key = extension("2.5.29.35", false, &seq(&[tlv(0x80, &CSCA_KEY_IDENTIFIER)]));
    for named in [vec![], vec![old_key]] {
        // The newer key signs under the older name.
        let list =
            crl(&other, name("UT", "CSCA Utopia"), "260101000000Z", &[&[0x11, 0x22]], named.as_slice());
        let mut store = utopia_store();
        store.crls = vec![Crl::parse(&list).unwrap()];
        let look = |store: &Store| find_revocation(&signer, &UTOPIA.csca, store, &Limits::default());
        assert!(matches!(look(&store), RevocationFact::NoCrl { unverified } if unverified.len() == 1));
        store.anchors.push(Arc::clone(&newer));
        assert!(matches!(look(&store), RevocationFact::Revoked { .. }));
        // The same key in another state's name does not count.
        let mut foreign = csca_body(&other);
        (foreign.subject, foreign.issuer) = (name("XX", "CSCA"), name("XX", "CSCA"));
        store.anchors.pop();
        store.anchors.push(Certificate::parse(&foreign.sign(&other)).unwrap());
        assert!(matches!(look(&store), RevocationFact::NoCrl { .. }));
    }
}

#[test]
fn a_revoked_root_revokes_what_it_issued() {
    let signer = Certificate::parse(&UTOPIA.signer).unwrap();
    let (old, new) = (name("UT", "CSCA Utopia"), name("UT", "CSCA Utopia 2"));
    let root_serial = UTOPIA.csca.serial().to_vec();
    let other = Key::ec();
    let mut body = csca_body(&other);
    (body.subject, body.issuer) = (new.clone(), new.clone());
    replace(&mut body, "2.5.29.14", Some(extension("2.5.29.14", false, &octets(&[0xEE]))));
    let newer = Certificate::parse(&body.sign(&other)).unwrap();
    assert_eq!(newer.serial(), UTOPIA.csca.serial(), "the same number under both names");
    let former = extension("2.5.29.18", false, &seq(&[tlv(0xA4, &old)]));
    let look = |list: &[u8], anchor: &Certificate, anchors: &[&Arc<Certificate>]| {
        let mut store = utopia_store();
        store.anchors = anchors.iter().map(|anchor| Arc::clone(anchor)).collect();
        store.crls = vec![Crl::parse(list).unwrap()];
        find_revocation(&signer, anchor, &store, &Limits::default())
    };
    // By its own key, and by its successor under the new name.
    let own = crl(&UTOPIA.csca_key, old.clone(), "260101000000Z", &[&root_serial], &[]);
    let by_successor = crl(&other, new, "260101000000Z", &[&root_serial], std::slice::from_ref(&former));
    let place = seq(&[tlv(0xA4, &seq(&[set(&[seq(&[oid("2.5.4.7"), tlv(0x13, b"UTO")])])]))]);
    let place = extension("2.5.29.18", false, &place);
    let own_with_place = crl(&UTOPIA.csca_key, old.clone(), "260101000000Z", &[&root_serial], &[place]);
    for list in [&own, &own_with_place, &by_successor] {
        let fact = look(list, &UTOPIA.csca, &[&UTOPIA.csca, &newer]);
        assert!(matches!(fact, RevocationFact::IssuerRevoked { .. }), "{fact:?}");
    }
    // The successor, which has the same number under its own name, did not revoke itself.
    let fact = look(&by_successor, &newer, &[&UTOPIA.csca, &newer]);
    assert!(matches!(fact, RevocationFact::NotListed { .. }), "{fact:?}");
    // A link certificate that is revoked takes nothing from the root that has its key; alone, it counts.
    let mut body = csca_body(&UTOPIA.csca_key);
    body.issuer = name("UT", "CSCA Utopia 0");
    let before = Key::ec();
    let link = Certificate::parse(&body.sign(&before)).unwrap();
    let mut body = csca_body(&before);
    (body.subject, body.issuer) = (name("UT", "CSCA Utopia 0"), name("UT", "CSCA Utopia 0"));
    let first = Certificate::parse(&body.sign(&before)).unwrap();
    let list = crl(&before, name("UT", "CSCA Utopia 0"), "260101000000Z", &[link.serial()], &[]);
    let fact = look(&list, &link, &[&first, &link, &UTOPIA.csca]);
    assert!(matches!(fact, RevocationFact::NoCrl { .. }), "{fact:?}");
    let fact = look(&list, &link, &[&first, &link]);
    assert!(matches!(fact, RevocationFact::IssuerRevoked { .. }), "{fact:?}");
    // A list that nobody of the state signed revokes nothing.
    let forged = crl(&Key::ec(), old, "260101000000Z", &[&root_serial], &[]);
    assert!(matches!(look(&forged, &UTOPIA.csca, &[&UTOPIA.csca]), RevocationFact::NoCrl { .. }));
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
