//! The layers above the strict parser: lenient, repair, encode, blind spots.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "test code"
)]

use verifier_mrz::lenient::{self, ChangeKind};
use verifier_mrz::repair::{self, Alternative, Cell, Grid, Limits, NoRepair, Outcome};
use verifier_mrz::states::Code3;
use verifier_mrz::{FindingCode, Format, blind_spots, encode, parse};

const TD3: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

fn utopia() -> Code3 {
    Code3::parse("UTO").unwrap()
}

fn lines(zone: &verifier_mrz::Zone<'_, verifier_mrz::Normalised>) -> Vec<String> {
    zone.lines().iter().map(|l| String::from_utf8(l.to_vec()).unwrap()).collect()
}

#[test]
fn a_clean_zone_is_left_alone_and_still_typed_as_normalised() {
    let reading = lenient::parse(&TD3).unwrap();
    assert!(reading.changes().is_empty() && reading.unchanged().is_some() && reading.zone().digits_agree());
}

#[test]
fn lenient_brings_text_into_shape() {
    let trimmed = [TD3[0].trim_end_matches('<'), TD3[1]];
    let lower = TD3.map(str::to_lowercase);
    let spaced: Vec<String> = TD3.iter().map(|l| l.replace("<<<", "<< <")).collect();
    let guillemet = [TD3[0].replacen("<<", "«", 1), TD3[1].to_owned()];
    let single = [TD3[0].replace('<', "‹"), TD3[1].to_owned()];
    let long = [format!("{}<", TD3[0]), TD3[1].to_owned()];
    let short_inside = [TD3[0].to_owned(), TD3[1].replacen("<<<<<", "<<<<", 1)];
    let long_inside = [TD3[0].to_owned(), TD3[1].replacen("<<<<<", "<<<<<<", 1)];
    let joined = TD3.concat();
    let cases: [(Vec<&str>, ChangeKind); 9] = [
        (trimmed.to_vec(), ChangeKind::FillerAppended),
        (lower.iter().map(String::as_str).collect(), ChangeKind::Case),
        (spaced.iter().map(String::as_str).collect(), ChangeKind::Blank),
        (guillemet.iter().map(String::as_str).collect(), ChangeKind::AngleSign),
        (single.iter().map(String::as_str).collect(), ChangeKind::AngleSign),
        (long.iter().map(String::as_str).collect(), ChangeKind::FillerRemoved),
        (short_inside.iter().map(String::as_str).collect(), ChangeKind::FillerInserted),
        (long_inside.iter().map(String::as_str).collect(), ChangeKind::FillerRemoved),
        (vec![joined.as_str()], ChangeKind::Split),
    ];
    for (input, kind) in cases {
        let reading = lenient::parse(&input).unwrap_or_else(|e| panic!("{kind:?}: {e}"));
        assert_eq!(lines(&reading.zone()), TD3, "{kind:?}");
        assert!(reading.changes().iter().any(|c| c.kind == kind), "{kind:?} {:?}", reading.changes());
        assert!(reading.unchanged().is_none());
    }
    let halves: Vec<&str> = TD3.iter().flat_map(|l| [&l[..22], &l[22..]]).collect();
    let text = halves.join("\r\n") + "\r\n\r\n";
    let reading = lenient::parse_text(&text).unwrap();
    assert_eq!(lines(&reading.zone()), TD3);
    assert!(reading.changes().iter().any(|c| c.kind == ChangeKind::Joined));
}

#[test]
fn lenient_takes_td1_in_one_line_and_guesses_no_character() {
    let joined = TD1.concat();
    assert_eq!(lines(&lenient::parse(&[joined.as_str()]).unwrap().zone()), TD1);
    // A letter is missing, and only a filler may be added: the digits say so.
    let line = TD3[1].replacen('C', "", 1);
    assert!(lenient::parse(&[TD3[0], &line]).is_ok_and(|r| !r.zone().digits_agree()));
    let strange = TD3[0].replacen('A', "Ä", 1);
    let reading = lenient::parse(&[strange.as_str(), TD3[1]]).unwrap();
    assert!(!reading.zone().inside_alphabet() && !reading.zone().digits_agree());
    assert!(reading.zone().findings(None).contains(FindingCode::AlphabetCell));
    for text in ["", "\n\n", "no zone at all", &"<".repeat(1 << 20), &"A<\n".repeat(5000)] {
        assert!(lenient::parse_text(text).is_err());
    }
}

