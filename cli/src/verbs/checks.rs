//! `verifier checks`: the catalogue with run modes under a policy.

use std::io::Write as _;

use comfy_table::{Table, presets};
use serde_json::json;
use verifier_core::CheckId;

use crate::args::ChecksArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{judge, show};

/// Prints every check, one a line.
pub(crate) fn run(args: &ChecksArgs) -> Result<Exit, Failure> {
    let policy = judge::policy(&args.policy)?;
    let mode = |id: &str| CheckId::parse(id).map_or("evaluatory", |id| policy.mode(&id).as_str());
    if args.json {
        let mut out = show::json_out();
        for info in verifier_core::checks() {
            let line = json!({
                "id": info.id, "category": info.category.as_str(), "title": info.title, "standard": info.standard,
                "mode": mode(info.id), "policy": policy.name, "triple": info.triple, "built": info.built,
            });
            show::json_line(&mut out, &line)?;
        }
        out.flush()?;
        return Ok(Exit::Successful);
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(["check", "mode", "built", "what it checks"]);
    for info in verifier_core::checks() {
        let built = if info.built { "yes" } else { "not yet" };
        table.add_row([info.id, &mode(info.id).replace('_', " "), built, info.title]);
    }
    let mut out = show::out();
    writeln!(out, "policy {} {}: {}", policy.name, policy.version, policy.description)?;
    writeln!(out, "{table}")?;
    Ok(Exit::Successful)
}
