//! `verifier mrz check`: zones as text, one record or picture a document, in constant memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use verifier_mrz::repair::{self, Outcome};
use verifier_mrz::{Date, Finding, Provenance, Read, Zone, lenient};

use crate::args::MrzCheckArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::mrz::input::{Document, Documents};
use crate::mrz::picture;
use crate::mrz::record::{AMBIGUOUS, AllFindings, Checks, Dates, Edit, Fields, Record};
use crate::{clock, show};

/// Checks every document of the input. Exit: 0 all valid, 1 any not valid, 3 any without a format.
pub(crate) fn run(args: &MrzCheckArgs) -> Result<Exit, Failure> {
    let today = today(args.today.as_deref())?;
    match args.file.as_deref().filter(|file| *file != Path::new("-")) {
        Some(file) => {
            let opened = File::open(file).map_err(|error| Failure::about(file, error))?;
            check_all(BufReader::with_capacity(1 << 16, opened), args, today)
        }
        None => check_all(io::stdin().lock(), args, today),
    }
}

/// The given day, else the system clock's.
fn today(given: Option<&str>) -> Result<Date, Failure> {
    let text = match given {
        Some(text) => text.to_owned(),
        None => clock::instant(None)?.date().to_string(),
    };
    Date::parse(&text)
        .ok_or_else(|| Failure::say(format_args!("--today {text}: not a day; write 2026-11-21")))
}

fn check_all(reader: impl BufRead, args: &MrzCheckArgs, today: Date) -> Result<Exit, Failure> {
    let mut documents = Documents::new(reader);
    let mut document = Document::default();
    let mut out = Output::new(args.json);
    let mut exit = None;
    loop {
        match documents.next_into(&mut document) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                out.flush()?;
                return Err(Failure::say(format_args!("the input broke off: {error}")));
            }
        }
        let one = check_one(&document, args, today, &mut out)?;
        exit = Some(exit.map_or(one, |exit: Exit| exit.and(one)));
    }
    out.flush()?;
    exit.ok_or_else(|| Failure::say("the input holds no document"))
}

fn check_one(
    document: &Document,
    args: &MrzCheckArgs,
    today: Date,
    out: &mut Output,
) -> Result<Exit, Failure> {
    if document.fault.is_some() {
        return out.show(document, today, &Found::<Read>::nothing(&document.lines, &[]));
    }
    if args.lenient {
        return check_leniently(document, today, out);
    }
    let mut lines: [&str; 8] = [""; 8];
    let count = document.lines.len().min(lines.len());
    for (slot, line) in lines.iter_mut().zip(&document.lines) {
        *slot = line.as_str();
    }
    match verifier_mrz::parse(lines.get(..count).unwrap_or_default()) {
        Ok(zone) => {
            let findings = zone.findings(Some(today));
            out.show(document, today, &Found::zone(&document.lines, &zone, findings.as_slice()))
        }
        Err(unreadable) => {
            let findings = unreadable.findings();
            out.show(document, today, &Found::<Read>::nothing(&document.lines, findings.as_slice()))
        }
    }
}

/// Lenient layer first (shape, case, blanks), then the repair layer where the digits do not agree. What was changed
/// stands in `edits`; a document that was put right is never shown as one that was read.
fn check_leniently(document: &Document, today: Date, out: &mut Output) -> Result<Exit, Failure> {
    let borrowed: Vec<&str> = document.lines.iter().map(String::as_str).collect();
    let reading = match lenient::parse(&borrowed) {
        Ok(reading) => reading,
        Err(unreadable) => {
            let findings = unreadable.findings();
            return out.show(document, today, &Found::<Read>::nothing(&document.lines, findings.as_slice()));
        }
    };
    let zone = reading.zone();
    let mut edits: Vec<Edit> = reading.changes().iter().map(shaped).collect();
    let lines: Vec<String> =
        zone.lines().iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let ambiguous = match repair::repair_zone(&zone, repair::Limits::default()) {
        Outcome::Unique(repaired) => {
            edits.extend(repaired.edits().iter().map(put_right));
            if let Some(zone) = repaired.zone() {
                let lines: Vec<String> = repaired.lines().map(str::to_owned).collect();
                let findings = zone.findings(Some(today));
                let found = Found { edits: &edits, ..Found::zone(&lines, &zone, findings.as_slice()) };
                return out.show(document, today, &found);
            }
            None
        }
        Outcome::Ambiguous(solutions) => {
            let more = if solutions.has_more() { "at least " } else { "" };
            let count = solutions.len();
            Some(format!("{more}{count} repairs explain the check digits equally well; none is taken"))
        }
        _ => None,
    };
    let findings = zone.findings(Some(today));
    let found = Found {
        edits: &edits,
        repair: ambiguous.as_deref(),
        ..Found::zone(&lines, &zone, findings.as_slice())
    };
    out.show(document, today, &found)
}

