//! The one place that reads a clock.

use time::OffsetDateTime;
use verifier_core::Time;

use crate::failure::Failure;

/// The time by which captures are judged.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// The same for all: given by the operator, or the system clock read once at the start.
    Fixed(Time),
    /// The system clock at each document: a kiosk runs for weeks.
    Live,
    /// Each capture's own time.
    Captured,
}

impl When {
    /// From `--at`: nothing is the system clock, `captured` is the capture's own time, else RFC 3339 or a day.
    pub(crate) fn parse(at: Option<&str>) -> Result<Self, Failure> {
        match at {
            None => Ok(Self::Fixed(Time::system(OffsetDateTime::now_utc()))),
            Some("captured") => Ok(Self::Captured),
            Some(text) => Time::parse(text)
                .map(Self::Fixed)
                .map_err(|error| Failure::say(format_args!("--at: {error}"))),
        }
    }

    /// The same for a reader that delivers as time goes by: without `--at`, the clock is read at each document.
    pub(crate) fn live(at: Option<&str>) -> Result<Self, Failure> {
        at.map_or(Ok(Self::Live), |text| Self::parse(Some(text)))
    }

    /// The time for one capture.
    pub(crate) fn of(self, captured_at: Option<OffsetDateTime>) -> Result<Time, Failure> {
        match (self, captured_at) {
            (Self::Fixed(time), _) => Ok(time),
            (Self::Live, _) => Ok(Time::system(OffsetDateTime::now_utc())),
            (Self::Captured, Some(at)) => Ok(Time::captured(at)),
            (Self::Captured, None) => Err(Failure::say(
                "--at captured: this capture has no `captured_at`; give the time with --at TIME",
            )),
        }
    }
}

/// The instant of an operator's act (an import, a coverage): `--at` or the system clock.
pub(crate) fn instant(at: Option<&str>) -> Result<OffsetDateTime, Failure> {
    match When::parse(at)? {
        When::Fixed(time) => Ok(time.at()),
        When::Live | When::Captured => Err(Failure::say("--at: only a time has a meaning here")),
    }
}
