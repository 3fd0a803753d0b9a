//! What must hold for any zone and any bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "test code"
)]

use proptest::prelude::*;
use verifier_mrz::repair::{self, Limits, Outcome};
use verifier_mrz::states::Code3;
use verifier_mrz::{Date, FieldName, Format, blind_spots, compare, encode, lenient, parse, personal_number};

const FORMATS: [(Format, &str, usize); 5] = [
    (Format::Td1, "I", 15),
    (Format::Td2, "I", 7),
    (Format::Td3, "PP", 14),
    (Format::MrvA, "V", 16),
    (Format::MrvB, "V", 8),
];

#[derive(Debug, Clone)]
struct Made {
    at: usize,
    number: String,
    birth: [u8; 6],
    expiry: [u8; 6],
    sex: u8,
    primary: String,
    secondary: String,
    optional: String,
    state: &'static str,
}

fn date() -> impl Strategy<Value = [u8; 6]> {
    (0..100_u8, 1..13_u8, 1..29_u8).prop_map(|(y, m, d)| {
        let text = format!("{y:02}{m:02}{d:02}");
        text.as_bytes().try_into().unwrap()
    })
}

fn made() -> impl Strategy<Value = Made> {
    (
        0..FORMATS.len(),
        "[A-Z0-9]{1,9}",
        "[A-Z0-9]{0,13}",
        date(),
        date(),
        0..3_u8,
        "[A-Z]{1,20}( [A-Z]{1,9}){0,2}",
        "([A-Z]{1,12}( [A-Z]{1,9}){0,2})?",
        "[A-Z0-9]{0,7}",
        prop::sample::select(vec!["UTO", "D", "FRA", "GBD", "RKS", "XXA"]),
    )
        .prop_map(|(at, number, more, birth, expiry, sex, primary, secondary, optional, state)| {
            let long = match FORMATS[at].0 {
                Format::Td1 => 13,
                Format::Td2 => 5,
                _ => 0,
            };
            let number = if number.len() == 9 { number + &more[..more.len().min(long)] } else { number };
            let optional = if number.len() > 9 { String::new() } else { optional };
            Made { at, number, birth, expiry, sex, primary, secondary, optional, state }
        })
}

fn fields(made: &Made) -> encode::Fields<'_> {
    let (format, code, _) = FORMATS[made.at];
    encode::Fields {
        document_code: code,
        document_number: &made.number,
        birth_date: made.birth,
        sex: [encode::Sex::Male, encode::Sex::Female, encode::Sex::Unspecified][usize::from(made.sex)],
        expiry_date: made.expiry,
        primary: &made.primary,
        secondary: &made.secondary,
        optional_1: &made.optional,
        ..encode::Fields::new(format, Code3::parse(made.state).unwrap())
    }
}

fn rows(encoded: &encode::Encoded) -> Vec<String> {
    encoded.lines().map(str::to_owned).collect()
}

