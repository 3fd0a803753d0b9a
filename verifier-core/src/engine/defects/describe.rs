//! Known deviations and defects in words, for findings, reasons and the report's own list.

use verifier_chip::pki::defect_list::DefectKind;
use verifier_chip::pki::deviation_list::DeviationKind;
use verifier_trust::{KnownContent, KnownDefects};

use super::{Entry, Kind, Known};
use crate::instant::rfc3339;
use crate::report::{KnownDefectInfo, plain};
use crate::{CheckId, Finding, Severity};

/// Digits of a fingerprint in a sentence; the report's list has all of them.
const DIGITS: usize = 16;

impl Known<'_> {
    /// One finding an entry, whether it changed a result or not, and one for each list that was not applied.
    pub(crate) fn findings(&self, changed: &[Vec<CheckId>]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let changes = changed.get(index).map_or(&[][..], Vec::as_slice);
            let effect = match changes {
                [] => "it changes no result".to_owned(),
                ids => {
                    let ids: Vec<&str> = ids.iter().map(CheckId::as_str).collect();
                    format!("it decides {}", ids.join(", "))
                }
            };
            let severity = if changes.is_empty() { Severity::Note } else { Severity::Warning };
            let text = format!("{}; {effect}", sentence(entry));
            findings.push(Finding::new(entry.kind.code(), severity, text).on_first_page());
        }
        for list in &self.not_entitled {
            let text = format!(
                "{} names this document's signer and was not applied: it may not speak of documents of this state",
                reference(list)
            );
            findings.push(Finding::new("list.not-entitled", Severity::Warning, text).on_first_page());
        }
        for list in &self.undecided {
            let text = format!(
                "{} has an entry for documents issued within a period; the data of this document do not say when it was \
                 issued, so the entry excuses nothing",
                reference(list)
            );
            findings.push(Finding::new("deviation.undecided", Severity::Note, text).on_first_page());
        }
        findings
    }

    /// The entries for the report's own list.
    pub(crate) fn infos(&self, changed: &[Vec<CheckId>]) -> Vec<KnownDefectInfo> {
        let info = |(index, entry): (usize, &Entry<'_>)| KnownDefectInfo {
            code: entry.kind.code().into(),
            text: plain(&meaning(&entry.kind)),
            description: entry.description.map(plain),
            list: kind_of(entry.list).into(),
            list_name: plain(&entry.list.source.name),
            list_sha256: hex::encode(entry.list.source.sha256),
            signed_at: entry.list.source.signed_at.map(rfc3339),
            signer: plain(&entry.list.signer.subject().to_string()),
            signer_sha256: hex::encode(entry.list.signer.sha256()),
            changed: changed.get(index).cloned().unwrap_or_default(),
        };
        self.entries.iter().enumerate().map(info).collect()
    }
}

/// What the entry says, and who says it.
pub(super) fn sentence(entry: &Entry<'_>) -> String {
    let own = entry.description.map(|text| format!(" (\"{text}\")")).unwrap_or_default();
    format!("{}{own}, says {}", meaning(&entry.kind), reference(entry.list))
}

/// The list with its date and the fingerprint of its signer.
fn reference(list: &KnownDefects) -> String {
    let date =
        list.source.signed_at.map_or_else(|| "without a date".to_owned(), |at| format!("of {}", at.date()));
    let fingerprint = hex::encode(list.signer.sha256());
    format!(
        "the {} {date} signed by {} (SHA-256 {})",
        kind_of(list),
        list.signer.subject(),
        fingerprint.get(..DIGITS).unwrap_or(&fingerprint)
    )
}

const fn kind_of(list: &KnownDefects) -> &'static str {
    match list.content {
        KnownContent::Deviations(_) => "deviation list",
        KnownContent::Defects(_) => "defect list",
    }
}

fn meaning(kind: &Kind) -> String {
    match kind {
        Kind::Defect(kind) => of_defect(kind),
        Kind::Deviation(kind) => of_deviation(kind),
    }
}

