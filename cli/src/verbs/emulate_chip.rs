//! `verifier emulate chip`: an e-passport that connects to a reader's socket.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use reader_drivers::emulator::card::{CardEmulation, Interface};
use reader_drivers::emulator::vpcd::VpcdCard;
use verifier_core::Time;
use verifier_core::capture::Capture;
use verifier_fixtures::chip::{ChipProfile, Fault, FaultKind, PassportChip, Personalised};
use verifier_fixtures::scenario::Scenario;
use verifier_fixtures::world::Utopia;

use crate::args::{EmulateChipArgs, PassportArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::show;

/// How long a reader may take to accept, and how long it waits between attempts and between two cards.
const PAUSE: Duration = Duration::from_millis(200);

/// Prints where the chip goes and what opens it, then is that chip until the reader ends (`--once`) or for ever.
pub(crate) fn run(args: &EmulateChipArgs) -> Result<Exit, Failure> {
    if args.passport.list {
        return list();
    }
    let (mut chip, opening) = passport(&args.passport)?;
    let interface = interface(&mut chip, &args.passport);
    announce(&format!("vpcd:{}", args.vpcd), &opening)?;
    let chip = Shared(Arc::new(Mutex::new(chip)));
    loop {
        // Until somebody listens there.
        if let Ok(card) = VpcdCard::connect(address(&args.vpcd)?, PAUSE, chip.clone(), interface.clone()) {
            card.join();
            if args.once {
                return Ok(Exit::Successful);
            }
            chip.clone().reset();
        }
        thread::sleep(PAUSE);
    }
}

fn address(text: &str) -> Result<SocketAddr, Failure> {
    let mut found =
        text.to_socket_addrs().map_err(|error| Failure::say(format_args!("--vpcd {text}: {error}")))?;
    found.next().ok_or_else(|| Failure::say(format_args!("--vpcd {text}: no such address")))
}

/// The same chip in one connection after the other.
#[derive(Clone)]
struct Shared(Arc<Mutex<PassportChip>>);

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut PassportChip) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CardEmulation for Shared {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.with(|chip| chip.transmit(command))
    }
    fn reset(&mut self) {
        self.with(CardEmulation::reset);
    }
    fn identifier(&mut self) -> Option<Vec<u8>> {
        self.with(CardEmulation::identifier)
    }
    fn is_present(&self) -> bool {
        self.with(|chip| chip.is_present())
    }
}

/// What a reader needs to open the chip, one line each.
pub(super) struct Opening(Vec<String>);

/// Prints the first line, which scripts take alone, and what opens the chip.
pub(super) fn announce(first: &str, opening: &Opening) -> Result<(), Failure> {
    let mut out = show::out();
    writeln!(out, "{first}")?;
    for line in &opening.0 {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}

/// How the chip presents itself on the link that was asked for.
pub(super) fn interface(chip: &mut PassportChip, args: &PassportArgs) -> Interface {
    Interface {
        turnaround: Duration::from_millis(args.turnaround),
        bit_rate: args.bit_rate,
        ..chip.interface()
    }
}

/// The chip, and what opens it.
pub(super) fn passport(args: &PassportArgs) -> Result<(PassportChip, Opening), Failure> {
    let words = args.profile.as_deref().unwrap_or("bac");
    let mut profile: ChipProfile =
        words.parse().map_err(|error| Failure::say(format_args!("--profile: {error}; see --list")))?;
    for fault in &args.fault {
        let fault: Fault =
            fault.parse().map_err(|error| Failure::say(format_args!("--fault {error}; see --list")))?;
        profile = profile.with(fault);
    }
    let mut document = match &args.capture {
        Some(bundle) => {
            let capture = Capture::open(bundle).map_err(Failure::say)?;
            let files = capture.chip.as_ref().map(|chip| &chip.files);
            let files = files.into_iter().flatten();
            let files =
                files.filter_map(|(name, file)| Some((name.clone(), file.data.bytes()?.to_vec()))).collect();
            let files: BTreeMap<String, Vec<u8>> = files;
            if let (None, Some(file)) = (&args.profile, files.get("EF.CardAccess")) {
                profile.pace = ChipProfile::suites_of(file);
            }
            Personalised::replica(files, capture.mrz.clone(), args.can.clone(), &profile).ok_or_else(
                || Failure::about(bundle, "neither its MRZ nor its DG1 says what opens the chip"),
            )?
        }
        None => {
            let scenario = Scenario::from_name(&args.document).ok_or_else(|| {
                Failure::say(format_args!("--document {}: no such document; see --list", args.document))
            })?;
            let today = Time::parse(super::demo::TODAY).map_err(Failure::say)?;
            let world = Utopia::new(args.seed, today.at());
            match scenario {
                Scenario::CloneRefuses => profile = profile.with(FaultKind::ActiveRefused),
                Scenario::CloneAnswersGarbage => profile = profile.with(FaultKind::ActiveGarbage),
                _ => {}
            }
            world.chip_of_scenario(scenario, &profile)
        }
    };
    if let Some(can) = &args.can {
        document.can.clone_from(can);
    }
    if let Some(folder) = &args.inspection {
        let today = Time::parse(super::demo::TODAY).map_err(Failure::say)?;
        write_inspection(folder, &Utopia::new(args.seed, today.at()), &profile)?;
    }
    let mut lines = vec![format!("key: {}", document.typed_key.join(","))];
    lines.extend(document.mrz.iter().map(|line| format!("mrz: {line}")));
    lines.push(format!("can: {}", document.can));
    Ok((PassportChip::new(document, profile), Opening(lines)))
}

/// What a reader needs to be let at DG3: the certificates in the order in which they are sent, and the private key.
fn write_inspection(folder: &Path, world: &Utopia, profile: &ChipProfile) -> Result<(), Failure> {
    let scheme = profile
        .terminal_authentication
        .ok_or_else(|| Failure::say("--inspection: the profile has no terminal authentication (ta)"))?;
    let inspection = world.inspection(scheme);
    let key = inspection.terminal.key.pkcs8().ok_or_else(|| Failure::say("no such private key"))?;
    std::fs::create_dir_all(folder).map_err(|error| Failure::about(folder, error))?;
    for (name, bytes) in [
        ("cvca.cvcert", &inspection.cvca.certificate),
        ("cvca-link.cvcert", &inspection.successor.certificate),
        ("dv.cvcert", &inspection.verifier.certificate),
        ("is.cvcert", &inspection.terminal.certificate),
        ("is.pk8", &key),
    ] {
        show::write_private(&folder.join(name), bytes)?;
    }
    Ok(())
}

/// Everything that has a name.
pub(super) fn list() -> Result<Exit, Failure> {
    let mut out = show::out();
    writeln!(out, "Documents (--document NAME)")?;
    for scenario in Scenario::ALL {
        writeln!(out, "  {:24}  {}", scenario.name(), scenario.title())?;
    }
    writeln!(out, "\nWords of a profile (--profile WORD,WORD,...)")?;
    for (word, what) in ChipProfile::WORDS {
        writeln!(out, "  {word:24}  {what}")?;
    }
    writeln!(out, "\nNamed profiles (--profile NAME, more words may follow)")?;
    for (name, words, what) in ChipProfile::NAMED {
        writeln!(out, "  {name:24}  {what}: {words}")?;
    }
    writeln!(out, "\nFaults (--fault NAME, or NAME:N from the Nth command on)")?;
    for kind in FaultKind::ALL {
        writeln!(out, "  {:24}  {}", kind.name(), kind.what())?;
    }
    out.flush()?;
    Ok(Exit::Successful)
}
