//! Writes zones: all five ICAO formats from fields, names by the transliteration tables, truncation and long
//! document numbers by the rules of Doc 9303-3 to -7. What is written reads back as the same fields.
//!
//! ```
//! use verifier_mrz::{Format, encode, states::Code3};
//!
//! let utopia = Code3::parse("UTO").ok_or("no code")?;
//! let zone = encode::Fields {
//!     document_code: "P",
//!     document_number: "L898902C3",
//!     birth_date: *b"740812",
//!     sex: encode::Sex::Female,
//!     expiry_date: *b"120415",
//!     primary: "Eriksson",
//!     secondary: "Anna Maria",
//!     optional_1: "ZE184226B",
//!     ..encode::Fields::new(Format::Td3, utopia)
//! }
//! .encode()?;
//! assert_eq!(zone.line(1), "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<");
//! assert_eq!(zone.line(2), "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod name;

use core::fmt;

use crate::alphabet::FILLER;
use crate::buffer::Buffer;
use crate::check_digit;
use crate::detect::detect;
use crate::field::FieldName;
use crate::format::Format;
use crate::layout::{self, Layout, Rule, Span};
use crate::states::Code3;
use crate::transliterate::{Language, LatinStyle};
use crate::zone::Zone;

pub use name::TruncatedName;

/// Sex as Doc 9303 prints it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sex {
    /// `M`.
    Male,
    /// `F`.
    Female,
    /// `<`; the visual zone shows X.
    #[default]
    Unspecified,
}

/// What a zone is made from. Start with [`Fields::new`] and fill in.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    /// One of the five ICAO formats.
    pub format: Format,
    /// One or two letters.
    pub document_code: &'a str,
    /// Issuing state or organisation.
    pub issuing_state: Code3,
    /// Document number; in TD1 and TD2 longer than nine characters goes on in the optional data, of a visa
    /// only the first nine are printed.
    pub document_number: &'a str,
    /// Nationality.
    pub nationality: Code3,
    /// YYMMDD; `<` pairs for unknown parts.
    pub birth_date: [u8; 6],
    /// Sex.
    pub sex: Sex,
    /// YYMMDD.
    pub expiry_date: [u8; 6],
    /// Surname in national characters.
    pub primary: &'a str,
    /// Given names in national characters.
    pub secondary: &'a str,
    /// First optional data (TD3: personal number).
    pub optional_1: &'a str,
    /// Second optional data (TD1).
    pub optional_2: &'a str,
    /// Language of Cyrillic names.
    pub language: Language,
    /// Spelling of Latin letters that have several.
    pub style: LatinStyle,
}

impl<'a> Fields<'a> {
    /// Empty fields for a format and a state (also as nationality).
    #[must_use]
    pub const fn new(format: Format, state: Code3) -> Self {
        Self {
            format,
            document_code: "",
            issuing_state: state,
            document_number: "",
            nationality: state,
            birth_date: *b"<<<<<<",
            sex: Sex::Unspecified,
            expiry_date: *b"<<<<<<",
            primary: "",
            secondary: "",
            optional_1: "",
            optional_2: "",
            language: Language::Other,
            style: LatinStyle::Expanded,
        }
    }

    /// Writes the zone.
    ///
    /// # Errors
    /// [`EncodeError`]: which field cannot be written, why, and at which character.
    pub fn encode(&self) -> Result<Encoded, EncodeError> {
        if !self.format.is_icao() {
            return Err(EncodeError::new(FieldName::DocumentCode, EncodeErrorKind::Format, 0));
        }
        let layout = layout::of(self.format);
        let mut buffer = Buffer { count: layout.format.widths().len(), ..Buffer::EMPTY };
        for (slot, width) in buffer.widths.iter_mut().zip(layout.format.widths()) {
            *slot = *width;
        }
        let mut encoded = Encoded { format: self.format, buffer, truncated: false, long_number: false };
        self.write_codes(layout, &mut encoded)?;
        self.write_number(layout, &mut encoded)?;
        encoded.put_field(layout, FieldName::BirthDate, date(self.birth_date, FieldName::BirthDate)?);
        encoded.put_field(layout, FieldName::ExpiryDate, date(self.expiry_date, FieldName::ExpiryDate)?);
        let sex = match self.sex {
            Sex::Male => b"M",
            Sex::Female => b"F",
            Sex::Unspecified => b"<",
        };
        encoded.put_field(layout, FieldName::Sex, sex.iter().copied());
        if let Some(span) = layout.name {
            let names = name::write(self.primary, self.secondary, span.len(), self.language, self.style)?;
            encoded.truncated = names.truncated;
            encoded.put(span, names.cells().iter().copied());
        }
        encoded.write_digits(layout);
        Ok(encoded)
    }

