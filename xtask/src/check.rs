//! `cargo xtask check`: what the tree must satisfy besides its tests.

use std::process::Command;

use crate::arrows;
use crate::shell::{self, Chore, command, output, root, run_command, succeeds};

/// The licence and dependency checker, pinned; built once into the target folder when the machine has no other.
const DENY_VERSION: &str = "0.20.2";

/// Runs every check in order and stops at the first that fails.
pub(crate) fn run() -> Chore {
    shell::run("cargo", &["fmt", "--all", "--check"])?;
    shell::run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    documentation()?;
    arrows::run()?;
    shipped_without_utopia()?;
    deny()
}

fn documentation() -> Chore {
    let mut doc = command("cargo", &["doc", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    run_command(doc)
}

/// The product's binary without the default feature `demo` must not know Utopia's keys (DESIGN: fixtures).
fn shipped_without_utopia() -> Chore {
    let tree = |extra: &[&str]| {
        let mut words = vec!["tree", "--package", "verifier-cli", "--edges", "normal", "--prefix", "none"];
        words.extend(extra);
        output("cargo", &words)
    };
    if !tree(&[])?.contains("verifier-fixtures") {
        return Err("`cargo tree` does not show the fixtures in the default build: this check sees nothing"
            .to_owned());
    }
    if tree(&["--no-default-features"])?.contains("verifier-fixtures") {
        return Err("verifier-cli without default features still depends on verifier-fixtures".to_owned());
    }
    println!("==> cargo tree: no Utopian key in the binary built with --no-default-features");
    Ok(())
}

fn deny() -> Chore {
    let program = deny_program()?;
    shell::run(&program, &["--all-features", "check", "bans", "licenses", "sources"])?;
    advisories(&program)
}

/// Advisories need a database from outside; where it cannot be reached the check says so and is not counted.
fn advisories(program: &str) -> Chore {
    let mut fetch = command(program, &["fetch", "db"]);
    let reachable = fetch.output().is_ok_and(|output| output.status.success());
    if !reachable {
        println!("SKIPPED: advisories (the advisory database cannot be reached from this machine)");
        return Ok(());
    }
    shell::run(program, &["--all-features", "check", "advisories"])
}

fn deny_program() -> Result<String, String> {
    let wanted = |program: &str| {
        Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(DENY_VERSION))
    };
    if succeeds("cargo-deny", &["--version"]) && wanted("cargo-deny") {
        return Ok("cargo-deny".to_owned());
    }
    let tools = root().join("target").join("tools");
    let program = tools.join("bin").join("cargo-deny");
    let program = program.to_string_lossy().into_owned();
    if !wanted(&program) {
        let folder = tools.to_string_lossy().into_owned();
        let mut install = command("cargo", &["install", "--locked", "--quiet", "--version", DENY_VERSION]);
        install.args(["--root", &folder, "cargo-deny"]);
        // Speed of the tool does not matter here, speed of its build does.
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "false");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        run_command(install)?;
    }
    Ok(program)
}
