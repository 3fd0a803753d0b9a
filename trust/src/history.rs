//! What was done to a store, when, and what two of its states differ in.

use crate::error::{Error, ErrorKind};
use crate::provenance::{Act, Standing};
use crate::snapshot::{Snapshot, StoredCertificate};
use crate::store::TrustStore;
use time::OffsetDateTime;

/// Steps that are followed back at most.
const MAX_STEPS: usize = 100_000;

/// One state of a store and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The snapshot's hash.
    pub sha256: [u8; 32],
    /// When it was made; `None` for the empty one that a store begins with.
    pub made_at: Option<OffsetDateTime>,
    /// What was done.
    pub acts: Vec<Act>,
    /// Anchors in it.
    pub anchors: usize,
    /// Signers in it.
    pub signers: usize,
    /// CRLs in it.
    pub crls: usize,
}

impl TrustStore {
    /// The states of the store, the newest first. Ends at the first one that is not there any more.
    ///
    /// # Errors
    /// A snapshot that was altered or cannot be read.
    pub fn history(&self) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::new();
        let mut snapshot = self.snapshot()?;
        while steps.len() < MAX_STEPS {
            steps.push(Step {
                sha256: snapshot.sha256(),
                made_at: snapshot.made_at(),
                acts: snapshot.acts().to_vec(),
                anchors: snapshot.anchors(),
                signers: snapshot.signers(),
                crls: snapshot.crl_count(),
            });
            // A snapshot names its predecessor by hash, so there is no way round in a circle.
            let Some(before) = snapshot.predecessor() else { break };
            snapshot = match self.read(&before) {
                Ok(snapshot) => snapshot,
                Err(error) if error.kind == ErrorKind::NoSnapshot => break,
                Err(error) => return Err(error),
            };
        }
        Ok(steps)
    }
}

/// What one snapshot has that the other has not.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Difference {
    /// Certificates that only the later one has.
    pub added: Vec<StoredCertificate>,
    /// Certificates that only the earlier one has.
    pub removed: Vec<StoredCertificate>,
    /// Certificates of both whose standing or pin changed, as they are in the later one.
    pub changed: Vec<StoredCertificate>,
    /// SHA-256 of imported files that only the later one has.
    pub new_sources: Vec<[u8; 32]>,
}

/// What changed from one snapshot to another.
#[must_use]
pub fn difference(from: &Snapshot, to: &Snapshot) -> Difference {
    let state = |c: &StoredCertificate| (c.standing == Standing::Anchor, c.pinned, c.unsigned);
    let mut difference = Difference::default();
    for certificate in to.certificates() {
        match from.certificate(certificate.certificate.sha256()) {
            None => difference.added.push(certificate),
            Some(before) if state(&before) != state(&certificate) => difference.changed.push(certificate),
            Some(_) => {}
        }
    }
    difference.removed =
        from.certificates().filter(|c| to.certificate(c.certificate.sha256()).is_none()).collect();
    let known: Vec<_> = from.sources().iter().map(|source| source.sha256).collect();
    difference.new_sources =
        to.sources().iter().map(|source| source.sha256).filter(|hash| !known.contains(hash)).collect();
    difference
}
