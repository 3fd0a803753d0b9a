//! Values of the detail groups: text that may be in any encoding, dates that may be in digits or packed.
//!
//! Doc 9303-10 4.7.11 and 4.7.12: free-form text is UTF-8, dates are eight digits; inspection systems are to
//! read packed decimals as well. Whatever was delivered is kept as it is, and nothing here fails.

use std::borrow::Cow;
use std::fmt;

/// One text field as delivered. Personal data: its `Debug` shows the length alone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Field(Box<[u8]>);

impl Field {
    /// A field of these octets.
    #[must_use]
    pub fn new(octets: &[u8]) -> Self {
        Self(octets.into())
    }

    /// The octets as delivered.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.0
    }

    /// Whether it has no octets, or only spaces and fillers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|octet| matches!(octet, b' ' | b'<' | 0))
    }

    /// Whether the octets are UTF-8, as the standard asks for.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        std::str::from_utf8(&self.0).is_ok()
    }

    /// The text: UTF-8 where it is, otherwise each octet as ISO 8859-1, which older documents write.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(self.0.iter().copied().map(char::from).collect()),
        }
    }

    /// The parts between `<`, as places, addresses and document numbers are written; empty ones are left out.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let text = self.text();
        text.split('<').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Primary and secondary identifier of a name in the manner of the zone: `<<` between them, `<` for a space.
    #[must_use]
    pub fn name(&self) -> (String, String) {
        let text = self.text();
        let (primary, secondary) = text.split_once("<<").unwrap_or((&text, ""));
        let spaced =
            |part: &str| part.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        (spaced(primary), spaced(secondary))
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({} octets)", self.0.len())
    }
}

/// How a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateEncoding {
    /// One ASCII digit an octet: what the standard asks for.
    Digits,
    /// Two decimal digits an octet, which many documents have.
    Packed,
}

/// A date, perhaps with a time, as delivered. Personal data: its `Debug` shows the length alone.
#[derive(Clone, PartialEq, Eq)]
pub struct LdsDate {
    raw: Box<[u8]>,
    encoding: Option<DateEncoding>,
    digits: Box<[u8]>,
}

impl LdsDate {
    /// Reads `YYYYMMDD` or `YYYYMMDDhhmmss` in either encoding.
    #[must_use]
    pub fn new(octets: &[u8]) -> Self {
        let (encoding, digits) = match octets.len() {
            8 | 14 if octets.iter().all(u8::is_ascii_digit) => {
                (Some(DateEncoding::Digits), octets.iter().map(|digit| digit - b'0').collect())
            }
            // ASCII digits of a shortened date would be packed decimals too: month 30 or more tells them apart.
            4 | 7
                if octets.iter().all(|octet| octet >> 4 < 10 && octet & 0xF < 10)
                    && matches!(octets, [_, _, 0..=0x12, 0..=0x31, ..]) =>
            {
                let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 0xF]);
                (Some(DateEncoding::Packed), digits.collect::<Vec<u8>>().into())
            }
            _ => (None, Box::from([])),
        };
        Self { raw: octets.into(), encoding, digits }
    }

    /// The octets as delivered.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// How it is written; `None` when it is no date at all.
    #[must_use]
    pub fn encoding(&self) -> Option<DateEncoding> {
        self.encoding
    }

    fn number(&self, first: usize, count: usize) -> Option<u16> {
        let digits = self.digits.get(first..first.checked_add(count)?)?;
        Some(digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(*digit)))
    }

    /// Year with its century; `None` where it is unknown (0000) or nothing was read.
    #[must_use]
    pub fn year(&self) -> Option<u16> {
        self.number(0, 4).filter(|year| *year > 0)
    }

    /// Month, 1 to 12; `None` where it is unknown (00) or impossible.
    #[must_use]
    pub fn month(&self) -> Option<u8> {
        self.number(4, 2).and_then(|month| u8::try_from(month).ok()).filter(|month| (1..=12).contains(month))
    }

    /// Day, 1 to 31; `None` where it is unknown (00) or impossible.
    #[must_use]
    pub fn day(&self) -> Option<u8> {
        self.number(6, 2).and_then(|day| u8::try_from(day).ok()).filter(|day| (1..=31).contains(day))
    }

    /// Hour, minute and second, where they are written and possible.
    #[must_use]
    pub fn time(&self) -> Option<(u8, u8, u8)> {
        let part = |first, limit| {
            self.number(first, 2).and_then(|value| u8::try_from(value).ok()).filter(|value| *value < limit)
        };
        Some((part(8, 24)?, part(10, 60)?, part(12, 61)?))
    }

    /// `YYYY-MM-DD`, with `hh:mm:ss` where it has one; unknown parts are zeros as delivered. `None` when it is no
    /// date.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let (year, month, day) = (self.number(0, 4)?, self.number(4, 2)?, self.number(6, 2)?);
        Some(match self.time() {
            Some((hour, minute, second)) => {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
            None => format!("{year:04}-{month:02}-{day:02}"),
        })
    }
}

