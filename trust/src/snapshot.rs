//! An immutable state of the store, named by its content.

use crate::contents::{Buffer, Contents, Entry, ListKind, sha256};
use crate::format::{Indexes, Refusal, decode, encode};
use crate::known_defects::KnownDefects;
use crate::provenance::{Act, Source, Standing};
use crate::signer_cache::SignerCache;
use std::fmt;
use std::sync::{Arc, OnceLock};
use time::OffsetDateTime;
use verifier_chip::pki::{Certificate, Crl, DefectList, DeviationList};

/// One whole, unchanging state of a trust store. Cloning is cheap; all threads may share it.
///
/// It implements [`verifier_chip::pki::Anchors`]. A running verification keeps the snapshot it began with,
/// whatever is imported meanwhile.
#[derive(Clone)]
pub struct Snapshot(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    sha256: [u8; 32],
    bytes: Buffer,
    pub(crate) contents: Contents,
    pub(crate) indexes: Indexes,
    certificates: Box<[OnceLock<Option<Arc<Certificate>>>]>,
    crls: Box<[OnceLock<Option<Arc<Crl>>>]>,
    pub(crate) signer_cache: SignerCache,
    pub(crate) known_defects: OnceLock<Box<[KnownDefects]>>,
}

/// A certificate of a snapshot together with what the store knows about it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoredCertificate {
    /// The certificate.
    pub certificate: Arc<Certificate>,
    /// What it is kept as.
    pub standing: Standing,
    /// Named by the operator.
    pub pinned: bool,
    /// An anchor that nothing vouches for but lists without a signature.
    pub unsigned: bool,
    /// Of the specimen state Utopia.
    pub utopia: bool,
    /// Country of its subject in upper case, as it is written there; empty when it has none.
    pub country: String,
    /// The files it came in, oldest first.
    pub sources: Vec<Source>,
}

impl Snapshot {
    /// A store without anything in it, for running without anchors.
    #[must_use]
    pub fn empty() -> Self {
        Self::from_contents(Contents::default())
    }

    pub(crate) fn from_contents(contents: Contents) -> Self {
        let bytes = Arc::new(encode(&contents));
        drop(contents);
        let sha256 = sha256(&bytes);
        // What was just encoded decodes; were it not so, nothing is trusted.
        Self::from_file(Arc::clone(&bytes), sha256).unwrap_or_else(|_| {
            let (contents, indexes) = (Contents::default(), Indexes::default());
            Self(Arc::new(Inner::new(sha256, bytes, contents, indexes)))
        })
    }

    /// The snapshot of a file whose hash has been compared with its name.
    pub(crate) fn from_file(bytes: Buffer, sha256: [u8; 32]) -> Result<Self, Refusal> {
        let (contents, indexes) = decode(&bytes)?;
        Ok(Self(Arc::new(Inner::new(sha256, bytes, contents, indexes))))
    }

