//! `verifier inspect --reader URI ...`: documents as they come, verdicts as they go.

use std::collections::VecDeque;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use reader_drivers::{Cancel, ReaderError, Registry};
use verifier_chip::access::pace::Password;
use verifier_core::capture::Capture;
use verifier_core::{Report, Time};
use verifier_report::terminal;

use crate::args::InspectArgs;
use crate::chip::key::{self, Key};
use crate::chip::progress::Bar;
use crate::chip::read::{Ending, Plan, Read};
use crate::desk::document::{Chip, Document, Part, now};
use crate::desk::keep::Keep;
use crate::desk::lines::Lines;
use crate::desk::station::{Common, Job, Message, News, Station};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::judge::{self, Judge};
use crate::show;

/// How long one wait lasts when there is no end to wait for, and the longest that `--wait` may ask for.
const SLICE: Duration = Duration::from_secs(3600);
/// Time between two looks at the checks of the document on the desk.
const TURN: Duration = Duration::from_millis(50);
/// Most deliveries that wait for their document: as many as a watched folder may hold.
const MOST_ASIDE: usize = 10_000;
/// Readers that have chips.
const CHIP_READERS: [&str; 4] = ["pcsc", "pn532", "vpcd", "ccid"];

/// Opens the readers and judges what they deliver until the count is reached, the wait is over, or a reader is gone.
pub(crate) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    let chips = check(args)?;
    let judge = Judge::live(&args.judge)?;
    let key = key::of(&args.chip)?;
    let keep = Keep::new(args.out.as_deref(), args.count)?;
    let common = Arc::new(Common {
        plan: Plan::of(&args.chip)?,
        bar: Bar::new(),
        within: Duration::from_secs(args.within),
        device: match args.readers.as_slice() {
            [alone] => Some(scheme(alone).to_owned()),
            _ => None,
        },
        stop: AtomicBool::new(false),
    });
    let (readers, inbox) = Readers::open(&args.readers, &common)?;
    let mut desk = Desk {
        args,
        judge,
        key,
        keep,
        common,
        chips,
        lost: vec![None; args.readers.len()],
        readers,
        inbox,
        later: VecDeque::new(),
        exit: Exit::Successful,
        seen: 0,
        time: None,
    };
    while args.count.is_none_or(|count| desk.seen < count) {
        if let Some(document) = desk.begin()? {
            desk.serve(document)?;
        }
    }
    Ok(desk.exit)
}

/// What can be said of the flags before anything is opened; whether there is a reader for chips.
fn check(args: &InspectArgs) -> Result<bool, Failure> {
    let chips = args.readers.iter().filter(|uri| CHIP_READERS.contains(&scheme(uri))).count();
    if chips > 1 {
        return Err(Failure::say("--reader: one reader for chips, or none; a document has one chip"));
    }
    let flags = &args.chip;
    let keyed =
        flags.mrz_key.is_some() || flags.mrz.is_some() || flags.can.is_some() || flags.ta_key.is_some();
    if chips == 0 && keyed && !args.readers.iter().any(|uri| scheme(uri) == "replay") {
        return Err(Failure::say(format_args!(
            "a key was given and no --reader for chips ({})",
            CHIP_READERS.join(", ")
        )));
    }
    if args.judge.at.as_deref() == Some("captured") && (chips > 0 || args.readers.len() > 1) {
        return Err(Failure::say(
            "--at captured: a document on the desk is judged by the clock, or by --at TIME",
        ));
    }
    Ok(chips > 0)
}

fn scheme(uri: &str) -> &str {
    uri.split(':').next().unwrap_or_default()
}

