//! Which states a snapshot covers, and how well.

use crate::provenance::Standing;
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use verifier_chip::pki::Anchors;

/// What a snapshot has of one state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// Country as the certificates' subjects write it, in upper case; empty for those without one.
    pub country: String,
    /// Anchors with issuer and subject alike.
    pub roots: usize,
    /// Anchors issued under another name or key: link certificates.
    pub links: usize,
    /// Anchors whose validity had ended at the given time.
    pub expired: usize,
    /// Anchors that a CRL of the snapshot names.
    pub revoked: usize,
    /// Anchors that only lists without a signature vouch for.
    pub unsigned: usize,
    /// Anchors that the operator pinned.
    pub pinned: usize,
    /// First day of the oldest anchor.
    pub oldest: Option<OffsetDateTime>,
    /// First day of the newest anchor.
    pub newest: Option<OffsetDateTime>,
    /// The last moment at which any anchor is valid.
    pub valid_until: Option<OffsetDateTime>,
    /// How many anchors have which key (`RSA 4096`, `ECDSA brainpoolP384r1`).
    pub keys: BTreeMap<String, usize>,
    /// Signer certificates.
    pub signers: usize,
    /// Verified CRLs, and the thisUpdate of the newest of them.
    pub crls: usize,
    /// thisUpdate of the newest CRL.
    pub newest_crl: Option<OffsetDateTime>,
}

impl Snapshot {
    /// Coverage by state at a given time, in the order of their codes.
    #[must_use]
    pub fn coverage(&self, now: OffsetDateTime) -> Vec<Coverage> {
        let mut states: BTreeMap<String, Coverage> = BTreeMap::new();
        for stored in self.certificates() {
            let state = states.entry(stored.country.clone()).or_default();
            if stored.standing == Standing::Signer {
                state.signers += 1;
                continue;
            }
            let certificate = &stored.certificate;
            let validity = certificate.validity();
            // A rolled-over key under the same name has another authority key.
            let own_key = match (certificate.authority_key_identifier(), certificate.subject_key_identifier())
            {
                (Some(authority), Some(subject)) => authority == subject,
                _ => true,
            };
            if certificate.is_self_issued() && own_key {
                state.roots += 1;
            } else {
                state.links += 1;
            }
            state.expired += usize::from(validity.not_after < now);
            state.revoked += usize::from(self.is_revoked(certificate));
            state.unsigned += usize::from(stored.unsigned);
            state.pinned += usize::from(stored.pinned);
            state.oldest = Some(state.oldest.map_or(validity.not_before, |t| t.min(validity.not_before)));
            state.newest = state.newest.max(Some(validity.not_before));
            state.valid_until = state.valid_until.max(Some(validity.not_after));
            *state.keys.entry(certificate.public_key().description()).or_default() += 1;
        }
        for (crl, _) in self.revocation_lists() {
            let country = crate::import::crl::country(&crl);
            let state = states.entry(country).or_default();
            state.crls += 1;
            state.newest_crl = state.newest_crl.max(Some(crl.this_update()));
        }
        for (country, state) in &mut states {
            state.country.clone_from(country);
        }
        states.into_values().collect()
    }

    /// Whether a CRL of the snapshot names this certificate.
    #[must_use]
    pub fn is_revoked(&self, certificate: &verifier_chip::pki::Certificate) -> bool {
        let (issuer, serial) = certificate.issuer_and_serial();
        self.crls(issuer).iter().any(|crl| crl.entry(serial).is_some())
    }
}
