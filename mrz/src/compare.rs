//! Two sources of one document held against each other, with reasons: printed MRZ against DG1, MRZ against
//! the visual zone, MRZ against DG11 (BSI TR-03135-1 5.10.4 and 5.7.2; Doc 9303-10 for the data groups).
//!
//! The result is facts: which fields agree and how. What a difference means is for the core to say.

mod names;
mod viz;

pub use names::{name, name_component};
pub use viz::{dg11_birth, dg11_name, viz};

use crate::cells::Cells;
use crate::field::FieldName;
use crate::printed_date::PrintedDate;
use crate::zone::{Provenance, Zone};

/// How two values of one field relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// The same characters, or the same value in another notation (a date, a state's name).
    Same,
    /// The same name under the transliteration tables of Doc 9303-3 section 6.
    SameTransliterated,
    /// The MRZ is a permitted truncation of the other name (its last cell is a letter).
    SameTruncated,
    /// A date of birth with unknown parts: the known parts are the same.
    SameWhereKnown,
    /// Optional data differ. TR-03135-1 5.10.4: that alone is no failure.
    OptionalDiffers,
    /// The values differ.
    Differs,
    /// The field is missing on one side only.
    Missing,
    /// The other value cannot be read as a value of this field.
    Unreadable,
}

impl Relation {
    /// Whether the relation speaks for one document: the same in some way, or only optional data differ.
    #[must_use]
    pub const fn agrees(self) -> bool {
        matches!(
            self,
            Self::Same
                | Self::SameTransliterated
                | Self::SameTruncated
                | Self::SameWhereKnown
                | Self::OptionalDiffers
        )
    }

    /// The reason in words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Same => "the same",
            Self::SameTransliterated => "the same by transliteration",
            Self::SameTruncated => "the same as far as the truncated name goes",
            Self::SameWhereKnown => "the same in the known parts of the date",
            Self::OptionalDiffers => "optional data differ",
            Self::Differs => "different",
            Self::Missing => "on one side only",
            Self::Unreadable => "not readable as this field",
        }
    }
}

/// One compared field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRelation {
    /// Which field.
    pub field: FieldName,
    /// How the two values relate.
    pub relation: Relation,
}

const FIELDS: [FieldName; 11] = [
    FieldName::DocumentCode,
    FieldName::IssuingState,
    FieldName::DocumentNumber,
    FieldName::Nationality,
    FieldName::BirthDate,
    FieldName::Sex,
    FieldName::ExpiryDate,
    FieldName::Primary,
    FieldName::Secondary,
    FieldName::Optional1,
    FieldName::Optional2,
];

/// Printed MRZ against the MRZ of DG1, field by field.
#[derive(Clone, Copy, Debug)]
pub struct ZoneComparison {
    relations: [Option<FieldRelation>; FIELDS.len()],
    same_format: bool,
}

impl ZoneComparison {
    /// Every field that at least one of the zones has.
    pub fn fields(&self) -> impl Iterator<Item = FieldRelation> + '_ {
        self.relations.iter().flatten().copied()
    }

    /// The fields that speak against one document.
    pub fn differing(&self) -> impl Iterator<Item = FieldRelation> + '_ {
        self.fields().filter(|field| !field.relation.agrees())
    }

    /// Whether both zones have the same layout.
    #[must_use]
    pub const fn same_format(&self) -> bool {
        self.same_format
    }

    /// Whether no field speaks against one document.
    #[must_use]
    pub fn fields_agree(&self) -> bool {
        self.differing().next().is_none()
    }
}

/// Compares a printed zone with that of DG1. Unknown parts of an incomplete date of birth are skipped; a
/// difference in optional data alone is named, and is no disagreement.
#[must_use]
pub fn zones<P: Provenance, Q: Provenance>(printed: &Zone<'_, P>, chip: &Zone<'_, Q>) -> ZoneComparison {
    let same_format = printed.format() == chip.format();
    let mut relations = [None; FIELDS.len()];
    for (slot, field) in relations.iter_mut().zip(FIELDS) {
        *slot = relate(field, printed, chip, same_format).map(|relation| FieldRelation { field, relation });
    }
    ZoneComparison { relations, same_format }
}

fn relate<P: Provenance, Q: Provenance>(
    field: FieldName,
    printed: &Zone<'_, P>,
    chip: &Zone<'_, Q>,
    same_format: bool,
) -> Option<Relation> {
    let (a, b) = match (printed.field(field), chip.field(field)) {
        (None, None) => return None,
        (Some(a), Some(b)) => (a.cells, b.cells),
        _ if matches!(field, FieldName::Optional1 | FieldName::Optional2) => {
            return Some(Relation::OptionalDiffers);
        }
        _ => return Some(Relation::Missing),
    };
    let same = if same_format { a.same(b) } else { a.text().chars().eq(b.text().chars()) };
    Some(match field {
        _ if same => Relation::Same,
        FieldName::Optional1 | FieldName::Optional2 => Relation::OptionalDiffers,
        FieldName::BirthDate => birth(printed.birth_date(), chip.birth_date()),
        FieldName::Primary | FieldName::Secondary
            if !same_format && either_truncated(printed, chip) && one_begins_the_other(a, b) =>
        {
            Relation::SameTruncated
        }
        _ => Relation::Differs,
    })
}

fn either_truncated<P: Provenance, Q: Provenance>(a: &Zone<'_, P>, b: &Zone<'_, Q>) -> bool {
    a.name().may_be_truncated() || b.name().may_be_truncated()
}

fn one_begins_the_other(a: Cells<'_>, b: Cells<'_>) -> bool {
    let (a, b) = (a.text(), b.text());
    !a.is_empty() && !b.is_empty() && a.chars().zip(b.chars()).all(|(a, b)| a == b)
}

/// Cells that are fillers on either side are skipped.
fn birth(a: Option<PrintedDate>, b: Option<PrintedDate>) -> Relation {
    let (Some(a), Some(b)) = (a, b) else {
        return Relation::Missing;
    };
    let known = |a: Option<u8>, b: Option<u8>| a.zip(b).is_none_or(|(a, b)| a == b);
    let skipped = a.cells().iter().chain(b.cells().iter()).any(|cell| cell == b'<');
    let well_formed = |date: PrintedDate| date.state() != crate::printed_date::DateState::Malformed;
    if skipped
        && well_formed(a)
        && well_formed(b)
        && known(a.year_of_century(), b.year_of_century())
        && known(a.month(), b.month())
        && known(a.day(), b.day())
    {
        Relation::SameWhereKnown
    } else {
        Relation::Differs
    }
}
