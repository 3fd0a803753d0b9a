//! UTCTime and GeneralizedTime (X.680 46 and 47, RFC 5280 4.1.2.5).

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::{Element, Error, ErrorKind, tag};

/// Reads a UTCTime (two-digit years below 50 are 20xx) or GeneralizedTime as an instant in UTC.
///
/// Seconds may be missing and a fraction may be present, since older lists have both; the zone must be
/// `Z`. The second 60 is not accepted.
///
/// # Errors
/// [`ErrorKind::Time`] with the reason, or another tag.
pub fn parse_time(element: &Element<'_>) -> Result<OffsetDateTime, Error> {
    let generalized = match element.tag() {
        tag::UTC_TIME => false,
        tag::GENERALIZED_TIME => true,
        found => {
            return Err(element.error(ErrorKind::UnexpectedTag { expected: tag::UTC_TIME, found }));
        }
    };
    parse_time_value(element.content(), generalized).map_err(|reason| element.error(ErrorKind::Time(reason)))
}

/// The same over content octets.
pub(crate) fn parse_time_value(content: &[u8], generalized: bool) -> Result<OffsetDateTime, &'static str> {
    let digits = content.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let (numbers, zone) = content.split_at_checked(digits).ok_or("empty")?;
    let zone = match zone {
        [b'.' | b',', fraction @ ..] if generalized => {
            let count = fraction.iter().take_while(|octet| octet.is_ascii_digit()).count();
            if count == 0 || count > 9 {
                return Err("fraction is malformed");
            }
            fraction.get(count..).unwrap_or_default()
        }
        other => other,
    };
    if zone != b"Z" {
        return Err("zone is not Z");
    }
    let year_digits = if generalized { 4 } else { 2 };
    if numbers.len() != year_digits + 8 && numbers.len() != year_digits + 10 {
        return Err("wrong number of digits");
    }
    let number = |from: usize, count: usize| -> i32 {
        numbers
            .iter()
            .skip(from)
            .take(count)
            .fold(0, |value, &octet| value * 10 + i32::from(octet.wrapping_sub(b'0')))
    };
    let small = |from: usize| u8::try_from(number(from, 2)).unwrap_or(u8::MAX);
    let year = match (generalized, number(0, year_digits)) {
        (true, year) => year,
        (false, year) if year < 50 => 2000 + year,
        (false, year) => 1900 + year,
    };
    let month = Month::try_from(small(year_digits)).map_err(|_| "month is not 01 to 12")?;
    let date = Date::from_calendar_date(year, month, small(year_digits + 2)).map_err(|_| "no such day")?;
    let second = if numbers.len() == year_digits + 10 { small(year_digits + 8) } else { 0 };
    let time = Time::from_hms(small(year_digits + 4), small(year_digits + 6), second)
        .map_err(|_| "no such time of day")?;
    Ok(PrimitiveDateTime::new(date, time).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::parse_time_value;

    #[test]
    fn times() {
        for (text, generalized, expected) in [
            ("491231235959Z", false, Ok("2049-12-31 23:59:59.0 +00:00:00")),
            ("500101000000Z", false, Ok("1950-01-01 0:00:00.0 +00:00:00")),
            ("5001010000Z", false, Ok("1950-01-01 0:00:00.0 +00:00:00")),
            ("20260230000000Z", true, Err("no such day")),
            ("20261301000000Z", true, Err("month is not 01 to 12")),
            ("20260101000000.5Z", true, Ok("2026-01-01 0:00:00.0 +00:00:00")),
            ("20260101000000+0100", true, Err("zone is not Z")),
            ("9999", true, Err("zone is not Z")),
            ("99991231235959Z", true, Ok("9999-12-31 23:59:59.0 +00:00:00")),
            ("20260101246000Z", true, Err("no such time of day")),
            ("\u{0662}60101000000Z", false, Err("zone is not Z")),
            ("", false, Err("zone is not Z")),
            ("Z", false, Err("wrong number of digits")),
        ] {
            let found = parse_time_value(text.as_bytes(), generalized).map(|at| at.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{text}");
        }
    }
}
