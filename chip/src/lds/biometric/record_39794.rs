//! What the three parts of ISO/IEC 39794 have in common (part 1): version, choices with extensions, dates, the way
//! to the representations. Context tags are implicit; a CHOICE keeps an explicit tag.
//!
//! ```text
//! 7F2E > A1 > [APPLICATION n] { A0 VersionBlock { 80 generation, 81 year }, A1 representationBlocks { 30 ... } }
//! code with extension ::= CHOICE { [0] code, [1] { [0] fallback code, ... } }
//! ```

use super::super::template::Findings;
use super::group::UnknownChoice;
use crate::ber::{Element, Error, ErrorKind, Tag};
use crate::finding::Code;

/// Generation of the standard that is known here.
const GENERATION: u32 = 3;

/// VersionBlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlockVersion {
    /// Generation, 3.
    pub generation: Option<u32>,
    /// Year of the schema, such as 2019.
    pub year: Option<u32>,
}

/// A code of a list that later versions may lengthen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChoiceCode {
    /// The code, or the fallback that an extension names.
    pub code: u32,
    /// Whether it stands in an extension that this version does not know.
    pub extension: bool,
}

/// The first child with this tag.
pub(super) fn child<'a>(element: &Element<'a>, tag: Tag) -> Result<Option<Element<'a>>, Error> {
    let mut reader = element.reader()?;
    while let Some(inner) = reader.next()? {
        if inner.tag() == tag {
            return Ok(Some(inner));
        }
    }
    Ok(None)
}

/// The first child, whatever it is.
pub(super) fn first<'a>(element: &Element<'a>, field: &'static str) -> Result<Element<'a>, Error> {
    element.reader()?.required().map_err(|error| error.within(field))
}

/// A non-negative INTEGER with an implicit tag.
pub(super) fn integer(element: &Element<'_>) -> Option<u32> {
    let content = element.content();
    let digits = content.iter().skip_while(|octet| **octet == 0);
    let sound = !content.is_empty() && content.first().is_some_and(|octet| octet & 0x80 == 0);
    (sound && digits.clone().count() <= 4).then(|| digits.fold(0, |sum, octet| sum << 8 | u32::from(*octet)))
}

/// A code inside its explicit tag.
pub(super) fn choice_code(
    element: &Element<'_>,
    field: &'static str,
) -> Result<Result<ChoiceCode, UnknownChoice>, Error> {
    let inner = first(element, field)?;
    let code = match inner.tag() {
        0x80 => integer(&inner).map(|code| ChoiceCode { code, extension: false }),
        0xA1 => {
            child(&inner, 0x80)?.as_ref().and_then(integer).map(|code| ChoiceCode { code, extension: true })
        }
        _ => None,
    };
    Ok(code.ok_or(UnknownChoice { field, tag: inner.tag(), offset: inner.offset() }))
}

/// The data block of the part with this application tag and its representations.
pub(super) fn representations<'a>(
    element: &Element<'a>,
    application: Tag,
    findings: &mut Findings,
) -> Result<(BlockVersion, Vec<Element<'a>>), Error> {
    let mut block = first(element, "7F2E")?;
    if block.tag() == 0xA1 {
        block = first(&block, "A1")?;
    } else {
        findings.push(Code::BiometricWrapperMissing.into());
    }
    let block = block.expect(application)?;
    let mut version = BlockVersion::default();
    match child(&block, 0xA0)? {
        Some(fields) => {
            version.generation = child(&fields, 0x80)?.as_ref().and_then(integer);
            version.year = child(&fields, 0x81)?.as_ref().and_then(integer);
        }
        None => findings.with(Code::BiometricVersion, "none"),
    }
    if let Some(generation) = version.generation.filter(|generation| *generation != GENERATION) {
        findings.with(Code::BiometricVersion, format!("generation {generation}"));
    }
    let list =
        child(&block, 0xA1)?.ok_or_else(|| block.error(ErrorKind::Missing).within("representations"))?;
    let (mut reader, mut blocks) = (list.reader()?, Vec::new());
    while let Some(representation) = reader.next()? {
        if blocks.len() >= super::group::MAX_RECORDS {
            findings.with(Code::LdsTooMany, "representations");
            break;
        }
        blocks.push(representation.expect(0x30)?);
    }
    Ok((version, blocks))
}

/// DateTimeBlock as digits, `YYYYMMDDhhmmss` as far as it goes: year, month, day, hour, minute, second.
pub(super) fn date_time(element: &Element<'_>) -> Result<[Option<u32>; 6], Error> {
    let mut parts = [None; 6];
    for (part, tag) in parts.iter_mut().zip(0x80..) {
        *part = child(element, tag)?.as_ref().and_then(integer);
    }
    Ok(parts)
}
