//! The key that the operator gives: three fields of the zone, the zone itself, or the card access number.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use verifier_chip::access::pace::Password;
use verifier_chip::access::{Can, MrzKey};
use verifier_mrz::{Date, check_digit, lenient};

use crate::args::ChipReadArgs;
use crate::failure::Failure;
use crate::mrz::input::{Document, Documents};
use crate::show;

/// The key, and the lines of the zone where they were given.
pub(crate) struct Key {
    pub(crate) password: Option<Password>,
    pub(crate) lines: Option<Vec<String>>,
}

/// Takes the key from the command line or the file. No message says what was in it.
pub(crate) fn of(args: &ChipReadArgs) -> Result<Key, Failure> {
    if let Some(text) = &args.mrz_key {
        return Ok(Key { password: Some(Password::Mrz(fields(text)?)), lines: None });
    }
    if let Some(file) = &args.mrz {
        return zone(file);
    }
    if let Some(digits) = &args.can {
        let can = Can::new(digits)
            .ok_or_else(|| Failure::say("--can: digits are expected, six of them on most documents"))?;
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
    let lines: Vec<&str> = document.lines.iter().map(String::as_str).collect();
    let unfit =
        |_| Failure::about(file, "the lines fit no machine readable zone; `verifier mrz check` says why");
    let reading = lenient::parse(&lines).map_err(unfit)?;
    let Some(key) = reading.zone().access_key() else {
        return Err(Failure::about(file, "a zone of this format opens no chip (visa or national layout)"));
    };
    if !key.digits_agree() {
        show::note("note: a check digit of the zone is wrong; the chip will probably refuse the key");
    }
    let information: Vec<u8> = key.bytes().collect();
    Ok(Key {
        password: Some(Password::Mrz(MrzKey::from_cells(&information, &[], &[]))),
        lines: Some(document.lines),
    })
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
}
