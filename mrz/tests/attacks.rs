//! The MRZ rows of the attack catalogue, one test a row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use verifier_mrz::states::{Code3, Source};
use verifier_mrz::{
    CheckField, Date, DateState, FieldName, FindingCode, Zone, blind_spots, check_digit, compare, lenient,
    parse,
};

const UPPER: &str = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";

/// A lower TD3 line with right digits.
fn lower(number: &str, birth: &str, sex: &str, expiry: &str, optional: &str) -> String {
    let digit = |text: &str| char::from(check_digit::compute(text.bytes()).unwrap());
    let (number, optional) = (format!("{number:<<9}"), format!("{optional:<<14}"));
    let a = format!("{number}{}", digit(&number));
    let b = format!("{birth}{}", digit(birth));
    let c = format!("{expiry}{}{optional}{}", digit(expiry), digit(&optional));
    let composite = digit(&format!("{a}{b}{c}"));
    format!("{a}UTO{b}{sex}{c}{composite}")
}

fn failing(zone: &Zone<'_>) -> Vec<CheckField> {
    zone.checks().iter().filter(|c| !c.ok()).map(|c| c.field).collect()
}

#[test]
fn mrz_01_own_digit_right_composite_wrong() {
    let good = lower("L898902C3", "740812", "F", "300415", "ZE184226B");
    let other = lower("L898902C3", "740812", "F", "300415", "ZE184227B");
    // The optional data and its digit of the other, the composite of the first.
    let forged = format!("{}{}", other.split_at(43).0, good.split_at(43).1);
    let zone = parse(&[UPPER, &forged]).unwrap();
    assert_eq!(failing(&zone), [CheckField::Composite]);
    let composite = zone.check(CheckField::Composite).unwrap();
    assert_eq!((composite.line, composite.column), (2, 44));
    let finding = zone.findings(None);
    let finding = finding.iter().find(|f| f.code == FindingCode::DigitWrong).unwrap();
    assert_eq!((finding.field, finding.line, finding.columns), (Some("composite"), 2, (44, 44)));
}

#[test]
fn mrz_02_weight_preserving_changes_pass_the_digits_and_not_the_comparison() {
    let good = lower("L898902C3", "740812", "F", "300415", "");
    let chip = parse(&[UPPER, &good]).unwrap();
    // Columns 2 and 5 of the number have one weight; 8 and A are changed for characters of the same value.
    let swapped = good.replacen("L898902C3", "L998802C3", 1);
    let same_value = good.replacen("L898902C3", "1898902C3", 1);
    for forged in [swapped, same_value] {
        let printed = parse(&[UPPER, &forged]).unwrap();
        assert!(printed.digits_agree(), "no digit can see it");
        let compared = compare::zones(&printed, &chip);
        let fields: Vec<FieldName> = compared.differing().map(|f| f.field).collect();
        assert_eq!(fields, [FieldName::DocumentNumber]);
    }
    // The limit is said aloud: the exchange stands in the list of blind spots.
    assert!(blind_spots::invisible_changes(&chip, 2, 1).unwrap().any(|c| c == '1'));
}

#[test]
fn mrz_03_filler_and_zero_are_both_right_in_the_empty_optional_digit() {
    let zero = lower("L898902C3", "740812", "F", "300415", "");
    let mut filler = zero.clone();
    filler.replace_range(42..43, "<");
    assert_ne!(zero, filler);
    for line in [zero, filler] {
        assert!(parse(&[UPPER, &line]).unwrap().digits_agree());
    }
}

#[test]
fn mrz_04_incomplete_birth_dates() {
    let today = Date::new(2026, 11, 22).unwrap();
    for birth in ["75<<<<", "<<0812", "7508<<", "<<<<<<"] {
        let line = lower("L898902C3", birth, "F", "300415", "");
        let zone = parse(&[UPPER, &line]).unwrap();
        assert!(zone.digits_agree(), "{birth}");
        let date = zone.birth_date().unwrap();
        assert!(matches!(date.state(), DateState::Partial | DateState::Unknown));
        assert_eq!(date.as_birth(today), None, "nothing is guessed");
        assert!(date.cells().printed().is(birth), "the cells are kept");
        let full = lower("L898902C3", "750812", "F", "300415", "");
        let full = parse(&[UPPER, &full]).unwrap();
        assert!(compare::zones(&zone, &full).fields_agree(), "fillers are skipped");
        let other = lower("L898902C3", "761113", "F", "300415", "");
        let other = parse(&[UPPER, &other]).unwrap();
        assert_eq!(compare::zones(&zone, &other).fields_agree(), birth == "<<<<<<");
    }
}

#[test]
fn mrz_05_impossible_dates_are_named_and_the_rest_is_read() {
    for (birth, expiry, code) in [
        ("990231", "300415", FindingCode::BirthImpossible),
        ("000000", "300415", FindingCode::BirthImpossible),
        ("991332", "300415", FindingCode::BirthImpossible),
        ("740812", "250229", FindingCode::ExpiryImpossible),
    ] {
        let line = lower("L898902C3", birth, "F", expiry, "");
        let zone = parse(&[UPPER, &line]).unwrap();
        assert!(zone.digits_agree() && zone.findings(None).contains(code));
        assert!(zone.document_number().text().is("L898902C3") && zone.name().primary().text().is("ERIKSSON"));
    }
}

