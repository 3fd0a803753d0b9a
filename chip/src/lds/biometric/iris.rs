//! Iris records: ISO/IEC 19794-6:2005 clause 6 and ISO/IEC 39794-6:2021. The pictures are never decoded.

use std::fmt;
use std::ops::Range;

use super::super::DgNumber;
use super::group::{self, BiometricHeader, Block, Collected, Kind, RecordFormat, UnknownChoice};
use super::image_type::ImageType;
use super::octets::Octets;
use super::record_39794::{self as tagged, BlockVersion, ChoiceCode, child};
use crate::ber::{Element, Error, ErrorKind};
use crate::finding::{Code, Finding};

const KIND: Kind =
    Kind { number: DgNumber::DG4, format_types: [0x0009, 0x002C], biometric_type: 0x10, may_be_empty: true };

/// One iris picture and what its record says about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Iris {
    /// Record format.
    pub format: RecordFormat,
    /// Picture format, by its first octets; raw pictures are unknown.
    pub image_type: ImageType,
    /// Header of the template.
    pub header: BiometricHeader,
    /// Which eye, as the record says.
    pub eye: Eye,
    /// What the record says.
    pub details: IrisDetails,
    pub(in super::super) range: Range<usize>,
}

impl fmt::Debug for Iris {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iris({}, {}, {} octets)", self.format.name(), self.image_type.name(), self.range.len())
    }
}

/// Which eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Eye {
    /// Not said.
    Unknown,
    /// The right one.
    Right,
    /// The left one.
    Left,
}

impl Eye {
    fn of(code: u32) -> Self {
        match code {
            1 => Self::Right,
            2 => Self::Left,
            _ => Self::Unknown,
        }
    }
}

/// The record's own fields.
#[derive(Clone, PartialEq, Eq)]
pub enum IrisDetails {
    /// ISO/IEC 19794-6.
    Iso19794(Box<Iris19794>),
    /// ISO/IEC 39794-6: version, kind of picture and its format as coded.
    Iso39794 {
        /// Version of the data block.
        version: BlockVersion,
        /// 1 uncropped, 2 VGA, 3 cropped, 7 cropped and masked.
        kind: Option<ChoiceCode>,
        /// 0 PGM, 1 PPM, 2 PNG, 3 JPEG 2000 lossless, 4 JPEG 2000 lossy.
        image_format: ChoiceCode,
        /// Bits a pixel.
        depth: Option<u32>,
    },
}

impl fmt::Debug for IrisDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IrisDetails { .. }")
    }
}

/// Iris record header and iris image header (ISO/IEC 19794-6:2005 6.3 to 6.5), as coded.
#[derive(Clone, PartialEq, Eq)]
pub struct Iris19794 {
    /// Capture device.
    pub device: u16,
    /// Orientation, scan type, occlusion and boundary bits.
    pub properties: u16,
    /// Expected diameter of the iris in pixels.
    pub diameter: u16,
    /// Picture format, such as 14 grey JPEG 2000 or 16 colour JPEG 2000.
    pub image_format: u16,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Bits a pixel.
    pub depth: u8,
    /// Transformation to polar coordinates.
    pub transformation: u8,
    /// Unique identifier of the device.
    pub device_identifier: [u8; 16],
    /// Number of the picture.
    pub number: u16,
    /// Quality, 0 to 100; 254 undefined.
    pub quality: u8,
    /// Rotation angle as coded.
    pub rotation: u16,
    /// Uncertainty of the rotation as coded.
    pub rotation_uncertainty: u16,
}

/// What a file of irises came to.
pub(in super::super) struct Irises {
    pub(in super::super) irises: Vec<Iris>,
    pub(in super::super) unknown: Vec<UnknownChoice>,
    pub(in super::super) findings: Vec<Finding>,
}

pub(in super::super) fn read_irises(file: &[u8]) -> Result<Irises, Error> {
    let all = group::collect(file, &KIND, |block, all| match block.format {
        RecordFormat::Iso19794 => record_19794(block, all).map_err(|error| error.within("5F2E")),
        RecordFormat::Iso39794 => record_39794(block, all).map_err(|error| error.within("7F2E")),
    })?;
    Ok(Irises { irises: all.records, unknown: all.unknown, findings: all.findings.into_vec() })
}

/// Record header of 45 octets; per eye 3 octets; per picture 11 octets and the picture.
fn record_19794(block: &Block<'_>, all: &mut Collected<Iris>) -> Result<(), Error> {
    let mut octets = Octets::of(&block.element);
    if octets.take()? != *b"IIR\0" {
        octets.seek(0);
        return Err(octets.error("not an iris record"));
    }
    if octets.take()? != *b"010\0" {
        all.findings.with(Code::BiometricVersion, "another version than 010");
    }
    let length = octets.u32()?;
    if usize::try_from(length) != Ok(octets.len()) {
        all.findings.with(Code::BiometricLength, format!("record of {} octets says {length}", octets.len()));
    }
    let device = octets.u16()?;
    let eyes = octets.u8()?;
    let header_length = octets.u16()?;
    let (properties, diameter, image_format) = (octets.u16()?, octets.u16()?, octets.u16()?);
    let (width, height) = (octets.u16()?, octets.u16()?);
    let [depth, transformation] = octets.take()?;
    let general = Iris19794 {
        device,
        properties,
        diameter,
        image_format,
        width,
        height,
        depth,
        transformation,
        device_identifier: octets.take()?,
        number: 0,
        quality: 0,
        rotation: 0,
        rotation_uncertainty: 0,
    };
    if usize::from(header_length) != octets.position() {
        all.findings.with(Code::BiometricLength, format!("header of {header_length} octets"));
    }
    if eyes == 0 {
        return Err(octets.error("the record has no iris"));
    }
    for _ in 0..eyes {
        let eye = Eye::of(u32::from(octets.u8()?));
        let pictures = octets.u16()?;
        for _ in 0..pictures {
            if !all.has_room() {
                return Ok(());
            }
            picture_19794(block, &general, eye, &mut octets, all)?;
        }
    }
    if eyes != 1 {
        all.findings.with(Code::BiometricSeveral, format!("{eyes} eyes in one record"));
    }
    if !octets.is_at_end() {
        all.findings.with(Code::BiometricLength, "octets follow the last picture");
    }
    Ok(())
}

