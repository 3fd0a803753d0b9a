//! A snapshot under construction: what is taken is taken here, and becomes a snapshot only as a whole.

use crate::contents::{Contents, CrlEntry, Entry, Head, ListEntry};
use crate::import::report::Reason;
use crate::provenance::{Act, Source, Standing};
use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use time::OffsetDateTime;
use verifier_chip::pki::{Certificate, Crl, NameKey};

/// Certificates that a store holds at most.
pub(crate) const MAX_CERTIFICATES: usize = 250_000;
/// Candidates of one name or key that are looked at.
pub(crate) const MAX_CANDIDATES: usize = 64;
/// Older CRLs of one authority that are kept because newer ones dropped entries.
const MAX_OLDER_CRLS: usize = 16;
/// CRLReason of a certificate that may come back (RFC 5280 5.3.1).
const ON_HOLD: u8 = 6;

/// Sources that nothing comes from any more (of CRLs that newer ones replaced) are kept by the history alone.
fn drop_unused_sources(contents: &mut Contents) {
    let mut used = vec![false; contents.sources.len()];
    let certificates = contents.certificates.iter().flat_map(|entry| &entry.sources);
    let crls = contents.crls.iter().map(|crl| &crl.source);
    for source in certificates.chain(crls).chain(contents.lists.iter().map(|list| &list.source)) {
        if let Some(used) = used.get_mut(*source) {
            *used = true;
        }
    }
    let mut next = 0;
    let renumbered: Vec<usize> = used
        .iter()
        .map(|used| {
            next += usize::from(*used);
            next.saturating_sub(1)
        })
        .collect();
    let renumber = |source: &mut usize| *source = renumbered.get(*source).copied().unwrap_or(*source);
    contents.certificates.iter_mut().flat_map(|entry| &mut entry.sources).for_each(renumber);
    contents.crls.iter_mut().map(|crl| &mut crl.source).for_each(renumber);
    contents.lists.iter_mut().map(|list| &mut list.source).for_each(renumber);
    let mut keep = used.into_iter();
    contents.sources.retain(|_| keep.next().unwrap_or(true));
}

/// What became of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    New,
    Known,
}

pub(crate) struct Draft {
    before: Snapshot,
    pub(crate) contents: Contents,
    certificates: BTreeMap<[u8; 32], Entry>,
    parsed: HashMap<[u8; 32], Arc<Certificate>>,
    by_key: HashMap<Vec<u8>, Vec<[u8; 32]>>,
    by_subject: HashMap<Vec<u8>, Vec<[u8; 32]>>,
    by_country: HashMap<Vec<u8>, Vec<[u8; 32]>>,
    /// Whether the anchors are Utopian; nothing is known before the first one.
    utopia: Option<bool>,
    changed: bool,
}

impl Draft {
    pub(crate) fn of(before: &Snapshot) -> Self {
        let old = &before.0.contents;
        let mut draft = Self {
            before: before.clone(),
            contents: Contents {
                sources: old.sources.clone(),
                crls: old.crls.clone(),
                lists: old.lists.clone(),
                heads: old.heads.clone(),
                ..Contents::default()
            },
            certificates: old.certificates.iter().map(|entry| (entry.sha256, entry.clone())).collect(),
            parsed: HashMap::new(),
            by_key: HashMap::new(),
            by_subject: HashMap::new(),
            by_country: HashMap::new(),
            utopia: before.is_utopian(),
            changed: false,
        };
        for entry in &old.certificates {
            draft.index(entry);
        }
        draft
    }

    /// Anchors only: signers are no one's issuers.
    fn index(&mut self, entry: &Entry) {
        if entry.standing != Standing::Anchor {
            return;
        }
        for (index, key) in [
            (&mut self.by_key, &entry.key_identifier),
            (&mut self.by_subject, &entry.subject),
            (&mut self.by_country, &entry.country),
        ] {
            let numbers = index.entry(key.as_slice().to_vec()).or_default();
            if !numbers.contains(&entry.sha256) {
                numbers.push(entry.sha256);
            }
        }
    }

    /// The number of a source; the same file of the same kind is one source however often it is imported.
    pub(crate) fn source(&mut self, source: Source) -> usize {
        let known =
            self.contents.sources.iter().position(|s| s.kind == source.kind && s.sha256 == source.sha256);
        known.unwrap_or_else(|| {
            self.contents.sources.push(source);
            self.contents.sources.len() - 1
        })
    }

