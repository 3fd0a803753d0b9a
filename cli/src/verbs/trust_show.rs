//! `verifier trust show`: certificates found by fingerprint, key identifier or subject.

use std::io::Write as _;
use std::sync::Arc;

use time::OffsetDateTime;
use verifier_chip::pki::Certificate;
use verifier_chip::pki::signature::Verdict;
use verifier_core::trust::{Snapshot, Source, StoredCertificate};
use verifier_mrz::states::Code3;

use super::trust_coverage::age;
use super::trust_list::{line, rfc3339, value};
use crate::args::TrustShowArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{clock, show, store};

/// How many certificates are shown with everything about them.
const MAX_WHOLE: usize = 40;
/// How many links of one kind are written out.
const MAX_SHOWN: usize = 20;

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
    let now = clock::instant(None)?;
    let mut out = show::out();
    for stored in found.iter().take(MAX_WHOLE) {
        print(&mut out, &snapshot, stored, now)?;
    }
    // Links are found by trying signatures: for thousands of one name that would take hours.
    for stored in found.iter().skip(MAX_WHOLE) {
        writeln!(out, "{}", line(stored))?;
    }
    if found.len() > MAX_WHOLE {
        writeln!(
            out,
            "{} certificates match; the first {MAX_WHOLE} are shown whole, name one by its digits to see it",
            found.len()
        )?;
    }
    Ok(Exit::Successful)
}

/// One certificate: what it is, where it came from, what it is linked to, what revokes it.
fn print(
    out: &mut impl std::io::Write,
    snapshot: &Snapshot,
    stored: &StoredCertificate,
    now: OffsetDateTime,
) -> Result<(), Failure> {
    let certificate = &stored.certificate;
    writeln!(out, "{}", line(stored))?;
    writeln!(out, "    issuer   {}", certificate.issuer())?;
    writeln!(out, "    serial   {}", hex::encode(certificate.serial()))?;
    writeln!(out, "    SHA-256  {}", hex::encode(certificate.sha256()))?;
    let validity = certificate.validity();
    let state = if now < validity.not_before {
        "not valid yet"
    } else if now > validity.not_after {
        "expired"
    } else {
        "valid now"
    };
    writeln!(
        out,
        "    validity {} to {}, {state}",
        rfc3339(validity.not_before),
        rfc3339(validity.not_after)
    )?;
    if let Some(period) = certificate.private_key_usage_period() {
        let day = |at: Option<OffsetDateTime>| at.map_or_else(|| "open".to_owned(), rfc3339);
        writeln!(out, "    key used {} to {}", day(period.not_before), day(period.not_after))?;
    }
    writeln!(out, "    key      {}", certificate.public_key().description())?;
    match certificate.signature_algorithm() {
        Ok(algorithm) => writeln!(out, "    signed   {algorithm}")?,
        Err(reason) => writeln!(out, "    signed   unsupported ({reason})")?,
    }
    let digits = |key: Option<&[u8]>| key.map_or_else(|| "none".to_owned(), hex::encode);
    writeln!(out, "    key id   {}", digits(certificate.subject_key_identifier()))?;
    writeln!(out, "    issuer's {}", digits(certificate.authority_key_identifier()))?;
    if stored.pinned {
        writeln!(out, "    pinned   by the operator")?;
    }
    for source in &stored.sources {
        writeln!(out, "    from     {}", show::harmless(&provenance(source)))?;
    }
    match certificate.verify_self_signature() {
        Verdict::Valid { .. } => writeln!(out, "    issued   by its own key")?,
        _ => {
            let issuers = snapshot.issuers_of(certificate);
            links(out, "issued   by", &issuers)?;
            if issuers.is_empty() {
                writeln!(out, "    issued   by a key that the store does not hold")?;
            }
        }
    }
    links(out, "issues  ", &snapshot.issued_by(certificate))?;
    writeln!(out, "    CRL      {}", revocation(snapshot, stored, now))?;
    for finding in certificate.findings() {
        writeln!(out, "    departs  {}", show::harmless(&finding.to_string()))?;
    }
    Ok(())
}

/// The file, who signed it and when, when it was taken and by whom.
fn provenance(source: &Source) -> String {
    let mut text = format!("{} {}", source.kind.name(), source.name);
    if let Some(signer) = &source.signer {
        text.push_str(&format!(" signed by {signer}"));
    }
    if let Some(at) = source.signed_at {
        text.push_str(&format!(" at {}", rfc3339(at)));
    }
    text.push_str(&format!(", imported {}", rfc3339(source.imported_at)));
    if !source.by.is_empty() {
        text.push_str(&format!(" by {}", source.by));
    }
    if source.forced {
        text.push_str(", forced");
    }
    text
}

/// At most [`MAX_SHOWN`] linked certificates, one a line.
fn links(out: &mut impl std::io::Write, word: &str, others: &[Arc<Certificate>]) -> Result<(), Failure> {
    for other in others.iter().take(MAX_SHOWN) {
        let hash = hex::encode(other.sha256());
        let validity = other.validity();
        writeln!(
            out,
            "    {word} {} {} to {}  {}",
            hash.get(..16).unwrap_or(&hash),
            validity.not_before.date(),
            validity.not_after.date(),
            other.subject()
        )?;
    }
    if others.len() > MAX_SHOWN {
        writeln!(out, "    {word} {} more", others.len().saturating_sub(MAX_SHOWN))?;
    }
    Ok(())
}

/// Revoked when and by which list, or how old the list is that does not name it.
fn revocation(snapshot: &Snapshot, stored: &StoredCertificate, now: OffsetDateTime) -> String {
    if let Some((entry, crl)) = snapshot.revocation(&stored.certificate) {
        let reason = entry.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
        return format!(
            "REVOKED {}{reason}, says the list of {}",
            rfc3339(entry.at),
            rfc3339(crl.this_update())
        );
    }
    match snapshot.newest_crl_of(&stored.certificate) {
        None => "none of its issuer in the store".to_owned(),
        Some(crl) => {
            let overdue = if crl.next_update().is_some_and(|next| next < now) { ", overdue" } else { "" };
            let at = crl.this_update();
            format!("not named by the list of {} ({}{overdue})", rfc3339(at), age(at, now))
        }
    }
}

fn find(snapshot: &Snapshot, what: &str) -> Vec<StoredCertificate> {
    let by_digits = snapshot.find(what);
    if !by_digits.is_empty() {
        return by_digits;
    }
    // Two or three letters that are a state's code mean the state, not every name with those letters.
    if let Some(code) = state(what) {
        let of_state: Vec<_> = snapshot.certificates().filter(|stored| stored.country == code).collect();
        if !of_state.is_empty() {
            return of_state;
        }
    }
    let wanted = what.to_lowercase();
    let matches = |stored: &StoredCertificate| {
        stored.certificate.subject().to_string().to_lowercase().contains(&wanted)
    };
    snapshot.certificates().filter(matches).collect()
}

/// The two-letter code in capitals that a word of two or three letters stands for.
fn state(what: &str) -> Option<String> {
    let upper = what.to_ascii_uppercase();
    if upper.len() == 2 {
        return Some(upper);
    }
    Code3::parse(&upper)?.two_letter().map(|code| code.as_str().to_owned())
}
