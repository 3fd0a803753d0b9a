//! One element: its tag, its octets as delivered, and typed views of its content.

use std::borrow::Cow;

use ::time::OffsetDateTime;

use super::{Error, ErrorKind, MAX_DEPTH, Oid, Reader, Tag, tag, time};

/// One BER element. Cheap to copy; borrows the input.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    pub(super) tag: Tag,
    pub(super) raw: &'a [u8],
    pub(super) content: &'a [u8],
    pub(super) offset: usize,
    pub(super) content_offset: usize,
    pub(super) depth: u8,
    pub(super) definite: bool,
    pub(super) indefinite: bool,
    pub(super) minimal: bool,
}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Contents may be personal data; their place is not.
        write!(f, "Element({:02X}, {} octets at {})", self.tag, self.raw.len(), self.offset)
    }
}

impl<'a> Element<'a> {
    /// Identifier octets.
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// The whole element as delivered, identifier and length octets included.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The content octets, without end-of-contents octets.
    #[must_use]
    pub fn content(&self) -> &'a [u8] {
        self.content
    }

    /// Offset of the identifier octet from the start of the input.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Offset of the first content octet.
    #[must_use]
    pub fn content_offset(&self) -> usize {
        self.content_offset
    }

    /// Whether the length was indefinite.
    #[must_use]
    pub fn is_indefinite(&self) -> bool {
        self.indefinite
    }

    /// Whether the length was definite and in the shortest form, as DER asks for.
    #[must_use]
    pub fn is_der_length(&self) -> bool {
        self.minimal && !self.indefinite
    }

    /// Whether the identifier says constructed.
    #[must_use]
    pub fn is_constructed(&self) -> bool {
        let mut first = self.tag;
        while first > 0xFF {
            first >>= 8;
        }
        first & 0x20 != 0
    }

    /// An error at this element.
    #[must_use]
    pub fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.offset)
    }

    /// Reads the content as a sequence of elements.
    ///
    /// # Errors
    /// [`ErrorKind::TooDeep`] below [`MAX_DEPTH`].
    pub fn reader(&self) -> Result<Reader<'a>, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(ErrorKind::TooDeep));
        }
        Ok(Reader::nested(self))
    }

    /// The same element, or an error when its tag is another one.
    ///
    /// # Errors
    /// [`ErrorKind::UnexpectedTag`].
    pub fn expect(self, expected: Tag) -> Result<Self, Error> {
        if self.tag == expected {
            Ok(self)
        } else {
            Err(self.error(ErrorKind::UnexpectedTag { expected, found: self.tag }))
        }
    }

    /// Content of an OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// Wrong tag or malformed content.
    pub fn oid(&self) -> Result<Oid, Error> {
        let content = self.expect(tag::OID)?.content;
        Oid::from_bytes(content).ok_or_else(|| self.error(ErrorKind::ObjectIdentifier))
    }

    /// A small non-negative INTEGER, up to `u32::MAX`; redundant leading zeros are accepted.
    ///
    /// # Errors
    /// Wrong tag, empty, negative or too large.
    pub fn small_integer(&self) -> Result<u32, Error> {
        let content = self.expect(tag::INTEGER)?.content;
        let first = content.first().ok_or_else(|| self.error(ErrorKind::Value("INTEGER without octets")))?;
        if first & 0x80 != 0 {
            return Err(self.error(ErrorKind::Value("INTEGER is negative")));
        }
        let mut value = 0_u32;
        for &octet in content {
            if value > u32::MAX >> 8 {
                return Err(self.error(ErrorKind::Value("INTEGER is too large")));
            }
            value = (value << 8) | u32::from(octet);
        }
        Ok(value)
    }

    /// The magnitude of a non-negative INTEGER without leading zeros (empty for zero).
    ///
    /// # Errors
    /// Wrong tag, empty or negative.
    pub fn unsigned_integer(&self) -> Result<&'a [u8], Error> {
        let content = self.expect(tag::INTEGER)?.content;
        match content.first() {
            None => Err(self.error(ErrorKind::Value("INTEGER without octets"))),
            Some(first) if first & 0x80 != 0 => Err(self.error(ErrorKind::Value("INTEGER is negative"))),
            Some(_) => Ok(without_leading_zeros(content)),
        }
    }

    /// Content of an OCTET STRING; segments of a constructed one are joined in order.
    ///
    /// # Errors
    /// Wrong tag, or a segment that is no OCTET STRING.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, Error> {
        match self.tag {
            tag::OCTET_STRING => Ok(Cow::Borrowed(self.content)),
            tag::OCTET_STRING_CONSTRUCTED => {
                let mut joined = Vec::new();
                self.append_segments(&mut joined)?;
                Ok(Cow::Owned(joined))
            }
            found => Err(self.error(ErrorKind::UnexpectedTag { expected: tag::OCTET_STRING, found })),
        }
    }

    /// Appends the segments of a constructed string (also of an implicitly tagged one).
    pub(crate) fn append_segments(&self, joined: &mut Vec<u8>) -> Result<(), Error> {
        let mut reader = self.reader()?;
        while let Some(segment) = reader.next()? {
            match segment.tag {
                tag::OCTET_STRING => joined.extend_from_slice(segment.content),
                tag::OCTET_STRING_CONSTRUCTED => segment.append_segments(joined)?,
                found => {
                    return Err(
                        segment.error(ErrorKind::UnexpectedTag { expected: tag::OCTET_STRING, found })
                    );
                }
            }
        }
        Ok(())
    }

    /// Content of a BIT STRING whose length is a whole number of octets.
    ///
    /// # Errors
    /// Wrong tag, no octets, or unused bits.
    pub fn bit_string_octets(&self) -> Result<&'a [u8], Error> {
        match self.expect(tag::BIT_STRING)?.content {
            [0, octets @ ..] => Ok(octets),
            _ => Err(self.error(ErrorKind::Value("BIT STRING with unused bits"))),
        }
    }

    /// A UTCTime or GeneralizedTime.
    ///
    /// # Errors
    /// Wrong tag or [`ErrorKind::Time`].
    pub fn time(&self) -> Result<OffsetDateTime, Error> {
        time::parse_time(self)
    }

    /// Text of any string type used in names: UTF-8, Printable, IA5, Visible, Numeric, T61 (read as
    /// Latin-1), BMP and Universal. Octets that do not decode become U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        match self.tag {
            0x1E => {
                let units: Vec<u16> =
                    self.content.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
                Cow::Owned(String::from_utf16_lossy(&units))
            }
            0x1C => Cow::Owned(
                self.content
                    .as_chunks::<4>()
                    .0
                    .iter()
                    .map(|four| char::from_u32(u32::from_be_bytes(*four)).unwrap_or('\u{FFFD}'))
                    .collect(),
            ),
            0x14 if !self.content.is_ascii() => {
                Cow::Owned(self.content.iter().copied().map(char::from).collect())
            }
            _ => String::from_utf8_lossy(self.content),
        }
    }
}

/// Drops leading zero octets; zero becomes empty.
pub(crate) fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|&&octet| octet == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Tag, length in the shortest form, value.
pub(crate) fn wrapped(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let mut object = Vec::with_capacity(value.len().saturating_add(tag.len()).saturating_add(4));
    object.extend_from_slice(tag);
    let length = value.len().to_be_bytes();
    match without_leading_zeros(&length) {
        [] => object.push(0),
        [short @ 0..=0x7F] => object.push(*short),
        long => {
            object.push(0x80 | u8::try_from(long.len()).unwrap_or(0x7F));
            object.extend_from_slice(long);
        }
    }
    object.extend_from_slice(value);
    object
}
