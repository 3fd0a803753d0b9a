//! `verifier trust show`: certificates found by fingerprint, key identifier or subject.

use std::io::Write as _;

use verifier_core::trust::{Snapshot, StoredCertificate};

use super::trust_list::{line, rfc3339, value};
use crate::args::TrustShowArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{show, store};

/// Prints what matches; nothing that matches is the operator's error.
pub(crate) fn run(args: &TrustShowArgs) -> Result<Exit, Failure> {
    let snapshot = store::open(&args.store)?.1;
    let found = find(&snapshot, &args.what);
    if found.is_empty() {
        return Err(Failure::say(format_args!("no certificate of the store matches {:?}", args.what)));
    }
    if args.json {
        let mut out = show::json_out();
        for stored in &found {
            show::json_line(&mut out, &value(stored))?;
        }
        out.flush()?;
        return Ok(Exit::Successful);
    }
    let mut out = show::out();
    for stored in &found {
        let certificate = &stored.certificate;
        writeln!(out, "{}", line(stored))?;
        writeln!(out, "    issuer   {}", certificate.issuer())?;
        writeln!(out, "    serial   {}", hex::encode(certificate.serial()))?;
        writeln!(out, "    SHA-256  {}", hex::encode(certificate.sha256()))?;
        if let Some(key) = certificate.subject_key_identifier() {
            writeln!(out, "    key id   {}", hex::encode(key))?;
        }
        for source in &stored.sources {
            writeln!(
                out,
                "    from     {} {} imported {}",
                source.kind.name(),
                source.name,
                rfc3339(source.imported_at)
            )?;
        }
        for finding in certificate.findings() {
            writeln!(out, "    departs  {finding}")?;
        }
    }
    Ok(Exit::Successful)
}

fn find(snapshot: &Snapshot, what: &str) -> Vec<StoredCertificate> {
    let by_digits = snapshot.find(what);
    if !by_digits.is_empty() {
        return by_digits;
    }
    let wanted = what.to_lowercase();
    let matches = |stored: &StoredCertificate| {
        stored.certificate.subject().to_string().to_lowercase().contains(&wanted)
    };
    snapshot.certificates().filter(matches).collect()
}
