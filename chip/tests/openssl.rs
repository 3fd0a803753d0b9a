//! Signatures, certificates and signed messages written by OpenSSL: a stranger's view of the same standards.
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

use std::path::Path;
use std::process::Command;

use issuer::{UTOPIA, hash_identifier, int, octets, seq, tlv};
use verifier_chip::Limits;
use verifier_chip::ber::{Element, Reader};
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::finding::Code;
use verifier_chip::pki::signature::{Fault, Verdict};
use verifier_chip::pki::{Certificate, Curve};
use verifier_chip::sod::{SignerFailure, SignerVerdict, Sod};

/// Runs OpenSSL in a folder; `None` when there is none to run.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<()> {
    match Command::new("openssl").current_dir(folder).args(arguments).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "openssl {arguments:?}: {text}");
            Some(())
        }
        Err(error) => {
            eprintln!("SKIPPED: the openssl program does not run ({error})");
            None
        }
    }
}

#[test]
fn stored_certificates_verify_and_changed_ones_do_not() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "der") {
            continue;
        }
        let der = std::fs::read(&path).unwrap();
        let certificate = Certificate::parse(&der).unwrap();
        let verdict = certificate.verify_self_signature();
        let Verdict::Valid { findings } = &verdict else { panic!("{}: {verdict:?}", path.display()) };
        let found = |code| findings.iter().any(|finding| finding.code == code);
        assert_eq!(found(Code::HashWeak), path.to_string_lossy().contains("_sha1"), "{}", path.display());
        let mut changed = der.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        let verdict = Certificate::parse(&changed).unwrap().verify_self_signature();
        assert!(matches!(verdict, Verdict::Invalid(Fault::Value)), "{}: {verdict:?}", path.display());
        seen += 1;
    }
    assert_eq!(seen, 6);
}

#[test]
fn curves_and_hashes() {
    let folder = tempdir("curves");
    for (name, curve) in [
        ("prime192v1", Curve::P192),
        ("secp224r1", Curve::P224),
        ("prime256v1", Curve::P256),
        ("secp384r1", Curve::P384),
        ("secp521r1", Curve::P521),
        ("brainpoolP224r1", Curve::Brainpool224R1),
        ("brainpoolP224t1", Curve::Brainpool224T1),
        ("brainpoolP256r1", Curve::Brainpool256R1),
        ("brainpoolP256t1", Curve::Brainpool256T1),
        ("brainpoolP320r1", Curve::Brainpool320R1),
        ("brainpoolP320t1", Curve::Brainpool320T1),
        ("brainpoolP384r1", Curve::Brainpool384R1),
        ("brainpoolP384t1", Curve::Brainpool384T1),
        ("brainpoolP512r1", Curve::Brainpool512R1),
        ("brainpoolP512t1", Curve::Brainpool512T1),
    ] {
        let key = format!("{name}.pem");
        let made = openssl(
            &folder,
            &["ecparam", "-name", name, "-param_enc", "explicit", "-genkey", "-noout", "-out", &key],
        );
        if made.is_none() {
            return;
        }
        // Shorter and longer than the order.
        for hash in ["-sha1", "-sha256", "-sha512"] {
            let file = format!("{name}{hash}.der");
            openssl(
                &folder,
                &[
                    "req",
                    "-x509",
                    "-new",
                    "-key",
                    &key,
                    hash,
                    "-subj",
                    "/C=UT/CN=test",
                    "-outform",
                    "DER",
                    "-out",
                    &file,
                ],
            );
            let certificate = Certificate::parse(&std::fs::read(folder.join(&file)).unwrap()).unwrap();
            assert_eq!(certificate.public_key().description(), format!("ECDSA {curve}"));
            let verdict = certificate.verify_self_signature();
            assert!(matches!(verdict, Verdict::Valid { .. }), "{file}: {verdict:?}");
            // Under another key of the same curve it does not verify.
            if curve == Curve::P256 {
                let verdict = certificate.verify_issued_by(&UTOPIA.csca);
                assert_eq!(verdict, Verdict::Invalid(Fault::Value));
            }
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn signed_messages_with_definite_and_indefinite_lengths() {
    let folder = tempdir("cms");
    let hash = HashAlgorithm::Sha256;
    let entry = |number, data: &[u8]| seq(&[int(number), octets(hash.digest(data).as_bytes())]);
    let object = seq(&[int(0), hash_identifier(hash), seq(&[entry(1, b"one"), entry(2, b"two")])]);
    std::fs::write(folder.join("content"), &object).unwrap();
    for (key, extra) in [
        (&["rsa:2048"][..], &["-keyopt", "rsa_padding_mode:pss"][..]),
        (&["rsa:2048"], &[]),
        (&["ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1"], &["-keyid"]),
    ] {
        let mut arguments = vec!["req", "-x509", "-nodes", "-newkey"];
        arguments.extend(key);
        arguments.extend(["-keyout", "key", "-out", "cert", "-sha384", "-subj", "/C=UT/CN=signer"]);
        if openssl(&folder, &arguments).is_none() {
            return;
        }
        let mut arguments = vec![
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-in",
            "content",
            "-signer",
            "cert",
            "-inkey",
            "key",
            "-md",
            "sha256",
            "-econtent_type",
            "2.23.136.1.1.1",
            "-outform",
            "DER",
            "-out",
            "cms",
        ];
        arguments.extend(extra);
        openssl(&folder, &arguments);
        let definite = std::fs::read(folder.join("cms")).unwrap();
        let indefinite = with_indefinite_lengths(&definite);
        for (message, is_der) in [(definite, true), (indefinite, false)] {
            let sod = Sod::parse(&tlv(0x77, &message), &Limits::default()).unwrap();
            assert_eq!(sod.findings.iter().any(|finding| finding.code == Code::SodBer), !is_der);
            assert_eq!(sod.lds.hashes.len(), 2);
            assert!(sod.signers[0].signing_time().is_some());
            let verdict = sod.signers[0].verify(&sod.certificates[0]);
            assert!(matches!(verdict, SignerVerdict::Valid { .. }), "{key:?} {extra:?}: {verdict:?}");
            let verdict = sod.signers[0].verify(&UTOPIA.csca);
            assert!(matches!(verdict, SignerVerdict::Failed(SignerFailure::Signature(_))));
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// The same message with indefinite lengths around everything and the content in segments of 7 octets.
fn with_indefinite_lengths(message: &[u8]) -> Vec<u8> {
    fn open(element: &Element<'_>) -> Vec<Vec<u8>> {
        let mut reader = element.reader().unwrap();
        std::iter::from_fn(|| reader.next().unwrap()).map(|inner| inner.raw().to_vec()).collect()
    }
    fn only(input: &[u8]) -> Element<'_> {
        Reader::new(input).required().unwrap()
    }
    let wrap = |tag: u8, parts: &[Vec<u8>]| [&[tag, 0x80], parts.concat().as_slice(), &[0, 0]].concat();
    let mut outer = open(&only(message));
    let mut signed = open(&only(&open(&only(&outer[1]))[0]));
    let mut encapsulated = open(&only(&signed[2]));
    let content = only(&encapsulated[1]).reader().unwrap().required().unwrap();
    let segments: Vec<Vec<u8>> = content.content().chunks(7).map(octets).collect();
    encapsulated[1] = wrap(0xA0, &[wrap(0x24, &segments)]);
    signed[2] = wrap(0x30, &encapsulated);
    outer[1] = wrap(0xA0, &[wrap(0x30, &signed)]);
    wrap(0x30, &outer)
}

fn tempdir(label: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("verifier-chip-{label}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}
