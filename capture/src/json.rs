//! JSON as it was written (RFC 8259): names in their order and with their repetitions, so that a name that
//! stands twice is seen instead of silently losing one of its values.

use crate::error::{Error, ErrorKind};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// A JSON value.
#[derive(Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool,
    Unsigned(u64),
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses a whole document; a byte order mark in front is let pass.
    pub(crate) fn parse(bytes: &[u8], depth: usize) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let json: Self = serde_json::from_slice(bytes).map_err(|error| {
            let text = error.to_string();
            // serde_json ends its messages with the place, which is told apart here.
            let what = text.split(" at line ").next().unwrap_or_default().to_owned();
            Error::new(ErrorKind::Json { line: error.line(), column: error.column(), what })
        })?;
        json.check("", depth, depth)?;
        Ok(json)
    }

    /// Refuses names that stand twice and nesting beyond `left`. serde_json itself stops at 128 levels.
    fn check(&self, at: &str, left: usize, limit: usize) -> Result<(), Error> {
        let below =
            || left.checked_sub(1).ok_or_else(|| Error::new(ErrorKind::TooDeep { at: at.to_owned(), limit }));
        match self {
            Self::Array(items) => {
                let left = below()?;
                // Scalars cannot offend: no path is made for them.
                for (i, item) in items.iter().enumerate().filter(|(_, item)| item.is_nested()) {
                    item.check(&format!("{at}[{i}]"), left, limit)?;
                }
            }
            Self::Object(fields) => {
                let left = below()?;
                let mut seen = HashSet::new();
                for (name, value) in fields {
                    if !seen.insert(name.as_str()) {
                        return Err(ErrorKind::DuplicateField { at: join(at, name) }.into());
                    }
                    if value.is_nested() {
                        value.check(&join(at, name), left, limit)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    const fn is_nested(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_))
    }

    /// The name of its type, for errors.
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Unsigned(_) | Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// The path of a field below `at`; names that came from outside are cut at 64 characters.
pub(crate) fn join(at: &str, name: &str) -> String {
    let name: String = name.chars().take(64).collect();
    if at.is_empty() { name } else { format!("{at}.{name}") }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Bool)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        // Negative: nothing in a capture is, so its exact value is of no use.
        Ok(u64::try_from(value).map_or(Json::Number(-1.0), Json::Unsigned))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            fields.push(entry);
        }
        Ok(Json::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::Json;
    use crate::ErrorKind;

    #[test]
    fn a_name_twice_is_an_error_with_its_place() {
        let error = Json::parse(br#"{"chip": {"files": [{"a": 1, "a": 1}]}}"#, 16).err().unwrap();
        assert_eq!(error.kind, ErrorKind::DuplicateField { at: "chip.files[0].a".into() });
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(Json::parse(deep(16).as_bytes(), 16).is_ok());
        assert!(matches!(
            Json::parse(deep(17).as_bytes(), 16).err().unwrap().kind,
            ErrorKind::TooDeep { limit: 16, .. }
        ));
        assert!(matches!(
            Json::parse(deep(100_000).as_bytes(), 16).err().unwrap().kind,
            ErrorKind::Json { line: 1, .. }
        ));
    }

    #[test]
    fn a_slip_is_told_by_line_and_column() {
        let error = Json::parse(b"\xEF\xBB\xBF{\n  \"a\": ,\n}", 16).err().unwrap();
        let ErrorKind::Json { line, column, what } = error.kind else { panic!("{error}") };
        assert_eq!((line, column, what.as_str()), (2, 8, "expected value"));
    }
}
