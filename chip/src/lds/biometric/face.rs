//! Face records: ISO/IEC 19794-5:2005 clause 5 and ISO/IEC 39794-5:2019.

use std::fmt;
use std::ops::Range;

use super::super::DgNumber;
use super::group::{self, BiometricHeader, Block, Collected, Kind, RecordFormat, UnknownChoice};
use super::image_type::ImageType;
use super::octets::Octets;
use super::record_39794::{self as tagged, BlockVersion, ChoiceCode, child};
use crate::ber::{Element, Error, ErrorKind};
use crate::finding::Code;

const KIND: Kind =
    Kind { number: DgNumber::DG2, format_types: [0x0008, 0x002A], biometric_type: 2, may_be_empty: false };

/// Most feature points of one face that are kept.
const MAX_FEATURE_POINTS: usize = 256;

/// One face picture and what its record says about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Face {
    /// Record format.
    pub format: RecordFormat,
    /// Picture format, by its first octets.
    pub image_type: ImageType,
    /// Header of the template.
    pub header: BiometricHeader,
    /// What the record says.
    pub details: FaceDetails,
    pub(in super::super) range: Range<usize>,
}

impl Face {
    /// Width and height as the record states them; zero is not stated.
    #[must_use]
    pub fn stated_size(&self) -> Option<(u16, u16)> {
        match &self.details {
            FaceDetails::Iso19794(face) => {
                (face.width > 0 && face.height > 0).then_some((face.width, face.height))
            }
            FaceDetails::Iso39794(face) => face.size,
        }
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Face({}, {}, {} octets)", self.format.name(), self.image_type.name(), self.range.len())
    }
}

/// The record's own fields. They describe a person: no `Debug` output of them.
#[derive(Clone, PartialEq, Eq)]
pub enum FaceDetails {
    /// ISO/IEC 19794-5.
    Iso19794(Box<Face19794>),
    /// ISO/IEC 39794-5.
    Iso39794(Box<Face39794>),
}

impl fmt::Debug for FaceDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaceDetails { .. }")
    }
}

/// Facial information block, feature points and image information (ISO/IEC 19794-5:2005 5.5 to 5.7), as coded.
#[derive(Clone, PartialEq, Eq)]
pub struct Face19794 {
    /// Version of the record, `010` in ASCII and a zero.
    pub version: [u8; 4],
    /// 0 unspecified, 1 male, 2 female.
    pub gender: u8,
    /// Eye colour.
    pub eye_colour: u8,
    /// Hair colour.
    pub hair_colour: u8,
    /// Feature mask of three octets.
    pub features: u32,
    /// Expression.
    pub expression: u16,
    /// Yaw, pitch and roll.
    pub pose: [u8; 3],
    /// Uncertainty of the pose.
    pub pose_uncertainty: [u8; 3],
    /// Feature points, at most 256.
    pub feature_points: Vec<FeaturePoint>,
    /// 0 basic, 1 full frontal, 2 token frontal.
    pub image_type: u8,
    /// 0 JPEG, 1 JPEG 2000.
    pub image_data_type: u8,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Colour space.
    pub colour_space: u8,
    /// Kind of source.
    pub source: u8,
    /// Kind of device.
    pub device: u16,
    /// Quality.
    pub quality: u16,
}

/// A feature point (ISO/IEC 19794-5:2005 5.6).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FeaturePoint {
    /// Kind of point.
    pub kind: u8,
    /// Major and minor number of the point in four bits each.
    pub code: u8,
    /// Pixels from the left.
    pub x: u16,
    /// Pixels from the top.
    pub y: u16,
}

