//! Key agreement, message authentication and key derivation held against OpenSSL on keys that it draws: all curves and groups
//! of Doc 9303-11 table 12.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Domain;
use crate::ber::{Reader, tag, without_leading_zeros};
use crate::cipher::{Cipher, mac, pad};
use crate::kdf::{CipherKind, Purpose, derive};

const CURVES: [(u8, &str); 11] = [
    (8, "prime192v1"),
    (9, "brainpoolP192r1"),
    (10, "secp224r1"),
    (11, "brainpoolP224r1"),
    (12, "prime256v1"),
    (13, "brainpoolP256r1"),
    (14, "brainpoolP320r1"),
    (15, "secp384r1"),
    (16, "brainpoolP384r1"),
    (17, "brainpoolP512r1"),
    (18, "secp521r1"),
];

/// What OpenSSL prints; `None` where there is none.
fn openssl(folder: &Path, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let child = Command::new("openssl")
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            eprintln!("SKIPPED: the openssl program does not run ({error})");
            return None;
        }
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

fn folder(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("verifier-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Private number, domain and public element of a key in PKCS #8 and SubjectPublicKeyInfo.
fn key(folder: &Path, name: &str, parameters: &str) -> Option<(Vec<u8>, Domain, Vec<u8>)> {
    let private = format!("{name}.pem");
    openssl(folder, &["genpkey", "-paramfile", parameters, "-out", &private], &[])?;
    let public = format!("{name}.pub");
    openssl(folder, &["pkey", "-in", &private, "-pubout", "-out", &public], &[])?;
    let spki = openssl(folder, &["pkey", "-in", &private, "-pubout", "-outform", "DER"], &[])?;
    let (domain, element) = Domain::from_public_key(&Reader::only(&spki, tag::SEQUENCE).unwrap()).unwrap();
    let pkcs8 = openssl(folder, &["pkcs8", "-topk8", "-nocrypt", "-in", &private, "-outform", "DER"], &[])?;
    let mut reader = Reader::only(&pkcs8, tag::SEQUENCE).unwrap().reader().unwrap();
    reader.required().unwrap();
    reader.required().unwrap();
    let inner = reader.expect(tag::OCTET_STRING).unwrap().content();
    let secret = if domain.is_elliptic() {
        let mut reader = Reader::only(inner, tag::SEQUENCE).unwrap().reader().unwrap();
        reader.required().unwrap();
        reader.expect(tag::OCTET_STRING).unwrap().content().to_vec()
    } else {
        Reader::only(inner, tag::INTEGER).unwrap().unsigned_integer().unwrap().to_vec()
    };
    Some((secret, domain, element.into()))
}

/// Both public keys and the shared secret, over any number of drawn pairs.
fn agree(folder: &Path, parameters: &str, expected: &Domain) -> Option<()> {
    for _ in 0..2 {
        let (ours, domain, our_public) = key(folder, "ours", parameters)?;
        let (_, _, their_public) = key(folder, "theirs", parameters)?;
        assert_eq!(domain, *expected);
        let public = domain.multiply(&domain.generator(), &ours).unwrap();
        assert_eq!(domain.encoded(&public), without_leading_zeros(&our_public), "{domain}");
        let arguments = ["pkeyutl", "-derive", "-inkey", "ours.pem", "-peerkey", "theirs.pub"];
        let shared = openssl(folder, &arguments, &[])?;
        let agreed = domain.multiply(&their_public, &ours).unwrap();
        assert_eq!(without_leading_zeros(domain.shared(&agreed)), without_leading_zeros(&shared), "{domain}");
    }
    Some(())
}

#[test]
fn every_curve() {
    let folder = folder("ecdh");
    for (id, name) in CURVES {
        let arguments = ["ecparam", "-name", name, "-param_enc", "explicit", "-out", "parameters"];
        if openssl(&folder, &arguments, &[]).is_none() {
            return;
        }
        agree(&folder, "parameters", &Domain::standardised(id).unwrap()).unwrap();
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_group() {
    let folder = folder("dh");
    for (id, number) in [(0, "1"), (1, "2"), (2, "3")] {
        let option = format!("dh_rfc5114:{number}");
        let arguments =
            ["genpkey", "-genparam", "-algorithm", "DHX", "-pkeyopt", &option, "-out", "parameters"];
        if openssl(&folder, &arguments, &[]).is_none() {
            return;
        }
        agree(&folder, "parameters", &Domain::standardised(id).unwrap()).unwrap();
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// CMAC of AES, the retail MAC out of triple DES, the key derivation out of plain hashes.
#[test]
fn checksums_and_keys() {
    let folder = folder("mac");
    for (kind, name) in [
        (CipherKind::Aes128, "AES-128-CBC"),
        (CipherKind::Aes192, "AES-192-CBC"),
        (CipherKind::Aes256, "AES-256-CBC"),
        (CipherKind::TripleDes, "des-ede"),
    ] {
        for length in [0_usize, 1, 8, 15, 16, 17, 40, 255] {
            let message: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let secret = [length.to_be_bytes().as_slice(), name.as_bytes()].concat();
            for (purpose, counter) in
                [(Purpose::Encryption, 1), (Purpose::Authentication, 2), (Purpose::Password, 3)]
            {
                let hash = if kind.key_length() == 16 { "-sha1" } else { "-sha256" };
                let input = [secret.as_slice(), &[0, 0, 0, counter]].concat();
                let Some(digest) = openssl(&folder, &["dgst", hash, "-binary"], &input) else { return };
                let key = derive(&secret, purpose, kind);
                let parity = if kind == CipherKind::TripleDes { 0xFE } else { 0xFF };
                let same = key.iter().zip(&digest).all(|(ours, theirs)| ours & parity == theirs & parity);
                assert!(same && key.len() == kind.key_length());
                assert!(parity == 0xFF || key.iter().all(|octet| octet.count_ones() % 2 == 1));
            }
            let key = derive(&secret, Purpose::Authentication, kind);
            if kind == CipherKind::TripleDes {
                let mut padded = message.clone();
                pad(&mut padded, 8);
                let expected = retail_mac(&folder, &key, &padded);
                assert_eq!(mac(kind, &key, &padded).unwrap().to_vec(), expected, "{length}");
            } else {
                let (cipher, hex_key) = (format!("cipher:{name}"), format!("hexkey:{}", hex::encode(&key)));
                let arguments =
                    ["mac", "-macopt", &cipher, "-macopt", &hex_key, "-in", "-", "-binary", "CMAC"];
                let expected = openssl(&folder, &arguments, &message).unwrap();
                assert_eq!(mac(kind, &key, &message).unwrap(), expected[..8], "{name} {length}");
            }
            let mut padded = message.clone();
            pad(&mut padded, kind.block());
            let start: Vec<u8> = (0..kind.block()).map(|n| u8::try_from(n * 9).unwrap()).collect();
            let cbc = if kind == CipherKind::TripleDes { "des-ede-cbc" } else { name };
            let expected = encrypt(&folder, cbc, &key, Some(&start), &padded);
            assert_eq!(Cipher::new(kind, &key).unwrap().cbc_encrypt(&start, &padded).unwrap(), expected);
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

fn encrypt(folder: &Path, cipher: &str, key: &[u8], start: Option<&[u8]>, plain: &[u8]) -> Vec<u8> {
    let (cipher, key) = (format!("-{cipher}").to_lowercase(), hex::encode(key));
    let start = start.map(hex::encode);
    let mut arguments = vec!["enc", &cipher, "-e", "-nopad", "-K", &key];
    arguments.extend(start.iter().flat_map(|start| ["-iv", start.as_str()]));
    openssl(folder, &arguments, plain).unwrap()
}

/// All blocks but the last in CBC under the first half alone, which is triple DES with that half twice; the last one under
/// both (ISO/IEC 9797-1 algorithm 3).
fn retail_mac(folder: &Path, key: &[u8], padded: &[u8]) -> Vec<u8> {
    let single = [&key[..8], &key[..8]].concat();
    let (front, last) = padded.split_at(padded.len() - 8);
    let chained = encrypt(folder, "des-ede-cbc", &single, Some(&[0; 8]), front);
    let before = chained.last_chunk::<8>().copied().unwrap_or_default();
    let block: Vec<u8> = last.iter().zip(before).map(|(plain, chained)| plain ^ chained).collect();
    encrypt(folder, "des-ede", key, None, &block)
}
