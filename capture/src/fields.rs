//! Typed access to the fields of a JSON object, each refusal with its place.

use crate::error::{Error, ErrorKind};
use crate::json::{Json, join};
use crate::limits::Limits;
use crate::note::{Note, UNKNOWN_FIELD, UNKNOWN_VALUE, nearest};
use std::ops::RangeInclusive;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Pixels per inch that a bundle may name.
pub(crate) const RESOLUTIONS: RangeInclusive<f64> = f64::MIN_POSITIVE..=1e6;
/// The same in words.
pub(crate) const RESOLUTION: &str = "a number above 0, at most 1000000";

/// An object of `capture.json` and the place where it stands. `null` counts as absent.
pub(crate) struct Fields<'j> {
    at: String,
    object: &'j [(String, Json)],
}

impl<'j> Fields<'j> {
    pub(crate) fn of(json: &'j Json, at: &str) -> Result<Self, Error> {
        match json {
            Json::Object(object) => Ok(Self { at: at.to_owned(), object }),
            other => Err(wrong_type(at, "an object", other)),
        }
    }

    /// The place of a field of this object.
    pub(crate) fn place(&self, name: &str) -> String {
        join(&self.at, name)
    }

    fn field(&self, name: &str) -> Option<&'j Json> {
        self.object.iter().find(|(key, _)| key == name).map(|(_, value)| value).filter(|v| **v != Json::Null)
    }

    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Error> {
        self.field(name).map(|json| Self::of(json, &self.place(name))).transpose()
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&'j str>, Error> {
        self.field(name).map(|json| text(json, &self.place(name))).transpose()
    }

    pub(crate) fn required_text(&self, name: &str) -> Result<&'j str, Error> {
        self.text(name)?.ok_or_else(|| ErrorKind::MissingField { at: self.place(name) }.into())
    }

    /// The items of a list, with the place of each; an absent list is `None`.
    pub(crate) fn list(&self, name: &str, limits: &Limits) -> Result<Option<Vec<(String, &'j Json)>>, Error> {
        let Some(json) = self.field(name) else { return Ok(None) };
        let at = self.place(name);
        let Json::Array(items) = json else { return Err(wrong_type(&at, "a list", json)) };
        if items.len() > limits.items {
            return Err(ErrorKind::TooMany { at, limit: limits.items }.into());
        }
        Ok(Some(items.iter().enumerate().map(|(i, item)| (format!("{at}[{i}]"), item)).collect()))
    }

    /// All fields of the object as text, whatever their names.
    pub(crate) fn texts(&self, limits: &Limits) -> Result<Vec<(String, String, &'j str)>, Error> {
        if self.object.len() > limits.items {
            return Err(ErrorKind::TooMany { at: self.at.clone(), limit: limits.items }.into());
        }
        let present = self.object.iter().filter(|(_, value)| *value != Json::Null);
        present
            .map(|(name, value)| {
                let at = self.place(name);
                text(value, &at).map(|text| (name.clone(), at, text))
            })
            .collect()
    }

    /// A resolution in pixels per inch.
    pub(crate) fn resolution(&self, name: &str) -> Result<Option<f64>, Error> {
        let Some(json) = self.field(name) else { return Ok(None) };
        let at = self.place(name);
        let number = match json {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a resolution; 2^53 is far beyond the bound below"
            )]
            Json::Unsigned(n) => *n as f64,
            Json::Number(n) => *n,
            other => return Err(wrong_type(&at, "a number", other)),
        };
        if RESOLUTIONS.contains(&number) {
            return Ok(Some(number));
        }
        Err(ErrorKind::Value { at, expected: RESOLUTION }.into())
    }

    /// An instant of RFC 3339, in UTC.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<OffsetDateTime>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let refuse = || ErrorKind::Value {
            at: self.place(name),
            expected: "a time of RFC 3339 with its zone, as 2026-11-21T10:00:00Z",
        };
        let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| refuse())?;
        instant.checked_to_offset(time::UtcOffset::UTC).map(Some).ok_or_else(|| refuse().into())
    }

    /// Bytes in hexadecimal, either case.
    pub(crate) fn hex(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        hex::decode(text).map(Some).map_err(|_| {
            ErrorKind::Value { at: self.place(name), expected: "hexadecimal digits, two a byte" }.into()
        })
    }

    /// Notes the fields that are not among `known`.
    pub(crate) fn note_unknown(&self, known: &[&str], notes: &mut Notes) {
        for (name, _) in self.object.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            notes.push(UNKNOWN_FIELD, || (self.place(name), nearest(name, known)));
        }
    }
}

fn text<'j>(json: &'j Json, at: &str) -> Result<&'j str, Error> {
    match json {
        Json::Text(text) => Ok(text),
        other => Err(wrong_type(at, "a string", other)),
    }
}

/// The text of a list item.
pub(crate) fn item_text<'j>(item: &(String, &'j Json)) -> Result<&'j str, Error> {
    text(item.1, &item.0)
}

/// The whole number of a list item, not below zero.
pub(crate) fn item_number(item: &(String, &Json)) -> Result<u64, Error> {
    match item.1 {
        Json::Unsigned(n) => Ok(*n),
        other => Err(wrong_type(&item.0, "a whole number, 0 or more", other)),
    }
}

pub(crate) fn wrong_type(at: &str, expected: &'static str, found: &Json) -> Error {
    let at = if at.is_empty() { "top" } else { at };
    ErrorKind::WrongType { at: at.to_owned(), expected, found: found.type_name() }.into()
}

/// Notes under construction: the first of them in full, the rest counted.
pub(crate) struct Notes {
    notes: Vec<Note>,
    more: usize,
    limit: usize,
}

impl Notes {
    pub(crate) const fn new(limit: usize) -> Self {
        Self { notes: Vec::new(), more: 0, limit }
    }

    fn push<'k>(&mut self, code: &'static str, note: impl FnOnce() -> (String, Option<&'k str>)) {
        if self.notes.len() >= self.limit {
            self.more += 1;
            return;
        }
        let (path, nearest) = note();
        self.notes.push(Note { code, path, nearest: nearest.map(str::to_owned) });
    }

    /// Notes a name that is not among `known` but so near to one that it was probably meant.
    pub(crate) fn near_miss(&mut self, at: &str, name: &str, known: &[&str]) {
        if known.contains(&name) {
            return;
        }
        if let Some(meant) = nearest(name, known) {
            self.push(UNKNOWN_VALUE, || (at.to_owned(), Some(meant)));
        }
    }

    /// Notes a field by its place.
    pub(crate) fn unknown_field(&mut self, at: &str, name: &str, known: &[&str]) {
        self.push(UNKNOWN_FIELD, || (at.to_owned(), nearest(name, known)));
    }

    pub(crate) fn finish(mut self) -> Vec<Note> {
        if self.more > 0 {
            let path = format!("(and {} more)", self.more);
            self.notes.push(Note { code: UNKNOWN_FIELD, path, nearest: None });
        }
        self.notes
    }
}
