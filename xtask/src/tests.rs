//! `cargo xtask test`: every test of the workspace, with totals and every skip said aloud.
//!
//! The test harness hides what passing tests print, so a test that skips would be silent. Here the harness
//! shows its output, this chore drops it again, and keeps only the lines that say `SKIPPED:`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::shell::{Chore, command};
use crate::{oracle, strangers, system};

/// What the closing lines of all test binaries add up to.
#[derive(Default)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
    skipped: Vec<String>,
}

/// Installs, runs, prints; fails when any test failed, when none ran, or when the build broke.
pub(crate) fn run(extra: &[String]) -> Chore {
    system::install()?;
    system::pseudo_terminals()?;
    oracle::run()?;
    strangers::prepare();
    let mut totals = Totals::default();
    let built = suite(&["test", "--workspace", "--no-fail-fast"], extra, &mut totals);
    let built = built.and_then(|()| pcsc(extra, &mut totals));
    report(&totals);
    built?;
    if totals.failed > 0 {
        return Err(format!("{} tests failed", totals.failed));
    }
    if totals.passed == 0 {
        return Err("no test ran".to_owned());
    }
    Ok(())
}

/// The feature that needs a system library, where that library is there.
fn pcsc(extra: &[String], totals: &mut Totals) -> Chore {
    if !crate::shell::succeeds("pkg-config", &["--exists", "libpcsclite"]) {
        totals.skipped.push(
            "SKIPPED: feature `pcsc` of reader-drivers (libpcsclite-dev and pkg-config are missing)"
                .to_owned(),
        );
        return Ok(());
    }
    suite(
        &["test", "--package", "reader-drivers", "--features", "pcsc", "--test", "strangers"],
        extra,
        totals,
    )
}

fn suite(words: &[&str], extra: &[String], totals: &mut Totals) -> Chore {
    let mut cargo = command("cargo", words);
    cargo.env("VERIFIER_ORACLE", oracle::folder());
    cargo.args(extra).args(["--", "--show-output"]).stdout(Stdio::piped());
    let mut child = cargo.spawn().map_err(|error| format!("cargo did not start: {error}"))?;
    let stdout = child.stdout.take().ok_or("cargo has no standard output")?;
    let mut hidden = false;
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|error| format!("cargo's output broke off: {error}"))?;
        match line.as_str() {
            "successes:" => hidden = true,
            "failures:" => hidden = false,
            _ => {}
        }
        if let Some(skip) = line.find("SKIPPED:").and_then(|at| line.get(at..)) {
            totals.skipped.push(skip.to_owned());
        }
        if line.starts_with("test result:") {
            hidden = false;
            totals.add(&line);
        }
        if !hidden && !line.ends_with("... ok") && !line.is_empty() {
            println!("{line}");
        }
    }
    let status = child.wait().map_err(|error| format!("cargo was lost: {error}"))?;
    if status.success() || totals.failed > 0 { Ok(()) } else { Err(format!("cargo ended with {status}")) }
}

fn report(totals: &Totals) {
    if !totals.skipped.is_empty() {
        println!("\n{} parts of tests were SKIPPED on this machine:", totals.skipped.len());
        for skip in &totals.skipped {
            println!("  {skip}");
        }
    }
    println!();
    println!("{} passed, {} failed, {} skipped", totals.passed, totals.failed, totals.ignored);
}

impl Totals {
    /// Adds a line of the form `test result: ok. 12 passed; 0 failed; 1 ignored; ...`.
    fn add(&mut self, line: &str) {
        let words: Vec<&str> = line.split([' ', ';']).collect();
        for pair in words.windows(2) {
            let [number, what] = pair else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match *what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod unit {
    use super::Totals;

    #[test]
    fn closing_lines_add_up() {
        let mut totals = Totals::default();
        totals.add(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.1s",
        );
        totals.add("test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!((totals.passed, totals.failed, totals.ignored), (14, 4, 1));
    }
}
