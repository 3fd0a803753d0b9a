//! The few primitives that a snapshot file is made of: little-endian numbers and counted octets.

use std::ops::Range;

/// Appends primitives to a buffer.
#[derive(Default)]
pub(crate) struct Encoder {
    pub(crate) bytes: Vec<u8>,
}

impl Encoder {
    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Counts and lengths; a snapshot is never near 4 GiB (the caps of import see to that).
    pub(crate) fn count(&mut self, value: usize) {
        self.bytes.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn hash(&mut self, value: &[u8; 32]) {
        self.bytes.extend_from_slice(value);
    }

    pub(crate) fn octets(&mut self, value: &[u8]) {
        self.count(value.len());
        self.bytes.extend_from_slice(value);
    }

    pub(crate) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.u8(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }
}

/// Reads primitives; every read is bounded by what is there.
pub(crate) struct Decoder<'a> {
    bytes: &'a [u8],
    offset: usize,
}

/// Reading stopped at this offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped(pub(crate) usize);

pub(crate) type Decoded<T> = Result<T, Stopped>;

impl<'a> Decoder<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) const fn stopped<T>(&self) -> Decoded<T> {
        Err(Stopped(self.offset))
    }

    fn take(&mut self, length: usize) -> Decoded<(Range<usize>, &'a [u8])> {
        let end = self.offset.checked_add(length).ok_or(Stopped(self.offset))?;
        let range = self.offset..end;
        let taken = self.bytes.get(range.clone()).ok_or(Stopped(self.offset))?;
        self.offset = end;
        Ok((range, taken))
    }

    fn array<const N: usize>(&mut self) -> Decoded<[u8; N]> {
        let (range, taken) = self.take(N)?;
        taken.try_into().map_err(|_| Stopped(range.start))
    }

    pub(crate) fn u8(&mut self) -> Decoded<u8> {
        self.array::<1>().map(|[value]| value)
    }

    pub(crate) fn count(&mut self) -> Decoded<usize> {
        let at = self.offset;
        usize::try_from(u32::from_le_bytes(self.array()?)).map_err(|_| Stopped(at))
    }

    /// A count of items that take at least `least` bytes each: never more than the rest can hold.
    pub(crate) fn count_of(&mut self, least: usize) -> Decoded<usize> {
        let at = self.offset;
        let count = self.count()?;
        let left = self.bytes.len().saturating_sub(self.offset);
        if count > left / least.max(1) { Err(Stopped(at)) } else { Ok(count) }
    }

    pub(crate) fn i64(&mut self) -> Decoded<i64> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn hash(&mut self) -> Decoded<[u8; 32]> {
        self.array()
    }

    /// Counted octets, as their place in the file.
    pub(crate) fn range(&mut self) -> Decoded<Range<usize>> {
        let length = self.count()?;
        self.take(length).map(|(range, _)| range)
    }

    pub(crate) fn text(&mut self) -> Decoded<String> {
        let length = self.count()?;
        let (range, taken) = self.take(length)?;
        std::str::from_utf8(taken).map(str::to_owned).map_err(|_| Stopped(range.start))
    }

    pub(crate) fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Decoded<T>) -> Decoded<Option<T>> {
        match self.u8()? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => self.stopped(),
        }
    }

    pub(crate) fn list<T>(
        &mut self,
        least: usize,
        mut read: impl FnMut(&mut Self) -> Decoded<T>,
    ) -> Decoded<Vec<T>> {
        let count = self.count_of(least)?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }
}
