//! `verifier emulate mrz-reader`: a serial MRZ reader on a pseudo terminal, for tests and training.

use std::fs::File;
use std::io::{self, BufReader, Read, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use reader_drivers::emulator::mrz_reader::{MrzReader, Order};
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use reader_drivers::serial::profile::Profiles;

use crate::args::EmulateMrzArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::mrz::input::{Document, Documents};
use crate::show;

/// Prints the path of the pseudo terminal, then presents one document after the other until the input ends.
pub(crate) fn run(args: &EmulateMrzArgs) -> Result<Exit, Failure> {
    let profiles = Profiles::built_in().map_err(Failure::say)?;
    let profile = profiles.find(&args.profile).map_err(Failure::say)?.clone();
    let input: Box<dyn Read> = if args.file == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(&args.file).map_err(|error| Failure::about(&args.file, error))?)
    };
    let mut pty = Pty::open().map_err(Failure::say)?;
    if let Some(link) = &args.link {
        pty.link(link).map_err(|error| Failure::about(link, error))?;
    }
    let served = Served::start_on(pty, MrzReader::new(profile)).map_err(Failure::say)?;
    {
        let mut out = show::out();
        writeln!(out, "{}", args.link.as_deref().unwrap_or(served.path()).display())?;
        out.flush()?;
    }
    let mut documents = Documents::new(BufReader::new(input));
    let mut document = Document::default();
    loop {
        thread::sleep(Duration::from_secs(args.every));
        if !documents.next_into(&mut document).map_err(Failure::say)? {
            break;
        }
        served.order(Order::Present(document.lines.clone()));
        thread::sleep(Duration::from_secs(args.every));
        served.order(Order::Remove);
    }
    served.unplug();
    Ok(Exit::Successful)
}
