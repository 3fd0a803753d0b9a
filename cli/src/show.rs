//! Standard output and standard error: styles only where a person looks, progress only on a terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use verifier_core::Outcome;
use verifier_report::terminal;

use crate::failure::Failure;

/// Standard output for text: ANSI styles are stripped for pipes, files and `NO_COLOR`.
pub(crate) fn out() -> impl Write {
    anstream::AutoStream::auto(io::stdout()).lock()
}

/// Standard output for JSON lines: never styled, buffered.
pub(crate) fn json_out() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// A remark for the operator on standard error. A closed standard error changes nothing about the result.
pub(crate) fn note(text: impl std::fmt::Display) {
    let _ = writeln!(anstream::stderr(), "{}", harmless(&text.to_string()));
}

/// A remark that begins with an outcome in its colour.
pub(crate) fn note_outcome(outcome: Outcome, text: impl std::fmt::Display) {
    let _ =
        writeln!(anstream::stderr(), "    {} {}", terminal::painted(outcome), harmless(&text.to_string()));
}

/// A progress bar on standard error; silent where that is no terminal.
pub(crate) fn progress(steps: usize, what: &'static str) -> ProgressBar {
    let target =
        if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(u64::try_from(steps).ok(), target);
    if let Ok(style) = ProgressStyle::with_template("{prefix:>10} [{bar:30}] {pos}/{len} {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(what);
    bar
}

/// Writes a file that only its owner reads (0600), whole or not at all: a neighbour is written and renamed.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = path.file_name().map(std::ffi::OsStr::to_os_string).unwrap_or_default();
    name.push(format!(".part-{}", std::process::id()));
    let part = path.with_file_name(name);
    let written = create_private(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(&part);
        Failure::about(path, format_args!("cannot be written: {error}"))
    })
}

fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// One JSON value on a line of its own, every character outside visible ASCII escaped: what a hostile document
/// spells reaches neither a terminal nor a log raw.
pub(crate) fn json_line(out: &mut impl Write, value: &impl serde::Serialize) -> Result<(), Failure> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Ascii);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// JSON in ASCII.
struct Ascii;

impl serde_json::ser::Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| byte.is_ascii() && byte != 0x7F) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut units = [0_u16; 2];
        for character in fragment.chars() {
            if character.is_ascii() && character != '\u{7F}' {
                write!(writer, "{character}")?;
            } else {
                for unit in character.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

/// A message in one or more lines without anything else that steers a terminal.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { verifier_chip::display::shown(c) }).collect()
}

/// Text made safe for a terminal: anything but visible ASCII and spaces becomes a middle dot, long text is cut.
pub(crate) fn plain(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '·' };
    text.chars().take(120).map(safe).collect()
}

#[cfg(test)]
mod unit {
    use super::{harmless, json_line, plain};

    #[test]
    fn json_stays_json_and_ascii() {
        let text = "a\u{202e}\u{7f}\u{1F6C2}\"\u{0}<";
        let mut out = Vec::new();
        json_line(&mut out, &text).unwrap();
        assert!(out.is_ascii());
        assert!(!out.contains(&0x7F));
        let back: String = serde_json::from_slice(&out).unwrap();
        assert_eq!(back, text);
    }

    #[test]
    fn plain_text_has_no_control() {
        assert_eq!(plain("a\u{1b}[31m\u{202e}b"), "a·[31m·b");
        assert_eq!(harmless("a\u{1b}[31m\u{202e}\nb"), "a\u{FFFD}[31m\u{FFFD}\nb");
    }
}
