//! Signed lists (CMS, RFC 5652; Doc 9303-12 sections 9 and 10): who signed one, and whether that rests on
//! something that is trusted. Nothing in a list can pin itself: its own certificates count only as links from
//! its signer up to a pin or an anchor, each link with a signature that verifies.

use crate::import::draft::Draft;
use crate::import::report::{PinHint, Reason};
use crate::provenance::SourceKind;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use verifier_chip::ber::{self, Oid, Reader, tag};
use verifier_chip::pki::signature::Verdict;
use verifier_chip::pki::{Certificate, Crl};
use verifier_chip::sod::cms::Fit;
use verifier_chip::sod::{SignedData, SignerIdentifier, SignerInfo, SignerVerdict};
use verifier_chip::{Limits, oids};

/// Certificates that one master list may hold.
pub(crate) const MAX_LIST: usize = 50_000;
/// Links between a list's signer and a pin.
const MAX_LINKS: usize = 8;
/// Signatures computed for the chain of one list.
const MAX_TRIES: usize = 64;
/// A clock may be this much behind the one that signed.
const CLOCK_SLACK: Duration = Duration::days(1);

/// A list as read: its content, and who says to have signed it.
pub(crate) struct List {
    pub(crate) kind: SourceKind,
    pub(crate) content: Vec<u8>,
    bag: Vec<Arc<Certificate>>,
    signers: Vec<SignerInfo>,
}

/// What a list proved.
pub(crate) struct Proof {
    pub(crate) signer: Arc<Certificate>,
    pub(crate) rests_on: [u8; 32],
    pub(crate) signed_at: Option<OffsetDateTime>,
    pub(crate) findings: Vec<String>,
}

impl List {
    pub(crate) fn read(der: &[u8]) -> Result<Self, Reason> {
        let malformed = |error: ber::Error| Reason::Malformed(error.to_string());
        let mut signed = SignedData::parse(der, &Limits::default()).map_err(malformed)?;
        let kind = match signed.content_type {
            oids::MASTER_LIST => SourceKind::MasterList,
            oids::DEVIATION_LIST => SourceKind::DeviationList,
            oids::DEFECT_LIST => SourceKind::DefectList,
            _ => return Err(Reason::UnknownKind),
        };
        let content =
            signed.content.take().ok_or_else(|| Reason::Malformed("no content".to_owned()))?.into_owned();
        let bag = signed.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
        Ok(Self { kind, content, bag, signers: signed.signers })
    }

    /// The newest signing time that any signer claims.
    pub(crate) fn claimed_time(&self) -> Option<OffsetDateTime> {
        self.signers.iter().filter_map(SignerInfo::signing_time).max()
    }

    /// Verifies the signature and chains the signer. The first signer that does both counts.
    pub(crate) fn prove(&self, draft: &mut Draft, now: OffsetDateTime, force: bool) -> Result<Proof, Reason> {
        let mut refusal = Reason::Malformed("no signer".to_owned());
        for signer in &self.signers {
            match self.prove_signer(signer, draft, now, force) {
                Ok(proof) => return Ok(proof),
                // What another file may still mend outweighs what nothing mends.
                Err(reason) if reason.may_pass() || !refusal.may_pass() => refusal = reason,
                Err(_) => {}
            }
        }
        Err(refusal)
    }

    fn prove_signer(
        &self,
        info: &SignerInfo,
        draft: &mut Draft,
        now: OffsetDateTime,
        force: bool,
    ) -> Result<Proof, Reason> {
        let (certificate, findings) = self.verify_signature(info, draft)?;
        let who = || certificate.subject().to_string();
        let signed_at = info.signing_time();
        if let Some(at) = signed_at.filter(|at| *at > now + CLOCK_SLACK) {
            return Err(Reason::Future(at));
        }
        let rests_on = self.chain(&certificate, draft).map_err(Reason::UntrustedSigner)?;
        if !may_sign(&certificate, self.kind, draft.is_pinned(certificate.sha256())) {
            return Err(Reason::SignerPurpose(who()));
        }
        if !force && !certificate.validity().contains(signed_at.unwrap_or(now)) {
            return Err(Reason::SignerValidity(who()));
        }
        if draft.revokes(&certificate) {
            return Err(Reason::SignerRevoked(who()));
        }
        Ok(Proof { signer: certificate, rests_on, signed_at, findings })
    }

