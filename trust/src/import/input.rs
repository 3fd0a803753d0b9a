//! What a file is, told from its content alone; names and endings are not believed.

use crate::import::pem;
use crate::import::report::Reason;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use verifier_chip::ber::{Reader, tag};
use verifier_chip::oids;

/// Largest file that is held in memory: lists, certificates, CRLs, PEM.
pub(crate) const MAX_FILE: u64 = 64 << 20;

/// A file to import: where its content is, and what the operator called it.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) pin: bool,
    pub(crate) content: Content,
}

#[derive(Clone)]
pub(crate) enum Content {
    Path(PathBuf),
    Bytes(Arc<[u8]>),
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

/// One thing in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Certificate(Vec<u8>),
    Crl(Vec<u8>),
    /// A CMS ContentInfo: a signed list.
    Signed(Vec<u8>),
    /// A CscaMasterList without a signature around it.
    Bare(Vec<u8>),
}

/// A file, opened and told apart.
pub(crate) enum Opened {
    /// To be read as a stream.
    Ldif(Box<dyn BufRead>),
    /// Its items, or why one is none, and its content.
    Items(Vec<Result<Item, Reason>>, Vec<u8>),
}

impl Input {
    pub(crate) fn path(path: &Path, pin: bool) -> Self {
        Self { name: printable(&path.to_string_lossy()), pin, content: Content::Path(path.to_owned()) }
    }

    pub(crate) fn bytes(name: &str, bytes: Arc<[u8]>, pin: bool) -> Self {
        Self { name: printable(name), pin, content: Content::Bytes(bytes) }
    }

    /// The name without its folders, for the store.
    pub(crate) fn base_name(&self) -> String {
        let base = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        base.chars().take(255).collect()
    }

    pub(crate) fn open(&self) -> Result<Opened, Reason> {
        let unreadable = |error: io::Error| Reason::Unreadable(error.kind().to_string());
        let mut reader: Box<dyn BufRead> = match &self.content {
            Content::Path(path) => {
                // Before it is opened: a pipe that nobody writes would hang the import.
                let about = std::fs::metadata(path).map_err(unreadable)?;
                if about.is_dir() {
                    return Err(Reason::Unreadable("a folder; name the files in it".to_owned()));
                }
                if !about.is_file() {
                    return Err(Reason::Unreadable("not a regular file".to_owned()));
                }
                let file = File::open(path).map_err(unreadable)?;
                Box::new(BufReader::with_capacity(64 << 10, file))
            }
            Content::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        };
        let start = reader.fill_buf().map_err(unreadable)?;
        if start.is_empty() {
            return Err(Reason::Empty);
        }
        if start.starts_with(&[0x1F, 0x8B]) || start.starts_with(b"BZh") || start.starts_with(b"PK\x03\x04") {
            return Err(Reason::Compressed);
        }
        if is_ldif(start) {
            return Ok(Opened::Ldif(reader));
        }
        let mut bytes = Vec::new();
        reader.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(Reason::TooLarge(MAX_FILE));
        }
        items(&bytes).map(|items| Opened::Items(items, bytes))
    }
}

/// A name without control characters and their like, which must reach neither a terminal nor a log.
fn printable(name: &str) -> String {
    name.chars().take(4096).map(verifier_chip::display::shown).collect()
}

