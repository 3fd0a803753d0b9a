//! What a file is, told from its content alone; names and endings are not believed.

use crate::import::pem;
use crate::import::report::Reason;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// Its items and its content.
    Items(Vec<Item>, Vec<u8>),
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
                if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
                    return Err(Reason::Unreadable("not a regular file".to_owned()));
                }
                let file = File::open(path).map_err(unreadable)?;
                Box::new(BufReader::with_capacity(64 << 10, file))
            }
            Content::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        };
        let start = reader.fill_buf().map_err(unreadable)?;
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

/// A name without control characters, which must reach neither a terminal nor a log.
fn printable(name: &str) -> String {
    name.chars().take(4096).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
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

fn items(bytes: &[u8]) -> Result<Vec<Item>, Reason> {
    if pem::is_pem(bytes) {
        return pem::blocks(bytes)?.into_iter().map(|(label, der)| labelled(&label, der)).collect();
    }
    item(bytes.to_vec()).map(|item| vec![item])
}

/// A PEM block by its label (RFC 7468); what is in it decides where the label leaves it open.
fn labelled(label: &str, der: Vec<u8>) -> Result<Item, Reason> {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Ok(Item::Certificate(der)),
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
        // CscaMasterList begins with its version, and a SET follows.
        Some(0x02) => Item::Bare,
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