impl fmt::Debug for LdsDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LdsDate({} octets, {:?})", self.raw.len(), self.encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::{DateEncoding, Field, LdsDate};

    #[test]
    fn dates_in_either_encoding_are_the_same_day() {
        for (octets, encoding) in
            [(&b"19740812"[..], DateEncoding::Digits), (&[0x19, 0x74, 0x08, 0x12], DateEncoding::Packed)]
        {
            let date = LdsDate::new(octets);
            assert_eq!((date.year(), date.month(), date.day()), (Some(1974), Some(8), Some(12)));
            assert_eq!(date.text().as_deref(), Some("1974-08-12"));
            assert_eq!(date.encoding(), Some(encoding));
            assert_eq!(date.time(), None);
        }
        for octets in [&b"20261121235960"[..], &[0x20, 0x26, 0x11, 0x21, 0x23, 0x59, 0x60]] {
            let date = LdsDate::new(octets);
            assert_eq!(date.time(), Some((23, 59, 60)));
            assert_eq!(date.text().as_deref(), Some("2026-11-21 23:59:60"));
        }
    }

    #[test]
    fn unknown_parts_are_none_and_nonsense_is_no_date() {
        let unknown = LdsDate::new(b"00000000");
        assert_eq!((unknown.year(), unknown.month(), unknown.day()), (None, None, None));
        assert_eq!(unknown.text().as_deref(), Some("0000-00-00"));
        let impossible = LdsDate::new(b"19991399");
        assert_eq!((impossible.year(), impossible.month(), impossible.day()), (Some(1999), None, None));
        for octets in [&b""[..], b"1974", b"1974081", b"1974O812", &[0x1A, 0, 0, 0], &[0; 9], &[0; 64]] {
            let date = LdsDate::new(octets);
            assert_eq!((date.text(), date.encoding()), (None, None), "{octets:?}");
            assert_eq!(date.raw(), octets);
        }
    }

    #[test]
    fn text_is_never_lost_and_never_shown() {
        let latin = Field::new(b"M\xFCnchen<DE");
        assert!(!latin.is_utf8());
        assert_eq!(latin.parts(), ["M\u{FC}nchen", "DE"]);
        assert_eq!(latin.raw(), b"M\xFCnchen<DE");
        assert_eq!(Field::new("Łódź<<Zoë<Ann".as_bytes()).name(), ("Łódź".into(), "Zoë Ann".into()));
        assert_eq!(Field::new(b"").name(), (String::new(), String::new()));
        assert!(Field::new(b"< <").is_empty());
        let shown = format!("{:?} {:?}", Field::new(b"SECRET"), LdsDate::new(b"19740812"));
        assert!(!shown.contains("SECRET") && !shown.contains("1974"), "{shown}");
    }
}
