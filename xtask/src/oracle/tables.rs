//! The two tables: security objects, and the signers of the directory.

use std::path::Path;

use super::DAY;
use super::certificates::{armour, inside, parts};
use super::openssl::call;
use crate::shell::Chore;

/// Flags under which OpenSSL looks at nothing but names, key identifiers and signatures: any trusted certificate
/// ends a chain, time and strength of algorithms are no matter of this table.
const CHAIN: [&str; 8] = [
    "verify",
    "-partial_chain",
    "-no_check_time",
    "-ignore_critical",
    "-auth_level",
    "0",
    "-trusted",
    "roots.pem",
];
/// `X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY`.
const NO_ISSUER: u32 = 20;
/// `X509_V_ERR_CERT_SIGNATURE_FAILURE`.
const SIGNATURE: u32 = 7;
/// `X509_V_ERR_EC_KEY_EXPLICIT_PARAMS`: OpenSSL builds no chain over explicit curve parameters.
const EXPLICIT: u32 = 94;

type Table = Vec<Vec<String>>;

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| cell.replace(['\t', '\n'], " ")).collect()
}

/// Writes a table, one row a line, cells separated by tabs.
pub(super) fn write(path: &Path, table: &Table) -> Chore {
    let text: String = table.iter().map(|row| format!("{}\n", row.join("\t"))).collect();
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// One row a security object: structure, signature, signer, chain, how the chain was judged, state, validity of the
/// signer on the day, reason.
pub(super) fn security_objects(corpus: &Path, work: &Path, roots: &[Vec<u8>]) -> Result<Table, String> {
    let header =
        ["file", "structure", "signature", "signer", "chain", "judged by", "state", "validity", "reason"];
    let mut table = vec![row(&header)];
    for path in files(&corpus.join("sods"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = std::fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
        table.push(security_object(&name, &file, work, roots).map_err(|error| format!("{name}: {error}"))?);
    }
    Ok(table)
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    Ok(files)
}

fn security_object(name: &str, file: &[u8], work: &Path, roots: &[Vec<u8>]) -> Result<Vec<String>, String> {
    let say = |error: std::io::Error| error.to_string();
    std::fs::write(work.join("sod.der"), inside(file).unwrap_or_default()).map_err(say)?;
    for stale in ["content", "signer.pem"] {
        let _ = std::fs::remove_file(work.join(stale));
    }
    let printed = call(work, &["cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", "sod.der"])?;
    if !printed.success {
        return Ok(row(&[name, "malformed", "-", "-", "-", "-", "-", "-", &printed.reason()]));
    }
    let verify = ["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", "sod.der"];
    let signed = call(work, &[&verify[..], &["-out", "content", "-signer", "signer.pem"]].concat())?;
    let signature = if signed.success { "valid" } else { "failed" };
    if !signed.success {
        // The signer's certificate all the same: the only one, or OpenSSL cannot say which.
        call(work, &["pkcs7", "-inform", "DER", "-in", "sod.der", "-print_certs", "-out", "signer.pem"])?;
    }
    let found = call(work, &["x509", "-in", "signer.pem", "-noout"])?.success;
    if !found {
        return Ok(row(&[name, "cms", signature, "none", "-", "-", "-", "-", &signed.reason()]));
    }
    let (chain, judge, reason) = chain(work, roots)?;
    let reason = if signed.success { reason } else { signed.reason() };
    let (state, validity) = (state(work)?, validity(work)?);
    Ok(row(&[name, "cms", signature, "found", &chain, &judge, &state, &validity, &reason]))
}

/// The chain of `signer.pem`: `openssl verify`, and where that does not take explicit parameters, the signature on
/// the certificate under the key of each root that bears the wanted key identifier.
fn chain(work: &Path, roots: &[Vec<u8>]) -> Result<(String, String, String), String> {
    let answer = call(work, &[&CHAIN[..], &["signer.pem"]].concat())?;
    let judged =
        |chain: &str, judge: &str, reason: &str| Ok((chain.to_owned(), judge.to_owned(), reason.to_owned()));
    if answer.success {
        return judged("verified", "openssl verify", "OK");
    }
    match answer.verify_error() {
        // Names that are spelt in two ways are two names to OpenSSL, so the key identifier is asked as well.
        Some((NO_ISSUER | EXPLICIT, _)) => by_signature(work, roots),
        Some((SIGNATURE, words)) => judged("refused", "openssl verify", &words),
        Some((number, words)) => judged("unknown", "openssl verify", &format!("error {number}: {words}")),
        None => judged("unknown", "openssl verify", &answer.reason()),
    }
}

/// The chain of `signer.pem` by OpenSSL's bare signature check.
fn by_signature(work: &Path, roots: &[Vec<u8>]) -> Result<(String, String, String), String> {
    let say = |error: std::io::Error| error.to_string();
    let judge = "openssl dgst".to_owned();
    let wanted = key_identifier(work)?;
    call(work, &["x509", "-in", "signer.pem", "-outform", "DER", "-out", "signer.der"])?;
    let signer = std::fs::read(work.join("signer.der")).map_err(say)?;
    let Some((signed, signature)) = parts(&signer) else {
        return Err("the signer's certificate does not cut".into());
    };
    std::fs::write(work.join("signed"), signed).map_err(say)?;
    std::fs::write(work.join("signature"), signature).map_err(say)?;
    let Some(flags) = signature_flags(work)? else {
        return Ok((
            "unknown".to_owned(),
            judge,
            "a signature algorithm that this table does not call".to_owned(),
        ));
    };
    let bears =
        |root: &&Vec<u8>| !wanted.is_empty() && root.windows(wanted.len()).any(|window| window == wanted);
    let mut tried = 0;
    for root in roots.iter().filter(bears) {
        std::fs::write(work.join("root.der"), root).map_err(say)?;
        let key = call(work, &["x509", "-inform", "DER", "-in", "root.der", "-noout", "-pubkey"])?;
        std::fs::write(work.join("key.pem"), key.stdout).map_err(say)?;
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let files = ["-verify", "key.pem", "-signature", "signature", "signed"];
        tried += 1;
        if call(work, &[&["dgst"], &flags[..], &files].concat())?.success {
            return Ok((
                "verified".to_owned(),
                judge,
                format!("under one of {tried} with its key identifier"),
            ));
        }
    }
    // A root may bear the identifier as its own authority's: only one that bears it and verifies counts.
    let chain = if tried == 0 { "no anchor" } else { "refused" };
    Ok((chain.to_owned(), judge, format!("{tried} roots with its key identifier")))
}

/// Octets of the authority key identifier, as OpenSSL prints it.
fn key_identifier(work: &Path) -> Result<Vec<u8>, String> {
    let answer = call(work, &["x509", "-in", "signer.pem", "-noout", "-ext", "authorityKeyIdentifier"])?;
    let line =
        answer.stdout.lines().map(str::trim).find(|line| line.contains(':') && !line.contains("X509v3"));
    let digits = line.unwrap_or_default().trim_start_matches("keyid:");
    Ok(digits.split(':').filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect())
}

/// Flags of `openssl dgst` for the algorithm of the signature on `signer.pem`.
fn signature_flags(work: &Path) -> Result<Option<Vec<String>>, String> {
    let text = call(work, &["x509", "-in", "signer.pem", "-noout", "-text"])?.stdout;
    let value = |name: &str| text.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    let name = value("Signature Algorithm:").unwrap_or_default().to_ascii_lowercase();
    let plain = name.strip_prefix("ecdsa-with-").or_else(|| name.strip_suffix("withrsaencryption"));
    if let Some(hash) = plain {
        return Ok(Some(vec![format!("-{hash}")]));
    }
    if name != "rsassapss" {
        return Ok(None);
    }
    let hash = value("Hash Algorithm:").unwrap_or("sha1").split(' ').next().unwrap_or_default().to_owned();
    let padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:auto"].map(str::to_owned);
    Ok(Some([vec![format!("-{hash}")], padding.to_vec()].concat()))
}

/// Country of the signer's issuer.
fn state(work: &Path) -> Result<String, String> {
    let answer = call(work, &["x509", "-in", "signer.pem", "-noout", "-issuer", "-nameopt", "multiline"])?;
    let country = answer.stdout.lines().find_map(|line| line.trim().strip_prefix("countryName"));
    Ok(country.map_or_else(|| "none".to_owned(), |value| value.trim_start_matches([' ', '=']).to_owned()))
}

/// Whether the signer is valid on the day.
fn validity(work: &Path) -> Result<String, String> {
    let answer = call(work, &["x509", "-in", "signer.pem", "-noout", "-dates", "-dateopt", "iso_8601"])?;
    let time = |name: &str| answer.stdout.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let (Some(from), Some(to)) = (time("notBefore="), time("notAfter=")) else {
        return Ok("unknown".to_owned());
    };
    let day = format!("{DAY} 00:00:00Z");
    let word = if day < from {
        "before"
    } else if day > to {
        "after"
    } else {
        "inside"
    };
    Ok(word.to_owned())
}

/// One row a signer certificate of the directory's file: SHA-256 of the certificate, chain, reason.
pub(super) fn signers(corpus: &Path, work: &Path, roots: &[Vec<u8>]) -> Result<Table, String> {
    let mut table = vec![row(&["sha256", "chain", "judged by", "reason"])];
    let mut names = Vec::new();
    for path in files(&corpus.join("ldif"))? {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let text = text.replace("\r\n", "\n").replace("\n ", "");
        for value in text.lines().filter_map(|line| line.split_once(":: ")) {
            if value.0.eq_ignore_ascii_case("userCertificate;binary") {
                let name = format!("signer-{}.pem", names.len());
                let pem = armour(&chunks(value.1, 64).join("\n"));
                std::fs::write(work.join(&name), pem).map_err(|error| error.to_string())?;
                names.push(name);
            }
        }
    }
    // One call for all: reading the roots takes longer than verifying.
    let arguments: Vec<&str> = CHAIN.into_iter().chain(names.iter().map(String::as_str)).collect();
    let answer = call(work, &arguments)?;
    for name in &names {
        let print = call(work, &["x509", "-in", name, "-noout", "-fingerprint", "-sha256"])?;
        let digits =
            print.stdout.rsplit('=').next().unwrap_or_default().trim().replace(':', "").to_lowercase();
        if answer.stdout.lines().any(|line| line == format!("{name}: OK")) {
            table.push(row(&[&digits, "verified", "openssl verify", "OK"]));
            continue;
        }
        std::fs::copy(work.join(name), work.join("signer.pem")).map_err(|error| error.to_string())?;
        let (chain, judge, reason) = by_signature(work, roots)?;
        table.push(row(&[&digits, &chain, &judge, &reason]));
    }
    Ok(table)
}

fn chunks(text: &str, width: usize) -> Vec<&str> {
    let mut rest = text;
    let mut list = Vec::new();
    while let Some((one, more)) = rest.split_at_checked(width) {
        list.push(one);
        rest = more;
    }
    list.push(rest);
    list
}