/// The fields of a 39794-5 representation that a reader can use; others are skipped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Face39794 {
    /// Version of the data block.
    pub version: BlockVersion,
    /// Number of the representation.
    pub representation: Option<u32>,
    /// Year, month, day, hour, minute, second of the capture.
    pub captured: Option<[Option<u32>; 6]>,
    /// Picture format: 2 JPEG, 3 JPEG 2000 lossy, 4 JPEG 2000 lossless.
    pub image_format: Option<ChoiceCode>,
    /// 0 for travel documents, 1 for other purposes.
    pub kind: Option<ChoiceCode>,
    /// Lossy transformations: 1 none, 2 one, 3 more.
    pub lossy_transformations: Option<ChoiceCode>,
    /// Width and height in pixels.
    pub size: Option<(u16, u16)>,
    /// Colour space.
    pub colour_space: Option<ChoiceCode>,
    /// Gender of the identity metadata.
    pub gender: Option<ChoiceCode>,
    /// Eye colour of the identity metadata.
    pub eye_colour: Option<ChoiceCode>,
    /// Hair colour of the identity metadata.
    pub hair_colour: Option<ChoiceCode>,
    /// Number of quality blocks.
    pub quality_blocks: usize,
    /// Number of landmark blocks.
    pub landmarks: usize,
    /// Number of elements of later versions that were skipped.
    pub skipped: usize,
}

pub(in super::super) fn read_faces(file: &[u8]) -> Result<Faces, Error> {
    let all = group::collect(file, &KIND, |block, all| match block.format {
        RecordFormat::Iso19794 => record_19794(block, all).map_err(|error| error.within("5F2E")),
        RecordFormat::Iso39794 => record_39794(block, all).map_err(|error| error.within("7F2E")),
    })?;
    Ok(Faces { faces: all.records, unknown: all.unknown, findings: all.findings.into_vec() })
}

/// What a file of faces came to.
pub(in super::super) struct Faces {
    pub(in super::super) faces: Vec<Face>,
    pub(in super::super) unknown: Vec<UnknownChoice>,
    pub(in super::super) findings: Vec<crate::finding::Finding>,
}

/// Facial record header of 14 octets; per face 20 octets, 8 a feature point, 12 of image information, the picture.
fn record_19794(block: &Block<'_>, all: &mut Collected<Face>) -> Result<(), Error> {
    let mut octets = Octets::of(&block.element);
    if octets.take()? != *b"FAC\0" {
        octets.seek(0);
        return Err(octets.error("not a facial record"));
    }
    let version: [u8; 4] = octets.take()?;
    if version != *b"010\0" {
        all.findings.with(Code::BiometricVersion, "another version than 010");
    }
    let length = octets.u32()?;
    if usize::try_from(length) != Ok(octets.len()) {
        all.findings.with(Code::BiometricLength, format!("record of {} octets says {length}", octets.len()));
    }
    let count = octets.u16()?;
    if count == 0 {
        return Err(octets.error("the record has no face"));
    }
    for _ in 0..count {
        if !all.has_room() {
            return Ok(());
        }
        face_19794(block, version, count == 1, &mut octets, all)?;
    }
    if !octets.is_at_end() {
        all.findings.with(Code::BiometricLength, "octets follow the last face");
    }
    Ok(())
}

