//! Inspections: any order of arrival gives the same report, nothing is successful too early, and an inspection that is
//! broken off ends within 100 ms (TR-03135-1 5.1, 3.6.2).

use std::time::{Duration, Instant};

use proptest::prelude::*;
use verifier_core::capture::Capture;
use verifier_core::{CheckId, Fault, Inspection, InspectionOptions, Outcome, Verifier};

use crate::world::{Scenario, bare, capture, chip_only, frontline, today, trouble, trust, verifier};

/// One piece of evidence on its way.
type Step = Box<dyn Fn(&Inspection)>;

fn steps(capture: &Capture) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for image in capture.images.clone() {
        steps.push(Box::new(move |inspection| inspection.put_image(image.clone())));
    }
    if let Some(lines) = capture.mrz.clone() {
        steps.push(Box::new(move |inspection| inspection.put_mrz(lines.clone())));
    }
    for (field, value) in capture.viz.clone() {
        steps.push(Box::new(move |inspection| inspection.put_viz(field.clone(), value.clone())));
    }
    if let Some(chip) = &capture.chip {
        for (name, file) in chip.files.clone() {
            let bytes = file.data.bytes().unwrap().clone();
            steps.push(Box::new(move |inspection| inspection.put_chip_file(&name, bytes.clone())));
        }
        for entry in chip.authentication.clone() {
            steps.push(Box::new(move |inspection| inspection.put_authentication(entry.clone())));
        }
    }
    steps
}

fn options(capture: &Capture) -> InspectionOptions {
    InspectionOptions { captured_at: capture.captured_at, ..InspectionOptions::default() }
}

#[test]
fn a_whole_inspection_is_the_same_as_a_verification() {
    let capture = capture(Scenario::Genuine);
    let verifier = verifier(frontline());
    let expected = verifier.verify(&capture, today());
    assert_eq!(expected.overall(), Outcome::Successful, "{}", trouble(&expected));
    let inspection = verifier.inspect(today(), options(&capture));
    for step in steps(&capture) {
        step(&inspection);
        let progress = inspection.poll();
        assert!(!progress.ended);
        assert_ne!(progress.overall, Outcome::Successful, "too early");
    }
    let report = inspection.finish();
    assert_eq!(report.digest, expected.digest);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_order_of_arrival_gives_the_same_report(
        scenario in prop::sample::select(vec![Scenario::Genuine, Scenario::ChangedDg1, Scenario::ComHidesDg15, Scenario::CloneRefuses]),
        keys in prop::collection::vec(any::<u32>(), 40),
        pause in 0_u64..3,
    ) {
        let capture = bare(scenario);
        let verifier = verifier(chip_only());
        let expected = verifier.verify(&capture, today());
        let mut shuffled: Vec<(u32, Step)> = keys.into_iter().zip(steps(&capture)).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let inspection = verifier.inspect(today(), options(&capture));
        for (_, step) in &shuffled {
            step(&inspection);
            if pause > 0 {
                std::thread::sleep(Duration::from_millis(pause - 1));
            }
            prop_assert_ne!(inspection.poll().overall, Outcome::Successful);
        }
        let report = inspection.finish();
        prop_assert_eq!(&report.digest, &expected.digest);
        prop_assert_eq!(report.overall(), expected.overall());
    }
}

/// Page and chip in one piece each, the chip's files one by one before its end, in both orders: the same report.
#[test]
fn page_first_or_chip_first() {
    let whole = capture(Scenario::Genuine);
    let verifier = verifier(frontline());
    let expected = verifier.verify(&whole, today());
    let mut page = whole.clone();
    let chip_part = page.chip.take().unwrap();
    let mut chip = Capture::new();
    chip.captured_at = whole.captured_at.map(|at| at + Duration::from_secs(3));
    chip.chip = Some(chip_part.clone());
    for chip_first in [false, true] {
        let inspection = verifier.inspect(today(), InspectionOptions::default());
        let read = || {
            for (name, file) in &chip_part.files {
                inspection.put_chip_file(name, file.data.bytes().unwrap().clone());
            }
            inspection.put_capture(chip.clone());
        };
        if chip_first {
            read();
        }
        inspection.put_capture(page.clone());
        if !chip_first {
            read();
        }
        assert_eq!(inspection.capture().sha256(), whole.sha256());
        let report = inspection.finish();
        assert_eq!(report.digest, expected.digest, "chip first: {chip_first}");
    }
}

