//! `verifier trust list`: every certificate of the store, one a line.

use std::io::Write as _;

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use verifier_core::trust::{Standing, StoredCertificate};

use crate::args::TrustListArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{show, store};

/// Prints anchors and signers in the order of the store.
pub(crate) fn run(args: &TrustListArgs) -> Result<Exit, Failure> {
    let snapshot = store::open(&args.store)?.1;
    if args.json {
        let mut out = show::json_out();
        for stored in snapshot.certificates() {
            show::json_line(&mut out, &value(&stored))?;
        }
        out.flush()?;
        return Ok(Exit::Successful);
    }
    let mut out = show::out();
    writeln!(
        out,
        "snapshot {}: {} anchors, {} signers, {} CRLs",
        hex::encode(snapshot.sha256()),
        snapshot.anchors(),
        snapshot.signers(),
        snapshot.crl_count()
    )?;
    for stored in snapshot.certificates() {
        writeln!(out, "{}", line(&stored))?;
    }
    Ok(Exit::Successful)
}

/// One certificate in one line for people.
pub(crate) fn line(stored: &StoredCertificate) -> String {
    let certificate = &stored.certificate;
    let hash = hex::encode(certificate.sha256());
    let mut marks = String::new();
    for (mark, set) in [("pinned", stored.pinned), ("unsigned", stored.unsigned), ("utopia", stored.utopia)] {
        if set {
            marks.push(' ');
            marks.push_str(mark);
        }
    }
    format!(
        "{:<3} {} {} {}{marks}  {}",
        show::harmless(&stored.country),
        hash.get(..16).unwrap_or(&hash),
        standing(stored),
        until(stored),
        certificate.subject()
    )
}

/// One certificate as JSON.
pub(crate) fn value(stored: &StoredCertificate) -> Value {
    let certificate = &stored.certificate;
    let sources: Vec<Value> = stored
        .sources
        .iter()
        .map(|source| {
            json!({
                "kind": source.kind.name(), "name": source.name, "sha256": hex::encode(source.sha256),
                "imported_at": rfc3339(source.imported_at), "signed_at": source.signed_at.map(rfc3339),
                "signer": source.signer, "rests_on": source.rests_on.map(hex::encode), "by": source.by,
                "forced": source.forced,
            })
        })
        .collect();
    json!({
        "sha256": hex::encode(certificate.sha256()), "country": stored.country, "standing": standing(stored),
        "pinned": stored.pinned, "unsigned": stored.unsigned, "utopia": stored.utopia,
        "subject": certificate.subject().to_string(), "issuer": certificate.issuer().to_string(),
        "serial": hex::encode(certificate.serial()),
        "not_before": rfc3339(certificate.validity().not_before), "not_after": rfc3339(certificate.validity().not_after),
        "subject_key_identifier": certificate.subject_key_identifier().map(hex::encode),
        "authority_key_identifier": certificate.authority_key_identifier().map(hex::encode),
        "key": certificate.public_key().description(),
        "signature": certificate.signature_algorithm().map_or_else(ToString::to_string, ToString::to_string),
        "sources": sources,
    })
}

const fn standing(stored: &StoredCertificate) -> &'static str {
    match stored.standing {
        Standing::Anchor => "anchor",
        Standing::Signer => "signer",
        _ => "other",
    }
}

fn until(stored: &StoredCertificate) -> String {
    let validity = stored.certificate.validity();
    format!("{} to {}", validity.not_before.date(), validity.not_after.date())
}

/// An instant as the contracts write it.
pub(crate) fn rfc3339(at: time::OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}
