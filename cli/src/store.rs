//! Which trust store: `--trust`, else `$VERIFIER_TRUST`, else `$XDG_DATA_HOME/verifier/trust`.

use std::env;
use std::path::PathBuf;

use verifier_core::trust::{Snapshot, TrustStore};

use crate::args::StoreArgs;
use crate::failure::Failure;
use crate::show;

/// The store's folder, and whether the operator named it.
pub(crate) struct Place {
    /// Where it is.
    pub(crate) folder: PathBuf,
    /// Named by flag or environment: then its absence is the operator's error.
    pub(crate) named: bool,
}

/// Finds the folder; it need not exist.
pub(crate) fn place(args: &StoreArgs) -> Result<Place, Failure> {
    if let Some(folder) = &args.trust {
        return Ok(Place { folder: folder.clone(), named: true });
    }
    if let Some(folder) = env::var_os("VERIFIER_TRUST").filter(|value| !value.is_empty()) {
        return Ok(Place { folder: folder.into(), named: true });
    }
    let data = env::var_os("XDG_DATA_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")))
        .ok_or_else(|| Failure::say("no home folder: name the trust store with --trust STORE"))?;
    Ok(Place { folder: data.join("verifier").join("trust"), named: false })
}

/// An existing store with its current snapshot, for the verbs that are about the store itself.
pub(crate) fn open(args: &StoreArgs) -> Result<(TrustStore, Snapshot), Failure> {
    let folder = place(args)?.folder;
    let store = TrustStore::open(&folder).map_err(Failure::say)?;
    let snapshot = store.snapshot().map_err(Failure::say)?;
    Ok((store, snapshot))
}

/// The current snapshot. None there: an empty one, said aloud, unless the operator named the store.
pub(crate) fn snapshot(args: &StoreArgs) -> Result<Snapshot, Failure> {
    let place = place(args)?;
    if !place.folder.exists() {
        if place.named {
            return Err(Failure::about(
                &place.folder,
                "no trust store is there; make one with `verifier trust import --trust FOLDER FILE...`",
            ));
        }
        show::note(format_args!(
            "note: no trust store at {}; judging without anchors (`verifier trust import` makes one)",
            place.folder.display()
        ));
        return Ok(Snapshot::empty());
    }
    let store = TrustStore::open(&place.folder).map_err(Failure::say)?;
    store.snapshot().map_err(Failure::say)
}
