//! The group template `7F61` with its nested templates `7F60` (ISO/IEC 7816-11, Doc 9303-10 4.7.2.1).

use super::super::template::{self, Findings};
use super::super::{DgNumber, LdsDate};
use crate::ber::{Element, Error, ErrorKind, Reader, tag};
use crate::finding::Code;

/// Most records looked at in one file.
pub(super) const MAX_RECORDS: usize = 32;

/// Biometric data format family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordFormat {
    /// ISO/IEC 19794 of 2005: `5F2E`.
    Iso19794,
    /// ISO/IEC 39794 of 2019: `7F2E`.
    Iso39794,
}

impl RecordFormat {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Iso19794 => "ISO/IEC 19794",
            Self::Iso39794 => "ISO/IEC 39794",
        }
    }
}

/// A biometric header template (tag A1 in 7F60). What says when somebody was photographed is personal data.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct BiometricHeader {
    /// Version of the header, 0101 (80).
    pub version: Option<u16>,
    /// Biometric type: 2 face, 8 finger, 10 hex iris (81).
    pub biometric_type: Option<u32>,
    /// Biometric subtype: which finger, which eye (82).
    pub subtype: Option<u8>,
    /// When it was made (83).
    pub created: Option<LdsDate>,
    /// From and through, as delivered (85).
    pub validity: Option<Box<[u8]>>,
    /// Creator of the data, as delivered (86).
    pub creator: Option<Box<[u8]>>,
    /// Format owner, 0101 for ISO/IEC JTC 1/SC 37 (87).
    pub format_owner: Option<u16>,
    /// Format type (88).
    pub format_type: Option<u16>,
}

impl std::fmt::Debug for BiometricHeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BiometricHeader")
            .field("biometric_type", &self.biometric_type)
            .field("format_owner", &self.format_owner)
            .field("format_type", &self.format_type)
            .finish_non_exhaustive()
    }
}

/// A choice of ISO/IEC 39794 that this version does not know and that holds what is asked for. The record is left
/// out; what it shows is unknown, which is not the same as malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownChoice {
    /// Which choice.
    pub field: &'static str,
    /// Tag that was found.
    pub tag: u32,
    /// Where, from the start of the file.
    pub offset: usize,
}

/// One biometric data block on its way to the reader of its kind.
pub(super) struct Block<'a> {
    pub(super) header: BiometricHeader,
    pub(super) format: RecordFormat,
    pub(super) element: Element<'a>,
}

/// What a kind of biometric looks like from outside.
pub(super) struct Kind {
    pub(super) number: DgNumber,
    /// Format types (88) of 19794 and 39794.
    pub(super) format_types: [u16; 2],
    /// Biometric type (81).
    pub(super) biometric_type: u32,
    /// Whether the file may hold none.
    pub(super) may_be_empty: bool,
}

/// Records of one file, as they are collected.
pub(super) struct Collected<T> {
    pub(super) records: Vec<T>,
    pub(super) unknown: Vec<UnknownChoice>,
    pub(super) findings: Findings,
    pub(super) declared: Option<u32>,
    /// The first fault of a record; the file fails with it when there is no sound record.
    pub(super) fault: Option<Error>,
}

impl<T> Collected<T> {
    /// Whether one more record is taken.
    pub(super) fn has_room(&mut self) -> bool {
        let room = self.records.len() < MAX_RECORDS;
        if !room {
            self.findings.with(Code::LdsTooMany, format!("more than {MAX_RECORDS} biometric records"));
        }
        room
    }
}

