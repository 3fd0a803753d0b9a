//! `verifier inspect --reader URI`: documents as they come, verdicts as they go.

use std::io::Write as _;
use std::time::{Duration, Instant};

use reader_drivers::{MrzText, ReaderEvent, Registry};
use verifier_core::Report;
use verifier_core::capture::Capture;
use verifier_report::terminal;

use crate::args::InspectArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::judge::{self, Judge};
use crate::show;

/// How long one wait lasts when there is no end to wait for, and the longest that `--wait` may ask for.
const SLICE: Duration = Duration::from_secs(3600);

/// Opens the reader and judges what it delivers until the count is reached, the wait is over, or the reader is gone.
pub(crate) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    let judge = Judge::live(&args.judge)?;
    let mut reader = Registry::standard().open(&args.reader).map_err(Failure::say)?;
    show::note(format_args!("reading from {}", reader.info().description));
    let mut exit = Exit::Successful;
    let mut seen = 0_u64;
    while args.count.is_none_or(|count| seen < count) {
        let wait = args.wait.map_or(SLICE, Duration::from_secs).min(SLICE);
        let deadline = Instant::now() + wait;
        let event = match reader.next_event(deadline) {
            Ok(Some(event)) => event,
            Ok(None) if args.wait.is_some() => {
                return Err(Failure::say(format_args!("no document within {} s", wait.as_secs())));
            }
            Ok(None) => continue,
            Err(error) if error.is_recoverable() => {
                show::note(format_args!("reader: {error}"));
                exit = exit.and(Exit::Aborted);
                continue;
            }
            Err(error) => return Err(Failure::say(error)),
        };
        let judged = match event {
            ReaderEvent::Mrz(text) => judge_text(&judge, &text)?,
            ReaderEvent::Bundle(path) => {
                match judge::open(&path, false).and_then(|capture| judge.verify(&capture)) {
                    Ok(report) => report.with_path(path.display().to_string()),
                    Err(failure) => {
                        show::note(format_args!("verifier: {failure}"));
                        exit = exit.and(Exit::Unusable);
                        seen = seen.saturating_add(1);
                        continue;
                    }
                }
            }
            _ => continue,
        };
        seen = seen.saturating_add(1);
        print(&judged, args)?;
        exit = exit.and(judged.overall().into());
    }
    Ok(exit)
}

/// A zone that a reader swiped is a capture with nothing but its text; its time is now.
fn judge_text(judge: &Judge, text: &MrzText) -> Result<Report, Failure> {
    let mut capture = Capture::new();
    capture.captured_at = Some(time::OffsetDateTime::now_utc());
    capture.mrz = Some(text.to_lines());
    if text.unknown() > 0 {
        show::note(format_args!("reader: {} cells could not be read", text.unknown()));
    }
    judge.verify(&capture)
}

fn print(report: &Report, args: &InspectArgs) -> Result<(), Failure> {
    if args.judge.json {
        let mut out = show::json_out();
        show::json_line(&mut out, report)?;
        out.flush()?;
        return Ok(());
    }
    let mut out = show::out();
    for check in report.checks.iter().filter(|check| check.id.as_str().starts_with("mrz.")) {
        writeln!(out, "    {} {} {}", terminal::painted(check.outcome), check.id, check.reason.text)?;
    }
    write!(out, "{}", terminal::render(report, terminal::Detail::Brief))?;
    out.flush()?;
    Ok(())
}
