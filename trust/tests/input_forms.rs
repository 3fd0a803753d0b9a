//! Forms in which authorities and programs hand out certificates and CRLs: DER, PEM, base64 without a frame, PKCS #7.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod world;

use verifier_fixtures::der;
use verifier_fixtures::document::SignerName;
use verifier_trust::{Import, ImportReport, Reason, Snapshot, Standing};
use world::{NOW, world};

fn run(bytes: impl Into<Vec<u8>>) -> (Snapshot, ImportReport) {
    Snapshot::empty().import(&Import::new(NOW).bytes("file", bytes.into()))
}

fn base64(der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\r\n")
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\r\n{}\r\n-----END {label}-----\r\n", base64(der))
}

/// A PKCS #7 that carries certificates and CRLs and signs nothing.
fn bag(content_type: &str, certificates: &[&[u8]], crls: &[&[u8]]) -> Vec<u8> {
    let mut fields = vec![der::integer(1), der::set_of(&[]), der::sequence(&[der::oid(content_type)])];
    if !certificates.is_empty() {
        fields.push(der::explicit(0, &certificates.concat()));
    }
    if !crls.is_empty() {
        fields.push(der::explicit(1, &crls.concat()));
    }
    fields.push(der::set_of(&[]));
    der::sequence(&[der::oid("1.2.840.113549.1.7.2"), der::explicit(0, &der::sequence(&fields))])
}

#[test]
fn a_certificate_is_one_in_whatever_frame() {
    let root = world().csca_new();
    // What OpenSSL appends to a certificate that it is told to trust.
    let trusted = [root, &der::sequence(&[der::sequence(&[der::oid("1.3.6.1.5.5.7.3.1")])])].concat();
    let forms: [(&str, Vec<u8>); 8] = [
        ("der", root.to_vec()),
        ("pem", pem("CERTIFICATE", root).into_bytes()),
        ("pem with a byte order mark", format!("\u{FEFF}{}", pem("CERTIFICATE", root)).into_bytes()),
        ("trusted", pem("TRUSTED CERTIFICATE", &trusted).into_bytes()),
        ("base64", base64(root).into_bytes()),
        ("base64 in one line", base64(root).replace("\r\n", "").into_bytes()),
        ("pkcs7", bag("1.2.840.113549.1.7.1", &[root], &[])),
        ("pkcs7 in pem", pem("PKCS7", &bag("1.2.840.113549.1.7.1", &[root], &[])).into_bytes()),
    ];
    let (expected, _) = run(root);
    let hash = expected.certificates().next().unwrap().certificate.sha256().to_owned();
    for (form, bytes) in forms {
        let (snapshot, report) = run(bytes);
        assert!(!report.has_refusals(), "{form}: {report:#?}");
        assert_eq!(snapshot.anchors(), 1, "{form}");
        let stored = snapshot.certificate(&hash).expect(form);
        assert!(stored.pinned, "{form}");
        assert_eq!(report.pinned[0].standing, Standing::Anchor, "{form}");
    }
}

#[test]
fn a_bag_of_certificates_and_crls_is_each_of_them() {
    let (old, new) = (world().csca_old(), world().csca_new());
    let signer = &world().signer(SignerName::EcdsaP256).certificate;
    let (snapshot, report) = run(bag("1.2.840.113549.1.7.1", &[old, new, signer], &[world().crl()]));
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!((snapshot.anchors(), snapshot.signers(), snapshot.crl_count()), (2, 1, 1));
    let standing: Vec<_> = report.pinned.iter().map(|pin| pin.standing).collect();
    assert_eq!(standing, [Standing::Anchor, Standing::Anchor, Standing::Signer]);
    // A list that somebody should have signed and nobody did is no bag.
    let (none, report) = run(bag("2.23.136.1.1.2", &[new], &[]));
    assert_eq!(none, Snapshot::empty());
    assert!(matches!(report.files[0].refused[0].reason, Reason::Malformed(_)), "{report:#?}");
}

#[test]
fn what_is_nothing_to_import_says_so() {
    let key = der::sequence(&[der::integer(0), der::sequence(&[der::oid("1.2.840.113549.1.1.1")])]);
    assert_eq!(run(key.clone()).1.files[0].refused[0].reason, Reason::UnknownKind);
    assert_eq!(run(Vec::new()).1.files[0].refused[0].reason, Reason::Empty);
    assert_eq!(run("MIIBno base64").1.files[0].refused[0].reason, Reason::UnknownKind);
    // A key between two certificates keeps neither of them out.
    let new = world().csca_new();
    let text = [pem("CERTIFICATE", new), pem("PRIVATE KEY", &key), pem("CERTIFICATE", world().csca_old())];
    let (snapshot, report) = run(text.concat());
    assert_eq!(snapshot.anchors(), 2);
    let refused = &report.files[0].refused;
    assert_eq!((refused.len(), refused[0].item.as_str()), (1, "item 2"));
    let folder = std::env::temp_dir();
    let (_, report) = Snapshot::empty().import(&Import::new(NOW).file(&folder));
    assert!(report.files[0].refused[0].reason.to_string().contains("name the files in it"), "{report:#?}");
}
