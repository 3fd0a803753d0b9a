//! From a signer certificate to an anchor (Doc 9303-12 8.2; candidate classes by key identifier and name).
//!
//! Class 1: the anchor's SKI equals the signer's AKI. Class 2: the signer has no AKI and the anchor's
//! subject equals its issuer after normalisation. Class 3: it has an AKI that no anchor answers, and the
//! names are equal. A chain is exactly one step long: every certificate of a trusted list is an anchor, so
//! there is no path to search and no loop to fall into; the number of candidates tried is limited.

use std::sync::Arc;

use super::signature::{Unsupported, Verdict};
use super::{Anchors, Certificate};
use crate::finding::{Code, Finding};
use crate::limits::Limits;

/// How an anchor came to be a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CandidateClass {
    /// Subject key identifier equals the authority key identifier.
    KeyIdentifier,
    /// No authority key identifier; names equal.
    NameWithoutIdentifier,
    /// Authority key identifier that no anchor has; names equal.
    NameDespiteIdentifier,
}

/// What chain building found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ChainFact {
    /// The certificate's signature verifies under an anchor.
    Verified {
        /// That anchor.
        anchor: Arc<Certificate>,
        /// How it was found.
        class: CandidateClass,
        /// Deviations of the signature, and of the anchor in the role of an issuer.
        findings: Vec<Finding>,
    },
    /// Anchors with the right key identifier exist and none of them verifies.
    RefusedByKeyIdentifier {
        /// Those anchors.
        anchors: Vec<Arc<Certificate>>,
    },
    /// A candidate exists whose signature cannot be computed here, and none verifies.
    Unsupported {
        /// The candidate.
        anchor: Arc<Certificate>,
        /// Why.
        reason: Unsupported,
    },
    /// No candidate verifies, and none has the right key identifier.
    NoAnchor {
        /// Anchors of the signer's country: the state may have a newer root, or this is a forgery.
        known: Vec<Arc<Certificate>>,
        /// Candidates by name that were tried.
        tried: usize,
    },
}

impl ChainFact {
    /// The anchor, when one verifies.
    #[must_use]
    pub fn anchor(&self) -> Option<&Arc<Certificate>> {
        match self {
            Self::Verified { anchor, .. } => Some(anchor),
            _ => None,
        }
    }
}

/// Looks for the anchor that issued `certificate`.
#[must_use]
pub fn find_issuer(certificate: &Certificate, anchors: &dyn Anchors, limits: &Limits) -> ChainFact {
    let (candidates, class) = candidates(certificate, anchors);
    let mut unsupported = None;
    let mut refused = false;
    let mut tried = 0;
    for anchor in candidates.iter().take(limits.candidates) {
        tried += 1;
        match certificate.verify_issued_by(anchor) {
            Verdict::Valid { findings } => {
                let mut findings = findings;
                findings.extend(anchor.issuer_findings());
                if !anchor.subject().is_same(certificate.issuer()) {
                    findings.push(Code::IssuerNameDiffers.into());
                }
                return ChainFact::Verified { anchor: Arc::clone(anchor), class, findings };
            }
            Verdict::Invalid(_) => refused = true,
            Verdict::Unsupported(reason) => {
                unsupported.get_or_insert((Arc::clone(anchor), reason));
            }
        }
    }
    // Beyond the limit nothing was tried: that is no proof of forgery.
    let complete = candidates.len() <= limits.candidates;
    match unsupported {
        Some((anchor, reason)) => ChainFact::Unsupported { anchor, reason },
        None if refused && complete && class == CandidateClass::KeyIdentifier => {
            ChainFact::RefusedByKeyIdentifier { anchors: candidates }
        }
        None => {
            let mut known = match certificate.issuer().country_code() {
                Some(country) => anchors.by_country(&country),
                None => Vec::new(),
            };
            known.truncate(limits.candidates);
            ChainFact::NoAnchor { known, tried }
        }
    }
}

fn candidates(certificate: &Certificate, anchors: &dyn Anchors) -> (Vec<Arc<Certificate>>, CandidateClass) {
    let by_name = || anchors.by_subject(certificate.issuer().key());
    match certificate.authority_key_identifier() {
        None => (by_name(), CandidateClass::NameWithoutIdentifier),
        Some(identifier) => {
            let mut found = anchors.by_key_identifier(identifier);
            // Root and link share a key, perhaps under two names: the one that the certificate names comes first.
            found.sort_by_key(|anchor| !anchor.subject().is_same(certificate.issuer()));
            if found.is_empty() {
                (by_name(), CandidateClass::NameDespiteIdentifier)
            } else {
                (found, CandidateClass::KeyIdentifier)
            }
        }
    }
}
