//! `verifier readers list`: kinds of readers and the devices that are there.

use std::io::Write as _;

use reader_drivers::Registry;
use serde_json::json;

use crate::args::ReadersListArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::show;

/// Prints every factory, then every device; a factory that cannot be asked is a note, not an end.
pub(crate) fn run(args: &ReadersListArgs) -> Result<Exit, Failure> {
    let registry = Registry::standard();
    let (found, errors) = registry.list();
    if args.json {
        let mut out = show::json_out();
        for factory in registry.factories() {
            show::json_line(
                &mut out,
                &json!({"scheme": factory.scheme(), "description": factory.describe()}),
            )?;
        }
        for reader in &found {
            show::json_line(
                &mut out,
                &json!({"uri": reader.uri.to_string(), "description": reader.description}),
            )?;
        }
        out.flush()?;
    } else {
        let mut out = show::out();
        writeln!(out, "kinds of readers")?;
        for factory in registry.factories() {
            writeln!(out, "  {:<8} {}", factory.scheme(), factory.describe())?;
        }
        writeln!(out, "readers found: {}", found.len())?;
        for reader in &found {
            writeln!(out, "  {}  {}", reader.uri, reader.description)?;
        }
    }
    for error in errors {
        show::note(format_args!("note: {error}"));
    }
    Ok(Exit::Successful)
}
