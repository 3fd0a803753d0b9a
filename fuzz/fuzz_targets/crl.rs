//! Any octets as a CRL: entries are found again, and a list that verifies revokes exactly what Utopia revoked.
#![no_main]

mod world;

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use verifier_chip::pki::Crl;
use verifier_chip::pki::signature::Verdict;
use world::STORE;

/// Lists that Utopia signed: the world's, and those of the rows on revocation.
static SIGNED: LazyLock<Vec<Arc<Crl>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/crl");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let lists: Vec<Arc<Crl>> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("seed-"))
        .filter_map(|entry| Crl::parse(&std::fs::read(entry.path()).ok()?).ok())
        .collect();
    assert!(!lists.is_empty(), "run the example fuzz_seeds first");
    lists
});

/// What a list says, for comparison.
fn said(crl: &Crl) -> (String, String, Option<String>, usize, Option<Vec<u8>>) {
    let next = crl.next_update().map(|time| time.to_string());
    (
        crl.issuer().to_string(),
        crl.this_update().to_string(),
        next,
        crl.len(),
        crl.number().map(<[u8]>::to_vec),
    )
}

fuzz_target!(|data: &[u8]| {
    let crl = match Crl::parse(data) {
        Ok(crl) => crl,
        Err(error) => {
            assert!(error.offset <= data.len(), "{error}");
            return;
        }
    };
    assert_eq!(crl.der(), data);
    assert!(crl.len() <= data.len() && crl.is_empty() == (crl.len() == 0));
    assert!(crl.covers(crl.issuer().key()));
    let signed = SIGNED.iter();
    for root in &STORE.0 {
        if matches!(crl.verify_issued_by(root), Verdict::Valid { .. }) {
            let known = signed.clone().find(|known| said(known) == said(&crl));
            let known = known.expect("a forged list verifies");
            for signer in &*world::GENUINE_TBS {
                // Any octets as serial number: the same answer as the genuine list gives.
                let serial = signer.get(15..23).unwrap_or_default();
                assert_eq!(crl.entry(serial).is_some(), known.entry(serial).is_some());
            }
        }
    }
    for serial in [&[][..], &[0], data.get(..8).unwrap_or(data)] {
        assert!(crl.entry(serial).is_none() || !crl.is_empty());
    }
});
