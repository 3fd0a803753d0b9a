//! What kind of document was judged, and, only when asked for, whose it is.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The document, without anything that names its holder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentInfo {
    /// Layout of the machine readable zone, for example `TD3`; `null` where none was recognised.
    pub format: Option<String>,
    /// Document code, for example `P`.
    pub document_code: Option<String>,
    /// Issuing state or organisation as printed, without fillers.
    pub issuing_state: Option<String>,
    /// Its name, where the code is assigned.
    pub issuing_state_name: Option<String>,
    /// Where these came from: `dg1` (authenticated), `mrz` (printed), or `null`.
    pub source: Option<String>,
    /// Whether the issuer is one that no state stands behind (`UTO`).
    pub specimen: bool,
    /// The holder's data: only with the verifier's `personal` option. Never part of the digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal: Option<Personal>,
}

/// What names the holder. Read from authenticated DG1 where there is one, otherwise from the printed zone.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Personal {
    /// Document number.
    pub document_number: Option<String>,
    /// Primary identifier (surname).
    pub primary: Option<String>,
    /// Secondary identifier (given names).
    pub secondary: Option<String>,
    /// Nationality as printed.
    pub nationality: Option<String>,
    /// Sex as printed: `M`, `F` or `<`.
    pub sex: Option<String>,
    /// Date of birth, `YYYY-MM-DD` where complete, otherwise as printed.
    pub birth_date: Option<String>,
    /// Date of expiry, `YYYY-MM-DD` where it could be read.
    pub expiry_date: Option<String>,
    /// What authenticated DG11, DG12 and DG16 add, in the order of the data groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<PersonalDetail>,
}

/// One detail of an authenticated data group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonalDetail {
    /// The data group: `DG11`, `DG12` or `DG16`.
    pub source: String,
    /// Which detail, for example `place_of_birth`.
    pub field: String,
    /// As the chip says it; dates as `YYYY-MM-DD`, unknown parts as zeros.
    pub value: String,
}

impl fmt::Debug for PersonalDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalDetail({} {})", self.source, self.field)
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal { .. }")
    }
}
