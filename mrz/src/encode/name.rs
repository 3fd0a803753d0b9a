//! Names: transliterated, joined, and truncated if they do not fit (Doc 9303-3 section 4.6, Doc 9303-4
//! section 4.2.3 and its like in -5, -6, -7): the secondary identifier keeps at least its first letter, and
//! the last cell is a letter.

use crate::alphabet::FILLER;
use crate::field::FieldName;
use crate::transliterate::{Language, LatinStyle, Place, is_doubling, is_separator, preferred};

use super::{EncodeError, EncodeErrorKind};

/// Cells that a name may take before truncation.
const ROOM: usize = 256;
/// Most components of a name.
const COMPONENTS: usize = 48;

/// The cells of a written name field, without the fillers after it.
#[derive(Clone, Copy)]
pub struct TruncatedName {
    cells: [u8; ROOM],
    length: usize,
    pub(super) truncated: bool,
}

impl TruncatedName {
    pub(super) fn cells(&self) -> &[u8] {
        self.cells.get(..self.length).unwrap_or_default()
    }
}

impl core::fmt::Debug for TruncatedName {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "TruncatedName({} cells, redacted)", self.length)
    }
}

/// Transliterated components: where each ends, and how much of it is kept.
struct Components {
    cells: [u8; ROOM],
    /// Start and kept length of each component.
    parts: [(usize, usize); COMPONENTS],
    count: usize,
    /// Components of the primary identifier.
    primary: usize,
}

impl Components {
    fn length(&self) -> usize {
        let letters: usize = self.kept().map(|(_, length)| length).sum();
        let gaps = self.count.saturating_sub(1);
        // Between primary and secondary there are two fillers, and before a secondary without a primary.
        letters + gaps + usize::from(self.has_both()) + if self.primary == 0 { 2 } else { 0 }
    }

    fn kept(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.parts.iter().take(self.count).copied()
    }

    const fn has_both(&self) -> bool {
        self.primary > 0 && self.primary < self.count
    }
}

pub(super) fn write(
    primary: &str,
    secondary: &str,
    width: usize,
    language: Language,
    style: LatinStyle,
) -> Result<TruncatedName, EncodeError> {
    let mut all = Components { cells: [FILLER; ROOM], parts: [(0, 0); COMPONENTS], count: 0, primary: 0 };
    let mut at = 0;
    transliterate(primary, FieldName::Primary, &mut all, &mut at, language, style)?;
    all.primary = all.count;
    transliterate(secondary, FieldName::Secondary, &mut all, &mut at, language, style)?;
    if all.count == 0 {
        return Err(EncodeError::new(FieldName::Primary, EncodeErrorKind::Empty, 0));
    }
    let truncated = all.length() > width;
    if truncated {
        let originals = all.parts;
        shorten(&mut all, width);
        regrow(&mut all, &originals, width);
    }
    Ok(join(&all, truncated))
}

/// Takes cells away one by one until the name fits: from the last component that has more than a letter,
/// first in the secondary identifier (never below its first letter), then in the primary; components that
/// are down to one letter go next, from the last, as long as each identifier keeps one. (If every component
/// is one letter and the width is odd, the last cell stays a filler: no truncation can do better.)
fn shorten(all: &mut Components, width: usize) {
    while all.length() > width {
        let cuttable = |index: &usize| all.parts.get(*index).is_some_and(|(_, length)| *length > 1);
        let secondary = (all.primary..all.count).rev().find(cuttable);
        let longest = (0..all.primary)
            .filter(cuttable)
            .max_by_key(|index| all.parts.get(*index).map_or(0, |(_, length)| *length));
        // The primary identifier keeps as much as it can: the secondary gives first.
        let victim = secondary.or(longest);
        match victim {
            Some(index) => {
                if let Some((_, length)) = all.parts.get_mut(index) {
                    *length -= 1;
                }
            }
            // Every component is one letter: the last of the longer list goes.
            None if all.count - all.primary > 1 => all.count -= 1,
            None if all.primary > 1 => {
                let from = all.primary - 1;
                for index in from..all.count.saturating_sub(1) {
                    let next = all.parts.get(index + 1).copied().unwrap_or_default();
                    if let Some(slot) = all.parts.get_mut(index) {
                        *slot = next;
                    }
                }
                all.primary -= 1;
                all.count -= 1;
            }
            None => return,
        }
    }
}

/// Dropping a whole component may free more than was needed: letters come back, so that the last cell is one.
fn regrow(all: &mut Components, originals: &[(usize, usize)], width: usize) {
    for index in (0..all.count).rev() {
        while all.length() < width
            && let Some((start, length)) = all.parts.get_mut(index)
            && originals.iter().any(|(s, whole)| s == start && *whole > *length)
        {
            *length += 1;
        }
    }
}

fn join(all: &Components, truncated: bool) -> TruncatedName {
    let mut name = TruncatedName { cells: [FILLER; ROOM], length: 0, truncated };
    for (index, (start, length)) in all.kept().enumerate() {
        if index > 0 {
            name.length += if index == all.primary { 2 } else { 1 };
        } else if all.primary == 0 {
            // A single name after an empty primary identifier.
            name.length += 2;
        }
        for offset in 0..length {
            if let (Some(slot), Some(cell)) = (name.cells.get_mut(name.length), all.cells.get(start + offset))
            {
                *slot = *cell;
                name.length += 1;
            }
        }
    }
    name
}

fn transliterate(
    text: &str,
    field: FieldName,
    all: &mut Components,
    at: &mut usize,
    language: Language,
    style: LatinStyle,
) -> Result<(), EncodeError> {
    let mut start = *at;
    let mut last: &str = "";
    let mut letters = text.chars().enumerate().peekable();
    while let Some((position, c)) = letters.next() {
        if !is_separator(c) {
            let place = Place {
                first: *at == start,
                last: letters.peek().is_none_or(|(_, next)| is_separator(*next)),
            };
            let doubled = is_doubling(c);
            let spelling = if doubled { Some(last) } else { preferred(c, place, language, style) };
            let spelling = spelling.ok_or(EncodeError::new(field, EncodeErrorKind::Character, position))?;
            for cell in spelling.bytes() {
                let slot = all.cells.get_mut(*at);
                *slot.ok_or(EncodeError::new(field, EncodeErrorKind::TooLong, position))? = cell;
                *at += 1;
            }
            // Vowel signs stand between a letter and its shadda in normalised text: they change nothing.
            if !spelling.is_empty() {
                last = spelling;
            }
            if letters.peek().is_some() {
                continue;
            }
        }
        if *at > start {
            let part = all.parts.get_mut(all.count);
            *part.ok_or(EncodeError::new(field, EncodeErrorKind::TooLong, position))? = (start, *at - start);
            all.count += 1;
        }
        start = *at;
        last = "";
    }
    Ok(())
}
