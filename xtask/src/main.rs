//! Project chores, called as `cargo xtask VERB`.
//!
//! `test` installs the system packages that tests need and runs every test; `check` holds the tree against
//! formatting, lints, documentation, the arrows between rooms and the licence rules.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the person who called it")]

mod arrows;
mod check;
mod oracle;
mod shell;
mod strangers;
mod system;
mod tests;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask VERB
  test       install what the tests need (as root; else say what is missing), run every test, print the totals
  check      fmt, clippy, doc, arrows, shipped binary without Utopia, cargo deny
  strangers  build only the programs of others that tests meet (part of test)
  arrows     only the table of allowed edges between rooms
  oracle     OpenSSL's judgement on the corpus, which tests compare the engine with (part of test)
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let verb = words.next();
    let rest: Vec<String> = words.collect();
    let outcome = match verb.as_deref() {
        Some("test") => tests::run(&rest),
        Some("check") => check::run(),
        Some("strangers") => system::install().map(|()| strangers::prepare()),
        Some("arrows") => arrows::run(),
        Some("oracle") => oracle::run(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
