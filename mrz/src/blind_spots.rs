//! What the check digits of a zone cannot see. A zone whose digits agree is consistent, not authentic: these
//! changes leave every digit right.

use crate::buffer::Buffer;
use crate::layout::Rule;
use crate::zone::{Provenance, Zone};

/// How well one cell is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guard {
    /// No digit covers the cell: any change is invisible (document code, issuer, nationality, sex, names,
    /// visas' optional data).
    Uncovered,
    /// A digit covers it, and sees every change but those to a character of the same value modulo 10.
    Covered,
    /// The cell is a check digit.
    CheckDigit,
}

/// Characters that no digit can tell apart: one class for each value modulo 10.
pub const BLIND_CLASSES: [&str; 10] =
    ["0AKU<", "1BLV", "2CMW", "3DNX", "4EOY", "5FPZ", "6GQ", "7HR", "8IS", "9JT"];

/// How the cell is guarded in this zone; `None` if there is no such cell. Lines and columns count from 1.
#[must_use]
pub fn guard<P: Provenance>(zone: &Zone<'_, P>, line: u8, column: u8) -> Option<Guard> {
    zone.lines().get(usize::from(line).checked_sub(1)?)?.get(usize::from(column).checked_sub(1)?)?;
    if zone.checks().iter().any(|check| (check.line, check.column) == (line, column)) {
        return Some(Guard::CheckDigit);
    }
    let long = zone.document_number().long().copied();
    let covered = zone.layout().checks.iter().any(|spec| {
        spec.spans.iter().any(|span| span.contains(line, column))
            || match (spec.rule, long) {
                (Rule::LongNumber(optional), Some(number)) => {
                    optional.contains(line, column) && column < number.column
                }
                _ => false,
            }
    });
    Some(if covered { Guard::Covered } else { Guard::Uncovered })
}

/// Every character that could stand in the cell with each digit's outcome as it is, the printed one left
/// out. `None` if there is no such cell. It is found by trying, so the layout's own rules count too (`0` and
/// `<` in TD3's position 43, a first letter `V` that makes the zone a visa's). It speaks of single changes: two may also cancel each other.
pub fn invisible_changes<'z, P: Provenance>(
    zone: &'z Zone<'_, P>,
    line: u8,
    column: u8,
) -> Option<impl Iterator<Item = char> + 'z> {
    let row = usize::from(line).checked_sub(1)?;
    let at = usize::from(column).checked_sub(1)?;
    let printed = *zone.lines().get(row)?.get(at)?;
    let mut buffer = Buffer::copy(zone.lines());
    Some(ALPHABET.iter().filter(move |other| **other != printed).filter_map(move |other| {
        *buffer.cells.get_mut(row)?.get_mut(at)? = *other;
        let changed = buffer.zone()?;
        let unseen = if changed.format() == zone.format() {
            changed.checks().iter().zip(zone.checks()).all(|(a, b)| a.ok() == b.ok())
        } else {
            // The first letter makes a card a visa, which has fewer digits to be wrong.
            changed.digits_agree() == zone.digits_agree()
        };
        (unseen && changed.inside_alphabet() == zone.inside_alphabet()).then_some(char::from(*other))
    }))
}

const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";

/// Runs of cells that no digit covers: (line, first column, last column).
pub fn uncovered<P: Provenance>(zone: &Zone<'_, P>) -> impl Iterator<Item = (u8, u8, u8)> {
    let is_open = |line, column| guard(zone, line, column) == Some(Guard::Uncovered);
    (1..=3_u8).flat_map(move |line| {
        (1..=44_u8).filter_map(move |first| {
            if !is_open(line, first) || (first > 1 && is_open(line, first - 1)) {
                return None;
            }
            let last = (first..=44).take_while(|column| is_open(line, *column)).last()?;
            Some((line, first, last))
        })
    })
}
