//! What a report says of the chip beside its checks: contents, chain, deviations.

mod request;

use std::sync::Arc;

use verifier_chip::Limits;
use verifier_chip::authentication::passive::{DataGroupFact, SignerFact, SignerSource};
use verifier_chip::finding::{Finding as Deviation, Weight};
use verifier_chip::lds::DgNumber;
use verifier_chip::pki::chain::{CandidateClass, ChainFact, find_issuer};
use verifier_chip::pki::{Certificate, Verdict};
use verifier_trust::Snapshot;

use super::{ChipFacts, Index};
use crate::engine::case::Case;
use crate::engine::readings;
use crate::instant::rfc3339;
use crate::report::{
    AnchorClass, AnchorInfo, CertificateInfo, ChipInfo, DataGroupInfo, DeviationInfo, plain,
};
use crate::{Finding, Severity};

/// Roots that are shown for one chain.
const MAX_ROOTS: usize = 8;
/// Issuers of link certificates that are shown above a root.
const MAX_ABOVE: usize = 4;

impl ChipFacts {
    /// The chip part of the report.
    pub(crate) fn describe(&self, case: &Case<'_>) -> Option<ChipInfo> {
        let trust = case.trust;
        if !self.delivered() {
            return None;
        }
        let mut info = ChipInfo::default();
        if let Index::Read(sod) = self.index() {
            info.lds_version = sod.lds.lds_version.as_deref().map(plain);
            info.hash_algorithm = Some(match &sod.lds.hash_algorithm {
                Ok(algorithm) => algorithm.to_string(),
                Err(oid) => oid.to_string(),
            });
            let algorithm = sod.signers.first().and_then(|signer| signer.algorithm.as_ref().ok());
            info.signature_algorithm = algorithm.map(ToString::to_string);
        }
        info.data_groups = DgNumber::all().filter_map(|number| self.describe_data_group(number)).collect();
        if let Some(signer) = self.signer() {
            info.signing_time = signer.signing_time.map(rfc3339);
            info.signer = Some(certificate_info(&signer.certificate));
            info.signer_source = Some(source_name(signer.source).into());
            info.anchors = anchors(signer, trust);
            info.request = request::of(signer, trust);
        }
        info.readings = readings::all(case);
        info.deviations = self.deviations();
        Some(info)
    }

    fn describe_data_group(&self, number: DgNumber) -> Option<DataGroupInfo> {
        let listed = self.lists(number);
        let read = self.data_groups.contains_key(&number);
        let bound = self.passive().is_some_and(|passive| passive.bound(number).is_some());
        (listed || read).then(|| DataGroupInfo {
            number: number.get(),
            listed,
            read,
            bound,
            content: self.content(number),
        })
    }

    /// What stands beside the checks.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for number in DgNumber::all() {
            match (self.index(), self.data_group(number)) {
                (Index::Read(_), Some(DataGroupFact::Unlisted)) => {
                    let text = format!(
                        "{number} was delivered and the security object does not name it: nothing signs it, and it is \
                         not used"
                    );
                    findings.push(
                        Finding::new("chip.data-group.unsigned", Severity::Warning, text).on_first_page(),
                    );
                }
                (_, Some(DataGroupFact::NotRead)) if !self.data_groups.contains_key(&number) => {
                    let text = format!("{number} is listed by the security object and was not read");
                    findings.push(Finding::new("chip.data-group.not-read", Severity::Note, text));
                }
                _ => {}
            }
        }
        let sod = match self.index() {
            Index::Read(sod) => sod.findings.as_slice(),
            _ => &[],
        };
        findings.extend(self.session().findings(|file| self.file(file), self.authentication()));
        let signer = self.signer().map_or(&[][..], |signer| &signer.findings);
        findings.extend(sod.iter().chain(signer).chain(self.chain_findings()).map(deviation));
        findings.extend(self.content_findings());
        findings.dedup();
        findings
    }

    /// Every deviation, each once, in the order of the chain.
    fn deviations(&self) -> Vec<DeviationInfo> {
        let of_sod = match self.index() {
            Index::Read(sod) => sod.findings.as_slice(),
            _ => &[],
        };
        let of_signer = self.signer().map_or(&[][..], |signer| &signer.findings);
        let parts = [("security object", of_sod), ("signer", of_signer), ("chain", self.chain_findings())];
        let mut all = Vec::new();
        for (of, found) in parts {
            for one in found {
                let info = deviation_info(of, one);
                if !all.contains(&info) {
                    all.push(info);
                }
            }
        }
        all
    }

    fn chain_findings(&self) -> &[Deviation] {
        match self.signer().map(|signer| &signer.chain) {
            Some(ChainFact::Verified { findings, .. }) => findings,
            _ => &[],
        }
    }
}

fn deviation_info(of: &str, found: &Deviation) -> DeviationInfo {
    let weight = match found.weight() {
        Weight::Note => "note",
        Weight::Deviation => "deviation",
        Weight::Violation => "violation",
    };
    DeviationInfo {
        code: found.code.as_str().into(),
        of: of.into(),
        weight: weight.into(),
        standard: found.code.reference().into(),
        text: plain(&found.to_string()),
    }
}

