//! Where a certificate, a CRL or a list came from: which file, when, by whom, and who vouched for it.

use std::fmt;
use time::OffsetDateTime;

/// What an imported file was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SourceKind {
    /// A certificate that the operator named: a pin.
    Pin,
    /// A signed master list (Doc 9303-12 section 9).
    MasterList,
    /// The content of a master list without its signature, taken because the operator said so.
    BareList,
    /// An LDIF of the ICAO PKD. It is not signed: its certificates are signers, never anchors.
    Ldif,
    /// A certificate revocation list.
    Crl,
    /// A signed deviation list (Doc 9303-12 section 10).
    DeviationList,
    /// A signed defect list (BSI TR-03129-2 section 7).
    DefectList,
}

impl SourceKind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Pin,
        Self::MasterList,
        Self::BareList,
        Self::Ldif,
        Self::Crl,
        Self::DeviationList,
        Self::DefectList,
    ];

    /// The name for people and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::MasterList => "master list",
            Self::BareList => "unsigned list",
            Self::Ldif => "LDIF",
            Self::Crl => "CRL",
            Self::DeviationList => "deviation list",
            Self::DefectList => "defect list",
        }
    }

    /// Whether anchors rest on it: the operator's act or a verified signature.
    #[must_use]
    pub const fn vouches(self) -> bool {
        matches!(self, Self::Pin | Self::MasterList)
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One imported file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// What it was.
    pub kind: SourceKind,
    /// Its name without folders, as the operator gave it; at most 255 characters.
    pub name: String,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// When it was imported (the time given to the import).
    pub imported_at: OffsetDateTime,
    /// Who imported it, as the program was told; may be empty.
    pub by: String,
    /// When it was signed: CMS signingTime of a list, thisUpdate of a CRL.
    pub signed_at: Option<OffsetDateTime>,
    /// Subject of the certificate that signed it.
    pub signer: Option<String>,
    /// SHA-256 of the certificate that its signer was chained to: the pin or anchor that it rests on.
    pub rests_on: Option<[u8; 32]>,
    /// Whether the operator forced it although something newer was there.
    pub forced: bool,
}

/// What a certificate is kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// Trusted as an issuer.
    Anchor,
    /// A signer certificate for documents that carry none; trusted only through an anchor.
    Signer,
}

/// One step in the history of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// A file was imported: the number of its source, and how many items of it were new.
    Imported {
        /// Its name.
        name: String,
        /// What it was.
        kind: SourceKind,
        /// SHA-256 of its content.
        sha256: [u8; 32],
        /// Items that were not known before.
        taken: usize,
    },
    /// A certificate was pinned, by its SHA-256.
    Pinned([u8; 32]),
    /// A certificate was removed, by its SHA-256.
    Removed([u8; 32]),
}