fn refs(rows: &[String]) -> Vec<&str> {
    rows.iter().map(String::as_str).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Encode, then parse: the same fields, every digit right.
    #[test]
    fn encode_then_parse_is_identity(made in made()) {
        let encoded = fields(&made).encode().unwrap();
        let rows = rows(&encoded);
        let rows = refs(&rows);
        let zone = parse(&rows).unwrap();
        prop_assert_eq!(zone.format(), FORMATS[made.at].0);
        prop_assert!(zone.digits_agree(), "{:?}", zone.checks());
        prop_assert!(zone.document_number().text().is(&made.number));
        prop_assert_eq!(zone.birth_date().unwrap(), verifier_mrz::PrintedDate::new(made.birth));
        prop_assert_eq!(zone.expiry_date().unwrap(), verifier_mrz::PrintedDate::new(made.expiry));
        prop_assert_eq!(zone.issuing_state(), Code3::parse(made.state));
        prop_assert!(zone.optional_1().unwrap().text().is(&made.optional));
        if encoded.is_truncated() {
            let relation = compare::name(&made.primary, &made.secondary, &zone.name());
            prop_assert!(relation.agrees(), "{:?}", relation);
        } else {
            prop_assert!(zone.name().primary().text().is(&made.primary));
            prop_assert!(zone.name().secondary().text().is(&made.secondary));
        }
        // A zone compared with itself agrees; with itself under another number it does not.
        prop_assert!(compare::zones(&zone, &zone).fields_agree());
    }

    /// Any change of a covered cell to another character of the alphabet that is not blind is found.
    #[test]
    fn every_covered_change_that_is_not_blind_is_found(made in made(), cell in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let encoded = fields(&made).encode().unwrap();
        let mut rows = rows(&encoded);
        let total: usize = rows.iter().map(String::len).sum();
        let at = cell.index(total);
        let width = rows[0].len();
        let (line, column) = (at / width, at % width);
        let to = char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"[to.index(37)]);
        let was = char::from(rows[line].as_bytes()[column]);
        if was == to {
            return Ok(());
        }
        let (guard, listed) = {
            let rows = refs(&rows);
            let zone = parse(&rows).unwrap();
            let (line, column) = (u8::try_from(line + 1).unwrap(), u8::try_from(column + 1).unwrap());
            let guard = blind_spots::guard(&zone, line, column).unwrap();
            (guard, blind_spots::invisible_changes(&zone, line, column).unwrap().any(|c| c == to))
        };
        rows[line].replace_range(column..=column, &to.to_string());
        let rows = refs(&rows);
        let zone = parse(&rows).unwrap();
        // The list of blind spots is exactly what the digits miss.
        prop_assert_eq!(zone.digits_agree(), listed);
        let blind = |a: char, b: char| verifier_mrz::alphabet::is_blind_pair(u8::try_from(a).unwrap(), u8::try_from(b).unwrap());
        match guard {
            blind_spots::Guard::Covered if !blind(was, to) => prop_assert!(!zone.digits_agree()),
            blind_spots::Guard::CheckDigit if was != '0' => prop_assert!(!zone.digits_agree()),
            _ => {}
        }
    }

    /// Repair and the lenient layer leave a valid zone as it is.
    #[test]
    fn a_valid_zone_is_never_changed(made in made()) {
        let encoded = fields(&made).encode().unwrap();
        let rows = rows(&encoded);
        let rows = refs(&rows);
        prop_assert!(matches!(repair::repair(&rows, Limits::default()).unwrap(), Outcome::AlreadyAgrees));
        let reading = lenient::parse(&rows).unwrap();
        prop_assert!(reading.changes().is_empty());
        prop_assert!(reading.unchanged().is_some());
        let text = rows.join("\n").to_lowercase();
        let reading = lenient::parse_text(&text).unwrap();
        prop_assert!(reading.zone().digits_agree());
    }

    /// What repair calls unique agrees in every digit, differs from the input exactly in its edits, and was
    /// never a choice between characters that no digit can tell apart.
    #[test]
    fn a_unique_repair_is_consistent(made in made(), cell in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let encoded = fields(&made).encode().unwrap();
        let mut rows = rows(&encoded);
        let total: usize = rows.iter().map(String::len).sum();
        let (at, width) = (cell.index(total), rows[0].len());
        let to = char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"[to.index(37)]);
        rows[at / width].replace_range(at % width..=at % width, &to.to_string());
        let rows = refs(&rows);
        let outcome = match repair::repair(&rows, Limits::default()) {
            Ok(outcome) => outcome,
            Err(_) => return Ok(()),
        };
        let solutions: Vec<repair::RepairedZone> = match outcome {
            Outcome::Unique(solution) => vec![solution],
            Outcome::Ambiguous(list) => list.iter().copied().collect(),
            _ => Vec::new(),
        };
        for solution in &solutions {
            prop_assert!(solution.zone().unwrap().digits_agree());
            let mut differing = 0;
            for (line, (a, b)) in solution.lines().zip(&rows).enumerate() {
                for (column, (a, b)) in a.chars().zip(b.chars()).enumerate() {
                    if a != b {
                        differing += 1;
                        let named = solution.edits().iter().any(|e| {
                            (usize::from(e.line), usize::from(e.column)) == (line + 1, column + 1)
                                && (e.to, e.from) == (a, Some(b))
                        });
                        prop_assert!(named);
                        prop_assert!(a != '<' && b != '<', "a filler is nobody's twin");
                    }
                }
            }
            prop_assert_eq!(differing, solution.edits().len());
        }
    }

    /// No bytes make any layer panic, and nothing outside the alphabet comes out as text.
    #[test]
    fn nothing_panics_on_any_bytes(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..5)) {
        let refs: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        exercise(&refs);
        let text = String::from_utf8_lossy(&lines.concat()).into_owned();
        let _ = lenient::parse_text(&text).map(|r| r.zone().digits_agree());
        let _ = compare::dg11_birth(&text, &parse(&["<".repeat(44).as_str(); 2]).unwrap());
        for c in text.chars() {
            let _ = verifier_mrz::transliterate::spellings(c);
        }
    }

    /// The same with the right widths, so that zones are made of the bytes.
    #[test]
    fn nothing_panics_on_any_bytes_of_the_right_width(format in 0..10_usize, bytes in prop::collection::vec(any::<u8>(), 90), code in "(IDFRA|D1FRA|D1NLD|V<UTO|FACHE|I<SVK|PNRUS|I<UTO)?") {
        let format = Format::ALL[format];
        let mut rest = &bytes[..];
        let mut lines: Vec<Vec<u8>> = Vec::new();
        for width in format.widths() {
            let (line, after) = rest.split_at(*width);
            lines.push(line.to_vec());
            rest = after;
        }
        for line in &mut lines {
            if line.len() > 10 {
                line[..code.len()].copy_from_slice(code.as_bytes());
            }
        }
        let refs: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        exercise(&refs);
    }

    /// Arbitrary names either encode into a zone that reads back as one name, or are refused.
    #[test]
    fn any_name_is_written_or_refused(primary in "\\PC{0,60}|[A-Za-zÀ-ÖØ-öø-ž' -]{1,60}|[Ђ-ЏА-яѐ-џ ]{1,40}|[ء-غف-ْ ]{1,30}", secondary in "\\PC{0,9}|[A-Za-zÀ-ÖØ-öø-ž' -]{0,60}|[Ђ-ЏА-яѐ-џ ]{0,40}") {
        let made = Made { at: 2, number: "1".into(), birth: *b"740812", expiry: *b"300415", sex: 0, primary, secondary, optional: String::new(), state: "UTO" };
        if let Ok(encoded) = fields(&made).encode() {
            let zone = encoded.zone().unwrap();
            prop_assert!(zone.digits_agree());
            let relation = compare::name(&made.primary, &made.secondary, &zone.name());
            prop_assert!(relation.agrees() || made.primary.chars().all(|c| !c.is_alphabetic()), "{:?} {}", relation, encoded.line(1));
        }
    }
}

