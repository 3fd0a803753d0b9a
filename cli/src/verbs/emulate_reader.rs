//! `verifier emulate pn532` and `verifier emulate ccid`: readers on pseudo terminals with an e-passport in them.

use reader_drivers::emulator::ccid::GemPcTwin;
use reader_drivers::emulator::pn532::Pn532;
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;

use super::emulate_chip::{announce, interface, list, passport};
use crate::args::EmulateReaderArgs;
use crate::exit::Exit;
use crate::failure::Failure;

/// A PN532 with a chip in its field, until the program is ended.
pub(crate) fn pn532(args: &EmulateReaderArgs) -> Result<Exit, Failure> {
    if args.passport.list {
        return list();
    }
    let (mut chip, opening) = passport(&args.passport)?;
    let device = Pn532::new(interface(&mut chip, &args.passport)).with_card(chip);
    let served = Served::start_on(line(args)?, device).map_err(Failure::say)?;
    announce(&served.path().display().to_string(), &opening)?;
    served.join();
    Ok(Exit::Successful)
}

/// A GemPC Twin with a chip in its slot, until the program is ended.
pub(crate) fn ccid(args: &EmulateReaderArgs) -> Result<Exit, Failure> {
    if args.passport.list {
        return list();
    }
    let (mut chip, opening) = passport(&args.passport)?;
    let device = GemPcTwin::new(interface(&mut chip, &args.passport)).with_card(chip);
    let served = Served::start_on(line(args)?, device).map_err(Failure::say)?;
    announce(&served.path().display().to_string(), &opening)?;
    served.join();
    Ok(Exit::Successful)
}

fn line(args: &EmulateReaderArgs) -> Result<Pty, Failure> {
    let mut pty = Pty::open().map_err(Failure::say)?;
    if let Some(link) = &args.link {
        pty.link(link).map_err(|error| Failure::about(link, error))?;
    }
    Ok(pty)
}
