//! The kinds of defects and their parameters (BSI TR-03129-2 v1.4.2, 8.3), decoded; what does not decode stays a
//! fact of its own and never becomes another kind.

use std::sync::Arc;

use super::KnownDefect;
use crate::ber::{Element, Reader, tag};
use crate::oids;
use crate::pki::Certificate;
use crate::sod::SignerIdentifier;

/// ENUMERATED.
const ENUMERATED: u32 = 0x0A;

/// What a known defect says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefectKind {
    /// 1.1: the signer is revoked, with its status code (0, 2, 3, 4: revoked; 1: under investigation; 5: inadequate).
    CertificateRevoked(u32),
    /// 1.2: the signer's certificate is malformed; this one stands in for it.
    CertificateReplaced(Arc<Certificate>),
    /// 1.3: the private keys of chip authentication may be known to others.
    ChipKeysCompromised,
    /// 1.4: the private keys of active authentication may be known to others.
    ActiveKeysCompromised,
    /// 1.5: these protocols are known to fail on genuine chips.
    ProtocolFailure {
        /// Chip authentication.
        chip: bool,
        /// Active authentication.
        active: bool,
        /// PACE with chip authentication mapping.
        mapping: bool,
    },
    /// 1.6: these validity periods are wrong.
    ValidityIncorrect {
        /// Of the CSCA certificate.
        issuer: bool,
        /// Of the signer's certificate.
        signer: bool,
    },
    /// 2.1: these data groups are malformed.
    DataGroupsMalformed(Vec<u32>),
    /// 2.2: EF.SOD does not verify, with its fault code (0 none given, 1 signature, 2 hash, 3 encoding, 4 data group
    /// hashes).
    SecurityObjectMalformed(u32),
    /// 2.3: EF.COM and EF.SOD list other data groups than each other; which ones, where the list says it.
    ComDiscrepancy(Option<ComDiscrepancy>),
    /// 2.4: the signer info names the wrong signer; this is the right one.
    WrongSignerIdentifier(SignerIdentifier),
    /// 2.5: the country of the signer's issuer is wrong; this is the right one.
    IssuingCountry(String),
    /// 2.6: countries in the signer's names are wrong; these are the right ones. Other attributes decide nothing.
    NameCountry {
        /// Country of the issuer.
        issuer: Option<String>,
        /// Country of the subject.
        subject: Option<String>,
    },
    /// 4.1: EF.CardSecurity is malformed.
    CardSecurityMalformed,
    /// 4.2: EF.ChipSecurity is malformed.
    ChipSecurityMalformed,
    /// 4.3: the chip needs to lose power between two authentications.
    PowerDown,
    /// 4.4 and 4.6: a certificate is malformed and nothing stands in for it; whether it is the CSCA's.
    CertificateMalformed {
        /// The CSCA's certificate instead of the signer's.
        issuer: bool,
    },
    /// A defect of the whole document (branch 4) that is not known here: its chip is not to be relied upon.
    UnknownOfDocument,
    /// Another kind, or one whose parameters do not decode.
    Unknown,
}

/// Which data groups the two files list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComDiscrepancy {
    /// Data groups of EF.COM.
    pub com: Vec<u32>,
    /// Data groups of EF.SOD.
    pub sod: Vec<u32>,
}

impl DefectKind {
    /// Decodes kind and parameters.
    #[must_use]
    pub fn of(known: &KnownDefect) -> Self {
        let Some(number) = known.number() else { return Self::Unknown };
        Self::read(number, known).unwrap_or(if number.0 == 4 {
            Self::UnknownOfDocument
        } else {
            Self::Unknown
        })
    }

