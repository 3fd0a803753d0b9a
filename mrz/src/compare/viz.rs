//! The MRZ against text from the visual zone (Doc 9303-3 section 3) and against DG11 (Doc 9303-10).

use crate::cells::Cells;
use crate::date::Date;
use crate::field::FieldName;
use crate::printed_date::PrintedDate;
use crate::states::Code3;
use crate::zone::{Provenance, Zone};

use super::names::{name, name_component};
use super::{Relation, birth};

/// A value as the visual zone prints it against the field of the zone.
///
/// Names go through the transliteration tables; numbers are compared without spaces and hyphens; dates are
/// read as `YYYY-MM-DD`, `DD.MM.YYYY` (also `/`, spaces, two-digit years) and `12 AUG 1974`; the sex also as
/// `X`; states as code or English name.
#[must_use]
pub fn viz<P: Provenance>(field: FieldName, printed: &str, zone: &Zone<'_, P>) -> Relation {
    let Some(found) = zone.field(field) else {
        return Relation::Missing;
    };
    let cells = found.cells;
    match field {
        FieldName::Primary | FieldName::Secondary => {
            name_component(printed, cells.head(), zone.name().may_be_truncated())
        }
        FieldName::BirthDate | FieldName::ExpiryDate => date(printed, cells),
        FieldName::Sex => sex(printed, cells),
        FieldName::IssuingState | FieldName::Nationality => state(printed, cells),
        _ => squeezed(printed, cells),
    }
}

/// DG11's full name (`PRIMARY<<SECONDARY`, national characters) against the zone.
#[must_use]
pub fn dg11_name<P: Provenance>(full_name: &str, zone: &Zone<'_, P>) -> Relation {
    let (primary, secondary) = full_name.split_once("<<").unwrap_or((full_name, ""));
    name(primary, secondary, &zone.name())
}

/// DG11's full date of birth (`YYYYMMDD`) against the zone. It also knows the century, which the zone does
/// not: it is returned beside the relation.
#[must_use]
pub fn dg11_birth<P: Provenance>(digits: &str, zone: &Zone<'_, P>) -> (Relation, Option<Date>) {
    let Some(printed) = zone.birth_date() else {
        return (Relation::Missing, None);
    };
    let bytes = digits.as_bytes();
    let Some(short) = bytes.get(2..8).and_then(|cells| <[u8; 6]>::try_from(cells).ok()) else {
        return (Relation::Unreadable, None);
    };
    if bytes.len() != 8 || !bytes.iter().all(|b| b.is_ascii_digit() || *b == b'<') {
        return (Relation::Unreadable, None);
    }
    let full = PrintedDate::new(short);
    let number = |range| digits.get::<core::ops::Range<usize>>(range).and_then(|d| d.parse::<u16>().ok());
    let day = number(0..4).zip(full.month().zip(full.day())).and_then(|(y, (m, d))| Date::new(y, m, d));
    let relation =
        if full.cells().same(printed.cells()) { Relation::Same } else { birth(Some(full), Some(printed)) };
    (relation, day)
}

/// Letters and digits only, case left aside.
fn squeezed(printed: &str, cells: Cells<'_>) -> Relation {
    let value = printed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/' | '<'));
    let cells = cells.iter().filter(|cell| *cell != b'<').map(char::from);
    if value.clone().any(|c| !c.is_ascii_alphanumeric()) {
        Relation::Unreadable
    } else if value.map(|c| c.to_ascii_uppercase()).eq(cells) {
        Relation::Same
    } else {
        Relation::Differs
    }
}

fn sex(printed: &str, cells: Cells<'_>) -> Relation {
    let value = match printed.trim() {
        "M" | "m" => b'M',
        "F" | "f" => b'F',
        "X" | "x" | "<" | "" => b'<',
        _ => return Relation::Unreadable,
    };
    match cells.head() {
        [cell] if *cell == value || (*cell == b'X' && value == b'<') => Relation::Same,
        _ => Relation::Differs,
    }
}

fn state(printed: &str, cells: Cells<'_>) -> Relation {
    let Some(code) = Code3::from_cells(cells.head()) else {
        return Relation::Differs;
    };
    let printed = printed.trim();
    if let Some(other) = Code3::parse(printed) {
        return if other == code { Relation::Same } else { Relation::Differs };
    }
    match code.state() {
        Some(state) if state.name.eq_ignore_ascii_case(printed) => Relation::Same,
        // Nationalities are printed in many words and languages: no match is no evidence.
        _ => Relation::Unreadable,
    }
}

