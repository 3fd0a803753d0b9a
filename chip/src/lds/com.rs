//! EF.COM: what the chip says it holds (Doc 9303-10 4.6.1). Compared with EF.SOD, never believed.

use super::{DgNumber, LdsError};
use crate::ber::{Reader, Tag};

/// EF.COM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Com {
    /// LDS version, such as `0107`.
    pub lds_version: Option<String>,
    /// Unicode version, such as `040000`.
    pub unicode_version: Option<String>,
    /// Data groups named by their tags, in order.
    pub data_groups: Vec<DgNumber>,
    /// Tags that are no data group's.
    pub unknown_tags: Vec<Tag>,
}

impl Com {
    /// Reads EF.COM.
    ///
    /// # Errors
    /// Malformed, or no tag list.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("EF.COM");
        let outer = Reader::only(file, 0x60).map_err(within)?;
        let mut reader = outer.reader().map_err(within)?;
        let mut com = Self {
            lds_version: None,
            unicode_version: None,
            data_groups: Vec::new(),
            unknown_tags: Vec::new(),
        };
        let mut listed = false;
        while let Some(element) = reader.next().map_err(within)? {
            match element.tag() {
                0x5F01 => com.lds_version = Some(element.text().into_owned()),
                0x5F36 => com.unicode_version = Some(element.text().into_owned()),
                0x5C => {
                    listed = true;
                    for &octet in element.content() {
                        match DgNumber::from_tag(Tag::from(octet)) {
                            Some(number) => com.data_groups.push(number),
                            None => com.unknown_tags.push(Tag::from(octet)),
                        }
                    }
                }
                _ => {}
            }
        }
        if !listed {
            return Err(within(outer.error(crate::ber::ErrorKind::Missing).within("tag list")));
        }
        Ok(com)
    }
}