    fn read(number: (u8, u8), known: &KnownDefect) -> Option<Self> {
        let element =
            known.parameters.as_deref().and_then(|octets| Reader::new(octets).next().ok().flatten());
        Some(match number {
            (1, 1) => Self::CertificateRevoked(known.code()?),
            (1, 2) => Self::CertificateReplaced(Certificate::parse(&element?.octets().ok()?).ok()?),
            (1, 3) => Self::ChipKeysCompromised,
            (1, 4) => Self::ActiveKeysCompromised,
            (1, 5) => {
                let code = known.code().filter(|code| *code <= 6)?;
                let one_of = |codes: &[u32]| codes.contains(&code);
                let (chip, active, mapping) =
                    (one_of(&[0, 2, 4, 6]), one_of(&[1, 2, 5, 6]), one_of(&[3, 4, 5, 6]));
                Self::ProtocolFailure { chip, active, mapping }
            }
            (1, 6) => {
                let code = known.code().filter(|code| *code <= 2)?;
                Self::ValidityIncorrect { issuer: code != 1, signer: code != 0 }
            }
            (2, 1) => Self::DataGroupsMalformed(numbers(&element?)?),
            (2, 2) => Self::SecurityObjectMalformed(known.code().unwrap_or(0)),
            (2, 3) => Self::ComDiscrepancy(element.and_then(|element| discrepancy(&element))),
            (2, 4) => Self::WrongSignerIdentifier(crate::sod::cms::parse_identifier(&element?).ok()?),
            (2, 5) => Self::IssuingCountry(country(&element?)?),
            (2, 6) => name_country(&element?)?,
            (4, 1) => Self::CardSecurityMalformed,
            (4, 2) => Self::ChipSecurityMalformed,
            (4, 3) => Self::PowerDown,
            (4, 4) => Self::CertificateMalformed { issuer: false },
            (4, 6) => {
                let mut fields = element?.expect(tag::SEQUENCE).ok()?.reader().ok()?;
                fields.required().ok()?;
                Self::CertificateMalformed { issuer: fields.expect(ENUMERATED).ok()?.content() == [0] }
            }
            _ => return None,
        })
    }

    /// The code under which reports name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CertificateRevoked(_) => "defect.certificate-revoked",
            Self::CertificateReplaced(_) => "defect.certificate-replaced",
            Self::ChipKeysCompromised => "defect.chip-keys-compromised",
            Self::ActiveKeysCompromised => "defect.active-keys-compromised",
            Self::ProtocolFailure { .. } => "defect.protocol-failure",
            Self::ValidityIncorrect { .. } => "defect.validity-incorrect",
            Self::DataGroupsMalformed(_) => "defect.data-group-malformed",
            Self::SecurityObjectMalformed(_) => "defect.security-object-malformed",
            Self::ComDiscrepancy(_) => "defect.com-sod-discrepancy",
            Self::WrongSignerIdentifier(_) => "defect.wrong-signer-identifier",
            Self::IssuingCountry(_) => "defect.issuing-country",
            Self::NameCountry { .. } => "defect.distinguished-name",
            Self::CardSecurityMalformed => "defect.card-security-malformed",
            Self::ChipSecurityMalformed => "defect.chip-security-malformed",
            Self::PowerDown => "defect.power-down",
            Self::CertificateMalformed { .. } => "defect.certificate-malformed",
            Self::UnknownOfDocument => "defect.unknown-of-document",
            Self::Unknown => "defect.unknown",
        }
    }
}

/// SET OF INTEGER, small numbers.
fn numbers(set: &Element<'_>) -> Option<Vec<u32>> {
    let mut reader = set.expect(tag::SET).ok()?.reader().ok()?;
    let mut numbers = Vec::new();
    while let Some(number) = reader.next().ok()? {
        if numbers.len() >= 64 {
            return None;
        }
        numbers.push(number.small_integer().ok()?);
    }
    numbers.sort_unstable();
    Some(numbers)
}

fn discrepancy(element: &Element<'_>) -> Option<ComDiscrepancy> {
    let mut fields = element.expect(tag::SEQUENCE).ok()?.reader().ok()?;
    let com = numbers(&fields.required().ok()?)?;
    let sod = numbers(&fields.required().ok()?)?;
    Some(ComDiscrepancy { com, sod })
}

/// A country of two or three letters, in upper case.
fn country(element: &Element<'_>) -> Option<String> {
    let text = element.text().trim().to_ascii_uppercase();
    let letters = (1..=3).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_uppercase());
    letters.then_some(text)
}

/// SET OF SEQUENCE { type ENUMERATED, part OID, incorrectValue [0] OPTIONAL, correctedValue [1] }.
fn name_country(set: &Element<'_>) -> Option<DefectKind> {
    let mut parts = set.expect(tag::SET).ok()?.reader().ok()?;
    let (mut issuer, mut subject) = (None, None);
    while let Some(part) = parts.next().ok()? {
        let mut fields = part.expect(tag::SEQUENCE).ok()?.reader().ok()?;
        let of_issuer = fields.expect(ENUMERATED).ok()?.content() == [0];
        let attribute = fields.expect(tag::OID).ok()?.oid().ok()?;
        fields.optional(tag::CONTEXT_0).ok()?;
        let corrected = fields.expect(tag::CONTEXT_1).ok()?;
        if attribute == oids::COUNTRY {
            let value = country(&corrected.reader().ok()?.required().ok()?)?;
            *(if of_issuer { &mut issuer } else { &mut subject }) = Some(value);
        }
    }
    Some(DefectKind::NameCountry { issuer, subject })
}
