//! `verifier trust coverage`: which states the store covers, and how well.

use std::collections::BTreeMap;
use std::io::Write as _;

use comfy_table::{Table, presets};
use serde_json::json;
use time::OffsetDateTime;
use verifier_core::trust::Coverage;
use verifier_mrz::states::Code3;

use super::trust_list::rfc3339;
use crate::args::TrustCoverageArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{clock, show, store};

/// Prints the asked states, or all. A state that was asked for and has no valid anchor makes the exit status 3.
pub(crate) fn run(args: &TrustCoverageArgs) -> Result<Exit, Failure> {
    let now = clock::instant(args.at.as_deref())?;
    let snapshot = store::open(&args.store)?.1;
    let asked: Vec<Vec<String>> =
        args.states.iter().map(|state| countries(state)).collect::<Result<_, _>>()?;
    let all = snapshot.coverage(now);
    let shown: Vec<&Coverage> = all
        .iter()
        .filter(|state| asked.is_empty() || asked.iter().flatten().any(|code| *code == state.country))
        .collect();
    let covered = |codes: &Vec<String>| {
        shown.iter().any(|state| {
            codes.contains(&state.country) && state.valid_until.is_some_and(|until| until >= now)
        })
    };
    let missing: Vec<&String> =
        args.states.iter().zip(&asked).filter(|(_, codes)| !covered(codes)).map(|(state, _)| state).collect();
    if args.json {
        let mut out = show::json_out();
        for state in &shown {
            let days = |at: Option<OffsetDateTime>| at.map(|at| (now - at).whole_days());
            let line = json!({
                "country": state.country, "roots": state.roots, "links": state.links, "expired": state.expired,
                "revoked": state.revoked, "unsigned": state.unsigned, "pinned": state.pinned,
                "oldest": state.oldest.map(rfc3339), "newest": state.newest.map(rfc3339),
                "valid_until": state.valid_until.map(rfc3339), "keys": state.keys, "signers": state.signers,
                "signatures": state.signatures,
                "crls": state.crls, "newest_crl": state.newest_crl.map(rfc3339),
                "next_crl": state.next_crl.map(rfc3339), "oldest_age_days": days(state.oldest),
                "newest_age_days": days(state.newest), "crl_age_days": days(state.newest_crl),
            });
            show::json_line(&mut out, &line)?;
        }
        out.flush()?;
    } else {
        print(&shown, now)?;
    }
    for state in &missing {
        show::note(format_args!("no valid anchor for {state}"));
    }
    Ok(if missing.is_empty() { Exit::Successful } else { Exit::Undetermined })
}

fn print(shown: &[&Coverage], now: OffsetDateTime) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "state",
        "roots",
        "links",
        "expired",
        "revoked",
        "unsigned",
        "pinned",
        "oldest",
        "newest",
        "valid until",
        "signers",
        "CRL",
        "keys",
        "signatures",
    ]);
    for state in shown {
        table.add_row([
            show::harmless(&state.country),
            state.roots.to_string(),
            state.links.to_string(),
            state.expired.to_string(),
            state.revoked.to_string(),
            state.unsigned.to_string(),
            state.pinned.to_string(),
            state.oldest.map_or_else(String::new, |at| with_age(at, now)),
            state.newest.map_or_else(String::new, |at| with_age(at, now)),
            state.valid_until.map_or_else(String::new, |at| at.date().to_string()),
            state.signers.to_string(),
            revocation(state, now),
            counted(&state.keys),
            counted(&state.signatures),
        ]);
    }
    let mut out = show::out();
    writeln!(out, "{table}")?;
    writeln!(out, "{} states", shown.len())?;
    Ok(())
}

/// `3 RSA 4096`, one a line.
fn counted(kinds: &BTreeMap<String, usize>) -> String {
    let lines: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    lines.join("\n")
}

/// The day, and below it how long ago that was.
fn with_age(at: OffsetDateTime, now: OffsetDateTime) -> String {
    format!("{}\n{}", at.date(), age(at, now))
}

/// How long ago in words: days, and from two years on years.
pub(crate) fn age(at: OffsetDateTime, now: OffsetDateTime) -> String {
    match (now - at).whole_days() {
        ..0 => "in the future".to_owned(),
        1 => "1 day ago".to_owned(),
        days @ 0..730 => format!("{days} days ago"),
        days => format!("{} years ago", days / 365),
    }
}

fn revocation(state: &Coverage, now: OffsetDateTime) -> String {
    let Some(at) = state.newest_crl else { return "none".to_owned() };
    let overdue = if state.next_crl.is_some_and(|next| next < now) { "\noverdue" } else { "" };
    format!("{}{overdue}", with_age(at, now))
}

/// The two-letter code that certificates of a state carry, from a two- or three-letter code.
fn countries(state: &str) -> Result<Vec<String>, Failure> {
    let upper = state.to_ascii_uppercase();
    if upper.len() == 2 {
        return Ok(vec![upper]);
    }
    let code = Code3::parse(&upper)
        .ok_or_else(|| Failure::say(format_args!("{state}: not a two- or three-letter state code")))?;
    let two = code
        .two_letter()
        .ok_or_else(|| Failure::say(format_args!("{state}: no two-letter code is assigned to it")))?;
    Ok(vec![two.as_str().to_owned()])
}
