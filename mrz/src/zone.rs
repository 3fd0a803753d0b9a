//! The strict parser: lines in, borrowed fields and every printed check digit out.
//!
//! Nothing is repaired, trimmed or mapped here. Lines that have the count and widths of a format are a
//! [`Zone`] with all its fields, whatever else is wrong; everything wrong is said at once
//! ([`Zone::checks`], [`Zone::findings`]). Only lines that fit no format are refused ([`Unreadable`]).

use core::fmt;
use core::marker::PhantomData;

use crate::access_key::AccessKey;
use crate::alphabet::{FILLER, OUTSIDE};
use crate::cells::Cells;
use crate::check_digit::{self, Agreement, Check, CheckField};
use crate::date::Date;
use crate::detect::detect;
use crate::document_number::{DocumentNumber, LongNumber};
use crate::field::{Field, FieldName};
use crate::finding::{Findings, Warnings};
use crate::format::{Deviation, Format};
use crate::layout::{self, CheckSpec, FieldSpec, Layout, Rule, Span};
use crate::name::Name;
use crate::printed_date::PrintedDate;
use crate::states::{Code3, Source};
use crate::unreadable::Unreadable;
use crate::values::{Values, fill};

mod sealed {
    pub trait Sealed {}
}

/// Where a zone's text comes from. It is part of the type, so that repaired text never passes as read.
pub trait Provenance: sealed::Sealed + Copy {}

/// The lines are exactly what was delivered.
#[derive(Clone, Copy, Debug)]
pub enum Read {}

/// The lines were normalised ([`crate::lenient`]): spaces, case, fillers. No character was guessed.
#[derive(Clone, Copy, Debug)]
pub enum Normalised {}

/// Characters were put right under the check digits ([`crate::repair`]).
#[derive(Clone, Copy, Debug)]
pub enum Repaired {}

impl sealed::Sealed for Read {}
impl sealed::Sealed for Normalised {}
impl sealed::Sealed for Repaired {}
impl Provenance for Read {}
impl Provenance for Normalised {}
impl Provenance for Repaired {}

/// A machine readable zone with its facts. It borrows the lines and is cheap to copy.
#[derive(Clone, Copy)]
pub struct Zone<'a, P: Provenance = Read> {
    layout: &'static Layout,
    lines: [&'a [u8]; 3],
    checks: [Check; 5],
    /// Whether the document number goes on in the optional data.
    is_long: bool,
    deviation: Option<Deviation>,
    inside_alphabet: bool,
    provenance: PhantomData<P>,
}

