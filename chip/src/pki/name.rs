//! Distinguished names (X.501, RFC 5280 4.1.2.4 and 7.1): as printed, and as compared.
//!
//! Two names are the same here when their sets of RDNs are, whatever their order and string types, with
//! case folded and white space collapsed: signer identifiers and issuers in genuine documents differ from
//! the certificates they mean in all of these ways.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use crate::ber::{Element, Error, ErrorKind, Oid, Reader, tag};
use crate::oids;

/// Most attributes read from one name.
const MAX_ATTRIBUTES: usize = 64;

/// Room for the attributes of most names, so that reading one allocates once.
const USUAL_ATTRIBUTES: usize = 6;

/// A name: its original octets, what people read, and its normalised key.
///
/// `==` compares the octets; compare [`Name::key`] for the same name in another encoding.
#[derive(Clone)]
pub struct Name {
    raw: Box<[u8]>,
    /// Made when first asked for: most names are neither shown nor compared.
    attributes: OnceLock<Box<[Attribute]>>,
    /// As the attributes.
    key: OnceLock<NameKey>,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for Name {}

/// One attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Attribute type.
    pub oid: Oid,
    /// Decoded value.
    pub value: String,
    /// Tag of the string type that was used.
    pub string_type: crate::ber::Tag,
    /// Which RDN it belongs to, counted from 0.
    pub rdn: usize,
}

/// Parts of a name that Doc 9303-12 7.1.1 speaks of.
pub(in crate::pki) struct NameProfile<'a> {
    /// First country, as written.
    pub(in crate::pki) country: Option<Cow<'a, str>>,
    /// Whether there is a common name.
    pub(in crate::pki) has_common_name: bool,
    /// Whether every value is a UTF8String or a PrintableString.
    pub(in crate::pki) has_only_usual_strings: bool,
}

/// The normalised, unordered form of a name: equal keys are the same name.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameKey(Arc<str>);

impl NameKey {
    /// The key as text, for indexes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl Name {
    /// Reads an RDNSequence.
    ///
    /// # Errors
    /// Not a sequence of sets of attributes.
    pub fn parse(element: &Element<'_>) -> Result<Self, Error> {
        let element = element.expect(tag::SEQUENCE)?;
        walk(element, |_, _, _| ControlFlow::Continue(()))?;
        Ok(Self { raw: element.raw().into(), attributes: OnceLock::new(), key: OnceLock::new() })
    }

    /// Reads an RDNSequence that fills `der`.
    ///
    /// # Errors
    /// As [`Name::parse`], or octets follow.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        Self::parse(&Reader::only(der, tag::SEQUENCE)?)
    }

    /// The octets as delivered.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The attributes in order.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        self.attributes.get_or_init(|| {
            let mut attributes = Vec::with_capacity(USUAL_ATTRIBUTES);
            self.visit(|oid, value, rdn| {
                let text = value.text().into_owned();
                attributes.push(Attribute { oid, value: text, string_type: value.tag(), rdn });
                ControlFlow::Continue(())
            });
            attributes.into()
        })
    }

    /// Shows every attribute in order, until told to stop.
    fn visit<'a>(&'a self, visitor: impl FnMut(Oid, Element<'a>, usize) -> ControlFlow<()>) {
        if let Ok(element) = Reader::only(&self.raw, tag::SEQUENCE) {
            // It was walked whole when it was read.
            let _walked = walk(element, visitor);
        }
    }

    /// What a certificate's profile asks of a name, without the text of the rest.
    pub(in crate::pki) fn profile(&self) -> NameProfile<'_> {
        let mut profile = NameProfile { country: None, has_common_name: false, has_only_usual_strings: true };
        self.visit(|oid, value, _| {
            match oid {
                oids::COUNTRY if profile.country.is_none() => profile.country = Some(value.text()),
                oids::COMMON_NAME => profile.has_common_name = true,
                _ => {}
            }
            profile.has_only_usual_strings &= matches!(value.tag(), tag::UTF8_STRING | tag::PRINTABLE_STRING);
            ControlFlow::Continue(())
        });
        profile
    }

    /// The normalised key.
    #[must_use]
    pub fn key(&self) -> &NameKey {
        self.key.get_or_init(|| key_of(self.attributes()))
    }

    /// Whether both are the same name after normalisation; equal octets need none.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.raw == other.raw || self.key() == other.key()
    }

    /// First value of an attribute type.
    #[must_use]
    pub fn attribute(&self, oid: &Oid) -> Option<&str> {
        self.attributes().iter().find(|attribute| attribute.oid == *oid).map(|found| found.value.as_str())
    }

    /// Country as written, mostly two upper-case letters.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.attribute(&oids::COUNTRY)
    }

    /// Country in upper case without white space around it.
    #[must_use]
    pub fn country_code(&self) -> Option<String> {
        self.country().and_then(country_code)
    }

    /// Common name.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.attribute(&oids::COMMON_NAME)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut previous = None;
        for attribute in self.attributes() {
            if let Some(rdn) = previous {
                f.write_str(if rdn == attribute.rdn { "+" } else { ", " })?;
            }
            previous = Some(attribute.rdn);
            match short_name(&attribute.oid) {
                Some(name) => f.write_str(name)?,
                None => write!(f, "{}", attribute.oid)?,
            }
            f.write_str("=")?;
            // Tricks of a hostile name must not reach a terminal.
            attribute.value.chars().try_for_each(|c| f.write_char(crate::display::shown(c)))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

/// A country in upper case without white space around it.
pub(in crate::pki) fn country_code(country: &str) -> Option<String> {
    Some(country.trim().to_uppercase()).filter(|country| !country.is_empty())
}

/// Shows type, value and RDN number of every attribute, until told to stop.
fn walk<'a>(
    name: Element<'a>,
    mut visitor: impl FnMut(Oid, Element<'a>, usize) -> ControlFlow<()>,
) -> Result<(), Error> {
    let (mut rdn, mut count) = (0, 0);
    let mut rdns = name.reader()?;
    while let Some(set) = rdns.next()? {
        let mut set = set.expect(tag::SET)?.reader()?;
        while let Some(attribute) = set.next()? {
            let mut reader = attribute.expect(tag::SEQUENCE)?.reader()?;
            let oid = reader.expect(tag::OID)?.oid()?;
            let value = reader.required()?;
            if count >= MAX_ATTRIBUTES {
                return Err(name.error(ErrorKind::TooMany(MAX_ATTRIBUTES)));
            }
            count += 1;
            if visitor(oid, value, rdn).is_break() {
                return Ok(());
            }
        }
        rdn += 1;
    }
    Ok(())
}

fn short_name(oid: &Oid) -> Option<&'static str> {
    const COUNTRY: &[u8] = &[0x55, 4, 6];
    Some(match oid.as_bytes() {
        COUNTRY => "C",
        [0x55, 4, 3] => "CN",
        [0x55, 4, 5] => "serialNumber",
        [0x55, 4, 7] => "L",
        [0x55, 4, 8] => "ST",
        [0x55, 4, 10] => "O",
        [0x55, 4, 11] => "OU",
        [0x55, 4, 12] => "title",
        [0x55, 4, 97] => "organizationIdentifier",
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1] => "emailAddress",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25] => "DC",
        _ => return None,
    })
}