#[test]
fn checks_run_as_soon_as_their_input_is_there() {
    let capture = bare(Scenario::Genuine);
    let inspection = verifier(chip_only()).inspect(today(), options(&capture));
    inspection.put_mrz(capture.mrz.clone().unwrap());
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let progress = inspection.poll();
        if progress.checks.iter().any(|check| check.id.as_str() == "mrz.digit.composite") {
            assert!(progress.waiting.iter().any(|id| id.as_str() == "chip.sod.structure"));
            assert!(!progress.ended);
            break;
        }
        assert!(Instant::now() < until, "nothing ran");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_document_removed_midway_is_aborted_at_once() {
    let whole = capture(Scenario::Genuine);
    let all = steps(&whole);
    let verifier = verifier(frontline());
    for count in 0..all.len() {
        // Other programs share the machine: the best of three counts.
        let took = (0..3).map(|_| removed_after(&verifier, &whole, &all, count)).min().unwrap();
        assert!(took < Duration::from_millis(100), "{took:?} after {count} pieces");
    }
}

fn removed_after(verifier: &Verifier, whole: &Capture, all: &[Step], count: usize) -> Duration {
    let inspection = verifier.inspect(today(), options(whole));
    for step in all.iter().take(count) {
        step(&inspection);
    }
    let start = Instant::now();
    let report = inspection.document_removed();
    let took = start.elapsed();
    assert_eq!(report.overall(), Outcome::Aborted, "after {count} pieces: {}", trouble(&report));
    assert_eq!(report.findings_of("document.removed").count(), 1);
    assert!(inspection.poll().ended);
    assert_eq!(inspection.cancel().digest, report.digest, "an end is an end");
    took
}

#[test]
fn removed_before_completion_is_never_successful_even_with_everything_there() {
    let capture = bare(Scenario::Genuine);
    let inspection = verifier(chip_only()).inspect(today(), options(&capture));
    for step in steps(&capture) {
        step(&inspection);
    }
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(inspection.document_removed().overall(), Outcome::Aborted);
}

#[test]
fn a_deadline_ends_it() {
    let options =
        InspectionOptions { deadline: Some(Duration::from_millis(50)), ..InspectionOptions::default() };
    let inspection = verifier(chip_only()).inspect(today(), options);
    inspection.put_mrz(bare(Scenario::Genuine).mrz.unwrap());
    let start = Instant::now();
    let report = inspection.wait(Duration::from_secs(30)).expect("the deadline ends the wait");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(report.overall(), Outcome::Aborted);
    assert_eq!(report.findings_of("inspection.deadline").count(), 1);
}

#[test]
fn waiting_has_an_end_and_cancelling_too() {
    let inspection = verifier(chip_only()).inspect(today(), InspectionOptions::default());
    assert!(inspection.wait(Duration::from_millis(10)).is_none());
    let report = inspection.cancel();
    assert_eq!(report.overall(), Outcome::Aborted);
    assert_eq!(report.deciding().iter().filter(|c| c.reason.code != "inspection.cancelled").count(), 0);
}

#[test]
fn a_fault_inside_a_check_does_not_hang_an_inspection() {
    let capture = bare(Scenario::Genuine);
    let id = CheckId::parse("chip.sod.signature").unwrap();
    let builder = Verifier::builder().policy(chip_only()).trust(trust()).danger_fault(id, Fault::Panic);
    let inspection = builder.build().unwrap().inspect(today(), options(&capture));
    for step in steps(&capture) {
        step(&inspection);
    }
    assert_eq!(inspection.finish().overall(), Outcome::Aborted);
}