fn face_19794(
    block: &Block<'_>,
    version: [u8; 4],
    only: bool,
    octets: &mut Octets<'_>,
    all: &mut Collected<Face>,
) -> Result<(), Error> {
    let start = octets.position();
    let length = usize::try_from(octets.u32()?).unwrap_or(usize::MAX);
    let points = octets.u16()?;
    let [gender, eye_colour, hair_colour, f0, f1, f2] = octets.take()?;
    let expression = octets.u16()?;
    let (pose, pose_uncertainty) = (octets.take()?, octets.take()?);
    let mut feature_points = Vec::new();
    for _ in 0..points {
        let [kind, code, x0, x1, y0, y1, _, _] = octets.take()?;
        if feature_points.len() < MAX_FEATURE_POINTS {
            let (x, y) = (u16::from_be_bytes([x0, x1]), u16::from_be_bytes([y0, y1]));
            feature_points.push(FeaturePoint { kind, code, x, y });
        }
    }
    if usize::from(points) > MAX_FEATURE_POINTS {
        all.findings.with(Code::LdsTooMany, "feature points");
    }
    let [image_type, image_data_type] = octets.take()?;
    let (width, height) = (octets.u16()?, octets.u16()?);
    let [colour_space, source] = octets.take()?;
    let (device, quality) = (octets.u16()?, octets.u16()?);
    // Some writers leave the length wrong; the picture then reaches to the end of the record.
    let declared = start.checked_add(length).filter(|end| *end <= octets.len() && *end > octets.position());
    let end = match declared {
        Some(end) => end,
        None if only => {
            all.findings.with(Code::BiometricLength, "length of the face does not fit the record");
            octets.len()
        }
        None => return Err(octets.error("face length goes beyond the record")),
    };
    let (picture, range) = octets.until(end)?;
    let found = ImageType::of(picture);
    let sound = match image_data_type {
        0 => found == ImageType::Jpeg,
        1 => matches!(found, ImageType::Jpeg2000 | ImageType::Jpeg2000Codestream),
        _ => false,
    };
    picture_findings(found, sound, &format!("type {image_data_type}"), all);
    let details = Face19794 {
        version,
        gender,
        eye_colour,
        hair_colour,
        features: u32::from_be_bytes([0, f0, f1, f2]),
        expression,
        pose,
        pose_uncertainty,
        feature_points,
        image_type,
        image_data_type,
        width,
        height,
        colour_space,
        source,
        device,
        quality,
    };
    all.records.push(Face {
        format: RecordFormat::Iso19794,
        image_type: found,
        header: block.header.clone(),
        details: FaceDetails::Iso19794(Box::new(details)),
        range,
    });
    Ok(())
}

fn picture_findings(found: ImageType, sound: bool, declared: &str, all: &mut Collected<Face>) {
    if found == ImageType::Jpeg2000Codestream {
        all.findings.push(Code::BiometricCodestream.into());
    }
    if !sound {
        all.findings
            .with(Code::BiometricImageFormat, format!("{} where the record says {declared}", found.name()));
    }
}

fn record_39794(block: &Block<'_>, all: &mut Collected<Face>) -> Result<(), Error> {
    let (version, blocks) = tagged::representations(&block.element, 0x65, &mut all.findings)?;
    for representation in &blocks {
        if !all.has_room() {
            break;
        }
        face_39794(block, version, representation, all)?;
    }
    Ok(())
}

/// `30 > A1 imageRepresentation > A0 base > A0 imageRepresentation2DBlock > 80 picture, A1 information`.
fn face_39794(
    block: &Block<'_>,
    version: BlockVersion,
    representation: &Element<'_>,
    all: &mut Collected<Face>,
) -> Result<(), Error> {
    let missing = |element: &Element<'_>, what| element.error(ErrorKind::Missing).within(what);
    let image = child(representation, 0xA1)?.ok_or_else(|| missing(representation, "imageRepresentation"))?;
    let mut unknown = |field, element: &Element<'_>| {
        all.unknown.push(UnknownChoice { field, tag: element.tag(), offset: element.offset() });
    };
    let base = tagged::first(&image, "imageRepresentation")?;
    if base.tag() != 0xA0 {
        unknown("imageRepresentation", &base);
        return Ok(());
    }
    let picture_block = tagged::first(&base, "imageRepresentation.base")?;
    if picture_block.tag() != 0xA0 {
        unknown("imageRepresentation.base", &picture_block);
        return Ok(());
    }
    let picture =
        child(&picture_block, 0x80)?.ok_or_else(|| missing(&picture_block, "representationData2D"))?;
    if picture.content().is_empty() {
        return Err(picture.error(ErrorKind::Value("record holds no picture")));
    }
    let mut details = Face39794 { version, ..Face39794::default() };
    match child(&picture_block, 0xA1)? {
        Some(information) => {
            if let Some(choice) = image_information(&information, &mut details)? {
                all.unknown.push(choice);
                return Ok(());
            }
        }
        None => all.findings.with(Code::BiometricFieldMissing, "imageInformation2DBlock"),
    }
    representation_fields(representation, &mut details)?;
    let found = ImageType::of(picture.content());
    let sound = match details.image_format.map(|choice| choice.code) {
        Some(2) => found == ImageType::Jpeg,
        Some(3 | 4) => matches!(found, ImageType::Jpeg2000 | ImageType::Jpeg2000Codestream),
        None => matches!(found, ImageType::Jpeg | ImageType::Jpeg2000 | ImageType::Jpeg2000Codestream),
        Some(_) => false,
    };
    let declared =
        details.image_format.map_or_else(|| "nothing".to_owned(), |c| format!("format {}", c.code));
    picture_findings(found, sound, &declared, all);
    let start = picture.content_offset();
    all.records.push(Face {
        format: RecordFormat::Iso39794,
        image_type: found,
        header: block.header.clone(),
        details: FaceDetails::Iso39794(Box::new(details)),
        range: start..start + picture.content().len(),
    });
    Ok(())
}

