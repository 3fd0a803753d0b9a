//! Any octets as a master list: counts fit the input, and a list that is trusted holds the certificates that Utopia
//! signed.
#![no_main]

mod world;

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use verifier_chip::Limits;
use verifier_chip::pki::{Certificate, ListSignature, MasterList, NoAnchors};
use verifier_chip::sod::SignerVerdict;
use world::STORE;

fn hashes(list: &MasterList) -> Vec<[u8; 32]> {
    list.certificates.iter().map(|certificate: &Arc<Certificate>| *certificate.sha256()).collect()
}

fn trusted(signature: ListSignature) -> bool {
    let ListSignature::Signed(signer) = signature else { return false };
    matches!(signer.verdict, SignerVerdict::Valid { .. }) && signer.chain.anchor().is_some()
}

static GENUINE: LazyLock<Vec<[u8; 32]>> = LazyLock::new(|| {
    let list = MasterList::parse(&world::file("master-list.der")).expect("genuine");
    assert!(trusted(list.check_signature(&*STORE, &Limits::default())), "the seed itself must verify");
    hashes(&list)
});

fuzz_target!(|data: &[u8]| {
    let genuine = &*GENUINE;
    let list = match MasterList::parse(data) {
        Ok(list) => list,
        Err(error) => {
            assert!(error.offset <= data.len(), "{error}");
            return;
        }
    };
    // An entry has two octets at least.
    assert!(2 * (list.certificates.len() + list.malformed.len()) <= data.len());
    for (offset, error) in &list.malformed {
        assert!(*offset <= data.len(), "{error}");
    }
    assert!(!trusted(list.check_signature(&NoAnchors, &Limits::default())), "a list vouches for itself");
    if list.signed.is_none() {
        assert!(matches!(list.check_signature(&*STORE, &Limits::default()), ListSignature::Unsigned));
    } else if trusted(list.check_signature(&*STORE, &Limits::default())) {
        assert_eq!(hashes(&list), *genuine, "a forged list is trusted");
    }
});