#[test]
fn long_number_digits_that_count_the_filler_are_taken_leniently_with_a_warning() {
    // 590123456 + 712, digit over the twelve characters and over thirteen with the filler.
    let number = "590123456712";
    let strict = verifier_mrz::check_digit::compute(number.bytes()).unwrap();
    let quirk = verifier_mrz::check_digit::compute(b"590123456<712".iter().copied()).unwrap();
    assert_ne!(strict, quirk);
    let zone = |digit: u8| {
        let upper = format!("I<UTO590123456<712{}<<<<<<<<<<<", char::from(digit));
        let middle29 = "7408122F1204159UTO<<<<<<<<<<<";
        let span: String = [&upper[5..30], &middle29[..7], &middle29[8..15], &middle29[18..29]].concat();
        let composite = verifier_mrz::check_digit::compute(span.bytes()).unwrap();
        [upper, format!("{middle29}{}", char::from(composite)), TD1[2].to_owned()]
    };
    let good = zone(strict);
    let good: Vec<&str> = good.iter().map(String::as_str).collect();
    assert!(parse(&good).unwrap().digits_agree());
    let odd = zone(quirk);
    let odd: Vec<&str> = odd.iter().map(String::as_str).collect();
    let strictly = parse(&odd).unwrap();
    assert!(!strictly.digits_agree() && strictly.findings(None).contains(FindingCode::DigitCountsFiller));
    let reading = lenient::parse(&odd).unwrap();
    assert!(reading.zone().digits_agree());
    assert!(reading.zone().findings(None).contains(FindingCode::DigitCountsFiller));
}

fn repaired(lines: &[&str]) -> Outcome {
    repair::repair(lines, Limits::default()).unwrap()
}

#[test]
fn single_twins_are_repaired_uniquely_with_the_edit_named() {
    // Birth date: O for 0, expiry: I for 1, number: Z for 2.
    for (at, to) in [(15, "A"), (16, "O"), (22, "Z"), (21 + 2, "O")] {
        let mut line = TD3[1].to_owned();
        let was = line.as_bytes()[at];
        line.replace_range(at..=at, to);
        if !matches!((was, to), (b'4', "A") | (b'0', "O") | (b'2', "Z")) {
            continue;
        }
        let Outcome::Unique(solution) = repaired(&[TD3[0], &line]) else { panic!("at {at}") };
        assert_eq!(solution.lines().collect::<Vec<_>>(), TD3);
        let edit = solution.edits()[0];
        assert_eq!((edit.line, usize::from(edit.column)), (2, at + 1));
        assert_eq!((edit.from, edit.to), (to.chars().next(), char::from(was)));
        assert!(solution.zone().unwrap().digits_agree());
    }
}

#[test]
fn a_zone_that_agrees_is_never_touched_not_even_a_real_k_before_fillers() {
    assert!(matches!(repaired(&TD3), Outcome::AlreadyAgrees));
    assert!(matches!(repaired(&TD1), Outcome::AlreadyAgrees));
    let zone = encode::Fields {
        document_code: "P",
        document_number: "AB123456K",
        birth_date: *b"740812",
        expiry_date: *b"320415",
        primary: "NOVAK",
        secondary: "MAREK",
        optional_1: "12345K",
        ..encode::Fields::new(Format::Td3, utopia())
    }
    .encode()
    .unwrap();
    let lines: Vec<&str> = zone.lines().collect();
    assert!(matches!(repaired(&lines), Outcome::AlreadyAgrees));
    let reading = lenient::parse(&lines).unwrap();
    assert!(reading.changes().is_empty());
    assert!(reading.zone().document_number().text().is("AB123456K"));
}

