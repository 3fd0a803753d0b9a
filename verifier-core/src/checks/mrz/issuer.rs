//! `mrz.issuer.known`: the issuing state or organisation is one that issues documents.

use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo, Finding, Severity};
use verifier_mrz::FieldName;
use verifier_mrz::states::{Source, State};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "mrz.issuer.known",
        category: Category::Optical,
        title: "The issuing state or organisation is assigned",
        standard: "Doc 9303-3 5; BSI TR-03135-1 v5.0.1 5.7.1, 5.7.3.4 (test documents)",
        why: "Fantasy documents name states that do not exist, and specimens (UTO) belong to nobody; neither lets \
              anyone pass.",
        outcomes: texts(
            "The code is assigned to a state or organisation that issues documents.",
            "Does not occur: a table may be older than a state.",
            "The code is not in the table (`issuer.unknown`), is a specimen's (`specimen`), or no zone was captured.",
            "The layout of this document names no issuer.",
        ),
        look_at: "The code in the first line of the zone and the state printed at the head of the page.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::TEXT_AND_CHIP,
    timed: false,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some((_, lines)) = case.text().lines().map(|lines| ("mrz", lines)).or_else(|| case.best_lines())
    else {
        return Some(Verdict::absent("no machine readable zone was captured"));
    };
    let Some(zone) = lines.zone() else {
        return Some(Verdict::undetermined(
            code::DEPENDS,
            "the lines fit no layout, so no issuer can be found",
        ));
    };
    if zone.field(FieldName::IssuingState).is_none() {
        return Some(Verdict::not_supported(format!("{} names no issuer", zone.format())));
    }
    let Some(issuer) = zone.issuing_state() else {
        return Some(Verdict::undetermined(
            "issuer.malformed",
            "the three cells of the issuer are not a code",
        ));
    };
    let Some(state) = issuer.state() else {
        return Some(Verdict::undetermined("issuer.unknown", "the code of the issuer is in no table"));
    };
    Some(judge(case, state))
}

fn judge(case: &Case<'_>, state: &State) -> Verdict {
    let (code, name) = (state.code, state.name);
    match state.source {
        Source::Specimen if case.policy.allow_specimen => {
            Verdict::successful(format!("{code} is a specimen state; the policy lets specimens pass"))
        }
        Source::Specimen => Verdict::undetermined(
            code::SPECIMEN,
            format!("{code} is a specimen state: nobody stands behind this document"),
        ),
        Source::IsoNotInMrz | Source::MasterList => Verdict::undetermined(
            "issuer.no-documents",
            format!("{code} is a code that no zone of a travel document carries"),
        ),
        Source::IsoWithdrawn | Source::IcaoDeprecated | Source::PrintedOnly => {
            let text = format!("{code} ({name}) is withdrawn, or printed without standing in a standard");
            let finding = Finding::new("issuer.not-current", Severity::Note, text.clone()).of(&ENTRY.id());
            Verdict::successful(text).with(finding)
        }
        _ => Verdict::successful(format!("{code} is {name}")),
    }
}
