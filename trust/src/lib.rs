//! The trust store: who may vouch for a travel document (Doc 9303-12), where each certificate came from, and
//! every state the store was ever in.
//!
//! A store is a folder of immutable [`Snapshot`]s, each named by the SHA-256 of its content, and a line that
//! names the current one. Readers take a snapshot and keep it; a writer makes the next one beside it. Whatever
//! moment a writer is killed at, the store is in its old state or in its new one.
//!
//! ```
//! use verifier_trust::{Import, Snapshot};
//!
//! let now = time::OffsetDateTime::UNIX_EPOCH;
//! let (snapshot, report) = Snapshot::empty().import(&Import::new(now).bytes("note.txt", *b"hello"));
//! assert!(report.has_refusals());
//! assert_eq!(snapshot, Snapshot::empty());
//! ```
//!
//! What a master list says becomes trusted only when its signature verifies and its signer chains to a
//! certificate that the operator pinned, or to an anchor that is vouched for already. See [`Import`].

mod anchors;
mod codec;
mod contents;
mod coverage;
mod error;
mod export;
mod format;
mod history;
mod import;
mod known_defects;
mod provenance;
mod signer_cache;
mod snapshot;
mod store;

pub use coverage::Coverage;
pub use error::{Error, ErrorKind};
pub use history::{Difference, Step, difference};
pub use import::Import;
pub use import::report::{FileReport, ImportReport, PinHint, Pinned, Reason, Refused};
pub use known_defects::{KnownContent, KnownDefects};
pub use provenance::{Act, Source, SourceKind, Standing};
pub use snapshot::{Snapshot, StoredCertificate};
pub use store::{KEPT_FOR, KEPT_SNAPSHOTS, TrustStore};
