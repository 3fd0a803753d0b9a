//! Field tables as data: Doc 9303-4 (TD3), -5 (TD1), -6 (TD2), -7 (visas), and the national layouts.
//!
//! Lines and columns count from 1, inclusive, as in the standard, so that the tables can be held against it.

use crate::check_digit::CheckField;
use crate::field::FieldName;
use crate::format::Format;

/// A run of cells on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) line: u8,
    pub(crate) first: u8,
    pub(crate) last: u8,
}

impl Span {
    pub(crate) const fn len(self) -> usize {
        (self.last - self.first) as usize + 1
    }

    /// The span's part of a line.
    #[inline(always)]
    pub(crate) fn of(self, line: &[u8]) -> &[u8] {
        line.get(usize::from(self.first) - 1..usize::from(self.last)).unwrap_or_default()
    }

    pub(crate) const fn contains(self, line: u8, column: u8) -> bool {
        self.line == line && self.first <= column && column <= self.last
    }
}

/// What may stand in the cells of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Letters and fillers.
    Letters,
    /// Digits and, for unknown parts, fillers.
    Digits,
    /// Anything of the alphabet.
    Any,
    /// `M`, `F` or a filler.
    Sex,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldSpec {
    pub(crate) name: FieldName,
    pub(crate) span: Span,
    pub(crate) class: Class,
}

/// Rules for one check digit that are not plain arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A digit, nothing else.
    Digit,
    /// A digit, or a filler with the number going on in this span (Doc 9303-5 note j, -6 note j).
    LongNumber(Span),
    /// A digit, or a filler when the span is all fillers (Doc 9303-4, TD3 position 43).
    FillerWhenBlank,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckSpec {
    pub(crate) field: CheckField,
    pub(crate) line: u8,
    pub(crate) column: u8,
    pub(crate) spans: &'static [Span],
    pub(crate) rule: Rule,
    /// The weight of every cell of a line in this digit, 0 where it does not count: a digit is then a sum of
    /// products of fixed length, which the compiler turns into vector code.
    pub(crate) rows: Rows,
}

/// The lines that a digit covers, from 0, with their weights: one, or two in the composite of some cards.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    pub(crate) first: (usize, Weights),
    pub(crate) second: Option<(usize, Weights)>,
}

/// One number a cell of a row, in the order of [`place`].
pub(crate) type Weights = [u8; ROW];

/// Cells of a row: three vectors of 16.
pub(crate) const ROW: usize = 48;

/// Where a row keeps the cell of a line (both from 0). A line is taken in vectors of 16 cells, and its end in
/// a last vector that overlaps the one before; so nothing is ever copied to be padded. Cells that two
/// vectors hold have their place in the earlier one, and no weight in the later.
pub(crate) const fn place(width: usize, column: usize) -> usize {
    let whole = if width >= 32 { 32 } else { 16 };
    if column < whole { column } else { whole + column + 16 - width }
}

#[expect(clippy::indexing_slicing, reason = "evaluated while compiling: a wrong index does not build")]
const fn weigh(widths: &[usize], spans: &[Span]) -> Rows {
    let mut weights = [[0; ROW]; 3];
    let mut phase = 0;
    let mut index = 0;
    while index < spans.len() {
        let span = spans[index];
        let line = span.line as usize - 1;
        let mut column = span.first as usize - 1;
        while column < span.last as usize {
            weights[line][place(widths[line], column)] = [7, 3, 1][phase % 3];
            phase += 1;
            column += 1;
        }
        index += 1;
    }
    // Spans stand in the order of their lines.
    let first = spans[0].line as usize - 1;
    let last = spans[spans.len() - 1].line as usize - 1;
    let second = if last == first { None } else { Some((last, weights[last])) };
    Rows { first: (first, weights[first]), second }
}

#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) format: Format,
    pub(crate) fields: &'static [FieldSpec],
    pub(crate) checks: &'static [CheckSpec],
    /// Where primary and secondary identifier share a field.
    pub(crate) name: Option<Span>,
}

impl Layout {
    pub(crate) fn field(&self, name: FieldName) -> Option<&FieldSpec> {
        self.fields.iter().find(|spec| spec.name == name)
    }
}

const fn span(line: u8, first: u8, last: u8) -> Span {
    Span { line, first, last }
}

const fn field(name: FieldName, line: u8, first: u8, last: u8, class: Class) -> FieldSpec {
    FieldSpec { name, span: span(line, first, last), class }
}

const fn check(
    format: Format,
    field: CheckField,
    line: u8,
    column: u8,
    spans: &'static [Span],
    rule: Rule,
) -> CheckSpec {
    CheckSpec { field, line, column, spans, rule, rows: weigh(format.widths(), spans) }
}

use CheckField as C;
use Class::{Any, Digits, Letters, Sex};
use FieldName as F;
use Rule::{Digit, FillerWhenBlank, LongNumber};

