//! The cursor over elements (X.690 8.1).

use super::{Element, Error, ErrorKind, MAX_DEPTH, Tag, tag};

/// Reads elements one after the other. All offsets in errors are absolute.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    base: usize,
    depth: u8,
    definite: bool,
}

struct Header {
    tag: Tag,
    length: Option<usize>,
    header: usize,
    minimal: bool,
}

impl<'a> Reader<'a> {
    /// Starts at the first octet of `input`.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        Self::at(input, 0)
    }

    /// Starts at the first octet of `input`, where DER is asked for: an indefinite length is an error, here and in all
    /// that lies inside.
    #[must_use]
    pub fn definite(input: &'a [u8]) -> Self {
        Self { definite: true, ..Self::at(input, 0) }
    }

    pub(super) fn nested(element: &Element<'a>) -> Self {
        Self {
            input: element.content,
            position: 0,
            base: element.content_offset,
            depth: element.depth + 1,
            definite: element.definite,
        }
    }

    /// Starts at an offset that is not zero, so that errors point into the larger input.
    #[must_use]
    pub fn at(input: &'a [u8], base: usize) -> Self {
        Self { input, position: 0, base, depth: 0, definite: false }
    }

    /// Absolute offset of the next octet.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.base + self.position
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.position >= self.input.len()
    }

    /// What was not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.input.get(self.position..).unwrap_or_default()
    }

    /// Fails when octets are left.
    ///
    /// # Errors
    /// [`ErrorKind::TrailingData`].
    pub fn finish(&self) -> Result<(), Error> {
        if self.is_empty() { Ok(()) } else { Err(Error::new(ErrorKind::TrailingData, self.offset())) }
    }

    /// Identifier of the next element without reading it.
    #[must_use]
    pub fn peek(&self) -> Option<Tag> {
        header(self.rest(), self.offset()).ok().map(|header| header.tag)
    }

    /// The next element, or `None` at the end.
    ///
    /// # Errors
    /// Any structural fault of the element.
    #[expect(clippy::should_implement_trait, reason = "fallible: an Iterator could not stop at an error")]
    pub fn next(&mut self) -> Result<Option<Element<'a>>, Error> {
        if self.is_empty() {
            return Ok(None);
        }
        let element = element(self.rest(), self)?;
        self.position += element_length(&element);
        Ok(Some(element))
    }

    /// The next element, which must be there.
    ///
    /// # Errors
    /// [`ErrorKind::Missing`] at the end.
    pub fn required(&mut self) -> Result<Element<'a>, Error> {
        let offset = self.offset();
        self.next()?.ok_or_else(|| Error::new(ErrorKind::Missing, offset))
    }

    /// The next element, which must have this tag.
    ///
    /// # Errors
    /// Missing or another tag.
    pub fn expect(&mut self, expected: Tag) -> Result<Element<'a>, Error> {
        self.required()?.expect(expected)
    }

    /// The next element when it has this tag; otherwise nothing is read.
    ///
    /// # Errors
    /// Any structural fault of that element.
    pub fn optional(&mut self, wanted: Tag) -> Result<Option<Element<'a>>, Error> {
        if self.peek() == Some(wanted) { self.next() } else { Ok(None) }
    }

    /// Reads one element that must fill the whole input.
    ///
    /// # Errors
    /// Missing, another tag or trailing octets.
    pub fn only(input: &'a [u8], expected: Tag) -> Result<Element<'a>, Error> {
        Self::new(input).last(expected)
    }

    /// The one element that is left, with this tag.
    ///
    /// # Errors
    /// Missing, another tag or trailing octets.
    pub fn last(mut self, expected: Tag) -> Result<Element<'a>, Error> {
        let element = self.expect(expected)?;
        self.finish()?;
        Ok(element)
    }

    /// The next OCTET STRING, primitive or constructed.
    ///
    /// # Errors
    /// Missing or another type.
    pub fn octet_string(&mut self) -> Result<Element<'a>, Error> {
        let element = self.required()?;
        match element.tag {
            tag::OCTET_STRING | tag::OCTET_STRING_CONSTRUCTED => Ok(element),
            found => Err(element.error(ErrorKind::UnexpectedTag { expected: tag::OCTET_STRING, found })),
        }
    }
}

fn element_length(element: &Element<'_>) -> usize {
    element.raw.len()
}

