//! `verifier trust history`: the snapshots of the store, newest first.

use std::io::Write as _;

use serde_json::{Value, json};
use verifier_core::trust::Act;

use super::trust_list::rfc3339;
use crate::args::TrustListArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{show, store};

/// Prints each snapshot with what was done to reach it.
pub(crate) fn run(args: &TrustListArgs) -> Result<Exit, Failure> {
    let (store, _) = store::open(&args.store)?;
    let steps = store.history().map_err(Failure::say)?;
    if args.json {
        let mut out = show::json_out();
        for step in &steps {
            let acts: Vec<Value> = step.acts.iter().map(|act| Value::String(words(act))).collect();
            let line = json!({
                "sha256": hex::encode(step.sha256), "made_at": step.made_at.map(rfc3339), "acts": acts,
                "anchors": step.anchors, "signers": step.signers, "crls": step.crls,
            });
            show::json_line(&mut out, &line)?;
        }
        out.flush()?;
        return Ok(Exit::Successful);
    }
    let mut out = show::out();
    for step in &steps {
        let made = step.made_at.map_or_else(|| "at the beginning".to_owned(), rfc3339);
        writeln!(
            out,
            "{} {made}: {} anchors, {} signers, {} CRLs",
            hex::encode(step.sha256),
            step.anchors,
            step.signers,
            step.crls
        )?;
        for act in &step.acts {
            writeln!(out, "    {}", show::harmless(&words(act)))?;
        }
    }
    Ok(Exit::Successful)
}

fn words(act: &Act) -> String {
    match act {
        Act::Imported { name, kind, sha256, taken } => {
            format!("imported {name} ({}), {taken} new, SHA-256 {}", kind.name(), hex::encode(sha256))
        }
        Act::Pinned(sha256) => format!("pinned {}", hex::encode(sha256)),
        Act::Removed(sha256) => format!("removed {}", hex::encode(sha256)),
        _ => "another act".to_owned(),
    }
}
