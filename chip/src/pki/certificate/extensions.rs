//! Certificate extensions, read as real certificates have them (Doc 9303-12 7.1, RFC 5280 4.2.1).

use x509_parser::extensions::{X509Extension, X509ExtensionParser};
use x509_parser::nom::Parser as _;

use crate::ber::{Element, Error, ErrorKind, Oid, Reader, tag};
use crate::finding::{Code, Finding};
use crate::oids;
use crate::pki::Name;
use crate::pki::validity::KeyUsagePeriod;

/// Most extensions looked at.
const MAX_EXTENSIONS: usize = 64;

/// Room for the extensions of most certificates.
const USUAL_EXTENSIONS: usize = 10;

/// Key usage bits (RFC 5280 4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage {
    bits: u16,
}

impl KeyUsage {
    /// Bit 0 is the first bit of the string.
    fn has(self, bit: u8) -> bool {
        self.bits & (0x8000 >> bit) != 0
    }

    /// digitalSignature.
    #[must_use]
    pub fn digital_signature(self) -> bool {
        self.has(0)
    }

    /// keyCertSign.
    #[must_use]
    pub fn key_cert_sign(self) -> bool {
        self.has(5)
    }

    /// cRLSign.
    #[must_use]
    pub fn crl_sign(self) -> bool {
        self.has(6)
    }

    /// Whether exactly these bits are set; bit 0 is digitalSignature.
    #[must_use]
    pub fn is_exactly(self, bits: &[u8]) -> bool {
        self.bits == bits.iter().fold(0, |sum, bit| sum | (0x8000_u16 >> (bit & 15)))
    }
}

/// Basic constraints (RFC 5280 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether it says CA.
    pub ca: bool,
    /// Path length constraint.
    pub path_length: Option<u32>,
}

/// What an extension's place in the certificate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pki) struct Present {
    pub(in crate::pki) oid: Oid,
    pub(in crate::pki) critical: bool,
}

/// All that is kept of the extensions.
#[derive(Debug, Default)]
pub(in crate::pki) struct Extensions {
    pub(in crate::pki) present: Vec<Present>,
    pub(in crate::pki) subject_key_identifier: Option<Box<[u8]>>,
    pub(in crate::pki) authority_key_identifier: Option<Box<[u8]>>,
    pub(in crate::pki) private_key_usage_period: Option<KeyUsagePeriod>,
    pub(in crate::pki) key_usage: Option<KeyUsage>,
    pub(in crate::pki) extended_key_usage: Option<Vec<Oid>>,
    pub(in crate::pki) basic_constraints: Option<BasicConstraints>,
    pub(in crate::pki) document_types: Option<Vec<String>>,
    pub(in crate::pki) subject_alternative_names: Vec<Name>,
    pub(in crate::pki) issuer_alternative_names: Vec<Name>,
    pub(in crate::pki) crl_distribution_points: Vec<String>,
    pub(in crate::pki) name_change: bool,
}

impl Extensions {
    /// Reads the SEQUENCE of extensions: what is known of them; a value that does not decode is a finding.
    ///
    /// # Errors
    /// An element of the sequence is no extension.
    pub(super) fn read(sequence: &Element<'_>, findings: &mut Vec<Finding>) -> Result<Self, Error> {
        let mut read = Self { present: Vec::with_capacity(USUAL_EXTENSIONS), ..Self::default() };
        let mut extensions = sequence.reader()?;
        let mut parser = X509ExtensionParser::new().with_deep_parse_extensions(false);
        let mut count = 0_usize;
        while let Some(element) = extensions.next()? {
            let Ok((_, extension)) = parser.parse(element.raw()) else {
                return Err(element.error(ErrorKind::Value("no extension")));
            };
            count += 1;
            if count <= MAX_EXTENSIONS {
                read.take(&extension, findings);
            }
        }
        if count > MAX_EXTENSIONS {
            findings.push(Finding::with(Code::ExtensionMalformed, "too many extensions"));
        }
        Ok(read)
    }