    fn write_codes(&self, layout: &Layout, encoded: &mut Encoded) -> Result<(), EncodeError> {
        let code = self.document_code.as_bytes();
        let letters = code.iter().all(u8::is_ascii_uppercase);
        let family = matches!(
            (self.format, code),
            (Format::Td3, [b'P', ..])
                | (Format::Td1, [b'A' | b'C' | b'I', ..])
                | (Format::Td2, [b'A' | b'C' | b'I', ..] | b"PU")
                | (Format::MrvA | Format::MrvB, [b'V', ..])
        );
        let v_on_card = !self.format.is_visa() && code.get(1) == Some(&b'V') && self.format != Format::Td3;
        if !letters || code.len() > 2 || !family || v_on_card {
            return Err(EncodeError::new(FieldName::DocumentCode, EncodeErrorKind::Code, 0));
        }
        encoded.put_field(layout, FieldName::DocumentCode, code.iter().copied());
        encoded.put_field(layout, FieldName::IssuingState, self.issuing_state.cells().into_iter());
        encoded.put_field(layout, FieldName::Nationality, self.nationality.cells().into_iter());
        Ok(())
    }

    fn write_number(&self, layout: &Layout, encoded: &mut Encoded) -> Result<(), EncodeError> {
        let number = self.document_number.as_bytes();
        plain(number, FieldName::DocumentNumber)?;
        if number.is_empty() {
            return Err(EncodeError::new(FieldName::DocumentNumber, EncodeErrorKind::Empty, 0));
        }
        let spec = layout.checks.iter().find(|c| matches!(c.rule, Rule::LongNumber(_)));
        let (first, rest) = number.split_at_checked(9).unwrap_or((number, &[]));
        encoded.put_field(layout, FieldName::DocumentNumber, first.iter().copied());
        let mut taken = 0;
        match (spec.map(|s| s.rule), rest.is_empty()) {
            (_, true) => {}
            (Some(Rule::LongNumber(optional)), false) => {
                // Remainder, digit and a filler must fit the optional data.
                if rest.len() + 2 > optional.len() {
                    return Err(EncodeError::new(FieldName::DocumentNumber, EncodeErrorKind::TooLong, 9));
                }
                let digit = check_digit::compute(number.iter().copied());
                encoded.put(optional, rest.iter().copied().chain(digit));
                encoded.long_number = true;
                taken = rest.len() + 2;
            }
            // Doc 9303-7: a visa shows the first nine characters of a longer passport number.
            _ if self.format.is_visa() => encoded.truncated = true,
            _ => return Err(EncodeError::new(FieldName::DocumentNumber, EncodeErrorKind::TooLong, 9)),
        }
        for (name, text, taken) in
            [(FieldName::Optional1, self.optional_1, taken), (FieldName::Optional2, self.optional_2, 0)]
        {
            let Some(spec) = layout.field(name) else {
                if text.is_empty() {
                    continue;
                }
                return Err(EncodeError::new(name, EncodeErrorKind::NoSuchField, 0));
            };
            let cells = text.as_bytes();
            plain_or_filler(cells, name)?;
            if cells.len() + taken > spec.span.len() {
                return Err(EncodeError::new(name, EncodeErrorKind::TooLong, spec.span.len() - taken));
            }
            let start = u8::try_from(taken).unwrap_or(0) + spec.span.first;
            if start <= spec.span.last {
                let cells = cells.iter().map(|cell| if *cell == b' ' { FILLER } else { *cell });
                encoded.put(Span { first: start, ..spec.span }, cells);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({}, redacted)", self.format)
    }
}

fn date(cells: [u8; 6], field: FieldName) -> Result<impl Iterator<Item = u8>, EncodeError> {
    use crate::printed_date::{DateState, PrintedDate};
    match PrintedDate::new(cells).state() {
        DateState::Complete => Ok(cells.into_iter()),
        DateState::Partial | DateState::Unknown if field == FieldName::BirthDate => Ok(cells.into_iter()),
        _ => Err(EncodeError::new(field, EncodeErrorKind::Date, 0)),
    }
}

fn plain(cells: &[u8], field: FieldName) -> Result<(), EncodeError> {
    match cells.iter().position(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit()) {
        Some(at) => Err(EncodeError::new(field, EncodeErrorKind::Character, at)),
        None => Ok(()),
    }
}

fn plain_or_filler(cells: &[u8], field: FieldName) -> Result<(), EncodeError> {
    let allowed = |c: &u8| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == b' ' || *c == FILLER;
    match cells.iter().position(|c| !allowed(c)) {
        Some(at) => Err(EncodeError::new(field, EncodeErrorKind::Character, at)),
        None => Ok(()),
    }
}

/// A written zone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Encoded {
    format: Format,
    buffer: Buffer,
    truncated: bool,
    long_number: bool,
}

impl Encoded {
    /// Its format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// A line, from 1; empty if there is no such line.
    #[must_use]
    pub fn line(&self, number: usize) -> &str {
        // Everything written is ASCII.
        number.checked_sub(1).and_then(|at| str::from_utf8(self.buffer.line(at)).ok()).unwrap_or_default()
    }

