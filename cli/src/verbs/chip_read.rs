//! `verifier chip read`: a chip into a capture bundle. Nothing is judged, nothing half written.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use reader_drivers::Registry;
use reader_drivers::chip::{LiveChip, NoDocument, capture_of};
use time::OffsetDateTime;
use verifier_chip::apdu::TransceiveError;
use verifier_chip::reading::{
    AccessFailure, Channel, NoRandom, Progress, ReadErrorKind, Reading, Request, Scope, read_document,
};
use verifier_core::capture::{Capture, Device};

use crate::args::ChipReadArgs;
use crate::chip::progress::{self, Bar};
use crate::chip::{inspection, key};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::show;

/// Waits for a document, reads it, writes the capture.
pub(crate) fn run(args: &ChipReadArgs) -> Result<Exit, Failure> {
    if args.out.exists() && !is_empty_folder(&args.out) {
        return Err(Failure::about(&args.out, "is there already; choose another name or remove it"));
    }
    let key = key::of(args)?;
    let inspection = inspection::of(args)?;
    let reader = Registry::standard().open(&args.reader).map_err(Failure::say)?;
    show::note(format_args!("{} ({}): put the document on it", args.reader, reader.info().description));
    let wait = args.wait;
    let mut live = LiveChip::new(reader, Duration::from_secs(wait))
        .on_away(move || show::note(format_args!("the document was taken away: put it back ({wait} s)")));
    live.document().map_err(|missing| match missing {
        NoDocument::InTime => {
            Failure::say(format_args!("{}: no document within {} s", args.reader, args.wait))
        }
        NoDocument::Reader(error) => Failure::say(error),
    })?;
    let request = Request {
        scope: if args.all { Scope::Everything } else { Scope::Verdict },
        inspection,
        bac_after_pace: !args.no_fallback,
        ..Request::new(key.password)
    };
    let began = OffsetDateTime::now_utc();
    let clock = Instant::now();
    let mut bar = Bar::new();
    let reading = {
        let channel =
            Channel::new(&mut live).drawing(|octets| getrandom::fill(octets).map_err(|_| NoRandom)).observed(
                move || clock.elapsed(),
                |exchange| {
                    if args.log {
                        progress::log(&exchange.entry());
                    }
                },
            );
        read_document(channel, &request, |progress: Progress| {
            bar.show(progress);
            ControlFlow::Continue(())
        })
    };
    let took = clock.elapsed();
    bar.end();
    let exit = ending(&reading)?;
    for attempt in &reading.attempts {
        show::note(format_args!("note: {} led nowhere: {}", attempt.way, attempt.error));
    }
    if reading.fell_back() {
        show::note("note: the chip offers PACE and was read by BAC: a weaker way, kept in the capture");
    }
    if let Some(Err(failure)) = &reading.terminal {
        show::note(format_args!("note: {failure}; fingers and irises were not read"));
    }
    for error in &reading.unread {
        show::note(format_args!("note: {error}"));
    }
    if (exit == Exit::Aborted || reading.failure.is_some()) && !args.partial {
        show::note("nothing was written; --partial keeps what was read");
        return Ok(exit);
    }
    let mut capture = capture_of(&reading, began, !args.no_session);
    capture.mrz = key.lines;
    let mut device = Device::default();
    device.id = Some(reader_kind(&args.reader).to_owned());
    capture.device = Some(device);
    write(&capture, &args.out)?;
    summary(&reading, took, &args.out)?;
    Ok(exit)
}

/// What a finished read exits with; no access at all is said in words of its own.
fn ending(reading: &Reading) -> Result<Exit, Failure> {
    if let Some(failure) = &reading.failure {
        return match failure {
            AccessFailure::Lost(TransceiveError::ReaderRemoved) => {
                show::note("verifier: the reader was taken away before the chip was open");
                Ok(Exit::Aborted)
            }
            AccessFailure::Lost(TransceiveError::ChipRemoved) => {
                show::note("verifier: the document was taken away before the chip was open");
                Ok(Exit::Aborted)
            }
            AccessFailure::Lost(error) => {
                show::note(format_args!("verifier: the chip does not answer any more ({error})"));
                Ok(Exit::Aborted)
            }
            AccessFailure::Cancelled => Ok(Exit::Aborted),
            AccessFailure::WrongKey(_) => Err(Failure::say(format_args!(
                "{failure}; compare number, birth and expiry (or the CAN) with the page"
            ))),
            AccessFailure::KeyMissing(_) | AccessFailure::BacNeedsMrz => {
                Err(Failure::say(format_args!("{failure}; give --mrz-key, --mrz or --can")))
            }
            other => {
                show::note(format_args!("verifier: {other}"));
                Ok(Exit::Undetermined)
            }
        };
    }
    if let Some(error) = reading.broke_off() {
        let what = match &error.kind {
            ReadErrorKind::Lost(lost) if lost.is_reader_removed() => "the reader was taken away",
            ReadErrorKind::Lost(lost) if lost.is_chip_removed() => "the document was taken away",
            _ => "the read broke off",
        };
        show::note(format_args!("verifier: {what} ({error})"));
        return Ok(Exit::Aborted);
    }
    // EF.COM is for comparison only, and newer chips have none.
    let lacking = reading.unread.iter().any(|error| {
        error.file != verifier_chip::lds::FileId::Com
            && error.file != verifier_chip::lds::FileId::CardSecurity
    });
    Ok(if lacking { Exit::Undetermined } else { Exit::Successful })
}

fn write(capture: &Capture, out: &Path) -> Result<(), Failure> {
    let zip = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let written = if zip { capture.write_zip(out) } else { capture.write_folder(out) };
    written.map_err(|error| Failure::say(error.to_string()))
}

fn summary(reading: &Reading, took: Duration, out: &Path) -> Result<(), Failure> {
    let octets: usize = reading.files.values().map(Vec::len).sum();
    let mut text = show::out();
    let way = reading.way.as_ref().map_or_else(|| "no way".to_owned(), ToString::to_string);
    writeln!(
        text,
        "{} files, {:.1} kB, {} commands, {:.2} s, by {way}",
        reading.files.len(),
        progress::kilobytes(octets),
        reading.recorded.exchanges.len(),
        took.as_secs_f64(),
    )?;
    for (file, bytes) in &reading.files {
        writeln!(text, "  {:<16} {:>7} bytes", file.to_string(), bytes.len())?;
    }
    for number in &reading.left_out {
        writeln!(text, "  {:<16} listed, not read", number.to_string())?;
    }
    for run in &reading.authentication {
        let name = match run.proof {
            verifier_chip::reading::Proof::Active => "AA",
            verifier_chip::reading::Proof::Chip(_) => "CA",
            _ => "PACE-CAM",
        };
        let status = run.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        writeln!(text, "  {name:<16} {status}, to be judged by `verifier chip check`")?;
    }
    if let Some(Ok(fact)) = &reading.terminal {
        writeln!(text, "  {:<16} accepted as {}", "TA", fact.terminal)?;
    }
    writeln!(text, "capture {}", out.display())?;
    text.flush()?;
    Ok(())
}

/// The kind of reader; its path may name a person's desk, and is nothing for a capture.
fn reader_kind(uri: &str) -> &str {
    uri.split(':').next().unwrap_or_default()
}

fn is_empty_folder(path: &Path) -> bool {
    std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}
