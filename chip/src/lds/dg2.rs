//! DG2: the encoded face (Doc 9303-10 4.7.2): where the picture stands, in either biometric format.
//!
//! ISO/IEC 19794-5 records (`5F2E`, magic `FAC`) and ISO/IEC 39794-5 (`7F2E`) are read. Known deviations
//! are tolerated: several templates, unknown header fields. The picture itself is not decoded here.

use std::ops::Range;

use super::{DataGroup, DgNumber, LdsError};
use crate::ber::{Element, Error, ErrorKind, Reader};

/// Most templates looked at.
const MAX_TEMPLATES: usize = 16;

/// DG2. The picture is personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg2 {
    file: Box<[u8]>,
    faces: Vec<Face>,
}

/// One face picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Biometric data format.
    pub format: FaceFormat,
    /// Picture format, by its first octets.
    pub image_type: ImageType,
    range: Range<usize>,
}

/// Biometric data format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaceFormat {
    /// ISO/IEC 19794-5:2005.
    Iso19794,
    /// ISO/IEC 39794-5:2019.
    Iso39794,
}

/// Picture format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageType {
    /// JPEG.
    Jpeg,
    /// JPEG 2000 in its file format.
    Jpeg2000,
    /// JPEG 2000 codestream without file format.
    Jpeg2000Codestream,
    /// None of these.
    Unknown,
}

impl ImageType {
    fn of(picture: &[u8]) -> Self {
        match picture {
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [0, 0, 0, 0x0C, b'j', b'P', ..] => Self::Jpeg2000,
            [0xFF, 0x4F, 0xFF, 0x51, ..] => Self::Jpeg2000Codestream,
            _ => Self::Unknown,
        }
    }
}

impl Dg2 {
    /// The faces found, in order.
    #[must_use]
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// Octets of a face picture of this file.
    #[must_use]
    pub fn picture(&self, face: &Face) -> &[u8] {
        self.file.get(face.range.clone()).unwrap_or_default()
    }
}

impl DataGroup for Dg2 {
    const NUMBER: DgNumber = DgNumber::DG2;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let faces = faces(file).map_err(|error| error.within("DG2"))?;
        Ok(Self { file: file.into(), faces })
    }
}

impl std::fmt::Debug for Dg2 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dg2({} octets, {} faces)", self.file.len(), self.faces.len())
    }
}

fn faces(file: &[u8]) -> Result<Vec<Face>, Error> {
    let outer = Reader::only(file, DgNumber::DG2.tag())?;
    let mut reader = outer.reader()?;
    let group = reader.expect(0x7F61).map_err(|error| error.within("7F61"))?;
    let mut templates = group.reader()?;
    let mut faces = Vec::new();
    let mut seen = 0;
    while let Some(template) = templates.next().map_err(|error| error.within("7F61"))? {
        if template.tag() != 0x7F60 {
            continue;
        }
        seen += 1;
        if seen > MAX_TEMPLATES {
            return Err(template.error(ErrorKind::TooMany(MAX_TEMPLATES)));
        }
        let mut parts = template.reader()?;
        while let Some(part) = parts.next().map_err(|error| error.within("7F60"))? {
            match part.tag() {
                0x5F2E => record_19794(&part, &mut faces).map_err(|error| error.within("5F2E"))?,
                0x7F2E => record_39794(&part, &mut faces).map_err(|error| error.within("7F2E"))?,
                _ => {}
            }
        }
    }
    if faces.is_empty() { Err(group.error(ErrorKind::Missing).within("face")) } else { Ok(faces) }
}

/// Facial record header of 14 octets, then per face 20 octets, 8 a feature point and 12 of image
/// information (ISO/IEC 19794-5 5.3 to 5.7).
fn record_19794(element: &Element<'_>, faces: &mut Vec<Face>) -> Result<(), Error> {
    let record = element.content();
    let fail = |at: usize, what| Error::new(ErrorKind::Value(what), element.content_offset() + at);
    if !record.starts_with(b"FAC\0") {
        return Err(fail(0, "not a facial record"));
    }
    let count =
        record.get(12..14).map_or(0, |n| n.iter().fold(0, |sum, &octet| sum * 256 + usize::from(octet)));
    let mut position = 14_usize;
    for _ in 0..count.min(MAX_TEMPLATES) {
        let length = record
            .get(position..position + 4)
            .map(|n| n.iter().fold(0_usize, |sum, &octet| sum * 256 + usize::from(octet)))
            .ok_or_else(|| fail(position, "record ends inside a header"))?;
        let points = record
            .get(position + 4..position + 6)
            .map(|n| n.iter().fold(0_usize, |sum, &octet| sum * 256 + usize::from(octet)))
            .ok_or_else(|| fail(position, "record ends inside a header"))?;
        let picture = position + 20 + 8 * points + 12;
        // Some writers leave the length wrong; the picture then reaches to the end of the record.
        let declared = position.checked_add(length).filter(|end| *end <= record.len() && *end > picture);
        let end = match declared {
            Some(end) => end,
            None if count == 1 => record.len(),
            None => return Err(fail(position, "face length goes beyond the record")),
        };
        let octets = record.get(picture..end).filter(|octets| !octets.is_empty());
        let octets = octets.ok_or_else(|| fail(position, "record holds no picture"))?;
        let start = element.content_offset() + picture;
        faces.push(Face {
            format: FaceFormat::Iso19794,
            image_type: ImageType::of(octets),
            range: start..start + octets.len(),
        });
        position = end;
    }
    Ok(())
}

/// `65 > A1 > 30 > A1 > A0 > A0 > 80`: representations of a 39794-5 face image block.
fn record_39794(element: &Element<'_>, faces: &mut Vec<Face>) -> Result<(), Error> {
    let mut reader = element.reader()?;
    let mut block = reader.required()?;
    // The wrapper A1 is asked for, and left out by some writers.
    if block.tag() == 0xA1 {
        block = block.reader()?.required()?;
    }
    let block = block.expect(0x65)?;
    let Some(representations) = child(&block, 0xA1)? else {
        return Err(block.error(ErrorKind::Missing).within("representations"));
    };
    let mut reader = representations.reader()?;
    let mut count = 0;
    while let Some(representation) = reader.next()? {
        count += 1;
        if count > MAX_TEMPLATES {
            return Err(representation.error(ErrorKind::TooMany(MAX_TEMPLATES)));
        }
        let mut current = representation.expect(0x30)?;
        for tag in [0xA1, 0xA0, 0xA0] {
            current =
                child(&current, tag)?.ok_or_else(|| current.error(ErrorKind::Missing).within("image"))?;
        }
        let picture =
            child(&current, 0x80)?.ok_or_else(|| current.error(ErrorKind::Missing).within("image"))?;
        let start = picture.content_offset();
        faces.push(Face {
            format: FaceFormat::Iso39794,
            image_type: ImageType::of(picture.content()),
            range: start..start + picture.content().len(),
        });
    }
    Ok(())
}

fn child<'a>(element: &Element<'a>, tag: crate::ber::Tag) -> Result<Option<Element<'a>>, Error> {
    let mut reader = element.reader()?;
    while let Some(inner) = reader.next()? {
        if inner.tag() == tag {
            return Ok(Some(inner));
        }
    }
    Ok(None)
}
