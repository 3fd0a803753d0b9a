//! DG3: encoded fingers (Doc 9303-10 4.7.3), in either biometric format. An inspection system reads it only with
//! authorisation (terminal authentication); pictures are found and not decoded.

use super::biometric::{self, Finger, UnknownChoice};
use super::{DataGroup, DgNumber, LdsError};
use crate::finding::Finding;

/// DG3. The pictures are personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg3 {
    file: Box<[u8]>,
    fingers: Vec<Finger>,
    unknown: Vec<UnknownChoice>,
    findings: Vec<Finding>,
}

impl Dg3 {
    /// The fingers found, in order; none where the group says so.
    #[must_use]
    pub fn fingers(&self) -> &[Finger] {
        &self.fingers
    }

    /// Octets of a picture of this file.
    #[must_use]
    pub fn picture(&self, finger: &Finger) -> &[u8] {
        self.file.get(finger.range.clone()).unwrap_or_default()
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

impl DataGroup for Dg3 {
    const NUMBER: DgNumber = DgNumber::DG3;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let read = biometric::read_fingers(file).map_err(|error| error.within("DG3"))?;
        Ok(Self { file: file.into(), fingers: read.fingers, unknown: read.unknown, findings: read.findings })
    }
}

impl std::fmt::Debug for Dg3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dg3({} octets, {} fingers)", self.file.len(), self.fingers.len())
    }
}
