//! Walking a data group's template: the outer tag, the tag list, repeated fields, what is unknown.

use std::collections::BTreeSet;

use super::{DgNumber, Field, LdsDate, LdsError};
use crate::ber::{Element, ErrorKind, Reader, Tag, tag};
use crate::finding::{Code, Finding};

/// Most repetitions of one field that are kept, and most elements of one template that are looked at.
pub(super) const MAX_REPEATED: usize = 64;
const MAX_ELEMENTS: usize = 512;
/// Most findings that one file gives: a hostile file has no right to fill the report.
const MAX_FINDINGS: usize = 32;

/// Findings of one file, bounded.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn push(&mut self, finding: Finding) {
        if self.0.len() < MAX_FINDINGS && !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    pub(super) fn with(&mut self, code: Code, detail: impl Into<String>) {
        self.push(Finding::with(code, detail));
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}

/// The outer element of a data group, which must fill the file.
pub(super) fn outer(file: &[u8], number: DgNumber) -> Result<Element<'_>, LdsError> {
    Reader::only(file, number.tag())
}

/// Calls `each` for every element of `template`; more than any template has are not looked at, and that is found.
pub(super) fn elements<'a>(
    template: &Element<'a>,
    findings: &mut Findings,
    mut each: impl FnMut(Element<'a>, &mut Findings) -> Result<(), LdsError>,
) -> Result<(), LdsError> {
    let mut reader = template.reader()?;
    let mut seen = 0_usize;
    while let Some(element) = reader.next()? {
        seen += 1;
        if seen > MAX_ELEMENTS {
            findings.with(Code::LdsTooMany, format!("more than {MAX_ELEMENTS} elements"));
            return Ok(());
        }
        each(element, findings)?;
    }
    Ok(())
}

/// Puts a value where none is yet; a second one is found and not taken.
pub(super) fn once<T>(slot: &mut Option<T>, value: T, element: &Element<'_>, findings: &mut Findings) {
    if slot.is_some() {
        findings.with(Code::LdsFieldDuplicate, format!("{:02X}", element.tag()));
    } else {
        *slot = Some(value);
    }
}

/// A text field; what is not UTF-8 is found.
pub(super) fn text(element: &Element<'_>, findings: &mut Findings) -> Field {
    let field = Field::new(element.content());
    if !field.is_utf8() {
        findings.with(Code::LdsTextEncoding, format!("{:02X}", element.tag()));
    }
    field
}

/// A date field; what is written in no known form is found, an empty one is not.
pub(super) fn date(element: &Element<'_>, findings: &mut Findings) -> LdsDate {
    let date = LdsDate::new(element.content());
    if date.encoding().is_none() && !element.content().is_empty() {
        findings.with(Code::LdsDateForm, format!("{:02X}", element.tag()));
    }
    date
}

/// One more of a repeated field, as long as there is room; `what` names it where there is none.
pub(super) fn another(list: &mut Vec<Field>, element: &Element<'_>, what: &str, findings: &mut Findings) {
    if list.len() < MAX_REPEATED {
        list.push(text(element, findings));
    } else {
        findings.with(Code::LdsTooMany, format!("more than {MAX_REPEATED} {what}"));
    }
}

/// A template of a count and as many of the field `name` (A0 of DG11 and DG12); `what` names them.
pub(super) fn counted(
    class: &Element<'_>,
    name: Tag,
    list: &mut Vec<Field>,
    what: &'static str,
    findings: &mut Findings,
) -> Result<(), LdsError> {
    let (mut declared, mut found) = (None, 0);
    elements(class, findings, |element, findings| {
        match element.tag() {
            tag::INTEGER => declared = count(&element),
            other if other == name => {
                found += 1;
                another(list, &element, what, findings);
            }
            _ => unknown(&element, findings),
        }
        Ok(())
    })
    .map_err(|error| error.within(what))?;
    compare_count(declared, found, findings);
    Ok(())
}

/// A tag that the group does not define.
pub(super) fn unknown(element: &Element<'_>, findings: &mut Findings) {
    findings.with(Code::LdsTagUnknown, format!("{:02X}", element.tag()));
}

/// A count (tag 02) of one or two octets, or of an INTEGER with redundant zeros.
pub(super) fn count(element: &Element<'_>) -> Option<u32> {
    match element.content() {
        // Some writers give the count in ASCII.
        [digit @ b'0'..=b'9'] => Some(u32::from(*digit - b'0')),
        _ => element.expect(tag::INTEGER).and_then(|element| element.small_integer()).ok(),
    }
}

/// Compares a declared count with what was found.
pub(super) fn compare_count(declared: Option<u32>, found: usize, findings: &mut Findings) {
    match declared {
        Some(declared) if u32::try_from(found) == Ok(declared) => {}
        Some(declared) => {
            findings.with(Code::LdsCountDiffers, format!("{declared} declared, {found} there"));
        }
        None => findings.with(Code::LdsCountDiffers, format!("none declared, {found} there")),
    }
}

/// The tags in a tag list (tag 5C).
pub(super) fn tag_list(element: &Element<'_>) -> Result<Vec<Tag>, LdsError> {
    let mut tags = Vec::new();
    let mut octets = element.content().iter().copied();
    while let Some(first) = octets.next() {
        let mut tag = Tag::from(first);
        if first & 0x1F == 0x1F {
            loop {
                let next =
                    octets.next().ok_or_else(|| element.error(ErrorKind::Truncated).within("tag list"))?;
                if tag > 0xFFFF {
                    return Err(element.error(ErrorKind::TagTooLong).within("tag list"));
                }
                tag = (tag << 8) | Tag::from(next);
                if next & 0x80 == 0 {
                    break;
                }
            }
        }
        if tags.len() >= MAX_ELEMENTS {
            return Err(element.error(ErrorKind::TooMany(MAX_ELEMENTS)).within("tag list"));
        }
        tags.push(tag);
    }
    Ok(tags)
}

/// Compares the tag list with the tags that are there. Of repeated names lists name the class, the name or neither.
pub(super) fn compare_tags(listed: Option<&[Tag]>, present: &[Tag], findings: &mut Findings) {
    let Some(listed) = listed else {
        findings.push(Code::LdsTagListMissing.into());
        return;
    };
    let set = |tags: &[Tag]| -> BTreeSet<Tag> {
        tags.iter().copied().filter(|tag| !matches!(tag, 0x02 | 0x5C | 0xA0 | 0x5F0F | 0x5F1A)).collect()
    };
    let (listed, present) = (set(listed), set(present));
    let names =
        |tags: Vec<&Tag>| tags.iter().take(8).map(|tag| format!("{tag:02X}")).collect::<Vec<_>>().join(" ");
    let absent: Vec<_> = listed.difference(&present).collect();
    if !absent.is_empty() {
        findings.with(Code::LdsTagListDiffers, format!("listed and not there: {}", names(absent)));
    }
    let unlisted: Vec<_> = present.difference(&listed).collect();
    if !unlisted.is_empty() {
        findings.with(Code::LdsTagListDiffers, format!("there and not listed: {}", names(unlisted)));
    }
}
