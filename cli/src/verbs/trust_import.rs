//! `verifier trust import`: files that somebody sent, certificates that somebody vouches for.

use std::io::Write as _;

use serde_json::{Value, json};
use verifier_core::trust::{FileReport, Import, ImportReport, Reason, Standing, TrustStore};

use super::trust_list::rfc3339;
use crate::args::TrustImportArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{clock, show, store};

/// Imports all files in one act. Exit 0 when everything was taken or known, 3 when something was refused, 2 when a
/// file cannot be read or is nothing that can be imported; the others are imported all the same.
pub(crate) fn run(args: &TrustImportArgs) -> Result<Exit, Failure> {
    if args.files.is_empty() && args.pin.is_empty() {
        return Err(Failure::say("nothing to import: name files, or certificates with --pin"));
    }
    any_there(args.files.iter().chain(&args.pin))?;
    let mut import =
        Import::new(clock::instant(args.at.as_deref())?).unsigned(args.unsigned).force(args.force);
    if let Some(user) = std::env::var_os("USER") {
        import = import.by(&user.to_string_lossy());
    }
    for certificate in &args.pin {
        import = import.pin(certificate);
    }
    for file in &args.files {
        import = import.file(file);
    }
    let place = store::place(&args.store)?;
    let store = TrustStore::open_or_create(&place.folder).map_err(Failure::say)?;
    let report = store.import(&import).map_err(Failure::say)?;
    print(&report, args.json)?;
    Ok(exit(&report))
}

/// Where not one of the files is there, no store is begun. A file that is missing beside others stands in the report.
/// Nothing is opened: a pipe would hang.
pub(crate) fn any_there<'f>(files: impl Iterator<Item = &'f std::path::PathBuf>) -> Result<(), Failure> {
    let mut missing = None;
    for file in files {
        match std::fs::metadata(file) {
            Ok(_) => return Ok(()),
            Err(error) => missing = missing.or(Some(Failure::about(file, error))),
        }
    }
    missing.map_or(Ok(()), Err)
}

/// 2 when a whole file is nothing that can be read, else 3 when something was refused, else 0.
pub(crate) fn exit(report: &ImportReport) -> Exit {
    let whole_files = report.files.iter().flat_map(|file| &file.refused).filter(|item| item.item.is_empty());
    if whole_files.map(|item| &item.reason).any(Reason::is_unreadable) {
        Exit::Unusable
    } else if report.has_refusals() {
        Exit::Undetermined
    } else {
        Exit::Successful
    }
}

/// Prints what became of each file.
pub(crate) fn print(report: &ImportReport, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let mut out = show::json_out();
        show::json_line(&mut out, &object(report))?;
        out.flush()?;
        return Ok(());
    }
    let mut out = show::out();
    for pin in &report.pinned {
        let state = if pin.new { "pinned" } else { "pinned already" };
        writeln!(out, "{state}: {}\n    SHA-256 {}", pin.subject, hex::encode(pin.sha256))?;
        if pin.standing == Standing::Signer {
            writeln!(
                out,
                "    the certificate of a signer, no anchor: it vouches for lists that its own key signed; for documents \
                 pin the root (CSCA) that issued it"
            )?;
        }
    }
    for file in &report.files {
        let kind = file.kind.map_or("unknown kind", |kind| kind.name());
        writeln!(
            out,
            "{}: {kind}: {} anchors, {} signers, {} CRLs, {} lists taken, {} known, {} refused",
            file.name,
            file.anchors,
            file.signers,
            file.crls,
            file.lists,
            file.known,
            refused(file)
        )?;
        if let Some(signer) = &file.signer {
            let when = file.signed_at.map_or_else(String::new, |at| format!(" at {}", rfc3339(at)));
            writeln!(out, "    signed by {signer}{when}")?;
        }
        for finding in &file.findings {
            writeln!(out, "    note: {}", show::harmless(finding))?;
        }
        for item in file.refused.iter().take(20) {
            let which = if item.item.is_empty() { String::new() } else { format!("{}: ", item.item) };
            writeln!(out, "    refused: {which}{}", show::harmless(&item.reason.to_string()))?;
        }
        if refused(file) > 20 {
            writeln!(out, "    and {} more", refused(file).saturating_sub(20))?;
        }
    }
    let state = if report.changed { "now current" } else { "unchanged" };
    writeln!(out, "snapshot {} {state}", hex::encode(report.snapshot))?;
    Ok(())
}

fn refused(file: &FileReport) -> usize {
    file.refused.len().saturating_add(file.more_refused)
}

fn object(report: &ImportReport) -> Value {
    let files: Vec<Value> = report
        .files
        .iter()
        .map(|file| {
            let refusals: Vec<Value> = file
                .refused
                .iter()
                .map(|item| json!({"item": item.item, "reason": item.reason.to_string()}))
                .collect();
            json!({
                "name": file.name, "kind": file.kind.map(|kind| kind.name()), "sha256": file.sha256.map(hex::encode),
                "signed_at": file.signed_at.map(rfc3339), "signer": file.signer, "rests_on": file.rests_on.map(hex::encode),
                "anchors": file.anchors, "signers": file.signers, "crls": file.crls, "lists": file.lists,
                "known": file.known, "refused": refusals, "refused_count": refused(file), "findings": file.findings,
            })
        })
        .collect();
    let pinned: Vec<Value> = report
        .pinned
        .iter()
        .map(|pin| {
            json!({
                "sha256": hex::encode(pin.sha256), "subject": pin.subject, "new": pin.new,
                "standing": if pin.standing == Standing::Signer { "signer" } else { "anchor" },
            })
        })
        .collect();
    json!({"snapshot": hex::encode(report.snapshot), "changed": report.changed, "pinned": pinned, "files": files})
}
