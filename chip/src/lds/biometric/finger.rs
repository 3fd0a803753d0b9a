//! Finger records: ISO/IEC 19794-4:2005 clause 7 and ISO/IEC 39794-4:2019. The pictures are never decoded.

use std::fmt;
use std::ops::Range;

use super::super::DgNumber;
use super::group::{self, BiometricHeader, Block, Collected, Kind, RecordFormat, UnknownChoice};
use super::image_type::ImageType;
use super::octets::Octets;
use super::record_39794::{self as tagged, BlockVersion, ChoiceCode, child};
use super::wsq::WsqHeader;
use crate::ber::{Element, Error, ErrorKind};
use crate::finding::{Code, Finding};

const KIND: Kind =
    Kind { number: DgNumber::DG3, format_types: [0x0007, 0x0028], biometric_type: 8, may_be_empty: true };

/// One finger picture and what its record says about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Finger {
    /// Record format.
    pub format: RecordFormat,
    /// Picture format, by its first octets; uncompressed pictures are unknown.
    pub image_type: ImageType,
    /// Header of the template.
    pub header: BiometricHeader,
    /// Which finger, as the record says.
    pub position: FingerPosition,
    /// Width and height: of the record, or of the picture's own header where that is WSQ.
    pub size: Option<(u16, u16)>,
    /// What the record says.
    pub details: FingerDetails,
    pub(in super::super) range: Range<usize>,
}

impl fmt::Debug for Finger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finger({}, {}, {} octets)", self.format.name(), self.image_type.name(), self.range.len())
    }
}

/// Which finger: 0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left; others as coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FingerPosition(pub u8);

impl FingerPosition {
    /// The biometric subtype of CBEFF for this finger (Doc 9303-10 table 49): side in two bits, finger in three.
    #[must_use]
    pub fn subtype(self) -> Option<u8> {
        match self.0 {
            finger @ 1..=5 => Some(finger << 2 | 0b01),
            finger @ 6..=10 => Some((finger - 5) << 2 | 0b10),
            _ => None,
        }
    }

    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            1 => "right thumb",
            2 => "right index",
            3 => "right middle",
            4 => "right ring",
            5 => "right little",
            6 => "left thumb",
            7 => "left index",
            8 => "left middle",
            9 => "left ring",
            10 => "left little",
            _ => "unknown finger",
        }
    }
}

/// The record's own fields.
#[derive(Clone, PartialEq, Eq)]
pub enum FingerDetails {
    /// ISO/IEC 19794-4.
    Iso19794(Box<Finger19794>),
    /// ISO/IEC 39794-4: version, impression and picture format as coded.
    Iso39794 {
        /// Version of the data block.
        version: BlockVersion,
        /// Kind of impression.
        impression: Option<ChoiceCode>,
        /// 0 PGM, 1 WSQ, 2 JPEG 2000 lossy, 3 JPEG 2000 lossless, 4 PNG.
        image_format: ChoiceCode,
    },
}

impl fmt::Debug for FingerDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerDetails { .. }")
    }
}

/// General record header and finger image header (ISO/IEC 19794-4:2005 7.1 and 7.2), as coded.
#[derive(Clone, PartialEq, Eq)]
pub struct Finger19794 {
    /// Capture device.
    pub device: u16,
    /// Image acquisition level.
    pub acquisition_level: u16,
    /// 1 pixels an inch, 2 pixels a centimetre.
    pub scale_units: u8,
    /// Horizontal and vertical scan resolution.
    pub scan_resolution: (u16, u16),
    /// Horizontal and vertical image resolution.
    pub image_resolution: (u16, u16),
    /// Bits a pixel.
    pub depth: u8,
    /// 0 and 1 uncompressed, 2 WSQ, 3 JPEG, 4 JPEG 2000, 5 PNG.
    pub compression: u8,
    /// Number of views of this finger.
    pub views: u8,
    /// Number of this view.
    pub view: u8,
    /// Quality, 0 to 100; 254 undefined.
    pub quality: u8,
    /// Kind of impression.
    pub impression: u8,
}