    /// The content hash: SHA-256 of the snapshot's file, and its name in the store.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.0.sha256
    }

    /// The snapshot's file.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The newest time that a list or CRL in it was signed at: no honest clock is earlier.
    #[must_use]
    pub fn newest(&self) -> Option<OffsetDateTime> {
        self.0.contents.newest()
    }

    /// When it was made (the time given to the import); `None` for the empty one.
    #[must_use]
    pub fn made_at(&self) -> Option<OffsetDateTime> {
        self.0.contents.made_at
    }

    /// The snapshot it was made from.
    #[must_use]
    pub fn predecessor(&self) -> Option<[u8; 32]> {
        self.0.contents.predecessor
    }

    /// What was done to make it from its predecessor.
    #[must_use]
    pub fn acts(&self) -> &[Act] {
        &self.0.contents.acts
    }

    /// Every file that something in it came from.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.0.contents.sources
    }

    /// How many anchors it has.
    #[must_use]
    pub fn anchors(&self) -> usize {
        self.0.indexes.subject.len()
    }

    /// How many signer certificates it has beside its anchors.
    #[must_use]
    pub fn signers(&self) -> usize {
        self.0.contents.certificates.len().saturating_sub(self.anchors())
    }

    /// How many CRLs it has.
    #[must_use]
    pub fn crl_count(&self) -> usize {
        self.0.contents.crls.len()
    }

    /// Whether its anchors are those of Utopia; `None` when it has no anchor.
    #[must_use]
    pub fn is_utopian(&self) -> Option<bool> {
        self.0
            .contents
            .certificates
            .iter()
            .find(|entry| entry.standing == Standing::Anchor)
            .map(|entry| entry.utopia)
    }

    /// All certificates, anchors and signers, in the order of their SHA-256.
    pub fn certificates(&self) -> impl Iterator<Item = StoredCertificate> + '_ {
        (0..self.0.contents.certificates.len()).filter_map(|i| self.stored(i))
    }

    /// The certificate with this SHA-256 and what is known about it.
    #[must_use]
    pub fn certificate(&self, sha256: &[u8; 32]) -> Option<StoredCertificate> {
        let found = self.0.contents.certificates.binary_search_by(|entry| entry.sha256.cmp(sha256));
        self.stored(found.ok()?)
    }

    /// Certificates whose SHA-256 or key identifier starts with these hexadecimal digits (colons and spaces
    /// between them are let pass), for people who type fingerprints. At least 4 digits.
    #[must_use]
    pub fn find(&self, digits: &str) -> Vec<StoredCertificate> {
        let wanted: String = digits.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
        let wanted = wanted.to_ascii_lowercase();
        if wanted.len() < 4 || !wanted.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Vec::new();
        }
        let entries = self.0.contents.certificates.iter().enumerate();
        entries
            .filter(|(_, entry)| {
                hex::encode(entry.sha256).starts_with(&wanted)
                    || hex::encode(entry.key_identifier.as_slice()).starts_with(&wanted)
            })
            .filter_map(|(i, _)| self.stored(i))
            .collect()
    }

    /// Verified CRLs, each with the file it came in.
    pub fn revocation_lists(&self) -> impl Iterator<Item = (Arc<Crl>, &Source)> + '_ {
        let entries = self.0.contents.crls.iter().enumerate();
        entries.filter_map(|(i, entry)| Some((self.0.crl(i)?, self.0.contents.sources.get(entry.source)?)))
    }

    /// Deviation lists whose signature verified at import, each with the file it came in.
    pub fn deviation_lists(&self) -> impl Iterator<Item = (DeviationList, &Source)> + '_ {
        self.lists(ListKind::Deviation)
            .filter_map(|(file, source)| Some((DeviationList::parse(file).ok()?, source)))
    }

    /// Defect lists whose signature verified at import, each with the file it came in.
    pub fn defect_lists(&self) -> impl Iterator<Item = (DefectList, &Source)> + '_ {
        self.lists(ListKind::Defect)
            .filter_map(|(file, source)| Some((DefectList::parse(file).ok()?, source)))
    }

    pub(crate) fn lists(&self, kind: ListKind) -> impl Iterator<Item = (&[u8], &Source)> + '_ {
        let contents = &self.0.contents;
        let lists = contents.lists.iter().filter(move |list| list.kind == kind);
        lists.filter_map(|list| Some((list.content.as_slice(), contents.sources.get(list.source)?)))
    }

    fn stored(&self, i: usize) -> Option<StoredCertificate> {
        let entry = self.0.contents.certificates.get(i)?;
        Some(StoredCertificate {
            certificate: self.0.certificate(i)?,
            standing: entry.standing,
            pinned: entry.pinned,
            unsigned: is_unsigned(entry, &self.0.contents),
            utopia: entry.utopia,
            country: String::from_utf8_lossy(entry.country.as_slice()).into_owned(),
            sources: entry
                .sources
                .iter()
                .filter_map(|source| self.0.contents.sources.get(*source).cloned())
                .collect(),
        })
    }
}

/// An anchor for which neither the operator nor a verified signature vouches.
pub(crate) fn is_unsigned(entry: &Entry, contents: &Contents) -> bool {
    let vouched = |source: &usize| contents.sources.get(*source).is_some_and(|s| s.kind.vouches());
    entry.standing == Standing::Anchor && !entry.pinned && !entry.sources.iter().any(vouched)
}

impl Inner {
    fn new(sha256: [u8; 32], bytes: Buffer, contents: Contents, indexes: Indexes) -> Self {
        let slots = |count| std::iter::repeat_with(OnceLock::new).take(count).collect();
        let certificates = slots(contents.certificates.len());
        let crls = std::iter::repeat_with(OnceLock::new).take(contents.crls.len()).collect();
        Self {
            sha256,
            bytes,
            contents,
            indexes,
            certificates,
            crls,
            signer_cache: SignerCache::default(),
            known_defects: OnceLock::new(),
        }
    }

    /// The certificate with this number, parsed at its first use.
    pub(crate) fn certificate(&self, i: usize) -> Option<Arc<Certificate>> {
        let parse = || Certificate::parse(self.contents.certificates.get(i)?.der.as_slice()).ok();
        self.certificates.get(i)?.get_or_init(parse).clone()
    }

    /// The CRL with this number, parsed at its first use.
    pub(crate) fn crl(&self, i: usize) -> Option<Arc<Crl>> {
        let parse = || Crl::parse(self.contents.crls.get(i)?.der.as_slice()).ok();
        self.crls.get(i)?.get_or_init(parse).clone()
    }
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        self.0.sha256 == other.0.sha256
    }
}

impl Eq for Snapshot {}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("sha256", &hex::encode(self.0.sha256))
            .field("anchors", &self.anchors())
            .field("signers", &self.signers())
            .field("crls", &self.crl_count())
            .field("newest", &self.newest())
            .finish()
    }
}
