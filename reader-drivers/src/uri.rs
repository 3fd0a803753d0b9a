//! The name of a reader as an operator writes it: `scheme:path?key=value&key=value`.
//!
//! Examples: `serial:/dev/ttyUSB0?profile=elyctis&baud=115200`, `folder:/var/captures`, `pn532:/dev/ttyUSB1`,
//! `vpcd:127.0.0.1:35963`, `pcsc:ACME Reader 00 00`. The path may hold anything but `?`; `%XX` stands for a byte in
//! path and values (RFC 3986 section 2.1), so `%3F` is a question mark and `%25` a per cent sign.

use std::fmt;
use std::str::FromStr;

use crate::error::{ReaderError, ReaderErrorKind};

/// Longest URI that is looked at, in bytes.
const MAX_URI: usize = 4096;

/// A parsed reader URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderUri {
    scheme: String,
    path: String,
    parameters: Vec<(String, String)>,
}

impl ReaderUri {
    /// Builds a URI from parts that need no quoting by the caller.
    #[must_use]
    pub fn new(scheme: impl Into<String>, path: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), path: path.into(), parameters: Vec::new() }
    }

    /// The same URI with one parameter more.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((key.into(), value.into()));
        self
    }

    /// The same URI without one parameter.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        let mut uri = self.clone();
        uri.parameters.retain(|(k, _)| k != key);
        uri
    }

    /// What stands before the first colon, in lower case.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Device path, folder, `HOST:PORT` or reader name.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Value of a parameter.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&str> {
        self.parameters.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// Value of a numeric parameter.
    ///
    /// # Errors
    /// [`ReaderErrorKind::InvalidUri`] where the value is not a decimal number within `range`.
    pub fn number(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Result<Option<u64>, ReaderError> {
        let Some(text) = self.parameter(key) else { return Ok(None) };
        match text.parse::<u64>() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(self.invalid(format!("{key} must be a number in {}..={}", range.start(), range.end()))),
        }
    }

    /// Refuses parameters that the scheme does not know: a mistyped `baud` must not be silently ignored.
    ///
    /// # Errors
    /// [`ReaderErrorKind::InvalidUri`] naming the parameter and the ones that are known.
    pub fn allow(&self, known: &[&str]) -> Result<(), ReaderError> {
        for (key, _) in &self.parameters {
            if !known.contains(&key.as_str()) {
                return Err(self.invalid(format!(
                    "unknown parameter `{key}`, known here: {}",
                    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
                )));
            }
        }
        Ok(())
    }

    /// An [`ReaderErrorKind::InvalidUri`] error about this URI.
    #[must_use]
    pub fn invalid(&self, detail: impl Into<String>) -> ReaderError {
        ReaderError::new(ReaderErrorKind::InvalidUri, self.to_string()).because(detail)
    }

    /// An error of `kind` about this URI.
    #[must_use]
    pub fn error(&self, kind: ReaderErrorKind) -> ReaderError {
        ReaderError::new(kind, self.to_string())
    }
}

impl FromStr for ReaderUri {
    type Err = ReaderError;

    fn from_str(text: &str) -> Result<Self, ReaderError> {
        let refuse =
            |detail: &str| Err(ReaderError::new(ReaderErrorKind::InvalidUri, clip(text)).because(detail));
        if text.len() > MAX_URI {
            return refuse("longer than 4096 bytes");
        }
        let Some((scheme, rest)) = text.split_once(':') else {
            return refuse("expected SCHEME:PATH, for example serial:/dev/ttyUSB0?profile=elyctis");
        };
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(letters) {
            return refuse("the scheme is letters, digits, +, - and .");
        }
        let (path, query) = rest.split_once('?').map_or((rest, None), |(p, q)| (p, Some(q)));
        let Some(path) = unquote(path) else { return refuse("bad %XX in the path") };
        if path.is_empty() {
            return refuse("nothing after the colon");
        }
        if path.contains('\0') {
            return refuse("NUL in the path");
        }
        let mut uri = Self { scheme: scheme.to_ascii_lowercase(), path, parameters: Vec::new() };
        for pair in query.into_iter().flat_map(|q| q.split('&')).filter(|p| !p.is_empty()) {
            let Some((key, value)) = pair.split_once('=') else {
                return refuse("parameters are key=value, joined by &");
            };
            let (Some(key), Some(value)) = (unquote(key), unquote(value)) else {
                return refuse("bad %XX in a parameter");
            };
            if uri.parameter(&key).is_some() {
                return refuse("a parameter stands twice");
            }
            uri.parameters.push((key, value));
        }
        Ok(uri)
    }
}

impl fmt::Display for ReaderUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme, quote(&self.path, "?"))?;
        for (n, (key, value)) in self.parameters.iter().enumerate() {
            let mark = if n == 0 { '?' } else { '&' };
            write!(f, "{mark}{}={}", quote(key, "&=?"), quote(value, "&"))?;
        }
        Ok(())
    }
}

/// `%XX` to bytes; `None` where a per cent sign is not followed by two hex digits or the result is not UTF-8.
fn unquote(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut input = text.bytes();
    while let Some(byte) = input.next() {
        if byte == b'%' {
            let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
            let (high, low) = (digit(input.next()?)?, digit(input.next()?)?);
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn quote(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '%' || c.is_ascii_control() || special.contains(c) {
            out.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

fn clip(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_of_known_uris() {
        let uri: ReaderUri = "serial:/dev/ttyUSB0?profile=elyctis&baud=115200".parse().unwrap();
        assert_eq!((uri.scheme(), uri.path()), ("serial", "/dev/ttyUSB0"));
        assert_eq!(uri.parameter("profile"), Some("elyctis"));
        assert_eq!(uri.number("baud", 300..=4_000_000).unwrap(), Some(115_200));
        let uri: ReaderUri = "VPCD:127.0.0.1:35963".parse().unwrap();
        assert_eq!((uri.scheme(), uri.path()), ("vpcd", "127.0.0.1:35963"));
        let uri: ReaderUri = "pcsc:ACME Reader 00 00".parse().unwrap();
        assert_eq!(uri.path(), "ACME Reader 00 00");
        let uri: ReaderUri = "folder:/tmp/a%3Fb%25".parse().unwrap();
        assert_eq!(uri.path(), "/tmp/a?b%");
    }

    #[test]
    fn bad_uris_are_refused() {
        for bad in
            ["", "serial", ":x", "serial:", "1s:x", "s:%zz", "s:%f", "s:a?x", "s:a?x=1&x=2", "s:%00", "s:%FF"]
        {
            let error = bad.parse::<ReaderUri>().unwrap_err();
            assert_eq!(*error.kind(), ReaderErrorKind::InvalidUri, "{bad}");
        }
        assert!("s".repeat(5000).parse::<ReaderUri>().is_err());
    }

    #[test]
    fn mistyped_parameters_and_numbers_are_refused() {
        let uri: ReaderUri = "serial:/dev/x?boud=9600&baud=fast".parse().unwrap();
        assert!(uri.allow(&["baud", "boud"]).is_ok());
        assert!(uri.allow(&["baud"]).unwrap_err().to_string().contains("boud"));
        assert!(uri.number("baud", 1..=9).is_err());
    }

    proptest! {
        #[test]
        fn printing_and_parsing_again_is_the_same(path in "[^\u{0}]{1,40}", value in "[^\u{0}]{0,40}") {
            let uri = ReaderUri::new("serial", path).with("profile", value);
            prop_assert_eq!(uri.to_string().parse::<ReaderUri>().unwrap(), uri);
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in any::<String>()) {
            let _ = text.parse::<ReaderUri>();
        }
    }
}
