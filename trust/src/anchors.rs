//! A snapshot as chain building sees it: look-ups by key, name and country.

use crate::contents::{Blob, Entry};
use crate::snapshot::{Inner, Snapshot};
use std::cmp::Ordering;
use std::sync::Arc;
use verifier_chip::pki::{Anchors, Certificate, ChainFact, Crl, NameKey};
use verifier_chip::sod::SignerIdentifier;

impl Anchors for Snapshot {
    fn by_key_identifier(&self, key_identifier: &[u8]) -> Vec<Arc<Certificate>> {
        if key_identifier.is_empty() {
            return Vec::new();
        }
        self.0.look_up(&self.0.indexes.key_identifier, |e| compare(&e.key_identifier, key_identifier))
    }

    fn by_subject(&self, subject: &NameKey) -> Vec<Arc<Certificate>> {
        self.0.look_up(&self.0.indexes.subject, |e| compare(&e.subject, subject.as_str().as_bytes()))
    }

    fn by_country(&self, country: &str) -> Vec<Arc<Certificate>> {
        self.0.look_up(&self.0.indexes.country, |e| compare(&e.country, country.as_bytes()))
    }

    fn signers(&self, identifier: &SignerIdentifier) -> Vec<Arc<Certificate>> {
        match identifier {
            SignerIdentifier::IssuerAndSerial { issuer, serial } => {
                let issuer = issuer.key().as_str().as_bytes();
                self.0.look_up(&self.0.indexes.issuer, |e| {
                    compare(&e.issuer, issuer).then_with(|| compare(&e.serial, serial))
                })
            }
            SignerIdentifier::SubjectKeyIdentifier(key_identifier) if !key_identifier.is_empty() => self
                .0
                .look_up(&self.0.indexes.any_key_identifier, |e| compare(&e.key_identifier, key_identifier)),
            _ => Vec::new(),
        }
    }

    fn crls(&self, issuer: &NameKey) -> Vec<Arc<Crl>> {
        let entries = self.0.contents.crls.iter().enumerate();
        entries
            .filter(|(_, crl)| crl.issuers.iter().any(|name| name == issuer.as_str()))
            .filter_map(|(i, _)| self.0.crl(i))
            .collect()
    }

    fn cached(&self, sha256: &[u8; 32]) -> Option<(Arc<Certificate>, ChainFact)> {
        self.0.signer_cache.look_up(sha256)
    }

    fn cache(&self, certificate: &Arc<Certificate>, chain: &ChainFact) {
        self.0.signer_cache.keep(certificate, chain);
    }
}

fn compare(blob: &Blob, wanted: &[u8]) -> Ordering {
    blob.as_slice().cmp(wanted)
}

impl Inner {
    /// All certificates of an index that compare equal; the index is sorted by the same comparison.
    fn look_up(&self, index: &[usize], compare: impl Fn(&Entry) -> Ordering) -> Vec<Arc<Certificate>> {
        let entry = |i: &usize| self.contents.certificates.get(*i);
        let less = |i: &usize| entry(i).is_some_and(|e| compare(e) == Ordering::Less);
        let start = index.partition_point(less);
        let rest = index.get(start..).unwrap_or_default();
        rest.iter()
            .take_while(|i| entry(i).is_some_and(|e| compare(e) == Ordering::Equal))
            .filter_map(|i| self.certificate(*i))
            .collect()
    }
}
