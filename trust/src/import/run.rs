//! One import: read everything, then take what rests on something, then say what became of each file.

use crate::contents::{Blob, Head, ListEntry, ListKind, sha256};
use crate::import::draft::{Draft, Taken};
use crate::import::input::{Input, Item, Opened};
use crate::import::report::{FileReport, ImportReport, Pinned, Reason};
use crate::import::signed::{List, Proof};
use crate::import::{Import, crl, draft, ldif, signed};
use crate::provenance::{Act, Source, SourceKind, Standing};
use crate::snapshot::Snapshot;
use std::sync::Arc;
use verifier_chip::pki::{Certificate, Crl, DefectList, DeviationList};

/// Signed lists and CRLs that one import looks at.
const MAX_PENDING: usize = 20_000;
/// Octets of signed lists and CRLs that wait for their signers.
const MAX_PENDING_OCTETS: usize = 192 << 20;

/// Imports into a snapshot: the next one (the same, when nothing was taken) and the report.
pub(crate) fn run(before: &Snapshot, import: &Import) -> (Snapshot, ImportReport) {
    let mut run = Run {
        import,
        draft: Draft::of(before),
        files: import.inputs.iter().map(|input| FileReport::new(&input.name)).collect(),
        lists: Vec::new(),
        crls: Vec::new(),
        bare: Vec::new(),
        pinned: Vec::new(),
        waiting: 0,
    };
    for (file, input) in import.inputs.iter().enumerate() {
        if let Err(reason) = run.read(file, input) {
            run.refuse(file, "", reason);
        }
    }
    run.take_bare_lists();
    run.take_signed_lists();
    run.take_crls();
    run.finish(before)
}

/// A signed list or CRL that waits until everything that could vouch for it has been read.
struct Waiting<T> {
    file: usize,
    /// Where in the file, when it is one of many.
    item: String,
    sha256: [u8; 32],
    der: Vec<u8>,
    parsed: T,
}

struct Run<'i> {
    import: &'i Import,
    draft: Draft,
    files: Vec<FileReport>,
    lists: Vec<Waiting<List>>,
    crls: Vec<Waiting<Arc<Crl>>>,
    bare: Vec<(usize, [u8; 32], Vec<u8>)>,
    pinned: Vec<Pinned>,
    waiting: usize,
}

