//! What a chip held and how its chain of trust was built: no holder data, for the first page of a report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trust_path::{AnchorRequest, DeviationInfo, ReadingInfo, SourceInfo};

/// The chip part of a capture as the security object describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChipInfo {
    /// Version of the logical data structure that the security object claims, for example `1.8`.
    pub lds_version: Option<String>,
    /// Hash algorithm of the data groups, for example `SHA-256`.
    pub hash_algorithm: Option<String>,
    /// Signature algorithm of the security object.
    pub signature_algorithm: Option<String>,
    /// When the security object says it was signed, RFC 3339; informative.
    pub signing_time: Option<String>,
    /// Every data group that is listed or was delivered, by number.
    pub data_groups: Vec<DataGroupInfo>,
    /// The document signer certificate, where one was found.
    pub signer: Option<CertificateInfo>,
    /// The roots that were considered for it, the verified one first.
    pub anchors: Vec<AnchorInfo>,
    /// Where the signer's certificate came from: `EF.SOD`, `trust store`, `corrected identifier`, `defect list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer_source: Option<String>,
    /// The three named readings of validity, where a signer was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<ReadingInfo>,
    /// Every deviation of security object, signer and chain from their profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<DeviationInfo>,
    /// What to ask the issuing state for, where no root of the store issued the signer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<AnchorRequest>,
}

/// One data group of the chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataGroupInfo {
    /// 1 to 16.
    pub number: u8,
    /// Named by the security object.
    pub listed: bool,
    /// Delivered by the capture.
    pub read: bool,
    /// Its raw bytes have the signed hash: it may be used.
    pub bound: bool,
    /// What it holds where it is bound, in words that name nobody, for example `1 face, ISO/IEC 19794 with JPEG 2000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// One certificate, as a chain is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateInfo {
    /// Subject name as text.
    pub subject: String,
    /// Issuer name as text.
    pub issuer: String,
    /// Serial number, hex.
    pub serial: String,
    /// Start of validity, RFC 3339.
    pub not_before: String,
    /// End of validity, RFC 3339.
    pub not_after: String,
    /// Public key, for example `RSA-2048` or `P-256`.
    pub key: String,
    /// SHA-256 of the whole certificate, hex.
    pub sha256: String,
    /// Algorithm of the certificate's own signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// Subject key identifier, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_identifier: Option<String>,
    /// Authority key identifier, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority_key_identifier: Option<String>,
}

/// How a root became a candidate (DESIGN.md section 4, Anchors).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnchorClass {
    /// 1: its subject key identifier is the signer's authority key identifier.
    KeyIdentifier,
    /// 2: the signer names no authority key; the names are equal.
    Name,
    /// 3: the signer names another authority key; the names are equal.
    NameOtherKey,
}

/// A root that was considered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnchorInfo {
    /// The certificate.
    pub certificate: CertificateInfo,
    /// How it became a candidate.
    pub class: AnchorClass,
    /// Whether the signer certificate verifies under it.
    pub verified: bool,
    /// Where the store has it from, for example `pin` or `master list`.
    pub provenance: Vec<String>,
    /// The files it came in, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceInfo>,
    /// Certificates of the store above it: the issuers of a link certificate, each of which issued the one before.
    /// Trust does not rest on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<CertificateInfo>,
}