fn date(printed: &str, cells: Cells<'_>) -> Relation {
    let Ok(six) = <[u8; 6]>::try_from(cells.head()) else {
        return Relation::Unreadable;
    };
    let found = PrintedDate::new(six);
    let Some((year, month, day)) = read_date(printed) else {
        return Relation::Unreadable;
    };
    let known = |cell: Option<u8>, value: u8| cell.is_none_or(|cell| cell == value);
    let agrees =
        known(found.year_of_century(), year) && known(found.month(), month) && known(found.day(), day);
    match (agrees, six.contains(&b'<')) {
        (true, false) => Relation::Same,
        (true, true) => Relation::SameWhereKnown,
        (false, _) => Relation::Differs,
    }
}

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Year of the century, month, day.
fn read_date(text: &str) -> Option<(u8, u8, u8)> {
    let mut numbers = [(0_u16, 0_usize); 3];
    let mut month_name = None;
    let mut count = 0;
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        if part.bytes().all(|b| b.is_ascii_digit()) && part.len() <= 4 {
            *numbers.get_mut(count)? = (part.parse().ok()?, part.len());
            count += 1;
        } else if let Some(at) =
            MONTHS.iter().position(|m| part.get(..3).is_some_and(|p| p.eq_ignore_ascii_case(m)))
        {
            month_name = month_name.or(u8::try_from(at + 1).ok());
        }
    }
    let [a, b, c] = numbers;
    let (year, month, day) = match (count, month_name) {
        (2, Some(month)) => (b.0, u16::from(month), a.0),
        (3, None) if a.1 == 4 => (a.0, b.0, c.0),
        (3, None) => (c.0, b.0, a.0),
        _ => return None,
    };
    let (year, month, day) =
        (u8::try_from(year % 100).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::parse;

    const LINES: [&str; 2] =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

    #[test]
    fn the_visual_zone_in_its_many_notations() {
        let zone = parse(&LINES).unwrap();
        for (field, printed, relation) in [
            (FieldName::Primary, "Eriksson", Relation::SameTransliterated),
            (FieldName::Primary, "ERIKSSON", Relation::Same),
            (FieldName::Secondary, "ANNA MARIA", Relation::Same),
            (FieldName::Secondary, "ANNA", Relation::Differs),
            (FieldName::DocumentNumber, "L 898902 C3", Relation::Same),
            (FieldName::DocumentNumber, "L898902C4", Relation::Differs),
            (FieldName::BirthDate, "12 AUG/AOÛ 1974", Relation::Same),
            (FieldName::BirthDate, "12.08.74", Relation::Same),
            (FieldName::BirthDate, "1974-08-12", Relation::Same),
            (FieldName::BirthDate, "13 08 1974", Relation::Differs),
            (FieldName::BirthDate, "yesterday", Relation::Unreadable),
            (FieldName::Sex, "F", Relation::Same),
            (FieldName::Sex, "X", Relation::Differs),
            (FieldName::Nationality, "UTOPIA", Relation::Same),
            (FieldName::Nationality, "UTO", Relation::Same),
            (FieldName::Nationality, "FRA", Relation::Differs),
            (FieldName::Nationality, "Utopienne", Relation::Unreadable),
            (FieldName::Employer, "XX", Relation::Missing),
        ] {
            assert_eq!(viz(field, printed, &zone), relation, "{field} {printed}");
        }
    }

    #[test]
    fn dg11_gives_the_century() {
        let zone = parse(&LINES).unwrap();
        assert_eq!(dg11_birth("19740812", &zone), (Relation::Same, Date::new(1974, 8, 12)));
        assert_eq!(dg11_birth("19740813", &zone).0, Relation::Differs);
        assert_eq!(dg11_birth("1974", &zone).0, Relation::Unreadable);
        assert_eq!(dg11_name("Eriksson<<Anna<Maria", &zone), Relation::SameTransliterated);
        assert_eq!(dg11_name("Eriksson<<Anna", &zone), Relation::Differs);
    }
}
