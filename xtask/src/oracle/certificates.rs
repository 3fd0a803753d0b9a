//! Certificates as files for OpenSSL: taken out of the list, cut into signed part and signature.

use std::path::Path;

use super::openssl::call;

/// Length of identifier and length octets, and of the whole element. Definite lengths, one-octet tags.
fn extent(octets: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*octets.get(1)?);
    if first < 0x80 {
        return Some((2, 2 + first));
    }
    let digits = octets.get(2..2 + (first & 0x7F))?;
    let length = digits
        .iter()
        .try_fold(0usize, |sum, octet| sum.checked_mul(256)?.checked_add(usize::from(*octet)))?;
    let header = 2 + digits.len();
    Some((header, header.checked_add(length)?))
}

/// The elements inside the first element of `octets`.
fn children(octets: &[u8]) -> Option<Vec<&[u8]>> {
    let (header, whole) = extent(octets)?;
    let mut rest = octets.get(header..whole)?;
    let mut list = Vec::new();
    while !rest.is_empty() {
        let (one, more) = rest.split_at_checked(extent(rest)?.1)?;
        list.push(one);
        rest = more;
    }
    Some(list)
}

/// Content of EF.SOD: what stands behind its tag 77 and its length.
pub(super) fn inside(file: &[u8]) -> Option<&[u8]> {
    let (header, _) = extent(file)?;
    file.get(header..)
}

/// Signed part and signature value of a certificate.
pub(super) fn parts(certificate: &[u8]) -> Option<(&[u8], &[u8])> {
    let parts = children(certificate)?;
    let [signed, _, bits] = parts.as_slice() else { return None };
    let (header, whole) = extent(bits)?;
    Some((signed, bits.get(header + 1..whole)?))
}

/// The certificates of a master list: OpenSSL opens the signature, this cuts the set. A PEM file of all of them is
/// left in the folder as `roots.pem`.
pub(super) fn of_list(list: &Path, work: &Path) -> Result<Vec<Vec<u8>>, String> {
    let shown = list.display();
    let path = list.to_string_lossy();
    let arguments = ["cms", "-verify", "-noverify", "-inform", "DER", "-in", &path, "-out", "list.der"];
    let answer = call(work, &arguments)?;
    if !answer.success {
        return Err(format!("{shown}: {}", answer.reason()));
    }
    let content = std::fs::read(work.join("list.der")).map_err(|error| format!("{shown}: {error}"))?;
    let cut = || {
        let parts = children(&content)?;
        let set = children(parts.get(1)?)?;
        Some(set.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
    };
    let certificates = cut().ok_or_else(|| format!("{shown}: not a list"))?;
    let mut pem = String::new();
    for certificate in &certificates {
        std::fs::write(work.join("one.der"), certificate).map_err(|error| error.to_string())?;
        pem += &call(work, &["base64", "-in", "one.der"]).map(|answer| armour(&answer.stdout))?;
    }
    std::fs::write(work.join("roots.pem"), pem).map_err(|error| error.to_string())?;
    Ok(certificates)
}

/// Base64 lines as a PEM certificate.
pub(super) fn armour(base64: &str) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64.trim_end())
}