/// The readers at work. Dropping them ends their threads.
struct Readers {
    common: Arc<Common>,
    orders: Vec<Sender<Job>>,
    cancels: Vec<Cancel>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    fn open(uris: &[String], common: &Arc<Common>) -> Result<(Self, Receiver<Message>), Failure> {
        let registry = Registry::standard();
        let (news, inbox) = mpsc::channel();
        let mut readers =
            Self { common: Arc::clone(common), orders: Vec::new(), cancels: Vec::new(), threads: Vec::new() };
        let mut stations = Vec::new();
        for (number, uri) in uris.iter().enumerate() {
            let reader = registry.open(uri).map_err(Failure::say)?;
            show::note(format_args!("reading from {uri} ({})", reader.info().description));
            let (order, orders) = mpsc::channel();
            readers.orders.push(order);
            stations.push(Station::new(number, uri, reader, Arc::clone(common), news.clone(), orders));
        }
        for station in stations {
            readers.cancels.push(station.canceller());
            let thread = thread::Builder::new().name("reader".to_owned()).spawn(|| station.serve());
            readers.threads.push(thread.map_err(|error| Failure::say(format_args!("no thread: {error}")))?);
        }
        Ok((readers, inbox))
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.common.stop.store(true, Ordering::Release);
        self.cancels.iter().for_each(Cancel::cancel);
        for thread in self.threads.drain(..) {
            // A reader that is left in order switches its field off.
            let _ = thread.join();
        }
    }
}

/// The desk between two documents, and with one on it.
struct Desk<'a> {
    args: &'a InspectArgs,
    judge: Judge,
    key: Key,
    keep: Keep,
    common: Arc<Common>,
    /// Whether there is a reader for chips.
    chips: bool,
    /// Readers that are gone for good, and why.
    lost: Vec<Option<ReaderError>>,
    readers: Readers,
    inbox: Receiver<Message>,
    /// What belongs to later documents, in the order of arrival.
    later: VecDeque<Message>,
    exit: Exit,
    seen: u64,
    /// By which the document on the desk is judged.
    time: Option<Time>,
}

