//! Which format the lines have: by their number and widths, then by the first cells.

use crate::format::Format;
use crate::unreadable::{Unreadable, UnreadableKind};

/// Chooses by count and widths, then by the first cells (`V`, `IDFRA`, `D1FRA` ...).
#[inline]
pub(crate) fn detect<'a>(lines: &[&'a [u8]; 3], count: usize) -> Result<Format, Unreadable<'a>> {
    let [a, b, c] = lines;
    let visa = a.first() == Some(&b'V');
    let unreadable =
        |kind| Unreadable { kind, nearest: nearest(lines, count), line_count: count, lines: *lines };
    match (count, a.len(), b.len(), c.len()) {
        (2, 44, 44, _) => Ok(if visa { Format::MrvA } else { Format::Td3 }),
        (3, 30, 30, 30) => Ok(Format::Td1),
        (2, 36, 36, _) if visa => Ok(Format::MrvB),
        (2, 36, 36, _) if a.starts_with(b"IDFRA") => Ok(Format::FraId),
        (2, 36, 36, _) => Ok(Format::Td2),
        (2, 34, 34, _) if a.first() == Some(&b'I') && a.get(2..5) == Some(b"SVK") => Ok(Format::SvkId),
        (1, 30, ..) if a.starts_with(b"D1FRA") => Ok(Format::FraDl),
        (1, 30, ..) if a.starts_with(b"D1NLD") => Ok(Format::NldDl),
        (3, 9, 30, 30) if b.starts_with(b"FACHE") || b.starts_with(b"FALIE") => Ok(Format::CheDl),
        (1, 30, ..) | (3, 9, 30, 30) | (2, 34, 34, _) => Err(unreadable(UnreadableKind::Unrecognised)),
        (1..=3, ..) => Err(unreadable(UnreadableKind::Width)),
        _ => Err(unreadable(UnreadableKind::LineCount)),
    }
}

/// The format with this many lines whose widths are nearest, at most four cells off in all.
fn nearest(lines: &[&[u8]; 3], count: usize) -> Option<Format> {
    let visa = lines[0].first() == Some(&b'V');
    Format::ALL
        .into_iter()
        .filter(|format| format.widths().len() == count)
        .filter(|format| match format {
            Format::MrvA | Format::MrvB => visa,
            Format::Td3 | Format::Td2 => !visa,
            Format::FraId => lines[0].starts_with(b"IDFRA"),
            Format::SvkId => lines[0].get(2..5) == Some(b"SVK"),
            _ => true,
        })
        .map(|format| {
            let off: usize = format.widths().iter().zip(lines).map(|(w, l)| w.abs_diff(l.len())).sum();
            (off, format)
        })
        .filter(|(off, _)| *off <= 4)
        // Of equals the more special: national layouts come last in the list.
        .min_by_key(|(off, format)| (*off, core::cmp::Reverse(*format)))
        .map(|(_, format)| format)
}
