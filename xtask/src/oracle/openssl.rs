//! Calls of the program: what it answers and in which words.

use std::path::Path;
use std::process::Command;

/// What a call gave.
pub(super) struct Answer {
    pub(super) success: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs OpenSSL in a folder.
pub(super) fn call(folder: &Path, arguments: &[&str]) -> Result<Answer, String> {
    let output = Command::new("openssl")
        .current_dir(folder)
        .args(arguments)
        .output()
        .map_err(|error| format!("openssl did not start: {error}"))?;
    Ok(Answer {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

impl Answer {
    /// The last words of its error, without process numbers and file names of its sources.
    pub(super) fn reason(&self) -> String {
        let last = self.stderr.lines().rev().find(|line| line.contains("error"));
        let words: Vec<&str> = last.unwrap_or_default().split(':').collect();
        match words.as_slice() {
            [_, "error", _, room, _, what, ..] => format!("{room}: {what}"),
            _ => last.unwrap_or_default().to_owned(),
        }
    }

    /// The number of `openssl verify`'s first error.
    pub(super) fn verify_error(&self) -> Option<(u32, String)> {
        let line = self
            .stderr
            .lines()
            .chain(self.stdout.lines())
            .find(|line| line.starts_with("error ") && line.contains(" at "))?;
        let number = line.strip_prefix("error ")?.split(' ').next()?.parse().ok()?;
        Some((number, line.rsplit(": ").next().unwrap_or_default().to_owned()))
    }
}