/// ImageInformation2DBlock. A mandatory choice that is unknown is returned.
fn image_information(
    information: &Element<'_>,
    details: &mut Face39794,
) -> Result<Option<UnknownChoice>, Error> {
    let mut reader = information.reader()?;
    while let Some(field) = reader.next()? {
        let code = |name| tagged::choice_code(&field, name);
        match field.tag() {
            0xA0 => match code("imageDataFormat")? {
                Ok(code) => details.image_format = Some(code),
                Err(choice) => return Ok(Some(choice)),
            },
            0xA1 => details.kind = code("faceImageKind2D")?.ok(),
            0xA3 => details.lossy_transformations = code("lossyTransformationAttempts")?.ok(),
            0xA7 => {
                let side = |tag| -> Result<Option<u16>, Error> {
                    let value = child(&field, tag)?.as_ref().and_then(tagged::integer);
                    Ok(value.and_then(|value| u16::try_from(value).ok()))
                };
                details.size =
                    side(0x80)?.zip(side(0x81)?).filter(|(width, height)| *width > 0 && *height > 0);
            }
            0xA9 => details.colour_space = code("imageColourSpace")?.ok(),
            0xA2 | 0x84..=0x86 | 0xA8 | 0xAA => {}
            _ => details.skipped += 1,
        }
    }
    Ok(None)
}

/// What stands beside the picture in a representation.
fn representation_fields(representation: &Element<'_>, details: &mut Face39794) -> Result<(), Error> {
    let mut reader = representation.reader()?;
    while let Some(field) = reader.next()? {
        match field.tag() {
            0x80 => details.representation = tagged::integer(&field),
            0xA2 => details.captured = Some(tagged::date_time(&field)?),
            0xA3 => details.quality_blocks = children(&field)?,
            0xA8 => {
                let code = |tag, name| -> Result<Option<ChoiceCode>, Error> {
                    Ok(match child(&field, tag)? {
                        Some(element) => tagged::choice_code(&element, name)?.ok(),
                        None => None,
                    })
                };
                details.gender = code(0xA0, "gender")?;
                details.eye_colour = code(0xA1, "eyeColour")?;
                details.hair_colour = code(0xA2, "hairColour")?;
            }
            0xA9 => details.landmarks = children(&field)?,
            0xA1 | 0xA4 | 0x85 | 0x86 | 0xA7 => {}
            _ => details.skipped += 1,
        }
    }
    Ok(())
}

fn children(element: &Element<'_>) -> Result<usize, Error> {
    let (mut reader, mut count) = (element.reader()?, 0);
    while reader.next()?.is_some() {
        count += 1;
    }
    Ok(count)
}
