//! The checks, one file a check or family, one folder a pillar, and the registry that lists them.

mod background;
mod chip;
mod combined;
mod document;
mod mrz;
mod optics;

use std::sync::LazyLock;

use crate::OutcomeTexts;
use crate::engine::entry::Entry;

/// What "aborted" means is the same for every check.
const ABORTED: &str = "The check broke off (document removed, deadline, cancellation, fault in a component). It says nothing about the document.";

/// The texts of the four outcomes that differ from check to check.
const fn texts(
    successful: &'static str,
    failed: &'static str,
    undetermined: &'static str,
    not_supported: &'static str,
) -> OutcomeTexts {
    OutcomeTexts { successful, failed, undetermined, not_supported, aborted: ABORTED }
}

pub(crate) use chip::{com_groups, state_with};
pub(crate) use combined::differing_fields;

/// Every check in the order of reports.
pub(crate) fn registry() -> &'static [&'static Entry] {
    static ALL: LazyLock<Vec<&'static Entry>> = LazyLock::new(|| {
        [
            &mrz::ENTRIES[..],
            &document::ENTRIES,
            &optics::ENTRIES,
            &chip::ENTRIES,
            &combined::ENTRIES,
            &background::ENTRIES,
        ]
        .concat()
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The ids that DESIGN.md section 5 fixes for ever.
    const FIXED: [&str; 36] = [
        "mrz.layout.alphabet",
        "mrz.digit.document_number",
        "mrz.digit.birth_date",
        "mrz.digit.expiry_date",
        "mrz.digit.optional_1",
        "mrz.digit.composite",
        "mrz.date.birth_date",
        "mrz.date.expiry_date",
        "mrz.issuer.known",
        "document.validity.expiry",
        "chip.sod.structure",
        "chip.sod.signature",
        "chip.sod.hash-dg1",
        "chip.sod.hash-dg2",
        "chip.sod.hash-dg3",
        "chip.sod.hash-dg4",
        "chip.sod.hash-dg5",
        "chip.sod.hash-dg6",
        "chip.sod.hash-dg7",
        "chip.sod.hash-dg8",
        "chip.sod.hash-dg9",
        "chip.sod.hash-dg11",
        "chip.sod.hash-dg12",
        "chip.sod.hash-dg14",
        "chip.sod.hash-dg15",
        "chip.sod.hash-dg16",
        "chip.com.matches-sod",
        "chip.issuer.chain",
        "chip.issuer.validity",
        "chip.issuer.state",
        "chip.signer.validity",
        "chip.signer.revocation",
        "chip.access.downgrade",
        "chip.aa.answer",
        "chip.ca.new-keys",
        "combined.mrz.dg1",
    ];

    #[test]
    fn fixed_ids_are_there_once() {
        let ids: Vec<&str> = registry().iter().map(|entry| entry.info.id).collect();
        let unique: HashSet<&&str> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "an id stands twice");
        for id in FIXED.iter().chain(&["optics.ir.mrz-absorbs", "optics.uv.page-dull"]) {
            assert!(ids.contains(id), "{id} is missing");
        }
    }

    #[test]
    fn every_text_says_something() {
        for entry in registry() {
            let info = &entry.info;
            let outcomes = &info.outcomes;
            for text in [
                info.title,
                info.standard,
                info.why,
                info.look_at,
                outcomes.successful,
                outcomes.failed,
                outcomes.undetermined,
                outcomes.not_supported,
                outcomes.aborted,
            ] {
                assert!(text.len() > 8, "{}: {text:?}", info.id);
            }
            assert_eq!(info.id.split('.').count(), 3, "{}", info.id);
            assert_eq!(info.id.starts_with("optics."), info.triple.is_some(), "{}", info.id);
        }
    }
}
