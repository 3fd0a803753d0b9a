//! Elementary files: names, tags and identifiers (Doc 9303-10 4, table 38).

use std::fmt;
use std::str::FromStr;

use crate::ber::Tag;

/// Number of a data group, 1 to 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DgNumber(u8);

impl DgNumber {
    /// DG1, the MRZ.
    pub const DG1: Self = Self(1);
    /// DG2, the face.
    pub const DG2: Self = Self(2);
    /// DG3, fingers.
    pub const DG3: Self = Self(3);
    /// DG4, irises.
    pub const DG4: Self = Self(4);
    /// DG5, the displayed portrait.
    pub const DG5: Self = Self(5);
    /// DG6, reserved.
    pub const DG6: Self = Self(6);
    /// DG7, the displayed signature.
    pub const DG7: Self = Self(7);
    /// DG8, data features.
    pub const DG8: Self = Self(8);
    /// DG9, structure features.
    pub const DG9: Self = Self(9);
    /// DG10, substance features.
    pub const DG10: Self = Self(10);
    /// DG11, personal details.
    pub const DG11: Self = Self(11);
    /// DG12, document details.
    pub const DG12: Self = Self(12);
    /// DG13, optional details.
    pub const DG13: Self = Self(13);
    /// DG14, security options.
    pub const DG14: Self = Self(14);
    /// DG15, the active authentication key.
    pub const DG15: Self = Self(15);
    /// DG16, persons to notify.
    pub const DG16: Self = Self(16);

    /// `None` outside 1 to 16.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= 16 { Some(Self(number)) } else { None }
    }

    /// All of them, ascending.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=16).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Outer tag of the file.
    #[must_use]
    pub fn tag(self) -> Tag {
        match self.0 {
            1 => 0x61,
            2 => 0x75,
            3 => 0x63,
            4 => 0x76,
            5 => 0x65,
            6 => 0x66,
            7 => 0x67,
            8 => 0x68,
            9 => 0x69,
            10 => 0x6A,
            11 => 0x6B,
            12 => 0x6C,
            13 => 0x6D,
            14 => 0x6E,
            15 => 0x6F,
            _ => 0x70,
        }
    }

    /// By outer tag.
    #[must_use]
    pub fn from_tag(tag: Tag) -> Option<Self> {
        Self::all().find(|number| number.tag() == tag)
    }
}

impl fmt::Display for DgNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DG{}", self.0)
    }
}

/// An elementary file of the eMRTD application or of the master file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileId {
    /// EF.COM.
    Com,
    /// EF.SOD.
    Sod,
    /// A data group.
    Dg(DgNumber),
    /// EF.CardAccess, in the master file.
    CardAccess,
    /// EF.CardSecurity, in the master file.
    CardSecurity,
    /// EF.ATR/INFO, in the master file.
    AtrInfo,
    /// EF.DIR, in the master file.
    Dir,
    /// EF.CVCA, in the application.
    Cvca,
}

impl FileId {
    /// Every file, those of the application first.
    pub fn all() -> impl Iterator<Item = Self> {
        let outside = [Self::CardAccess, Self::CardSecurity, Self::AtrInfo, Self::Dir];
        [Self::Com, Self::Sod, Self::Cvca].into_iter().chain(DgNumber::all().map(Self::Dg)).chain(outside)
    }

    /// Whether it lies in the eMRTD application, not in the master file.
    #[must_use]
    pub const fn in_application(self) -> bool {
        matches!(self, Self::Com | Self::Sod | Self::Dg(_) | Self::Cvca)
    }

    /// Whether it is one data object, whose length stands at its beginning.
    #[must_use]
    pub const fn states_length(self) -> bool {
        !matches!(self, Self::AtrInfo | Self::Dir | Self::Cvca)
    }

    /// Two-octet file identifier.
    #[must_use]
    pub fn identifier(self) -> u16 {
        match self {
            Self::Com => 0x011E,
            Self::Sod => 0x011D,
            Self::Dg(number) => 0x0100 | u16::from(number.get()),
            Self::CardAccess | Self::Cvca => 0x011C,
            Self::CardSecurity => 0x011D,
            Self::AtrInfo => 0x2F01,
            Self::Dir => 0x2F00,
        }
    }

    /// Short file identifier, 5 bits.
    #[must_use]
    pub fn short_identifier(self) -> u8 {
        match self {
            Self::Com | Self::Dir => 0x1E,
            Self::Sod | Self::CardSecurity => 0x1D,
            Self::Dg(number) => number.get(),
            Self::CardAccess | Self::Cvca => 0x1C,
            Self::AtrInfo => 0x01,
        }
    }

    /// Outer tag; the files of the master file have none of their own, nor has EF.CVCA.
    #[must_use]
    pub fn tag(self) -> Option<Tag> {
        match self {
            Self::Com => Some(0x60),
            Self::Sod => Some(0x77),
            Self::Dg(number) => Some(number.tag()),
            Self::CardAccess | Self::CardSecurity | Self::AtrInfo | Self::Dir | Self::Cvca => None,
        }
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Com => f.write_str("EF.COM"),
            Self::Sod => f.write_str("EF.SOD"),
            Self::Dg(number) => number.fmt(f),
            Self::CardAccess => f.write_str("EF.CardAccess"),
            Self::CardSecurity => f.write_str("EF.CardSecurity"),
            Self::AtrInfo => f.write_str("EF.ATR/INFO"),
            Self::Dir => f.write_str("EF.DIR"),
            Self::Cvca => f.write_str("EF.CVCA"),
        }
    }
}

/// A name that is no file's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownFile;

impl fmt::Display for UnknownFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no elementary file has this name")
    }
}

impl std::error::Error for UnknownFile {}

impl FromStr for FileId {
    type Err = UnknownFile;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "EF.COM" => Ok(Self::Com),
            "EF.SOD" => Ok(Self::Sod),
            "EF.CardAccess" => Ok(Self::CardAccess),
            "EF.CardSecurity" => Ok(Self::CardSecurity),
            "EF.ATR/INFO" => Ok(Self::AtrInfo),
            "EF.DIR" => Ok(Self::Dir),
            "EF.CVCA" => Ok(Self::Cvca),
            other => other
                .strip_prefix("DG")
                .filter(|digits| !digits.starts_with(['0', '+']))
                .and_then(|digits| digits.parse().ok())
                .and_then(DgNumber::new)
                .map(Self::Dg)
                .ok_or(UnknownFile),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DgNumber, FileId};

    #[test]
    fn names_and_tags_are_inverse() {
        for number in DgNumber::all() {
            assert_eq!(DgNumber::from_tag(number.tag()), Some(number));
            assert_eq!(number.to_string().parse(), Ok(FileId::Dg(number)));
        }
        for file in FileId::all() {
            assert_eq!(file.to_string().parse(), Ok(file));
            let same = |other: &FileId| {
                other.in_application() == file.in_application()
                    && (other.short_identifier() == file.short_identifier()
                        || other.identifier() == file.identifier())
            };
            assert_eq!(FileId::all().filter(same).count(), 1, "{file}");
        }
        for name in ["DG0", "DG17", "DG01", "DG+1", "DG", "dg1", ""] {
            assert!(name.parse::<FileId>().is_err(), "{name}");
        }
    }
}
