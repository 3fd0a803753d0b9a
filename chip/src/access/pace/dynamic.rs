//! Dynamic authentication data, tag `7C`, of GENERAL AUTHENTICATE (Doc 9303-11 section 4.4.5).

pub(crate) use crate::ber::wrapped;
use crate::ber::{Reader, Tag};
use crate::command::Command;

/// Outer tag.
const DYNAMIC: Tag = 0x7C;

/// GENERAL AUTHENTICATE with one object inside, or none; `last` ends the chain of commands.
pub(crate) fn command(object: Option<(u8, &[u8])>, last: bool) -> Command {
    let inner = object.map(|(tag, value)| wrapped(&[tag], value)).unwrap_or_default();
    let class = if last { 0x00 } else { 0x10 };
    let data = wrapped(&[0x7C], &inner);
    let le = if data.len() > 255 { 65_536 } else { 256 };
    Command::new(class, 0x86, 0x00, 0x00).with_data(data).expecting(le)
}

/// The object of this tag inside an answer; the answer must be one well-formed `7C` in which the tag stands once.
pub(crate) fn object(answer: &[u8], wanted: u8) -> Option<&[u8]> {
    let mut found = None;
    let mut reader = Reader::only(answer, DYNAMIC).ok()?.reader().ok()?;
    while let Some(element) = reader.next().ok()? {
        if element.tag() == Tag::from(wanted) {
            if found.is_some() {
                return None;
            }
            found = Some(element.content());
        }
    }
    found
}

/// Whether an answer is a `7C` with nothing inside.
pub(crate) fn is_empty(answer: &[u8]) -> bool {
    Reader::only(answer, DYNAMIC).is_ok_and(|outer| outer.content().is_empty())
}