const CODE: FieldSpec = field(F::DocumentCode, 1, 1, 2, Letters);
const ISSUER: FieldSpec = field(F::IssuingState, 1, 3, 5, Letters);
const NUMBER: FieldSpec = field(F::DocumentNumber, 2, 1, 9, Any);
const NATIONALITY: FieldSpec = field(F::Nationality, 2, 11, 13, Letters);
const BIRTH: FieldSpec = field(F::BirthDate, 2, 14, 19, Digits);
const SEX: FieldSpec = field(F::Sex, 2, 21, 21, Sex);
const EXPIRY: FieldSpec = field(F::ExpiryDate, 2, 22, 27, Digits);

const fn number_check(format: Format) -> CheckSpec {
    const SPANS: &[Span] = &[span(2, 1, 9)];
    check(format, C::DocumentNumber, 2, 10, SPANS, Digit)
}

const fn birth_check(format: Format) -> CheckSpec {
    const SPANS: &[Span] = &[span(2, 14, 19)];
    check(format, C::BirthDate, 2, 20, SPANS, Digit)
}

const fn expiry_check(format: Format) -> CheckSpec {
    const SPANS: &[Span] = &[span(2, 22, 27)];
    check(format, C::ExpiryDate, 2, 28, SPANS, Digit)
}

/// Doc 9303-4 section 4.2.2.
pub(crate) static TD3: Layout = Layout {
    format: Format::Td3,
    fields: &[CODE, ISSUER, NUMBER, NATIONALITY, BIRTH, SEX, EXPIRY, field(F::Optional1, 2, 29, 42, Any)],
    checks: &[
        number_check(Format::Td3),
        birth_check(Format::Td3),
        expiry_check(Format::Td3),
        check(Format::Td3, C::Optional1, 2, 43, &[span(2, 29, 42)], FillerWhenBlank),
        check(Format::Td3, C::Composite, 2, 44, &[span(2, 1, 10), span(2, 14, 20), span(2, 22, 43)], Digit),
    ],
    name: Some(span(1, 6, 44)),
};

/// Doc 9303-5 section 4.2.2.
pub(crate) static TD1: Layout = Layout {
    format: Format::Td1,
    fields: &[
        CODE,
        ISSUER,
        field(F::DocumentNumber, 1, 6, 14, Any),
        field(F::Optional1, 1, 16, 30, Any),
        field(F::BirthDate, 2, 1, 6, Digits),
        field(F::Sex, 2, 8, 8, Sex),
        field(F::ExpiryDate, 2, 9, 14, Digits),
        field(F::Nationality, 2, 16, 18, Letters),
        field(F::Optional2, 2, 19, 29, Any),
    ],
    checks: &[
        check(Format::Td1, C::DocumentNumber, 1, 15, &[span(1, 6, 14)], LongNumber(span(1, 16, 30))),
        check(Format::Td1, C::BirthDate, 2, 7, &[span(2, 1, 6)], Digit),
        check(Format::Td1, C::ExpiryDate, 2, 15, &[span(2, 9, 14)], Digit),
        check(
            Format::Td1,
            C::Composite,
            2,
            30,
            &[span(1, 6, 30), span(2, 1, 7), span(2, 9, 15), span(2, 19, 29)],
            Digit,
        ),
    ],
    name: Some(span(3, 1, 30)),
};

/// Doc 9303-6 section 4.2.2.
pub(crate) static TD2: Layout = Layout {
    format: Format::Td2,
    fields: &[CODE, ISSUER, NUMBER, NATIONALITY, BIRTH, SEX, EXPIRY, field(F::Optional1, 2, 29, 35, Any)],
    checks: &[
        check(Format::Td2, C::DocumentNumber, 2, 10, &[span(2, 1, 9)], LongNumber(span(2, 29, 35))),
        birth_check(Format::Td2),
        expiry_check(Format::Td2),
        check(Format::Td2, C::Composite, 2, 36, &[span(2, 1, 10), span(2, 14, 20), span(2, 22, 35)], Digit),
    ],
    name: Some(span(1, 6, 36)),
};

/// Doc 9303-7 section 4.2.2: no composite and no digit on the optional data.
pub(crate) static MRV_A: Layout = Layout {
    format: Format::MrvA,
    fields: &[CODE, ISSUER, NUMBER, NATIONALITY, BIRTH, SEX, EXPIRY, field(F::Optional1, 2, 29, 44, Any)],
    checks: &[number_check(Format::MrvA), birth_check(Format::MrvA), expiry_check(Format::MrvA)],
    name: Some(span(1, 6, 44)),
};

/// Doc 9303-7 section 5.2.2.
pub(crate) static MRV_B: Layout = Layout {
    format: Format::MrvB,
    fields: &[CODE, ISSUER, NUMBER, NATIONALITY, BIRTH, SEX, EXPIRY, field(F::Optional1, 2, 29, 36, Any)],
    checks: &[number_check(Format::MrvB), birth_check(Format::MrvB), expiry_check(Format::MrvB)],
    name: Some(span(1, 6, 36)),
};

