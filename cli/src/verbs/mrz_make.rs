//! `verifier mrz make`: a zone from fields.

use std::io::Write as _;

use serde_json::json;
use verifier_mrz::encode::{Fields, Sex};
use verifier_mrz::states::Code3;
use verifier_mrz::transliterate::Language;
use verifier_mrz::{Date, Format};

use crate::args::{MakeFormat, MrzMakeArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::show;

/// Writes the lines; what was cut is said on standard error.
pub(crate) fn run(args: &MrzMakeArgs) -> Result<Exit, Failure> {
    let state = |flag: &str, text: &str| {
        Code3::parse(text).ok_or_else(|| {
            Failure::say(format_args!("--{flag} {text}: not a state code of one to three letters"))
        })
    };
    let issuer = state("issuer", &args.issuer)?;
    let nationality = args.nationality.as_deref().map_or(Ok(issuer), |text| state("nationality", text))?;
    let format = match args.format {
        MakeFormat::Td1 => Format::Td1,
        MakeFormat::Td2 => Format::Td2,
        MakeFormat::Td3 => Format::Td3,
        MakeFormat::MrvA => Format::MrvA,
        MakeFormat::MrvB => Format::MrvB,
    };
    let fields = Fields {
        document_code: &args.code,
        document_number: &args.number,
        nationality,
        birth_date: six_cells("birth", &args.birth)?,
        sex: sex(&args.sex)?,
        expiry_date: six_cells("expiry", &args.expiry)?,
        primary: &args.primary,
        secondary: &args.secondary,
        optional_1: &args.optional,
        optional_2: &args.optional_2,
        language: language(args.language.as_deref())?,
        ..Fields::new(format, issuer)
    };
    let encoded = fields.encode().map_err(Failure::say)?;
    if encoded.is_truncated() {
        show::note("note: the name (or a visa's number) does not fit and was truncated");
    }
    if args.json {
        let lines: Vec<&str> = encoded.lines().collect();
        let mut out = show::json_out();
        let object =
            json!({"format": encoded.format().as_str(), "lines": lines, "truncated": encoded.is_truncated()});
        show::json_line(&mut out, &object)?;
        out.flush()?;
    } else {
        let mut out = show::out();
        for line in encoded.lines() {
            writeln!(out, "{line}")?;
        }
    }
    Ok(Exit::Successful)
}

/// `1974-08-12` or six cells as printed.
fn six_cells(flag: &str, text: &str) -> Result<[u8; 6], Failure> {
    if let Some(date) = Date::parse(text) {
        let printed = format!("{:02}{:02}{:02}", date.year() % 100, date.month(), date.day());
        if let Ok(cells) = printed.as_bytes().try_into() {
            return Ok(cells);
        }
    }
    let cells: Option<[u8; 6]> = text.as_bytes().try_into().ok();
    cells.filter(|cells| cells.iter().all(|cell| cell.is_ascii_digit() || *cell == b'<')).ok_or_else(|| {
        Failure::say(format_args!(
            "--{flag} {text}: write 1974-08-12, or six cells YYMMDD with < for unknown parts"
        ))
    })
}

fn sex(text: &str) -> Result<Sex, Failure> {
    match text {
        "M" | "m" => Ok(Sex::Male),
        "F" | "f" => Ok(Sex::Female),
        "X" | "x" | "<" => Ok(Sex::Unspecified),
        _ => Err(Failure::say(format_args!("--sex {text}: M, F or X"))),
    }
}

fn language(text: Option<&str>) -> Result<Language, Failure> {
    Ok(match text {
        None | Some("ru") => Language::Other,
        Some("be") => Language::Belarusian,
        Some("bg") => Language::Bulgarian,
        Some("mk") => Language::Macedonian,
        Some("sr") => Language::Serbian,
        Some("uk") => Language::Ukrainian,
        Some(other) => {
            return Err(Failure::say(format_args!("--language {other}: be, bg, mk, ru, sr or uk")));
        }
    })
}
