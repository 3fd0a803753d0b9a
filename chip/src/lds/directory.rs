//! EF.DIR: the applications of the chip, in the master file (Doc 9303-10 3.11.2, ISO/IEC 7816-4 12.2.3). Unsigned; a chip
//! with more than the eMRTD application has a signed copy in EF.CardSecurity (EFDIRInfo).

use super::LdsError;
use super::atr_info::is_padding;
use crate::ber::{ErrorKind, Reader};

/// Templates looked at.
const MAX_APPLICATIONS: usize = 32;

/// EF.DIR.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    /// Application identifiers in order, 1 to 16 octets each.
    pub applications: Vec<Box<[u8]>>,
}

impl Directory {
    /// Reads EF.DIR: application templates, padding at the end.
    ///
    /// # Errors
    /// No data objects, or too many.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("EF.DIR");
        let mut directory = Self::default();
        let mut reader = Reader::new(file);
        while !is_padding(reader.rest()) {
            let element = reader.required().map_err(within)?;
            let identifier = match element.tag() {
                0x61 => {
                    let mut inner = element.reader().map_err(within)?;
                    let mut found = None;
                    while let Some(object) = inner.next().map_err(within)? {
                        if object.tag() == 0x4F && found.is_none() {
                            found = Some(object.content());
                        }
                    }
                    found
                }
                0x4F => Some(element.content()),
                _ => None,
            };
            if directory.applications.len() >= MAX_APPLICATIONS {
                return Err(within(element.error(ErrorKind::TooMany(MAX_APPLICATIONS))));
            }
            let identifier = identifier.filter(|identifier| (1..=16).contains(&identifier.len()));
            directory.applications.extend(identifier.map(Into::into));
        }
        Ok(directory)
    }

    /// Whether an application is listed.
    #[must_use]
    pub fn lists(&self, identifier: &[u8]) -> bool {
        self.applications.iter().any(|listed| **listed == *identifier)
    }
}

#[cfg(test)]
mod tests {
    use super::Directory;

    #[test]
    fn applications() {
        let file = hex::decode("61094F07A00000024710016109").unwrap();
        assert!(Directory::parse(&file).is_err(), "a template that is cut short");
        let file = hex::decode("61094F07A000000247100161094F07A00000024720010000").unwrap();
        let directory = Directory::parse(&file).unwrap();
        assert!(
            directory.lists(&[0xA0, 0, 0, 2, 0x47, 0x10, 1])
                && directory.lists(&[0xA0, 0, 0, 2, 0x47, 0x20, 1])
        );
        assert_eq!(directory.applications.len(), 2);
        assert_eq!(Directory::parse(&[0xFF; 40]).unwrap().applications.len(), 0);
        assert!(Directory::parse(&hex::decode("61034F0100").unwrap().repeat(33)).is_err());
    }
}
