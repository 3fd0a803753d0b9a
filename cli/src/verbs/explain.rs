//! `verifier explain ID`: what a check is for and how to read it.

use std::io::Write as _;

use serde_json::json;
use verifier_core::{CheckInfo, Outcome};

use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::show;

/// Prints one check of the catalogue.
pub(crate) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let info = verifier_core::explain(&args.check).ok_or_else(|| unknown(&args.check))?;
    if args.json {
        let mut out = show::json_out();
        let outcomes: serde_json::Map<String, serde_json::Value> = Outcome::ALL
            .into_iter()
            .map(|outcome| (outcome.as_str().to_owned(), info.outcomes.of(outcome).into()))
            .collect();
        let line = json!({
            "id": info.id, "category": info.category.as_str(), "title": info.title, "standard": info.standard,
            "why": info.why, "outcomes": outcomes, "look_at": info.look_at, "triple": info.triple, "built": info.built,
        });
        show::json_line(&mut out, &line)?;
        out.flush()?;
        return Ok(Exit::Successful);
    }
    print(info)?;
    Ok(Exit::Successful)
}

fn print(info: &CheckInfo) -> Result<(), Failure> {
    let mut out = show::out();
    writeln!(out, "{}\n  {}\n", info.id, info.title)?;
    writeln!(out, "standard   {}", info.standard)?;
    if let Some(triple) = info.triple {
        writeln!(out, "triple     ({triple}) of Doc 9303-2 appendix C")?;
    }
    writeln!(out, "why        {}", info.why)?;
    writeln!(out, "look at    {}\n", info.look_at)?;
    for outcome in Outcome::ALL {
        writeln!(out, "{}: {}", verifier_report::terminal::painted(outcome), info.outcomes.of(outcome))?;
    }
    if !info.built {
        writeln!(out, "\nnot built yet: reported as evaluatory, never successful")?;
    }
    Ok(())
}

/// The error names the ids that share the most with what was asked.
fn unknown(asked: &str) -> Failure {
    let near: Vec<&str> = verifier_core::checks()
        .map(|info| info.id)
        .filter(|id| asked.split('.').any(|part| part.len() > 2 && id.contains(part)))
        .take(5)
        .collect();
    let hint = if near.is_empty() {
        "`verifier checks` lists them".to_owned()
    } else {
        format!("near: {}", near.join(", "))
    };
    Failure::say(format_args!("no check has the id {asked:?}; {hint}"))
}
