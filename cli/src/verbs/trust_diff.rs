//! `verifier trust diff`: what changed between two snapshots.

use std::io::Write as _;

use serde_json::{Value, json};
use verifier_core::trust::{Snapshot, StoredCertificate, TrustStore, difference};

use super::trust_list::{line, value};
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
    let parts = [("+", &difference.added), ("-", &difference.removed), ("~", &difference.changed)];
    if args.json {
        let list = |stored: &[StoredCertificate]| stored.iter().map(value).collect::<Vec<Value>>();
        let object = json!({
            "from": hex::encode(from.sha256()), "to": hex::encode(to.sha256()),
            "added": list(&difference.added), "removed": list(&difference.removed), "changed": list(&difference.changed),
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
