//! SYS-06 and SYS-07: a panic or an abort in one check is that check's alone, and never becomes success.

use verifier_core::{CheckId, Fault, Outcome, RunMode, Verifier, checks};

use crate::world::{Scenario, bare, chip_only, frontline, today, trouble, trust, verifier};

/// The genuine document proves its chip by active authentication, which speaks for the others of its group.
fn is_spoken_for(id: &CheckId) -> bool {
    chip_only().alternative_of(id).is_some() && id.as_str() != "chip.aa.answer"
}

#[test]
fn a_fault_in_one_check_is_aborted_there_and_nowhere_else() {
    let capture = bare(Scenario::Genuine);
    let sound = verifier(chip_only()).verify(&capture, today());
    assert_eq!(sound.overall(), Outcome::Successful, "{}", trouble(&sound));
    for info in checks() {
        for fault in [Fault::Panic, Fault::Abort] {
            let id = CheckId::parse(info.id).unwrap();
            let builder =
                Verifier::builder().policy(chip_only()).trust(trust()).danger_fault(id.clone(), fault);
            let report = builder.build().unwrap().verify(&capture, today());
            assert_eq!(report.check(info.id).unwrap().outcome, Outcome::Aborted, "{} {fault:?}", info.id);
            for check in report.checks.iter().filter(|check| check.id != id) {
                assert_eq!(sound.check(check.id.as_str()).unwrap().outcome, check.outcome, "{}", check.id);
            }
            // In the group of AA, CA and PACE-CAM one success is enough; evaluatory checks never count.
            let counts = report.check(info.id).unwrap().counted;
            let mode = chip_only().mode(&id);
            let spoken_for = is_spoken_for(&id);
            assert_eq!(counts, mode != RunMode::Evaluatory && !spoken_for, "{} {fault:?}", info.id);
            let expected = if counts { Outcome::Aborted } else { Outcome::Successful };
            assert_eq!(report.overall(), expected, "{} {fault:?}", info.id);
        }
    }
}

#[test]
fn aborting_any_mandatory_check_is_never_successful() {
    for info in checks() {
        let id = CheckId::parse(info.id).unwrap();
        if frontline().mode(&id) != RunMode::Mandatory || is_spoken_for(&id) {
            continue;
        }
        let builder = Verifier::builder().policy(frontline()).trust(trust()).danger_fault(id, Fault::Abort);
        let report = builder.build().unwrap().verify(&bare(Scenario::Genuine), today());
        assert_eq!(report.overall(), Outcome::Aborted, "{}", info.id);
    }
}