/// French identity card 1988-2021: no public norm.
pub(crate) static FRA_ID: Layout = Layout {
    format: Format::FraId,
    fields: &[
        CODE,
        ISSUER,
        field(F::Primary, 1, 6, 30, Letters),
        field(F::AdministrativeCode, 1, 31, 36, Any),
        field(F::DocumentNumber, 2, 1, 12, Any),
        field(F::IssueDate, 2, 1, 4, Digits),
        field(F::Department, 2, 5, 7, Any),
        field(F::Secondary, 2, 14, 27, Letters),
        field(F::BirthDate, 2, 28, 33, Digits),
        field(F::Sex, 2, 35, 35, Sex),
    ],
    checks: &[
        check(Format::FraId, C::DocumentNumber, 2, 13, &[span(2, 1, 12)], Digit),
        check(Format::FraId, C::BirthDate, 2, 34, &[span(2, 28, 33)], Digit),
        check(Format::FraId, C::Composite, 2, 36, &[span(1, 1, 36), span(2, 1, 35)], Digit),
    ],
    name: None,
};

/// French driving licence: no public norm.
pub(crate) static FRA_DL: Layout = Layout {
    format: Format::FraDl,
    fields: &[
        field(F::DocumentCode, 1, 1, 2, Any),
        ISSUER,
        field(F::DocumentNumber, 1, 6, 14, Any),
        field(F::ExpiryDate, 1, 16, 21, Digits),
        field(F::Primary, 1, 22, 29, Letters),
    ],
    checks: &[
        check(Format::FraDl, C::DocumentNumber, 1, 15, &[span(1, 1, 14)], Digit),
        check(Format::FraDl, C::Line, 1, 30, &[span(1, 1, 29)], Digit),
    ],
    name: None,
};

/// Dutch driving licence: no public norm.
pub(crate) static NLD_DL: Layout = Layout {
    format: Format::NldDl,
    fields: &[
        field(F::DocumentCode, 1, 1, 2, Any),
        ISSUER,
        field(F::ProtocolVersion, 1, 6, 6, Any),
        field(F::DocumentNumber, 1, 7, 16, Any),
        field(F::Random, 1, 17, 29, Any),
    ],
    checks: &[check(Format::NldDl, C::Line, 1, 30, &[span(1, 1, 29)], Digit)],
    name: None,
};

/// Swiss and Liechtenstein driving licence: no public norm, no check digit.
pub(crate) static CHE_DL: Layout = Layout {
    format: Format::CheDl,
    fields: &[
        field(F::DocumentNumber, 1, 1, 9, Any),
        field(F::Language, 1, 7, 7, Any),
        field(F::DocumentCode, 2, 1, 2, Letters),
        field(F::IssuingState, 2, 3, 5, Letters),
        field(F::PinCode, 2, 6, 14, Any),
        field(F::Version, 2, 15, 17, Any),
        field(F::BirthDate, 2, 20, 25, Digits),
    ],
    checks: &[],
    name: Some(span(3, 1, 30)),
};

/// Old Slovak identity card: no public norm, no composite.
pub(crate) static SVK_ID: Layout = Layout {
    format: Format::SvkId,
    fields: &[CODE, ISSUER, NUMBER, NATIONALITY, BIRTH, SEX, EXPIRY, field(F::Optional1, 2, 29, 34, Any)],
    checks: &[number_check(Format::SvkId), birth_check(Format::SvkId), expiry_check(Format::SvkId)],
    name: Some(span(1, 6, 34)),
};

/// The layout of a format.
pub(crate) const fn of(format: Format) -> &'static Layout {
    match format {
        Format::Td1 => &TD1,
        Format::Td2 => &TD2,
        Format::Td3 => &TD3,
        Format::MrvA => &MRV_A,
        Format::MrvB => &MRV_B,
        Format::FraId => &FRA_ID,
        Format::FraDl => &FRA_DL,
        Format::NldDl => &NLD_DL,
        Format::CheDl => &CHE_DL,
        Format::SvkId => &SVK_ID,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_stays_inside_its_lines() {
        for format in Format::ALL {
            let layout = of(format);
            assert_eq!(layout.format, format);
            let spans = layout.fields.iter().map(|f| f.span);
            let covered = layout.checks.iter().flat_map(|c| c.spans.iter().copied());
            let cells = layout.checks.iter().map(|c| span(c.line, c.column, c.column));
            for s in spans.chain(covered).chain(cells).chain(layout.name) {
                let width = format.widths()[usize::from(s.line) - 1];
                assert!(s.first >= 1 && s.first <= s.last && usize::from(s.last) <= width, "{format} {s:?}");
            }
        }
    }

    #[test]
    fn icao_tables_leave_no_cell_without_a_meaning() {
        for format in Format::ALL.into_iter().filter(|f| f.is_icao() || *f == Format::SvkId) {
            let layout = of(format);
            for (line, width) in (1_u8..).zip(format.widths()) {
                for column in 1..=u8::try_from(*width).unwrap() {
                    let fields = layout.fields.iter().filter(|f| f.span.contains(line, column)).count();
                    let checks =
                        layout.checks.iter().filter(|c| (c.line, c.column) == (line, column)).count();
                    let name = usize::from(layout.name.is_some_and(|n| n.contains(line, column)));
                    assert_eq!(fields + checks + name, 1, "{format} line {line} column {column}");
                }
            }
        }
    }
}
