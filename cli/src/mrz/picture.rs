//! The zone drawn for a person: the lines as printed, carets under what is wrong, the expected digit.

use std::fmt::Write as _;

use verifier_mrz::{Check, Finding, Severity};

/// Cells of a line that are drawn; longer ones fit no format.
const WIDTH: usize = 64;

/// Lines with marks below them: `^` a wrong digit or cell, `~` something to look at.
pub(crate) fn draw(lines: &[String], checks: &[Check], findings: &[Finding]) -> String {
    let mut text = String::new();
    for (number, line) in (1_u8..).zip(lines) {
        let shown: String = line.chars().take(WIDTH).map(printable).collect();
        let more = if line.chars().count() > WIDTH { "..." } else { "" };
        let _ = writeln!(text, "    {shown}{more}");
        let marks = marks(number, shown.chars().count(), checks, findings);
        if marks.iter().any(|mark| *mark != ' ') {
            let marks: String = marks.into_iter().collect();
            let _ = writeln!(text, "    {}", marks.trim_end());
        }
    }
    for check in checks.iter().filter(|check| !check.ok()) {
        let expected =
            check.expected.map_or_else(|| "not computable".to_owned(), |digit| format!("{digit} expected"));
        let _ = writeln!(
            text,
            "    line {} column {}: digit of {} is {}, {expected}",
            check.line,
            check.column,
            check.field.as_str(),
            printable(check.found)
        );
    }
    for finding in findings {
        let place = match (finding.line, finding.columns) {
            (0, _) => String::new(),
            (line, (first, last)) if first == last => format!("line {line} column {first}: "),
            (line, (first, last)) => format!("line {line} columns {first}-{last}: "),
        };
        let _ = writeln!(
            text,
            "    {}: {place}{} [{}]",
            finding.severity().as_str(),
            finding.text(),
            finding.code.as_str()
        );
    }
    text
}

fn marks(number: u8, width: usize, checks: &[Check], findings: &[Finding]) -> Vec<char> {
    let mut marks = vec![' '; width.max(WIDTH)];
    for finding in
        findings.iter().filter(|finding| finding.line == number && finding.severity() > Severity::Info)
    {
        let mark = if finding.severity() == Severity::Error { '^' } else { '~' };
        for column in finding.columns.0..=finding.columns.1 {
            if let Some(cell) = marks.get_mut(usize::from(column).saturating_sub(1)) {
                *cell = mark;
            }
        }
    }
    for check in checks.iter().filter(|check| check.line == number && !check.ok()) {
        if let Some(cell) = marks.get_mut(usize::from(check.column).saturating_sub(1)) {
            *cell = '^';
        }
    }
    marks
}

/// A character that is safe to print: anything but visible ASCII becomes a middle dot, so that no control or
/// direction mark of a hostile zone reaches the terminal.
fn printable(character: char) -> char {
    if character.is_ascii_graphic() || character == ' ' { character } else { '·' }
}

#[cfg(test)]
mod unit {
    use super::draw;

    #[test]
    fn a_wrong_digit_gets_a_caret_and_the_expected_one() {
        let lines = [
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<".to_owned(),
            "L898902C35UTO7408122F1204159ZE184226B<<<<<10".to_owned(),
        ];
        let borrowed: Vec<&str> = lines.iter().map(String::as_str).collect();
        let zone = verifier_mrz::parse(&borrowed).unwrap();
        let drawn = draw(&lines, zone.checks(), &[]);
        let caret = drawn.lines().nth(2).unwrap();
        assert_eq!(caret, format!("{}^{}^", " ".repeat(4 + 9), " ".repeat(33)), "number and composite");
        assert!(drawn.contains("line 2 column 10: digit of document_number is 5, 6 expected"), "{drawn}");
    }

    #[test]
    fn nothing_of_a_hostile_line_reaches_the_terminal_raw() {
        let lines = ["\u{202e}\u{1b}[31mP<UTO".to_owned()];
        let drawn = draw(&lines, &[], &[]);
        assert!(
            drawn.chars().all(|c| c == '\n' || c == '·' || c.is_ascii_graphic() || c == ' '),
            "{drawn:?}"
        );
    }
}
