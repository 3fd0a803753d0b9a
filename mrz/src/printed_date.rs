//! Six printed cells YYMMDD (Doc 9303-3 section 4.8) and the rules that find their century.
//!
//! Doc 9303 has no century rule. Two are offered: the plain one for display and for text alone
//! ([`PrintedDate::as_birth`], [`PrintedDate::as_expiry`]) and that of BSI TR-03135-1 v5.0.1
//! ([`PrintedDate::as_birth_tr03135`], [`PrintedDate::as_expiry_tr03135`]). Both take the day as an argument.

use core::fmt;

use crate::alphabet::FILLER;
use crate::cells::Cells;
use crate::date::{Date, days_in_month};

/// What six cells say.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateState {
    /// A day that exists in at least one century (`000229` does in 2000).
    Complete,
    /// Year, month or day unknown: fillers in those pairs, the others possible.
    Partial,
    /// All fillers.
    Unknown,
    /// Digits (and whole filler pairs) that no calendar has.
    Impossible,
    /// Something else: letters, a filler beside a digit in one pair, bytes outside the alphabet.
    Malformed,
}

impl fmt::Debug for DateState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Complete => "Complete",
            Self::Partial => "Partial",
            Self::Unknown => "Unknown",
            Self::Impossible => "Impossible",
            Self::Malformed => "Malformed",
        })
    }
}

/// One pair of cells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pair {
    Number(u8),
    Unknown,
    Malformed,
}

impl Pair {
    fn read(tens: u8, ones: u8) -> Self {
        match (tens, ones) {
            (b'0'..=b'9', b'0'..=b'9') => Self::Number((tens - b'0') * 10 + (ones - b'0')),
            (FILLER, FILLER) => Self::Unknown,
            _ => Self::Malformed,
        }
    }

    const fn number(self) -> Option<u8> {
        match self {
            Self::Number(n) => Some(n),
            _ => None,
        }
    }
}

/// A date as printed: year of the century, month, day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PrintedDate {
    cells: [u8; 6],
}

impl PrintedDate {
    /// The six cells as they stand.
    #[must_use]
    pub const fn new(cells: [u8; 6]) -> Self {
        Self { cells }
    }

    /// The cells as printed.
    #[must_use]
    pub const fn cells(&self) -> Cells<'_> {
        Cells::new(&self.cells)
    }

    /// Whether the date is complete, partial, unknown, impossible or malformed.
    #[must_use]
    pub fn state(self) -> DateState {
        let [y, m, d] = self.pairs();
        if [y, m, d].contains(&Pair::Malformed) {
            return DateState::Malformed;
        }
        if [y, m, d] == [Pair::Unknown; 3] {
            return DateState::Unknown;
        }
        // Only February asks for the year; an unknown year may be a leap year, and 00 may be 2000.
        let year = u16::from(y.number().unwrap_or(0)) + 2000;
        let longest = match m {
            Pair::Number(month) => days_in_month(year, month),
            _ => 31,
        };
        let possible = match d {
            Pair::Number(day) => day >= 1 && day <= longest,
            _ => longest > 0,
        };
        match (possible, y, m, d) {
            (false, ..) => DateState::Impossible,
            (true, Pair::Number(_), Pair::Number(_), Pair::Number(_)) => DateState::Complete,
            _ => DateState::Partial,
        }
    }

    /// Year of the century 0-99, if printed.
    #[must_use]
    pub fn year_of_century(self) -> Option<u8> {
        self.pairs()[0].number()
    }

    /// Month as printed (not necessarily 1-12), if printed.
    #[must_use]
    pub fn month(self) -> Option<u8> {
        self.pairs()[1].number()
    }

    /// Day as printed (not necessarily 1-31), if printed.
    #[must_use]
    pub fn day(self) -> Option<u8> {
        self.pairs()[2].number()
    }

    /// The day of birth: the latest such day that is not after `today`. `None` unless complete; a day that
    /// the latest century does not have (`000229` seen from 1999) falls in an earlier one.
    #[must_use]
    pub fn as_birth(self, today: Date) -> Option<Date> {
        let century = today.year() / 100;
        [century, century.checked_sub(1)?, century.checked_sub(2)?]
            .into_iter()
            .filter_map(|c| self.in_century(c))
            .find(|day| *day <= today)
    }

    /// The day of expiry: the year nearest to `today`, within 50 years. `None` unless complete.
    #[must_use]
    pub fn as_expiry(self, today: Date) -> Option<Date> {
        let century = today.year() / 100;
        [century, century + 1, century.checked_sub(1)?]
            .into_iter()
            .filter_map(|c| self.in_century(c))
            .min_by_key(|day| (day.year().abs_diff(today.year()), *day < today))
    }

    /// TR-03135-1 5.6.1.2.11: the printed year at or above the inspection year's lies in the last century,
    /// else in this one.
    #[must_use]
    pub fn as_birth_tr03135(self, inspection: Date) -> Option<Date> {
        let year = u16::from(self.year_of_century()?);
        let century = inspection.year() / 100;
        if year >= inspection.year() % 100 {
            self.in_century(century.checked_sub(1)?)
        } else {
            self.in_century(century)
        }
    }

    /// TR-03135-1 5.10.2: with the signer certificate's notBefore, the smallest century that puts the expiry
    /// after it; without, a year from this one to `years_ahead` (the guideline says 15) ahead is in the
    /// future and every other in the past.
    #[must_use]
    pub fn as_expiry_tr03135(
        self,
        inspection: Date,
        signer_not_before: Option<Date>,
        years_ahead: u16,
    ) -> Option<Date> {
        if let Some(not_before) = signer_not_before {
            let century = not_before.year() / 100;
            return [century, century + 1]
                .into_iter()
                .filter_map(|c| self.in_century(c))
                .find(|day| *day > not_before);
        }
        let year = u16::from(self.year_of_century()?);
        let this = inspection.year();
        // The first year from this one on that ends in these two digits.
        let ahead = (this..this.checked_add(100)?).find(|y| y % 100 == year)?;
        if ahead - this <= years_ahead {
            self.in_century(ahead / 100)
        } else {
            self.in_century((ahead / 100).checked_sub(1)?)
        }
    }

    /// The day in the century that starts with year `century * 100`.
    fn in_century(self, century: u16) -> Option<Date> {
        let [y, m, d] = self.pairs();
        Date::new(century.checked_mul(100)?.checked_add(u16::from(y.number()?))?, m.number()?, d.number()?)
    }

    fn pairs(self) -> [Pair; 3] {
        let [a, b, c, d, e, f] = self.cells;
        [Pair::read(a, b), Pair::read(c, d), Pair::read(e, f)]
    }
}