fn header(input: &[u8], offset: usize) -> Result<Header, Error> {
    // Nearly every element of a certificate: one octet of identifier, one of length.
    if let [first, length @ 0..0x80, ..] = *input
        && first & 0x1F != 0x1F
    {
        return Ok(Header {
            tag: Tag::from(first),
            length: Some(usize::from(length)),
            header: 2,
            minimal: true,
        });
    }
    let truncated = || Error::new(ErrorKind::Truncated, offset + input.len());
    let mut octets = input.iter().copied();
    let first = octets.next().ok_or_else(truncated)?;
    let mut tag = Tag::from(first);
    let mut used = 1;
    if first & 0x1F == 0x1F {
        loop {
            let next = octets.next().ok_or_else(truncated)?;
            used += 1;
            if used > 3 {
                return Err(Error::new(ErrorKind::TagTooLong, offset));
            }
            tag = (tag << 8) | Tag::from(next);
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    let first = octets.next().ok_or_else(truncated)?;
    used += 1;
    if first < 0x80 {
        return Ok(Header { tag, length: Some(usize::from(first)), header: used, minimal: true });
    }
    let count = usize::from(first & 0x7F);
    if count == 0 {
        return Ok(Header { tag, length: None, header: used, minimal: false });
    }
    if count > 4 {
        return Err(Error::new(ErrorKind::Length, offset + used - 1));
    }
    let mut length = 0_u32;
    for _ in 0..count {
        length = (length << 8) | u32::from(octets.next().ok_or_else(truncated)?);
    }
    let minimal = match count {
        1 => length >= 0x80,
        2 => length >= 0x100,
        3 => length >= 0x1_0000,
        _ => length >= 0x100_0000,
    };
    let length = usize::try_from(length).map_err(|_| Error::new(ErrorKind::Length, offset))?;
    Ok(Header { tag, length: Some(length), header: used + count, minimal })
}

fn element<'a>(input: &'a [u8], reader: &Reader<'_>) -> Result<Element<'a>, Error> {
    let (offset, depth) = (reader.offset(), reader.depth);
    let head = header(input, offset)?;
    let body = input.get(head.header..).unwrap_or_default();
    let (content_length, total, indefinite) = match head.length {
        Some(length) => {
            if length > body.len() {
                return Err(Error::new(ErrorKind::LengthBeyondParent, offset));
            }
            (length, head.header + length, false)
        }
        None if reader.definite => return Err(Error::new(ErrorKind::IndefiniteLength, offset)),
        None => {
            let length = indefinite_content(body, offset + head.header, depth)?;
            (length, head.header + length + 2, true)
        }
    };
    let element = Element {
        tag: head.tag,
        raw: input.get(..total).unwrap_or_default(),
        content: body.get(..content_length).unwrap_or_default(),
        offset,
        content_offset: offset + head.header,
        depth,
        definite: reader.definite,
        indefinite,
        minimal: head.minimal,
    };
    if indefinite && !element.is_constructed() {
        return Err(element.error(ErrorKind::IndefiniteLength));
    }
    Ok(element)
}

/// Length of the content up to the matching end-of-contents octets.
///
/// One pass with a counter of open indefinite elements: nested indefinite lengths cost no second look.
fn indefinite_content(body: &[u8], offset: usize, depth: u8) -> Result<usize, Error> {
    let mut position = 0_usize;
    let mut open = 1_u8;
    loop {
        let rest = body.get(position..).unwrap_or_default();
        if rest.starts_with(&[0, 0]) {
            open -= 1;
            if open == 0 {
                return Ok(position);
            }
            position += 2;
            continue;
        }
        let here = offset + position;
        let head = header(rest, here)?;
        match head.length {
            Some(length) => {
                let total = head.header.checked_add(length);
                match total {
                    Some(total) if total <= rest.len() => position += total,
                    _ => return Err(Error::new(ErrorKind::LengthBeyondParent, here)),
                }
            }
            None => {
                open += 1;
                if open.saturating_add(depth) > MAX_DEPTH {
                    return Err(Error::new(ErrorKind::TooDeep, here));
                }
                position += head.header;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, tag};
    use crate::ber::ErrorKind;

    #[test]
    fn indefinite_and_definite_lengths_give_the_same_content() {
        let definite = [0x30, 0x06, 0x04, 0x01, 0xAA, 0x04, 0x01, 0xBB];
        let indefinite = [0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 0xAA, 0x00, 0x00, 0x04, 0x01, 0xBB, 0x00, 0x00];
        for input in [&definite[..], &indefinite[..]] {
            let sequence = Reader::only(input, tag::SEQUENCE).expect("sequence");
            let mut reader = sequence.reader().expect("shallow");
            assert_eq!(&*reader.octet_string().expect("first").octets().expect("octets"), &[0xAA]);
            assert_eq!(&*reader.octet_string().expect("second").octets().expect("octets"), &[0xBB]);
            reader.finish().expect("end");
        }
    }

    #[test]
    fn where_der_is_asked_for_no_depth_hides_an_indefinite_length() {
        let input = [0x30, 0x06, 0x31, 0x80, 0x02, 0x00, 0x00, 0x00];
        let lenient = Reader::new(&input).last(tag::SEQUENCE).expect("sequence").reader().expect("shallow");
        lenient.last(tag::SET).expect("BER");
        let strict =
            Reader::definite(&input).last(tag::SEQUENCE).expect("sequence").reader().expect("shallow");
        let error = strict.last(tag::SET).expect_err("not DER");
        assert_eq!((error.kind, error.offset), (ErrorKind::IndefiniteLength, 2));
    }

    #[test]
    fn hostile_lengths_are_typed_errors() {
        for (input, kind) in [
            (&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF][..], ErrorKind::LengthBeyondParent),
            (&[0x30, 0x88, 1, 2, 3, 4, 5, 6, 7, 8], ErrorKind::Length),
            (&[0x30, 0x05, 0x00], ErrorKind::LengthBeyondParent),
            (&[0x30], ErrorKind::Truncated),
            (&[0x30, 0x82, 0x01], ErrorKind::Truncated),
            (&[0x04, 0x80, 0x00, 0x00], ErrorKind::IndefiniteLength),
            (&[0x7F, 0xFF, 0xFF, 0xFF, 0x01, 0x00], ErrorKind::TagTooLong),
        ] {
            let error = Reader::new(input).next().expect_err("must fail");
            assert_eq!(error.kind, kind, "{input:02X?}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let mut deep = [0x30, 0x80].repeat(100_000);
        deep.extend_from_slice(&[0, 0]);
        assert_eq!(Reader::new(&deep).next().expect_err("deep").kind, ErrorKind::TooDeep);
        let mut nested = vec![0x30, 0x00];
        for _ in 0..40 {
            nested.splice(0..0, [0x30, u8::try_from(nested.len()).expect("short")]);
        }
        let mut element = Reader::new(&nested).next().expect("outer").expect("outer");
        let error = loop {
            match element.reader() {
                Ok(mut reader) => element = reader.next().expect("inner").expect("inner"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind, ErrorKind::TooDeep);
    }
}
