//! What a snapshot holds, as it is put together; [`crate::format`] turns it into a file and back.

use crate::provenance::{Act, Source, Standing};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use time::OffsetDateTime;
use verifier_chip::pki::{Certificate, Crl};

/// A shared buffer. Not `Arc<[u8]>`: turning a `Vec` into that copies it, and a file may have many megabytes.
pub(crate) type Buffer = Arc<Vec<u8>>;

/// Octets that lie in a shared buffer: an older snapshot's file, or one of their own.
#[derive(Clone)]
pub(crate) struct Blob {
    bytes: Buffer,
    range: Range<usize>,
}

impl Blob {
    pub(crate) const fn part(bytes: Buffer, range: Range<usize>) -> Self {
        Self { bytes, range }
    }

    pub(crate) fn own(bytes: &[u8]) -> Self {
        Self { bytes: Arc::new(bytes.to_vec()), range: 0..bytes.len() }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or_default()
    }
}

/// A certificate and what look-ups need of it, so that it is parsed only when it is used.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) sha256: [u8; 32],
    pub(crate) der: Blob,
    pub(crate) standing: Standing,
    pub(crate) pinned: bool,
    pub(crate) utopia: bool,
    pub(crate) key_identifier: Blob,
    pub(crate) subject: Blob,
    pub(crate) issuer: Blob,
    pub(crate) serial: Blob,
    pub(crate) country: Blob,
    /// Indexes into [`Contents::sources`], ascending.
    pub(crate) sources: Vec<usize>,
}

impl Entry {
    /// About what it takes in a file, indexes included.
    pub(crate) fn size(&self) -> usize {
        let parts =
            [&self.der, &self.key_identifier, &self.subject, &self.issuer, &self.serial, &self.country];
        parts.iter().map(|part| part.as_slice().len()).sum::<usize>() + 4 * self.sources.len() + 96
    }

    pub(crate) fn of(certificate: &Certificate, standing: Standing) -> Self {
        let country = certificate.subject().country_code().unwrap_or_default();
        // One buffer for all parts: a store may hold tens of thousands of these.
        let parts = [
            certificate.der(),
            certificate.subject_key_identifier().unwrap_or_default(),
            certificate.subject().key().as_str().as_bytes(),
            certificate.issuer().key().as_str().as_bytes(),
            certificate.serial(),
            country.as_bytes(),
        ];
        let bytes = Arc::new(parts.concat());
        let mut start = 0;
        let [der, key_identifier, subject, issuer, serial, country] = parts.map(|part| {
            let range = start..start + part.len();
            start = range.end;
            Blob::part(Arc::clone(&bytes), range)
        });
        Self {
            sha256: *certificate.sha256(),
            der,
            standing,
            pinned: false,
            utopia: is_utopian(certificate),
            key_identifier,
            subject,
            issuer,
            serial,
            country,
            sources: Vec::new(),
        }
    }
}

/// Utopia is nobody: the specimen state of Doc 9303 (`UTO`, in certificates also `UT`).
pub(crate) fn is_utopian(certificate: &Certificate) -> bool {
    matches!(certificate.subject().country_code().as_deref(), Some("UT" | "UTO"))
}

/// A revocation list whose signature was verified at import.
#[derive(Clone)]
pub(crate) struct CrlEntry {
    pub(crate) der: Blob,
    /// Normalised issuer, and issuer alternative names after it.
    pub(crate) issuers: Vec<String>,
    /// Key that signed it: what newer and older lists are compared by.
    pub(crate) authority: String,
    pub(crate) this_update: OffsetDateTime,
    pub(crate) next_update: Option<OffsetDateTime>,
    pub(crate) source: usize,
}

impl CrlEntry {
    pub(crate) fn of(crl: &Crl, source: usize) -> Self {
        Self {
            der: Blob::own(crl.der()),
            issuers: crate::import::crl::issuers(crl),
            authority: crate::import::crl::authority(crl),
            this_update: crl.this_update(),
            next_update: crl.next_update(),
            source,
        }
    }
}

/// Which list of defects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ListKind {
    Deviation,
    Defect,
}

/// A deviation or defect list whose signature was verified at import.
#[derive(Clone)]
pub(crate) struct ListEntry {
    pub(crate) kind: ListKind,
    /// The whole file with its signature.
    pub(crate) content: Blob,
    pub(crate) authority: String,
    pub(crate) source: usize,
}

/// The newest signed list of one authority and kind: older ones are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) signed_at: OffsetDateTime,
    pub(crate) sha256: [u8; 32],
}

/// Everything in a snapshot.
#[derive(Clone, Default)]
pub(crate) struct Contents {
    pub(crate) made_at: Option<OffsetDateTime>,
    pub(crate) predecessor: Option<[u8; 32]>,
    pub(crate) acts: Vec<Act>,
    pub(crate) sources: Vec<Source>,
    /// In the order of their SHA-256, each once.
    pub(crate) certificates: Vec<Entry>,
    pub(crate) crls: Vec<CrlEntry>,
    pub(crate) lists: Vec<ListEntry>,
    /// By kind and authority.
    pub(crate) heads: BTreeMap<String, Head>,
}

impl Contents {
    /// The newest signed time in it: lists and CRLs.
    pub(crate) fn newest(&self) -> Option<OffsetDateTime> {
        let lists = self.heads.values().map(|head| head.signed_at);
        lists.chain(self.crls.iter().map(|crl| crl.this_update)).max()
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
