//! Any zone: a repair agrees in every digit, differs exactly in its edits, and never touches what agrees.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_mrz::repair::{Limits, Outcome, RepairedZone, repair_zone};
use verifier_mrz::{Format, parse};

fuzz_target!(|data: &[u8]| {
    let Some((first, mut rest)) = data.split_first() else { return };
    let format = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<?";
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for width in format.widths() {
        let mut line = vec![b'<'; *width];
        for cell in &mut line {
            let Some((byte, after)) = rest.split_first() else { break };
            *cell =
                if byte.is_ascii_graphic() { *byte } else { alphabet[usize::from(*byte) % alphabet.len()] };
            rest = after;
        }
        lines.push(line);
    }
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    let Ok(zone) = parse(&lines) else { return };
    let limits = Limits { combinations: 20_000, ..Limits::default() };
    let solutions: Vec<RepairedZone> = match repair_zone(&zone, limits) {
        Outcome::AlreadyAgrees => {
            assert!(zone.digits_agree());
            Vec::new()
        }
        Outcome::Unique(solution) => vec![solution],
        Outcome::Ambiguous(list) => list.iter().copied().collect(),
        Outcome::None(_) => Vec::new(),
    };
    for solution in solutions {
        let repaired = solution.zone().expect("a repaired zone has a format");
        assert!(repaired.checks().iter().all(|check| check.ok()));
        let mut differing = 0;
        for (line, (a, b)) in repaired.lines().iter().zip(&lines).enumerate() {
            for (column, (a, b)) in a.iter().zip(*b).enumerate() {
                if a != b {
                    differing += 1;
                    let edit = solution
                        .edits()
                        .iter()
                        .find(|e| (usize::from(e.line), usize::from(e.column)) == (line + 1, column + 1));
                    assert_eq!(edit.map(|e| e.to), Some(char::from(*a)));
                }
            }
        }
        assert_eq!(differing, solution.edits().len());
    }
});
