//! What signed lists have in common (Doc 9303-12 9 and 10): a CMS SignedData around the list.

use std::sync::Arc;

use time::OffsetDateTime;

use super::chain::{ChainFact, find_issuer};
use super::{Anchors, Certificate, NoAnchors, Role};
use crate::ber::{self, ErrorKind, Oid};
use crate::finding::{Code, Finding};
use crate::limits::Limits;
use crate::sod::cms::{Fit, SignedData};
use crate::sod::{Embedded, SignerIdentifier, SignerInfo, SignerVerdict};

/// Embedded certificates that are looked at.
const MAX_CERTIFICATES: usize = 32;

/// The signed wrapping of a list; the content's digest was computed while reading.
#[derive(Debug, Clone)]
pub struct SignedList {
    /// Type of the content.
    pub content_type: Oid,
    /// Embedded certificates that parse: the signer's, mostly with its issuer. None of them is trusted.
    pub certificates: Vec<Arc<Certificate>>,
    /// Signer infos.
    pub signers: Vec<SignerInfo>,
    /// Deviations.
    pub findings: Vec<Finding>,
}

/// What the signature of a list proves.
#[derive(Debug, Clone)]
pub enum ListSignature {
    /// The list is unsigned.
    Unsigned,
    /// The signer's certificate is neither embedded nor known.
    NoSigner(Box<SignerIdentifier>),
    /// A signer was found.
    Signed(Box<ListSigner>),
}

/// The signer of a list.
#[derive(Debug, Clone)]
pub struct ListSigner {
    /// Its certificate.
    pub certificate: Arc<Certificate>,
    /// Whether content and signature belong together.
    pub verdict: SignerVerdict,
    /// Whether the certificate chains to an anchor.
    pub chain: ChainFact,
    /// Signing time.
    pub signing_time: Option<OffsetDateTime>,
    /// Deviations of certificate and match, those of its role included.
    pub findings: Vec<Finding>,
}

impl SignedList {
    /// Takes the wrapping apart and returns it with the content and its offset in `input`.
    pub(super) fn open(input: &[u8]) -> Result<(Self, std::borrow::Cow<'_, [u8]>, usize), ber::Error> {
        let limits = Limits { certificates: MAX_CERTIFICATES, ..Limits::default() };
        let signed = SignedData::parse(input, &limits)?;
        let content = signed
            .content
            .ok_or_else(|| ber::Error::new(ErrorKind::Missing, signed.content_offset).within("eContent"))?;
        let mut findings = signed.findings;
        let Embedded { certificates, .. } = Embedded::decode(&signed.certificates, &NoAnchors, &mut findings);
        if signed.signers.iter().any(|signer| signer.signing_time().is_none()) {
            findings.push(Code::ListSigningTimeMissing.into());
        }
        let list =
            Self { content_type: signed.content_type, certificates, signers: signed.signers, findings };
        Ok((list, content, signed.content_offset))
    }

    /// Newest signing time of the signer infos. Signed, so believe it only after verification.
    #[must_use]
    pub fn signing_time(&self) -> Option<OffsetDateTime> {
        self.signers.iter().filter_map(SignerInfo::signing_time).max()
    }

    /// Verifies the signature and chains the signer. The best signer info counts: verified and chained
    /// before verified before the rest.
    #[must_use]
    pub fn check_signature(&self, role: Role, anchors: &dyn Anchors, limits: &Limits) -> ListSignature {
        let mut best: Option<(u8, ListSignature)> = None;
        for info in &self.signers {
            let checked = self.check_signer(info, role, anchors, limits);
            let rank = match &checked {
                ListSignature::Signed(signer) => match (&signer.verdict, signer.chain.anchor().is_some()) {
                    (SignerVerdict::Valid { .. }, true) => 0,
                    (SignerVerdict::Valid { .. }, false) => 1,
                    _ => 2,
                },
                _ => 3,
            };
            if best.as_ref().is_none_or(|(known, _)| rank < *known) {
                best = Some((rank, checked));
            }
        }
        best.map_or(ListSignature::Unsigned, |(_, checked)| checked)
    }

    fn check_signer(
        &self,
        info: &SignerInfo,
        role: Role,
        anchors: &dyn Anchors,
        limits: &Limits,
    ) -> ListSignature {
        let fits = |certificate: &Arc<Certificate>| {
            matches!(info.identifier.fit(certificate), Some(Fit::Exact | Fit::Normalised))
        };
        let mut candidates: Vec<_> = self.certificates.iter().filter(|c| fits(c)).cloned().collect();
        if candidates.is_empty() {
            candidates =
                anchors.signers(&info.identifier).into_iter().filter(fits).take(limits.candidates).collect();
        }
        let mut chosen = None;
        for certificate in candidates {
            let verdict = info.verify(&certificate);
            let valid = matches!(verdict, SignerVerdict::Valid { .. });
            if valid || chosen.is_none() {
                chosen = Some((certificate, verdict));
            }
            if valid {
                break;
            }
        }
        let Some((certificate, verdict)) = chosen else {
            return ListSignature::NoSigner(Box::new(info.identifier.clone()));
        };
        let chain = find_issuer(&certificate, anchors, limits);
        let mut findings = info.findings.clone();
        if let SignerVerdict::Valid { findings: more } = &verdict {
            findings.extend(more.iter().cloned());
        }
        findings.extend(certificate.findings().iter().cloned());
        findings.extend(certificate.role_findings(role));
        ListSignature::Signed(Box::new(ListSigner {
            signing_time: info.signing_time(),
            certificate,
            verdict,
            chain,
            findings,
        }))
    }
}
