//! `chip.sod.hash-dgN`: the raw bytes of a data group have the hash that the security object signs.

use super::common::no_index;
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::chip_facts::Delivery;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo};
use verifier_chip::authentication::passive::DataGroupFact;
use verifier_chip::ber::Reader;
use verifier_chip::lds::{DgNumber, FileId};

pub(super) static DG1: Entry = entry("chip.sod.hash-dg1", 1, "DG1 is what the issuer signed");
pub(super) static DG2: Entry = entry("chip.sod.hash-dg2", 2, "DG2 is what the issuer signed");
pub(super) static DG3: Entry = entry("chip.sod.hash-dg3", 3, "DG3 is what the issuer signed");
pub(super) static DG4: Entry = entry("chip.sod.hash-dg4", 4, "DG4 is what the issuer signed");
pub(super) static DG5: Entry = entry("chip.sod.hash-dg5", 5, "DG5 is what the issuer signed");
pub(super) static DG6: Entry = entry("chip.sod.hash-dg6", 6, "DG6 is what the issuer signed");
pub(super) static DG7: Entry = entry("chip.sod.hash-dg7", 7, "DG7 is what the issuer signed");
pub(super) static DG8: Entry = entry("chip.sod.hash-dg8", 8, "DG8 is what the issuer signed");
pub(super) static DG9: Entry = entry("chip.sod.hash-dg9", 9, "DG9 is what the issuer signed");
pub(super) static DG10: Entry = entry("chip.sod.hash-dg10", 10, "DG10 is what the issuer signed");
pub(super) static DG11: Entry = entry("chip.sod.hash-dg11", 11, "DG11 is what the issuer signed");
pub(super) static DG12: Entry = entry("chip.sod.hash-dg12", 12, "DG12 is what the issuer signed");
pub(super) static DG13: Entry = entry("chip.sod.hash-dg13", 13, "DG13 is what the issuer signed");
pub(super) static DG14: Entry = entry("chip.sod.hash-dg14", 14, "DG14 is what the issuer signed");
pub(super) static DG15: Entry = entry("chip.sod.hash-dg15", 15, "DG15 is what the issuer signed");
pub(super) static DG16: Entry = entry("chip.sod.hash-dg16", 16, "DG16 is what the issuer signed");

const fn entry(id: &'static str, number: u8, title: &'static str) -> Entry {
    Entry {
        info: CheckInfo {
            id,
            category: Category::Electronic,
            title,
            standard: "Doc 9303-10 4.6.2.3; BSI TR-03135-1 v5.0.1 5.8.8.2.1",
            why: "Whoever changes a name, a date or the picture on the chip cannot make the signed hash follow.",
            outcomes: texts(
                "The hash of the raw bytes is the signed one.",
                "The hash differs, or the security object lacks the hash of a data group that every chip has.",
                "The data group was not read, is not signed at all, or the hash algorithm is not known.",
                "Does not occur.",
            ),
            look_at: "Whether the reader read the file to its end; then what differs from the page.",
            triple: None,
            built: true,
            lack_accepted: false,
        },
        member: Member::DataGroup(number),
        needs: Needs::CHIP,
        timed: false,
        run,
    }
}

/// Data groups that every chip has (Doc 9303-10 4.2).
const REQUIRED: [DgNumber; 2] = [DgNumber::DG1, DgNumber::DG2];

fn run(case: &Case<'_>, member: Member) -> Option<Verdict> {
    let Member::DataGroup(number) = member else { return None };
    let number = DgNumber::new(number)?;
    let required = REQUIRED.contains(&number);
    if let Delivery::TooLarge(size) = case.chip().data_group_file(number) {
        let text = format!("{number}: {size} octets are more than any data group has");
        return Some(Verdict::failed(code::MALFORMED, text));
    }
    let fact = case.chip().data_group(number);
    if let Some(verdict) = no_index(case) {
        // Without the index nothing is known of the other groups; what was delivered is reported all the same.
        return (required || fact.is_some()).then_some(verdict);
    }
    Some(match fact {
        None if required => Verdict::failed("sod.hash-missing", format!("EF.SOD does not list {number}")),
        None => return None,
        Some(DataGroupFact::Identical) => Verdict::successful(format!("{number} has the listed hash")),
        Some(DataGroupFact::Different) => different(case, number),
        Some(DataGroupFact::NotRead) if required => not_captured(case, number),
        Some(DataGroupFact::NotRead) => Verdict::not_read(format!("{number} is listed and was not read")),
        Some(DataGroupFact::Unlisted) if required => {
            Verdict::failed("sod.hash-missing", format!("EF.SOD does not list {number}"))
        }
        Some(DataGroupFact::Unlisted) => Verdict::undetermined(
            "data-group.unsigned",
            format!(
                "{number} was delivered and EF.SOD does not list it: nothing signs it, and it is not used"
            ),
        ),
        Some(DataGroupFact::HashUnsupported(oid)) => {
            Verdict::undetermined("algorithm.unsupported", format!("hash algorithm {oid} is not known"))
        }
        Some(DataGroupFact::Duplicate) => {
            Verdict::failed("sod.duplicate", format!("EF.SOD lists {number} more than once"))
        }
        Some(DataGroupFact::WrongHashLength { expected, found }) => Verdict::failed(
            "sod.hash-length",
            format!("the listed hash of {number} has {found} octets, its algorithm yields {expected}"),
        ),
        Some(DataGroupFact::TooLarge) => {
            Verdict::failed(code::MALFORMED, format!("{number} is larger than any data group"))
        }
    })
}

/// A data group that every chip has is not there: the log says whether the chip refused it or was taken away.
fn not_captured(case: &Case<'_>, number: DgNumber) -> Verdict {
    let Ok(replayed) = case.chip().session().replayed() else {
        return Verdict::absent(format!("{number} was not captured"));
    };
    if let Some(status) = replayed.refused.get(&FileId::Dg(number)) {
        let text = format!("{number} was not captured: READ BINARY: refused with {status}");
        return Verdict::absent(text);
    }
    match replayed.broke_off {
        Some(exchange) => Verdict::aborted(
            code::BROKE_OFF,
            format!("{number}: document or reader were taken away before it was read (exchange {exchange})"),
        ),
        None => Verdict::absent(format!("{number} was not captured")),
    }
}

/// Another hash: a file that breaks off or is no data group at all is said to be that, with the offset.
fn different(case: &Case<'_>, number: DgNumber) -> Verdict {
    let Delivery::Bytes(bytes) = case.chip().data_group_file(number) else {
        return Verdict::failed("hash.differs", format!("{number} does not have the listed hash"));
    };
    match Reader::only(bytes, number.tag()) {
        Ok(_) => Verdict::failed("hash.differs", format!("{number} does not have the listed hash")),
        Err(error) => Verdict::failed(code::MALFORMED, error.within("file").to_string()),
    }
}
