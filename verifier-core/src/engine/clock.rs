//! Whether a clock can be believed (DESIGN.md section 4, Time).

use time::{Duration, OffsetDateTime};

use crate::{Time, TimeSource};

/// A system clock may be this far from the capture's own time.
const NEAR_CAPTURE: Duration = Duration::days(1);

/// What speaks against the time of a judgement. Only a system clock is doubted: a time that somebody named is
/// taken as it is, because archives are judged for their day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Plausible,
    /// Earlier than the newest signed time of the trust snapshot.
    BeforeTrust,
    /// More than a day from the capture's own time.
    FarFromCapture,
}

impl Clock {
    pub(crate) fn examine(
        time: Time,
        trust_newest: Option<OffsetDateTime>,
        captured_at: Option<OffsetDateTime>,
    ) -> Self {
        if time.source() != TimeSource::System {
            return Self::Plausible;
        }
        if trust_newest.is_some_and(|newest| time.at() < newest) {
            return Self::BeforeTrust;
        }
        match captured_at {
            Some(captured) if (time.at() - captured).abs() > NEAR_CAPTURE => Self::FarFromCapture,
            _ => Self::Plausible,
        }
    }

    /// Why not, in words; `None` where the clock is plausible.
    pub(crate) const fn doubt(self) -> Option<&'static str> {
        match self {
            Self::Plausible => None,
            Self::BeforeTrust => {
                Some("the system clock is earlier than the newest signed time of the trust store")
            }
            Self::FarFromCapture => Some("the system clock is more than a day from the time of the capture"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> OffsetDateTime {
        Time::parse(text).unwrap().at()
    }

    #[test]
    fn only_a_system_clock_is_doubted() {
        let (now, later) = (at("2026-11-21T10:00:00Z"), at("2026-12-01T00:00:00Z"));
        assert_eq!(Clock::examine(Time::system(now), Some(later), None), Clock::BeforeTrust);
        assert_eq!(Clock::examine(Time::given(now), Some(later), Some(later)), Clock::Plausible);
        assert_eq!(Clock::examine(Time::captured(now), Some(later), None), Clock::Plausible);
        assert_eq!(Clock::examine(Time::system(now), None, Some(later)), Clock::FarFromCapture);
        assert_eq!(Clock::examine(Time::system(later), None, Some(now)), Clock::FarFromCapture);
        assert_eq!(Clock::examine(Time::system(now), Some(now), Some(now + NEAR_CAPTURE)), Clock::Plausible);
    }
}
