//! Commands run for a chore: shown, then run, with the exit status as the result.

use std::path::PathBuf;
use std::process::Command;

/// What a chore ends with: nothing, or the reason in words.
pub(crate) type Chore = Result<(), String>;

/// The root of the checkout, two levels above this crate's manifest.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).unwrap_or(here)
}

/// `program arguments...` in the checkout's root, not yet run.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// Shows and runs a command; anything but exit 0 is the error.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Chore {
    run_command(command(program, arguments))
}

/// Shows and runs a prepared command; anything but exit 0 is the error.
pub(crate) fn run_command(mut command: Command) -> Chore {
    let shown = shown(&command);
    println!("==> {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` ended with {status}")),
        Err(error) => Err(format!("`{shown}` did not start: {error}")),
    }
}

/// Standard output of a command that must succeed.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = command(program, arguments);
    let shown = shown(&command);
    let output = command.output().map_err(|error| format!("`{shown}` did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "`{shown}` ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is there and ends with success; used for "is it installed".
pub(crate) fn succeeds(program: &str, arguments: &[&str]) -> bool {
    command(program, arguments).output().is_ok_and(|output| output.status.success())
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