/// What a file of fingers came to.
pub(in super::super) struct Fingers {
    pub(in super::super) fingers: Vec<Finger>,
    pub(in super::super) unknown: Vec<UnknownChoice>,
    pub(in super::super) findings: Vec<Finding>,
}

pub(in super::super) fn read_fingers(file: &[u8]) -> Result<Fingers, Error> {
    let all = group::collect(file, &KIND, |block, all| match block.format {
        RecordFormat::Iso19794 => record_19794(block, all).map_err(|error| error.within("5F2E")),
        RecordFormat::Iso39794 => record_39794(block, all).map_err(|error| error.within("7F2E")),
    })?;
    Ok(Fingers { fingers: all.records, unknown: all.unknown, findings: all.findings.into_vec() })
}

/// General header of 32 octets; per view 14 octets and the picture.
fn record_19794(block: &Block<'_>, all: &mut Collected<Finger>) -> Result<(), Error> {
    let mut octets = Octets::of(&block.element);
    if octets.take()? != *b"FIR\0" {
        octets.seek(0);
        return Err(octets.error("not a finger record"));
    }
    if octets.take()? != *b"010\0" {
        all.findings.with(Code::BiometricVersion, "another version than 010");
    }
    let length = octets.u48()?;
    if usize::try_from(length) != Ok(octets.len()) {
        all.findings.with(Code::BiometricLength, format!("record of {} octets says {length}", octets.len()));
    }
    let (device, acquisition_level) = (octets.u16()?, octets.u16()?);
    let [fingers, scale_units] = octets.take()?;
    let scan_resolution = (octets.u16()?, octets.u16()?);
    let image_resolution = (octets.u16()?, octets.u16()?);
    let [depth, compression, _, _] = octets.take()?;
    let general = Finger19794 {
        device,
        acquisition_level,
        scale_units,
        scan_resolution,
        image_resolution,
        depth,
        compression,
        views: 0,
        view: 0,
        quality: 0,
        impression: 0,
    };
    let mut seen = std::collections::BTreeSet::new();
    while !octets.is_at_end() {
        if !all.has_room() {
            return Ok(());
        }
        seen.insert(view_19794(block, &general, &mut octets, all)?.0);
    }
    // Doc 9303-10 4.7.3.2.3: one finger in each template.
    if seen.len() != 1 || fingers != 1 {
        let text = format!("{fingers} fingers declared in one record, {} there", seen.len());
        all.findings.with(Code::BiometricSeveral, text);
    }
    Ok(())
}

fn view_19794(
    block: &Block<'_>,
    general: &Finger19794,
    octets: &mut Octets<'_>,
    all: &mut Collected<Finger>,
) -> Result<FingerPosition, Error> {
    let start = octets.position();
    let length = usize::try_from(octets.u32()?).unwrap_or(usize::MAX);
    let [position, views, view, quality, impression] = octets.take()?;
    let (width, height, _reserved) = (octets.u16()?, octets.u16()?, octets.u8()?);
    let end = start
        .checked_add(length)
        .filter(|end| *end <= octets.len() && *end > octets.position())
        .ok_or_else(|| octets.error("length of the view does not fit the record"))?;
    let (picture, range) = octets.until(end)?;
    let found = ImageType::of(picture);
    let sound = match general.compression {
        0 | 1 => true,
        2 => found == ImageType::Wsq,
        3 => found == ImageType::Jpeg,
        4 => matches!(found, ImageType::Jpeg2000 | ImageType::Jpeg2000Codestream),
        5 => found == ImageType::Png,
        _ => false,
    };
    let declared = (width > 0 && height > 0).then_some((width, height));
    let position = FingerPosition(position);
    check(block, position, found, sound, declared, picture, all);
    let details = Finger19794 { views, view, quality, impression, ..general.clone() };
    all.records.push(Finger {
        format: RecordFormat::Iso19794,
        image_type: found,
        header: block.header.clone(),
        position,
        size: declared.or_else(|| wsq_size(picture)),
        details: FingerDetails::Iso19794(Box::new(details)),
        range,
    });
    Ok(position)
}

