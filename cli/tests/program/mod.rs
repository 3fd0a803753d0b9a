//! The built program, run as a user runs it.
#![allow(dead_code, reason = "each test program uses its part of it")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the program ended by itself"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        }
    }

    /// The JSON lines of standard output.
    pub(crate) fn json(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
    }
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command
        .args(words)
        .env_remove("VERIFIER_TRUST")
        .env("XDG_DATA_HOME", "/nonexistent")
        .env("HOME", "/nonexistent");
    command
}

/// Runs the program with these words.
pub(crate) fn verifier(words: &[&str]) -> Run {
    Run::of(command(words).stdin(Stdio::null()).output().expect("the program starts"))
}

/// Runs the program with these words and this environment beside the usual one.
pub(crate) fn verifier_in(words: &[&str], environment: &[(&str, &str)]) -> Run {
    let mut command = command(words);
    command.envs(environment.iter().copied()).stdin(Stdio::null());
    Run::of(command.output().expect("the program starts"))
}

/// Runs the program with these words and this standard input.
pub(crate) fn verifier_with_input(words: &[&str], input: &[u8]) -> Run {
    let mut child = command(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    feeder.join().expect("the feeder ends");
    Run::of(output)
}

/// A path as a word of the command line.
pub(crate) fn word(path: &Path) -> &str {
    path.to_str().expect("UTF-8 path")
}