/// A change of shape: which line, how many cells.
fn shaped(change: &lenient::Change) -> Edit {
    Edit {
        line: change.line,
        column: 0,
        from: String::new(),
        to: change.count.to_string(),
        kind: change.kind.as_str(),
    }
}

/// A cell that was put right under the check digits.
fn put_right(edit: &repair::Edit) -> Edit {
    Edit {
        line: edit.line,
        column: edit.column,
        from: edit.from.map(String::from).unwrap_or_default(),
        to: edit.to.to_string(),
        kind: "repair",
    }
}

/// What was found in one document.
struct Found<'a, P: Provenance> {
    lines: &'a [String],
    zone: Option<&'a Zone<'a, P>>,
    findings: &'a [Finding],
    edits: &'a [Edit],
    repair: Option<&'a str>,
}

impl<'a, P: Provenance> Found<'a, P> {
    /// Lines that fit no format.
    const fn nothing(lines: &'a [String], findings: &'a [Finding]) -> Self {
        Self { lines, zone: None, findings, edits: &[], repair: None }
    }

    /// A zone and its findings.
    const fn zone(lines: &'a [String], zone: &'a Zone<'a, P>, findings: &'a [Finding]) -> Self {
        Self { lines, zone: Some(zone), findings, edits: &[], repair: None }
    }
}

/// Where records or pictures go.
struct Output {
    json: bool,
    stdout: Box<dyn Write>,
}

impl Output {
    fn new(json: bool) -> Self {
        let stdout: Box<dyn Write> = if json { Box::new(show::json_out()) } else { Box::new(show::out()) };
        Self { json, stdout }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.stdout.flush()?)
    }

    /// One document: its record or its picture, and its share of the exit status.
    fn show<P: Provenance>(
        &mut self,
        document: &Document,
        today: Date,
        found: &Found<'_, P>,
    ) -> Result<Exit, Failure> {
        let valid = found.zone.is_some_and(Zone::digits_agree);
        let format = found.zone.map(|zone| zone.format().as_str());
        if self.json {
            self.record(document, today, found, format, valid)?;
        } else {
            self.picture(document, found, format, valid)?;
        }
        Ok(match (format, valid) {
            (None, _) => Exit::Undetermined,
            (Some(_), true) => Exit::Successful,
            (Some(_), false) => Exit::Failed,
        })
    }

    fn record<P: Provenance>(
        &mut self,
        document: &Document,
        today: Date,
        found: &Found<'_, P>,
        format: Option<&str>,
        valid: bool,
    ) -> Result<(), Failure> {
        let record = Record {
            id: &document.id,
            lines: found.lines,
            format,
            valid,
            fields: Fields(found.zone),
            dates: Dates::of(found.zone, today),
            checks: Checks(found.zone.map(Zone::checks).unwrap_or_default()),
            findings: AllFindings { zone: found.findings, input: document.fault, repair: found.repair },
            edits: found.edits,
        };
        show::json_line(&mut self.stdout, &record)
    }

    fn picture<P: Provenance>(
        &mut self,
        document: &Document,
        found: &Found<'_, P>,
        format: Option<&str>,
        valid: bool,
    ) -> Result<(), Failure> {
        let word = match (format, valid) {
            (None, _) => "! no format",
            (Some(_), true) if found.edits.is_empty() => "✔ digits agree",
            (Some(_), true) => "✔ digits agree, after changes",
            (Some(_), false) => "✘ not valid",
        };
        writeln!(self.stdout, "{}: {} {word}", show::plain(&document.id), format.unwrap_or("?"))?;
        if let Some(fault) = document.fault {
            writeln!(self.stdout, "    error: {} [{}]", fault.text(), fault.code())?;
        }
        let checks = found.zone.map(Zone::checks).unwrap_or_default();
        write!(self.stdout, "{}", picture::draw(found.lines, checks, found.findings))?;
        if let Some(text) = found.repair {
            writeln!(self.stdout, "    warning: {text} [{AMBIGUOUS}]")?;
        }
        for edit in found.edits {
            let (from, to) = (show::plain(&edit.from), &edit.to);
            match edit.column {
                0 => writeln!(self.stdout, "    changed: line {}: {} ({to})", edit.line, edit.kind)?,
                column => writeln!(
                    self.stdout,
                    "    changed: line {} column {column}: {from} -> {to} ({})",
                    edit.line, edit.kind
                )?,
            }
        }
        Ok(())
    }
}
