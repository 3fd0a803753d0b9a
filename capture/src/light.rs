//! The light a page was looked at in (Doc 9303-2 appendix C names white, UV and IR).

use std::fmt;

/// The light of an image, spelled in a bundle as `white`, `ir`, `uv`, `coaxial` or any other name.
///
/// Names are compared exactly; a name that is not known is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Light {
    /// Visible light, diffuse.
    White,
    /// Near infrared (about 900 nm).
    Infrared,
    /// Long-wave ultraviolet (about 365 nm), the picture showing what fluoresces.
    Ultraviolet,
    /// Visible light along the optical axis, which retroreflective laminates answer.
    Coaxial,
    /// Another light, by the name its reader gave it.
    Other(String),
}

impl Light {
    /// The four names of the contract, as written in a bundle.
    pub const NAMES: [&'static str; 4] = ["white", "ir", "uv", "coaxial"];

    /// The light with this name; never fails, an unknown name is [`Light::Other`].
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "white" => Self::White,
            "ir" => Self::Infrared,
            "uv" => Self::Ultraviolet,
            "coaxial" => Self::Coaxial,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name as written in a bundle and in a report.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::White => "white",
            Self::Infrared => "ir",
            Self::Ultraviolet => "uv",
            Self::Coaxial => "coaxial",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for Light {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
