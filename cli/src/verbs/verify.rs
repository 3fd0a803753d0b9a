//! `verifier verify`, `verifier chip check`, `verifier optics check`: captures in, verdicts out.

use std::io::Write as _;
use std::path::Path;

use rayon::prelude::*;
use verifier_core::capture::Capture;
use verifier_core::{Category, Portrait, Report};
use verifier_report::{html, terminal};

use crate::args::VerifyArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::judge::{self, Judge};
use crate::show;

/// Which part of the verdict the verb speaks of. A part is judged under the policy narrowed to its category, and the
/// report names that policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The overall result.
    Whole,
    /// The electronic category.
    Electronic,
    /// The optical category.
    Optical,
}

impl Scope {
    const fn category(self) -> Option<Category> {
        match self {
            Self::Whole => None,
            Self::Electronic => Some(Category::Electronic),
            Self::Optical => Some(Category::Optical),
        }
    }
}

/// One capture, judged or not readable.
struct Judged {
    capture: Option<Capture>,
    report: Result<Report, Failure>,
    portrait: Option<Portrait>,
}

/// How many captures are judged before their results are printed: bounds memory, keeps order.
const BATCH: usize = 16;

/// Judges every capture, prints in the order of the command line, and ends with the most serious status.
pub(crate) fn run(args: &VerifyArgs, scope: Scope) -> Result<Exit, Failure> {
    if let Some(report) = &args.report {
        html_only(report)?;
    }
    let judge = Judge::new(&args.judge, scope.category())?;
    let bar = show::progress(args.captures.len(), "verifying");
    let mut exit = Exit::Successful;
    let mut kept = Vec::new();
    for batch in args.captures.chunks(BATCH) {
        let judged: Vec<Judged> = batch.par_iter().map(|path| judge_one(&judge, path, args, &bar)).collect();
        for one in judged {
            exit = exit.and(print(&one, args, scope)?);
            if args.report.is_some() {
                kept.push(one);
            }
        }
    }
    bar.finish_and_clear();
    if let Some(file) = &args.report {
        write_html(file, &kept, args.judge.personal)?;
    }
    Ok(exit)
}

fn judge_one(judge: &Judge, path: &Path, args: &VerifyArgs, bar: &indicatif::ProgressBar) -> Judged {
    let judged = match judge::open(path, args.strict) {
        Ok(capture) => {
            let (report, portrait) = match judge.verify_with_portrait(&capture) {
                Ok((report, portrait)) => (Ok(report.with_path(path.display().to_string())), portrait),
                Err(failure) => (Err(failure), None),
            };
            let kept = args.report.is_some();
            Judged { capture: kept.then_some(capture), report, portrait: portrait.filter(|_| kept) }
        }
        Err(failure) => Judged { capture: None, report: Err(failure), portrait: None },
    };
    bar.inc(1);
    judged
}

fn print(judged: &Judged, args: &VerifyArgs, scope: Scope) -> Result<Exit, Failure> {
    let report = match &judged.report {
        Ok(report) => report,
        Err(failure) => {
            show::note(format_args!("verifier: {failure}"));
            return Ok(Exit::Unusable);
        }
    };
    if args.judge.json {
        let mut out = show::json_out();
        show::json_line(&mut out, report)?;
        out.flush()?;
    } else {
        let mut out = show::out();
        write!(out, "{}", text(report, scope))?;
        out.flush()?;
    }
    let mut exit = Exit::from(report.overall());
    if args.expect.as_ref().is_some_and(|expected| !expected.eq_ignore_ascii_case(&report.digest)) {
        show::note(format_args!("verifier: the report's digest is {}, not the expected one", report.digest));
        exit = exit.and(Exit::Failed);
    }
    Ok(exit)
}

fn text(report: &Report, scope: Scope) -> String {
    match scope.category() {
        None => terminal::render(report, terminal::Detail::Full),
        Some(category) => terminal::render_category(report, category),
    }
}

/// The formats that this version renders.
fn html_only(file: &Path) -> Result<(), Failure> {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html" | "htm") => Ok(()),
        Some("pdf" | "xml") => Err(Failure::about(
            file,
            "PDF and XML reports are not built yet in this version; write FILE.html",
        )),
        _ => Err(Failure::about(file, "the report's format follows its ending; write FILE.html")),
    }
}

fn write_html(file: &Path, kept: &[Judged], personal: bool) -> Result<(), Failure> {
    let entries: Vec<html::Entry<'_>> = kept
        .iter()
        .filter_map(|one| {
            let report = one.report.as_ref().ok()?;
            Some(html::Entry {
                title: report.capture.name(),
                story: None,
                expected: None,
                report,
                capture: one.capture.as_ref(),
                portrait: one.portrait.as_ref(),
            })
        })
        .collect();
    let options = html::Options { title: "Document verification".to_owned(), personal };
    show::write_private(file, html::render(&entries, &options).as_bytes())
}
