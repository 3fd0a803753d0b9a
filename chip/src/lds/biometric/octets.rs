//! A cursor over the fixed fields of ISO/IEC 19794 records (big-endian), with absolute offsets in errors.

use std::ops::Range;

use crate::ber::{Element, Error, ErrorKind};

/// Reads fixed fields one after the other.
pub(super) struct Octets<'a> {
    record: &'a [u8],
    position: usize,
    base: usize,
}

impl<'a> Octets<'a> {
    pub(super) fn of(element: &Element<'a>) -> Self {
        Self { record: element.content(), position: 0, base: element.content_offset() }
    }

    /// Offset from the start of the record.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn len(&self) -> usize {
        self.record.len()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.position >= self.record.len()
    }

    pub(super) fn error(&self, what: &'static str) -> Error {
        Error::new(ErrorKind::Value(what), self.base + self.position)
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let field = self.record.get(self.position..).and_then(|rest| rest.first_chunk::<N>()).copied();
        let field = field.ok_or_else(|| self.error("record ends inside a header"))?;
        self.position += N;
        Ok(field)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Error> {
        self.take::<1>().map(|[octet]| octet)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Error> {
        self.take().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Error> {
        self.take().map(u32::from_be_bytes)
    }

    /// A length of six octets, as the general header of a finger record has it.
    pub(super) fn u48(&mut self) -> Result<u64, Error> {
        self.take::<6>().map(|octets| octets.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet)))
    }

    /// Goes on at a position of the record, forwards or backwards; beyond the end is the end.
    pub(super) fn seek(&mut self, position: usize) {
        self.position = position.min(self.record.len());
    }

    /// The octets from here to `end` (position in the record) and their place in the file; none is an error.
    pub(super) fn until(&mut self, end: usize) -> Result<(&'a [u8], Range<usize>), Error> {
        let octets = self.record.get(self.position..end).filter(|octets| !octets.is_empty());
        let octets = octets.ok_or_else(|| self.error("record holds no picture"))?;
        let start = self.base + self.position;
        self.position = end;
        Ok((octets, start..start + octets.len()))
    }
}