/// Runs everything that takes a zone.
fn exercise(lines: &[&[u8]]) {
    let today = Date::new(2026, 11, 22);
    match parse(lines) {
        Ok(zone) => {
            let findings = zone.findings(today);
            assert!(findings.as_slice().len() < 112, "the list of findings is never full");
            for field in zone.fields() {
                let text = field.text().to_string();
                assert!(
                    text.chars()
                        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || " <\u{FFFD}".contains(c))
                );
            }
            let shown = format!("{zone:?} {findings:?} {:?} {:?}", zone.name(), zone.document_number());
            assert!(shown.contains("redacted"));
            if let Some(key) = zone.access_key() {
                assert!(key.bytes().count() >= 24);
            }
            for date in [zone.birth_date(), zone.expiry_date()].into_iter().flatten() {
                let _ = (
                    date.state(),
                    today.map(|t| {
                        (
                            date.as_birth(t),
                            date.as_expiry(t),
                            date.as_birth_tr03135(t),
                            date.as_expiry_tr03135(t, None, 15),
                        )
                    }),
                );
            }
            let _ = personal_number::find(&zone);
            assert!(compare::zones(&zone, &zone).fields_agree());
            for name in [
                FieldName::Primary,
                FieldName::BirthDate,
                FieldName::Sex,
                FieldName::Nationality,
                FieldName::DocumentNumber,
            ] {
                let _ = compare::viz(name, "X 12.08.1974", &zone);
            }
            let _ = blind_spots::uncovered(&zone).count();
            let limits = Limits { combinations: 5_000, ..Limits::default() };
            let _ = repair::repair_zone(&zone, limits);
        }
        Err(error) => {
            assert!(!error.findings().as_slice().is_empty());
            let _ = format!("{error} {error:?}");
        }
    }
    if let Ok(reading) = lenient::parse(lines) {
        let _ = (reading.zone().findings(today), format!("{reading:?}"));
    }
}