    fn take(&mut self, extension: &X509Extension<'_>, findings: &mut Vec<Finding>) {
        let Some(oid) = Oid::from_bytes(extension.oid.as_bytes()) else {
            findings.push(Finding::with(Code::ExtensionMalformed, "object identifier"));
            return;
        };
        if self.present.iter().any(|present| present.oid == oid) {
            findings.push(Finding::with(Code::ExtensionDuplicate, oid.to_string()));
            return;
        }
        self.present.push(Present { oid, critical: extension.critical });
        match self.one(&oid, extension.value, findings) {
            Ok(true) => {}
            Ok(false) if extension.critical => {
                findings.push(Finding::with(Code::ExtensionUnknownCritical, oid.to_string()));
            }
            Ok(false) => {}
            Err(error) => {
                findings.push(Finding::with(Code::ExtensionMalformed, format!("{oid}: {error}")));
            }
        }
    }

    /// Whether the extension is there, and whether it is critical.
    pub(in crate::pki) fn criticality(&self, oid: &Oid) -> Option<bool> {
        self.present.iter().find(|present| present.oid == *oid).map(|present| present.critical)
    }

    /// `Ok(false)`: not an extension that is understood here.
    fn one(&mut self, oid: &Oid, value: &[u8], findings: &mut Vec<Finding>) -> Result<bool, Error> {
        match *oid {
            oids::SUBJECT_KEY_IDENTIFIER => {
                self.subject_key_identifier = Some(match Reader::only(value, tag::OCTET_STRING) {
                    Ok(wrapped) => wrapped.content().into(),
                    // Known from Lithuania: the identifier itself stands where its OCTET STRING belongs.
                    Err(_) => {
                        findings.push(Code::SkiNotWrapped.into());
                        value.into()
                    }
                });
            }
            oids::AUTHORITY_KEY_IDENTIFIER => {
                let mut reader = Reader::only(value, tag::SEQUENCE)?.reader()?;
                match reader.optional(0x80)? {
                    Some(identifier) => {
                        self.authority_key_identifier = Some(identifier.content().into());
                    }
                    None => findings.push(Code::AkiWithoutKeyIdentifier.into()),
                }
            }
            oids::KEY_USAGE => self.key_usage = Some(key_usage(value)?),
            oids::PRIVATE_KEY_USAGE_PERIOD => {
                self.private_key_usage_period = Some(key_usage_period(value)?);
            }
            oids::EXTENDED_KEY_USAGE => {
                let mut purposes = Vec::new();
                let mut reader = Reader::only(value, tag::SEQUENCE)?.reader()?;
                while let Some(purpose) = reader.next()? {
                    purposes.push(purpose.oid()?);
                }
                self.extended_key_usage = Some(purposes);
            }
            oids::BASIC_CONSTRAINTS => self.basic_constraints = Some(basic_constraints(value, findings)?),
            oids::DOCUMENT_TYPE_LIST => self.document_types = Some(document_types(value, findings)?),
            oids::SUBJECT_ALTERNATIVE_NAME => {
                self.subject_alternative_names = alternative_names(value)?;
            }
            oids::ISSUER_ALTERNATIVE_NAME => self.issuer_alternative_names = alternative_names(value)?,
            oids::CRL_DISTRIBUTION_POINTS => self.crl_distribution_points = distribution_points(value)?,
            oids::NAME_CHANGE => self.name_change = true,
            oids::CERTIFICATE_POLICIES => {}
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn key_usage(value: &[u8]) -> Result<KeyUsage, Error> {
    let string = Reader::only(value, tag::BIT_STRING)?;
    let (unused, bits) = match string.content() {
        [unused, bits @ ..] if *unused < 8 => (*unused, bits),
        _ => return Err(string.error(ErrorKind::Value("BIT STRING is malformed"))),
    };
    let mut sum = 0_u16;
    for (index, &octet) in bits.iter().take(2).enumerate() {
        sum |= u16::from(octet) << (8 - 8 * index);
    }
    // Unused bits are no usages, whatever they hold.
    if bits.len() == 1 {
        sum &= 0xFFFF << (8 + u16::from(unused));
    } else if bits.len() == 2 {
        sum &= 0xFFFF << unused;
    }
    Ok(KeyUsage { bits: sum })
}

fn key_usage_period(value: &[u8]) -> Result<KeyUsagePeriod, Error> {
    let mut reader = Reader::only(value, tag::SEQUENCE)?.reader()?;
    let mut period = KeyUsagePeriod { not_before: None, not_after: None };
    while let Some(end) = reader.next()? {
        let time = crate::ber::parse_time_value(end.content(), true)
            .map_err(|reason| end.error(ErrorKind::Time(reason)))?;
        match end.tag() {
            0x80 => period.not_before = Some(time),
            0x81 => period.not_after = Some(time),
            found => return Err(end.error(ErrorKind::UnexpectedTag { expected: 0x80, found })),
        }
    }
    Ok(period)
}

fn basic_constraints(value: &[u8], findings: &mut Vec<Finding>) -> Result<BasicConstraints, Error> {
    let mut reader = Reader::only(value, tag::SEQUENCE)?.reader()?;
    let mut ca = false;
    if let Some(flag) = reader.optional(tag::BOOLEAN)? {
        match flag.content() {
            [0xFF] => ca = true,
            [0x00] => findings.push(Finding::with(Code::DefaultEncoded, "cA FALSE")),
            [_] => {
                ca = true;
                findings.push(Finding::with(Code::BooleanEncoding, "cA"));
            }
            _ => return Err(flag.error(ErrorKind::Value("BOOLEAN is not one octet"))),
        }
    }
    let path_length = match reader.optional(tag::INTEGER)? {
        Some(length) => Some(length.small_integer()?),
        None => None,
    };
    reader.finish()?;
    Ok(BasicConstraints { ca, path_length })
}

/// The profile's structure, or one of the shapes that states really use: a bare string, or a sequence of
/// strings without version and set.
fn document_types(value: &[u8], findings: &mut Vec<Finding>) -> Result<Vec<String>, Error> {
    let mut types = Vec::new();
    let mut outer = Reader::new(value);
    let element = outer.required()?;
    outer.finish()?;
    let mut conforms = false;
    if element.tag() == tag::PRINTABLE_STRING {
        types.push(element.text().into_owned());
    } else {
        let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
        conforms = reader.optional(tag::INTEGER)?.is_some();
        while let Some(item) = reader.next()? {
            if item.tag() == tag::SET {
                let mut set = item.reader()?;
                while let Some(entry) = set.next()? {
                    types.push(entry.text().into_owned());
                }
            } else {
                conforms = false;
                types.push(item.text().into_owned());
            }
        }
    }
    if !conforms {
        findings.push(Code::DocumentTypesForm.into());
    }
    Ok(types)
}

/// Directory names of a GeneralNames; other kinds are passed over.
pub(crate) fn alternative_names(value: &[u8]) -> Result<Vec<Name>, Error> {
    let mut names = Vec::new();
    let mut reader = Reader::only(value, tag::SEQUENCE)?.reader()?;
    while let Some(general) = reader.next()? {
        if general.tag() == 0xA4 {
            let mut inner = general.reader()?;
            names.push(Name::parse(&inner.required()?)?);
        }
    }
    Ok(names)
}

fn distribution_points(value: &[u8]) -> Result<Vec<String>, Error> {
    fn collect(element: &Element<'_>, uris: &mut Vec<String>) -> Result<(), Error> {
        if element.tag() == 0x86 {
            uris.push(String::from_utf8_lossy(element.content()).into_owned());
        } else if element.is_constructed() {
            let mut reader = element.reader()?;
            while let Some(inner) = reader.next()? {
                collect(&inner, uris)?;
            }
        }
        Ok(())
    }
    let mut uris = Vec::new();
    collect(&Reader::only(value, tag::SEQUENCE)?, &mut uris)?;
    Ok(uris)
}
