//! Findings: what is odd about a zone, apart from its fields and digits.
//!
//! A finding has a code that is stable for ever, a severity, a place and a text. It holds no character of
//! the zone, so it may be logged.

use core::fmt;

/// How much a finding matters for the text. It is no verdict: the core decides what counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Departs from the standard or from common practice, and is in circulation.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// Name in contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $severity:ident, $text:literal;)+) => {
        /// What was found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode { $($(#[doc = $doc])+ $name,)+ }

        impl FindingCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Name in contracts: `<subject>.<what>`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Severity that goes with the code.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// One sentence for people.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    /// No format has this number of lines.
    LayoutLineCount = "layout.line-count", Error, "no format has this number of lines";
    /// A line is shorter than the nearest format's.
    LayoutLineShort = "layout.line-short", Error, "the line is shorter than the nearest format asks";
    /// A line is longer than the nearest format's.
    LayoutLineLong = "layout.line-long", Error, "the line is longer than the nearest format asks";
    /// A width that no format has.
    LayoutWidth = "layout.width", Error, "no format has lines of this width";
    /// Widths of a national layout, but not its first cells.
    LayoutUnrecognised = "layout.unrecognised", Error, "the first cells name no known layout of this width";
    /// Cells outside `A-Z 0-9 <`.
    AlphabetCell = "alphabet.cell", Error, "outside the MRZ alphabet A-Z 0-9 <";
    /// A check digit is wrong.
    DigitWrong = "digit.wrong", Error, "the check digit is not the computed one";
    /// A check digit cannot be computed.
    DigitNotComputable = "digit.not-computable", Error, "the check digit cannot be computed: its span has cells outside the alphabet";
    /// A filler where a digit of value 0 belongs.
    DigitFillerForZero = "digit.filler-for-zero", Warning, "a filler stands where the check digit 0 belongs";
    /// The check cell says that the number goes on, and it does not.
    DigitNumberUnfinished = "digit.number-unfinished", Error, "the filler says that the number goes on in the optional data; nothing usable stands there";
    /// The digit of a long number counts the filler.
    DigitCountsFiller = "digit.counts-filler", Warning, "the digit of the long number agrees only if the filler in the check cell is counted";
    /// The document number goes on in the optional data.
    NumberLong = "number.long", Info, "the document number goes on in the optional data";
    /// No document number.
    NumberEmpty = "number.empty", Error, "there is no document number";
    /// A filler before or inside the document number.
    NumberInnerFiller = "number.inner-filler", Info, "the document number has fillers before its last character";
    /// Birth date with unknown parts.
    BirthPartial = "date.birth-partial", Info, "part of the date of birth is unknown";
    /// Birth date wholly unknown.
    BirthUnknown = "date.birth-unknown", Info, "the date of birth is unknown";
    /// Birth date that no calendar has.
    BirthImpossible = "date.birth-impossible", Error, "no calendar has this date of birth";
    /// Birth date that is not digits and whole filler pairs.
    BirthMalformed = "date.birth-malformed", Error, "the date of birth is neither digits nor whole pairs of fillers";
    /// No expiry.
    ExpiryFiller = "date.expiry-filler", Warning, "there is no date of expiry: Doc 9303 allows no fillers here";
    /// Expiry with fillers in it.
    ExpiryPartial = "date.expiry-partial", Error, "part of the date of expiry is missing";
    /// Expiry that no calendar has.
    ExpiryImpossible = "date.expiry-impossible", Error, "no calendar has this date of expiry";
    /// Expiry that is not digits.
    ExpiryMalformed = "date.expiry-malformed", Error, "the date of expiry is not six digits";
    /// Expired before the given day.
    Expired = "date.expired", Warning, "the date of expiry lies before the given day";
    /// Expiry not after birth under both centuries' rule.
    ExpiryBeforeBirth = "date.expiry-before-birth", Warning, "read for the given day, the expiry lies before the birth";
    /// Month of issue that does not exist.
    IssueImpossible = "date.issue-impossible", Error, "the month of issue does not exist";
    /// Document code that the format does not know.
    CodeFormat = "code.format", Warning, "this document code does not belong to this format";
    /// Second letter V on a card.
    CodeVOnCard = "code.v-on-card", Error, "the second letter of a card's document code is never V";
    /// AC in TD2, or AI anywhere.
    CodeReserved = "code.reserved", Warning, "AC belongs to crew member certificates in TD1, AI is not to be used";
    /// Passport without a second letter.
    CodeNoSecondLetter = "code.no-second-letter", Info, "the passport code has no second letter: such passports must expire before 2038-01-01";
    /// Second letter outside the harmonised table.
    CodeNational = "code.national", Warning, "the second letter of the passport code is not of the harmonised table";
    /// A passport code without a harmonised second letter that expires in 2038 or later.
    CodeTooLate = "code.too-late", Error, "a passport without a harmonised second letter must expire before 2038-01-01";
    /// Document code cells that are no code.
    CodeMalformed = "code.malformed", Error, "the document code is not a letter followed by a letter or a filler";
    /// P in TD2 that is not PU.
    CodePassportInTd2 = "code.passport-in-td2", Warning, "a passport code in TD2 size";
    /// Issuer unknown.
    IssuerUnknown = "issuer.unknown", Warning, "unknown issuing state code";
    /// Issuer's code was withdrawn.
    IssuerWithdrawn = "issuer.withdrawn", Warning, "the issuing state code has been withdrawn";
    /// Issuer code that is printed though no standard has it.
    IssuerNotStandard = "issuer.not-standard", Warning, "the issuing state code is in circulation but in no standard";
    /// Issuer cells that are no code.
    IssuerMalformed = "issuer.malformed", Error, "the issuing state is not letters followed by fillers";
    /// Nationality unknown.
    NationalityUnknown = "nationality.unknown", Warning, "unknown nationality code";
    /// Nationality code was withdrawn.
    NationalityWithdrawn = "nationality.withdrawn", Warning, "the nationality code has been withdrawn";
    /// Nationality code that is printed though no standard has it.
    NationalityNotStandard = "nationality.not-standard", Warning, "the nationality code is in circulation but in no standard";
    /// Nationality cells that are no code.
    NationalityMalformed = "nationality.malformed", Error, "the nationality is not letters followed by fillers";
    /// Germany as DEU.
    StateDeu = "state.deu", Warning, "Germany is D<< in an MRZ, never DEU";
    /// Specimen state.
    StateSpecimen = "state.specimen", Warning, "the state exists on specimens only";
    /// Sex printed X.
    SexX = "sex.x", Warning, "X is printed; Doc 9303 prints a filler in the MRZ";
    /// Sex cell wrong.
    SexInvalid = "sex.invalid", Error, "the sex is neither M nor F nor a filler";
    /// Name may be truncated.
    NameMayBeTruncated = "name.may-be-truncated", Info, "the last cell is a letter: the name must be taken as truncated";
    /// No name.
    NameEmpty = "name.empty", Error, "there is no name";
    /// Primary identifier empty.
    NameNoPrimary = "name.no-primary", Info, "the name starts with fillers: a single name without primary identifier";
    /// Digit in the name.
    NameDigit = "name.digit", Warning, "digits do not belong in a name";
    /// More than one double filler inside.
    NameGap = "name.gap", Warning, "letters follow fillers that should end the name";
    /// A filler in optional data's check cell where data is present.
    DeviationRussian = "deviation.rus-internal-passport", Info, "Russian internal passport: no expiry, and a filler as its check digit";
    /// Cells that must be fillers are not.
    LayoutFixedCells = "layout.fixed-cells", Warning, "cells that this layout leaves empty are not";
}

