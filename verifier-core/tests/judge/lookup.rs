//! Lost-and-stolen lists: a hit fails, none configured is not supported, an unreachable one is aborted.

use std::sync::Arc;

use verifier_core::{HashedNumbers, Lookup, LookupAnswer, LookupQuery, Outcome, Report, Verifier};

use crate::world::{Scenario, bare, chip_only, today, trouble, trust};

const ID: &str = "background.lookup.listed";

fn judged(lookup: Option<Arc<dyn Lookup>>) -> Report {
    let mut builder = Verifier::builder().policy(chip_only()).trust(trust());
    if let Some(lookup) = lookup {
        builder = builder.lookup(lookup);
    }
    builder.build().unwrap().verify(&bare(Scenario::Genuine), today())
}

fn list(number: &str) -> Arc<dyn Lookup> {
    let salt = [3; 16];
    let text = format!("{}\n{}\n", HashedNumbers::header(&salt), HashedNumbers::entry(&salt, "UTO", number));
    Arc::new(HashedNumbers::parse(&text).unwrap())
}

#[test]
fn hits_fail_and_misses_pass() {
    let number = bare(Scenario::Genuine).viz["document_number"].clone();
    let hit = judged(Some(list(&number)));
    assert_eq!(hit.overall(), Outcome::Failed);
    assert_eq!(hit.deciding()[0].id.as_str(), ID);
    assert!(!hit.to_json().unwrap().contains(&number));
    let miss = judged(Some(list("L898902C3")));
    assert_eq!(miss.overall(), Outcome::Successful, "{}", trouble(&miss));
    assert_eq!(miss.check(ID).unwrap().outcome, Outcome::Successful);
}

#[test]
fn none_configured_is_not_supported() {
    let report = judged(None);
    assert_eq!(report.check(ID).unwrap().outcome, Outcome::NotSupported);
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
}

struct Down;

impl Lookup for Down {
    fn describe(&self) -> String {
        "down".into()
    }

    fn look_up(&self, _: &LookupQuery<'_>) -> LookupAnswer {
        LookupAnswer::Unavailable("no answer".into())
    }
}

#[test]
fn an_unreachable_list_is_aborted() {
    assert_eq!(judged(Some(Arc::new(Down))).overall(), Outcome::Aborted);
}
