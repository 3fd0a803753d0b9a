//! `verifier trust pin`: the operator's own act of trust.

use verifier_core::trust::{Import, TrustStore};

use super::trust_import;
use crate::args::TrustPinArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{clock, store};

/// Pins every certificate; shows its fingerprint, which the operator compares with one that came out of band.
pub(crate) fn run(args: &TrustPinArgs) -> Result<Exit, Failure> {
    trust_import::any_there(args.certificates.iter())?;
    let import =
        args.certificates.iter().fold(Import::new(clock::instant(None)?), |import, file| import.pin(file));
    let place = store::place(&args.store)?;
    let store = TrustStore::open_or_create(&place.folder).map_err(Failure::say)?;
    let report = store.import(&import).map_err(Failure::say)?;
    trust_import::print(&report, args.json)?;
    Ok(trust_import::exit(&report))
}