fn key_of(attributes: &[Attribute]) -> NameKey {
    let mut rdns: Vec<Vec<String>> = Vec::new();
    for attribute in attributes {
        if rdns.len() <= attribute.rdn {
            rdns.resize_with(attribute.rdn + 1, Vec::new);
        }
        if let Some(rdn) = rdns.get_mut(attribute.rdn) {
            rdn.push(normalised(attribute));
        }
    }
    let mut joined: Vec<String> = rdns
        .into_iter()
        .filter(|rdn| !rdn.is_empty())
        .map(|mut rdn| {
            rdn.sort_unstable();
            rdn.join("+")
        })
        .collect();
    joined.sort_unstable();
    NameKey(joined.join(",").into())
}

/// `type=value` with case folded, white space collapsed and the separators escaped.
fn normalised(attribute: &Attribute) -> String {
    let mut text = String::with_capacity(attribute.value.len() + 8);
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    for &octet in attribute.oid.as_bytes() {
        text.push(digit(octet >> 4));
        text.push(digit(octet & 15));
    }
    text.push('=');
    let mut pending_space = false;
    for c in attribute.value.chars() {
        if c.is_whitespace() {
            pending_space = true;
            continue;
        }
        if pending_space && !text.ends_with('=') {
            text.push(' ');
        }
        pending_space = false;
        if matches!(c, ',' | '+' | '=' | '\\') {
            text.push('\\');
        }
        if c.is_ascii() {
            text.push(c.to_ascii_lowercase());
        } else {
            text.extend(c.to_lowercase());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Name;

    fn attribute(oid_last: u8, string_type: u8, value: &str) -> Vec<u8> {
        let mut inner = vec![0x06, 3, 0x55, 4, oid_last, string_type, u8::try_from(value.len()).unwrap()];
        inner.extend_from_slice(value.as_bytes());
        let mut sequence = vec![0x30, u8::try_from(inner.len()).unwrap()];
        sequence.extend_from_slice(&inner);
        sequence
    }

    fn name(rdns: &[Vec<Vec<u8>>]) -> Name {
        let mut content = Vec::new();
        for rdn in rdns {
            let set = rdn.concat();
            content.extend_from_slice(&[0x31, u8::try_from(set.len()).unwrap()]);
            content.extend_from_slice(&set);
        }
        let mut der = vec![0x30, u8::try_from(content.len()).unwrap()];
        der.extend_from_slice(&content);
        Name::from_der(&der).unwrap()
    }

    #[test]
    fn names_are_compared_without_order_type_case_or_space() {
        let one = name(&[
            vec![attribute(6, 0x13, "MY")],
            vec![attribute(10, 0x13, "Government  of Malaysia")],
            vec![attribute(3, 0x13, "CSCA")],
        ]);
        let other = name(&[
            vec![attribute(3, 0x0C, "csca ")],
            vec![attribute(10, 0x0C, " government of MALAYSIA")],
            vec![attribute(6, 0x0C, "my")],
        ]);
        assert_eq!(one.key(), other.key());
        assert_eq!(one.to_string(), "C=MY, O=Government  of Malaysia, CN=CSCA");
        assert_eq!(other.country_code().as_deref(), Some("MY"));
    }

    #[test]
    fn separators_inside_values_do_not_make_names_equal() {
        let one = name(&[vec![attribute(3, 0x0C, "a,550406=b")]]);
        let other = name(&[vec![attribute(3, 0x0C, "a")], vec![attribute(6, 0x0C, "b")]]);
        assert_ne!(one.key(), other.key());
        let split = name(&[vec![attribute(3, 0x0C, "a"), attribute(6, 0x0C, "b")]]);
        assert_ne!(split.key(), other.key());
        assert_ne!(split.key(), one.key());
    }
}