    /// Takes a certificate, or another source for one that is known.
    pub(crate) fn take(
        &mut self,
        certificate: &Arc<Certificate>,
        standing: Standing,
        source: usize,
        pinned: bool,
    ) -> Result<Taken, Reason> {
        let fresh = || Entry::of(certificate, standing);
        let hash = *certificate.sha256();
        let mut entry = self.certificates.get(&hash).cloned();
        let before = entry.as_ref().map(|e| (e.standing, e.pinned, e.sources.len()));
        let entry = match &mut entry {
            Some(entry) => entry,
            None if self.certificates.len() >= MAX_CERTIFICATES => {
                return Err(Reason::TooMany(MAX_CERTIFICATES));
            }
            none => none.insert(fresh()),
        };
        if standing == Standing::Anchor {
            let utopian = entry.utopia;
            if *self.utopia.get_or_insert(utopian) != utopian {
                return Err(Reason::Utopia { utopian });
            }
            entry.standing = Standing::Anchor;
        }
        entry.pinned |= pinned;
        if let Err(place) = entry.sources.binary_search(&source) {
            entry.sources.insert(place, source);
        }
        let after = (entry.standing, entry.pinned, entry.sources.len());
        if before == Some(after) {
            return Ok(Taken::Known);
        }
        self.changed = true;
        let new = before.is_none_or(|(before, ..)| before != entry.standing);
        if entry.standing == Standing::Anchor {
            self.index(&entry.clone());
            self.parsed.insert(hash, Arc::clone(certificate));
        }
        self.certificates.insert(hash, entry.clone());
        Ok(if new { Taken::New } else { Taken::Known })
    }

    pub(crate) fn is_pinned(&self, sha256: &[u8; 32]) -> bool {
        self.certificates.get(sha256).is_some_and(|entry| entry.pinned)
    }

    /// Whether this certificate is trusted by itself: pinned, or an anchor that a verified list vouches for.
    /// Anchors of unsigned lists are not: a signed list that rested on them would seem to be vouched for.
    pub(crate) fn is_trusted(&self, sha256: &[u8; 32]) -> bool {
        self.certificates.get(sha256).is_some_and(|entry| self.vouched(entry))
    }

    fn vouched(&self, entry: &Entry) -> bool {
        let vouches = |source: &usize| self.contents.sources.get(*source).is_some_and(|s| s.kind.vouches());
        entry.pinned || (entry.standing == Standing::Anchor && entry.sources.iter().any(vouches))
    }

    /// Anchors that may have issued this certificate, by key identifier or else by name.
    pub(crate) fn issuers_of(&mut self, certificate: &Certificate) -> Vec<Arc<Certificate>> {
        let by_key = certificate.authority_key_identifier().and_then(|key| self.by_key.get(key));
        let by_name = || self.by_subject.get(certificate.issuer().key().as_str().as_bytes());
        let hashes = by_key.or_else(by_name).cloned().unwrap_or_default();
        self.certificates_of(&hashes)
    }

    /// Anchors that may have signed a CRL: of the key identifier, of the name, of the country.
    pub(crate) fn crl_issuers(
        &mut self,
        key_identifier: Option<&[u8]>,
        issuer: &NameKey,
        country: &str,
    ) -> Vec<Arc<Certificate>> {
        let mut hashes = Vec::new();
        let lists = [
            key_identifier.and_then(|key| self.by_key.get(key)),
            self.by_subject.get(issuer.as_str().as_bytes()),
            self.by_country.get(country.as_bytes()),
        ];
        for hash in lists.into_iter().flatten().flatten() {
            if !hashes.contains(hash) && hashes.len() < MAX_CANDIDATES {
                hashes.push(*hash);
            }
        }
        self.certificates_of(&hashes)
    }

    fn certificates_of(&mut self, hashes: &[[u8; 32]]) -> Vec<Arc<Certificate>> {
        hashes.iter().take(MAX_CANDIDATES).filter_map(|hash| self.parse(hash)).collect()
    }

    fn parse(&mut self, hash: &[u8; 32]) -> Option<Arc<Certificate>> {
        if let Some(known) = self.parsed.get(hash) {
            return Some(Arc::clone(known));
        }
        let parsed = Certificate::parse(self.certificates.get(hash)?.der.as_slice()).ok()?;
        self.parsed.insert(*hash, Arc::clone(&parsed));
        Some(parsed)
    }

    /// Certificates of the store that a signer identifier fits, for lists that carry none.
    pub(crate) fn signers(
        &mut self,
        fits: impl Fn(&Certificate) -> bool,
        key: Option<&[u8]>,
    ) -> Vec<Arc<Certificate>> {
        let entries = self.certificates.values();
        let hashes: Vec<_> = entries
            .filter(|entry| key.is_none_or(|key| entry.key_identifier.as_slice() == key))
            .map(|entry| entry.sha256)
            .collect();
        let mut found = Vec::new();
        for hash in hashes {
            let Some(entry) = self.certificates.get(&hash) else { continue };
            if let Ok(certificate) = Certificate::parse(entry.der.as_slice())
                && fits(&certificate)
            {
                found.push(certificate);
            }
            if found.len() >= MAX_CANDIDATES {
                break;
            }
        }
        found
    }

