//! What an import did, file by file, and why something was not taken.

use crate::provenance::{SourceKind, Standing};
use std::fmt;
use time::OffsetDateTime;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportReport {
    /// One entry a file, in the order in which they were given.
    pub files: Vec<FileReport>,
    /// Certificates that this import pinned.
    pub pinned: Vec<Pinned>,
    /// The snapshot that is current after it.
    pub snapshot: [u8; 32],
    /// Whether that is a new one.
    pub changed: bool,
}

impl ImportReport {
    /// Whether something was refused: the command line exits 3 then.
    #[must_use]
    pub fn has_refusals(&self) -> bool {
        self.files.iter().any(|file| !file.refused.is_empty())
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileReport {
    /// Its name as it was given.
    pub name: String,
    /// What it turned out to be; `None` when that could not be told.
    pub kind: Option<SourceKind>,
    /// SHA-256 of its content; `None` when it could not be read to its end.
    pub sha256: Option<[u8; 32]>,
    /// When it was signed.
    pub signed_at: Option<OffsetDateTime>,
    /// Subject of the certificate that signed it.
    pub signer: Option<String>,
    /// SHA-256 of the pin or anchor that it rests on.
    pub rests_on: Option<[u8; 32]>,
    /// Certificates that were new and are anchors now.
    pub anchors: usize,
    /// Certificates that were new and are signers now.
    pub signers: usize,
    /// CRLs that were taken.
    pub crls: usize,
    /// Deviation and defect lists that were taken.
    pub lists: usize,
    /// Items that the store had already.
    pub known: usize,
    /// Items, or the whole file, that were not taken; at most 1 000 are listed, see `more_refused`.
    pub refused: Vec<Refused>,
    /// Refused items beyond those listed.
    pub more_refused: usize,
    /// Deviations of the file's signature from its standard that were tolerated.
    pub findings: Vec<String>,
}

impl FileReport {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: None,
            sha256: None,
            signed_at: None,
            signer: None,
            rests_on: None,
            anchors: 0,
            signers: 0,
            crls: 0,
            lists: 0,
            known: 0,
            refused: Vec::new(),
            more_refused: 0,
            findings: Vec::new(),
        }
    }

    /// Items that were new and taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.anchors + self.signers + self.crls + self.lists
    }

    pub(crate) fn refuse(&mut self, item: impl Into<String>, reason: Reason) {
        if self.refused.len() < 1000 {
            self.refused.push(Refused { item: item.into(), reason });
        } else {
            self.more_refused += 1;
        }
    }
}

/// A certificate that the operator named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pinned {
    /// Its SHA-256: the fingerprint to compare with one that was received on another way.
    pub sha256: [u8; 32],
    /// Its subject.
    pub subject: String,
    /// Whether it is pinned for the first time.
    pub new: bool,
    /// What it is kept as. The certificate of a signer is no anchor: it vouches for lists that its key signed, and
    /// documents need the root that issued it.
    pub standing: Standing,
}

/// Something that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// Which item of the file; empty for the file as a whole.
    pub item: String,
    /// Why.
    pub reason: Reason,
}

/// Why something was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The file cannot be read.
    Unreadable(String),
    /// Larger than the cap, in bytes.
    TooLarge(u64),
    /// More items than the cap.
    TooMany(usize),
    /// A line that is longer than the cap; the line it begins in, from 1.
    LineTooLong(u64),
    /// There is nothing in the file.
    Empty,
    /// None of the kinds that are imported.
    UnknownKind,
    /// Compressed: unpack it first.
    Compressed,
    /// Malformed, with the place.
    Malformed(String),
    /// A list whose signer chains to nothing that is trusted.
    UntrustedSigner(PinHint),
    /// A list that its signer's key did not sign as it stands.
    Signature(String),
    /// The certificate of the signer is not in the list, nor anywhere else.
    NoSignerCertificate(String),
    /// Its signer may not sign lists of this kind (extended key usage, Doc 9303-12 section 7.1).
    SignerPurpose(String),
    /// Its signer's certificate was not valid when it signed.
    SignerValidity(String),
    /// Its signer's certificate was revoked.
    SignerRevoked(String),
    /// A list without a signature, and the operator did not say that it may be taken.
    Unsigned,
    /// Older than what was taken before, which was signed then.
    Rollback(OffsetDateTime),
    /// Signed later than now.
    Future(OffsetDateTime),
    /// No anchor has the key that signed this CRL.
    NoIssuer(String),
    /// A Utopian certificate for a store of real ones, or the other way round.
    Utopia {
        /// Whether the refused one is the Utopian.
        utopian: bool,
    },
    /// `--pin` was given a file that holds no certificate.
    NotACertificate,
}