#[test]
fn mrz_07_injected_text_is_refused_before_any_field_exists() {
    let mebi = "A".repeat(1 << 20);
    for hostile in
        ["' OR 1=1--", "=cmd|'/C calc'!A0", "%n%n", "${jndi:ldap://x}", "\0\0", "\u{202e}", "Ａ", &mebi]
    {
        for lines in [vec![hostile], vec![hostile, hostile], vec![hostile, hostile, hostile]] {
            let error = parse(&lines).unwrap_err();
            let said = format!("{error} {error:?} {:?}", error.findings());
            assert!(!said.contains(hostile), "nothing hostile is repeated");
            assert!(error.findings().as_slice().len() < 112, "bounded");
            assert!(lenient::parse(&lines).is_err(), "{} lines of {} bytes", lines.len(), hostile.len());
        }
    }
    // Of the right width it is a zone, whose text never passes the bytes on.
    let line = format!("{:<44}", "=cmd|'/C calc'!A0");
    let zone = parse(&[UPPER, &line]).unwrap();
    assert!(!zone.digits_agree() && zone.findings(None).contains(FindingCode::AlphabetCell));
    for field in zone.fields() {
        assert!(field.text().chars().all(|c| !"=|'! ".contains(c) || c == ' '));
    }
}

#[test]
fn mrz_08_case_and_smart_punctuation_are_strictly_wrong_and_leniently_named() {
    let line = lower("L898902C3", "740812", "F", "300415", "");
    let small = UPPER.to_lowercase();
    let crlf = format!("{line}\r");
    let angle = UPPER.replace('<', "\u{2039}");
    assert!(!parse(&[small.as_str(), &line]).unwrap().digits_agree());
    assert!(parse(&[UPPER, &crlf]).is_err() && parse(&[angle.as_str(), &line]).is_err());
    for upper in [small.as_str(), &angle] {
        let reading = lenient::parse(&[upper, &line]).unwrap();
        assert!(reading.zone().digits_agree() && !reading.changes().is_empty());
        assert!(reading.unchanged().is_none(), "normalised text is never equal to clean text");
    }
}

#[test]
fn mrz_09_wrong_lengths_name_the_nearest_format_and_pad_nothing() {
    let line = lower("L898902C3", "740812", "F", "300415", "");
    let card = ["<".repeat(30), "<".repeat(30), "<".repeat(29)];
    for (lines, nearest) in [
        (vec![UPPER.split_at(43).0.to_owned(), line.clone()], Some("TD3")),
        (vec![format!("{UPPER}<"), line.clone()], Some("TD3")),
        (card.to_vec(), Some("TD1")),
        (vec![card.concat()], None),
        (vec!["<".repeat(36), "<".repeat(44)], None),
        (vec!["<".repeat(30), "<".repeat(30)], None),
    ] {
        let refs: Vec<&str> = lines.iter().map(String::as_str).collect();
        let error = parse(&refs).unwrap_err();
        assert_eq!(error.nearest().map(|f| f.as_str()), nearest, "{lines:?}");
        assert!(error.findings().iter().all(|f| f.code.as_str().starts_with("layout.")));
    }
    // Widths and state of the old Slovak card, but no card's document code (found by fuzzing).
    let slovak = [format!("X<SVK{}", "<".repeat(29)), "<".repeat(34)];
    let error = parse(&[slovak[0].as_str(), &slovak[1]]).unwrap_err();
    assert!(error.findings().contains(FindingCode::LayoutUnrecognised));
}

#[test]
fn mrz_11_unknown_and_withdrawn_codes_come_from_a_dated_table() {
    for code in [
        "XXA", "XXB", "XXC", "XXX", "UNO", "UNA", "UNK", "EUE", "D", "GBD", "GBN", "GBO", "GBP", "GBS",
        "RKS", "XPO", "XOM",
    ] {
        let state = Code3::parse(code).unwrap().state().unwrap();
        assert_eq!(state.source, Source::Icao, "{code}");
    }
    let utopia = Code3::parse("UTO").unwrap().state().unwrap();
    assert_eq!(utopia.source, Source::Specimen);
    assert_eq!(Code3::parse("ANT").unwrap().state().unwrap().withdrawn, Some("2010-12-15"));
    assert!(Code3::parse("ZZZ").unwrap().state().is_none());
    let line = lower("L898902C3", "740812", "F", "300415", "");
    let upper = UPPER.replacen("UTO", "ZZZ", 1);
    let lines = [upper.as_str(), &line];
    let zone = parse(&lines).unwrap();
    assert!(zone.digits_agree() && zone.findings(None).contains(FindingCode::IssuerUnknown));
    assert!(zone.is_specimen(), "the nationality is still UTO");
}

#[test]
fn mrz_12_a_changed_print_differs_from_dg1_and_optional_data_alone_do_not() {
    let chip_line = lower("L898902C3", "740812", "F", "300415", "A1");
    let chip = parse(&[UPPER, &chip_line]).unwrap();
    let differing = |upper: &str, line: &str| -> Vec<FieldName> {
        let printed = parse(&[upper, line]).unwrap();
        assert!(printed.digits_agree());
        compare::zones(&printed, &chip).differing().map(|f| f.field).collect()
    };
    let renamed = UPPER.replacen("ANNA", "EMMA", 1);
    assert_eq!(differing(&renamed, &chip_line), [FieldName::Secondary]);
    assert_eq!(differing(UPPER, &lower("L898902C3", "740812", "M", "300415", "A1")), [FieldName::Sex]);
    assert_eq!(differing(UPPER, &lower("L898902C3", "750812", "F", "300415", "A1")), [FieldName::BirthDate]);
    assert_eq!(differing(UPPER, &lower("L898902C3", "740812", "F", "310415", "A1")), [FieldName::ExpiryDate]);
    assert!(differing(UPPER, &lower("L898902C3", "740812", "F", "300415", "B2")).is_empty());
}
