//! A snapshot as a file: small facts first, with sorted indexes, then the octets of certificates and lists.
//!
//! All numbers are little-endian; every item is counted. The file's name is the SHA-256 of all of it, so that
//! nothing in here needs a checksum of its own. Only these bytes are read when a store is opened: certificates
//! are parsed when they are first asked for.

use crate::codec::{Decoded, Decoder, Encoder, Stopped};
use crate::contents::{Blob, Buffer, Contents, CrlEntry, Entry, Head, ListEntry, ListKind};
use crate::provenance::{Act, Source, SourceKind, Standing};
use std::sync::Arc;
use time::OffsetDateTime;

const MAGIC: &[u8; 7] = b"VTRUST\0";
const VERSION: u8 = 1;

/// Numbers of certificates in the order of a key.
#[derive(Default)]
pub(crate) struct Indexes {
    /// Anchors by key identifier.
    pub(crate) key_identifier: Vec<usize>,
    /// Anchors by normalised subject.
    pub(crate) subject: Vec<usize>,
    /// Anchors by country.
    pub(crate) country: Vec<usize>,
    /// All by normalised issuer and serial number.
    pub(crate) issuer: Vec<usize>,
    /// All by key identifier.
    pub(crate) any_key_identifier: Vec<usize>,
}

impl Indexes {
    pub(crate) fn of(entries: &[Entry]) -> Self {
        let sorted = |anchors_only: bool, key: fn(&Entry) -> [&[u8]; 2]| {
            let mut numbered: Vec<_> = entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| !anchors_only || entry.standing == Standing::Anchor)
                .map(|(i, entry)| (key(entry), i))
                .collect();
            numbered.sort_unstable();
            numbered.into_iter().map(|(_, i)| i).collect()
        };
        Self {
            key_identifier: sorted(true, |e| [e.key_identifier.as_slice(), &[]]),
            subject: sorted(true, |e| [e.subject.as_slice(), &[]]),
            country: sorted(true, |e| [e.country.as_slice(), &[]]),
            issuer: sorted(false, |e| [e.issuer.as_slice(), e.serial.as_slice()]),
            any_key_identifier: sorted(false, |e| [e.key_identifier.as_slice(), &[]]),
        }
    }

    fn all(&self) -> [&Vec<usize>; 5] {
        [&self.key_identifier, &self.subject, &self.country, &self.issuer, &self.any_key_identifier]
    }
}

/// The file of these contents.
pub(crate) fn encode(contents: &Contents) -> Vec<u8> {
    let mut out = Encoder::default();
    // Grown by doubling the buffer of a large store would take twice what it needs.
    let octets: usize = contents.certificates.iter().map(Entry::size).sum();
    let others =
        contents.crls.iter().map(|crl| &crl.der).chain(contents.lists.iter().map(|list| &list.content));
    out.bytes.reserve(octets + others.map(|blob| blob.as_slice().len()).sum::<usize>() + (64 << 10));
    out.bytes.extend_from_slice(MAGIC);
    out.u8(VERSION);
    out.option(contents.made_at, instant);
    out.option(contents.predecessor.as_ref(), Encoder::hash);
    out.count(contents.acts.len());
    contents.acts.iter().for_each(|a| act(&mut out, a));
    out.count(contents.sources.len());
    contents.sources.iter().for_each(|s| source(&mut out, s));
    out.count(contents.heads.len());
    for (key, head) in &contents.heads {
        out.octets(key.as_bytes());
        instant(&mut out, head.signed_at);
        out.hash(&head.sha256);
    }
    out.count(contents.certificates.len());
    contents.certificates.iter().for_each(|e| entry(&mut out, e));
    for index in Indexes::of(&contents.certificates).all() {
        out.count(index.len());
        index.iter().for_each(|i| out.count(*i));
    }
    out.count(contents.crls.len());
    contents.crls.iter().for_each(|c| crl(&mut out, c));
    out.count(contents.lists.len());
    for list in &contents.lists {
        out.u8(u8::from(list.kind == ListKind::Defect));
        out.octets(list.authority.as_bytes());
        out.count(list.source);
        out.octets(list.content.as_slice());
    }
    out.bytes
}

