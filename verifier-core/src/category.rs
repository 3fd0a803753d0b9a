//! The categories that checks are joined in (BSI TR-03135-1 v5.0.1, 3.7).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a check belongs. Biometric comparison and background look-ups stand outside the five categories of
/// the guideline; the look-up has its own name here so that it is never lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Print, light and the text of the machine readable zone (5.7).
    Optical,
    /// The chip (5.8).
    Electronic,
    /// Digital seals and barcodes (5.9).
    Seal,
    /// One source of the document against another (5.10).
    Combined,
    /// Several documents of one holder against one another (5.11).
    Cross,
    /// Lost-and-stolen lists: after and outside the five (3.7).
    Background,
}

impl Category {
    /// All categories in the order of the report.
    pub const ALL: [Self; 6] =
        [Self::Optical, Self::Electronic, Self::Seal, Self::Combined, Self::Cross, Self::Background];

    /// The spelling of the JSON contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Optical => "optical",
            Self::Electronic => "electronic",
            Self::Seal => "seal",
            Self::Combined => "combined",
            Self::Cross => "cross",
            Self::Background => "background",
        }
    }
}
