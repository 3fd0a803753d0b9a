//! DG4: encoded irises (Doc 9303-10 4.7.4), in either biometric format. An inspection system reads it only with
//! authorisation (terminal authentication); pictures are found and not decoded.

use super::biometric::{self, Iris, UnknownChoice};
use super::{DataGroup, DgNumber, LdsError};
use crate::finding::Finding;

/// DG4. The pictures are personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg4 {
    file: Box<[u8]>,
    irises: Vec<Iris>,
    unknown: Vec<UnknownChoice>,
    findings: Vec<Finding>,
}

impl Dg4 {
    /// The irises found, in order; none where the group says so.
    #[must_use]
    pub fn irises(&self) -> &[Iris] {
        &self.irises
    }

    /// Octets of a picture of this file.
    #[must_use]
    pub fn picture(&self, iris: &Iris) -> &[u8] {
        self.file.get(iris.range.clone()).unwrap_or_default()
    }

    /// Records in choices of ISO/IEC 39794 that this version does not know.
    #[must_use]
    pub fn unknown_choices(&self) -> &[UnknownChoice] {
        &self.unknown
    }

    /// Deviations.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl DataGroup for Dg4 {
    const NUMBER: DgNumber = DgNumber::DG4;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let read = biometric::read_irises(file).map_err(|error| error.within("DG4"))?;
        Ok(Self { file: file.into(), irises: read.irises, unknown: read.unknown, findings: read.findings })
    }
}

impl std::fmt::Debug for Dg4 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dg4({} octets, {} irises)", self.file.len(), self.irises.len())
    }
}
