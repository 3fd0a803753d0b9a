//! CSCA master lists (Doc 9303-12 9), signed or bare.
//!
//! ```text
//! CscaMasterList ::= SEQUENCE { version CscaMasterListVersion, certList SET OF Certificate }
//! ```

use std::sync::Arc;

use super::signed_list::{ListSignature, SignedList};
use super::{Anchors, Certificate, Role};
use crate::ber::{self, Element, ErrorKind, Reader, tag};
use crate::finding::{Code, Finding};
use crate::limits::Limits;
use crate::oids;

/// Largest list that is read, in octets.
pub const MAX_LENGTH: usize = 64 * 1024 * 1024;
/// Most certificates in a list.
pub const MAX_CERTIFICATES: usize = 100_000;

/// A master list. Its certificates are only as good as [`MasterList::check_signature`] says.
#[derive(Debug)]
pub struct MasterList {
    /// The signed wrapping; `None` for a bare list.
    pub signed: Option<SignedList>,
    /// Version, 0.
    pub version: u32,
    /// The certificates that parse, in order.
    pub certificates: Vec<Arc<Certificate>>,
    /// Entries that do not parse: offset in the file and why.
    pub malformed: Vec<(usize, ber::Error)>,
    /// Deviations.
    pub findings: Vec<Finding>,
}

impl MasterList {
    /// Reads a list: a CMS SignedData, or the bare CscaMasterList.
    ///
    /// # Errors
    /// Neither, or another type of content; the error says where.
    pub fn parse(file: &[u8]) -> Result<Self, ber::Error> {
        let within = |error: ber::Error| error.within("master list");
        if file.len() > MAX_LENGTH {
            return Err(within(ber::Error::new(ErrorKind::TooMany(MAX_LENGTH), MAX_LENGTH)));
        }
        let outer = Reader::new(file).expect(tag::SEQUENCE).map_err(within)?;
        let bare = outer.reader().map_err(within)?.peek() == Some(tag::INTEGER);
        if bare {
            let mut list = Self::parse_content(&outer, None).map_err(within)?;
            if outer.raw().len() != file.len() {
                list.findings.push(Code::ListTrailing.into());
            }
            list.findings.push(Code::ListUnsigned.into());
            return Ok(list);
        }
        let (signed, content, offset) = SignedList::open(file).map_err(within)?;
        if signed.content_type != oids::MASTER_LIST {
            return Err(within(ber::Error::new(ErrorKind::Value("content is no master list"), offset)));
        }
        let mut reader = Reader::at(&content, offset);
        let list = reader.expect(tag::SEQUENCE).map_err(within)?;
        reader.finish().map_err(within)?;
        Self::parse_content(&list, Some(signed)).map_err(within)
    }

    fn parse_content(list: &Element<'_>, signed: Option<SignedList>) -> Result<Self, ber::Error> {
        let mut findings = signed.as_ref().map(|signed| signed.findings.clone()).unwrap_or_default();
        let mut reader = list.reader()?;
        let version = reader.expect(tag::INTEGER)?.small_integer()?;
        if version != 0 {
            findings.push(Finding::with(Code::ListVersion, version.to_string()));
        }
        let set = reader.expect(tag::SET).map_err(|error| error.within("certList"))?;
        reader.finish()?;
        let mut certificates = Vec::new();
        let mut malformed = Vec::new();
        let mut previous: &[u8] = &[];
        let (mut unsorted, mut duplicates) = (false, 0);
        let mut entries = set.reader()?;
        while let Some(entry) = entries.next().map_err(|error| error.within("certList"))? {
            if certificates.len() + malformed.len() >= MAX_CERTIFICATES {
                return Err(entry.error(ErrorKind::TooMany(MAX_CERTIFICATES)).within("certList"));
            }
            unsorted |= entry.raw() < previous;
            duplicates += usize::from(entry.raw() == previous);
            previous = entry.raw();
            match Certificate::parse(entry.raw()) {
                Ok(certificate) => certificates.push(certificate),
                Err(error) => malformed.push((entry.offset(), error)),
            }
        }
        if unsorted {
            findings.push(Code::ListUnsorted.into());
        }
        if duplicates > 0 {
            findings.push(Finding::with(Code::ListDuplicate, duplicates.to_string()));
        }
        if !malformed.is_empty() {
            findings.push(Finding::with(Code::ListCertificateMalformed, malformed.len().to_string()));
        }
        Ok(Self { signed, version, certificates, malformed, findings })
    }

    /// Verifies the list's signature and chains its signer to the given anchors. Certificates of the list
    /// itself do not count: nothing in a list can vouch for it.
    #[must_use]
    pub fn check_signature(&self, anchors: &dyn Anchors, limits: &Limits) -> ListSignature {
        match &self.signed {
            Some(signed) => signed.check_signature(Role::MasterListSigner, anchors, limits),
            None => ListSignature::Unsigned,
        }
    }
}