    /// The certificate whose key made the signature, from the list or from the store.
    fn verify_signature(
        &self,
        info: &SignerInfo,
        draft: &mut Draft,
    ) -> Result<(Arc<Certificate>, Vec<String>), Reason> {
        let fits = |c: &Certificate| matches!(info.identifier.fit(c), Some(Fit::Exact | Fit::Normalised));
        let mut candidates: Vec<_> = self.bag.iter().filter(|c| fits(c)).cloned().collect();
        if candidates.is_empty() {
            let key = match &info.identifier {
                SignerIdentifier::SubjectKeyIdentifier(key) => Some(&**key),
                SignerIdentifier::IssuerAndSerial { .. } => None,
            };
            candidates = draft.signers(fits, key);
        }
        candidates.sort_by_key(|c| info.identifier.fit(c));
        let mut refusal = Reason::NoSignerCertificate(info.identifier.to_string());
        for candidate in candidates {
            match info.verify(&candidate) {
                SignerVerdict::Valid { findings } => {
                    let findings = info.findings.iter().chain(&findings).map(ToString::to_string).collect();
                    return Ok((candidate, findings));
                }
                SignerVerdict::Failed(failure) => refusal = Reason::Signature(failure.to_string()),
                SignerVerdict::Unsupported(reason) => refusal = Reason::Signature(reason.to_string()),
            }
        }
        Err(refusal)
    }

    /// The pin or anchor that a signer rests on, directly or over links; else what would have to be pinned.
    fn chain(&self, signer: &Arc<Certificate>, draft: &mut Draft) -> Result<[u8; 32], PinHint> {
        let top = match climb(signer, &self.bag, draft) {
            Ok(rests_on) => return Ok(rests_on),
            Err(top) => top,
        };
        // A master list often carries the link certificates that lead to it, and the root that is to be pinned.
        let own = match self.kind {
            SourceKind::MasterList => certificates(&self.content).unwrap_or_default(),
            _ => Vec::new(),
        };
        let own = own.into_iter().filter_map(|der| Certificate::parse(der).ok()).filter(|c| is_ca(c));
        let links: Vec<_> = self.bag.iter().cloned().chain(own).collect();
        climb(signer, &links, draft).map_err(|_| hint(&top, &links))
    }
}

/// Breadth first from the signer towards its issuers; every step is a signature that verifies. What is trusted at
/// the end of it, or else how far it goes.
fn climb(
    signer: &Arc<Certificate>,
    links: &[Arc<Certificate>],
    draft: &mut Draft,
) -> Result<[u8; 32], Arc<Certificate>> {
    let mut tries = 0;
    let mut level = vec![Arc::clone(signer)];
    let mut seen = vec![*signer.sha256()];
    let mut top = Arc::clone(signer);
    for _ in 0..=MAX_LINKS {
        let mut next = Vec::new();
        for certificate in &level {
            if draft.is_trusted(certificate.sha256()) {
                return Ok(*certificate.sha256());
            }
            for anchor in draft.issuers_of(certificate) {
                tries += 1;
                if tries > MAX_TRIES {
                    return Err(top);
                }
                if draft.is_trusted(anchor.sha256()) && is_valid(certificate, &anchor) {
                    return Ok(*anchor.sha256());
                }
            }
            for link in links.iter().filter(|link| may_have_issued(link, certificate)) {
                if seen.contains(link.sha256()) || tries > MAX_TRIES {
                    continue;
                }
                tries += 1;
                if is_ca(link) && is_valid(certificate, link) {
                    seen.push(*link.sha256());
                    next.push(Arc::clone(link));
                }
            }
        }
        match next.first() {
            Some(first) => top = Arc::clone(first),
            None => break,
        }
        level = next;
    }
    Err(top)
}

