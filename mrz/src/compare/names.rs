//! Names under transliteration and truncation.
//!
//! A printed letter may have several spellings. All of them are followed at once: a set of positions in the
//! MRZ, one bit each, is moved on by every spelling that fits. No allocation, time linear in the text.

use crate::alphabet::FILLER;
use crate::transliterate::{is_doubling, is_separator, spellings};

use super::Relation;

/// Positions that have been reached: bit n = n cells are explained.
type Reached = u128;

/// A printed primary or secondary identifier against its cells. `may_be_truncated` is the zone's
/// ([`crate::Name::may_be_truncated`]); then components may be cut short or missing at the end.
#[must_use]
pub fn name_component(printed: &str, cells: &[u8], may_be_truncated: bool) -> Relation {
    let end = cells.iter().rposition(|cell| *cell != FILLER).map_or(0, |at| at + 1);
    let cells = cells.get(..end).unwrap_or_default();
    if cells.len() >= 128 || printed.len() > MAX_PRINTED {
        return Relation::Unreadable;
    }
    if printed.chars().all(is_separator) {
        return if cells.is_empty() { Relation::Same } else { Relation::Differs };
    }
    let full = 1_u128 << cells.len();
    match walk(printed, cells, false) {
        Walk::Unreadable => return Relation::Unreadable,
        Walk::Ends { reached, .. } if reached & full != 0 => {
            return if is_plain(printed, cells) { Relation::Same } else { Relation::SameTransliterated };
        }
        Walk::Ends { .. } => {}
    }
    match walk(printed, cells, true) {
        Walk::Ends { ever, .. } if may_be_truncated && !cells.is_empty() && ever & full != 0 => {
            Relation::SameTruncated
        }
        _ => Relation::Differs,
    }
}

/// A whole printed name against a zone's name: both identifiers, the weaker relation wins.
#[must_use]
pub fn name(primary: &str, secondary: &str, zone: &crate::Name<'_>) -> Relation {
    let truncated = zone.may_be_truncated();
    let one = name_component(primary, zone.primary().head(), truncated);
    let two = name_component(secondary, zone.secondary().head(), truncated);
    // Truncation may take the whole of the secondary identifier only if there is none in the zone.
    let rank = |relation| match relation {
        Relation::Same => 0,
        Relation::SameTransliterated => 1,
        Relation::SameTruncated => 2,
        Relation::Unreadable => 3,
        _ => 4,
    };
    if rank(one) >= rank(two) { one } else { two }
}

/// Longest printed name that is looked at, in bytes.
const MAX_PRINTED: usize = 1024;

enum Walk {
    Ends {
        /// Positions at the end of the printed text.
        reached: Reached,
        /// Positions that were reached at the end of any component, or inside the last.
        ever: Reached,
    },
    Unreadable,
}

fn walk(printed: &str, cells: &[u8], cut: bool) -> Walk {
    let mut reached: Reached = 1;
    // Positions inside the present component, for components that are cut short.
    let mut inside: Reached = 0;
    let mut ever: Reached = 0;
    let mut last: &[&str] = &[];
    // A component of punctuation alone is none, so the filler is awaited only when a letter comes.
    let (mut letters, mut boundary) = (false, false);
    for c in printed.chars() {
        if is_separator(c) {
            boundary |= letters;
            last = &[];
            continue;
        }
        let doubled: &[&str] = if last.is_empty() { &[""] } else { last };
        let all = if is_doubling(c) { Some(doubled) } else { spellings(c) };
        let Some(all) = all else { return Walk::Unreadable };
        if all.iter().all(|spelling| spelling.is_empty()) {
            continue;
        }
        if boundary {
            let ends = if cut { reached | inside } else { reached };
            ever |= ends;
            reached = advance(ends, cells, b"<");
            inside = 0;
            boundary = false;
        }
        letters = true;
        last = all;
        if cut {
            // A component may be cut inside the spelling of one letter.
            for spelling in all {
                for length in 1..spelling.len() {
                    inside |= advance(reached, cells, spelling.as_bytes().get(..length).unwrap_or_default());
                }
            }
        }
        reached = all.iter().fold(0, |sum, spelling| sum | advance(reached, cells, spelling.as_bytes()));
        inside |= reached;
    }
    ever |= reached | inside;
    Walk::Ends { reached, ever }
}

/// Moves every position on by a spelling, where the cells have it.
fn advance(reached: Reached, cells: &[u8], spelling: &[u8]) -> Reached {
    if spelling.is_empty() {
        return reached;
    }
    let mut moved = 0;
    let mut rest = reached;
    while rest != 0 {
        let at = rest.trailing_zeros();
        rest &= rest - 1;
        let Ok(start) = usize::try_from(at) else { continue };
        if cells.get(start..).is_some_and(|tail| tail.starts_with(spelling)) {
            // Cells are fewer than 128, so the new position fits.
            moved |= 1_u128 << (start + spelling.len());
        }
    }
    moved
}

/// Whether the printed name is already in the MRZ alphabet, letter for letter.
fn is_plain(printed: &str, cells: &[u8]) -> bool {
    let printed = printed.trim_matches(is_separator).chars().map(|c| if c == ' ' { '<' } else { c });
    printed.eq(cells.iter().map(|cell| char::from(*cell)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_all_followed() {
        for (printed, cells) in [
            ("MÜLLER", &b"MUELLER<<<"[..]),
            ("Müller", b"MULLER"),
            ("MÜLLER", b"MUXXLLER"),
            ("O'Connor", b"OCONNOR"),
            ("Marie-Élise", b"MARIE<ELISE"),
            ("Ђорђевић", b"DORDEVIC"),
            ("عبّاس", b"EBBAS"),
            ("Van der Muellen", b"VAN<DER<MUELLEN"),
        ] {
            assert_eq!(name_component(printed, cells, false), Relation::SameTransliterated, "{printed}");
        }
        assert_eq!(name_component("VAN DER MUELLEN", b"VAN<DER<MUELLEN<<", false), Relation::Same);
        assert_eq!(name_component("", b"<<<<", false), Relation::Same);
    }

    #[test]
    fn another_name_is_another_name() {
        for (printed, cells) in [
            ("MÜLLER", &b"MILLER"[..]),
            ("ANNA", b"ANNA<MARIA"),
            ("ANNA MARIA", b"ANNA"),
            ("ANNAMARIA", b"ANNA<MARIA"),
            ("", b"ANNA"),
            ("ANNA", b""),
        ] {
            assert_eq!(name_component(printed, cells, false), Relation::Differs, "{printed}");
        }
        assert_eq!(name_component("ANNA 2", b"ANNA<2", false), Relation::Unreadable);
        assert_eq!(name_component("安娜", b"ANNA", false), Relation::Unreadable);
    }

    #[test]
    fn truncation_cuts_components_and_drops_the_last() {
        let printed = "NILAVADHANANANDA CHAYAPA DEJTHAMRONG";
        assert_eq!(name_component(printed, b"NILAVADHANANANDA<CHAYAPA<DEJ", true), Relation::SameTruncated);
        assert_eq!(name_component(printed, b"NILAVADHANANANDA<C<D", true), Relation::SameTruncated);
        assert_eq!(name_component(printed, b"NILAVADHANANANDA", true), Relation::SameTruncated);
        assert_eq!(name_component(printed, b"NILAVADHANANANDA<C<D", false), Relation::Differs);
        assert_eq!(name_component(printed, b"NILAVADHANANANDA<D", true), Relation::Differs);
        assert_eq!(name_component(printed, b"", true), Relation::Differs);
    }
}