fn picture_19794(
    block: &Block<'_>,
    general: &Iris19794,
    eye: Eye,
    octets: &mut Octets<'_>,
    all: &mut Collected<Iris>,
) -> Result<(), Error> {
    let (number, quality) = (octets.u16()?, octets.u8()?);
    let (rotation, rotation_uncertainty) = (octets.u16()?, octets.u16()?);
    let length = usize::try_from(octets.u32()?).unwrap_or(usize::MAX);
    let end = octets
        .position()
        .checked_add(length)
        .filter(|end| *end <= octets.len())
        .ok_or_else(|| octets.error("length of the picture goes beyond the record"))?;
    let (picture, range) = octets.until(end)?;
    let found = ImageType::of(picture);
    let sound = match general.image_format {
        2 | 4 => true,
        6 | 8 => found == ImageType::Jpeg,
        14 | 16 => matches!(found, ImageType::Jpeg2000 | ImageType::Jpeg2000Codestream),
        _ => false,
    };
    check(block, eye, found, sound, all);
    let details = Iris19794 { number, quality, rotation, rotation_uncertainty, ..general.clone() };
    all.records.push(Iris {
        format: RecordFormat::Iso19794,
        image_type: found,
        header: block.header.clone(),
        eye,
        details: IrisDetails::Iso19794(Box::new(details)),
        range,
    });
    Ok(())
}

/// Findings that both formats share.
fn check(block: &Block<'_>, eye: Eye, found: ImageType, sound: bool, all: &mut Collected<Iris>) {
    if !sound {
        all.findings.with(Code::BiometricImageFormat, format!("{} where another is declared", found.name()));
    }
    if let Some(subtype) = block.header.subtype.filter(|subtype| *subtype != 0)
        && eye != Eye::Unknown
        && Eye::of(u32::from(subtype & 3)) != eye
    {
        all.findings.with(Code::BiometricHeader, "header and record name different eyes");
    }
}

fn record_39794(block: &Block<'_>, all: &mut Collected<Iris>) -> Result<(), Error> {
    let (version, blocks) = tagged::representations(&block.element, 0x66, &mut all.findings)?;
    for representation in &blocks {
        if !all.has_room() {
            break;
        }
        iris_39794(block, version, representation, all)?;
    }
    Ok(())
}

/// `30 > 80 eye, A1 kind, 82 depth, A3 imageDataFormat, 84 85 86, A7 range, A8 date, 89 picture`; the rest is optional.
fn iris_39794(
    block: &Block<'_>,
    version: BlockVersion,
    representation: &Element<'_>,
    all: &mut Collected<Iris>,
) -> Result<(), Error> {
    let field = |tag, name| {
        child(representation, tag)?.ok_or_else(|| representation.error(ErrorKind::Missing).within(name))
    };
    let eye = Eye::of(tagged::integer(&field(0x80, "eyeLabelCode")?).unwrap_or_default());
    let image_format = match tagged::choice_code(&field(0xA3, "imageDataFormat")?, "imageDataFormat")? {
        Ok(code) => code,
        Err(choice) => {
            all.unknown.push(choice);
            return Ok(());
        }
    };
    let kind = match child(representation, 0xA1)? {
        Some(element) => tagged::choice_code(&element, "irisImageKind")?.ok(),
        None => {
            all.findings.with(Code::BiometricFieldMissing, "irisImageKind");
            None
        }
    };
    let depth = child(representation, 0x82)?.as_ref().and_then(tagged::integer);
    let picture = field(0x89, "irisImageData")?;
    if picture.content().is_empty() {
        return Err(picture.error(ErrorKind::Value("record holds no picture")));
    }
    let found = ImageType::of(picture.content());
    let sound = match image_format.code {
        0 | 1 => found == ImageType::Netpbm,
        2 => found == ImageType::Png,
        3 | 4 => matches!(found, ImageType::Jpeg2000 | ImageType::Jpeg2000Codestream),
        _ => false,
    };
    check(block, eye, found, sound, all);
    let start = picture.content_offset();
    all.records.push(Iris {
        format: RecordFormat::Iso39794,
        image_type: found,
        header: block.header.clone(),
        eye,
        details: IrisDetails::Iso39794 { version, kind, image_format, depth },
        range: start..start + picture.content().len(),
    });
    Ok(())
}
