//! `verifier demo`: Utopia end to end. Makes the state, its trust store and its documents, genuine and forged, on
//! disk; verifies them through the same doors as any other capture; tables and reports the verdicts.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use comfy_table::{Cell, ContentArrangement, Table, presets};
use rayon::prelude::*;
use verifier_core::capture::Capture;
use verifier_core::trust::{Import, Snapshot, TrustStore};
use verifier_core::{Outcome, Policy, Portrait, Report, Time, Verifier};
use verifier_fixtures::scenario::{Scenario, Verdict};
use verifier_fixtures::world::Utopia;
use verifier_report::{html, terminal};

use crate::args::DemoArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{judge, show};

/// The day of the demo: fixed, so that every run of a version gives the same digests.
pub(super) const TODAY: &str = "2026-11-21T10:00:00Z";

/// One document of the demo with what came of it.
struct Shown {
    scenario: Scenario,
    capture: Capture,
    report: Report,
    portrait: Option<Portrait>,
}

/// Exit 0 only when every verdict, its deciding check and its reason are the expected ones.
pub(crate) fn run(args: &DemoArgs) -> Result<Exit, Failure> {
    let time = Time::parse(TODAY).map_err(Failure::say)?;
    let world = Utopia::new(args.seed, time.at());
    let bar = show::progress(Scenario::ALL.len().saturating_mul(2).saturating_add(1), "demo");
    bar.set_message("Utopia's keys, list and trust store");
    fs::create_dir_all(&args.out).map_err(|error| Failure::about(&args.out, error))?;
    let snapshot = trust_store(&world, &args.out.join("trust"))?;
    bar.inc(1);
    let captures = args.out.join("captures");
    fs::create_dir_all(&captures).map_err(|error| Failure::about(&captures, error))?;
    let paths: Vec<PathBuf> = Scenario::ALL
        .par_iter()
        .map(|scenario| {
            let path = captures.join(scenario.name());
            write_capture(&world.capture(*scenario), &path)?;
            bar.set_message(scenario.name());
            bar.inc(1);
            Ok(path)
        })
        .collect::<Result<_, Failure>>()?;
    let verifier = Verifier::builder()
        .trust(snapshot)
        .policy(Policy::frontline().danger_allow_specimen())
        .personal(true)
        .build()
        .map_err(Failure::say)?;
    let shown: Vec<Shown> = Scenario::ALL
        .par_iter()
        .zip(&paths)
        .map(|(scenario, path)| {
            let capture = judge::open(path, true)?;
            let (report, portrait) = verifier.verify_with_portrait(&capture, time);
            let report = report.with_path(path.display().to_string());
            bar.inc(1);
            Ok(Shown { scenario: *scenario, capture, report, portrait })
        })
        .collect::<Result<_, Failure>>()?;
    bar.finish_and_clear();
    let file = args.out.join("report.html");
    show::write_private(&file, report_html(&shown).as_bytes())?;
    print(&shown, args, &file)
}

/// Pins Utopia's root and imports its signed list and its CRL, as an operator would.
fn trust_store(world: &Utopia, folder: &Path) -> Result<Snapshot, Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Failure::about(folder, error))?;
    }
    let import = Import::new(world.today())
        .by("demo")
        .pin_bytes("utopia-csca.cer", world.ml_signer_csca())
        .bytes("utopia.ml", world.master_list())
        .bytes("utopia.crl", world.crl());
    let store = TrustStore::open_or_create(folder).map_err(Failure::say)?;
    let report = store.import(&import).map_err(Failure::say)?;
    if report.has_refusals() {
        return Err(Failure::about(folder, "Utopia's own list or CRL was refused"));
    }
    store.snapshot().map_err(Failure::say)
}

fn write_capture(capture: &Capture, path: &Path) -> Result<(), Failure> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| Failure::about(path, error))?;
    }
    capture.write_folder(path).map_err(Failure::say)
}

const fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Successful => Outcome::Successful,
        Verdict::Failed => Outcome::Failed,
        Verdict::Undetermined => Outcome::Undetermined,
    }
}

/// What differs from the expectation, in words; nothing when all is as expected.
fn difference(shown: &Shown) -> Option<String> {
    let expected = shown.scenario.expected();
    let overall = shown.report.overall();
    if overall != outcome(expected.overall) {
        return Some(format!("expected {}", outcome(expected.overall)));
    }
    let deciding = shown.report.deciding();
    let check = expected.check?;
    let Some(found) = deciding.iter().find(|found| found.id.as_str() == check) else {
        return Some(format!("expected {check} to decide"));
    };
    let reason = expected.reason?;
    (found.reason.code != reason).then(|| format!("expected reason {reason}, found {}", found.reason.code))
}

fn print(shown: &[Shown], args: &DemoArgs, file: &Path) -> Result<Exit, Failure> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["document", "what was done to it", "verdict", "deciding reason", "as expected"]);
    let mut wrong = 0_usize;
    for one in shown {
        let difference = difference(one);
        wrong = wrong.saturating_add(usize::from(difference.is_some()));
        table.add_row([
            Cell::new(one.scenario.name()),
            Cell::new(one.scenario.what()),
            terminal::outcome_cell(one.report.overall()),
            Cell::new(deciding(one)),
            Cell::new(difference.unwrap_or_else(|| "yes".to_owned())),
        ]);
    }
    let mut out = show::out();
    writeln!(out, "{table}")?;
    let right = shown.len().saturating_sub(wrong);
    writeln!(
        out,
        "{right} of {} verdicts as expected (Utopia, seed {}, as of {TODAY})",
        shown.len(),
        args.seed
    )?;
    writeln!(out, "report    {}", file.display())?;
    writeln!(out, "captures  {}", args.out.join("captures").display())?;
    writeln!(
        out,
        "try       verifier verify {} --trust {} --at {TODAY}",
        args.out.join("captures/genuine").display(),
        args.out.join("trust").display()
    )?;
    out.flush()?;
    Ok(if wrong == 0 { Exit::Successful } else { Exit::Failed })
}

/// The check that the scenario is about when it is among the deciding ones, else the first of them.
fn deciding(one: &Shown) -> String {
    let deciding = one.report.deciding();
    let expected = one.scenario.expected().check;
    let named = deciding.iter().find(|check| Some(check.id.as_str()) == expected).or(deciding.first());
    match named {
        None => "every mandatory check is successful".to_owned(),
        Some(check) => format!("{} [{}]", check.id, check.reason.code),
    }
}

fn report_html(shown: &[Shown]) -> String {
    let entries: Vec<html::Entry<'_>> = shown
        .iter()
        .map(|one| html::Entry {
            title: format!("{} ({})", one.scenario.name(), one.scenario.title()),
            story: Some(one.scenario.what().to_owned()),
            expected: Some(outcome(one.scenario.expected().overall)),
            report: &one.report,
            capture: Some(&one.capture),
            portrait: one.portrait.as_ref(),
        })
        .collect();
    // Utopians are nobody: the demo shows what an examiner would ask for with --personal.
    let options = html::Options { title: "Utopia: genuine and forged documents".to_owned(), personal: true };
    html::render(&entries, &options)
}
