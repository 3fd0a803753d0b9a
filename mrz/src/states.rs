//! State codes: three letters in the MRZ, two letters in certificates, and the map between them, which is
//! many-to-many (Doc 9303-3 section 5; the assignment table that BSI TR-03135-1 section 4.3 asks for).
//!
//! The two kinds are different types: they never mix by accident.
//!
//! ```
//! use verifier_mrz::states::{Assignment, Code2, Code3, assignment};
//!
//! let germany = Code3::parse("D").ok_or("no code")?;
//! assert_eq!(assignment(germany, Code2::parse("de").ok_or("no code")?), Assignment::Same);
//! assert_eq!(germany.state().map(|state| state.name), Some("Germany"));
//! # Ok::<(), &str>(())
//! ```

mod icao;
mod iso3166;
mod withdrawn;

use core::fmt;

use crate::alphabet::FILLER;

/// A code as an MRZ prints it: one to three letters, padded with fillers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code3([u8; 3]);

impl Code3 {
    /// From three cells of a zone. `None` unless they are letters, then fillers, with a letter first.
    #[must_use]
    pub fn from_cells(cells: &[u8]) -> Option<Self> {
        let code: [u8; 3] = cells.try_into().ok()?;
        let letters = code.iter().take_while(|cell| cell.is_ascii_uppercase()).count();
        let padded = code.iter().skip(letters).all(|cell| *cell == FILLER);
        (letters > 0 && padded).then_some(Self(code))
    }

    /// From text: `UTO`, `D`, `D<<`; case does not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut cells = [FILLER; 3];
        if text.is_empty() || text.len() > 3 {
            return None;
        }
        for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
            *cell = byte.to_ascii_uppercase();
        }
        Self::from_cells(&cells)
    }

    /// The three cells, padded with fillers.
    #[must_use]
    pub const fn cells(self) -> [u8; 3] {
        self.0
    }

    /// The letters without padding.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let letters = self.0.split(|cell| *cell == FILLER).next().unwrap_or_default();
        str::from_utf8(letters).unwrap_or_default()
    }

    /// What is known of the code; `None` if no table has it.
    #[must_use]
    pub fn state(self) -> Option<&'static State> {
        if let Ok(at) = iso3166::ISO_3166_1.binary_search_by(|state| state.code.cmp(&self)) {
            return iso3166::ISO_3166_1.get(at);
        }
        icao::ICAO.iter().chain(&withdrawn::WITHDRAWN).find(|state| state.code == self)
    }

    /// The two-letter code that certificates of this state carry, if it has one.
    #[must_use]
    pub fn two_letter(self) -> Option<Code2> {
        self.state()?.two_letter
    }
}

impl fmt::Display for Code3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code3({})", self.as_str())
    }
}

/// A two-letter code as in a certificate's countryName.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code2([u8; 2]);

impl Code2 {
    /// From text; real certificates write it in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|b| b.to_ascii_uppercase())))
    }

    /// The letters, upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Every three-letter code that goes with it in an MRZ, withdrawn ones too: `UN` has `UNO` and `UNA`,
    /// `CS` has `CSK` and `SCG`, `DE` has `D`.
    pub fn three_letter(self) -> impl Iterator<Item = Code3> {
        all()
            .filter(move |state| state.two_letter == Some(self) && state.source != Source::IsoNotInMrz)
            .map(|state| state.code)
    }
}

impl fmt::Display for Code2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code2({})", self.as_str())
    }
}

/// Where a code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// ISO 3166-1, assigned.
    Iso3166,
    /// ISO 3166-1, but no MRZ may print it (`DEU`).
    IsoNotInMrz,
    /// Withdrawn from ISO 3166-1.
    IsoWithdrawn,
    /// Doc 9303-3 section 5 parts A to E.
    Icao,
    /// Doc 9303-3 section 5 part F: kept for old documents.
    IcaoDeprecated,
    /// Doc 9303-3 section 5 part H: signs master lists, issues no document.
    MasterList,
    /// Doc 9303-3 section 5 part G, and codes seen on specimens only.
    Specimen,
    /// Printed on real documents, in no standard.
    PrintedOnly,
}

/// One code with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// The code.
    pub code: Code3,
    /// Its counterpart in certificates.
    pub two_letter: Option<Code2>,
    /// English name.
    pub name: &'static str,
    /// Where the code comes from.
    pub source: Source,
    /// Day (`YYYY-MM-DD`) or year (`YYYY`) of withdrawal, if it was withdrawn.
    pub withdrawn: Option<&'static str>,
}

const fn state(
    code: [u8; 3],
    two: Option<[u8; 2]>,
    name: &'static str,
    source: Source,
    withdrawn: Option<&'static str>,
) -> State {
    let two_letter = match two {
        Some(two) => Some(Code2(two)),
        None => None,
    };
    State { code: Code3(code), two_letter, name, source, withdrawn }
}

