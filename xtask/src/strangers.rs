//! Programs that we did not write and that no package ships ready: built under `target/strangers` by the recipes of
//! `fixtures/strangers`, once per checkout.

use std::path::PathBuf;

use crate::shell::{Chore, command, root, run_command};

/// Where they are built; tests look there too.
fn folder() -> PathBuf {
    root().join("target").join("strangers")
}

/// Builds what is not built yet. What cannot be had (no network, a package missing) is said aloud here, and once more by
/// every test that wants it: it is no failure.
pub(crate) fn prepare() {
    report("emrtd-read (PC/SC, basic access control)", reader());
    report("nfcpy (PN532), ciphers for a terminal and a passport in Python", recipe("python.sh"));
    report("vicc with OpenPACE (a card with PACE)", recipe("openpace.sh"));
    report("npa-tool (a terminal with PACE)", recipe("npa_tool.sh"));
}

fn report(what: &str, built: Chore) {
    if let Err(why) = built {
        println!("SKIPPED: {what} could not be built: {why}");
    }
}

/// The workspace of its own, whose dependencies the product never sees.
fn reader() -> Chore {
    let target = folder().join("cargo");
    let mut cargo = command("cargo", &["build", "--quiet", "--locked", "--manifest-path"]);
    cargo.arg("fixtures/strangers/Cargo.toml").arg("--target-dir").arg(target);
    run_command(cargo)
}

fn recipe(name: &str) -> Chore {
    let mut sh = command("sh", &[]);
    sh.arg(format!("fixtures/strangers/recipes/{name}")).arg(folder());
    run_command(sh)
}