impl Run<'_> {
    fn report(&mut self, file: usize, change: impl FnOnce(&mut FileReport)) {
        if let Some(report) = self.files.get_mut(file) {
            change(report);
        }
    }

    fn refuse(&mut self, file: usize, item: &str, reason: Reason) {
        self.report(file, |report| report.refuse(item, reason));
    }

    fn source(&mut self, file: usize, kind: SourceKind, sha256: [u8; 32]) -> Source {
        let name = self.import.inputs.get(file).map(Input::base_name).unwrap_or_default();
        let (imported_at, by) = (self.import.now, self.import.by.clone());
        Source {
            kind,
            name,
            sha256,
            imported_at,
            by,
            signed_at: None,
            signer: None,
            rests_on: None,
            forced: false,
        }
    }

    fn read(&mut self, file: usize, input: &Input) -> Result<(), Reason> {
        match input.open()? {
            Opened::Ldif(_) if input.pin => Err(Reason::NotACertificate),
            Opened::Ldif(reader) => self.read_ldif(file, reader),
            Opened::Items(items, bytes) => {
                let hash = sha256(&bytes);
                self.report(file, |report| report.sha256 = Some(hash));
                if input.pin && !items.iter().any(|item| matches!(item, Ok(Item::Certificate(_)))) {
                    return Err(Reason::NotACertificate);
                }
                if items.is_empty() {
                    return Err(Reason::UnknownKind);
                }
                let single = items.len() == 1;
                for (number, item) in items.into_iter().enumerate() {
                    let label = if single { String::new() } else { format!("item {}", number + 1) };
                    let read = item.and_then(|item| self.read_item(file, &label, hash, item));
                    if let Err(reason) = read {
                        self.refuse(file, &label, reason);
                    }
                }
                Ok(())
            }
        }
    }

    fn read_item(&mut self, file: usize, label: &str, file_hash: [u8; 32], item: Item) -> Result<(), Reason> {
        match item {
            Item::Certificate(der) => {
                self.report(file, |report| report.kind = Some(SourceKind::Pin));
                let certificate = parse_certificate(&der)?;
                let source = self.source(file, SourceKind::Pin, file_hash);
                self.pin(file, &certificate, source)
            }
            Item::Crl(der) => {
                self.report(file, |report| report.kind = Some(SourceKind::Crl));
                self.wait_crl(file, label, der)
            }
            Item::Signed(der) => self.wait_list(file, label, der),
            Item::Bare(content) => {
                self.report(file, |report| report.kind = Some(SourceKind::BareList));
                if !self.import.unsigned {
                    return Err(Reason::Unsigned);
                }
                self.bare.push((file, file_hash, content));
                Ok(())
            }
        }
    }

    /// The operator's act. A certificate of an authority becomes an anchor; another one (a document or list
    /// signer) is kept as a signer: it vouches for nothing but what it signed itself.
    fn pin(&mut self, file: usize, certificate: &Arc<Certificate>, source: Source) -> Result<(), Reason> {
        let authority = signed::is_ca(certificate) || certificate.is_self_issued();
        let standing = if authority { Standing::Anchor } else { Standing::Signer };
        let new = !self.draft.is_pinned(certificate.sha256());
        let source = self.draft.source(source);
        let taken = self.draft.take(certificate, standing, source, true)?;
        self.count(file, taken, standing);
        let (sha256, subject) = (*certificate.sha256(), certificate.subject().to_string());
        if new {
            self.draft.record(Act::Pinned(sha256));
        }
        if !self.pinned.iter().any(|pinned| pinned.sha256 == sha256) {
            self.pinned.push(Pinned { sha256, subject, new, standing });
        }
        Ok(())
    }

    fn count(&mut self, file: usize, taken: Taken, standing: Standing) {
        self.report(file, |report| match (taken, standing) {
            (Taken::Known, _) => report.known += 1,
            (Taken::New, Standing::Anchor) => report.anchors += 1,
            (Taken::New, Standing::Signer) => report.signers += 1,
        });
    }

    /// Bounds what waits: a file of many lists must not fill memory.
    fn may_wait(&mut self, octets: usize) -> Result<(), Reason> {
        self.waiting = self.waiting.saturating_add(octets);
        if self.lists.len() + self.crls.len() >= MAX_PENDING {
            return Err(Reason::TooMany(MAX_PENDING));
        }
        if self.waiting > MAX_PENDING_OCTETS {
            return Err(Reason::TooLarge(MAX_PENDING_OCTETS as u64));
        }
        Ok(())
    }

    fn wait_list(&mut self, file: usize, item: &str, der: Vec<u8>) -> Result<(), Reason> {
        let parsed = List::read(&der)?;
        self.report(file, |report| {
            report.kind.get_or_insert(parsed.kind);
        });
        self.may_wait(der.len())?;
        let sha256 = sha256(&der);
        self.lists.push(Waiting { file, item: item.to_owned(), sha256, der, parsed });
        Ok(())
    }

    fn wait_crl(&mut self, file: usize, item: &str, der: Vec<u8>) -> Result<(), Reason> {
        let parsed = Crl::parse(&der).map_err(|error| Reason::Malformed(error.to_string()))?;
        self.may_wait(der.len())?;
        let sha256 = sha256(&der);
        self.crls.push(Waiting { file, item: item.to_owned(), sha256, der: Vec::new(), parsed });
        Ok(())
    }

    /// An LDIF as a whole or, when it is over a cap, not at all.
    fn read_ldif(&mut self, file: usize, reader: Box<dyn std::io::BufRead>) -> Result<(), Reason> {
        self.report(file, |report| report.kind = Some(SourceKind::Ldif));
        let (lists, crls, waiting) = (self.lists.len(), self.crls.len(), self.waiting);
        let mut signers: Vec<Vec<u8>> = Vec::new();
        let mut octets = 0_usize;
        let mut over = None;
        let read = ldif::read(reader, |value| {
            let label = format!("line {}", value.line);
            let result = value.octets.and_then(|der| match value.kind {
                ldif::Kind::Certificate => {
                    octets = octets.saturating_add(der.len());
                    if octets > MAX_PENDING_OCTETS || signers.len() >= draft::MAX_CERTIFICATES {
                        over.get_or_insert(Reason::TooMany(signers.len()));
                        return Ok(());
                    }
                    signers.push(der);
                    Ok(())
                }
                ldif::Kind::Crl => self.wait_crl(file, &label, der),
                ldif::Kind::MasterList => self.wait_list(file, &label, der),
            });
            if let Err(reason) = result {
                self.refuse(file, &label, reason);
            }
        });
        let hash = match (read, over) {
            (Ok(hash), None) => hash,
            (Ok(_), Some(reason)) | (Err(reason), _) => {
                self.lists.truncate(lists);
                self.crls.truncate(crls);
                self.waiting = waiting;
                return Err(reason);
            }
        };
        self.report(file, |report| report.sha256 = Some(hash));
        let source = self.source(file, SourceKind::Ldif, hash);
        let source = self.draft.source(source);
        for (number, der) in signers.into_iter().enumerate() {
            let taken = parse_certificate(&der)
                .and_then(|certificate| self.draft.take(&certificate, Standing::Signer, source, false));
            match taken {
                Ok(taken) => self.count(file, taken, Standing::Signer),
                Err(reason) => self.refuse(file, &format!("certificate {}", number + 1), reason),
            }
        }
        Ok(())
    }

    fn take_bare_lists(&mut self) {
        for (file, hash, content) in std::mem::take(&mut self.bare) {
            let source = self.source(file, SourceKind::BareList, hash);
            if let Err(reason) = self.take_list_content(file, &content, source) {
                self.refuse(file, "", reason);
            }
        }
    }

    /// All certificates of a master list as anchors. Those that do not parse are refused one by one.
    fn take_list_content(&mut self, file: usize, content: &[u8], source: Source) -> Result<(), Reason> {
        let certificates =
            signed::certificates(content).map_err(|error| Reason::Malformed(error.to_string()))?;
        let source = self.draft.source(source);
        for (number, der) in certificates.into_iter().enumerate() {
            let taken = parse_certificate(der)
                .and_then(|certificate| self.draft.take(&certificate, Standing::Anchor, source, false));
            match taken {
                Ok(taken) => self.count(file, taken, Standing::Anchor),
                Err(reason) => self.refuse(file, &format!("certificate {}", number + 1), reason),
            }
        }
        Ok(())
    }

    /// Until nothing changes: what one list brings may be what another rests on.
    fn take_signed_lists(&mut self) {
        let mut waiting = std::mem::take(&mut self.lists);
        // In the order of their claims, so that the order of the files is of no account.
        waiting.sort_by_key(|list| (list.parsed.claimed_time(), list.sha256));
        loop {
            let before = waiting.len();
            let mut still = Vec::new();
            for list in waiting {
                match list.parsed.prove(&mut self.draft, self.import.now, self.import.force) {
                    Ok(proof) => {
                        let (file, item) = (list.file, list.item.clone());
                        if let Err(reason) = self.take_signed(&list, &proof) {
                            self.refuse(file, &item, reason);
                        }
                    }
                    // What could not be vouched for may be later; the other reasons stand.
                    Err(reason) if reason.may_pass() => still.push(list),
                    Err(reason) => self.refuse(list.file, &list.item, reason),
                }
            }
            waiting = still;
            if waiting.is_empty() || waiting.len() == before {
                break;
            }
        }
        for list in waiting {
            if let Err(reason) = list.parsed.prove(&mut self.draft, self.import.now, self.import.force) {
                self.refuse(list.file, &list.item, reason);
            }
        }
    }

    fn take_signed(&mut self, list: &Waiting<List>, proof: &Proof) -> Result<(), Reason> {
        let kind = list.parsed.kind;
        let country = proof.signer.issuer().country_code().unwrap_or_default();
        let authority = format!("{kind} {country}");
        let head = self.draft.head_before(&authority);
        let older = head.filter(|head| proof.signed_at.is_none_or(|at| at < head.signed_at));
        // The same file again is no rollback, only nothing new.
        let again = self.draft.contents.sources.iter().any(|s| s.kind == kind && s.sha256 == list.sha256);
        if let Some(head) = older.filter(|_| !self.import.force && !again) {
            return Err(Reason::Rollback(head.signed_at));
        }
        let mut source = self.source(list.file, kind, list.sha256);
        source.signed_at = proof.signed_at;
        source.signer = Some(proof.signer.subject().to_string());
        source.rests_on = Some(proof.rests_on);
        source.forced = older.is_some();
        match kind {
            SourceKind::MasterList => self.take_list_content(list.file, &list.parsed.content, source)?,
            SourceKind::DeviationList => {
                self.take_defects(list, ListKind::Deviation, authority.clone(), source)?
            }
            _ => self.take_defects(list, ListKind::Defect, authority.clone(), source)?,
        }
        if let Some(signed_at) = proof.signed_at.filter(|_| !again) {
            self.draft.raise_head(authority, Head { signed_at, sha256: list.sha256 });
        }
        self.report(list.file, |report| {
            report.signed_at = report.signed_at.max(proof.signed_at);
            report.signer = Some(proof.signer.subject().to_string());
            report.rests_on = Some(proof.rests_on);
            report.findings.extend(proof.findings.iter().cloned());
        });
        Ok(())
    }

    fn take_defects(
        &mut self,
        list: &Waiting<List>,
        kind: ListKind,
        authority: String,
        source: Source,
    ) -> Result<(), Reason> {
        let readable = match kind {
            ListKind::Deviation => DeviationList::parse(&list.der).map(drop),
            ListKind::Defect => DefectList::parse(&list.der).map(drop),
        };
        readable.map_err(|error| Reason::Malformed(error.to_string()))?;
        let newest = self.draft.contents.heads.get(&authority).map(|head| head.signed_at);
        let newer = self.import.force || source.signed_at >= newest;
        let source = self.draft.source(source);
        let content = Blob::own(&list.der);
        let taken = self.draft.take_list(ListEntry { kind, content, authority, source }, newer);
        self.report(list.file, |report| match taken {
            Taken::New => report.lists += 1,
            Taken::Known => report.known += 1,
        });
        Ok(())
    }

    fn take_crls(&mut self) {
        let mut waiting = std::mem::take(&mut self.crls);
        waiting.sort_by_key(|crl| (crl.parsed.this_update(), crl.sha256));
        for crl in waiting {
            let again = self.draft.contents.crls.iter().any(|held| held.der.as_slice() == crl.parsed.der());
            if again {
                self.report(crl.file, |report| report.known += 1);
                continue;
            }
            match crl::prove(&crl.parsed, &mut self.draft, self.import.now, self.import.force) {
                Ok(issuer) => {
                    let mut source = self.source(crl.file, SourceKind::Crl, crl.sha256);
                    source.signed_at = Some(crl.parsed.this_update());
                    source.signer = Some(issuer.subject().to_string());
                    source.rests_on = Some(*issuer.sha256());
                    let source = self.draft.source(source);
                    let before = self.draft.contents.crls.len();
                    let taken = crl::take(&crl.parsed, &mut self.draft, source, self.import.force);
                    let kept = self.draft.kept_for_entries(&crl.parsed);
                    let grew = self.draft.contents.crls.len() > before;
                    self.report(crl.file, |report| {
                        match taken {
                            Taken::New => report.crls += 1,
                            Taken::Known => report.known += 1,
                        }
                        report.findings.extend(kept.filter(|_| grew).map(|at| {
                            format!(
                                "the list of {} names certificates that this one does not; a revocation is not taken \
                                 back, so that list is kept beside it (--force puts this one in its place)",
                                at.date()
                            )
                        }));
                    });
                }
                Err(reason) => self.refuse(crl.file, &crl.item, reason),
            }
        }
    }

    fn finish(mut self, before: &Snapshot) -> (Snapshot, ImportReport) {
        for (file, report) in self.files.iter().enumerate() {
            let (Some(kind), Some(sha256)) = (report.kind, report.sha256) else { continue };
            if report.taken() + report.known > 0 {
                let name = self.import.inputs.get(file).map(Input::base_name).unwrap_or_default();
                self.draft.record(Act::Imported { name, kind, sha256, taken: report.taken() });
            }
        }
        let after = self.draft.finish(self.import.now);
        let changed = after != *before;
        let report =
            ImportReport { files: self.files, pinned: self.pinned, snapshot: after.sha256(), changed };
        (after, report)
    }
}

fn parse_certificate(der: &[u8]) -> Result<Arc<Certificate>, Reason> {
    Certificate::parse(der).map_err(|error| Reason::Malformed(error.to_string()))
}
