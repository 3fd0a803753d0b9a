//! The layouts that exist: five of Doc 9303, five national ones, and deviations that have a name.

use core::fmt;

/// Layout of a zone. The spelling of [`Format::as_str`] is that of the JSON contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Card, 3 x 30 (Doc 9303-5); also crew member certificates (`AC`).
    Td1,
    /// Card, 2 x 36 (Doc 9303-6); also the single-sheet emergency document (`PU`, Doc 9303-8).
    Td2,
    /// Passport, 2 x 44 (Doc 9303-4).
    Td3,
    /// Visa, 2 x 44 (Doc 9303-7).
    MrvA,
    /// Visa, 2 x 36 (Doc 9303-7).
    MrvB,
    /// French identity card 1988-2021, 2 x 36, `IDFRA`.
    FraId,
    /// French driving licence, 1 x 30, `D1FRA`.
    FraDl,
    /// Dutch driving licence, 1 x 30, `D1NLD`.
    NldDl,
    /// Swiss or Liechtenstein driving licence, lines of 9, 30 and 30, `FACHE` or `FALIE`.
    CheDl,
    /// Old Slovak identity card, 2 x 34.
    SvkId,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Td1,
        Self::Td2,
        Self::Td3,
        Self::MrvA,
        Self::MrvB,
        Self::FraId,
        Self::FraDl,
        Self::NldDl,
        Self::CheDl,
        Self::SvkId,
    ];

    /// Name in contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::Td3 => "TD3",
            Self::MrvA => "MRV-A",
            Self::MrvB => "MRV-B",
            Self::FraId => "FRA-ID",
            Self::FraDl => "FRA-DL",
            Self::NldDl => "NLD-DL",
            Self::CheDl => "CHE-DL",
            Self::SvkId => "SVK-ID",
        }
    }

    /// Cells in each line.
    #[must_use]
    pub const fn widths(self) -> &'static [usize] {
        match self {
            Self::Td1 => &[30, 30, 30],
            Self::Td2 | Self::MrvB | Self::FraId => &[36, 36],
            Self::Td3 | Self::MrvA => &[44, 44],
            Self::FraDl | Self::NldDl => &[30],
            Self::CheDl => &[9, 30, 30],
            Self::SvkId => &[34, 34],
        }
    }

    /// Whether Doc 9303 defines the layout.
    #[must_use]
    pub const fn is_icao(self) -> bool {
        matches!(self, Self::Td1 | Self::Td2 | Self::Td3 | Self::MrvA | Self::MrvB)
    }

    /// Whether it is a visa (no composite digit, no digit on the optional data).
    #[must_use]
    pub const fn is_visa(self) -> bool {
        matches!(self, Self::MrvA | Self::MrvB)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A known departure of an issuer from a layout of Doc 9303: accepted, always reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Deviation {
    /// Russian internal passport (`PNRUS`): no expiry, and a filler as its check digit; the name is in a
    /// code of its own in which digits stand for Cyrillic letters.
    RussianInternalPassport,
}

impl Deviation {
    /// Name in contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RussianInternalPassport => "RUS-internal-passport",
        }
    }
}
