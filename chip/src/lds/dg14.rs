//! DG14 and EF.CardAccess: SecurityInfos (Doc 9303-11 9.2).
//!
//! ```text
//! SecurityInfos ::= SET OF SecurityInfo
//! SecurityInfo ::= SEQUENCE { protocol OBJECT IDENTIFIER, requiredData ANY, optionalData ANY OPTIONAL }
//! ```

use super::{DataGroup, DgNumber, LdsError};
use crate::ber::{self, Element, ErrorKind, Oid, Reader, tag};
use crate::finding::{Code, Finding};
use crate::oids;

/// Most infos read.
const MAX_INFOS: usize = 128;

/// DG14.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg14 {
    /// Its content.
    pub security_infos: SecurityInfos,
}

/// A set of security infos.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityInfos {
    /// All infos in order, unknown ones included.
    pub infos: Vec<SecurityInfo>,
    /// Infos that do not decode.
    pub findings: Vec<Finding>,
}

/// One security info with its original octets.
#[derive(Clone, PartialEq, Eq)]
pub struct SecurityInfo {
    /// Protocol.
    pub protocol: Oid,
    /// requiredData, the whole element.
    pub required: Box<[u8]>,
    /// optionalData, the whole element.
    pub optional: Option<Box<[u8]>>,
}

impl std::fmt::Debug for SecurityInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecurityInfo({})", self.protocol)
    }
}

/// ActiveAuthenticationInfo (Doc 9303-11 9.2.6): how the chip signs with an EC key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveAuthenticationInfo {
    /// Version, 1.
    pub version: u32,
    /// Signature algorithm.
    pub signature_algorithm: Oid,
}

impl SecurityInfo {
    /// requiredData as a small integer (most infos begin with their version).
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        Reader::only(&self.required, tag::INTEGER).ok()?.small_integer().ok()
    }

    fn parse(element: &Element<'_>) -> Result<Self, ber::Error> {
        let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
        let protocol = reader.expect(tag::OID)?.oid()?;
        let required = reader.required()?.raw().into();
        let optional = reader.next()?.map(|element| element.raw().into());
        Ok(Self { protocol, required, optional })
    }
}

impl SecurityInfos {
    /// Reads a SET OF SecurityInfo.
    ///
    /// # Errors
    /// Not a set, or too many infos. An info that does not decode is a finding.
    pub fn parse(element: &Element<'_>) -> Result<Self, ber::Error> {
        let mut read = Self { infos: Vec::new(), findings: Vec::new() };
        let mut reader = element.expect(tag::SET)?.reader()?;
        while let Some(info) = reader.next().map_err(|error| error.within("SecurityInfos"))? {
            if read.infos.len() >= MAX_INFOS {
                return Err(info.error(ErrorKind::TooMany(MAX_INFOS)).within("SecurityInfos"));
            }
            match SecurityInfo::parse(&info) {
                Ok(info) => read.infos.push(info),
                Err(error) => {
                    read.findings.push(Finding::with(Code::SecurityInfosMalformed, error.to_string()));
                }
            }
        }
        Ok(read)
    }

    /// Reads EF.CardAccess, which is the set without an outer tag.
    ///
    /// # Errors
    /// As [`SecurityInfos::parse`], or octets follow.
    pub fn parse_card_access(file: &[u8]) -> Result<Self, ber::Error> {
        Reader::only(file, tag::SET)
            .and_then(|set| Self::parse(&set))
            .map_err(|error| error.within("EF.CardAccess"))
    }

    /// Infos of a protocol, or below its arc.
    pub fn of(&self, protocol: Oid) -> impl Iterator<Item = &SecurityInfo> {
        self.infos.iter().filter(move |info| info.protocol.starts_with(&protocol))
    }

    /// ActiveAuthenticationInfo, when there is one that decodes.
    #[must_use]
    pub fn active_authentication(&self) -> Option<ActiveAuthenticationInfo> {
        self.infos.iter().filter(|info| info.protocol == oids::ACTIVE_AUTHENTICATION).find_map(|info| {
            let algorithm = info.optional.as_deref()?;
            Some(ActiveAuthenticationInfo {
                version: info.version()?,
                signature_algorithm: Reader::only(algorithm, tag::OID).ok()?.oid().ok()?,
            })
        })
    }
}

impl DataGroup for Dg14 {
    const NUMBER: DgNumber = DgNumber::DG14;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("DG14");
        let outer = Reader::only(file, Self::NUMBER.tag()).map_err(within)?;
        let mut reader = outer.reader().map_err(within)?;
        let set = reader.expect(tag::SET).map_err(within)?;
        reader.finish().map_err(within)?;
        Ok(Self { security_infos: SecurityInfos::parse(&set).map_err(within)? })
    }
}
