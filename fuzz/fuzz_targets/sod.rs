//! Any octets as EF.SOD: what verifies under Utopia's roots says exactly what Utopia signed.
#![no_main]

mod world;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier_chip::Limits;
use verifier_chip::authentication::passive::{Files, SignatureFact, SodFact, authenticate};
use verifier_chip::lds::DgNumber;
use verifier_chip::sod::{LdsSecurityObject, Sod};
use world::{GENUINE_TBS, STORE};

/// What the genuine security objects of Utopia list.
static GENUINE: LazyLock<Vec<LdsSecurityObject>> = LazyLock::new(|| {
    let files = world::files("sod-");
    files.iter().map(|file| Sod::parse(file, &Limits::default()).expect("genuine").lds).collect()
});

/// Rows of the tables of manipulations that Utopia's own signer signed stand in the seeds too: they are signed, and
/// what they list is what is allowed.
static SIGNED: LazyLock<Vec<LdsSecurityObject>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/sod");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("seed-"))
        .filter_map(|entry| Sod::parse(&std::fs::read(entry.path()).ok()?, &Limits::default()).ok())
        .map(|sod| sod.lds)
        .collect()
});

static SEED_TBS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/sod");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("seed-"))
        .filter_map(|entry| Sod::parse(&std::fs::read(entry.path()).ok()?, &Limits::default()).ok())
        .flat_map(|sod| sod.certificates)
        .map(|certificate| certificate.tbs().to_vec())
        .collect()
});

fuzz_target!(|data: &[u8]| {
    let limits = Limits::default();
    let group = data.get(..64).unwrap_or(data);
    let files = Files {
        sod: Some(data),
        com: Some(data),
        data_groups: [(DgNumber::DG1, group)].into(),
        ..Files::default()
    };
    let facts = authenticate(&files, &*STORE, &limits);
    let sod = match &facts.sod {
        SodFact::Parsed(sod) => sod,
        SodFact::Malformed(error) => {
            assert!(error.offset <= data.len(), "{error}");
            assert_eq!(facts.signature, SignatureFact::NotRun);
            return;
        }
        SodFact::Absent => panic!("it was delivered"),
    };
    assert!(sod.lds.hashes.len() <= 64);
    assert!(sod.certificates.len() <= limits.certificates);
    // A data group of 64 octets of the file itself is signed by nobody.
    assert!(facts.bound(DgNumber::DG1).is_none());
    for fact in facts.data_groups.keys() {
        assert!((1..=16).contains(&fact.get()));
    }
    let Some(signer) = &facts.signer else { return };
    if facts.signature == SignatureFact::Valid && signer.chain.anchor().is_some() {
        let tbs = signer.certificate.tbs();
        assert!(
            GENUINE_TBS.iter().chain(&*SEED_TBS).any(|known| known == tbs),
            "a forged signer certificate"
        );
        assert!(GENUINE.iter().chain(&*SIGNED).any(|known| *known == sod.lds), "a forged list of hashes");
    }
});
