//! Utopia as the targets see it: what is trusted, and the genuine files that a verdict may speak of.
//!
//! Written by `cargo run -p verifier-fixtures --example fuzz_seeds -- fuzz/corpus`. The private keys are not here:
//! whatever verifies under these roots and is not one of these files is a forgery that was let through.
#![allow(dead_code, reason = "each target uses its own part")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use verifier_chip::pki::{Anchors, Certificate, Crl, NameKey};
use verifier_chip::sod::SignerIdentifier;

/// The roots of Utopia.
pub struct Store(pub Vec<Arc<Certificate>>);

/// One file of the world.
pub fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/world").join(name);
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; run `cargo run -p verifier-fixtures --example fuzz_seeds -- fuzz/corpus`",
            path.display()
        )
    })
}

/// All files of the world whose name begins so.
pub fn files(prefix: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/world");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files: Vec<Vec<u8>> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| std::fs::read(entry.path()).expect("readable"))
        .collect();
    assert!(!files.is_empty(), "{prefix}: run the example fuzz_seeds first");
    files
}

pub static STORE: LazyLock<Store> = LazyLock::new(|| {
    let roots = ["csca-old.der", "csca-new.der", "link.der"];
    Store(roots.iter().map(|name| Certificate::parse(&file(name)).expect("a root")).collect())
});

/// What the certificates of Utopia sign.
pub static GENUINE_TBS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let lists = [files("csca-"), files("link"), files("signer-")].concat();
    lists.iter().map(|der| Certificate::parse(der).expect("genuine").tbs().to_vec()).collect()
});

impl Anchors for Store {
    fn by_key_identifier(&self, key_identifier: &[u8]) -> Vec<Arc<Certificate>> {
        self.0.iter().filter(|root| root.subject_key_identifier() == Some(key_identifier)).cloned().collect()
    }

    fn by_subject(&self, subject: &NameKey) -> Vec<Arc<Certificate>> {
        self.0.iter().filter(|root| root.subject().key() == subject).cloned().collect()
    }

    fn by_country(&self, country: &str) -> Vec<Arc<Certificate>> {
        self.0
            .iter()
            .filter(|root| root.subject().country_code().as_deref() == Some(country))
            .cloned()
            .collect()
    }

    fn signers(&self, _: &SignerIdentifier) -> Vec<Arc<Certificate>> {
        Vec::new()
    }

    fn crls(&self, _: &NameKey) -> Vec<Arc<Crl>> {
        Vec::new()
    }
}
