//! A cell that the reader could not read is neither a filler nor a fault of the document.

use verifier_core::{Outcome, Verifier};

use crate::world::{Scenario, bare, frontline, today, trust};

fn with_unread(line: usize, column: usize, more: impl Fn(&mut Vec<u8>)) -> verifier_core::Report {
    let mut capture = bare(Scenario::Genuine);
    let lines = capture.mrz.as_mut().unwrap();
    let mut cells = lines[line - 1].clone().into_bytes();
    cells[column - 1] = b'?';
    more(&mut cells);
    lines[line - 1] = String::from_utf8(cells).unwrap();
    Verifier::builder().policy(frontline()).trust(trust()).build().unwrap().verify(&capture, today())
}

#[test]
fn an_unread_cell_is_undetermined_wherever_it_stands() {
    for (line, column) in [(1, 3), (1, 12), (1, 44), (2, 1), (2, 10), (2, 14), (2, 21), (2, 43), (2, 44)] {
        let report = with_unread(line, column, |_| {});
        let place = format!("line {line} column {column}");
        assert_eq!(report.overall(), Outcome::Undetermined, "{place}");
        let alphabet = report.check("mrz.layout.alphabet").unwrap();
        assert_eq!(alphabet.reason.code, "mrz.unread", "{place}");
        assert!(alphabet.reason.text.contains(&place), "{}", alphabet.reason.text);
        for check in report.checks.iter().filter(|check| check.id.as_str().starts_with("mrz.")) {
            assert_ne!(check.outcome, Outcome::Failed, "{place}: {}", check.id);
        }
        assert_ne!(report.check("combined.mrz.dg1").unwrap().outcome, Outcome::Failed, "{place}");
    }
}

#[test]
fn an_unread_cell_excuses_no_other() {
    let report = with_unread(1, 12, |cells| cells[6] = if cells[6] == b'A' { b'B' } else { b'A' });
    assert_eq!(report.check("combined.mrz.dg1").unwrap().outcome, Outcome::Failed);
    assert_eq!(report.overall(), Outcome::Failed);
}
