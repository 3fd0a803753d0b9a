//! The time an inspection is judged for, and where it came from (DESIGN.md section 4, Time).
//!
//! The library reads no clock: the caller hands the time over and says its source, because a clock may be
//! wrong and an archive is judged for its own day.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime, UtcOffset};

/// Where the time of a judgement came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// The caller named it: taken as it is.
    Given,
    /// A system clock: held against the trust snapshot and the capture for plausibility.
    System,
    /// The capture's own `captured_at`, because the caller asked for it.
    Captured,
}

/// An instant in UTC together with its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    at: OffsetDateTime,
    source: TimeSource,
}

impl Time {
    /// Reads `2026-11-21T10:00:00Z` (RFC 3339) or a plain day `2026-11-21`, which means its first second in UTC.
    ///
    /// # Errors
    /// [`TimeError`] where the text is neither.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let at = OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            .or_else(|| parse_day(text))
            .ok_or_else(|| TimeError { found: text.chars().take(40).collect() })?;
        Ok(Self::given(at))
    }

    /// A time that the caller vouches for.
    #[must_use]
    pub fn given(at: OffsetDateTime) -> Self {
        Self { at: at.to_offset(UtcOffset::UTC), source: TimeSource::Given }
    }

    /// The reading of a system clock, which the engine holds against the evidence.
    #[must_use]
    pub fn system(now: OffsetDateTime) -> Self {
        Self { at: now.to_offset(UtcOffset::UTC), source: TimeSource::System }
    }

    /// The instant that the capture gives for itself.
    #[must_use]
    pub fn captured(at: OffsetDateTime) -> Self {
        Self { at: at.to_offset(UtcOffset::UTC), source: TimeSource::Captured }
    }

    /// The instant, in UTC.
    #[must_use]
    pub const fn at(self) -> OffsetDateTime {
        self.at
    }

    /// Where it came from.
    #[must_use]
    pub const fn source(self) -> TimeSource {
        self.source
    }
}

fn parse_day(text: &str) -> Option<OffsetDateTime> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    Some(date.midnight().assume_utc())
}

/// The contract's spelling of an instant: RFC 3339 in UTC.
pub(crate) fn rfc3339(at: OffsetDateTime) -> String {
    // Formatting fails only for years outside 0..=9999; such an instant is shown in full instead.
    at.to_offset(UtcOffset::UTC).format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}

/// A text that is no instant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeError {
    /// What was found, cut at 40 characters.
    pub found: String,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a time: {:?}; write 2026-11-21T10:00:00Z or 2026-11-21", self.found)
    }
}

impl std::error::Error for TimeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_instants_and_days() {
        let instant = Time::parse("2026-11-21T11:00:00+01:00").unwrap();
        assert_eq!(rfc3339(instant.at()), "2026-11-21T10:00:00Z");
        assert_eq!(instant.source(), TimeSource::Given);
        assert_eq!(rfc3339(Time::parse("2014-06-01").unwrap().at()), "2014-06-01T00:00:00Z");
    }

    #[test]
    fn refuses_what_is_no_time() {
        for bad in ["", "now", "2026-13-01", "2026-02-30", "2026-2-3", "2026-11-21T25:00:00Z", "-001-01-01"] {
            assert!(Time::parse(bad).is_err(), "{bad}");
        }
    }
}
