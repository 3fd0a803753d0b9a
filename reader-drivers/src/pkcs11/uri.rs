//! The name of a key in a token (RFC 7512): `pkcs11:token=Desk;object=is-3?module-path=/usr/lib/x.so&pin-source=file:/etc/pin`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Longest URI that is looked at, in bytes.
const LONGEST: usize = 4096;
/// The scheme with its colon.
const SCHEME: &str = "pkcs11:";

/// Which module, token and private key; what is absent fits everything. `Debug` shows no path of a PIN.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenUri {
    pub(super) module: PathBuf,
    pub(super) pin_source: Option<PathBuf>,
    /// Attributes of library, slot and token in the order of [`PLACES`].
    pub(super) place: [Option<String>; PLACES.len()],
    pub(super) object: Option<String>,
    pub(super) id: Option<Vec<u8>>,
}

/// Path attributes that say where the key is, each compared as text (RFC 7512 section 2.3).
pub(super) const PLACES: [&str; 10] = [
    "token",
    "manufacturer",
    "serial",
    "model",
    "library-manufacturer",
    "library-description",
    "library-version",
    "slot-manufacturer",
    "slot-description",
    "slot-id",
];

/// Why a text is no URI of a key. No value of the text stands in it: one may be a PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriFault {
    /// Does not begin with `pkcs11:`, or is longer than 4096 bytes.
    Scheme,
    /// Something between two separators that is no `name=value`.
    Pair,
    /// An attribute of this name whose percent signs or characters are not right.
    Encoding(String),
    /// An attribute that stands twice.
    Twice(String),
    /// A path attribute that is not known: what it means cannot be ignored (RFC 7512 section 2.4).
    Unknown(String),
    /// Names an object that is no private key.
    Type,
    /// `pin-value`: a command line is seen by others.
    PinValue,
    /// `pin-source` is no absolute path of a file.
    PinSource,
    /// No `module-path`, or one that is no absolute path.
    Module,
}

impl fmt::Display for UriFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => f.write_str(
                "expected pkcs11:token=LABEL;object=LABEL?module-path=/PATH/OF/MODULE.so (RFC 7512), at most 4096 bytes",
            ),
            Self::Pair => f.write_str("attributes are name=value, before the question mark divided by ; and after it by &"),
            Self::Encoding(name) => write!(f, "the value of {name} has a bad %XX or is no text"),
            Self::Twice(name) => write!(f, "{name} stands twice"),
            Self::Unknown(name) => {
                write!(f, "unknown attribute {name}; known here: object, id, type, {}", PLACES.join(", "))
            }
            Self::Type => f.write_str("type has to be private: only a private key signs"),
            Self::PinValue => f.write_str(
                "a PIN in a URI is seen by other users of the machine and is not taken: use pin-source=file:/PATH, and \
                 change that PIN",
            ),
            Self::PinSource => f.write_str("pin-source has to be file:/PATH, an absolute path; programs are not started"),
            Self::Module => f.write_str(
                "module-path=/PATH/OF/MODULE.so is missing or not absolute: the PKCS #11 library of the token's maker",
            ),
        }
    }
}

impl std::error::Error for UriFault {}

impl TokenUri {
    /// Whether a text means a key in a token, rightly written or not.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
    }

    /// Whether it names a file with the PIN.
    #[must_use]
    pub fn has_pin_source(&self) -> bool {
        self.pin_source.is_some()
    }

    fn path_attribute(&mut self, name: &str, value: &str) -> Result<(), UriFault> {
        if let Some(slot) = PLACES.iter().zip(&mut self.place).find(|(known, _)| **known == name) {
            return once(name, slot.1, text(name, value)?);
        }
        match name {
            "object" => once(name, &mut self.object, text(name, value)?),
            "id" => once(name, &mut self.id, octets(value).ok_or_else(|| UriFault::Encoding(shown(name)))?),
            "type" if value == "private" => Ok(()),
            "type" => Err(UriFault::Type),
            "pin-value" => Err(UriFault::PinValue),
            _ => Err(UriFault::Unknown(shown(name))),
        }
    }

    fn query_attribute(&mut self, name: &str, value: &str) -> Result<(), UriFault> {
        match name {
            "pin-value" => Err(UriFault::PinValue),
            "module-path" => {
                let path = PathBuf::from(text(name, value)?);
                if !path.is_absolute() || !self.module.as_os_str().is_empty() {
                    return Err(UriFault::Module);
                }
                self.module = path;
                Ok(())
            }
            "pin-source" => {
                let value = text(name, value)?;
                let path = value.strip_prefix("file:").unwrap_or(&value);
                let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
                if !path.is_absolute() {
                    return Err(UriFault::PinSource);
                }
                once(name, &mut self.pin_source, path)
            }
            // RFC 7512 section 2.4: a query attribute that is not understood is ignored.
            _ => Ok(()),
        }
    }
}

impl FromStr for TokenUri {
    type Err = UriFault;

