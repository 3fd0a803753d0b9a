//! `verifier trust diff`: what changed between two snapshots.

use std::io::Write as _;

use serde_json::{Value, json};
use verifier_core::trust::{Snapshot, Source, StoredCertificate, TrustStore, difference};

use super::trust_list::{line, rfc3339, value};
use crate::args::TrustDiffArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{show, store};

/// Prints added, removed and changed certificates.
pub(crate) fn run(args: &TrustDiffArgs) -> Result<Exit, Failure> {
    let (store, current) = store::open(&args.store)?;
    let from = named(&store, &args.from)?;
    let to = args.to.as_deref().map_or(Ok(current), |name| named(&store, name))?;
    let difference = difference(&from, &to);
    // CRLs and lists of defects change a store, too, and have no certificate to show.
    let is_new = |source: &&Source| difference.new_sources.contains(&source.sha256);
    let files: Vec<&Source> = to.sources().iter().filter(is_new).collect();
    let parts = [("+", &difference.added), ("-", &difference.removed), ("~", &difference.changed)];
    if args.json {
        let list = |stored: &[StoredCertificate]| stored.iter().map(value).collect::<Vec<Value>>();
        let object = json!({
            "from": hex::encode(from.sha256()), "to": hex::encode(to.sha256()),
            "added": list(&difference.added), "removed": list(&difference.removed), "changed": list(&difference.changed),
            "new_sources": files.iter().map(|source| json!({
                "kind": source.kind.name(), "name": source.name, "sha256": hex::encode(source.sha256),
                "signed_at": source.signed_at.map(rfc3339),
            })).collect::<Vec<Value>>(),
        });
        let mut out = show::json_out();
        show::json_line(&mut out, &object)?;
        out.flush()?;
        return Ok(Exit::Successful);
    }
    let mut out = show::out();
    for (mark, list) in parts {
        for stored in list {
            writeln!(out, "{mark} {}", line(stored))?;
        }
    }
    for source in &files {
        let signed = source.signed_at.map_or_else(String::new, |at| format!(" of {}", at.date()));
        let text = format!("{}{signed} {}", source.kind.name(), source.name);
        writeln!(out, "+ {}, SHA-256 {}", show::harmless(&text), hex::encode(source.sha256))?;
    }
    writeln!(
        out,
        "{} added, {} removed, {} changed",
        difference.added.len(),
        difference.removed.len(),
        difference.changed.len()
    )?;
    Ok(Exit::Successful)
}

/// The one snapshot of the history whose hash begins with these digits.
fn named(store: &TrustStore, digits: &str) -> Result<Snapshot, Failure> {
    let steps = store.history().map_err(Failure::say)?;
    let mut matching =
        steps.iter().filter(|step| hex::encode(step.sha256).starts_with(&digits.to_ascii_lowercase()));
    match (matching.next(), matching.next()) {
        (Some(step), None) => store.read(&step.sha256).map_err(Failure::say),
        (None, _) => {
            Err(Failure::say(format_args!("{digits}: no snapshot of this store's history begins so")))
        }
        (Some(_), Some(_)) => {
            Err(Failure::say(format_args!("{digits}: several snapshots begin so; give more digits")))
        }
    }
}
