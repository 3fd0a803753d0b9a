//! Any bytes, split into lines: the strict parser reads or refuses them, and what it says holds together.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_mrz::{Date, blind_spots, compare, parse, personal_number};

fuzz_target!(|data: &[u8]| {
    let lines: Vec<&[u8]> = data.split(|byte| *byte == b'\n').take(5).collect();
    let today = Date::new(2026, 11, 22);
    match parse(&lines) {
        Ok(zone) => {
            assert_eq!(zone.lines(), &lines[..]);
            let agree = zone.inside_alphabet() && zone.checks().iter().all(|check| check.ok());
            assert_eq!(zone.digits_agree(), agree);
            assert!(zone.findings(today).as_slice().len() < 112);
            for field in zone.fields() {
                assert!(field.text().chars().all(|c| c.is_ascii_alphanumeric() || " <\u{FFFD}".contains(c)));
            }
            assert!(compare::zones(&zone, &zone).fields_agree());
            let _ = (zone.access_key().map(|key| key.bytes().count()), personal_number::find(&zone));
            let _ = blind_spots::uncovered(&zone).count();
        }
        Err(error) => assert!(!error.findings().as_slice().is_empty()),
    }
});
