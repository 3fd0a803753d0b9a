//! LDIF of the ICAO PKD (RFC 2849), read as a stream: one entry at a time, every line bounded.
//!
//! Only three attributes are looked at: certificates, CRLs and master lists. Names in an entry name nothing
//! here: they become no file and no path.

use crate::import::report::Reason;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::BufRead;

/// Longest line after unfolding: base64 of the largest list with room to spare.
const MAX_LINE: usize = 32 << 20;
/// Longest line as it stands in the file.
const MAX_PHYSICAL_LINE: u64 = MAX_LINE as u64;
/// Largest file. The three of the PKD have 80, 10 and 2 MB.
const MAX_FILE: u64 = 1 << 30;
/// Values of interest in one file.
const MAX_VALUES: usize = 500_000;

/// A value of an entry that is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Certificate,
    Crl,
    MasterList,
}

impl Kind {
    /// By attribute type, options such as `;binary` apart; case does not count.
    fn of(attribute: &str) -> Option<Self> {
        let name = attribute.split(';').next().unwrap_or_default();
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("userCertificate") || is("cACertificate") {
            Some(Self::Certificate)
        } else if is("certificateRevocationList") {
            Some(Self::Crl)
        } else if is("pkdMasterListContent") || is("CscaMasterListData") {
            Some(Self::MasterList)
        } else {
            None
        }
    }
}

/// A value, and the line its attribute begins in.
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) line: u64,
    /// The octets, or why there are none.
    pub(crate) octets: Result<Vec<u8>, Reason>,
}

/// Calls `visit` with each value of interest. The answer is the SHA-256 of the whole file.
///
/// # Errors
/// A file that is over a cap or cannot be read: nothing of it may be taken then.
pub(crate) fn read(reader: impl BufRead, mut visit: impl FnMut(Value)) -> Result<[u8; 32], Reason> {
    let mut lines = Lines { reader, hash: Sha256::new(), number: 0, read: 0 };
    let mut logical: Vec<u8> = Vec::new();
    let mut begun = 0;
    let mut values = 0;
    let mut physical = Vec::new();
    loop {
        physical.clear();
        let more = lines.next(&mut physical)?;
        if more && physical.first() == Some(&b' ') {
            // A continuation; one of a line that is of no interest is dropped at once.
            if !logical.is_empty() {
                logical.extend_from_slice(physical.get(1..).unwrap_or_default());
                if logical.len() > MAX_LINE {
                    return Err(Reason::LineTooLong(begun));
                }
            }
            continue;
        }
        if let Some(value) = value(&logical, begun) {
            values += 1;
            if values > MAX_VALUES {
                return Err(Reason::TooMany(MAX_VALUES));
            }
            visit(value);
        }
        if !more {
            return Ok(lines.hash.finalize().into());
        }
        begun = lines.number;
        logical.clear();
        if may_interest(&physical) {
            logical.extend_from_slice(&physical);
        } else if logical.capacity() > 1 << 20 {
            logical.shrink_to(1 << 16);
        }
    }
}

/// Whether a line can begin an attribute that is imported: its name may be folded, so a prefix is enough.
fn may_interest(line: &[u8]) -> bool {
    let name = line.split(|b| *b == b':').next().unwrap_or_default();
    let folded = name.len() == line.len();
    let wanted: [&[u8]; 5] = [
        b"userCertificate",
        b"cACertificate",
        b"certificateRevocationList",
        b"pkdMasterListContent",
        b"CscaMasterListData",
    ];
    wanted.iter().any(|wanted| {
        let common = wanted.len().min(name.len());
        let (a, b) = (wanted.get(..common).unwrap_or_default(), name.get(..common).unwrap_or_default());
        a.eq_ignore_ascii_case(b) && (folded || name.len() >= wanted.len()) && !name.is_empty()
    })
}

fn value(line: &[u8], begun: u64) -> Option<Value> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = std::str::from_utf8(line.get(..colon)?).ok()?;
    let kind = Kind::of(name.trim())?;
    let rest = line.get(colon + 1..)?;
    let octets = match rest.first() {
        Some(b':') => STANDARD
            .decode(rest.get(1..).unwrap_or_default().trim_ascii())
            .map_err(|_| Reason::Malformed(format!("line {begun}: not base64"))),
        // A URL is never followed.
        Some(b'<') => Err(Reason::Malformed(format!("line {begun}: a reference to elsewhere"))),
        _ => Err(Reason::Malformed(format!("line {begun}: not base64"))),
    };
    Some(Value { kind, line: begun, octets })
}

