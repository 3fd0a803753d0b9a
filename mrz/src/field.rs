//! Names of fields, spelled as in the JSON contract (DESIGN.md section 8), and a field with its place.

use core::fmt;

use crate::cells::{Cells, Text};

/// Which field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FieldName {
    /// First letters of the zone: what kind of document.
    DocumentCode,
    /// Issuing state or organisation.
    IssuingState,
    /// Passport, card, visa or licence number; a long one is joined.
    DocumentNumber,
    /// Nationality of the holder.
    Nationality,
    /// Date of birth, six cells.
    BirthDate,
    /// Sex, one cell.
    Sex,
    /// Date of expiry or the last day of a visa, six cells.
    ExpiryDate,
    /// Primary identifier (surname).
    Primary,
    /// Secondary identifier (given names).
    Secondary,
    /// Optional data; the personal number of TD3; without the part that a long document number takes.
    Optional1,
    /// Second optional data (TD1).
    Optional2,
    /// Employer of a crew member (TD1 `AC`).
    Employer,
    /// Code of the office on the French identity card, line 1.
    AdministrativeCode,
    /// Month of issue YYMM on the French identity card.
    IssueDate,
    /// Department and office on the French identity card, line 2.
    Department,
    /// Version of the Dutch licence's access protocol.
    ProtocolVersion,
    /// Random cells of the Dutch licence.
    Random,
    /// Personal identification number of the Swiss licence, line 2.
    PinCode,
    /// Language letter of the Swiss licence.
    Language,
    /// Version of the Swiss licence.
    Version,
}

impl FieldName {
    /// Name in contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DocumentCode => "document_code",
            Self::IssuingState => "issuing_state",
            Self::DocumentNumber => "document_number",
            Self::Nationality => "nationality",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::ExpiryDate => "expiry_date",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Optional1 => "optional_1",
            Self::Optional2 => "optional_2",
            Self::Employer => "employer",
            Self::AdministrativeCode => "administrative_code",
            Self::IssueDate => "issue_date",
            Self::Department => "department",
            Self::ProtocolVersion => "protocol_version",
            Self::Random => "random",
            Self::PinCode => "pin_code",
            Self::Language => "language_code",
            Self::Version => "version_number",
        }
    }

    /// Whether contracts show the cells as printed (dates and sex) and not as text.
    #[must_use]
    pub const fn is_as_printed(self) -> bool {
        matches!(self, Self::BirthDate | Self::Sex | Self::ExpiryDate)
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A field with its place on the zone. Lines and columns count from 1, inclusive; of a joined number they
/// are those of its first piece.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Which field.
    pub name: FieldName,
    /// Line.
    pub line: u8,
    /// First column.
    pub first: u8,
    /// Last column.
    pub last: u8,
    /// What is printed.
    pub cells: Cells<'a>,
}

impl<'a> Field<'a> {
    /// The value as the JSON contract shows it: dates and sex as printed, everything else as text.
    #[must_use]
    pub const fn text(&self) -> Text<'a> {
        if self.name.is_as_printed() { self.cells.printed() } else { self.cells.text() }
    }
}