impl Desk<'_> {
    /// Waits for the first part of a document. `None` where what came is no document.
    fn begin(&mut self) -> Result<Option<Document>, Failure> {
        let wait = self.args.wait.map_or(SLICE, Duration::from_secs).min(SLICE);
        let deadline = Instant::now() + wait;
        loop {
            let message = match self.later.pop_front() {
                Some(message) => message,
                // What was delivered before is judged; a desk without one of its readers takes no more.
                None if self.lost.iter().any(Option::is_some) => return Err(self.gone()),
                None => match self.inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) if self.args.wait.is_some() => {
                        return Err(Failure::say(format_args!("no document within {} s", wait.as_secs())));
                    }
                    Err(RecvTimeoutError::Timeout) => return Ok(None),
                    Err(RecvTimeoutError::Disconnected) => return Err(self.gone()),
                },
            };
            let reader = message.reader;
            let Some(part) = self.part(message, None) else {
                if self.args.count.is_some_and(|count| self.seen >= count) {
                    return Ok(None);
                }
                continue;
            };
            let captured_at = match &part {
                Part::Page(capture, _) if self.lost.len() == 1 => capture.captured_at,
                Part::Page(capture, _) => Some(capture.captured_at.unwrap_or_else(now)),
                Part::Zone(_) | Part::Chip(_) => Some(now()),
            };
            let (inspection, time) = self.judge.inspect(captured_at)?;
            self.time = Some(time);
            if let Some(lines) = &self.key.lines {
                inspection.put_mrz(lines.clone());
            }
            let lines = Lines::new(self.common.bar.is_watched() || self.args.chip.log);
            let until = Instant::now() + self.common.within;
            let mut document = Document::new(inspection, until, self.lost.len(), lines);
            // An empty document takes anything.
            let _taken = document.take(reader, part);
            return Ok(Some(document));
        }
    }

    /// Why there is nothing more to come.
    fn gone(&self) -> Failure {
        match self.lost.iter().flatten().next() {
            Some(error) => Failure::say(error),
            None => Failure::say("no reader is at work any more"),
        }
    }

    /// Lets the document have its parts, then judges it.
    fn serve(&mut self, mut document: Document) -> Result<(), Failure> {
        if !document.is_over(&self.lost_flags(), Instant::now()) {
            for message in std::mem::take(&mut self.later) {
                self.take(&mut document, message);
            }
        }
        loop {
            self.order(&mut document);
            if document.is_over(&self.lost_flags(), Instant::now()) {
                break;
            }
            match self.inbox.recv_timeout(TURN) {
                Ok(message) => self.take(&mut document, message),
                Err(RecvTimeoutError::Timeout) => {}
                // Every reader is lost; what they said was heard before.
                Err(RecvTimeoutError::Disconnected) => break,
            }
            document.lines.look(&document.inspection, &self.common.bar);
        }
        if document.is_nothing() {
            self.common.bar.say("the chip was taken away before it was read; nothing to judge");
            return Ok(());
        }
        self.end(document)
    }

    fn lost_flags(&self) -> Vec<bool> {
        self.lost.iter().map(Option::is_some).collect()
    }

    /// Orders the chip that waits to be read, when its key is there or nobody is left to bring one.
    fn order(&mut self, document: &mut Document) {
        let Chip::Waiting { reader, chip } = document.chip else { return };
        let password = match &self.key.password {
            Some(password) => Some(password.clone()),
            None => match self.key_of(document) {
                Ok(password) => password,
                Err(Wait) => return,
            },
        };
        let job = Job { chip, inspection: Arc::clone(&document.inspection), password };
        document.chip = Chip::Reading { reader, chip };
        if self.readers.orders.get(reader).is_none_or(|orders| orders.send(job).is_err()) {
            document.chip = Chip::Over;
            document.deliver(reader);
        }
    }

    /// The key of the document's own zone; none where nobody will bring one any more.
    fn key_of(&self, document: &Document) -> Result<Option<Password>, Wait> {
        let key = document.key();
        if let Ok(Some(password)) = key {
            if document.key_is_doubtful() {
                self.common
                    .bar
                    .say("note: a check digit of the zone is wrong; the chip will probably refuse the key");
            }
            return Ok(Some(password));
        }
        // A zone that gives no key may still be read again.
        let nobody_left = key.is_ok() && document.is_all_there(&self.lost_flags());
        if !nobody_left && Instant::now() < document.until {
            return Err(Wait);
        }
        match key {
            Ok(_) => self.common.bar.say("note: there is no zone for a key; trying the chip without one"),
            Err(why) => self.common.bar.say(format_args!("note: {why}; trying the chip without a key")),
        }
        Ok(None)
    }

    /// Takes a message while a document is on the desk.
    fn take(&mut self, document: &mut Document, message: Message) {
        let reader = message.reader;
        if matches!(message.news, News::Bundle(_)) && !document.wants_page_of(reader) {
            document.end_with(reader);
            self.put_aside(message);
            return;
        }
        if let Some(part) = self.part(message, Some(document))
            && let Err(part) = document.take(reader, part)
        {
            let news = match part {
                Part::Zone(lines) => News::Text(lines),
                // Read again when its turn comes: many may wait there.
                Part::Page(_, path) => News::Bundle(path),
                Part::Chip(chip) => News::Chip(chip),
            };
            self.put_aside(Message { reader, news });
        }
    }

    /// Keeps a message for a later document. A reader that floods the desk is not kept up with, and that is no success.
    fn put_aside(&mut self, message: Message) {
        if self.later.len() < MOST_ASIDE {
            self.later.push_back(message);
        } else {
            self.note("reader: more deliveries wait than a desk can hold; this one is left out");
            self.exit = self.exit.and(Exit::Unusable);
        }
    }

    /// The part of a document that a message brings; anything else is dealt with here.
    fn part(&mut self, message: Message, document: Option<&mut Document>) -> Option<Part> {
        let reader = message.reader;
        match message.news {
            News::Zone(text) => {
                if text.unknown() > 0 {
                    self.note(format_args!("reader: {} cells could not be read", text.unknown()));
                }
                return Some(Part::Zone(text.to_lines()));
            }
            News::Text(lines) => return Some(Part::Zone(lines)),
            News::Chip(chip) => return Some(Part::Chip(chip)),
            News::Bundle(path) => match judge::open(&path, false) {
                Ok(capture) => return Some(Part::Page(Box::new(self.page(capture)), path)),
                Err(failure) => {
                    self.note(format_args!("verifier: {failure}"));
                    self.exit = self.exit.and(Exit::Unusable);
                    if self.lost.len() == 1 {
                        self.seen = self.seen.saturating_add(1);
                    }
                }
            },
            News::ChipAway(chip) => {
                self.later.retain(|waiting| !(waiting.reader == reader && waiting.news.is_chip(chip)));
                // Under way is what was ordered; it left before the order came there.
                let its = [Chip::Waiting { reader, chip }, Chip::Reading { reader, chip }];
                if let Some(document) = document
                    && its.contains(&document.chip)
                {
                    document.chip = Chip::Absent;
                }
            }
            News::ChipRead(read) => {
                self.tell(&read);
                if let Some(document) = document {
                    document.chip = Chip::Over;
                    document.deliver(reader);
                }
            }
            News::Trouble(error) => {
                self.note(format_args!("reader: {error}"));
                self.exit = self.exit.and(Exit::Aborted);
            }
            News::Unplugged(error) => {
                self.note(format_args!("reader: {error}; waiting {} s for it", self.args.within));
            }
            News::Back => self.note("reader: it is back"),
            News::Lost(error) => {
                if let Some(document) = document
                    && document.chip.is_of(reader)
                {
                    document.chip = Chip::Over;
                }
                if let Some(lost) = self.lost.get_mut(reader) {
                    *lost = Some(error);
                }
            }
        }
        None
    }

    /// What a bundle brings to the desk: all of it, or its page where the chip is read here.
    fn page(&self, mut capture: Capture) -> Capture {
        if self.chips && capture.chip.take().is_some() {
            self.note("note: the bundle's own chip part is left out; the chip is read here");
        }
        capture
    }

    /// Says how a read of a chip ended.
    fn tell(&mut self, read: &Read) {
        match read.ending() {
            Ending::Whole | Ending::Lacking => {}
            Ending::NoAccess(why) => self.note(format_args!("chip: {why}")),
            Ending::BadKey(why) => self.note(format_args!("chip: {why}")),
            Ending::BrokeOff(why) => {
                // The report says so too, unless the session's values were left out.
                self.exit = self.exit.and(Exit::Aborted);
                self.note(format_args!("chip: {why}"));
            }
        }
        read.remarks().iter().for_each(|remark| self.note(remark));
        if self.common.bar.is_watched() || self.args.chip.log {
            self.note(format_args!("chip: {}", read.summary()));
        }
    }

    /// The report on a capture as it was kept: fields of a bundle that nobody knows are not written again, and a report that
    /// speaks of them would be of another capture.
    fn of_kept(&mut self, path: &Path, time: Time) -> Option<Report> {
        self.note("note: the bundle has fields that are not known; they are not kept, and the report does not speak of them");
        match judge::open(path, false) {
            Ok(capture) => Some(self.judge.verify_at(&capture, time)),
            Err(failure) => {
                self.note(format_args!("verifier: {failure}"));
                self.exit = self.exit.and(Exit::Unusable);
                None
            }
        }
    }

    fn note(&self, text: impl std::fmt::Display) {
        self.common.bar.say(text);
    }

    /// Judges, keeps and prints.
    fn end(&mut self, mut document: Document) -> Result<(), Failure> {
        document.inspection.complete();
        let report = loop {
            if let Some(report) = document.inspection.wait(TURN) {
                break report;
            }
            document.lines.look(&document.inspection, &self.common.bar);
        };
        document.lines.look(&document.inspection, &self.common.bar);
        let mut report = Report::clone(&report);
        let evidence = document.inspection.capture();
        let kept = match self.keep.keep(&evidence) {
            Ok(kept) => kept,
            Err(failure) => {
                self.note(format_args!("verifier: {failure}"));
                self.exit = self.exit.and(Exit::Unusable);
                None
            }
        };
        if let (Some(path), Some(time), false) = (&kept, self.time, evidence.notes.is_empty()) {
            report = self.of_kept(path, time).unwrap_or(report);
        }
        if let Some(path) = kept.or(document.path) {
            report = report.with_path(path.display().to_string());
        }
        self.seen = self.seen.saturating_add(1);
        self.exit = self.exit.and(report.overall().into());
        print(&report, self.args)
    }
}

/// A key may still come.
struct Wait;

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
