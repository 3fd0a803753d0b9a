//! `verifier chip read`: a chip into a capture bundle. Nothing is judged, nothing half written.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use reader_drivers::Registry;
use reader_drivers::chip::{LiveChip, NoDocument, capture_of};
use verifier_chip::lds::FileId;
use verifier_chip::reading::{HashedGroup, Listener, Progress, Proof, ReadFile};
use verifier_core::capture::{Capture, Device};

use crate::args::ChipReadArgs;
use crate::chip::key;
use crate::chip::progress::Bar;
use crate::chip::read::{Ending, Plan, Read};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::show;

/// Waits for a document, reads it, writes the capture.
pub(crate) fn run(args: &ChipReadArgs) -> Result<Exit, Failure> {
    room_for(&args.out)?;
    if matches!(reader_kind(&args.reader), "folder" | "serial") {
        return Err(Failure::say(format_args!(
            "--reader {}: such a reader has no chips; pcsc:NAME, pn532:/dev/ttyUSB0, vpcd:HOST:PORT or ccid:/dev/ttyS0",
            args.reader
        )));
    }
    let key = key::of(&args.chip)?;
    let plan = Plan::of(&args.chip)?;
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
    let bar = Bar::new();
    let read = plan.read(&mut live, key.password, &bar, Watch(&bar));
    bar.end();
    let exit = match read.ending() {
        Ending::Whole => Exit::Successful,
        Ending::Lacking => Exit::Undetermined,
        Ending::NoAccess(why) => {
            show::note(format_args!("verifier: {why}"));
            Exit::Undetermined
        }
        Ending::BadKey(why) => return Err(Failure::say(why)),
        Ending::BrokeOff(why) => {
            show::note(format_args!("verifier: {why}"));
            Exit::Aborted
        }
    };
    read.remarks().iter().for_each(show::note);
    let reading = &read.reading;
    if (exit == Exit::Aborted || reading.failure.is_some()) && !args.partial {
        show::note("nothing was written; --partial keeps what was read");
        return Ok(exit);
    }
    let mut capture = capture_of(reading, read.began, plan.keep_session);
    capture.mrz = key.lines;
    let mut device = Device::default();
    device.id = Some(reader_kind(&args.reader).to_owned());
    capture.device = Some(device);
    write(&capture, &args.out)?;
    summary(&read, &args.out)?;
    Ok(exit)
}

/// Shows how far a read is, and says at once where a data group is not what EF.SOD lists.
struct Watch<'b>(&'b Bar);

impl Listener for Watch<'_> {
    fn block(&mut self, progress: Progress) -> ControlFlow<()> {
        self.0.show(progress);
        ControlFlow::Continue(())
    }

    fn file(&mut self, file: ReadFile<'_>) {
        if file.hashed.is_some_and(HashedGroup::differs_from_list) {
            self.0.say(format_args!("note: {} has not the hash that EF.SOD lists", file.file));
        }
    }
}

/// Whether the capture can be written there, asked before a document is.
pub(crate) fn room_for(out: &Path) -> Result<(), Failure> {
    if out.exists() && !is_empty_folder(out) {
        return Err(Failure::about(out, "is there already; choose another name or remove it"));
    }
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        return Err(Failure::about(out, format_args!("there is no folder {}", parent.display())));
    }
    Ok(())
}

/// Writes a capture as a folder or, by its ending, as a zip.
pub(crate) fn write(capture: &Capture, out: &Path) -> Result<(), Failure> {
    let zip = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let written = if zip { capture.write_zip(out) } else { capture.write_folder(out) };
    written.map_err(|error| Failure::say(error.to_string()))
}

fn summary(read: &Read, out: &Path) -> Result<(), Failure> {
    let reading = &read.reading;
    let mut text = show::out();
    writeln!(text, "{}", read.summary())?;
    for (file, bytes) in &reading.files {
        let hashed = match file {
            FileId::Dg(number) => reading.hashed.get(number),
            _ => None,
        };
        let differs = if hashed.is_some_and(HashedGroup::differs_from_list) {
            ", not the hash that EF.SOD lists"
        } else {
            ""
        };
        writeln!(text, "  {:<16} {:>7} bytes{differs}", file.to_string(), bytes.len())?;
    }
    for number in &reading.left_out {
        writeln!(text, "  {:<16} listed, not read", number.to_string())?;
    }
    for run in &reading.authentication {
        let name = match run.proof {
            Proof::Active => "AA",
            Proof::Chip(_) => "CA",
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
