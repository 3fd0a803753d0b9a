//! Sex and names (Doc 9303-3 sections 4.6 and 4.6.2, the parts' field tables), and cells that a layout
//! leaves empty.

use crate::alphabet::FILLER;
use crate::field::FieldName;
use crate::finding::{Finding, FindingCode, Findings};
use crate::format::{Deviation, Format};
use crate::zone::{Provenance, Zone, is_blank};

use super::add;

pub(super) fn look<P: Provenance>(zone: &Zone<'_, P>, findings: &mut Findings) {
    match zone.field(FieldName::Sex).map(|field| field.cells.head()) {
        None | Some([b'M' | b'F' | FILLER]) => {}
        Some([b'X']) => add(zone, FindingCode::SexX, FieldName::Sex, findings),
        Some(_) => add(zone, FindingCode::SexInvalid, FieldName::Sex, findings),
    }
    name(zone, findings);
    if zone.format() == Format::CheDl {
        let [_, line, _] = [0, 1, 2].map(|n| zone.lines().get(n).copied().unwrap_or_default());
        for (first, last) in [(18_u8, 19_u8), (26, 30)] {
            let cells = line.get(usize::from(first) - 1..usize::from(last)).unwrap_or_default();
            if !is_blank(cells) {
                findings.push(Finding::at(FindingCode::LayoutFixedCells, None, 2, first, last));
            }
        }
    }
}

fn name<P: Provenance>(zone: &Zone<'_, P>, findings: &mut Findings) {
    if zone.format() == Format::NldDl {
        return;
    }
    let name = zone.name();
    let (primary, secondary) = (name.primary(), name.secondary());
    if primary.is_blank() && secondary.is_blank() {
        add(zone, FindingCode::NameEmpty, FieldName::Primary, findings);
        return;
    }
    if primary.is_blank() {
        add(zone, FindingCode::NameNoPrimary, FieldName::Primary, findings);
    }
    for (field, cells) in [(FieldName::Primary, primary), (FieldName::Secondary, secondary)] {
        let russian = zone.deviation() == Some(Deviation::RussianInternalPassport);
        if !russian && cells.iter().any(|cell| cell.is_ascii_digit()) {
            add(zone, FindingCode::NameDigit, field, findings);
        }
        let kept = cells.head().trim_ascii_end();
        let end = kept.iter().rposition(|cell| *cell != FILLER).map_or(0, |at| at + 1);
        let start = kept.iter().position(|cell| *cell != FILLER).unwrap_or(0);
        let inner = kept.get(start..end).unwrap_or_default();
        if inner.windows(2).any(|pair| pair == [FILLER, FILLER]) {
            add(zone, FindingCode::NameGap, field, findings);
        }
    }
    if name.may_be_truncated() {
        let field = if secondary.is_blank() { FieldName::Primary } else { FieldName::Secondary };
        add(zone, FindingCode::NameMayBeTruncated, field, findings);
    }
}
