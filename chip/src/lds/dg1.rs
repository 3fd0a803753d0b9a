//! DG1: the machine readable zone as stored on the chip (Doc 9303-10 4.7.1).

use super::{DataGroup, DgNumber, LdsError};
use crate::ber::{ErrorKind, Reader};

/// DG1. The text is personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg1 {
    mrz: Box<[u8]>,
}

impl Dg1 {
    /// The octets of the zone, lines one after the other: 88 (TD3), 90 (TD1) or 72 (TD2) in sound documents.
    #[must_use]
    pub fn mrz(&self) -> &[u8] {
        &self.mrz
    }

    /// The lines, when the length is one of the three formats and every octet is ASCII.
    #[must_use]
    pub fn lines(&self) -> Option<Vec<&str>> {
        let width = match self.mrz.len() {
            88 => 44,
            90 => 30,
            72 => 36,
            _ => return None,
        };
        self.mrz
            .chunks(width)
            .map(|line| std::str::from_utf8(line).ok().filter(|line| line.is_ascii()))
            .collect()
    }
}

impl DataGroup for Dg1 {
    const NUMBER: DgNumber = DgNumber::DG1;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("DG1");
        let outer = Reader::only(file, 0x61).map_err(within)?;
        let mut reader = outer.reader().map_err(within)?;
        let mut mrz = None;
        while let Some(element) = reader.next().map_err(within)? {
            if element.tag() == 0x5F1F && mrz.replace(element).is_some() {
                return Err(within(element.error(ErrorKind::Value("the zone is there twice"))));
            }
        }
        match mrz {
            Some(element) => Ok(Self { mrz: element.content().into() }),
            None => Err(within(outer.error(ErrorKind::Missing).within("5F1F"))),
        }
    }
}

impl std::fmt::Debug for Dg1 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dg1({} octets)", self.mrz.len())
    }
}
