//! What a check may look at: facts, policy, trust snapshot, time.

use time::{OffsetDateTime, UtcOffset};
use verifier_mrz::Date;
use verifier_trust::Snapshot;

use super::chip_facts::ChipFacts;
use super::clock::Clock;
use super::facts::Facts;
use super::picture_facts::PictureFacts;
use super::text_facts::{Lines, TextFacts};
use crate::{Lookup, Policy, Time};

/// One capture under one policy, snapshot and time.
pub(crate) struct Case<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) trust: &'a Snapshot,
    pub(crate) lookup: Option<&'a dyn Lookup>,
    pub(crate) time: Time,
    pub(crate) clock: Clock,
    pub(crate) facts: &'a Facts,
    /// How long the portrait of the chip may take to decode.
    pub(crate) portrait_deadline: std::time::Duration,
}

impl Case<'_> {
    pub(crate) fn text(&self) -> &TextFacts {
        &self.facts.text
    }

    pub(crate) fn pictures(&self) -> &PictureFacts {
        &self.facts.pictures
    }

    pub(crate) fn chip(&self) -> &ChipFacts {
        &self.facts.chip
    }

    /// The zone that weighs most: that of authenticated DG1 (`dg1`) before the printed one (`mrz`).
    pub(crate) fn best_lines(&self) -> Option<(&'static str, &Lines)> {
        let signed = self.chip().dg1_lines().map(|lines| ("dg1", lines));
        signed.or_else(|| self.text().lines().map(|lines| ("mrz", lines)))
    }

    /// The day of the judgement.
    pub(crate) fn today(&self) -> Date {
        day(self.time.at())
    }

    /// Whether printed zone or DG1 names a specimen state.
    pub(crate) fn specimen(&self) -> bool {
        let zones = [self.chip().dg1_lines(), self.text().lines()];
        zones.into_iter().flatten().filter_map(Lines::zone).any(|zone| zone.is_specimen())
    }
}

/// The calendar day of an instant, in UTC. Years outside 1 to 9999 become the nearest day that there is.
pub(crate) fn day(at: OffsetDateTime) -> Date {
    let date = at.to_offset(UtcOffset::UTC).date();
    let year = u16::try_from(date.year().clamp(1, 9999)).unwrap_or(9999);
    Date::new(year, u8::from(date.month()), date.day()).unwrap_or(FIRST_DAY)
}

const FIRST_DAY: Date = match Date::new(1, 1, 1) {
    Some(day) => day,
    None => unreachable!(),
};