    fn from_str(uri: &str) -> Result<Self, UriFault> {
        if !Self::is_one(uri) || uri.len() > LONGEST {
            return Err(UriFault::Scheme);
        }
        let rest = uri.get(SCHEME.len()..).unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut parsed = Self::default();
        for pair in path.split(';').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or(UriFault::Pair)?;
            parsed.path_attribute(name, value)?;
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or(UriFault::Pair)?;
            parsed.query_attribute(name, value)?;
        }
        if parsed.module.as_os_str().is_empty() {
            return Err(UriFault::Module);
        }
        Ok(parsed)
    }
}

impl fmt::Debug for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenUri").field("module", &self.module).finish_non_exhaustive()
    }
}

fn once<T>(name: &str, place: &mut Option<T>, value: T) -> Result<(), UriFault> {
    if place.replace(value).is_some() { Err(UriFault::Twice(shown(name))) } else { Ok(()) }
}

/// The name of an attribute as a message may hold it: what is no name may be a value in the wrong place.
fn shown(name: &str) -> String {
    let letter = |c: char| c.is_ascii_lowercase() || c == '-' || c == '_';
    if name.len() <= 32 && name.chars().all(letter) { name.to_owned() } else { "(no name)".to_owned() }
}

fn text(name: &str, value: &str) -> Result<String, UriFault> {
    let octets = octets(value).ok_or_else(|| UriFault::Encoding(shown(name)))?;
    match String::from_utf8(octets) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(UriFault::Encoding(shown(name))),
    }
}

/// `%XX` to octets; `None` where a per cent sign is not followed by two hexadecimal digits.
fn octets(value: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(value.len());
    let mut input = value.bytes();
    while let Some(octet) = input.next() {
        if octet == b'%' {
            let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let (high, low) = (digit(input.next()?)?, digit(input.next()?)?);
            octets.push(high << 4 | low);
        } else {
            octets.push(octet);
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_of_a_uri() {
        let text = "PKCS11:token=Border%20desk;object=is%3b3;id=%00%fE;slot-id=7;type=private?module-path=/usr/lib/x.so\
                    &pin-source=file:/etc/pin&x-other=1";
        let uri: TokenUri = text.parse().unwrap();
        assert_eq!(uri.module, PathBuf::from("/usr/lib/x.so"));
        assert_eq!(uri.pin_source, Some(PathBuf::from("/etc/pin")));
        assert_eq!(uri.place[0].as_deref(), Some("Border desk"));
        assert_eq!((uri.place[9].as_deref(), uri.object.as_deref()), (Some("7"), Some("is;3")));
        assert_eq!(uri.id.as_deref(), Some(&[0, 0xFE][..]));
        assert!(!format!("{uri:?}").contains("pin"));
        for source in ["file:///etc/pin", "/etc/pin", "file:%2Fetc/pin"] {
            let uri: TokenUri = format!("pkcs11:?module-path=/x&pin-source={source}").parse().unwrap();
            assert_eq!(uri.pin_source, Some(PathBuf::from("/etc/pin")), "{source}");
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        let name = |name: &str| name.to_owned();
        for (text, fault) in [
            ("file:/x", UriFault::Scheme),
            ("pkcs11:token=a", UriFault::Module),
            ("pkcs11:?module-path=x.so", UriFault::Module),
            ("pkcs11:?module-path=/a&module-path=/b", UriFault::Module),
            ("pkcs11:token?module-path=/a", UriFault::Pair),
            ("pkcs11:token=%4?module-path=/a", UriFault::Encoding(name("token"))),
            ("pkcs11:token=%FF?module-path=/a", UriFault::Encoding(name("token"))),
            ("pkcs11:token=%00?module-path=/a", UriFault::Encoding(name("token"))),
            ("pkcs11:token=a;token=a?module-path=/a", UriFault::Twice(name("token"))),
            ("pkcs11:lable=a?module-path=/a", UriFault::Unknown(name("lable"))),
            ("pkcs11:SECRET9=a?module-path=/a", UriFault::Unknown(name("(no name)"))),
            ("pkcs11:type=public?module-path=/a", UriFault::Type),
            ("pkcs11:?module-path=/a&pin-value=SECRET", UriFault::PinValue),
            ("pkcs11:pin-value=SECRET?module-path=/a", UriFault::PinValue),
            ("pkcs11:?module-path=/a&pin-source=|/bin/SECRET", UriFault::PinSource),
            ("pkcs11:?module-path=/a&pin-source=SECRET", UriFault::PinSource),
        ] {
            let refused = text.parse::<TokenUri>().unwrap_err();
            assert!(!refused.to_string().contains("SECRET"), "{refused}");
            assert_eq!(refused, fault, "{text}");
        }
        assert_eq!(format!("pkcs11:{}", "a".repeat(5000)).parse::<TokenUri>(), Err(UriFault::Scheme));
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in any::<String>(), path in "[a-z;=%0-9?&]{0,60}") {
            let _ = text.parse::<TokenUri>();
            let _ = format!("pkcs11:{path}").parse::<TokenUri>();
        }
    }
}
