//! The certificate profile by role (Doc 9303-12 7.1, 8th edition), as findings.

use super::Certificate;
use crate::ber::Oid;
use crate::finding::{Code, Finding};
use crate::oids;

/// What a certificate is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Country signing CA, root.
    Csca,
    /// Country signing CA, link from an older key.
    Link,
    /// Signer of EF.SOD.
    DocumentSigner,
    /// Signer of a master list.
    MasterListSigner,
    /// Signer of a deviation list.
    DeviationListSigner,
}

impl Role {
    fn is_ca(self) -> bool {
        matches!(self, Self::Csca | Self::Link)
    }
}

const FORBIDDEN: [(&str, Oid); 7] = [
    ("policyMappings", oids::POLICY_MAPPINGS),
    ("nameConstraints", oids::NAME_CONSTRAINTS),
    ("policyConstraints", oids::POLICY_CONSTRAINTS),
    ("inhibitAnyPolicy", oids::INHIBIT_ANY_POLICY),
    ("freshestCRL", oids::FRESHEST_CRL),
    ("subjectDirectoryAttributes", oids::SUBJECT_DIRECTORY_ATTRIBUTES),
    ("netscape-cert-type", Oid::of(&[2, 16, 840, 1, 113_730, 1, 1])),
];

pub(super) fn check(certificate: &Certificate, role: Role) -> Vec<Finding> {
    let mut findings = Vec::new();
    key_usage(certificate, role, &mut findings);
    basic_constraints(certificate, role, &mut findings);
    extended_key_usage(certificate, role, &mut findings);
    presence(certificate, role, &mut findings);
    criticality(certificate, role, &mut findings);
    findings
}

pub(super) fn check_issuer(certificate: &Certificate) -> Vec<Finding> {
    let mut findings = Vec::new();
    if certificate.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
        findings.push(Code::KeyUsageWrong.into());
    }
    if certificate.basic_constraints().is_some_and(|constraints| !constraints.ca) {
        findings.push(Code::BasicConstraintsNotCa.into());
    }
    // What its maker would have everybody understand limits what it may issue, too (RFC 5280 4.2).
    let critical = |finding: &&Finding| finding.code == Code::ExtensionUnknownCritical;
    findings.extend(certificate.findings().iter().filter(critical).cloned());
    findings
}

fn key_usage(certificate: &Certificate, role: Role, findings: &mut Vec<Finding>) {
    let Some(usage) = certificate.key_usage() else {
        findings.push(Code::KeyUsageMissing.into());
        return;
    };
    let (allows, exact) = if role.is_ca() {
        (usage.key_cert_sign(), usage.is_exactly(&[5, 6]))
    } else {
        (usage.digital_signature(), usage.is_exactly(&[0]))
    };
    if !allows {
        findings.push(Code::KeyUsageWrong.into());
    } else if !exact {
        findings.push(Code::KeyUsageBits.into());
    }
}

fn basic_constraints(certificate: &Certificate, role: Role, findings: &mut Vec<Finding>) {
    match (certificate.basic_constraints(), role.is_ca()) {
        (None, true) => findings.push(Code::BasicConstraintsMissing.into()),
        (Some(constraints), true) => {
            if !constraints.ca {
                findings.push(Code::BasicConstraintsNotCa.into());
            }
            if constraints.path_length != Some(0) {
                findings.push(Finding::with(
                    Code::PathLength,
                    match constraints.path_length {
                        Some(length) => length.to_string(),
                        None => "missing".to_owned(),
                    },
                ));
            }
        }
        (Some(constraints), false) if constraints.ca => findings.push(Code::SignerIsCa.into()),
        (Some(_), false) => findings.push(Finding::with(Code::ExtensionForbidden, "basicConstraints")),
        (None, false) => {}
    }
}

fn extended_key_usage(certificate: &Certificate, role: Role, findings: &mut Vec<Finding>) {
    let wanted = match role {
        Role::MasterListSigner => Some(oids::MASTER_LIST_SIGNING),
        Role::DeviationListSigner => Some(oids::DEVIATION_LIST_SIGNING),
        _ => None,
    };
    match (wanted, certificate.extended_key_usage()) {
        (None, None) => {}
        (None, Some(purposes)) if role.is_ca() => {
            let _ = purposes;
            findings.push(Finding::with(Code::ExtensionForbidden, "extKeyUsage"));
        }
        (None, Some(purposes)) => {
            // A signer of lists or bar codes must not pass for a document signer.
            let list: Vec<_> = purposes.iter().map(ToString::to_string).collect();
            findings.push(Finding::with(Code::ExtendedKeyUsageWrong, list.join(" ")));
        }
        (Some(_), None) => findings.push(Code::ExtendedKeyUsageMissing.into()),
        (Some(wanted), Some(purposes)) => {
            if !purposes.contains(&wanted) {
                findings.push(Code::ExtendedKeyUsageWrong.into());
            }
        }
    }
}

fn presence(certificate: &Certificate, role: Role, findings: &mut Vec<Finding>) {
    let extensions = &certificate.extensions;
    if role.is_ca() && certificate.subject_key_identifier().is_none() {
        findings.push(Code::SkiMissing.into());
    }
    // An identifier that names no key is there, and a finding of its own.
    let nameless = certificate.findings().iter().any(|found| found.code == Code::AkiWithoutKeyIdentifier);
    if role != Role::Csca && certificate.authority_key_identifier().is_none() && !nameless {
        findings.push(Code::AkiMissing.into());
    }
    let needs_period = !matches!(role, Role::MasterListSigner | Role::DeviationListSigner);
    if needs_period && certificate.private_key_usage_period().is_none() {
        findings.push(Code::KeyPeriodMissing.into());
    }
    for (field, oid) in
        [("subjectAltName", oids::SUBJECT_ALTERNATIVE_NAME), ("issuerAltName", oids::ISSUER_ALTERNATIVE_NAME)]
    {
        if extensions.criticality(&oid).is_none() {
            findings.push(Finding::with(Code::AlternativeNameMissing, field));
        }
    }
    if extensions.criticality(&oids::CRL_DISTRIBUTION_POINTS).is_none() {
        findings.push(Code::CrlDistributionMissing.into());
    }
    if role == Role::DocumentSigner && certificate.document_types().is_none() {
        findings.push(Code::DocumentTypesMissing.into());
    }
    for (name, oid) in FORBIDDEN {
        if extensions.criticality(&oid).is_some() {
            findings.push(Finding::with(Code::ExtensionForbidden, name));
        }
    }
    if !role.is_ca() && certificate.has_name_change() {
        findings.push(Finding::with(Code::ExtensionForbidden, "nameChange"));
    }
    if role != Role::DocumentSigner && certificate.document_types().is_some() {
        findings.push(Finding::with(Code::ExtensionForbidden, "documentTypeList"));
    }
}

fn criticality(certificate: &Certificate, role: Role, findings: &mut Vec<Finding>) {
    for present in &certificate.extensions.present {
        let critical = match present.oid {
            oids::KEY_USAGE => true,
            oids::BASIC_CONSTRAINTS => role.is_ca(),
            oids::EXTENDED_KEY_USAGE => !role.is_ca(),
            _ => false,
        };
        // An unknown critical extension has its own, weightier finding.
        let known = present.oid.starts_with(&Oid::of(&[2, 5, 29]))
            || present.oid == oids::NAME_CHANGE
            || present.oid == oids::DOCUMENT_TYPE_LIST;
        if present.critical != critical && (known || !present.critical) && (critical || present.critical) {
            findings.push(Finding::with(Code::ExtensionCriticality, present.oid.to_string()));
        }
    }
}
