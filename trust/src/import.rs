//! Import: from files that somebody sent to certificates that somebody vouches for.
//!
//! Three things make an anchor: the operator named the certificate (a pin), a master list has it whose signer
//! chains to a pin or to an anchor that is vouched for, or the operator let an unsigned list pass (and then it
//! is marked so for ever). The order of the files does not matter: lists are tried until none can be taken any
//! more. What cannot be taken is refused with a reason, and nothing of that file is taken.

pub(crate) mod crl;
mod draft;
mod input;
mod ldif;
mod pem;
pub(crate) mod report;
mod run;
mod signed;

use crate::import::draft::Draft;
use crate::import::input::Input;
use crate::import::report::ImportReport;
use crate::snapshot::Snapshot;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;

/// Files to import and how.
///
/// ```no_run
/// use verifier_trust::{Import, TrustStore};
///
/// let now = time::OffsetDateTime::now_utc();
/// let store = TrustStore::open_or_create("trust/")?;
/// let import = Import::new(now).by("anna").pin("csca-germany.cer").file("DE_ML.ml");
/// let report = store.import(&import)?;
/// assert!(!report.has_refusals());
/// # Ok::<(), verifier_trust::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Import {
    now: OffsetDateTime,
    by: String,
    unsigned: bool,
    force: bool,
    inputs: Vec<Input>,
}

impl Import {
    /// An import of nothing yet, at this time.
    #[must_use]
    pub const fn new(now: OffsetDateTime) -> Self {
        Self { now, by: String::new(), unsigned: false, force: false, inputs: Vec::new() }
    }

    /// Says who imports, for the history.
    #[must_use]
    pub fn by(mut self, who: &str) -> Self {
        self.by = who.chars().map(verifier_chip::display::shown).take(128).collect();
        self
    }

    /// Adds a file. A certificate in it is pinned: naming it is the operator's act.
    #[must_use]
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.inputs.push(Input::path(path.as_ref(), false));
        self
    }

    /// Adds content that lies in memory, with a name for the report.
    #[must_use]
    pub fn bytes(mut self, name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.inputs.push(Input::bytes(name, bytes.into(), false));
        self
    }

    /// Adds a file that must hold a certificate, which is pinned.
    #[must_use]
    pub fn pin(mut self, path: impl AsRef<Path>) -> Self {
        self.inputs.push(Input::path(path.as_ref(), true));
        self
    }

    /// Adds a certificate that lies in memory and is pinned.
    #[must_use]
    pub fn pin_bytes(mut self, name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.inputs.push(Input::bytes(name, bytes.into(), true));
        self
    }

    /// Takes lists without a signature; their certificates are marked `unsigned`.
    #[must_use]
    pub const fn unsigned(mut self, unsigned: bool) -> Self {
        self.unsigned = unsigned;
        self
    }

    /// Takes lists and CRLs that are older than what was taken before, or whose signer had expired.
    /// Never takes one whose signature does not verify or whose signer is not trusted.
    #[must_use]
    pub const fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }
}

impl Snapshot {
    /// Imports into this snapshot: the next one (this one, when nothing was taken) and the report.
    #[must_use]
    pub fn import(&self, import: &Import) -> (Self, ImportReport) {
        run::run(self, import)
    }

    /// The next snapshot without these certificates, and how many of them were there.
    pub(crate) fn without(&self, hashes: &[[u8; 32]], now: OffsetDateTime) -> (Self, usize) {
        let mut draft = Draft::of(self);
        let removed = hashes.iter().filter(|hash| draft.remove(hash)).count();
        (draft.finish(now), removed)
    }
}