impl Reason {
    /// Whether the file is no input that this program reads (a folder, garbage, a compressed or broken file), rather
    /// than one that it read and does not trust.
    #[must_use]
    pub const fn is_unreadable(&self) -> bool {
        matches!(
            self,
            Self::Unreadable(_)
                | Self::TooLarge(_)
                | Self::LineTooLong(_)
                | Self::Empty
                | Self::UnknownKind
                | Self::Compressed
                | Self::Malformed(_)
                | Self::NotACertificate
        )
    }

    /// Whether another file of the same import may still bring what is missing.
    pub(crate) const fn may_pass(&self) -> bool {
        matches!(self, Self::UntrustedSigner(_) | Self::NoSignerCertificate(_))
    }
}

/// The certificate that an operator would have to pin for a list to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PinHint {
    /// Subject of the certificate to pin.
    pub subject: String,
    /// Its key identifier, where the list says it.
    pub key_identifier: Option<Vec<u8>>,
    /// Its SHA-256, where the list carries it. Compare it with one received on another way before pinning.
    pub sha256: Option<[u8; 32]>,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(what) => write!(f, "cannot be read: {what}"),
            Self::TooLarge(limit) => write!(f, "larger than {limit} bytes"),
            Self::TooMany(limit) => write!(f, "more than {limit} items"),
            Self::LineTooLong(line) => write!(f, "the line that begins in line {line} is too long"),
            Self::Empty => f.write_str("the file is empty"),
            Self::UnknownKind => {
                f.write_str("neither certificate, CRL, master list, deviation or defect list, PEM nor LDIF")
            }
            Self::Compressed => f.write_str("compressed; unpack it first"),
            Self::Malformed(what) => write!(f, "malformed: {what}"),
            Self::UntrustedSigner(hint) => {
                write!(
                    f,
                    "its signer chains to nothing that is trusted; pin the certificate of {}",
                    hint.subject
                )?;
                if let Some(key_identifier) = &hint.key_identifier {
                    write!(f, ", key identifier {}", hex::encode(key_identifier))?;
                }
                if let Some(sha256) = &hint.sha256 {
                    write!(f, ", SHA-256 {}", hex::encode(sha256))?;
                }
                f.write_str(", after comparing its fingerprint with one received on another way")
            }
            Self::Signature(what) => write!(f, "its signature does not verify: {what}"),
            Self::NoSignerCertificate(who) => write!(f, "no certificate of its signer ({who}) is at hand"),
            Self::SignerPurpose(who) => write!(f, "{who} may not sign such lists"),
            Self::SignerValidity(who) => write!(f, "the certificate of {who} was not valid when it signed"),
            Self::SignerRevoked(who) => write!(f, "the certificate of {who} was revoked"),
            Self::Unsigned => {
                f.write_str("a list without a signature; import it with --unsigned if you trust its way here")
            }
            Self::Rollback(newer) => {
                write!(
                    f,
                    "older than the one of {} that was taken before; --force takes it all the same",
                    newer.date()
                )
            }
            Self::Future(at) => {
                write!(f, "signed on {}, which is later than now; check the clock", at.date())
            }
            Self::NoIssuer(who) => write!(f, "no anchor has the key that signed it ({who})"),
            Self::Utopia { utopian: true } => f.write_str("Utopian, and the store holds real anchors"),
            Self::Utopia { utopian: false } => f.write_str("real, and the store holds Utopian anchors"),
            Self::NotACertificate => f.write_str("no certificate in it, so nothing to pin"),
        }
    }
}
