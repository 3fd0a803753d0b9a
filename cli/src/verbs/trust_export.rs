//! `verifier trust export`: the anchors as PEM for other programs.

use std::io::Write as _;

use crate::args::TrustExportArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{show, store};

/// Writes to the file, or to standard output.
pub(crate) fn run(args: &TrustExportArgs) -> Result<Exit, Failure> {
    let pem = store::open(&args.store)?.1.to_pem(args.signers);
    match &args.out {
        Some(file) => show::write_private(file, pem.as_bytes())?,
        None => {
            let mut out = show::json_out();
            out.write_all(pem.as_bytes())?;
            out.flush()?;
        }
    }
    Ok(Exit::Successful)
}
