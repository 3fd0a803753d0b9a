//! How far a read is, on standard error: bytes, rate and estimate on a terminal; one line an exchange where asked for.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use verifier_chip::lds::FileId;
use verifier_chip::reading::{LogEntry, Progress};
use verifier_core::Outcome;

use crate::show;

/// A bar that shows the file under way and all bytes so far. Lines that are said meanwhile stand above it.
pub(crate) struct Bar {
    bar: ProgressBar,
    terminal: bool,
    read: Mutex<Option<Way>>,
}

/// How far one read is.
struct Way {
    began: Instant,
    file: Option<FileId>,
    done: usize,
    before: usize,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { bar: ProgressBar::hidden(), terminal, read: Mutex::new(None) }
    }

    /// Whether a person looks at standard error.
    pub(crate) const fn is_watched(&self) -> bool {
        self.terminal
    }

    pub(crate) fn show(&self, progress: Progress) {
        if !self.terminal {
            return;
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let way = read.get_or_insert_with(|| {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{prefix:>14} [{bar:30}] {msg}") {
                self.bar.set_style(style.progress_chars("=> "));
            }
            Way { began: Instant::now(), file: None, done: 0, before: 0 }
        });
        if way.file.replace(progress.file) != Some(progress.file) {
            way.before = way.before.saturating_add(way.done);
            self.bar.set_prefix(progress.file.to_string());
        }
        way.done = progress.done;
        let total = progress.total.unwrap_or(progress.done);
        self.bar.set_length(total as u64);
        self.bar.set_position(progress.done as u64);
        let elapsed = way.began.elapsed().as_secs_f64().max(0.001);
        let all = way.before.saturating_add(way.done);
        let rate = kilobytes(all) / elapsed;
        let left = kilobytes(total.saturating_sub(progress.done)) / rate.max(0.001);
        self.bar.set_message(format!("{:.1} kB, {rate:.1} kB/s, {left:.1} s left", kilobytes(all)));
    }

    /// A line on standard error that leaves the bar whole.
    pub(crate) fn say(&self, line: impl std::fmt::Display) {
        self.bar.suspend(|| show::note(line));
    }

    /// The same, beginning with an outcome in its colour.
    pub(crate) fn say_outcome(&self, outcome: Outcome, line: impl std::fmt::Display) {
        self.bar.suspend(|| show::note_outcome(outcome, line));
    }

    /// The read is over; the next one begins at nothing.
    pub(crate) fn end(&self) {
        if self.read.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            self.bar.set_draw_target(ProgressDrawTarget::hidden());
        }
    }
}

pub(crate) fn kilobytes(octets: usize) -> f64 {
    u32::try_from(octets).map_or(f64::MAX, f64::from) / 1000.0
}

/// One exchange without a byte of its data.
pub(crate) fn log(entry: &LogEntry) -> String {
    let [class, instruction, ..] = entry.header;
    let status = entry.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
    format!(
        "{:>5} {:>9.3} s  {class:02X} {instruction:02X} {:<21} {:>5} > {:<5} {status} {:>8.1} ms",
        entry.number,
        entry.at.as_secs_f64(),
        name(instruction),
        entry.command_length,
        entry.response_length,
        milliseconds(entry.took),
    )
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

const fn name(instruction: u8) -> &'static str {
    match instruction {
        0x22 => "MSE",
        0x2A => "PSO",
        0x82 => "EXTERNAL AUTHENTICATE",
        0x84 => "GET CHALLENGE",
        0x86 => "GENERAL AUTHENTICATE",
        0x88 => "INTERNAL AUTHENTICATE",
        0xA4 => "SELECT",
        0xB0 | 0xB1 => "READ BINARY",
        0xC0 => "GET RESPONSE",
        _ => "",
    }
}