    /// The head of an authority as it was before this import: what is older is refused, in whatever order the
    /// files of one command come.
    pub(crate) fn head_before(&self, authority: &str) -> Option<Head> {
        self.before.0.contents.heads.get(authority).copied()
    }

    pub(crate) fn raise_head(&mut self, authority: String, head: Head) {
        let entry = self.contents.heads.entry(authority);
        let held = entry.or_insert(head);
        if held.signed_at < head.signed_at {
            *held = head;
        }
        if *held == head {
            self.changed = true;
        }
    }

    pub(crate) fn crl_before(&self, authority: &str) -> Option<OffsetDateTime> {
        let crls = self.before.0.contents.crls.iter();
        crls.filter(|crl| crl.authority == authority).map(|crl| crl.this_update).max()
    }

    /// Keeps the newest CRL of an authority, and of its older ones those that name what no newer one names: an entry
    /// may leave the list only when the certificate has expired or was no more than put on hold (RFC 5280 3.3,
    /// 5.3.1), so a shorter list takes no revocation back. `force` makes the new one the only one.
    pub(crate) fn take_crl(&mut self, crl: CrlEntry, parsed: &Crl, force: bool) -> Taken {
        let crls = std::mem::take(&mut self.contents.crls);
        let (mut held, others): (Vec<_>, Vec<_>) =
            crls.into_iter().partition(|held| held.authority == crl.authority);
        self.contents.crls = others;
        let known = held.iter().any(|held| {
            held.der.as_slice() == crl.der.as_slice() || (held.this_update >= crl.this_update && !force)
        });
        if known {
            self.contents.crls.append(&mut held);
            return Taken::Known;
        }
        let mut named: HashSet<Box<[u8]>> = parsed.entries().map(|(serial, _)| serial.into()).collect();
        // The oldest first: it has most of what newer ones dropped one by one.
        held.sort_by_key(|held| held.this_update);
        let is_last = |held: &CrlEntry| {
            let Ok(older) = Crl::parse(held.der.as_slice()) else { return false };
            let lasting = older.entries().filter(|(_, entry)| entry.reason != Some(ON_HOLD));
            let mut dropped = lasting.filter(|(serial, _)| !named.contains(*serial)).peekable();
            if force || dropped.peek().is_none() {
                return false;
            }
            named.extend(dropped.map(|(serial, _)| serial.into()).collect::<Vec<_>>());
            true
        };
        held.retain(is_last);
        held.truncate(MAX_OLDER_CRLS);
        self.contents.crls.append(&mut held);
        self.contents.crls.push(crl);
        self.changed = true;
        Taken::New
    }

    /// The date of the newest older list of the same authority that is kept for its entries.
    pub(crate) fn kept_for_entries(&self, crl: &Crl) -> Option<OffsetDateTime> {
        let authority = crate::import::crl::authority(crl);
        let held = self.contents.crls.iter().filter(|held| held.authority == authority);
        held.map(|held| held.this_update).filter(|at| *at < crl.this_update()).max()
    }

    /// Keeps the newest deviation or defect list of an authority.
    pub(crate) fn take_list(&mut self, list: ListEntry, newer: bool) -> Taken {
        let held =
            self.contents.lists.iter_mut().find(|l| l.kind == list.kind && l.authority == list.authority);
        match held {
            Some(held) if held.content.as_slice() == list.content.as_slice() || !newer => {
                return Taken::Known;
            }
            Some(held) => *held = list,
            None => self.contents.lists.push(list),
        }
        self.changed = true;
        Taken::New
    }

    pub(crate) fn record(&mut self, act: Act) {
        self.contents.acts.push(act);
    }

    pub(crate) fn remove(&mut self, sha256: &[u8; 32]) -> bool {
        let removed = self.certificates.remove(sha256).is_some();
        if removed {
            self.changed = true;
            self.record(Act::Removed(*sha256));
        }
        removed
    }

    /// The next snapshot; the old one where nothing changed.
    pub(crate) fn finish(mut self, now: OffsetDateTime) -> Snapshot {
        if !self.changed {
            return self.before;
        }
        self.contents.certificates = self.certificates.into_values().collect();
        drop_unused_sources(&mut self.contents);
        self.contents.made_at = Some(now);
        self.contents.predecessor = Some(self.before.sha256());
        Snapshot::from_contents(self.contents)
    }
}