fn instant(out: &mut Encoder, value: OffsetDateTime) {
    out.i64(value.unix_timestamp());
}

fn kind(out: &mut Encoder, kind: SourceKind) {
    let number = SourceKind::ALL.iter().position(|k| *k == kind).and_then(|i| u8::try_from(i).ok());
    out.u8(number.unwrap_or(u8::MAX));
}

fn act(out: &mut Encoder, act: &Act) {
    match act {
        Act::Imported { name, kind: k, sha256, taken } => {
            out.u8(0);
            out.octets(name.as_bytes());
            kind(out, *k);
            out.hash(sha256);
            out.count(*taken);
        }
        Act::Pinned(sha256) => {
            out.u8(1);
            out.hash(sha256);
        }
        Act::Removed(sha256) => {
            out.u8(2);
            out.hash(sha256);
        }
    }
}

fn source(out: &mut Encoder, source: &Source) {
    kind(out, source.kind);
    out.octets(source.name.as_bytes());
    out.hash(&source.sha256);
    instant(out, source.imported_at);
    out.octets(source.by.as_bytes());
    out.option(source.signed_at, instant);
    out.option(source.signer.as_deref(), |out, text| out.octets(text.as_bytes()));
    out.option(source.rests_on.as_ref(), Encoder::hash);
    out.u8(u8::from(source.forced));
}

fn entry(out: &mut Encoder, entry: &Entry) {
    out.hash(&entry.sha256);
    let anchor = entry.standing == Standing::Anchor;
    out.u8(u8::from(anchor) | u8::from(entry.pinned) << 1 | u8::from(entry.utopia) << 2);
    for part in
        [&entry.key_identifier, &entry.subject, &entry.issuer, &entry.serial, &entry.country, &entry.der]
    {
        out.octets(part.as_slice());
    }
    out.count(entry.sources.len());
    entry.sources.iter().for_each(|s| out.count(*s));
}

fn crl(out: &mut Encoder, crl: &CrlEntry) {
    out.count(crl.issuers.len());
    crl.issuers.iter().for_each(|issuer| out.octets(issuer.as_bytes()));
    out.octets(crl.authority.as_bytes());
    instant(out, crl.this_update);
    out.option(crl.next_update, instant);
    out.count(crl.source);
    out.octets(crl.der.as_slice());
}

/// Why a file is no snapshot.
pub(crate) enum Refusal {
    Malformed(usize),
    Version(u8),
}

impl From<Stopped> for Refusal {
    fn from(Stopped(offset): Stopped) -> Self {
        Self::Malformed(offset)
    }
}

/// The contents of a file, its octets shared and not copied.
pub(crate) fn decode(bytes: &Buffer) -> Result<(Contents, Indexes), Refusal> {
    let mut input = Decoder::new(bytes);
    for expected in MAGIC {
        if input.u8()? != *expected {
            return Err(Refusal::Malformed(0));
        }
    }
    let version = input.u8()?;
    if version != VERSION {
        return Err(Refusal::Version(version));
    }
    let made_at = input.option(read_instant)?;
    let predecessor = input.option(Decoder::hash)?;
    let acts = input.list(1, read_act)?;
    let sources = input.list(53, read_source)?;
    let heads = input.list(44, |input| {
        Ok((input.text()?, Head { signed_at: read_instant(input)?, sha256: input.hash()? }))
    })?;
    let certificates: Vec<Entry> = input.list(61, |input| read_entry(input, bytes, sources.len()))?;
    if certificates.windows(2).any(|pair| matches!(pair, [a, b] if a.sha256 >= b.sha256)) {
        return Ok(input.stopped()?);
    }
    let count = certificates.len();
    let mut index = || input.list(4, |input| bounded(input, count));
    let indexes = Indexes {
        key_identifier: index()?,
        subject: index()?,
        country: index()?,
        issuer: index()?,
        any_key_identifier: index()?,
    };
    let crls = input.list(25, |input| read_crl(input, bytes, sources.len()))?;
    let lists = input.list(13, |input| {
        let kind = if input.u8()? == 0 { ListKind::Deviation } else { ListKind::Defect };
        let authority = input.text()?;
        let source = bounded(input, sources.len())?;
        Ok(ListEntry { kind, authority, source, content: part(input, bytes)? })
    })?;
    if input.offset() != bytes.len() {
        return Ok(input.stopped()?);
    }
    let heads = heads.into_iter().collect();
    Ok((Contents { made_at, predecessor, acts, sources, certificates, crls, lists, heads }, indexes))
}

