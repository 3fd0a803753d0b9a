//! Which states a snapshot covers, and how well.

use crate::provenance::Standing;
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;
use verifier_chip::pki::crl::Revoked;
use verifier_chip::pki::signature::Verdict;
use verifier_chip::pki::{Anchors, Certificate, Crl};

/// How many signatures are tried for the links of one certificate: thousands of one name stay bounded.
const MAX_LINKS: usize = 256;

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
    /// How many anchors are signed how (`RSA PKCS#1 v1.5 with SHA-256`).
    pub signatures: BTreeMap<String, usize>,
    /// Signer certificates.
    pub signers: usize,
    /// Verified CRLs.
    pub crls: usize,
    /// thisUpdate of the newest CRL.
    pub newest_crl: Option<OffsetDateTime>,
    /// nextUpdate of the newest CRL: past it, the state owes a newer one.
    pub next_crl: Option<OffsetDateTime>,
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
            let signature = match certificate.signature_algorithm() {
                Ok(algorithm) => algorithm.to_string(),
                Err(reason) => format!("unsupported ({reason})"),
            };
            *state.signatures.entry(signature).or_default() += 1;
        }
        for (crl, _) in self.revocation_lists() {
            let country = crate::import::crl::country(&crl);
            let state = states.entry(country).or_default();
            state.crls += 1;
            if state.newest_crl <= Some(crl.this_update()) {
                state.newest_crl = Some(crl.this_update());
                state.next_crl = crl.next_update();
            }
        }
        for (country, state) in &mut states {
            state.country.clone_from(country);
        }
        states.into_values().collect()
    }

    /// Whether a CRL of the snapshot names this certificate.
    #[must_use]
    pub fn is_revoked(&self, certificate: &Certificate) -> bool {
        self.revocation(certificate).is_some()
    }

    /// The entry of a CRL of the snapshot that names this certificate, and that CRL.
    #[must_use]
    pub fn revocation(&self, certificate: &Certificate) -> Option<(Revoked, Arc<Crl>)> {
        let (issuer, serial) = certificate.issuer_and_serial();
        // A list may name former names of its issuer, not those of another state.
        let country = certificate.issuer().country_code();
        let mut crls = self.crls(issuer).into_iter().filter(|crl| crl.issuer().country_code() == country);
        crls.find_map(|crl| Some((crl.entry(serial)?, crl)))
    }

    /// The newest CRL that speaks of certificates of this issuer name.
    #[must_use]
    pub fn newest_crl_of(&self, certificate: &Certificate) -> Option<Arc<Crl>> {
        let country = certificate.issuer().country_code();
        let crls = self.crls(certificate.issuer().key()).into_iter();
        crls.filter(|crl| crl.issuer().country_code() == country).max_by_key(|crl| crl.this_update())
    }

    /// The certificates of the snapshot whose key verifies the signature of this one, itself left out.
    #[must_use]
    pub fn issuers_of(&self, certificate: &Certificate) -> Vec<Arc<Certificate>> {
        let mut candidates = self.by_subject(certificate.issuer().key());
        if let Some(key) = certificate.authority_key_identifier() {
            candidates.extend(self.by_key_identifier(key));
        }
        distinct(candidates, certificate, |other| certificate.verify_issued_by(other))
    }

    /// The certificates of the snapshot, anchors and signers, that this one's key signed, itself left out.
    #[must_use]
    pub fn issued_by(&self, certificate: &Certificate) -> Vec<Arc<Certificate>> {
        let key = certificate.subject_key_identifier();
        let subject = certificate.subject().key();
        let named = |other: &Arc<Certificate>| {
            other.issuer().key() == subject || (key.is_some() && other.authority_key_identifier() == key)
        };
        let candidates = self.certificates().map(|stored| stored.certificate).filter(named).collect();
        distinct(candidates, certificate, |other| other.verify_issued_by(certificate))
    }
}

/// Those whose signature holds, each once and without the certificate itself.
fn distinct(
    mut candidates: Vec<Arc<Certificate>>,
    itself: &Certificate,
    verdict: impl Fn(&Certificate) -> Verdict,
) -> Vec<Arc<Certificate>> {
    candidates.sort_by(|a, b| a.sha256().cmp(b.sha256()));
    candidates.dedup_by(|a, b| a.sha256() == b.sha256());
    candidates.retain(|other| other.sha256() != itself.sha256());
    candidates.truncate(MAX_LINKS);
    candidates.retain(|other| matches!(verdict(other), Verdict::Valid { .. }));
    candidates
}