fn wsq_size(picture: &[u8]) -> Option<(u16, u16)> {
    WsqHeader::read(picture).map(|header| (header.width, header.height))
}

/// Findings that both formats share.
fn check(
    block: &Block<'_>,
    position: FingerPosition,
    found: ImageType,
    sound: bool,
    declared: Option<(u16, u16)>,
    picture: &[u8],
    all: &mut Collected<Finger>,
) {
    if !sound {
        all.findings.with(Code::BiometricImageFormat, format!("{} where another is declared", found.name()));
    }
    match (declared, wsq_size(picture)) {
        (Some(declared), Some(actual)) if declared != actual => {
            let text = format!("{declared:?} in the record, {actual:?} in the picture");
            all.findings.with(Code::BiometricImageSize, text);
        }
        (_, None) if found == ImageType::Wsq => {
            all.findings.with(Code::BiometricImageFormat, "WSQ without frame header");
        }
        _ => {}
    }
    match (block.header.subtype, position.subtype()) {
        (Some(0) | None, _) | (_, None) => {}
        (Some(header), Some(record)) if header & 0x1F == record => {}
        (Some(_), Some(_)) => {
            all.findings.with(Code::BiometricHeader, "header and record name different fingers")
        }
    }
}

fn record_39794(block: &Block<'_>, all: &mut Collected<Finger>) -> Result<(), Error> {
    let (version, blocks) = tagged::representations(&block.element, 0x64, &mut all.findings)?;
    for representation in &blocks {
        if !all.has_room() {
            break;
        }
        finger_39794(block, version, representation, all)?;
    }
    Ok(())
}

/// `30 > A0 position, A1 impression, A2 imageDataFormat, 83 picture`; what follows is optional.
fn finger_39794(
    block: &Block<'_>,
    version: BlockVersion,
    representation: &Element<'_>,
    all: &mut Collected<Finger>,
) -> Result<(), Error> {
    let field = |tag, name| {
        child(representation, tag)?.ok_or_else(|| representation.error(ErrorKind::Missing).within(name))
    };
    let position = tagged::choice_code(&field(0xA0, "position")?, "position")?;
    let format = tagged::choice_code(&field(0xA2, "imageDataFormat")?, "imageDataFormat")?;
    let (position, image_format) = match (position, format) {
        (Ok(position), Ok(format)) => (position, format),
        (Err(choice), _) | (_, Err(choice)) => {
            all.unknown.push(choice);
            return Ok(());
        }
    };
    let impression = match child(representation, 0xA1)? {
        Some(element) => tagged::choice_code(&element, "impression")?.ok(),
        None => {
            all.findings.with(Code::BiometricFieldMissing, "impression");
            None
        }
    };
    let picture = field(0x83, "imageData")?;
    if picture.content().is_empty() {
        return Err(picture.error(ErrorKind::Value("record holds no picture")));
    }
    let found = ImageType::of(picture.content());
    let sound = match image_format.code {
        0 => found == ImageType::Netpbm,
        1 => found == ImageType::Wsq,
        2 | 3 => matches!(found, ImageType::Jpeg2000 | ImageType::Jpeg2000Codestream),
        4 => found == ImageType::Png,
        _ => false,
    };
    let position = FingerPosition(u8::try_from(position.code).unwrap_or_default());
    check(block, position, found, sound, None, picture.content(), all);
    let start = picture.content_offset();
    all.records.push(Finger {
        format: RecordFormat::Iso39794,
        image_type: found,
        header: block.header.clone(),
        position,
        size: wsq_size(picture.content()),
        details: FingerDetails::Iso39794 { version, impression, image_format },
        range: start..start + picture.content().len(),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::FingerPosition;

    #[test]
    fn positions_are_the_subtypes_of_the_standard() {
        // Table 51 and 52: left pointer finger 0A, right pointer finger 09.
        assert_eq!(FingerPosition(7).subtype(), Some(0x0A));
        assert_eq!(FingerPosition(2).subtype(), Some(0x09));
        assert_eq!(FingerPosition(0).subtype(), None);
        assert_eq!(FingerPosition(13).subtype(), None);
    }
}
