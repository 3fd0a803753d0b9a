//! The name field: primary `<<` secondary, components joined by one filler (Doc 9303-3 section 4.6).

use crate::alphabet::FILLER;
use crate::cells::Cells;

/// Primary and secondary identifier.
#[derive(Clone, Copy)]
pub struct Name<'a> {
    pub(crate) primary: &'a [u8],
    pub(crate) secondary: &'a [u8],
    pub(crate) may_be_truncated: bool,
}

impl<'a> Name<'a> {
    /// Splits a field at its first double filler. A leading double filler (some issuers print a single name
    /// so) is an empty primary identifier.
    #[inline]
    pub(crate) fn split(field: &'a [u8]) -> Self {
        let at = field.windows(2).position(|pair| pair == [FILLER, FILLER]);
        let (primary, secondary) = match at.and_then(|at| field.split_at_checked(at)) {
            Some((primary, rest)) => (primary, rest.get(2..).unwrap_or_default()),
            None => (field, &[][..]),
        };
        let may_be_truncated = field.last().is_some_and(u8::is_ascii_uppercase);
        Self { primary, secondary, may_be_truncated }
    }

    /// Primary identifier: the surname.
    #[must_use]
    pub const fn primary(&self) -> Cells<'a> {
        Cells::new(self.primary)
    }

    /// Secondary identifier: the given names; empty if there is none.
    #[must_use]
    pub const fn secondary(&self) -> Cells<'a> {
        Cells::new(self.secondary)
    }

    /// Whether the last cell is a letter: then the name must be taken as truncated, even if it fits exactly
    /// (Doc 9303-3 section 4.6.2).
    #[must_use]
    pub const fn may_be_truncated(&self) -> bool {
        self.may_be_truncated
    }

    /// Components of the primary identifier.
    pub fn primary_components(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        components(self.primary)
    }

    /// Components of the secondary identifier.
    pub fn secondary_components(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        components(self.secondary)
    }
}

fn components(cells: &[u8]) -> impl Iterator<Item = &[u8]> {
    cells.split(|cell| *cell == FILLER).filter(|component| !component.is_empty())
}

impl core::fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Name(may be truncated: {}, redacted)", self.may_be_truncated)
    }
}
