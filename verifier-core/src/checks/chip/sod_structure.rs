//! `chip.sod.structure`: the security object is a well-formed signature over a list of hashes.

use super::common::{no_index, violations};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::{Delivery, Index};
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use verifier_chip::authentication::passive::SodFact;

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.sod.structure",
        category: Category::Electronic,
        title: "EF.SOD is well formed",
        standard: "Doc 9303-10 4.6.2; RFC 5652; BSI TR-03135-1 v5.0.1 5.8.8",
        why: "The security object is the only index of the chip. One that reads differently to two readers can hide anything.",
        outcomes: texts(
            "EF.SOD parses as CMS signed data over an LDS security object, nothing twice, nothing left over.",
            "EF.SOD is empty, truncated, malformed or breaks a rule of its profile; the reason gives the offset.",
            "EF.SOD was not captured.",
            "Does not occur: every chip of this kind holds EF.SOD.",
        ),
        look_at: "Whether the reader read the file to its end; then the bytes at the given offset.",
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
    if let Delivery::TooLarge(size) = case.chip().sod_file() {
        let text = format!("EF.SOD: {size} octets are more than any security object has");
        return Some(Verdict::failed(code::MALFORMED, text));
    }
    if let Some(SodFact::Malformed(error)) = case.chip().passive().map(|passive| &passive.sod) {
        return Some(Verdict::failed(code::MALFORMED, error.to_string()));
    }
    let Index::Read(sod) = case.chip().index() else { return no_index(case) };
    Some(match violations(case, &sod.findings, |_| true) {
        Some(text) => Verdict::failed("sod.profile", text),
        None => {
            Verdict::successful(format!("a security object that lists {} data groups", sod.lds.hashes.len()))
        }
    })
}
