//! What a report says of the chip beside its checks: contents, chain, deviations.

use verifier_chip::authentication::passive::{DataGroupFact, SignerFact};
use verifier_chip::finding::{Finding as Deviation, Weight};
use verifier_chip::lds::DgNumber;
use verifier_chip::pki::Certificate;
use verifier_chip::pki::chain::{CandidateClass, ChainFact};
use verifier_trust::Snapshot;

use super::{ChipFacts, Index};
use crate::instant::rfc3339;
use crate::report::{AnchorClass, AnchorInfo, CertificateInfo, ChipInfo, DataGroupInfo, plain};
use crate::{Finding, Severity};

/// Roots that are shown for one chain.
const MAX_ROOTS: usize = 8;

impl ChipFacts {
    /// The chip part of the report.
    pub(crate) fn describe(&self, trust: &Snapshot) -> Option<ChipInfo> {
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
            info.anchors = anchors(signer, trust);
        }
        Some(info)
    }

    fn describe_data_group(&self, number: DgNumber) -> Option<DataGroupInfo> {
        let listed = self.lists(number);
        let read = self.data_groups.contains_key(&number);
        let bound = self.passive().is_some_and(|passive| passive.bound(number).is_some());
        (listed || read).then(|| DataGroupInfo { number: number.get(), listed, read, bound })
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
        let signer = self.signer().map_or(&[][..], |signer| &signer.findings);
        findings.extend(sod.iter().chain(signer).chain(self.chain_findings()).map(deviation));
        findings.dedup();
        findings
    }

    fn chain_findings(&self) -> &[Deviation] {
        match self.signer().map(|signer| &signer.chain) {
            Some(ChainFact::Verified { findings, .. }) => findings,
            _ => &[],
        }
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
    if let Some(stored) = trust.certificate(anchor.sha256()) {
        provenance.extend(stored.sources.iter().map(|source| source.kind.name().to_owned()));
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
    AnchorInfo { certificate: certificate_info(anchor), class, verified, provenance }
}

fn certificate_info(certificate: &Certificate) -> CertificateInfo {
    let validity = certificate.validity();
    CertificateInfo {
        subject: plain(&certificate.subject().to_string()),
        issuer: plain(&certificate.issuer().to_string()),
        serial: hex::encode(certificate.serial()),
        not_before: rfc3339(validity.not_before),
        not_after: rfc3339(validity.not_after),
        key: certificate.public_key().description(),
        sha256: hex::encode(certificate.sha256()),
    }
}