fn read_instant(input: &mut Decoder<'_>) -> Decoded<OffsetDateTime> {
    let at = input.offset();
    OffsetDateTime::from_unix_timestamp(input.i64()?).map_err(|_| Stopped(at))
}

fn read_kind(input: &mut Decoder<'_>) -> Decoded<SourceKind> {
    let at = input.offset();
    SourceKind::ALL.get(usize::from(input.u8()?)).copied().ok_or(Stopped(at))
}

/// A number below `limit`.
fn bounded(input: &mut Decoder<'_>, limit: usize) -> Decoded<usize> {
    let at = input.offset();
    input.count().and_then(|number| if number < limit { Ok(number) } else { Err(Stopped(at)) })
}

fn part(input: &mut Decoder<'_>, bytes: &Buffer) -> Decoded<Blob> {
    input.range().map(|range| Blob::part(Arc::clone(bytes), range))
}

fn read_act(input: &mut Decoder<'_>) -> Decoded<Act> {
    match input.u8()? {
        0 => Ok(Act::Imported {
            name: input.text()?,
            kind: read_kind(input)?,
            sha256: input.hash()?,
            taken: input.count()?,
        }),
        1 => input.hash().map(Act::Pinned),
        2 => input.hash().map(Act::Removed),
        _ => input.stopped(),
    }
}

fn read_source(input: &mut Decoder<'_>) -> Decoded<Source> {
    Ok(Source {
        kind: read_kind(input)?,
        name: input.text()?,
        sha256: input.hash()?,
        imported_at: read_instant(input)?,
        by: input.text()?,
        signed_at: input.option(read_instant)?,
        signer: input.option(Decoder::text)?,
        rests_on: input.option(Decoder::hash)?,
        forced: input.u8()? != 0,
    })
}

fn read_entry(input: &mut Decoder<'_>, bytes: &Buffer, sources: usize) -> Decoded<Entry> {
    let sha256 = input.hash()?;
    let flags = input.u8()?;
    let standing = if flags & 1 == 0 { Standing::Signer } else { Standing::Anchor };
    Ok(Entry {
        sha256,
        standing,
        pinned: flags & 2 != 0,
        utopia: flags & 4 != 0,
        key_identifier: part(input, bytes)?,
        subject: part(input, bytes)?,
        issuer: part(input, bytes)?,
        serial: part(input, bytes)?,
        country: part(input, bytes)?,
        der: part(input, bytes)?,
        sources: input.list(4, |input| bounded(input, sources))?,
    })
}

fn read_crl(input: &mut Decoder<'_>, bytes: &Buffer, sources: usize) -> Decoded<CrlEntry> {
    Ok(CrlEntry {
        issuers: input.list(4, Decoder::text)?,
        authority: input.text()?,
        this_update: read_instant(input)?,
        next_update: input.option(read_instant)?,
        source: bounded(input, sources)?,
        der: part(input, bytes)?,
    })
}