#[test]
fn a_blind_pair_is_never_claimed() {
    // 1 and L weigh the same: a document number with a wrong digit elsewhere keeps its 1.
    let zone = encode::Fields {
        document_code: "P",
        document_number: "L11G66A0B",
        birth_date: *b"740812",
        expiry_date: *b"320415",
        primary: "NOVAK",
        ..encode::Fields::new(Format::Td3, utopia())
    }
    .encode()
    .unwrap();
    let second = zone.line(2).replacen("L11G66A0B", "LL1G66A0B", 1);
    assert!(matches!(repaired(&[zone.line(1), &second]), Outcome::AlreadyAgrees));
    // Two characters of one value as a reader's alternatives: no digit tells 1 from L, so both are named.
    let mut cells: Vec<Vec<Cell>> =
        zone.lines().map(|l| l.chars().map(|c| Cell::new(c).unwrap()).collect()).collect();
    cells[1][1] = Cell::new('7')
        .unwrap()
        .or(Alternative { character: '1', cost: 1 })
        .or(Alternative { character: 'L', cost: 1 });
    let rows: Vec<&[Cell]> = cells.iter().map(Vec::as_slice).collect();
    match Grid::new(&rows).unwrap().solve(Limits::default()) {
        Outcome::Ambiguous(list) => assert_eq!(list.len(), 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unread_cell_is_solved_by_its_digit_or_stays_open() {
    let cells = |line: usize, column: usize| -> Vec<Vec<Cell>> {
        let mut cells: Vec<Vec<Cell>> =
            TD3.iter().map(|l| l.chars().map(|c| Cell::new(c).unwrap()).collect()).collect();
        cells[line][column] = Cell::UNREAD;
        cells
    };
    let solve = |cells: Vec<Vec<Cell>>| {
        let rows: Vec<&[Cell]> = cells.iter().map(Vec::as_slice).collect();
        Grid::new(&rows).unwrap().solve(Limits::default())
    };
    // A digit of the expiry: one value fits.
    match solve(cells(1, 22)) {
        Outcome::Unique(solution) => assert_eq!(solution.lines().collect::<Vec<_>>(), TD3),
        other => panic!("{other:?}"),
    }
    // A cell of the number may be any of the characters of one value.
    match solve(cells(1, 3)) {
        Outcome::Ambiguous(list) => {
            assert!(list.len() >= 3 && list.iter().all(|s| s.zone().unwrap().digits_agree()))
        }
        other => panic!("{other:?}"),
    }
    // A cell of the name is covered by no digit: nothing is claimed.
    assert!(matches!(solve(cells(0, 43)), Outcome::None(NoRepair::UnreadUncovered)));
}

#[test]
fn hopeless_zones_are_given_up_and_formats_without_digits_refused() {
    let line = "X".repeat(44);
    assert!(matches!(repaired(&[TD3[0], &line]), Outcome::None(_)));
    let swiss = ["AAA001D<<", "FACHE305142128097<<800126<<<<<", "BEISPIEL<<HANS<<<<<<<<<<<<<<<<"];
    assert!(matches!(repaired(&swiss), Outcome::AlreadyAgrees));
    assert!(repair::repair(&["A", "B"], Limits::default()).is_err());
}

#[test]
fn state_codes_are_settled_by_the_table_only_where_one_letter_fits() {
    let wrong = [TD3[0].replacen("UTO", "UT0", 1), TD3[1].replacen("7408122", "74O8122", 1)];
    let Outcome::Unique(solution) = repaired(&[&wrong[0], &wrong[1]]) else { panic!() };
    assert_eq!(solution.lines().collect::<Vec<_>>(), TD3);
    assert_eq!(solution.edits().len(), 2);
}

#[test]
fn encoder_truncates_by_the_rules() {
    let make = |primary, secondary| {
        let zone = encode::Fields {
            document_code: "P",
            document_number: "1",
            birth_date: *b"740812",
            expiry_date: *b"320415",
            primary,
            secondary,
            ..encode::Fields::new(Format::Td3, utopia())
        }
        .encode()
        .unwrap();
        (zone.line(1)[5..].to_owned(), zone.is_truncated())
    };
    assert_eq!(make("Eriksson", "Anna"), (format!("{:<<39}", "ERIKSSON<<ANNA"), false));
    // Exactly 39 cells: fits, is not truncated, and must be taken as truncated by every reader.
    let (exact, truncated) = make("ABCDEFGHIJKLMNOPQRST", "ABCDEFGHIJKLMNOPQ");
    assert!(!truncated && exact.len() == 39 && exact.ends_with('Q'));
    for (primary, secondary) in [
        ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang Ministry Of Something"),
        ("Bennelong Wooloomooloo Warrandyte Warnambool Zzz", "Dingo Potoroo"),
        ("Papandropoulous", "Jonathon Warren Trevor Alexander Benjamin Christopher"),
        ("Abcdefghijklmnopqrstuvwxyz Abcdefghijklmnopqrstuvwxyz", ""),
        ("Al B C D E F G H I J K L M N O P Q R S T U V W X Y Z", "A B C D E"),
    ] {
        let (name, truncated) = make(primary, secondary);
        assert!(truncated);
        assert_eq!(name.len(), 39);
        assert!(name.ends_with(|c: char| c.is_ascii_uppercase()), "{name}");
        if !secondary.is_empty() {
            let (_, after) = name.split_once("<<").unwrap();
            assert!(after.starts_with(secondary.chars().next().unwrap()), "{name}");
        }
        assert!(!name.contains("<<<"), "{name}");
    }
}

#[test]
fn encoder_refuses_what_a_zone_cannot_hold() {
    use encode::EncodeErrorKind as K;
    let base = encode::Fields {
        document_code: "P",
        document_number: "1",
        birth_date: *b"740812",
        expiry_date: *b"320415",
        primary: "A",
        ..encode::Fields::new(Format::Td3, utopia())
    };
    let kind = |fields: encode::Fields<'_>| fields.encode().map(|_| ()).unwrap_err().kind;
    assert_eq!(kind(encode::Fields { document_code: "I", ..base }), K::Code);
    assert_eq!(kind(encode::Fields { document_code: "p", ..base }), K::Code);
    assert_eq!(kind(encode::Fields { format: Format::Td1, document_code: "IV", ..base }), K::Code);
    assert_eq!(kind(encode::Fields { document_number: "", ..base }), K::Empty);
    assert_eq!(kind(encode::Fields { document_number: "1234567890", ..base }), K::TooLong);
    assert_eq!(kind(encode::Fields { document_number: "12-4", ..base }), K::Character);
    assert_eq!(kind(encode::Fields { birth_date: *b"740231", ..base }), K::Date);
    assert_eq!(kind(encode::Fields { expiry_date: *b"<<<<<<", ..base }), K::Date);
    assert_eq!(kind(encode::Fields { primary: "A1", ..base }), K::Character);
    assert_eq!(kind(encode::Fields { primary: "", ..base }), K::Empty);
    assert_eq!(kind(encode::Fields { optional_2: "A", ..base }), K::NoSuchField);
    assert_eq!(kind(encode::Fields { optional_1: "123456789012345", ..base }), K::TooLong);
    assert_eq!(kind(encode::Fields { format: Format::FraId, ..base }), K::Format);
    assert_eq!(kind(encode::Fields { primary: &"A".repeat(300), ..base }), K::TooLong);
}

#[test]
fn blind_spots_are_exactly_what_the_digits_miss() {
    let zone = parse(&TD3).unwrap();
    let changes =
        |line, column| -> String { blind_spots::invisible_changes(&zone, line, column).unwrap().collect() };
    assert_eq!(changes(2, 1), "1BV", "L of the number");
    assert_eq!(changes(2, 14), "HR", "7 of the birth date");
    assert_eq!(changes(2, 44), "", "the composite itself");
    assert_eq!(changes(2, 21).len(), 36, "sex");
    assert_eq!(changes(1, 44).len(), 36, "name");
    let open: Vec<_> = blind_spots::uncovered(&zone).collect();
    assert_eq!(open, [(1, 1, 44), (2, 11, 13), (2, 21, 21)]);
    let card = parse(&TD1).unwrap();
    let open: Vec<_> = blind_spots::uncovered(&card).collect();
    assert_eq!(open, [(1, 1, 5), (2, 8, 8), (2, 16, 18), (3, 1, 30)]);
    assert!(blind_spots::invisible_changes(&zone, 3, 1).is_none());
    // Doc 9303-4: with no optional data its digit may be 0 or a filler, so that exchange is invisible too.
    let empty =
        ["P<UTOA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "HA672242<6UTO5802254M9601086<<<<<<<<<<<<<<08"];
    let empty = parse(&empty).unwrap();
    assert!(empty.digits_agree());
    assert_eq!(blind_spots::invisible_changes(&empty, 2, 43).unwrap().collect::<String>(), "<");
}
