//! PEM (RFC 7468): any number of blocks in a file, with or without text between them.

use crate::import::report::Reason;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Blocks that are read from one file.
pub(crate) const MAX_BLOCKS: usize = 20_000;

/// Whether there is a block near the beginning; DER never looks so.
pub(crate) fn is_pem(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(64 << 10)).unwrap_or_default();
    start.first() != Some(&0x30) && start.windows(BEGIN.len()).any(|window| window == BEGIN.as_bytes())
}

/// The content of a file that is nothing but base64, as some programs export certificates.
pub(crate) fn without_frame(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
    // The first six bits of a SEQUENCE.
    if text.first() != Some(&b'M') {
        return None;
    }
    let digits: Vec<u8> = text.iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect();
    STANDARD.decode(digits).ok()
}

/// Labels and contents of all blocks.
pub(crate) fn blocks(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Reason> {
    let malformed =
        |line: usize, what: &str| Err(Reason::Malformed(format!("PEM, line {}: {what}", line + 1)));
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{FEFF}');
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(label) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES)) {
            if open.is_some() {
                return malformed(number, "a block begins inside another");
            }
            open = Some((label.to_owned(), String::new()));
        } else if let Some(label) = line.strip_prefix(END).and_then(|rest| rest.strip_suffix(DASHES)) {
            match open.take() {
                Some((begun, digits)) if begun == label => match STANDARD.decode(&digits) {
                    Ok(content) => blocks.push((begun, content)),
                    Err(_) => return malformed(number, "the block that ends here is not base64"),
                },
                _ => return malformed(number, "no such block was begun"),
            }
            if blocks.len() > MAX_BLOCKS {
                return Err(Reason::TooMany(MAX_BLOCKS));
            }
        } else if let Some((_, digits)) = &mut open {
            // Headers of RFC 1421 stand before the digits.
            if !line.contains(':') {
                digits.push_str(line);
            }
        }
    }
    match open {
        Some(_) => malformed(text.lines().count(), "a block does not end"),
        None => Ok(blocks),
    }
}
