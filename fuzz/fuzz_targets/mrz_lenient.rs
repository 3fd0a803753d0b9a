//! Any text: the lenient layer gives it a shape or refuses it, and changes nothing but case, blanks, fillers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_mrz::lenient;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let Ok(reading) = lenient::parse_text(&text) else { return };
    let zone = reading.zone();
    let kept = |c: char| c.is_ascii_alphanumeric();
    let before: String = text.chars().filter(|c| kept(*c)).map(|c| c.to_ascii_uppercase()).collect();
    let after: String = zone
        .lines()
        .iter()
        .flat_map(|line| line.iter())
        .map(|cell| char::from(*cell))
        .filter(|c| kept(*c))
        .collect();
    assert_eq!(before, after, "letters and digits stay what and where they were");
    if let Some(read) = reading.unchanged() {
        assert!(reading.changes().is_empty());
        assert_eq!(read.format(), zone.format());
    }
});
