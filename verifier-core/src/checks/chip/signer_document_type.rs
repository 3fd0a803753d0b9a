//! `chip.signer.document-type`: the signer may sign documents of this type.

use super::common::no_signer;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::{Verdict, code};
use crate::{Category, CheckInfo, Finding, Severity};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.signer.document-type",
        category: Category::Electronic,
        title: "The document signer may sign this type of document",
        standard: "Doc 9303-12 7.1.1.9; Doc 9303-11 5.1.1",
        why: "A signer for visas or identity cards must not make passports; its certificate lists the types it may sign.",
        outcomes: texts(
            "The document code of DG1 is in the signer's list of document types.",
            "The signer's list of document types does not have the code of DG1 (`signer.document-type`).",
            "The signer is not there, or DG1 is absent or not authenticated.",
            "The signer's certificate has no list of document types, as older ones do not.",
        ),
        look_at: "The document code on the page and the list in the signer's certificate.",
        triple: None,
        built: true,
        lack_accepted: true,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(signer) = case.chip().signer() else { return Some(no_signer(case)) };
    let Some(types) = signer.certificate.document_types() else {
        return Some(Verdict::not_supported("the signer's certificate lists no document types"));
    };
    let Some(lines) = case.chip().dg1_lines() else {
        return Some(Verdict {
            ran: false,
            ..Verdict::undetermined(code::DEPENDS, "DG1 is not there or not authenticated")
        });
    };
    let Some(zone) = lines.zone() else {
        return Some(Verdict::undetermined(code::DEPENDS, "the zone of DG1 fits no layout"));
    };
    let document = zone.document_code().text().to_string();
    let listed = types.join(", ");
    // One letter stands for all types that begin with it.
    if types
        .iter()
        .any(|listed| !listed.is_empty() && document.starts_with(listed.trim_end_matches(['<', ' '])))
    {
        return Some(Verdict::successful(format!(
            "{document} is among the signer's document types ({listed})"
        )));
    }
    let text = format!("the document is of type {document}, and its signer is for {listed} only");
    let finding = Finding::new("signer.document-type", Severity::Warning, text.clone()).of(&ENTRY.id());
    Some(Verdict::failed("signer.document-type", text).with(finding.on_first_page()))
}