/// LDIF (RFC 2849) begins with its version, a comment or an entry.
fn is_ldif(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let text = start.get(..start.len().min(4096)).unwrap_or_default();
    let line = text.split(|b| *b == b'\n').map(|line| line.trim_ascii());
    let first = line.into_iter().find(|line| !line.is_empty() && !line.starts_with(b"#"));
    let named = |line: &[u8], name: &[u8]| {
        line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    first.is_some_and(|line| named(line, b"version:") || named(line, b"dn:"))
}

fn items(bytes: &[u8]) -> Result<Vec<Result<Item, Reason>>, Reason> {
    let items = if pem::is_pem(bytes) {
        pem::blocks(bytes)?.into_iter().map(|(label, der)| labelled(&label, der)).collect()
    } else if let Some(der) = pem::without_frame(bytes) {
        vec![item(der)]
    } else {
        vec![Ok(item(bytes.to_vec())?)]
    };
    Ok(items.into_iter().flat_map(unpacked).collect())
}

/// A PKCS #7 that signs nothing and only carries certificates is those certificates (RFC 5652 5.1, "degenerate").
fn unpacked(item: Result<Item, Reason>) -> Vec<Result<Item, Reason>> {
    match item {
        Ok(Item::Signed(der)) => match carried(&der) {
            Some(items) => items.into_iter().map(Ok).collect(),
            None => vec![Ok(Item::Signed(der))],
        },
        other => vec![other],
    }
}

/// Certificates and CRLs of a SignedData of type id-data without content and without signers.
fn carried(der: &[u8]) -> Option<Vec<Item>> {
    let mut outer = Reader::only(der, tag::SEQUENCE).ok()?.reader().ok()?;
    outer.expect(tag::OID).ok()?;
    let signed = outer.expect(tag::CONTEXT_0).ok()?;
    let mut fields = signed.reader().ok()?.expect(tag::SEQUENCE).ok()?.reader().ok()?;
    fields.expect(tag::INTEGER).ok()?;
    fields.expect(tag::SET).ok()?;
    let mut content = fields.expect(tag::SEQUENCE).ok()?.reader().ok()?;
    if content.expect(tag::OID).ok()?.oid().ok()? != oids::DATA || !content.is_empty() {
        return None;
    }
    let mut items = Vec::new();
    for (choice, make) in [
        (tag::CONTEXT_0, Item::Certificate as fn(Vec<u8>) -> Item),
        (tag::CONTEXT_1, Item::Crl as fn(Vec<u8>) -> Item),
    ] {
        let Some(list) = fields.optional(choice).ok()? else { continue };
        let mut list = list.reader().ok()?;
        while let Some(element) = list.next().ok()? {
            if items.len() >= pem::MAX_BLOCKS {
                return None;
            }
            items.push(make(element.raw().to_vec()));
        }
    }
    let is_unsigned = fields.expect(tag::SET).ok()?.content().is_empty();
    (is_unsigned && !items.is_empty()).then_some(items)
}

/// A PEM block by its label (RFC 7468); what is in it decides where the label leaves it open.
fn labelled(label: &str, der: Vec<u8>) -> Result<Item, Reason> {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" => Ok(Item::Certificate(der)),
        // The certificate, and after it what OpenSSL is to trust it for: that is the store's matter.
        "TRUSTED CERTIFICATE" => match Reader::new(&der).expect(tag::SEQUENCE) {
            Ok(certificate) => Ok(Item::Certificate(certificate.raw().to_vec())),
            Err(_) => Ok(Item::Certificate(der)),
        },
        "X509 CRL" => Ok(Item::Crl(der)),
        "CMS" | "PKCS7" | "PKCS #7 SIGNED DATA" => Ok(Item::Signed(der)),
        _ => item(der),
    }
}

/// What a DER or BER element is, from its first two levels.
pub(crate) fn item(der: Vec<u8>) -> Result<Item, Reason> {
    let Some(inner) = content(&der, 0x30) else { return Err(Reason::UnknownKind) };
    let kind: fn(Vec<u8>) -> Item = match inner.first() {
        // ContentInfo begins with the type of its content.
        Some(0x06) => Item::Signed,
        // CscaMasterList begins with its version, and a SET follows; a private key begins with a number, too.
        Some(0x02) if split(inner).is_some_and(|(_, rest)| rest.first() == Some(&0x31)) => Item::Bare,
        // Certificate and CertificateList begin with what is signed. In a certificate version [0] or the serial
        // number comes first, then the algorithm; in a CRL the second element is the issuer or a time.
        Some(0x30) => match content(inner, 0x30) {
            Some([0xA0, ..]) => Item::Certificate,
            Some(signed) if is_crl(signed) => Item::Crl,
            _ => Item::Certificate,
        },
        _ => return Err(Reason::UnknownKind),
    };
    Ok(kind(der))
}

/// TBSCertList: optional version, algorithm, issuer, thisUpdate (a time); TBSCertificate has a SEQUENCE there.
fn is_crl(signed: &[u8]) -> bool {
    let mut rest = signed;
    let mut tags = Vec::new();
    while let (Some(tag), Some((_, next))) = (rest.first(), split(rest)) {
        tags.push(*tag);
        rest = next;
        if tags.len() == 4 {
            break;
        }
    }
    matches!(tags.as_slice(), [0x02, 0x30, 0x30, 0x17 | 0x18] | [0x30, 0x30, 0x17 | 0x18, ..])
}

/// The content of the element that begins here, if it has this tag. Indefinite lengths reach to the end.
fn content(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    if bytes.first() != Some(&tag) { None } else { split(bytes).map(|(content, _)| content) }
}

/// Content of the first element, and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = *bytes.get(1)?;
    let (start, length) = match first {
        0x80 => return Some((bytes.get(2..)?, &[])),
        short if short < 0x80 => (2, usize::from(short)),
        long => {
            let count = usize::from(long & 0x7F);
            if count > 4 {
                return None;
            }
            let digits = bytes.get(2..2 + count)?;
            (2 + count, digits.iter().fold(0_usize, |value, digit| (value << 8) | usize::from(*digit)))
        }
    };
    let end = start.checked_add(length)?.min(bytes.len());
    Some((bytes.get(start..end)?, bytes.get(end..)?))
}
