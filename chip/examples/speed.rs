//! Times of passive authentication, master lists and raw signatures, on the corpus that `VERIFIER_CORPUS`
//! names: `cargo run --release -p verifier-chip --example speed`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measuring program, not production code"
)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use verifier_chip::Limits;
use verifier_chip::authentication::passive::{Files, SignatureFact, authenticate};
use verifier_chip::pki::{Anchors, Certificate, ChainFact, Crl, MasterList, NameKey};
use verifier_chip::sod::SignerIdentifier;

type Cache = HashMap<[u8; 32], (Arc<Certificate>, ChainFact)>;

/// Indexes as a trust store has them.
#[derive(Default)]
struct Store {
    by_key: HashMap<Vec<u8>, Vec<Arc<Certificate>>>,
    by_name: HashMap<NameKey, Vec<Arc<Certificate>>>,
    cache: Option<Mutex<Cache>>,
}

impl Store {
    fn new(certificates: &[Arc<Certificate>], cached: bool) -> Self {
        let mut store = Self { cache: cached.then(Mutex::default), ..Self::default() };
        for certificate in certificates {
            if let Some(key) = certificate.subject_key_identifier() {
                store.by_key.entry(key.to_vec()).or_default().push(Arc::clone(certificate));
            }
            store
                .by_name
                .entry(certificate.subject().key().clone())
                .or_default()
                .push(Arc::clone(certificate));
        }
        store
    }
}

impl Anchors for Store {
    fn by_key_identifier(&self, key: &[u8]) -> Vec<Arc<Certificate>> {
        self.by_key.get(key).cloned().unwrap_or_default()
    }
    fn by_subject(&self, subject: &NameKey) -> Vec<Arc<Certificate>> {
        self.by_name.get(subject).cloned().unwrap_or_default()
    }
    fn by_country(&self, _: &str) -> Vec<Arc<Certificate>> {
        Vec::new()
    }
    fn signers(&self, _: &SignerIdentifier) -> Vec<Arc<Certificate>> {
        Vec::new()
    }
    fn crls(&self, _: &NameKey) -> Vec<Arc<Crl>> {
        Vec::new()
    }
    fn cached(&self, sha256: &[u8; 32]) -> Option<(Arc<Certificate>, ChainFact)> {
        self.cache.as_ref()?.lock().unwrap().get(sha256).cloned()
    }
    fn cache(&self, certificate: &Arc<Certificate>, chain: &ChainFact) {
        if let Some(cache) = &self.cache {
            cache.lock().unwrap().insert(*certificate.sha256(), (Arc::clone(certificate), chain.clone()));
        }
    }
}

/// Processor time of this thread in nanoseconds: other work on the machine does not count.
fn processor_time() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().unwrap().parse().unwrap()
}

/// Median of several runs, in microseconds of processor time a call.
fn time(mut work: impl FnMut()) -> f64 {
    let mut runs: Vec<f64> = (0..9)
        .map(|_| {
            let (begin, start) = (Instant::now(), processor_time());
            let mut count = 0_u32;
            while count < 3 || begin.elapsed().as_millis() < 50 {
                work();
                count += 1;
            }
            (processor_time() - start) / 1e3 / f64::from(count)
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    runs[4]
}

fn main() {
    let corpus =
        std::env::var_os("VERIFIER_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let list = std::fs::read(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml")).expect("the corpus");
    let pin =
        Certificate::parse(&std::fs::read(corpus.join("certs/DE_ROOT_CA_CSCA07.cer")).unwrap()).unwrap();
    let pinned = Store::new(&[pin], false);
    println!("master list, parse: {:.0} us", time(|| drop(MasterList::parse(&list).unwrap())));
    println!(
        "master list, parse, index, verify: {:.0} us",
        time(|| {
            let parsed = MasterList::parse(&list).unwrap();
            let store = Store::new(&parsed.certificates, false);
            let signature = parsed.check_signature(&pinned, &Limits::default());
            assert!(
                matches!(&signature, verifier_chip::pki::ListSignature::Signed(s) if s.chain.anchor().is_some())
            );
            drop(store);
        })
    );
    let parsed = MasterList::parse(&list).unwrap();
    let (cold, warm) = (Store::new(&parsed.certificates, false), Store::new(&parsed.certificates, true));
    let mut names: Vec<_> =
        std::fs::read_dir(corpus.join("sods")).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for path in names {
        let sod = std::fs::read(&path).unwrap();
        let files = Files { sod: Some(&sod), ..Files::default() };
        let facts = authenticate(&files, &cold, &Limits::default());
        let Some(anchor) = facts.signer.as_ref().and_then(|signer| signer.chain.anchor()) else { continue };
        assert_eq!(facts.signature, SignatureFact::Valid);
        let signer = &facts.signer.as_ref().unwrap().certificate;
        let info = &facts.parsed_sod().unwrap().signers[0];
        let raw_object = time(|| drop(info.verify(signer)));
        let raw_chain = time(|| drop(signer.verify_issued_by(anchor)));
        let whole = time(|| drop(authenticate(&files, &cold, &Limits::default())));
        let cached = time(|| drop(authenticate(&files, &warm, &Limits::default())));
        println!(
            "{}: {} under {}: whole {whole:.1} us, raw {raw_object:.1} + {raw_chain:.1} us ({:.2}x), signer cached {cached:.1} us",
            path.file_name().unwrap().to_string_lossy(),
            signer.public_key().description(),
            anchor.public_key().description(),
            whole / (raw_object + raw_chain)
        );
    }
    let mut seen = std::collections::BTreeMap::new();
    for certificate in &parsed.certificates {
        if certificate.is_self_issued()
            && matches!(certificate.verify_self_signature(), verifier_chip::pki::Verdict::Valid { .. })
        {
            let algorithm = certificate.signature_algorithm().unwrap();
            seen.entry(format!("{} {algorithm}", certificate.public_key().description()))
                .or_insert(certificate);
        }
    }
    for (label, certificate) in seen {
        let each = time(|| drop(certificate.verify_self_signature()));
        println!("{label}: {each:.1} us ({:.0} a second)", 1e6 / each);
    }
}
