//! Active authentication with ECDSA on every curve, hashes shorter and longer than the order, named and not; the answers are
//! OpenSSL's.

use std::path::{Path, PathBuf};
use std::process::Command;

use verifier_chip::Limits;
use verifier_chip::authentication::Bound;
use verifier_chip::authentication::active::{ActiveFact, ActiveFailure, verify};
use verifier_chip::authentication::passive::{Files, authenticate};
use verifier_chip::ber::{Reader, tag};
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::finding::Code;
use verifier_chip::lds::{Dg14, Dg15, DgNumber};
use verifier_chip::pki::signature::Fault;

use crate::issuer::{Object, UTOPIA, dg1, dg2, int, oid, seq, set, tlv};
use crate::store::Store;

const CHALLENGE: [u8; 8] = [0xF1, 0x73, 0x58, 0x99, 0x74, 0xBF, 0x40, 0xC6];

const CURVES: [(&str, usize); 13] = [
    ("prime192v1", 24),
    ("secp224r1", 28),
    ("prime256v1", 32),
    ("secp384r1", 48),
    ("secp521r1", 66),
    ("brainpoolP224r1", 28),
    ("brainpoolP224t1", 28),
    ("brainpoolP256r1", 32),
    ("brainpoolP256t1", 32),
    ("brainpoolP320r1", 40),
    ("brainpoolP384r1", 48),
    ("brainpoolP512r1", 64),
    ("brainpoolP512t1", 64),
];

const HASHES: [(HashAlgorithm, &str, u32); 5] = [
    (HashAlgorithm::Sha1, "-sha1", 1),
    (HashAlgorithm::Sha224, "-sha224", 2),
    (HashAlgorithm::Sha256, "-sha256", 3),
    (HashAlgorithm::Sha384, "-sha384", 4),
    (HashAlgorithm::Sha512, "-sha512", 5),
];

fn openssl(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    match Command::new("openssl").current_dir(folder).args(arguments).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "openssl {arguments:?}: {text}");
            Some(output.stdout)
        }
        Err(error) => {
            eprintln!("SKIPPED: the openssl program does not run ({error})");
            None
        }
    }
}

fn folder() -> PathBuf {
    let path = std::env::temp_dir().join(format!("verifier-active-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn bound(spki: &[u8], infos: Option<Vec<u8>>) -> (Bound<Dg15>, Option<Bound<Dg14>>) {
    let (one, two, fifteen) = (dg1(), dg2(), tlv(0x6F, spki));
    let fourteen = infos.map(|infos| tlv(0x6E, &infos));
    let mut groups: Vec<(u32, &[u8])> = vec![(1, &one), (2, &two), (15, &fifteen)];
    groups.extend(fourteen.iter().map(|file| (14, file.as_slice())));
    let sod = Object::of(&UTOPIA, &groups).sign(&UTOPIA.signer_key);
    let files = Files {
        sod: Some(&sod),
        com: None,
        data_groups: groups.iter().map(|(n, file)| (DgNumber::new(*n as u8).unwrap(), *file)).collect(),
        ..Files::default()
    };
    let facts = authenticate(&files, &Store::default(), &Limits::default());
    let fourteen = facts.bound(DgNumber::DG14).map(|group| group.decode().unwrap());
    (facts.bound(DgNumber::DG15).unwrap().decode().unwrap(), fourteen)
}

/// r and s one after the other, each as long as the order.
fn plain(der: &[u8], length: usize) -> Vec<u8> {
    let mut reader = Reader::only(der, tag::SEQUENCE).unwrap().reader().unwrap();
    let mut out = Vec::new();
    for _ in 0..2 {
        let number = reader.expect(tag::INTEGER).unwrap().unsigned_integer().unwrap();
        out.resize(out.len() + length - number.len(), 0);
        out.extend_from_slice(number);
    }
    out
}

#[test]
fn every_curve_and_hash() {
    let folder = folder();
    std::fs::write(folder.join("challenge"), CHALLENGE).unwrap();
    for (curve, length) in CURVES {
        let key = ["ecparam", "-name", curve, "-param_enc", "explicit", "-genkey", "-noout", "-out", "key"];
        if openssl(&folder, &key).is_none() {
            return;
        }
        let spki = openssl(&folder, &["pkey", "-in", "key", "-pubout", "-outform", "DER"]).unwrap();
        let (unnamed, _) = bound(&spki, None);
        for (hash, option, arc) in HASHES {
            let der = openssl(&folder, &["dgst", option, "-sign", "key", "challenge"]).unwrap();
            let answer = plain(&der, length);
            let algorithm = format!("0.4.0.127.0.7.1.1.4.1.{arc}");
            let info = set(&[seq(&[oid("2.23.136.1.1.5"), int(1), oid(&algorithm)])]);
            let (key, options) = bound(&spki, Some(info));
            match verify(&CHALLENGE, &answer, &key, options.as_ref()) {
                ActiveFact::Valid { hash: used, findings } => {
                    assert_eq!(used, hash, "{curve}");
                    assert_eq!(
                        findings.iter().any(|finding| finding.code == Code::HashWeak),
                        hash == HashAlgorithm::Sha1
                    );
                }
                other => panic!("{curve} {hash}: {other:?}"),
            }
            // Without the info every hash is tried, and the missing info is told.
            match verify(&CHALLENGE, &answer, &unnamed, None) {
                ActiveFact::Valid { hash: used, findings } => {
                    assert_eq!(used, hash, "{curve}");
                    assert!(findings.iter().any(|finding| finding.code == Code::ActiveInfoMissing));
                }
                other => panic!("{curve} {hash}: {other:?}"),
            }
            // CHA-03 and CHA-04: another challenge, other octets, a length that is not the order's.
            let failed = |fault| ActiveFact::Failed(ActiveFailure::Signature(fault));
            assert_eq!(verify(&[0; 8], &answer, &key, options.as_ref()), failed(Fault::Value), "{curve}");
            let mut changed = answer.clone();
            changed[length] ^= 1;
            assert_ne!(
                verify(&CHALLENGE, &changed, &key, options.as_ref()),
                verify(&CHALLENGE, &answer, &key, options.as_ref())
            );
            for wrong in [&answer[1..], &answer[..2 * length - 1], &[&[0], answer.as_slice()].concat()] {
                assert_eq!(
                    verify(&CHALLENGE, wrong, &key, options.as_ref()),
                    failed(Fault::Encoding),
                    "{curve}"
                );
            }
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}
