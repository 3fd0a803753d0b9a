//! RSA and DSA in the forms that published vectors lack, signed by OpenSSL: sizes, exponents, salts, mask hashes,
//! DigestInfo without NULL. Skipped loudly where the program is absent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    missing_docs,
    reason = "test code"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use verifier_chip::digest::HashAlgorithm;
use verifier_chip::finding::Code;
use verifier_chip::pki::signature::{Fault, PssParameters, SignatureAlgorithm, Verdict, verify};
use verifier_chip::pki::{Certificate, PublicKey};

const MESSAGE: &[u8] = b"what is signed";

/// A folder of OpenSSL's files; removed at the end.
struct Bench(PathBuf);

impl Bench {
    fn open(name: &str) -> Option<Self> {
        if !Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success()) {
            eprintln!("SKIPPED: the openssl program does not run; {name} was not checked against it");
            return None;
        }
        let folder = std::env::temp_dir().join(format!("verifier-openssl-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("message"), MESSAGE).unwrap();
        Some(Self(folder))
    }

    fn run(&self, arguments: &[&str]) {
        let output = Command::new("openssl").current_dir(&self.0).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {text}");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    /// The public half of `key.pem`, as the engine reads it.
    fn public(&self) -> PublicKey {
        self.run(&["pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "public.der"]);
        PublicKey::from_der(&self.read("public.der"), &mut Vec::new()).unwrap()
    }

    /// Signature of the message with `key.pem`.
    fn sign(&self, hash: &str, options: &[&str]) -> Vec<u8> {
        let mut arguments = vec!["dgst", hash, "-sign", "key.pem", "-out", "signature"];
        for option in options {
            arguments.extend(["-sigopt", option]);
        }
        arguments.push("message");
        self.run(&arguments);
        self.read("signature")
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Valid as it is; not with another message, a changed value, an octet less or an octet more.
#[track_caller]
fn assert_holds(key: &PublicKey, algorithm: SignatureAlgorithm, signature: &[u8], label: &str) -> Vec<Code> {
    let verdict = verify(key, &algorithm, MESSAGE, signature);
    let Verdict::Valid { findings } = verdict else { panic!("{label}: {verdict:?}") };
    let refused = |message: &[u8], signature: &[u8]| {
        let verdict = verify(key, &algorithm, message, signature);
        assert!(matches!(verdict, Verdict::Invalid(_)), "{label}: {verdict:?}");
    };
    refused(b"what is not signed", signature);
    for place in [0, signature.len() / 2, signature.len() - 1] {
        let mut changed = signature.to_vec();
        changed[place] ^= 0x04;
        refused(MESSAGE, &changed);
    }
    refused(MESSAGE, &signature[..signature.len() - 1]);
    refused(MESSAGE, &[signature, &[0]].concat());
    refused(MESSAGE, &[]);
    findings.into_iter().map(|finding| finding.code).collect()
}

const HASHES: [(&str, HashAlgorithm); 5] = [
    ("-sha1", HashAlgorithm::Sha1),
    ("-sha224", HashAlgorithm::Sha224),
    ("-sha256", HashAlgorithm::Sha256),
    ("-sha384", HashAlgorithm::Sha384),
    ("-sha512", HashAlgorithm::Sha512),
];

#[test]
fn rsa_of_many_sizes_and_exponents() {
    let Some(bench) = Bench::open("rsa-sizes") else { return };
    // 6144 bits stand in tests/examples: making such a key takes OpenSSL tens of seconds.
    for (bits, exponent) in [
        ("1024", "65537"),
        ("1024", "3"),
        ("1536", "65537"),
        ("2048", "38129"),
        ("2048", "4294967297"),
        ("3072", "3"),
    ] {
        let (size, odd) = (format!("rsa_keygen_bits:{bits}"), format!("rsa_keygen_pubexp:{exponent}"));
        bench.run(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &size, "-pkeyopt", &odd, "-out", "key.pem"]);
        let key = bench.public();
        for (flag, hash) in HASHES {
            let label = format!("RSA-{bits} e={exponent} {flag}");
            let signature = bench.sign(flag, &[]);
            let findings = assert_holds(&key, SignatureAlgorithm::RsaPkcs1(hash), &signature, &label);
            assert_eq!(findings.contains(&Code::HashWeak), hash == HashAlgorithm::Sha1, "{label}");
        }
    }
}

#[test]
fn pss_with_any_salt_and_mask() {
    let Some(bench) = Bench::open("pss") else { return };
    for bits in ["1024", "2048"] {
        let size = format!("rsa_keygen_bits:{bits}");
        bench.run(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &size, "-out", "key.pem"]);
        let key = bench.public();
        for ((flag, hash), (mask_flag, mask_hash)) in [
            (HASHES[0], HASHES[0]),
            (HASHES[1], HASHES[1]),
            (HASHES[2], HASHES[2]),
            (HASHES[2], HASHES[0]),
            (HASHES[2], HASHES[4]),
            (HASHES[3], HASHES[2]),
            (HASHES[0], HASHES[2]),
        ] {
            let octets = if bits == "1024" { 128 } else { 256 };
            let longest = octets - hash.length() - 2;
            for salt_length in [0, 1, 20, 32, 64.min(longest), longest] {
                let label = format!("PSS-{bits} {flag} mask {mask_flag} salt {salt_length}");
                let salt = format!("rsa_pss_saltlen:{salt_length}");
                let mask = format!("rsa_mgf1_md:{}", mask_flag.trim_start_matches('-'));
                let signature = bench.sign(flag, &["rsa_padding_mode:pss", &salt, &mask]);
                let parameters = PssParameters { hash, mask_hash, salt_length };
                assert_holds(&key, SignatureAlgorithm::RsaPss(parameters), &signature, &label);
                // Any other parameters than those it was made with.
                for wrong in [
                    PssParameters { salt_length: salt_length + 1, ..parameters },
                    PssParameters { mask_hash: HashAlgorithm::Sha384, ..parameters },
                    PssParameters { hash: HashAlgorithm::Sha512, ..parameters },
                ] {
                    if wrong == parameters {
                        continue;
                    }
                    let verdict = verify(&key, &SignatureAlgorithm::RsaPss(wrong), MESSAGE, &signature);
                    assert!(matches!(verdict, Verdict::Invalid(_)), "{label}: {wrong:?}: {verdict:?}");
                }
                let verdict = verify(&key, &SignatureAlgorithm::RsaPkcs1(hash), MESSAGE, &signature);
                assert_eq!(verdict, Verdict::Invalid(Fault::Value), "{label}: as PKCS#1");
            }
        }
    }
}

/// The list of ICAO of 2023 has a DigestInfo without NULL: valid, with a finding; nothing else may be left out.
#[test]
fn digest_info_without_null() {
    let Some(bench) = Bench::open("digest-info") else { return };
    for bits in ["1024", "2048", "3072"] {
        let size = format!("rsa_keygen_bits:{bits}");
        bench.run(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &size, "-out", "key.pem"]);
        let key = bench.public();
        let hash = HashAlgorithm::Sha256;
        let digest = hash.digest(MESSAGE);
        let oid: &[u8] = &[0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
        let sequence = |parts: &[&[u8]]| {
            let content = parts.concat();
            [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
        };
        let octets = [&[4, 32], digest.as_bytes()].concat();
        for (label, info, valid) in [
            ("with NULL", sequence(&[&sequence(&[oid, &[5, 0]]), &octets]), Some(false)),
            ("without NULL", sequence(&[&sequence(&[oid]), &octets]), Some(true)),
            ("NULL of one octet", sequence(&[&sequence(&[oid, &[5, 1, 0]]), &octets]), None),
            ("another parameter", sequence(&[&sequence(&[oid, &[2, 1, 0]]), &octets]), None),
            ("octets behind", sequence(&[&sequence(&[oid, &[5, 0]]), &octets, &[0]]), None),
            ("digest alone", digest.as_bytes().to_vec(), None),
            ("octet string alone", octets.clone(), None),
            (
                "long form of length",
                [&[0x30, 0x81, 49][..], &sequence(&[&sequence(&[oid, &[5, 0]]), &octets])[2..]].concat(),
                None,
            ),
        ] {
            std::fs::write(bench.0.join("info"), &info).unwrap();
            // Raw RSA with the padding of type 1 around whatever it is given.
            let padding = "rsa_padding_mode:pkcs1";
            bench.run(&[
                "pkeyutl",
                "-sign",
                "-in",
                "info",
                "-inkey",
                "key.pem",
                "-pkeyopt",
                padding,
                "-out",
                "signature",
            ]);
            let verdict =
                verify(&key, &SignatureAlgorithm::RsaPkcs1(hash), MESSAGE, &bench.read("signature"));
            match (valid, verdict) {
                (Some(remark), Verdict::Valid { findings }) => {
                    let found = findings.iter().any(|finding| finding.code == Code::DigestInfoNullMissing);
                    assert_eq!(found, remark, "RSA-{bits} {label}");
                }
                (None, Verdict::Invalid(Fault::Value)) => {}
                (_, verdict) => panic!("RSA-{bits} {label}: {verdict:?}"),
            }
        }
    }
}

#[test]
fn dsa() {
    let Some(bench) = Bench::open("dsa") else { return };
    for (bits, order) in [("1024", "160"), ("2048", "224"), ("2048", "256")] {
        let (p, q) = (format!("dsa_paramgen_bits:{bits}"), format!("dsa_paramgen_q_bits:{order}"));
        bench.run(&[
            "genpkey",
            "-genparam",
            "-algorithm",
            "DSA",
            "-pkeyopt",
            &p,
            "-pkeyopt",
            &q,
            "-out",
            "parameters.pem",
        ]);
        bench.run(&["genpkey", "-paramfile", "parameters.pem", "-out", "key.pem"]);
        let key = bench.public();
        for (flag, hash) in &HASHES[..3] {
            let label = format!("DSA-{bits}/{order} {flag}");
            let signature = bench.sign(flag, &[]);
            let verdict = verify(&key, &SignatureAlgorithm::Dsa(*hash), MESSAGE, &signature);
            assert!(matches!(verdict, Verdict::Valid { .. }), "{label}: {verdict:?}");
            for (message, signature) in
                [(&b"other"[..], signature.clone()), (MESSAGE, [&signature[..], &[0]].concat())]
            {
                let verdict = verify(&key, &SignatureAlgorithm::Dsa(*hash), message, &signature);
                assert!(matches!(verdict, Verdict::Invalid(_)), "{label}: {verdict:?}");
            }
        }
    }
}

/// What Wycheproof has no vector for and OpenSSL made once: RSA-1024 and RSA-6144 stand in `tests/examples`.
#[test]
fn stored_examples_cover_the_long_keys() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples");
    for (name, bits) in [
        ("rsa1024_pkcs1_sha1.der", 1024),
        ("rsa6144_pkcs1_sha256.der", 6144),
        ("rsa6144_pss_sha512_mgf1sha1_salt20.der", 6144),
    ] {
        let certificate = Certificate::parse(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        assert_eq!(certificate.public_key().description(), format!("RSA {bits}"), "{name}");
        assert!(matches!(certificate.verify_self_signature(), Verdict::Valid { .. }), "{name}");
    }
}