/// Reads the file and hands every data block to `read`.
pub(super) fn collect<T>(
    file: &[u8],
    kind: &Kind,
    mut read: impl FnMut(&Block<'_>, &mut Collected<T>) -> Result<(), Error>,
) -> Result<Collected<T>, Error> {
    let mut all = Collected {
        records: Vec::new(),
        unknown: Vec::new(),
        findings: Findings::default(),
        declared: None,
        fault: None,
    };
    let group = group_template(file, kind, &mut all.findings)?;
    let within = |error: Error| error.within("7F61");
    let mut reader = group.reader().map_err(within)?;
    let mut templates = 0_usize;
    while let Some(element) = reader.next().map_err(within)? {
        match element.tag() {
            tag::INTEGER => all.declared = template::count(&element),
            0x7F60 => {
                templates += 1;
                if templates > MAX_RECORDS {
                    all.findings.with(Code::LdsTooMany, format!("more than {MAX_RECORDS} templates"));
                    break;
                }
                let result = data_block(&element, kind, &mut all.findings)
                    .and_then(|block| read(&block, &mut all))
                    .map_err(|error| error.within("7F60"));
                if let Err(error) = result {
                    all.findings.with(Code::BiometricRecordMalformed, error.to_string());
                    all.fault.get_or_insert(error);
                }
            }
            // Content of the issuer's choice, so that empty groups differ (Doc 9303-10 4.7.3.2.2).
            0x53 => {}
            _ => template::unknown(&element, &mut all.findings),
        }
    }
    template::compare_count(all.declared, templates, &mut all.findings);
    if all.records.is_empty() && all.unknown.is_empty() {
        if let Some(fault) = all.fault {
            return Err(fault);
        }
        if !kind.may_be_empty {
            return Err(group.error(ErrorKind::Missing).within("record"));
        }
    }
    Ok(all)
}

/// The group template inside the outer tag, or in its place.
fn group_template<'a>(file: &'a [u8], kind: &Kind, findings: &mut Findings) -> Result<Element<'a>, Error> {
    let mut reader = Reader::new(file);
    if reader.peek() == Some(0x7F61) {
        findings.with(Code::LdsOuterTagMissing, kind.number.to_string());
        let group = reader.required()?;
        reader.finish()?;
        return Ok(group);
    }
    let outer = template::outer(file, kind.number)?;
    let mut reader = outer.reader()?;
    let group = reader.expect(0x7F61).map_err(|error| error.within("7F61"))?;
    while let Some(extra) = reader.next()? {
        // Table 50 writes the issuer's content beside the group template.
        if extra.tag() != 0x53 {
            template::unknown(&extra, findings);
        }
    }
    Ok(group)
}

/// Header and data of one template. Of several data blocks the first counts.
fn data_block<'a>(
    template_element: &Element<'a>,
    kind: &Kind,
    findings: &mut Findings,
) -> Result<Block<'a>, Error> {
    let (mut header, mut data) = (None, None);
    let mut reader = template_element.reader()?;
    while let Some(element) = reader.next()? {
        match element.tag() {
            0xA1 => template::once(&mut header, biometric_header(&element)?, &element, findings),
            0x5F2E => template::once(&mut data, (RecordFormat::Iso19794, element), &element, findings),
            0x7F2E => template::once(&mut data, (RecordFormat::Iso39794, element), &element, findings),
            _ => template::unknown(&element, findings),
        }
    }
    let (format, element) =
        data.ok_or_else(|| template_element.error(ErrorKind::Missing).within("biometric data"))?;
    if header.is_none() {
        findings.with(Code::BiometricHeader, "no header");
    }
    let header = header.unwrap_or_default();
    let [older, newer] = kind.format_types;
    let expected = if format == RecordFormat::Iso19794 { older } else { newer };
    if header.format_type.is_some_and(|found| found != expected) {
        let found = header.format_type.unwrap_or_default();
        findings.with(
            Code::BiometricHeader,
            format!("format type {found:04X} where {expected:04X} is asked for"),
        );
    }
    if header.biometric_type.is_some_and(|found| found != kind.biometric_type) {
        findings.with(Code::BiometricHeader, "another biometric type than the data group's");
    }
    Ok(Block { header, format, element })
}

fn biometric_header(element: &Element<'_>) -> Result<BiometricHeader, Error> {
    let within = |error: Error| error.within("A1");
    let mut header = BiometricHeader::default();
    let mut reader = element.reader().map_err(within)?;
    while let Some(field) = reader.next().map_err(within)? {
        let content = field.content();
        match field.tag() {
            0x80 => header.version = word(content),
            0x81 => header.biometric_type = number(content),
            0x82 => header.subtype = content.first().copied(),
            0x83 => header.created = Some(LdsDate::new(content)),
            0x85 => header.validity = Some(content.into()),
            0x86 => header.creator = Some(content.into()),
            0x87 => header.format_owner = word(content),
            0x88 => header.format_type = word(content),
            _ => {}
        }
    }
    Ok(header)
}

fn word(content: &[u8]) -> Option<u16> {
    <[u8; 2]>::try_from(content).ok().map(u16::from_be_bytes)
}

fn number(content: &[u8]) -> Option<u32> {
    (content.len() <= 3).then(|| content.iter().fold(0, |sum, octet| sum << 8 | u32::from(*octet)))
}