impl fmt::Debug for PrintedDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrintedDate({:?}, redacted)", self.state())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn states_tell_partial_from_impossible_from_malformed() {
        for (cells, state) in [
            (b"740812", DateState::Complete),
            (b"000229", DateState::Complete),
            (b"250229", DateState::Impossible),
            (b"990231", DateState::Impossible),
            (b"000000", DateState::Impossible),
            (b"991332", DateState::Impossible),
            (b"75<<<<", DateState::Partial),
            (b"<<0812", DateState::Partial),
            (b"<<0229", DateState::Partial),
            (b"<<0230", DateState::Impossible),
            (b"7508<<", DateState::Partial),
            (b"75<<31", DateState::Partial),
            (b"75<<32", DateState::Impossible),
            (b"7513<<", DateState::Impossible),
            (b"<<<<<<", DateState::Unknown),
            (b"7<0812", DateState::Malformed),
            (b"74O812", DateState::Malformed),
        ] {
            assert_eq!(PrintedDate::new(*cells).state(), state, "{}", cells.escape_ascii());
        }
    }

    #[test]
    fn the_century_comes_from_the_given_day_and_from_nothing_else() {
        let today = day("2026-11-22");
        assert_eq!(PrintedDate::new(*b"261122").as_birth(today), Some(day("2026-11-22")));
        assert_eq!(PrintedDate::new(*b"261123").as_birth(today), Some(day("1926-11-23")));
        assert_eq!(PrintedDate::new(*b"000229").as_birth(day("1999-01-01")), None);
        assert_eq!(PrintedDate::new(*b"000229").as_birth(today), Some(day("2000-02-29")));
        assert_eq!(PrintedDate::new(*b"940601").as_expiry(today), Some(day("1994-06-01")));
        assert_eq!(PrintedDate::new(*b"360501").as_expiry(today), Some(day("2036-05-01")));
        assert_eq!(PrintedDate::new(*b"360501").as_expiry(day("1980-01-01")), Some(day("1936-05-01")));
        assert_eq!(PrintedDate::new(*b"75<<<<").as_birth(today), None);
    }

    #[test]
    fn tr03135_rules() {
        let today = day("2026-11-22");
        assert_eq!(PrintedDate::new(*b"260101").as_birth_tr03135(today), Some(day("1926-01-01")));
        assert_eq!(PrintedDate::new(*b"250101").as_birth_tr03135(today), Some(day("2025-01-01")));
        let expiry = PrintedDate::new(*b"410101");
        assert_eq!(expiry.as_expiry_tr03135(today, None, 15), Some(day("2041-01-01")));
        let expiry = PrintedDate::new(*b"420101");
        assert_eq!(expiry.as_expiry_tr03135(today, None, 15), Some(day("1942-01-01")));
        let signed = Some(day("1999-06-01"));
        assert_eq!(
            PrintedDate::new(*b"090601").as_expiry_tr03135(today, signed, 15),
            Some(day("2009-06-01"))
        );
        assert_eq!(
            PrintedDate::new(*b"990701").as_expiry_tr03135(today, signed, 15),
            Some(day("1999-07-01"))
        );
        assert_eq!(
            PrintedDate::new(*b"990501").as_expiry_tr03135(today, signed, 15),
            Some(day("2099-05-01"))
        );
        assert_eq!(PrintedDate::new(*b"250101").as_expiry_tr03135(today, None, 15), Some(day("2025-01-01")));
    }
}
