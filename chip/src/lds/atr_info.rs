//! EF.ATR/INFO: what the chip says of itself, in the master file (Doc 9303-10 3.11.1, ISO/IEC 7816-4 8.1.1, 12.7).
//!
//! Unsigned: hints for the reader, no evidence. Read tolerantly; an object that does not decode is passed over.

use super::LdsError;
use crate::ber::{Element, ErrorKind, Reader, tag};

/// Objects looked at.
const MAX_OBJECTS: usize = 64;

/// EF.ATR/INFO.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AtrInfo {
    /// Octets of the longest command that the chip takes, header included; `None` where it does not say.
    pub max_command: Option<usize>,
    /// Octets of the longest response that the chip gives.
    pub max_response: Option<usize>,
    /// Whether the card capabilities allow extended length fields; `None` without capabilities.
    pub extended_length: Option<bool>,
    /// Whether the card capabilities allow command chaining.
    pub command_chaining: Option<bool>,
    /// Whether the card capabilities say that extended length information stands here.
    pub extended_length_information: Option<bool>,
}

impl AtrInfo {
    /// Reads EF.ATR/INFO: data objects one after the other, padding at the end.
    ///
    /// # Errors
    /// The objects are not such, or too many.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("EF.ATR/INFO");
        let mut info = Self::default();
        let mut reader = Reader::new(file);
        let mut count = 0;
        while !is_padding(reader.rest()) {
            let element = reader.required().map_err(within)?;
            count += 1;
            if count > MAX_OBJECTS {
                return Err(within(element.error(ErrorKind::TooMany(MAX_OBJECTS))));
            }
            info.take(&element);
        }
        Ok(info)
    }

    fn take(&mut self, element: &Element<'_>) {
        match element.tag() {
            // Card capabilities; the third octet of software functions.
            0x47 => {
                if let Some(third) = element.content().get(2) {
                    self.command_chaining = Some(third & 0x80 != 0);
                    self.extended_length = Some(third & 0x40 != 0);
                    self.extended_length_information = Some(third & 0x20 != 0);
                }
            }
            // Extended length information: two numbers.
            0x7F66 => {
                let numbers = || {
                    let mut reader = element.reader().ok()?;
                    let mut next =
                        || usize::try_from(reader.expect(tag::INTEGER).ok()?.small_integer().ok()?).ok();
                    Some((next()?, next()?))
                };
                if let Some((command, response)) = numbers() {
                    (self.max_command, self.max_response) = (Some(command), Some(response));
                }
            }
            _ => {}
        }
    }
}

/// Zeros or ones up to the end: unused octets of a file of fixed size.
pub(super) fn is_padding(rest: &[u8]) -> bool {
    rest.iter().all(|octet| *octet == 0) || rest.iter().all(|octet| *octet == 0xFF)
}

#[cfg(test)]
mod tests {
    use super::AtrInfo;

    #[test]
    fn lengths_and_capabilities() {
        let file = hex::decode("4303010203460455544F31470394010F7F660802020801020208000000").unwrap();
        let file = [&file[..], &[0, 0]].concat();
        let info = AtrInfo::parse(&file);
        assert!(info.is_ok(), "{info:?}");
        let file = hex::decode("47039401E07F66080202080102022710FFFF").unwrap();
        let info = AtrInfo::parse(&file).unwrap();
        assert_eq!((info.max_command, info.max_response), (Some(0x0801), Some(10_000)));
        assert_eq!((info.extended_length, info.command_chaining), (Some(true), Some(true)));
        assert_eq!(info.extended_length_information, Some(true));
        assert_eq!(AtrInfo::parse(&[]).unwrap(), AtrInfo::default());
        let odd = hex::decode("47017F7F660302010A").unwrap();
        assert_eq!(AtrInfo::parse(&odd).unwrap(), AtrInfo::default(), "objects that say nothing");
        for bad in ["47", "470500", "7F66", "4785FFFFFFFFFF"] {
            assert!(AtrInfo::parse(&hex::decode(bad).unwrap()).is_err(), "{bad}");
        }
        assert!(AtrInfo::parse(&[0x43, 0].repeat(65)).is_err());
    }
}
