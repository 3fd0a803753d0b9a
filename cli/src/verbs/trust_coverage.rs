//! `verifier trust coverage`: which states the store covers, and how well.

use std::io::Write as _;

use comfy_table::{Table, presets};
use serde_json::json;
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
            let line = json!({
                "country": state.country, "roots": state.roots, "links": state.links, "expired": state.expired,
                "revoked": state.revoked, "unsigned": state.unsigned, "pinned": state.pinned,
                "oldest": state.oldest.map(rfc3339), "newest": state.newest.map(rfc3339),
                "valid_until": state.valid_until.map(rfc3339), "keys": state.keys, "signers": state.signers,
                "crls": state.crls, "newest_crl": state.newest_crl.map(rfc3339),
            });
            show::json_line(&mut out, &line)?;
        }
        out.flush()?;
    } else {
        print(&shown)?;
    }
    for state in &missing {
        show::note(format_args!("no valid anchor for {state}"));
    }
    Ok(if missing.is_empty() { Exit::Successful } else { Exit::Undetermined })
}

fn print(shown: &[&Coverage]) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "state",
        "roots",
        "links",
        "expired",
        "unsigned",
        "newest",
        "valid until",
        "signers",
        "CRLs",
        "keys",
    ]);
    let day = |at: Option<time::OffsetDateTime>| at.map_or_else(String::new, |at| at.date().to_string());
    for state in shown {
        let keys: Vec<String> = state.keys.iter().map(|(key, count)| format!("{count} {key}")).collect();
        table.add_row([
            state.country.clone(),
            state.roots.to_string(),
            state.links.to_string(),
            state.expired.to_string(),
            state.unsigned.to_string(),
            day(state.newest),
            day(state.valid_until),
            state.signers.to_string(),
            state.crls.to_string(),
            keys.join(", "),
        ]);
    }
    let mut out = show::out();
    writeln!(out, "{table}")?;
    writeln!(out, "{} states", shown.len())?;
    Ok(())
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
