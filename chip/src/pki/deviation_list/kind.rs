//! The kinds of deviations and their parameters (Doc 9303-3 section 7.3.5, Doc 9303-12 section 10.2), decoded.

use super::DeviationDescription;
use crate::ber::{Oid, Reader, tag};
use crate::oids;

/// What a deviation says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviationKind {
    /// 1: something about a certificate or key that no other kind covers.
    CertificateOrKey,
    /// 1.1: the signature of the document signer's certificate is wrong.
    SignerSignature,
    /// 1.2: this field of the document signer's certificate is wrongly encoded.
    SignerEncoding(CertificateField),
    /// 1.3: this field of the CSCA certificate is wrongly encoded.
    CscaEncoding(CertificateField),
    /// 1.4: the keys of active authentication may be known to others.
    ActiveKeysCompromised,
    /// 2: something about the logical data structure that no other kind covers.
    Lds,
    /// 2.1: this file is malformed (1 to 16 a data group, 20 EF.SOD, 21 EF.COM).
    DataGroupMalformed(u32),
    /// 2.2: the hash of this data group in EF.SOD is wrong.
    DataGroupHashWrong(u32),
    /// 2.3: the signature of EF.SOD is wrong.
    SodSignatureWrong,
    /// 2.4: EF.COM and EF.SOD disagree.
    ComInconsistent,
    /// 3: something about the machine readable zone that no other kind covers.
    Mrz,
    /// 3.1: this field of the zone is wrong.
    MrzWrongData(u32),
    /// 3.2: the check digit of this field is wrong.
    MrzWrongCheckDigit(u32),
    /// 4: the chip is not usable.
    Chip,
    /// 5: for national use.
    NationalUse,
    /// Another kind, or one whose parameter does not decode.
    Unknown,
}

/// A field of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateField {
    /// A field of the body: 0 any, 1 version, 2 serial number, 3 signature, 4 issuer, 5 validity, 6 subject, 7 key.
    Body(u32),
    /// An extension.
    Extension(Oid),
}

impl CertificateField {
    /// Whether a field of the body is meant, by its number; 0 means all of them.
    #[must_use]
    pub fn is_body(self, number: u32) -> bool {
        matches!(self, Self::Body(0)) || self == Self::Body(number)
    }
}

impl DeviationKind {
    /// Decodes kind and parameters.
    #[must_use]
    pub fn of(description: &DeviationDescription) -> Self {
        let Some(arcs) = description.kind.as_bytes().strip_prefix(oids::DEVIATION_LIST.as_bytes()) else {
            return Self::Unknown;
        };
        let number = || number(description.parameters.as_deref());
        match arcs {
            [1] => Self::CertificateOrKey,
            [1, 1] => Self::SignerSignature,
            [1, 2] => Self::SignerEncoding(field(description.parameters.as_deref())),
            [1, 3] => Self::CscaEncoding(field(description.parameters.as_deref())),
            [1, 4] => Self::ActiveKeysCompromised,
            [2] => Self::Lds,
            [2, 1] => number().map_or(Self::Lds, Self::DataGroupMalformed),
            [2, 2] => number().map_or(Self::Lds, Self::DataGroupHashWrong),
            [2, 3] => Self::SodSignatureWrong,
            [2, 4] => Self::ComInconsistent,
            [3] => Self::Mrz,
            [3, 1] => number().map_or(Self::Mrz, Self::MrzWrongData),
            [3, 2] => number().map_or(Self::Mrz, Self::MrzWrongCheckDigit),
            [4] => Self::Chip,
            [5, ..] => Self::NationalUse,
            _ => Self::Unknown,
        }
    }

    /// The code under which reports name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CertificateOrKey => "deviation.certificate-or-key",
            Self::SignerSignature => "deviation.signer-signature",
            Self::SignerEncoding(_) => "deviation.signer-encoding",
            Self::CscaEncoding(_) => "deviation.csca-encoding",
            Self::ActiveKeysCompromised => "deviation.active-keys-compromised",
            Self::Lds => "deviation.lds",
            Self::DataGroupMalformed(_) => "deviation.data-group-malformed",
            Self::DataGroupHashWrong(_) => "deviation.data-group-hash",
            Self::SodSignatureWrong => "deviation.sod-signature",
            Self::ComInconsistent => "deviation.com-inconsistent",
            Self::Mrz => "deviation.mrz",
            Self::MrzWrongData(_) => "deviation.mrz-data",
            Self::MrzWrongCheckDigit(_) => "deviation.mrz-check-digit",
            Self::Chip => "deviation.chip",
            Self::NationalUse => "deviation.national-use",
            Self::Unknown => "deviation.unknown",
        }
    }
}

/// The parameter as a number: an INTEGER inside `[0]`, or its bare content where the tag was written implicitly.
fn number(parameters: Option<&[u8]>) -> Option<u32> {
    match parameters? {
        [single] if *single < 0x80 => Some(u32::from(*single)),
        octets => Reader::only(octets, tag::INTEGER).ok()?.small_integer().ok(),
    }
}

/// CertField ::= CHOICE { body INTEGER, extension OBJECT IDENTIFIER }. Without a parameter: any field.
fn field(parameters: Option<&[u8]>) -> CertificateField {
    let oid = parameters.and_then(|octets| Reader::only(octets, tag::OID).ok()?.oid().ok());
    match oid {
        Some(oid) => CertificateField::Extension(oid),
        None => CertificateField::Body(number(parameters).unwrap_or(0)),
    }
}
