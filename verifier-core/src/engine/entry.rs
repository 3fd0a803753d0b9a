//! One line of the registry: what a check is, what it needs and the function that runs it.

use super::case::Case;
use super::verdict::Verdict;
use crate::{CheckId, CheckInfo};

/// Which part of the evidence a check reads. An [`Inspection`](crate::Inspection) runs a check again only when
/// one of its parts changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) text: bool,
    pub(crate) pictures: bool,
    pub(crate) chip: bool,
}

impl Needs {
    pub(crate) const TEXT: Self = Self { text: true, pictures: false, chip: false };
    pub(crate) const PICTURES: Self = Self { text: false, pictures: true, chip: false };
    pub(crate) const CHIP: Self = Self { text: false, pictures: false, chip: true };
    pub(crate) const TEXT_AND_CHIP: Self = Self { text: true, pictures: false, chip: true };
}

/// Which member of a family of checks an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// The file holds one check.
    Only,
    /// A field of the zone, by its contract name.
    Field(&'static str),
    /// A data group, 1 to 16.
    DataGroup(u8),
}

/// A check of the registry.
pub(crate) struct Entry {
    pub(crate) info: CheckInfo,
    pub(crate) member: Member,
    pub(crate) needs: Needs,
    /// Whether the result depends on the time of the judgement.
    pub(crate) timed: bool,
    /// Runs the check. `None`: not applicable to this document, so it is left out of the report unless the
    /// policy makes it mandatory.
    pub(crate) run: fn(&Case<'_>, Member) -> Option<Verdict>,
}

impl Entry {
    pub(crate) const fn id(&self) -> CheckId {
        CheckId::of(self.info.id)
    }
}
