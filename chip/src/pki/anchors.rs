//! What a trust store offers to chain building: look-ups, no judgement.

use std::sync::Arc;

use super::chain::ChainFact;
use super::{Certificate, Crl, NameKey};
use crate::sod::SignerIdentifier;

/// A read-only view of trusted certificates and revocation lists. Never changes while it is in use.
///
/// Everything that [`Anchors::by_key_identifier`], [`Anchors::by_subject`] and [`Anchors::by_country`]
/// return is trusted as an issuer; what [`Anchors::signers`] returns is not, it only stands in for
/// certificates that a document does not carry.
pub trait Anchors {
    /// Anchors whose subject key identifier is this, octet by octet.
    fn by_key_identifier(&self, key_identifier: &[u8]) -> Vec<Arc<Certificate>>;

    /// Anchors whose normalised subject is this.
    fn by_subject(&self, subject: &NameKey) -> Vec<Arc<Certificate>>;

    /// Anchors of a country (upper-case code as in the certificates' subject).
    fn by_country(&self, country: &str) -> Vec<Arc<Certificate>>;

    /// Document or list signer certificates with this identifier, for documents that carry none.
    fn signers(&self, identifier: &SignerIdentifier) -> Vec<Arc<Certificate>>;

    /// Revocation lists whose issuer or issuer alternative name is this.
    fn crls(&self, issuer: &NameKey) -> Vec<Arc<Crl>>;

    /// A signer certificate that was chained before, by SHA-256 of its octets. Same snapshot only.
    fn cached(&self, sha256: &[u8; 32]) -> Option<(Arc<Certificate>, ChainFact)> {
        let _ = sha256;
        None
    }

    /// Remembers the chain of a signer certificate. The default forgets it.
    fn cache(&self, certificate: &Arc<Certificate>, chain: &ChainFact) {
        let _ = (certificate, chain);
    }
}

/// A store that holds nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoAnchors;

impl Anchors for NoAnchors {
    fn by_key_identifier(&self, _: &[u8]) -> Vec<Arc<Certificate>> {
        Vec::new()
    }

    fn by_subject(&self, _: &NameKey) -> Vec<Arc<Certificate>> {
        Vec::new()
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
}
