//! The key that the operator gives: three fields of the zone, the zone itself, or the card access number.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use verifier_chip::access::pace::Password;
use verifier_chip::access::{Can, MrzKey};
use verifier_mrz::{Date, check_digit, lenient};
use zeroize::Zeroizing;

use crate::args::ChipFlags;
use crate::failure::Failure;
use crate::mrz::input::{Document, Documents};
use crate::show;

/// Digits of a card access number (Doc 9303-11 section 4.4.1, Doc 9303-5 and -6).
const CAN_DIGITS: usize = 6;

/// The key, and the lines of the zone where they were given.
pub(crate) struct Key {
    pub(crate) password: Option<Password>,
    pub(crate) lines: Option<Vec<String>>,
}

/// Takes the key from the command line or the file. No message says what was in it.
pub(crate) fn of(args: &ChipFlags) -> Result<Key, Failure> {
    if let Some(text) = &args.mrz_key {
        return Ok(Key { password: Some(Password::Mrz(fields(text)?)), lines: None });
    }
    if let Some(file) = &args.mrz {
        return zone(file);
    }
    if let Some(digits) = &args.can {
        let can = Can::new(digits)
            .ok_or_else(|| Failure::say("--can: digits are expected, six of them on most documents"))?;
        if digits.len() != CAN_DIGITS {
            show::note(format_args!(
                "note: the CAN has {} digits; documents print {CAN_DIGITS}, and the chip will probably refuse it",
                digits.len()
            ));
        }
        return Ok(Key { password: Some(Password::Can(can)), lines: None });
    }
    Ok(Key { password: None, lines: None })
}

fn fields(text: &str) -> Result<MrzKey, Failure> {
    let wrong = |what: &str| {
        Failure::say(format_args!("--mrz-key: {what}; NUMBER,BIRTH,EXPIRY is expected, dates as YYMMDD"))
    };
    let [number, birth, expiry] =
        text.split(',').map(str::trim).collect::<Vec<_>>().try_into().map_err(|_| wrong("three fields"))?;
    let number = number.to_ascii_uppercase();
    let cells = number.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<');
    if number.is_empty() || number.len() > 22 || !cells {
        return Err(wrong("the number has letters and digits"));
    }
    let number = digit(format!("{number:<<9}")).ok_or_else(|| wrong("the number"))?;
    for (what, cells) in [("birth", birth), ("expiry", expiry)] {
        if date(cells).is_some_and(|cells| !could_be_a_day(&cells)) {
            show::note(format_args!(
                "note: the date of {what} is no day of the calendar (YYMMDD); the chip will probably refuse the key"
            ));
        }
    }
    let birth = date(birth).and_then(digit).ok_or_else(|| wrong("the date of birth"))?;
    let expiry = date(expiry).and_then(digit).ok_or_else(|| wrong("the date of expiry"))?;
    Ok(MrzKey::from_cells(number.as_bytes(), birth.as_bytes(), expiry.as_bytes()))
}

/// Cells with their check digit.
fn digit(cells: String) -> Option<String> {
    let digit = check_digit::compute(cells.bytes())?;
    Some(format!("{cells}{}", char::from(digit)))
}

/// Six cells of a date; fillers stand for what is not known.
fn date(text: &str) -> Option<String> {
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit() || b == b'<') {
        return Some(text.to_owned());
    }
    let day = Date::parse(text)?.to_string();
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{}{month}{day}", year.get(2..4)?))
}

/// Whether month and day are there, as far as they are known.
fn could_be_a_day(cells: &str) -> bool {
    let part = |at: std::ops::Range<usize>, most: u8| {
        cells.get(at).is_none_or(|two| two.parse::<u8>().map_or(true, |number| number <= most))
    };
    part(2..4, 12) && part(4..6, 31)
}

fn zone(file: &Path) -> Result<Key, Failure> {
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).map_err(|error| Failure::about(file, error))?)
    };
    let mut document = Document::default();
    let read = Documents::new(BufReader::new(input)).next_into(&mut document);
    if !read.map_err(|error| Failure::about(file, error))? {
        return Err(Failure::about(file, "no machine readable zone in it"));
    }
    let password = match of_zone(&document.lines) {
        Ok((password, agree)) => {
            if !agree {
                show::note("note: a check digit of the zone is wrong; the chip will probably refuse the key");
            }
            password
        }
        Err(NoKey::Unfit) => {
            let what = "the lines fit no machine readable zone; `verifier mrz check` says why";
            return Err(Failure::about(file, what));
        }
        Err(none) => return Err(Failure::about(file, none)),
    };
    Ok(Key { password: Some(password), lines: Some(document.lines) })
}

/// Why a zone opens no chip. Says nothing of what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// It has the shape of no format.
    Unfit,
    /// A format without chips.
    Format,
    /// A cell of number, birth or expiry was not read.
    Unread,
}

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfit => "the lines fit no machine readable zone",
            Self::Format => "a zone of this format opens no chip (visa or national layout)",
            Self::Unread => {
                "a cell of number, birth or expiry was not read, and cells are not guessed for a key"
            }
        })
    }
}

/// The key of a zone as it was read, and whether its check digits agree. Nothing is repaired.
pub(crate) fn of_zone(lines: &[String]) -> Result<(Password, bool), NoKey> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let reading = lenient::parse(&lines).map_err(|_| NoKey::Unfit)?;
    let key = reading.zone().access_key().ok_or(NoKey::Format)?;
    let information = Zeroizing::new(key.bytes().collect::<Vec<u8>>());
    if information.iter().any(|b| !(b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'<')) {
        return Err(NoKey::Unread);
    }
    Ok((Password::Mrz(MrzKey::from_cells(&information, &[], &[])), key.digits_agree()))
}

#[cfg(test)]
mod unit {
    use super::*;

    /// The key of Doc 9303-11 appendix D.2: fields, dates with centuries and the zone give the same.
    #[test]
    fn three_spellings_of_one_key() {
        let known = MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236");
        for text in ["L898902C,690806,940623", "l898902c, 1969-08-06, 1994-06-23", "L898902C<,690806,940623"]
        {
            let key = fields(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(key.expose_hash(), known.expose_hash(), "{text}");
        }
        for bad in ["", "L898902C,690806", "L898902C,69080,940623", "L8?,690806,940623", "L,690806,940623,1"]
        {
            let Err(failure) = fields(bad) else { panic!("{bad}") };
            assert!(!failure.to_string().contains("690806"), "no key in messages");
        }
    }

    #[test]
    fn a_zone_gives_a_key_and_unread_cells_none() {
        let lines = |number: &str, name: &str| {
            vec![format!("P<UTOERIKSSON<<{name:<<30}"), format!("{number}UTO7408122F1204159ZE184226B<<<<<10")]
        };
        let known = MrzKey::from_cells(b"L898902C36", b"7408122", b"1204159");
        for name in ["ANNA<MARIA", "ANN?<MARIA"] {
            let Ok((Password::Mrz(key), true)) = of_zone(&lines("L898902C36", name)) else {
                panic!("{name}")
            };
            assert_eq!(key.expose_hash(), known.expose_hash(), "an unread name changes no key");
        }
        assert_eq!(of_zone(&lines("L8989?2C36", "ANNA")).err(), Some(NoKey::Unread));
        assert!(matches!(of_zone(&lines("L898902C37", "ANNA")), Ok((_, false))));
        assert_eq!(of_zone(&["P<UTO".to_owned()]).err(), Some(NoKey::Unfit));
    }
}
