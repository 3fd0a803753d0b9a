//! The `verifier` program: one file a verb under `verbs/`, the only room of the engine that prints.
//!
//! Standard output is the result; notes and progress go to standard error, progress only to a terminal.

mod args;
mod chip;
mod clock;
mod desk;
mod exit;
mod failure;
mod judge;
mod mrz;
mod show;
mod store;
mod verbs;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{ChipVerb, Cli, MrzVerb, OpticsVerb, ReadersVerb, TrustVerb, Verb};
use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.verb) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            // Nothing is left to do when standard error is closed too; the exit status still says it.
            let _ = writeln!(anstream::stderr(), "verifier: {failure}");
            Exit::Unusable.into()
        }
    }
}

fn run(verb: Verb) -> Result<Exit, Failure> {
    match verb {
        #[cfg(feature = "demo")]
        Verb::Demo(args) => verbs::demo::run(&args),
        Verb::Verify(args) => verbs::verify::run(&args, verbs::verify::Scope::Whole),
        Verb::Inspect(args) => verbs::inspect::run(&args),
        Verb::Mrz(MrzVerb::Check(args)) => verbs::mrz_check::run(&args),
        Verb::Mrz(MrzVerb::Make(args)) => verbs::mrz_make::run(&args),
        Verb::Chip(ChipVerb::Read(args)) => verbs::chip_read::run(&args),
        Verb::Chip(ChipVerb::Check(args)) => verbs::verify::run(&args, verbs::verify::Scope::Electronic),
        Verb::Optics(OpticsVerb::Check(args)) => verbs::verify::run(&args, verbs::verify::Scope::Optical),
        Verb::Trust(verb) => match verb {
            TrustVerb::Import(args) => verbs::trust_import::run(&args),
            TrustVerb::Pin(args) => verbs::trust_pin::run(&args),
            TrustVerb::List(args) => verbs::trust_list::run(&args),
            TrustVerb::Show(args) => verbs::trust_show::run(&args),
            TrustVerb::Coverage(args) => verbs::trust_coverage::run(&args),
            TrustVerb::History(args) => verbs::trust_history::run(&args),
            TrustVerb::Diff(args) => verbs::trust_diff::run(&args),
            TrustVerb::Export(args) => verbs::trust_export::run(&args),
        },
        Verb::Readers(ReadersVerb::List(args)) => verbs::readers_list::run(&args),
        #[cfg(feature = "demo")]
        Verb::Emulate(args::EmulateVerb::MrzReader(args)) => verbs::emulate_mrz_reader::run(&args),
        #[cfg(feature = "demo")]
        Verb::Emulate(args::EmulateVerb::Chip(args)) => verbs::emulate_chip::run(&args),
        #[cfg(feature = "demo")]
        Verb::Emulate(args::EmulateVerb::Pn532(args)) => verbs::emulate_reader::pn532(&args),
        #[cfg(feature = "demo")]
        Verb::Emulate(args::EmulateVerb::Ccid(args)) => verbs::emulate_reader::ccid(&args),
        Verb::Checks(args) => verbs::checks::run(&args),
        Verb::Explain(args) => verbs::explain::run(&args),
    }
}