/// What to pin: the root at the top of the chain as far as it goes.
fn hint(top: &Arc<Certificate>, links: &[Arc<Certificate>]) -> PinHint {
    let of = |root: &Certificate| PinHint {
        subject: root.subject().to_string(),
        key_identifier: root.subject_key_identifier().map(<[u8]>::to_vec),
        sha256: Some(*root.sha256()),
    };
    let root = links.iter().find(|link| link.is_self_issued() && may_have_issued(link, top));
    match root {
        Some(root) => of(root),
        None if top.is_self_issued() => of(top),
        None => PinHint {
            subject: top.issuer().to_string(),
            key_identifier: top.authority_key_identifier().map(<[u8]>::to_vec),
            sha256: None,
        },
    }
}

fn may_have_issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    match (certificate.authority_key_identifier(), issuer.subject_key_identifier()) {
        (Some(authority), Some(subject)) => authority == subject,
        _ => issuer.subject().key() == certificate.issuer().key(),
    }
}

fn is_valid(certificate: &Certificate, issuer: &Certificate) -> bool {
    matches!(certificate.verify_issued_by(issuer), Verdict::Valid { .. })
}

/// Whether a certificate is one of an authority. Real ones lack one mark or the other (Doc 9303-12 7.1).
pub(crate) fn is_ca(certificate: &Certificate) -> bool {
    certificate.basic_constraints().is_some_and(|constraints| constraints.ca)
        || certificate.key_usage().is_some_and(|usage| usage.key_cert_sign())
}

/// Extended key usage of list signers: without it every document signer could make master lists. A pin does not
/// replace it, for somebody who names a document signer's certificate does not mean that; TR-03129-2 alone
/// names no purpose for the signer of defect lists, so there a pin is enough.
fn may_sign(certificate: &Certificate, kind: SourceKind, pinned: bool) -> bool {
    let wanted: &[Oid] = match kind {
        SourceKind::MasterList => &[oids::MASTER_LIST_SIGNING],
        SourceKind::DeviationList => &[oids::DEVIATION_LIST_SIGNING],
        SourceKind::DefectList if pinned => return true,
        SourceKind::DefectList => {
            // TR-03129-2 v1.4.2 8.2 names a purpose that will be required later; earlier versions name none.
            &[
                oids::MASTER_LIST_SIGNING,
                oids::DEVIATION_LIST_SIGNING,
                oids::DEFECT_LIST,
                oids::DEFECT_LIST_SIGNING,
            ]
        }
        _ => &[],
    };
    certificate.extended_key_usage().is_some_and(|purposes| purposes.iter().any(|p| wanted.contains(p)))
}

/// The certificates of a `CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate }`.
pub(crate) fn certificates(content: &[u8]) -> Result<Vec<&[u8]>, ber::Error> {
    let mut fields = Reader::only(content, tag::SEQUENCE)?.reader()?;
    let version = fields.expect(tag::INTEGER)?;
    if version.small_integer()? != 0 {
        return Err(version.error(ber::ErrorKind::Value("a version other than 0")));
    }
    let mut list = fields.expect(tag::SET)?.reader()?;
    fields.finish()?;
    let mut certificates = Vec::new();
    while let Some(certificate) = list.next()? {
        if certificates.len() >= MAX_LIST {
            return Err(certificate.error(ber::ErrorKind::TooMany(MAX_LIST)));
        }
        certificates.push(certificate.raw());
    }
    Ok(certificates)
}

impl Draft {
    /// Whether a CRL that is held names this certificate.
    fn revokes(&self, certificate: &Certificate) -> bool {
        let (issuer, serial) = certificate.issuer_and_serial();
        let country = certificate.issuer().country_code();
        let crls =
            self.contents.crls.iter().filter(|crl| crl.issuers.iter().any(|name| name == issuer.as_str()));
        crls.filter_map(|crl| Crl::parse(crl.der.as_slice()).ok())
            .any(|crl| crl.issuer().country_code() == country && crl.entry(serial).is_some())
    }
}