    /// All lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        (1..=self.buffer.count).map(|number| self.line(number))
    }

    /// Whether a name (or a visa's document number) did not fit and was truncated.
    #[must_use]
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The zone of the written lines.
    #[must_use]
    pub fn zone(&self) -> Option<Zone<'_>> {
        let slots = self.buffer.slots();
        let format = detect(&slots, self.buffer.count).ok()?;
        Some(Zone::build(layout::of(format), slots, false))
    }

    fn put_field(&mut self, layout: &Layout, name: FieldName, cells: impl Iterator<Item = u8>) {
        if let Some(spec) = layout.field(name) {
            self.put(spec.span, cells);
        }
    }

    fn put(&mut self, span: Span, cells: impl Iterator<Item = u8>) {
        let row = self.buffer.cells.get_mut(usize::from(span.line) - 1);
        let slots = row.and_then(|row| row.get_mut(usize::from(span.first) - 1..usize::from(span.last)));
        for (slot, cell) in slots.unwrap_or_default().iter_mut().zip(cells) {
            *slot = cell;
        }
    }

    /// Digits in the order of the table, the composite last: it counts the others.
    fn write_digits(&mut self, layout: &Layout) {
        for spec in layout.checks {
            let cell = Span { line: spec.line, first: spec.column, last: spec.column };
            // Of a long number the cell stays a filler: its digit stands in the optional data.
            if matches!(spec.rule, Rule::LongNumber(_)) && self.long_number {
                continue;
            }
            let slots = self.buffer.slots();
            let cells = spec.spans.iter().flat_map(|s| {
                slots.get(usize::from(s.line) - 1).map(|line| s.of(line)).unwrap_or_default().iter().copied()
            });
            let digit = check_digit::compute(cells);
            self.put(cell, digit.into_iter());
        }
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({}, redacted)", self.format)
    }
}

/// Why a zone cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// Only the five ICAO formats are written.
    Format,
    /// The document code does not belong to the format.
    Code,
    /// The field is empty and must not be.
    Empty,
    /// The value is longer than the field.
    TooLong,
    /// A character that the field cannot hold.
    Character,
    /// A date that no calendar has, or an incomplete date of expiry.
    Date,
    /// The format has no such field.
    NoSuchField,
}

/// Which field cannot be written, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeError {
    /// The field.
    pub field: FieldName,
    /// Why.
    pub kind: EncodeErrorKind,
    /// At which character of the given value, from 0.
    pub position: usize,
}

impl EncodeError {
    const fn new(field: FieldName, kind: EncodeErrorKind, position: usize) -> Self {
        Self { field, kind, position }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.kind {
            EncodeErrorKind::Format => "only TD1, TD2, TD3, MRV-A and MRV-B are written",
            EncodeErrorKind::Code => "the document code does not belong to the format",
            EncodeErrorKind::Empty => "must not be empty",
            EncodeErrorKind::TooLong => "too long for the field",
            EncodeErrorKind::Character => "a character that the field cannot hold",
            EncodeErrorKind::Date => "no such day, or an incomplete date of expiry",
            EncodeErrorKind::NoSuchField => "the format has no such field",
        };
        write!(f, "{}: {why} (at character {})", self.field, self.position + 1)
    }
}

impl core::error::Error for EncodeError {}
