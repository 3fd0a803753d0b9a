//! Verdicts on signer certificates that were chained before, for the life of one snapshot.
//!
//! Documents of one state share few signers, and a chain costs more than everything else in passive
//! authentication. The verdict depends on the certificate and the snapshot alone, so it may be kept with them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use verifier_chip::pki::{Certificate, ChainFact};

/// Signers kept at most: beyond that the cache starts anew, so that hostile documents cannot fill memory.
const CAPACITY: usize = 8192;

type Known = (Arc<Certificate>, ChainFact);

#[derive(Default)]
pub(crate) struct SignerCache(RwLock<HashMap<[u8; 32], Known>>);

impl SignerCache {
    pub(crate) fn look_up(&self, sha256: &[u8; 32]) -> Option<Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(sha256).cloned()
    }

    /// Keeps only chains that ended at an anchor: others are cheap to make up and not worth the room.
    pub(crate) fn keep(&self, certificate: &Arc<Certificate>, chain: &ChainFact) {
        if chain.anchor().is_none() {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(*certificate.sha256(), (Arc::clone(certificate), chain.clone()));
    }
}
