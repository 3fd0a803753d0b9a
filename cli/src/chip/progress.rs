//! How far a read is, on standard error: bytes, rate and estimate on a terminal; one line an exchange where asked for.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use verifier_chip::lds::FileId;
use verifier_chip::reading::{LogEntry, Progress};

use crate::show;

/// A bar that shows the file under way and all bytes so far.
pub(crate) struct Bar {
    bar: ProgressBar,
    began: Instant,
    file: Option<FileId>,
    done: usize,
    before: usize,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{prefix:>14} [{bar:30}] {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, began: Instant::now(), file: None, done: 0, before: 0 }
    }

    pub(crate) fn show(&mut self, progress: Progress) {
        if self.file.replace(progress.file) != Some(progress.file) {
            self.before = self.before.saturating_add(self.done);
            self.bar.set_prefix(progress.file.to_string());
        }
        self.done = progress.done;
        let total = progress.total.unwrap_or(progress.done);
        self.bar.set_length(total as u64);
        self.bar.set_position(progress.done as u64);
        let elapsed = self.began.elapsed().as_secs_f64().max(0.001);
        let all = self.before.saturating_add(self.done);
        let rate = kilobytes(all) / elapsed;
        let left = kilobytes(total.saturating_sub(progress.done)) / rate.max(0.001);
        self.bar.set_message(format!("{:.1} kB, {rate:.1} kB/s, {left:.1} s left", kilobytes(all)));
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

pub(crate) fn kilobytes(octets: usize) -> f64 {
    u32::try_from(octets).map_or(f64::MAX, f64::from) / 1000.0
}

/// One exchange without a byte of its data.
pub(crate) fn log(entry: &LogEntry) {
    let [class, instruction, ..] = entry.header;
    let status = entry.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
    show::note(format_args!(
        "{:>5} {:>9.3} s  {class:02X} {instruction:02X} {:<21} {:>5} > {:<5} {status} {:>8.1} ms",
        entry.number,
        entry.at.as_secs_f64(),
        name(instruction),
        entry.command_length,
        entry.response_length,
        milliseconds(entry.took),
    ));
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