/// Reads a zone strictly. Lines are `&str` or `&[u8]`, without line ends.
///
/// # Errors
/// [`Unreadable`] if count and widths of the lines fit no format; it says what is wrong and where.
pub fn parse<'a, L: AsRef<[u8]> + ?Sized>(lines: &[&'a L]) -> Result<Zone<'a>, Unreadable<'a>> {
    let mut slots: [&'a [u8]; 3] = [&[]; 3];
    for (slot, line) in slots.iter_mut().zip(lines) {
        *slot = (*line).as_ref();
    }
    let format = detect(&slots, lines.len())?;
    Ok(Zone::build(layout::of(format), slots, false))
}

impl<'a, P: Provenance> Zone<'a, P> {
    /// Computes everything that does not depend on a day. `tolerant`: take digits that count the filler.
    #[inline]
    pub(crate) fn build(layout: &'static Layout, lines: [&'a [u8]; 3], tolerant: bool) -> Self {
        let line_count = layout.format.widths().len();
        let mut values: [Values; 3] = [[0; layout::ROW]; 3];
        let mut worst = 0;
        for (values, line) in values.iter_mut().zip(&lines).take(line_count) {
            worst = fill(values, line).max(worst);
        }
        let inside_alphabet = worst != OUTSIDE;
        let deviation = deviation(layout, &lines);
        let blank = Check::judge(CheckField::Line, 1, 1, None, FILLER);
        let mut zone = Self {
            layout,
            lines,
            checks: [blank; 5],
            is_long: false,
            deviation,
            inside_alphabet,
            provenance: PhantomData,
        };
        for (slot, spec) in layout.checks.iter().enumerate() {
            let check = zone.run(spec, &values, tolerant);
            if let Some(place) = zone.checks.get_mut(slot) {
                *place = check;
            }
        }
        zone
    }

    #[inline]
    fn run(&mut self, spec: &CheckSpec, values: &[Values; 3], tolerant: bool) -> Check {
        let found = self.cell(spec.line, spec.column);
        let expected = self.expected(spec, values);
        match spec.rule {
            Rule::Digit => {}
            Rule::FillerWhenBlank => {
                if found == FILLER && spec.spans.iter().all(|s| is_blank(self.span(*s))) {
                    let mut check = Check::judge(spec.field, spec.line, spec.column, Some(FILLER), found);
                    check.agreement = Agreement::AgreesAsFiller;
                    return check;
                }
            }
            Rule::LongNumber(optional) if found == FILLER => {
                return self.run_long(spec, optional, expected, tolerant);
            }
            Rule::LongNumber(_) => {}
        }
        let mut check = Check::judge(spec.field, spec.line, spec.column, expected, found);
        if spec.field == CheckField::ExpiryDate
            && self.deviation == Some(Deviation::RussianInternalPassport)
            && found == FILLER
        {
            check.expected = Some(char::from(FILLER));
            check.agreement = Agreement::AgreesByDeviation;
        }
        check
    }

    fn run_long(&mut self, spec: &CheckSpec, optional: Span, short: Option<u8>, tolerant: bool) -> Check {
        let field = spec.spans.first().map(|s| self.span(*s)).unwrap_or_default();
        let full = field.last().is_some_and(|cell| *cell != FILLER);
        let long = LongNumber::split(self.span(optional), optional.line, optional.first);
        let Some(long) = long.filter(|_| full) else {
            // No usable number goes on: the filler stands where a digit must be.
            return Check::judge(spec.field, spec.line, spec.column, short, FILLER);
        };
        self.is_long = true;
        let cells = || field.iter().chain(long.remainder).copied();
        let expected = check_digit::compute(cells());
        let mut check = Check::judge(spec.field, long.line, long.column, expected, long.digit);
        if check.agreement == Agreement::Disagrees {
            let counted = field.iter().chain(&[FILLER]).chain(long.remainder).copied();
            if check_digit::compute(counted) == Some(long.digit) {
                check.agreement =
                    if tolerant { Agreement::TakenWithFiller } else { Agreement::OnlyWithFiller };
            }
        }
        check
    }

    #[inline]
    fn expected(&self, spec: &CheckSpec, values: &[Values; 3]) -> Option<u8> {
        if !self.inside_alphabet {
            return check_digit::compute(spec.spans.iter().flat_map(|s| self.span(*s).iter().copied()));
        }
        let (line, weights) = &spec.rows.first;
        let mut sum = check_digit::weigh(values.get(*line)?, weights);
        if let Some((line, weights)) = &spec.rows.second {
            sum += check_digit::weigh(values.get(*line)?, weights);
        }
        check_digit::digit(sum)
    }

    /// The layout of the zone.
    #[must_use]
    #[inline]
    pub const fn format(&self) -> Format {
        self.layout.format
    }

    /// The lines, as many as the format has.
    #[must_use]
    pub fn lines(&self) -> &[&'a [u8]] {
        self.lines.get(..self.format().widths().len()).unwrap_or_default()
    }

    /// Every check digit that the format prints, in the order of its field table.
    #[must_use]
    #[inline]
    pub fn checks(&self) -> &[Check] {
        self.checks.get(..self.layout.checks.len()).unwrap_or_default()
    }

    /// One check digit, if the format prints it.
    #[must_use]
    pub fn check(&self, field: CheckField) -> Option<&Check> {
        self.checks().iter().find(|check| check.field == field)
    }

    /// Whether every cell is in the alphabet and every printed check digit is right. It speaks of text only:
    /// nothing about the calendar, the codes, the expiry, and nothing about authenticity. A format without
    /// check digits has none that could disagree.
    #[must_use]
    #[inline]
    pub fn digits_agree(&self) -> bool {
        self.inside_alphabet && self.checks().iter().all(Check::ok)
    }

    /// Whether every cell is in the MRZ alphabet.
    #[must_use]
    #[inline]
    pub const fn inside_alphabet(&self) -> bool {
        self.inside_alphabet
    }

    /// The named departure from the standard that the zone shows.
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        self.deviation
    }

    /// One field; `None` if the format has none of that name.
    #[must_use]
    pub fn field(&self, name: FieldName) -> Option<Field<'a>> {
        if let (FieldName::Primary | FieldName::Secondary, Some(span)) = (name, self.layout.name) {
            let both = self.name();
            let cells = if name == FieldName::Primary { both.primary() } else { both.secondary() };
            let length = u8::try_from(cells.len()).unwrap_or(0);
            let first = if name == FieldName::Primary {
                span.first
            } else {
                span.last.saturating_sub(length.saturating_sub(1))
            };
            let last = first.saturating_add(length.saturating_sub(1)).min(span.last);
            return Some(Field { name, line: span.line, first, last, cells });
        }
        if name == FieldName::Employer {
            let crew = self.format() == Format::Td1 && self.document_code().same(Cells::new(b"AC"));
            let span = Span { line: 1, first: 16, last: 18 };
            let cells = Cells::new(self.span(span));
            return (crew && !self.is_long).then_some(Field { name, line: 1, first: 16, last: 18, cells });
        }
        let spec = self.layout.field(name)?;
        Some(self.resolve(spec))
    }

    /// Every field of the format in the order of the JSON contract, names as primary and secondary.
    pub fn fields(&self) -> impl Iterator<Item = Field<'a>> + '_ {
        const ORDER: [FieldName; 20] = [
            FieldName::DocumentCode,
            FieldName::IssuingState,
            FieldName::DocumentNumber,
            FieldName::Nationality,
            FieldName::BirthDate,
            FieldName::Sex,
            FieldName::ExpiryDate,
            FieldName::Primary,
            FieldName::Secondary,
            FieldName::Optional1,
            FieldName::Optional2,
            FieldName::Employer,
            FieldName::AdministrativeCode,
            FieldName::IssueDate,
            FieldName::Department,
            FieldName::ProtocolVersion,
            FieldName::Random,
            FieldName::PinCode,
            FieldName::Language,
            FieldName::Version,
        ];
        ORDER.into_iter().filter_map(|name| self.field(name))
    }

    fn resolve(&self, spec: &FieldSpec) -> Field<'a> {
        let Span { line, first, last } = spec.span;
        let cells = match spec.name {
            FieldName::DocumentNumber => self.document_number().cells(),
            FieldName::Optional1 => {
                self.long().map_or(Cells::new(self.span(spec.span)), |l| Cells::new(l.rest))
            }
            _ => Cells::new(self.span(spec.span)),
        };
        let first = match (spec.name, self.long()) {
            // What is left of the optional data ends where the field ends.
            (FieldName::Optional1, Some(long)) => {
                last.saturating_sub(u8::try_from(long.rest.len()).unwrap_or(0)).saturating_add(1).min(last)
            }
            _ => first,
        };
        Field { name: spec.name, line, first, last, cells }
    }

    /// The second part of a long document number.
    fn long(&self) -> Option<LongNumber<'a>> {
        if !self.is_long {
            return None;
        }
        self.layout.checks.iter().find_map(|spec| match spec.rule {
            Rule::LongNumber(optional) => {
                LongNumber::split(self.span(optional), optional.line, optional.first)
            }
            _ => None,
        })
    }

    fn cells_of(&self, name: FieldName) -> Cells<'a> {
        self.layout.field(name).map_or(Cells::new(&[]), |spec| Cells::new(self.span(spec.span)))
    }

    /// Document code, two cells.
    #[must_use]
    pub fn document_code(&self) -> Cells<'a> {
        self.cells_of(FieldName::DocumentCode)
    }

    /// Issuing state or organisation; `None` if the three cells are not letters with fillers after them.
    #[must_use]
    pub fn issuing_state(&self) -> Option<Code3> {
        Code3::from_cells(self.cells_of(FieldName::IssuingState).head())
    }

    /// Nationality; `None` if the format has none or the cells are not letters with fillers after them.
    #[must_use]
    pub fn nationality(&self) -> Option<Code3> {
        Code3::from_cells(self.cells_of(FieldName::Nationality).head())
    }

    /// Document number, joined if it is long.
    #[must_use]
    pub fn document_number(&self) -> DocumentNumber<'a> {
        DocumentNumber { field: self.cells_of(FieldName::DocumentNumber).head(), long: self.long() }
    }

    /// Primary and secondary identifier.
    #[must_use]
    pub fn name(&self) -> Name<'a> {
        if let Some(span) = self.layout.name {
            return Name::split(self.span(span));
        }
        let (primary, secondary) = (self.cells_of(FieldName::Primary), self.cells_of(FieldName::Secondary));
        let truncated = |cells: Cells<'_>| cells.head().last().is_some_and(u8::is_ascii_uppercase);
        Name {
            primary: primary.head(),
            secondary: secondary.head(),
            may_be_truncated: truncated(primary) || truncated(secondary),
        }
    }

    /// Date of birth as printed.
    #[must_use]
    pub fn birth_date(&self) -> Option<PrintedDate> {
        self.date(FieldName::BirthDate)
    }

    /// Date of expiry, or last day of a visa, as printed.
    #[must_use]
    pub fn expiry_date(&self) -> Option<PrintedDate> {
        self.date(FieldName::ExpiryDate)
    }

    fn date(&self, name: FieldName) -> Option<PrintedDate> {
        let cells = self.cells_of(name).head();
        <[u8; 6]>::try_from(cells).ok().map(PrintedDate::new)
    }

    /// The sex cell as printed (`M`, `F`, `<`, or what should not be there).
    #[must_use]
    pub fn sex(&self) -> Option<char> {
        self.cells_of(FieldName::Sex).printed().chars().next()
    }

    /// First optional data: TD3's personal number field, the rest of it after a long document number.
    #[must_use]
    pub fn optional_1(&self) -> Option<Cells<'a>> {
        self.field(FieldName::Optional1).map(|field| field.cells)
    }

    /// Second optional data (TD1).
    #[must_use]
    pub fn optional_2(&self) -> Option<Cells<'a>> {
        self.field(FieldName::Optional2).map(|field| field.cells)
    }

    /// Whether issuer or nationality is Doc 9303's specimen state (`UTO`) or another that only specimens show.
    #[must_use]
    pub fn is_specimen(&self) -> bool {
        [self.issuing_state(), self.nationality()]
            .into_iter()
            .flatten()
            .any(|code| code.state().is_some_and(|state| state.source == Source::Specimen))
    }

    /// What chip access derives its key from. `None` for visas and national layouts, which have no such chip.
    /// The printed digits count; where a filler stands for one, the computed digit.
    #[must_use]
    pub fn access_key(&self) -> Option<AccessKey<'a>> {
        if !self.format().is_icao() || self.format().is_visa() {
            return None;
        }
        let digit = |field| {
            let check = self.check(field)?;
            let cell = if check.found.is_ascii_digit() { check.found } else { check.expected? };
            let cell = if cell.is_ascii_digit() { cell } else { '0' };
            Some((u8::try_from(u32::from(cell)).ok()?, check.ok()))
        };
        let (number_digit, a) = digit(CheckField::DocumentNumber)?;
        let (birth_digit, b) = digit(CheckField::BirthDate)?;
        let (expiry_digit, c) = digit(CheckField::ExpiryDate)?;
        Some(AccessKey {
            number: self.document_number().cells(),
            number_digit,
            birth: self.cells_of(FieldName::BirthDate).head(),
            birth_digit,
            expiry: self.cells_of(FieldName::ExpiryDate).head(),
            expiry_digit,
            digits_agree: a && b && c,
        })
    }

    /// Everything odd about the text, all at once. Without `today` nothing is said about expiry.
    #[must_use]
    pub fn findings(&self, today: Option<Date>) -> Findings {
        self.findings_with(today, Warnings::ALL)
    }

    /// [`Zone::findings`] with some warnings switched off.
    #[must_use]
    pub fn findings_with(&self, today: Option<Date>, warnings: Warnings) -> Findings {
        crate::findings::all(self, today, warnings)
    }

    pub(crate) const fn slots(&self) -> [&'a [u8]; 3] {
        self.lines
    }

    pub(crate) const fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// One cell, counted from 1; a filler if there is none.
    #[inline(always)]
    pub(crate) fn cell(&self, line: u8, column: u8) -> u8 {
        let line = self.lines.get(usize::from(line).wrapping_sub(1));
        line.and_then(|l| l.get(usize::from(column).wrapping_sub(1))).copied().unwrap_or(FILLER)
    }

    #[inline(always)]
    pub(crate) fn span(&self, span: Span) -> &'a [u8] {
        self.lines.get(usize::from(span.line).wrapping_sub(1)).map(|line| span.of(line)).unwrap_or_default()
    }
}

impl<P: Provenance> fmt::Debug for Zone<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({}, digits agree: {}, redacted)", self.format(), self.digits_agree())
    }
}

pub(crate) fn is_blank(cells: &[u8]) -> bool {
    cells.iter().all(|cell| *cell == FILLER)
}

/// Recognises departures that have a name.
fn deviation(layout: &Layout, lines: &[&[u8]; 3]) -> Option<Deviation> {
    let russian = layout.format == Format::Td3
        && lines[0].starts_with(b"PNRUS")
        && lines[1].get(21..28).is_some_and(is_blank);
    russian.then_some(Deviation::RussianInternalPassport)
}
