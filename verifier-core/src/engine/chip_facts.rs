//! The chip: passive authentication done once, and what it binds.

use time::OffsetDateTime;
use verifier_capture::Capture;
use verifier_trust::Snapshot;

use super::text_facts::Lines;
use crate::{ChipInfo, Finding};

/// What the chip part of a capture says.
#[derive(Clone, Default)]
pub(crate) struct ChipFacts {
    dg1: Dg1,
}

/// The zone on the chip.
#[derive(Clone, Default)]
pub(crate) enum Dg1 {
    #[default]
    Absent,
    /// Delivered, and not what the issuer signed, or not known to be.
    Unbound,
    /// What the issuer signed, and no zone; the text says where.
    Malformed(String),
    /// What the issuer signed.
    Bound(Lines),
}

impl ChipFacts {
    pub(crate) fn of(_capture: &Capture, _trust: &Snapshot) -> Self {
        Self::default()
    }

    pub(crate) const fn dg1(&self) -> &Dg1 {
        &self.dg1
    }

    /// The zone of authenticated DG1.
    pub(crate) const fn dg1_lines(&self) -> Option<&Lines> {
        match &self.dg1 {
            Dg1::Bound(lines) => Some(lines),
            _ => None,
        }
    }

    pub(crate) fn signer_not_before(&self) -> Option<OffsetDateTime> {
        None
    }

    pub(crate) fn describe(&self) -> Option<ChipInfo> {
        None
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }
}