/// One finding with its place: lines and columns count from 1, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// Field or check digit it is about, by its contract name; `None` for lines and layout.
    pub field: Option<&'static str>,
    /// Line; 0 if it is about the zone as a whole.
    pub line: u8,
    /// First and last column; 0 if it is about the zone as a whole.
    pub columns: (u8, u8),
}

impl Finding {
    /// Severity that goes with the code.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// One sentence for people.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.code.text()
    }

    pub(crate) const fn at(
        code: FindingCode,
        field: Option<&'static str>,
        line: u8,
        first: u8,
        last: u8,
    ) -> Self {
        Self { code, field, line, columns: (first, last) }
    }

    pub(crate) const fn whole(code: FindingCode) -> Self {
        Self { code, field: None, line: 0, columns: (0, 0) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return f.write_str(self.text());
        }
        let (first, last) = self.columns;
        write!(f, "line {} columns {first}-{last}: {}", self.line, self.text())
    }
}

/// More than any zone can have: 45 runs outside the alphabet and one of every other code.
const CAPACITY: usize = 112;

/// All findings of a zone. A fixed list: it allocates nothing.
#[derive(Clone, Copy)]
pub struct Findings {
    list: [Finding; CAPACITY],
    count: usize,
}

impl Findings {
    pub(crate) const fn new() -> Self {
        Self { list: [Finding::whole(FindingCode::LayoutLineCount); CAPACITY], count: 0 }
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        if let Some(slot) = self.list.get_mut(self.count) {
            *slot = finding;
            self.count += 1;
        }
    }

    /// The findings as a slice, in the order of the zone's checks and fields.
    #[must_use]
    pub fn as_slice(&self) -> &[Finding] {
        self.list.get(..self.count).unwrap_or_default()
    }

    /// The findings one by one.
    pub fn iter(&self) -> core::slice::Iter<'_, Finding> {
        self.as_slice().iter()
    }

    /// Whether there is one of this code.
    #[must_use]
    pub fn contains(&self, code: FindingCode) -> bool {
        self.iter().any(|finding| finding.code == code)
    }

    /// The worst severity; `None` if nothing was found.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.iter().map(Finding::severity).max()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = core::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|finding| finding.code.as_str())).finish()
    }
}

/// Warnings about quirks in circulation that a caller may switch off. A switch silences the finding; it never
/// makes a wrong digit right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warnings {
    /// `digit.counts-filler`.
    pub counts_filler: bool,
    /// `digit.filler-for-zero`.
    pub filler_for_zero: bool,
    /// `date.expiry-filler`.
    pub filler_expiry: bool,
    /// `code.passport-in-td2`.
    pub passport_in_td2: bool,
}

impl Warnings {
    /// All on.
    pub const ALL: Self =
        Self { counts_filler: true, filler_for_zero: true, filler_expiry: true, passport_in_td2: true };
}
