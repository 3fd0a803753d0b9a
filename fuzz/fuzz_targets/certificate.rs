//! Any octets as a certificate: views lie inside it, and none but Utopia's own verify under Utopia's roots.
#![no_main]

mod world;

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use verifier_chip::Limits;
use verifier_chip::pki::signature::Verdict;
use verifier_chip::pki::{Certificate, Role, find_issuer};
use world::{GENUINE_TBS, STORE};

/// Certificates of the seeds that Utopia issued: list signers and the like.
static SEED_TBS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/certificate");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("seed-"))
        .filter_map(|entry| Certificate::parse(&std::fs::read(entry.path()).ok()?).ok())
        .map(|certificate| certificate.tbs().to_vec())
        .collect()
});

fn every_view(certificate: &Arc<Certificate>) {
    let der = certificate.der();
    let inside = |part: &[u8]| {
        let (span, part) = (der.as_ptr_range(), part.as_ptr_range());
        assert!(span.start <= part.start && part.end <= span.end, "a view outside of the certificate");
    };
    inside(certificate.tbs());
    assert!(certificate.tbs().len() + certificate.signature().len() <= der.len());
    assert!(certificate.subject().to_string().len() <= 40 * der.len() + 64);
    let _ = (certificate.issuer().to_string(), certificate.issuer().country_code(), certificate.validity());
    let _ = (certificate.public_key().description(), certificate.public_key().security_bits());
    for role in [Role::DocumentSigner, Role::MasterListSigner, Role::DeviationListSigner] {
        assert!(certificate.role_findings(role).len() < 1000);
    }
    let _ =
        (certificate.issuer_findings(), certificate.is_self_issued(), certificate.verify_self_signature());
    let lists = certificate.crl_distribution_points().len() + certificate.subject_alternative_names().len();
    assert!(lists <= der.len());
    assert!(!format!("{certificate:?}").is_empty());
}

fuzz_target!(|data: &[u8]| {
    let certificate = match Certificate::parse(data) {
        Ok(certificate) => certificate,
        Err(error) => {
            assert!(error.offset <= data.len(), "{error}");
            return;
        }
    };
    assert_eq!(certificate.der(), data, "the octets are kept as they came");
    every_view(&certificate);
    let chain = find_issuer(&certificate, &*STORE, &Limits::default());
    let directly =
        STORE.0.iter().any(|root| matches!(certificate.verify_issued_by(root), Verdict::Valid { .. }));
    assert!(directly || chain.anchor().is_none(), "the chain says more than the signature");
    if directly {
        let known = GENUINE_TBS.iter().chain(&*SEED_TBS).any(|tbs| tbs == certificate.tbs());
        assert!(known, "a forged certificate verifies");
    }
});
