//! `chip.issuer.state`: signer, root and DG1 name the same state.

use super::common::no_signer;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::Dg1;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use verifier_mrz::states::{Assignment, Code2, Code3, assignment};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.issuer.state",
        category: Category::Electronic,
        title: "Signer, root and DG1 name the same state",
        standard: "BSI TR-03135-1 v5.0.1 5.8.9, 5.6.2.2.1 to 5.6.2.2.3; Doc 9303-12 7.1",
        why: "A trusted root of one state must not sign passports of another: without this check the weakest root of the world signs for all.",
        outcomes: texts(
            "Country of the signer's issuer, country of the signer and issuing state of DG1 belong together.",
            "Two of them do not belong together, or a certificate names no country.",
            "DG1 is absent or not authenticated, the signer is not there, or a code is not in the assignment table.",
            "Does not occur: every chip of this kind names its issuer.",
        ),
        look_at: "The three codes in the reason.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(signer) = case.chip().signer() else { return Some(no_signer(case)) };
    let lines = match case.chip().dg1() {
        Dg1::Bound(lines) => lines,
        Dg1::Absent => return Some(Verdict::absent("DG1 was not captured")),
        Dg1::Unbound => return Some(Verdict::undetermined(code::DEPENDS, "DG1 is not authenticated")),
        Dg1::Malformed(why) => return Some(Verdict::failed(code::MALFORMED, why.clone())),
    };
    let Some(document) = lines.zone().and_then(|zone| zone.issuing_state()) else {
        return Some(Verdict::undetermined("state.unreadable", "DG1 names no issuing state"));
    };
    let certificate = &signer.certificate;
    let issuer = certificate.issuer().country_code();
    let subject = certificate.subject().country_code();
    let root = signer.chain.anchor().map(|root| root.subject().country_code());
    Some(judge(document, issuer.as_deref(), subject.as_deref(), root.as_ref().map(Option::as_deref)))
}

/// The same with countries that a known defect corrects (TR-03135-1 5.12.2.2.5); `None` where it was not judged. The
/// root bears the name that the signer calls its issuer, so it may bear the same mistake.
pub(crate) fn judge_with(case: &Case<'_>, issuer: Option<&str>, subject: Option<&str>) -> Option<Verdict> {
    let signer = case.chip().signer()?;
    let Dg1::Bound(lines) = case.chip().dg1() else { return None };
    let document = lines.zone()?.issuing_state()?;
    let written = signer.certificate.issuer().country_code();
    let of_subject = signer.certificate.subject().country_code();
    let issuer = issuer.or(written.as_deref());
    let root = signer.chain.anchor().map(|root| {
        let country = root.subject().country_code();
        if country == written { issuer.map(str::to_owned) } else { country }
    });
    let subject = subject.or(of_subject.as_deref());
    Some(judge(document, issuer, subject, root.as_ref().map(Option::as_deref)))
}

/// The comparisons of TR-03135-1 5.6.2.2.1 to 5.6.2.2.3, and the root's country against the issuer that the signer
/// names (5.6.3.2). A missing country fails.
fn judge(
    document: Code3,
    issuer: Option<&str>,
    subject: Option<&str>,
    root: Option<Option<&str>>,
) -> Verdict {
    let shown = |country: Option<&str>| country.unwrap_or("none").to_owned();
    let text = format!(
        "DG1 {document}, signer's issuer {}, signer {}{}",
        shown(issuer),
        shown(subject),
        root.map(|root| format!(", root {}", shown(root))).unwrap_or_default()
    );
    let (Some(issuer), Some(subject)) = (issuer, subject) else {
        return Verdict::failed("state.missing", format!("a certificate names no country: {text}"));
    };
    if issuer != subject || root.is_some_and(|root| root != Some(issuer)) {
        return Verdict::failed(
            "state.certificates-differ",
            format!("the certificates name different states: {text}"),
        );
    }
    match [issuer, subject].map(|country| assigned(document, country)) {
        [Assignment::Different, _] | [_, Assignment::Different] => {
            Verdict::failed("state.differs", format!("the signer is another state's: {text}"))
        }
        [Assignment::Same, Assignment::Same] => Verdict::successful(text),
        _ => Verdict::undetermined(
            "state.unassigned",
            format!("a code is not in the assignment table: {text}"),
        ),
    }
}

/// Certificates carry two letters; a few genuine ones carry the three of the zone.
fn assigned(document: Code3, country: &str) -> Assignment {
    match (Code2::parse(country), Code3::parse(country)) {
        (Some(two), _) => assignment(document, two),
        (None, Some(three)) if three == document => Assignment::Same,
        (None, Some(_)) => Assignment::Different,
        (None, None) => Assignment::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;

    fn outcome(
        document: &str,
        issuer: Option<&str>,
        subject: Option<&str>,
        root: Option<Option<&str>>,
    ) -> Outcome {
        judge(Code3::parse(document).unwrap(), issuer, subject, root).outcome
    }

    #[test]
    fn table_of_states() {
        use Outcome::{Failed, Successful, Undetermined};
        let (de, zw, gb) = (Some("DE"), Some("ZW"), Some("GB"));
        for (document, issuer, subject, root, expected) in [
            ("D", de, de, Some(de), Successful),
            ("D", de, de, None, Successful),
            ("GBR", zw, zw, Some(zw), Failed),
            ("GBR", zw, gb, Some(zw), Failed),
            ("GBR", gb, gb, Some(zw), Failed),
            ("D", None, de, None, Failed),
            ("D", de, None, None, Failed),
            ("D", de, de, Some(None), Failed),
            ("ZZZ", de, de, Some(de), Undetermined),
            ("FRA", Some("FRA"), Some("FRA"), None, Successful),
        ] {
            assert_eq!(
                outcome(document, issuer, subject, root),
                expected,
                "{document} {issuer:?} {subject:?} {root:?}"
            );
        }
    }
}