const fn source_name(source: SignerSource) -> &'static str {
    match source {
        SignerSource::Embedded => "EF.SOD",
        SignerSource::Store => "trust store",
        SignerSource::Corrected => "corrected identifier",
        SignerSource::Replacement => "defect list",
    }
}

/// A deviation of the chip's data as a finding: what genuine documents are known to have is a note.
fn deviation(found: &Deviation) -> Finding {
    let severity = match found.weight() {
        Weight::Violation => Severity::Warning,
        _ => Severity::Note,
    };
    Finding::new(found.code.as_str(), severity, found.to_string())
}

fn anchors(signer: &SignerFact, trust: &Snapshot) -> Vec<AnchorInfo> {
    let has_aki = signer.certificate.authority_key_identifier().is_some();
    let by_name = if has_aki { AnchorClass::NameOtherKey } else { AnchorClass::Name };
    match &signer.chain {
        ChainFact::Verified { anchor, class, .. } => vec![anchor_info(anchor, class_of(*class), true, trust)],
        ChainFact::RefusedByKeyIdentifier { anchors } => {
            let shown = anchors.iter().take(MAX_ROOTS);
            shown.map(|anchor| anchor_info(anchor, AnchorClass::KeyIdentifier, false, trust)).collect()
        }
        ChainFact::Unsupported { anchor, .. } => {
            let same_key =
                has_aki && anchor.subject_key_identifier() == signer.certificate.authority_key_identifier();
            let class = if same_key { AnchorClass::KeyIdentifier } else { by_name };
            vec![anchor_info(anchor, class, false, trust)]
        }
        ChainFact::NoAnchor { known, .. } => {
            let same_name =
                known.iter().filter(|anchor| anchor.subject().key() == signer.certificate.issuer().key());
            same_name.take(MAX_ROOTS).map(|anchor| anchor_info(anchor, by_name, false, trust)).collect()
        }
        _ => Vec::new(),
    }
}

const fn class_of(class: CandidateClass) -> AnchorClass {
    match class {
        CandidateClass::KeyIdentifier => AnchorClass::KeyIdentifier,
        CandidateClass::NameWithoutIdentifier => AnchorClass::Name,
        CandidateClass::NameDespiteIdentifier => AnchorClass::NameOtherKey,
    }
}

fn anchor_info(anchor: &Certificate, class: AnchorClass, verified: bool, trust: &Snapshot) -> AnchorInfo {
    let mut provenance = Vec::new();
    let mut sources = Vec::new();
    if let Some(stored) = trust.certificate(anchor.sha256()) {
        provenance.extend(stored.sources.iter().map(|source| source.kind.name().to_owned()));
        sources.extend(stored.sources.iter().map(request::source_info));
        if stored.pinned {
            provenance.push("pin".into());
        }
        if stored.unsigned {
            provenance.push("unsigned".into());
        }
        if stored.utopia {
            provenance.push("utopia".into());
        }
    }
    provenance.sort();
    provenance.dedup();
    sources.sort_by(|one, other| {
        (&other.signed_at, &other.imported_at).cmp(&(&one.signed_at, &one.imported_at))
    });
    let above = if verified { above(anchor, trust) } else { Vec::new() };
    AnchorInfo { certificate: certificate_info(anchor), class, verified, provenance, sources, above }
}

/// Issuers of a link certificate as far as the store has them: each signature verifies, none is gone through twice.
fn above(anchor: &Certificate, trust: &Snapshot) -> Vec<CertificateInfo> {
    let mut path: Vec<Arc<Certificate>> = Vec::new();
    let mut seen = vec![*anchor.sha256()];
    let mut below: Option<Arc<Certificate>> = None;
    while path.len() < MAX_ABOVE {
        let current = below.as_deref().unwrap_or(anchor);
        if matches!(current.verify_self_signature(), Verdict::Valid { .. }) {
            break;
        }
        let ChainFact::Verified { anchor: issuer, .. } = find_issuer(current, trust, &Limits::default())
        else {
            break;
        };
        if seen.contains(issuer.sha256()) {
            break;
        }
        seen.push(*issuer.sha256());
        path.push(Arc::clone(&issuer));
        below = Some(issuer);
    }
    path.iter().map(|certificate| certificate_info(certificate)).collect()
}

pub(super) fn certificate_info(certificate: &Certificate) -> CertificateInfo {
    let validity = certificate.validity();
    CertificateInfo {
        subject: plain(&certificate.subject().to_string()),
        issuer: plain(&certificate.issuer().to_string()),
        serial: hex::encode(certificate.serial()),
        not_before: rfc3339(validity.not_before),
        not_after: rfc3339(validity.not_after),
        key: certificate.public_key().description(),
        sha256: hex::encode(certificate.sha256()),
        algorithm: certificate.signature_algorithm().ok().map(ToString::to_string),
        key_identifier: certificate.subject_key_identifier().map(hex::encode),
        authority_key_identifier: certificate.authority_key_identifier().map(hex::encode),
    }
}
