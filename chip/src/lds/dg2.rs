//! DG2: the encoded face (Doc 9303-10 4.7.2): where the pictures stand, in either biometric format.
//!
//! Known deviations are tolerated and found: no outer tag 75, several faces, a JPEG 2000 codestream without file
//! format, wrong lengths of faces, no wrapper A1. The pictures themselves are not decoded here.

pub use super::biometric::RecordFormat as FaceFormat;
pub use super::biometric::{Face, ImageType};

use super::biometric::{self, UnknownChoice};
use super::{DataGroup, DgNumber, LdsError};
use crate::finding::Finding;

/// DG2. The pictures are personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg2 {
    file: Box<[u8]>,
    faces: Vec<Face>,
    unknown: Vec<UnknownChoice>,
    findings: Vec<Finding>,
}

impl Dg2 {
    /// The faces found, in order; the first is the one that counts (Doc 9303-10 4.7.2). None only where every one
    /// stands in a choice that is not known.
    #[must_use]
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// Octets of a face picture of this file.
    #[must_use]
    pub fn picture(&self, face: &Face) -> &[u8] {
        self.file.get(face.range.clone()).unwrap_or_default()
    }

    /// Faces in choices of ISO/IEC 39794-5 that this version does not know.
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

impl DataGroup for Dg2 {
    const NUMBER: DgNumber = DgNumber::DG2;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let read = biometric::read_faces(file).map_err(|error| error.within("DG2"))?;
        Ok(Self { file: file.into(), faces: read.faces, unknown: read.unknown, findings: read.findings })
    }
}

impl std::fmt::Debug for Dg2 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dg2({} octets, {} faces)", self.file.len(), self.faces.len())
    }
}
