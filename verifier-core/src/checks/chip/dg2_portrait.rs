//! `chip.dg2.portrait`: the face on the chip can be shown, and only after its hash matched.

use super::common::no_index;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::{Delivery, FaceFact};
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::{Verdict, code};
use crate::{Category, CheckInfo, Finding, Severity};
use verifier_chip::lds::DgNumber;

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.dg2.portrait",
        category: Category::Electronic,
        title: "The portrait of DG2 can be shown",
        standard: "Doc 9303-10 4.7.2, 4.5.6; ISO/IEC 19794-5; ISO/IEC 39794-5; ISO/IEC 15444-1; ISO/IEC 10918-1",
        why: "The face is what a person compares. A picture is decoded only after its hash matched, within limits and a deadline: crafted pictures have crashed and stalled readers.",
        outcomes: texts(
            "The first face of authenticated DG2 was found and decoded.",
            "DG2 has its signed hash and is malformed.",
            "DG2 was not read or is not authenticated, its picture does not decode within limits, or it stands in a choice of ISO/IEC 39794 that is not known.",
            "The signed data names no DG2.",
        ),
        look_at: "Whether DG2 was read whole; the format and size that the reason names; then the printed portrait.",
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
    if let Some(verdict) = no_index(case) {
        return Some(verdict);
    }
    if !case.chip().lists(DgNumber::DG2) {
        return Some(Verdict::not_supported("the signed data names no DG2"));
    }
    if matches!(case.chip().data_group_file(DgNumber::DG2), Delivery::Absent) {
        return Some(Verdict::not_read("DG2 is listed and was not read"));
    }
    let Some(face) = case.chip().face(case.portrait_deadline) else {
        let text = "DG2 is not authenticated: its picture is neither decoded nor shown";
        return Some(Verdict::undetermined(code::DEPENDS, text));
    };
    Some(match face {
        FaceFact::Malformed(error) => Verdict::failed(code::MALFORMED, error.clone()),
        FaceFact::UnknownChoice(choice) => Verdict::undetermined(
            "biometric.unknown-choice",
            format!(
                "the face stands in a choice of ISO/IEC 39794-5 that this version does not know ({choice})"
            ),
        ),
        FaceFact::Undecodable(why) => {
            Verdict::undetermined(code::IMAGE_UNDECODABLE, format!("the portrait does not decode: {why}"))
        }
        FaceFact::Late => Verdict::aborted(
            "portrait.deadline",
            "the portrait was not decoded by its deadline; the decoder was left behind",
        ),
        FaceFact::Refused => Verdict::aborted(
            "portrait.refused",
            "decoders of earlier portraits are still running; this one was not begun",
        ),
        FaceFact::Broken => Verdict::aborted(code::PANIC, "the decoder of the portrait failed"),
        FaceFact::Decoded(face) => {
            let portrait = &face.portrait;
            let (width, height) = (portrait.width(), portrait.height());
            let faces = if face.faces == 1 { "the only face" } else { "the first of several faces" };
            let text = format!(
                "{faces} was decoded after its hash matched: {} with {}, {width} x {height} pixels",
                face.record,
                portrait.format()
            );
            let verdict = Verdict::successful(text);
            match face.stated {
                Some((w, h)) if (usize::from(w), usize::from(h)) != (width, height) => {
                    let text = format!(
                        "DG2: the record says {w} x {h} pixels and the picture has {width} x {height}"
                    );
                    verdict.with(Finding::new("biometric.image-size", Severity::Note, text).of(&ENTRY.id()))
                }
                _ => verdict,
            }
        }
    })
}
