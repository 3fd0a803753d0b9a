//! What a report says of trust beside the chain itself: readings of validity, deviations, known defects, and what to
//! ask an issuing state for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CheckId, Outcome};

/// One named reading of validity. All three stand in every report; the policy says which one decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadingInfo {
    /// Which reading.
    pub reading: crate::ValidityReading,
    /// The instant that it looks at, RFC 3339; `null` where it is not known.
    pub at: Option<String>,
    /// What it comes to.
    pub outcome: Outcome,
    /// Why, in words.
    pub text: String,
    /// Whether the policy lets it decide `chip.signer.validity`.
    pub decides: bool,
}

/// A deviation of the chip's data or certificates from their profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviationInfo {
    /// Stable code, for example `certificate.aki-missing`.
    pub code: String,
    /// Where it was found: `security object`, `signer` or `chain`.
    pub of: String,
    /// `note`, `deviation` (genuine documents have it) or `violation` (none is known that has).
    pub weight: String,
    /// The standard and section that it departs from.
    pub standard: String,
    /// What it is, in words.
    pub text: String,
}

/// An entry of an authenticated deviation or defect list that applies to the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownDefectInfo {
    /// Stable code, for example `defect.certificate-revoked`.
    pub code: String,
    /// What it is, in words.
    pub text: String,
    /// What the list itself says, where it says something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `deviation list` or `defect list`.
    pub list: String,
    /// Name of the file that the list was imported from.
    pub list_name: String,
    /// SHA-256 of the list, hex.
    pub list_sha256: String,
    /// When the list was signed, RFC 3339; `null` where it does not say.
    pub signed_at: Option<String>,
    /// Subject of the list's signer.
    pub signer: String,
    /// SHA-256 of the signer's certificate, hex.
    pub signer_sha256: String,
    /// Checks whose result it changed; empty where it changed none.
    pub changed: Vec<CheckId>,
}

/// A file that a certificate of the trust store came in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SourceInfo {
    /// What it was: `pin`, `master list`, `unsigned list`, `LDIF`, `CRL`, ...
    pub kind: String,
    /// Its name without folders.
    pub name: String,
    /// When it was signed, RFC 3339; `null` where it is not signed or does not say.
    pub signed_at: Option<String>,
    /// When it was imported, RFC 3339.
    pub imported_at: String,
}

/// What to ask the issuing state for: the root that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnchorRequest {
    /// Country that the signer names as its issuer's, as written; `null` where it names none.
    pub country: Option<String>,
    /// Its English name, where the code is assigned.
    pub state: Option<String>,
    /// Subject that the wanted certificate has.
    pub subject: String,
    /// Subject key identifier that the wanted certificate has, hex; `null` where the signer names none.
    pub key_identifier: Option<String>,
    /// Serial number of the signer's certificate that it issued, hex.
    pub signer_serial: String,
    /// SHA-256 of the signer's certificate, hex.
    pub signer_sha256: String,
    /// An instant that lies within the wanted certificate's validity, RFC 3339: the start of the signer's.
    pub valid_at: String,
    /// Signature algorithm that the wanted key makes.
    pub algorithm: Option<String>,
    /// Roots of the same country that the store holds, none of which is the one.
    pub known: Vec<KnownRoot>,
    /// The lists that were searched, the newest first.
    pub searched: Vec<SourceInfo>,
    /// The command that makes the certificate an anchor when it came and its fingerprint was compared.
    pub command: String,
}

/// A root of the country that is not the wanted one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownRoot {
    /// Subject.
    pub subject: String,
    /// Subject key identifier, hex.
    pub key_identifier: Option<String>,
    /// End of validity, RFC 3339.
    pub not_after: String,
    /// SHA-256, hex.
    pub sha256: String,
}
