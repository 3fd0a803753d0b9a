//! LDSSecurityObject (Doc 9303-10 4.6.2.2).
//!
//! ```text
//! LDSSecurityObject ::= SEQUENCE {
//!   version LDSSecurityObjectVersion, hashAlgorithm DigestAlgorithmIdentifier,
//!   dataGroupHashValues SEQUENCE SIZE (2..16) OF DataGroupHash,
//!   ldsVersionInfo LDSVersionInfo OPTIONAL }  -- there from version 1 on
//! DataGroupHash ::= SEQUENCE { dataGroupNumber INTEGER, dataGroupHashValue OCTET STRING }
//! ```

use crate::ber::{self, ErrorKind, Oid, Reader, tag};
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};

/// Most entries read: far more than there are data groups, so that duplicates are seen.
const MAX_ENTRIES: usize = 64;

/// Newest version of the logical data structure that is known: 1.8.
const NEWEST_LDS: &str = "0108";

/// The signed index of the chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdsSecurityObject {
    /// 0 or 1; anything else is a finding.
    pub version: u32,
    /// Hash of the data groups; `Err` when it is unknown.
    pub hash_algorithm: Result<HashAlgorithm, Oid>,
    /// All entries in order, duplicates and impossible numbers included.
    pub hashes: Vec<DataGroupHash>,
    /// LDS version, such as `0107`.
    pub lds_version: Option<String>,
    /// Unicode version, such as `040000`.
    pub unicode_version: Option<String>,
    /// Deviations.
    pub findings: Vec<Finding>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataGroupHash {
    /// Data group number as written; 1 to 16 are possible.
    pub number: u32,
    /// Its hash.
    pub hash: Box<[u8]>,
}

impl LdsSecurityObject {
    /// Reads the content; `offset` is where it stands in EF.SOD.
    pub(super) fn parse(content: &[u8], offset: usize) -> Result<Self, ber::Error> {
        let mut outer = Reader::at(content, offset);
        let object = outer.expect(tag::SEQUENCE)?;
        outer.finish()?;
        let mut reader = object.reader()?;
        let version =
            reader.expect(tag::INTEGER).and_then(|e| e.small_integer()).map_err(|e| e.within("version"))?;
        let hash_algorithm = reader
            .required()
            .and_then(|element| HashAlgorithm::from_identifier(&element))
            .map_err(|error| error.within("hashAlgorithm"))?;
        let list = reader.expect(tag::SEQUENCE).map_err(|error| error.within("dataGroupHashValues"))?;
        let mut hashes = Vec::new();
        let mut entries = list.reader()?;
        while let Some(entry) = entries.next().map_err(|error| error.within("dataGroupHashValues"))? {
            if hashes.len() >= MAX_ENTRIES {
                return Err(entry.error(ErrorKind::TooMany(MAX_ENTRIES)).within("dataGroupHashValues"));
            }
            hashes.push(data_group_hash(&entry).map_err(|error| error.within("dataGroupHashValues"))?);
        }
        let info = reader.optional(tag::SEQUENCE).map_err(|error| error.within("ldsVersionInfo"))?;
        let (mut lds_version, mut unicode_version) = (None, None);
        if let Some(info) = info {
            let mut fields = info.reader()?;
            lds_version = fields.next()?.map(|text| text.text().into_owned());
            unicode_version = fields.next()?.map(|text| text.text().into_owned());
        }
        reader.finish()?;
        let mut object =
            Self { version, hash_algorithm, hashes, lds_version, unicode_version, findings: Vec::new() };
        object.findings = object.check();
        Ok(object)
    }

    fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        match (self.version, &self.lds_version) {
            (0, Some(_)) => findings.push(Code::LdsVersionInfoUnexpected.into()),
            (1, None) => findings.push(Code::LdsVersionInfoMissing.into()),
            // A later version of the logical data structure than this room was written for (Doc 9303-10 4.6.2.2).
            (1, Some(lds)) if lds.as_str() > NEWEST_LDS => {
                findings.push(Finding::with(Code::LdsVersion, format!("LDS {}", lds.escape_debug())));
            }
            (0 | 1, _) => {}
            (version, _) => findings.push(Finding::with(Code::LdsVersion, version.to_string())),
        }
        if let Err(oid) = self.hash_algorithm {
            findings.push(Finding::with(Code::LdsHashAlgorithm, oid.to_string()));
        }
        if self.hashes.len() < 2 {
            findings.push(Finding::with(Code::LdsEmpty, self.hashes.len().to_string()));
        }
        for (index, entry) in self.hashes.iter().enumerate() {
            if !(1..=16).contains(&entry.number) {
                findings.push(Finding::with(Code::LdsNumber, entry.number.to_string()));
            }
            if self.hashes.iter().take(index).any(|earlier| earlier.number == entry.number) {
                findings.push(Finding::with(Code::LdsDuplicate, entry.number.to_string()));
            }
            if let Ok(hash) = self.hash_algorithm
                && entry.hash.len() != hash.length()
            {
                findings.push(Finding::with(
                    Code::LdsHashLength,
                    format!("DG{}: {} octets instead of {}", entry.number, entry.hash.len(), hash.length()),
                ));
            }
        }
        for needed in [1, 2] {
            if !self.hashes.is_empty() && !self.hashes.iter().any(|entry| entry.number == needed) {
                findings.push(Finding::with(Code::LdsDg1Missing, format!("DG{needed}")));
            }
        }
        findings
    }

    /// Hashes listed for a data group: one in every sound object.
    pub fn hashes_of(&self, number: u8) -> impl Iterator<Item = &[u8]> {
        self.hashes.iter().filter(move |entry| entry.number == u32::from(number)).map(|entry| &*entry.hash)
    }
}

fn data_group_hash(entry: &ber::Element<'_>) -> Result<DataGroupHash, ber::Error> {
    let mut reader = entry.expect(tag::SEQUENCE)?.reader()?;
    let number = reader.expect(tag::INTEGER)?.small_integer()?;
    let hash = reader.octet_string()?.octets()?.into();
    reader.finish()?;
    Ok(DataGroupHash { number, hash })
}