/// Every known code.
pub fn all() -> impl Iterator<Item = &'static State> {
    iso3166::ISO_3166_1.iter().chain(&icao::ICAO).chain(&withdrawn::WITHDRAWN)
}

/// Whether an MRZ code and a certificate's code belong to one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// They do.
    Same,
    /// They do not: the MRZ code has another counterpart.
    Different,
    /// The MRZ code is unknown or has no counterpart: nothing can be said.
    Unknown,
}

/// Further pairs that belong together beside the one counterpart of a code: Britain and Bermuda (seen among the roots of
/// master lists) sign for the kinds of British nationals of Doc 9303-3 section 5 part A, the United Nations' first root
/// says `ZZ`, and Kosovo has the user-assigned `XK` beside its `KS`.
const FURTHER_PAIRS: [(Code3, Code2); 9] = [
    (Code3(*b"GBD"), Code2(*b"GB")),
    (Code3(*b"GBD"), Code2(*b"BM")),
    (Code3(*b"GBN"), Code2(*b"GB")),
    (Code3(*b"GBO"), Code2(*b"GB")),
    (Code3(*b"GBP"), Code2(*b"GB")),
    (Code3(*b"GBS"), Code2(*b"GB")),
    (Code3(*b"UNO"), Code2(*b"ZZ")),
    (Code3(*b"UNA"), Code2(*b"ZZ")),
    (Code3(*b"RKS"), Code2(*b"XK")),
];

/// Looks the pair up in the assignment table.
#[must_use]
pub fn assignment(mrz: Code3, certificate: Code2) -> Assignment {
    if FURTHER_PAIRS.contains(&(mrz, certificate)) {
        return Assignment::Same;
    }
    match mrz.state() {
        Some(State { source: Source::IsoNotInMrz, .. }) | None => Assignment::Unknown,
        Some(state) => match state.two_letter {
            Some(two) if two == certificate => Assignment::Same,
            Some(_) => Assignment::Different,
            None => Assignment::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::vec::Vec;

    fn three(text: &str) -> Code3 {
        Code3::parse(text).unwrap()
    }

    fn two(text: &str) -> Code2 {
        Code2::parse(text).unwrap()
    }

    #[test]
    fn tables_are_sorted_and_name_each_code_once() {
        assert!(iso3166::ISO_3166_1.windows(2).all(|pair| pair[0].code < pair[1].code));
        let codes: Vec<Code3> = all().map(|state| state.code).collect();
        assert_eq!(codes.len(), codes.iter().collect::<BTreeSet<_>>().len());
        assert_eq!(iso3166::ISO_3166_1.len(), 249);
        for code in codes {
            assert!(Code3::from_cells(&code.cells()).is_some(), "{code}");
        }
    }

    #[test]
    fn germany_is_d() {
        assert_eq!(assignment(three("D"), two("DE")), Assignment::Same);
        assert_eq!(assignment(three("DEU"), two("DE")), Assignment::Unknown);
        assert_eq!(two("DE").three_letter().collect::<Vec<_>>(), [three("D")]);
    }

    #[test]
    fn the_map_is_many_to_many() {
        assert_eq!(two("UN").three_letter().collect::<Vec<_>>(), [three("UNO"), three("UNA")]);
        assert_eq!(two("CS").three_letter().collect::<Vec<_>>(), [three("CSK"), three("SCG")]);
        for (a, b) in
            [("RKS", "KS"), ("EUE", "EU"), ("UTO", "UT"), ("IAO", "IA"), ("ROM", "RO"), ("ROU", "ro")]
        {
            assert_eq!(assignment(three(a), two(b)), Assignment::Same, "{a} {b}");
        }
        for (a, b) in [("GBD", "GB"), ("GBD", "bm"), ("GBS", "GB"), ("UNO", "ZZ"), ("RKS", "XK")] {
            assert_eq!(assignment(three(a), two(b)), Assignment::Same, "{a} {b}");
        }
        assert_eq!(assignment(three("GBR"), two("BM")), Assignment::Different);
        assert_eq!(assignment(three("GBD"), two("ZW")), Assignment::Unknown);
        assert_eq!(assignment(three("XOM"), two("IT")), Assignment::Unknown);
        assert_eq!(assignment(three("FRA"), two("GB")), Assignment::Different);
        assert_eq!(assignment(three("ZZZ"), two("ZZ")), Assignment::Unknown);
    }

    #[test]
    fn malformed_cells_are_no_code() {
        for cells in [&b"<<<"[..], b"D<E", b"<DE", b"D1<", b"de<", b"DE", b"UTOP"] {
            assert!(Code3::from_cells(cells).is_none());
        }
        assert!(Code3::parse("").is_none() && Code3::parse("É").is_none() && Code2::parse("1A").is_none());
    }
}
