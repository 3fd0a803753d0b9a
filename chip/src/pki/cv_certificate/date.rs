//! Dates of card-verifiable certificates: six unpacked decimal digits, YYMMDD, of the years 2000 to 2099 (Doc 9303-12
//! section 7.2.3.1.3).

use std::fmt;

use time::{Date, Month, OffsetDateTime};

/// A day, GMT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CvDate(Date);

impl CvDate {
    /// From the six octets; `None` where they are no digits or no day.
    #[must_use]
    pub fn from_digits(octets: &[u8]) -> Option<Self> {
        let digits: &[u8; 6] = octets.try_into().ok()?;
        if digits.iter().any(|digit| *digit > 9) {
            return None;
        }
        let [y1, y2, m1, m2, d1, d2] = *digits;
        let month = Month::try_from(m1 * 10 + m2).ok()?;
        Date::from_calendar_date(2000 + i32::from(y1 * 10 + y2), month, d1 * 10 + d2).ok().map(Self)
    }

    /// The day of an instant.
    #[must_use]
    pub fn of(instant: OffsetDateTime) -> Self {
        Self(instant.to_offset(time::UtcOffset::UTC).date())
    }
}

impl fmt::Display for CvDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

#[cfg(test)]
mod tests {
    use super::CvDate;

    #[test]
    fn days_and_no_days() {
        let day = CvDate::from_digits(&[2, 6, 1, 1, 2, 2]).unwrap();
        assert_eq!(day.to_string(), "2026-11-22");
        assert!(day > CvDate::from_digits(&[2, 6, 1, 1, 2, 1]).unwrap());
        assert!(CvDate::from_digits(&[2, 4, 0, 2, 2, 9]).is_some());
        for bad in [
            &[2, 5, 0, 2, 2, 9][..],
            &[2, 6, 1, 3, 0, 1],
            &[2, 6, 0, 0, 0, 1],
            &[2, 6, 1, 1, 0, 0],
            &[2, 6, 1, 1, 2, 10],
            b"261122",
            &[2, 6, 1, 1, 2],
            &[],
        ] {
            assert!(CvDate::from_digits(bad).is_none(), "{bad:?}");
        }
    }
}