/// Physical lines without their end, bounded, counted and hashed.
struct Lines<R> {
    reader: R,
    hash: Sha256,
    number: u64,
    read: u64,
}

impl<R: BufRead> Lines<R> {
    /// Appends the next line; false at the end of the file.
    fn next(&mut self, line: &mut Vec<u8>) -> Result<bool, Reason> {
        let read = std::io::Read::take(&mut self.reader, MAX_PHYSICAL_LINE + 1)
            .read_until(b'\n', line)
            .map_err(|error| Reason::Unreadable(error.kind().to_string()))?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        self.hash.update(&*line);
        self.number += 1;
        self.read = self.read.saturating_add(read);
        if read > MAX_PHYSICAL_LINE {
            return Err(Reason::LineTooLong(self.number));
        }
        if self.read > MAX_FILE {
            return Err(Reason::TooLarge(MAX_FILE));
        }
        while let Some(b'\n' | b'\r') = line.last() {
            line.pop();
        }
        Ok(read > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Reason, Value, may_interest, read};
    use std::io::{BufReader, Read};

    fn values(text: &str) -> Vec<(Kind, u64, Option<Vec<u8>>)> {
        let mut values = Vec::new();
        read(text.as_bytes(), |v: Value| values.push((v.kind, v.line, v.octets.ok()))).unwrap();
        values
    }

    #[test]
    fn folds_cases_and_line_ends_are_those_of_the_standard() {
        let text = "version: 1\r\n\r\ndn: cn=x,\r\n c=XX\r\nusercertificate;BINARY:: AQ\r\n ID\r\ncn: y\r\n\r\n\
                    dn:: Y249eg==\nuserCert\n ificate;binary\n :: BA\n UG\nCertificateRevocationList;binary:: Bw==\n\
                    pkdMasterListContent:: CA==\nuserCertificateX:: AQID\nuser: AQID\nuserCertificate;binary:: ***\n\
                    userCertificate;binary:< file:///etc/passwd\n";
        assert_eq!(
            values(text),
            [
                (Kind::Certificate, 5, Some(vec![1, 2, 3])),
                (Kind::Certificate, 10, Some(vec![4, 5, 6])),
                (Kind::Crl, 14, Some(vec![7])),
                (Kind::MasterList, 15, Some(vec![8])),
                (Kind::Certificate, 18, None),
                (Kind::Certificate, 19, None),
            ]
        );
    }

    #[test]
    fn names_that_are_no_prefix_of_a_wanted_one_are_dropped_at_once() {
        assert!(may_interest(b"userCertificate;binary:: AQID"));
        assert!(may_interest(b"userCer"));
        assert!(!may_interest(b"userCer: x"));
        assert!(!may_interest(b"pkdConformanceText: ERR"));
        assert!(!may_interest(b""));
    }

    #[test]
    fn a_line_without_end_is_refused_and_not_kept() {
        let endless = BufReader::new(std::io::repeat(b'A').take(40 << 20));
        assert_eq!(read(endless, |_| {}).unwrap_err(), Reason::LineTooLong(1));
        let folded =
            "userCertificate;binary:: AAAA\n".to_owned() + &format!(" {}\n", "A".repeat(1 << 20)).repeat(33);
        assert_eq!(read(folded.as_bytes(), |_| {}).unwrap_err(), Reason::LineTooLong(1));
        // Ten million continuations of a line that is of no interest are passed over.
        let dull =
            BufReader::new(std::io::Cursor::new(b"description: x\n".to_vec()).chain(Folds(10_000_000)));
        assert!(read(dull, |_| panic!("no value")).is_ok());
    }

    /// Continuation lines of two characters.
    struct Folds(usize);

    impl Read for Folds {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let mut written = 0;
            for chunk in buffer.chunks_exact_mut(3) {
                if self.0 == 0 {
                    break;
                }
                chunk.copy_from_slice(b" x\n");
                self.0 -= 1;
                written += 3;
            }
            Ok(written)
        }
    }
}
