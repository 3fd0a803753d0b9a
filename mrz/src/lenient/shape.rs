//! Which format the cleaned lines can be given, with fillers alone.

use crate::alphabet::FILLER;
use crate::buffer::Buffer;
use crate::format::Format;

use super::{ChangeKind, Changes, Cleaned};

/// The shape with the fewest changes whose digits agree; if none agree, the one with the fewest changes.
pub(super) fn find(cleaned: &Cleaned) -> Option<(Buffer, Changes)> {
    if cleaned.overflow || cleaned.lines == 0 {
        return None;
    }
    let mut best = Best::default();
    let doubled = cleaned.doubled();
    for text in [Some(cleaned), doubled.as_ref()].into_iter().flatten() {
        whole_lines(text, &mut best);
        rejoined(text, &mut best);
    }
    best.found.map(|(_, buffer, changes)| (buffer, changes))
}

/// The best shape so far: digits that agree first, then few touched cells.
#[derive(Default)]
struct Best {
    found: Option<((bool, usize), Buffer, Changes)>,
}

impl Best {
    fn offer(&mut self, format: Format, touched: usize, buffer: Buffer, changes: Changes) {
        // The first cells may name another format of the same widths: then this was the wrong shape.
        let Some(zone) = buffer.normalised().filter(|zone| zone.format() == format) else { return };
        let rank = (!zone.digits_agree(), touched);
        if self.found.as_ref().is_none_or(|(best, ..)| rank < *best) {
            self.found = Some((rank, buffer, changes));
        }
    }
}

/// As many lines as the format has: each is fitted by itself, at most one in its inside.
fn whole_lines(text: &Cleaned, best: &mut Best) {
    if text.lines > 3 {
        return;
    }
    for format in Format::ALL {
        let widths = format.widths();
        if widths.len() != text.lines {
            continue;
        }
        fit_all(format, widths, |index| text.line(index), text.changes, 0, best);
    }
}

/// All cells in a row, cut at the widths of the format: joined or split lines.
fn rejoined(text: &Cleaned, best: &mut Best) {
    let all = text.all();
    for format in Format::ALL {
        let widths = format.widths();
        let total: usize = widths.iter().sum();
        if widths.len() == text.lines || total != all.len() {
            continue;
        }
        let mut changes = text.changes;
        let lines = u8::try_from(text.lines).unwrap_or(u8::MAX);
        if text.lines > widths.len() {
            changes.add(ChangeKind::Joined, 1, lines);
        } else {
            changes.add(ChangeKind::Split, 1, lines);
        }
        let cut = |index: usize| {
            let start: usize = widths.iter().take(index).sum();
            let width = widths.get(index).copied().unwrap_or(0);
            all.get(start..start + width).unwrap_or_default()
        };
        fit_all(format, widths, cut, changes, text.lines.abs_diff(widths.len()), best);
    }
}

/// Fits every line to its width and offers each way of doing so.
fn fit_all<'t>(
    format: Format,
    widths: &[usize],
    line: impl Fn(usize) -> &'t [u8],
    changes: Changes,
    touched: usize,
    best: &mut Best,
) {
    let mut buffer = Buffer { count: widths.len(), ..Buffer::EMPTY };
    let mut changes = changes;
    let mut touched = touched;
    // At most one line is fitted in its inside; its place is tried over all runs of fillers.
    let mut inner: Option<usize> = None;
    for (index, width) in widths.iter().enumerate() {
        let cells = line(index);
        let number = u8::try_from(index + 1).unwrap_or(u8::MAX);
        if let Some(slot) = buffer.widths.get_mut(index) {
            *slot = *width;
        }
        match cells.len().cmp(width) {
            core::cmp::Ordering::Equal => copy(&mut buffer, index, cells),
            core::cmp::Ordering::Less if ends_open(format, index) && cells.len() * 2 >= *width / 4 => {
                let missing = width - cells.len();
                copy(&mut buffer, index, cells);
                changes.add(ChangeKind::FillerAppended, number, u8::try_from(missing).unwrap_or(u8::MAX));
                touched += missing;
            }
            core::cmp::Ordering::Greater
                if ends_open(format, index)
                    && cells.get(*width..).is_some_and(|rest| rest.iter().all(|c| *c == FILLER)) =>
            {
                copy(&mut buffer, index, cells.get(..*width).unwrap_or_default());
                let extra = cells.len() - width;
                changes.add(ChangeKind::FillerRemoved, number, u8::try_from(extra).unwrap_or(u8::MAX));
                touched += extra;
            }
            _ if cells.len().abs_diff(*width) == 1 && inner.is_none() => inner = Some(index),
            _ => return,
        }
    }
    let Some(index) = inner else {
        best.offer(format, touched, buffer, changes);
        return;
    };
    let cells = line(index);
    let width = widths.get(index).copied().unwrap_or(0);
    let number = u8::try_from(index + 1).unwrap_or(u8::MAX);
    let longer = cells.len() > width;
    let kind = if longer { ChangeKind::FillerRemoved } else { ChangeKind::FillerInserted };
    changes.add(kind, number, 1);
    // One place in each run of fillers is enough: all places in a run give the same line.
    let starts = (0..cells.len())
        .filter(|at| cells.get(*at) == Some(&FILLER) && (*at == 0 || cells.get(at - 1) != Some(&FILLER)));
    for start in starts {
        let (before, after) = cells.split_at_checked(start).unwrap_or_default();
        let mut row = [FILLER; crate::buffer::WIDTH];
        let after = if longer { after.get(1..).unwrap_or_default() } else { after };
        let gap: &[u8] = if longer { &[] } else { &[FILLER] };
        for (slot, cell) in row.iter_mut().zip(before.iter().chain(gap).chain(after)) {
            *slot = *cell;
        }
        copy(&mut buffer, index, &row);
        best.offer(format, touched + 1, buffer, changes);
    }
}

fn copy(buffer: &mut Buffer, index: usize, cells: &[u8]) {
    if let Some(row) = buffer.cells.get_mut(index) {
        *row = [FILLER; crate::buffer::WIDTH];
        for (slot, cell) in row.iter_mut().zip(cells) {
            *slot = *cell;
        }
    }
}

/// Whether the line ends in a name or optional data, so that missing fillers at its end are just that.
const fn ends_open(format: Format, index: usize) -> bool {
    match format {
        Format::Td3 | Format::Td2 => index == 0,
        Format::Td1 => index != 1,
        Format::MrvA | Format::MrvB | Format::SvkId => true,
        Format::CheDl => index == 2,
        Format::FraId | Format::FraDl | Format::NldDl => false,
    }
}
