//! Any octets as EF.CardSecurity: what is handed out as signed is what Utopia's signers signed.
#![no_main]

mod world;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier_chip::Limits;
use verifier_chip::authentication::card_access::{CardAccessFact, compare};
use verifier_chip::authentication::card_security::authenticate;
use verifier_chip::authentication::chip::offers;
use verifier_chip::lds::CardSecurity;
use verifier_chip::lds::dg14::SecurityInfos;
use world::{GENUINE_TBS, STORE};

static GENUINE: LazyLock<SecurityInfos> = LazyLock::new(|| {
    CardSecurity::parse(&world::file("card-security-0.bin"), &Limits::default())
        .expect("genuine")
        .security_infos
});

fuzz_target!(|data: &[u8]| {
    let facts = authenticate(data, &*STORE, &Limits::default());
    let Some(signed) = facts.security_infos() else { return };
    let signer = facts.signer.as_ref().expect("who signed");
    let _ = offers(signed);
    assert!(matches!(compare(Some(signed), signed).fact(), CardAccessFact::Same | CardAccessFact::NoPace));
    // Strangers may sign what they like, with certificates of their own.
    if signer.chain.anchor().is_some() {
        assert!(
            GENUINE_TBS.iter().any(|genuine| **genuine == *signer.certificate.tbs()),
            "a forged certificate"
        );
        assert_eq!(**signed, *GENUINE, "forged infos");
    }
});