fn of_defect(kind: &DefectKind) -> String {
    let joined =
        |groups: &[u32]| groups.iter().map(|group| format!("DG{group}")).collect::<Vec<_>>().join(", ");
    match kind {
        DefectKind::CertificateRevoked(code) => {
            let status = match code {
                0 => "no details",
                1 => "under investigation",
                2 => "used for tests",
                3 => "by its issuer",
                4 => "by the signer of the list",
                5 => "inadequate",
                _ => "for a reason of the list's own",
            };
            format!("the document signer is revoked (status {code}: {status})")
        }
        DefectKind::CertificateReplaced(certificate) => format!(
            "the certificate of the document signer is malformed, and another stands in for it (SHA-256 {})",
            hex::encode(certificate.sha256())
        ),
        DefectKind::ChipKeysCompromised => {
            "the private keys of chip authentication may be known to others".into()
        }
        DefectKind::ActiveKeysCompromised => {
            "the private keys of active authentication may be known to others".into()
        }
        DefectKind::ProtocolFailure { chip, active, mapping } => {
            let named =
                [(chip, "chip authentication"), (active, "active authentication"), (mapping, "PACE-CAM")];
            let named: Vec<&str> =
                named.into_iter().filter(|(known, _)| **known).map(|(_, name)| name).collect();
            format!("{} is known to fail on genuine chips", named.join(" and "))
        }
        DefectKind::ValidityIncorrect { issuer, signer } => match (issuer, signer) {
            (true, true) => "the validity periods of CSCA and document signer are wrong".into(),
            (true, false) => "the validity period of the CSCA is wrong".into(),
            _ => "the validity period of the document signer is wrong".into(),
        },
        DefectKind::DataGroupsMalformed(groups) => format!("{} may be malformed", joined(groups)),
        DefectKind::SecurityObjectMalformed(code) => format!("EF.SOD may be malformed (fault {code})"),
        DefectKind::ComDiscrepancy(_) => "EF.COM and EF.SOD may name different data groups".into(),
        DefectKind::WrongSignerIdentifier(right) => {
            format!("the signer identifier in EF.SOD is wrong; the right one is {right}")
        }
        DefectKind::IssuingCountry(country) => {
            format!("the country of the signer is wrong; the right one is {country}")
        }
        DefectKind::NameCountry { issuer, subject } => {
            let shown = |country: &Option<String>| country.clone().unwrap_or_else(|| "as it is".into());
            format!(
                "names in the signer's certificate are wrong; country of the issuer {}, of the subject {}",
                shown(issuer),
                shown(subject)
            )
        }
        DefectKind::CardSecurityMalformed => "EF.CardSecurity may be malformed".into(),
        DefectKind::ChipSecurityMalformed => "EF.ChipSecurity may be malformed".into(),
        DefectKind::PowerDown => "the chip has to lose power between two authentications".into(),
        DefectKind::CertificateMalformed { issuer: true } => "the CSCA certificate may be malformed".into(),
        DefectKind::CertificateMalformed { issuer: false } => {
            "the document signer's certificate may be malformed".into()
        }
        DefectKind::UnknownOfDocument => "the document has a defect that this version does not know".into(),
        _ => "a defect that this version does not know".into(),
    }
}

fn of_deviation(kind: &DeviationKind) -> String {
    let file = |number: &u32| match number {
        20 => "EF.SOD".to_owned(),
        21 => "EF.COM".to_owned(),
        number => format!("DG{number}"),
    };
    match kind {
        DeviationKind::CertificateOrKey => "a certificate or key deviates from the standard".into(),
        DeviationKind::SignerSignature => {
            "the signature of the document signer's certificate is wrong".into()
        }
        DeviationKind::SignerEncoding(_) => "the document signer's certificate is wrongly encoded".into(),
        DeviationKind::CscaEncoding(_) => "the CSCA certificate is wrongly encoded".into(),
        DeviationKind::ActiveKeysCompromised => {
            "the keys of active authentication may be known to others".into()
        }
        DeviationKind::Lds => "the logical data structure deviates from the standard".into(),
        DeviationKind::DataGroupMalformed(number) => format!("{} is malformed", file(number)),
        DeviationKind::DataGroupHashWrong(number) => {
            format!("the hash of {} in EF.SOD is wrong", file(number))
        }
        DeviationKind::SodSignatureWrong => "the signature of EF.SOD is wrong".into(),
        DeviationKind::ComInconsistent => "EF.COM and EF.SOD are inconsistent".into(),
        DeviationKind::Mrz => "the machine readable zone deviates from the standard".into(),
        DeviationKind::MrzWrongData(field) => format!("field {field} of the machine readable zone is wrong"),
        DeviationKind::MrzWrongCheckDigit(field) => {
            format!("the check digit of field {field} of the machine readable zone is wrong")
        }
        DeviationKind::Chip => "the chip is not usable".into(),
        DeviationKind::NationalUse => "a deviation for national use".into(),
        _ => "a deviation that this version does not know".into(),
    }
}
