//! Every scenario of Utopia comes out as its table says, by the named check.

use crate::world::{Scenario, capture, frontline, today, trouble, verifier};

#[test]
fn every_scenario_is_judged_as_expected() {
    let verifier = verifier(frontline());
    let mut wrong = String::new();
    for scenario in Scenario::ALL {
        let report = verifier.verify(&capture(*scenario), today());
        let expected = scenario.expected();
        if report.overall().as_str() != expected.overall.as_str() {
            wrong += &format!(
                "\n{}: {} instead of {}{}",
                scenario.name(),
                report.overall(),
                expected.overall.as_str(),
                trouble(&report)
            );
        }
        if let Some(id) = expected.check {
            let decides = report.deciding.iter().any(|deciding| deciding.as_str() == id);
            if !decides {
                wrong += &format!("\n{}: {id} does not decide:{}", scenario.name(), trouble(&report));
            }
        }
        if report.overall() == verifier_core::Outcome::Successful {
            assert!(report.deciding.is_empty());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
