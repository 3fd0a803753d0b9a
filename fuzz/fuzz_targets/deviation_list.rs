//! Any octets as a deviation list: bounded, and a list that verifies under Utopia's roots says what Utopia signed.
#![no_main]

mod world;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier_chip::Limits;
use verifier_chip::pki::{DeviationList, ListSignature, NoAnchors};
use verifier_chip::sod::SignerVerdict;
use world::STORE;

static GENUINE: LazyLock<String> = LazyLock::new(|| {
    let list = DeviationList::parse(&world::file("deviation-list.der")).expect("genuine");
    assert!(trusted(list.check_signature(&*STORE, &Limits::default())), "the seed itself must verify");
    format!("{:?}", list.deviations)
});

fn trusted(signature: ListSignature) -> bool {
    let ListSignature::Signed(signer) = signature else { return false };
    matches!(signer.verdict, SignerVerdict::Valid { .. }) && signer.chain.anchor().is_some()
}

fuzz_target!(|data: &[u8]| {
    let genuine = &*GENUINE;
    let list = match DeviationList::parse(data) {
        Ok(list) => list,
        Err(error) => {
            assert!(error.offset <= data.len(), "{error}");
            return;
        }
    };
    assert!(list.deviations.len() <= data.len());
    for certificate in &list.signed.certificates {
        for entry in &list.deviations {
            let _ = format!("{entry:?}");
        }
        let _ = certificate.subject().to_string();
    }
    assert!(!trusted(list.check_signature(&NoAnchors, &Limits::default())), "a list vouches for itself");
    if trusted(list.check_signature(&*STORE, &Limits::default())) {
        assert_eq!(format!("{:?}", list.deviations), *genuine, "a forged list is trusted");
    }
});
