//! Any octets as card-verifiable certificates: read or refused, and nothing verifies that Utopia's authority did not sign.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier_chip::lds::Cvca;
use verifier_chip::pki::cv_certificate::{CvCertificate, CvChain, CvDate, Reference};
use verifier_chip::pki::signature::Verdict;

/// Root, verifier, terminal.
static GENUINE: LazyLock<Vec<CvCertificate>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/cvc");
    let read =
        |place: u8| std::fs::read(folder.join(format!("seed-{place}"))).expect("a seed: run chip_fuzz_seeds");
    (0..3).map(|place| CvCertificate::parse(&read(place)).expect("genuine")).collect()
});

fuzz_target!(|data: &[u8]| {
    let _ = Cvca::parse(data);
    let Ok(read) = CvCertificate::parse(data) else { return };
    assert_eq!(read.as_bytes(), data);
    assert!(data.ends_with(read.objects()) && read.objects().starts_with(read.body()));
    let (_, _) = (format!("{read:?}"), read.authorisation().role());
    let root = &GENUINE[0];
    let curve = root.public_key().resolve(None).expect("a root has parameters");
    let algorithm = root.public_key().algorithm().expect("known");
    if matches!(read.verify(&curve, algorithm), Verdict::Valid { .. }) {
        assert!(GENUINE.iter().any(|genuine| genuine.body() == read.body()), "a certificate nobody signed");
    }
    // In the place of each genuine one: a chain holds only with bodies that were signed.
    let today = CvDate::from_digits(&[2, 6, 1, 1, 2, 2]).expect("a day");
    let trusted = Reference::new(b"UTCVCAUTO00001").expect("a reference");
    for place in 0..3 {
        let mut held = GENUINE.clone();
        held[place] = read.clone();
        if let Ok(chain) = CvChain::find(&held, GENUINE[2].holder(), std::slice::from_ref(&trusted), today) {
            // Whoever replaces the root replaces what all is measured by: the chip has its own.
            let all =
                chain.certificates().iter().all(|one| GENUINE.iter().any(|known| known.body() == one.body()));
            assert!(all || place == 0, "a chain nobody signed");
        }
    }
});
