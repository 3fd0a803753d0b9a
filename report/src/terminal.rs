//! The verdict in a terminal: the outcome first, then why, then every check.
//!
//! The text carries ANSI styles; the printing room strips them for files, pipes and `NO_COLOR`.

mod chain;

use std::fmt::Write as _;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use verifier_core::{Category, CheckResult, Outcome, Report, Severity};

use crate::look;

/// How much to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Verdict, deciding reasons, first-page findings.
    Brief,
    /// All of that and every check.
    Full,
}

/// One report as text, ending with a line break. No personal data unless the report holds it.
#[must_use]
pub fn render(report: &Report, detail: Detail) -> String {
    let mut text = String::new();
    heading(&mut text, report);
    for check in report.deciding() {
        let _ = writeln!(text, "  {} {} [{}]", painted(check.outcome), check.id, check.reason.code);
        let _ = writeln!(text, "      {}", check.reason.text);
        for place in places(check) {
            let _ = writeln!(text, "      {place}");
        }
    }
    for finding in &report.findings {
        if finding.first_page || detail == Detail::Full {
            let _ = writeln!(text, "  {} {}: {}", severity(finding.severity), finding.code, finding.text);
        }
    }
    holder(&mut text, report);
    if detail == Detail::Full {
        chain::draw(&mut text, report);
        let _ = writeln!(text, "{}", checks(report.checks.iter()));
    }
    let _ = writeln!(text, "  digest {}", report.digest);
    text
}

/// Who the document says to belong to, where the report holds it.
fn holder(text: &mut String, report: &Report) {
    if let Some(personal) = &report.document.personal {
        let shown = [&personal.document_number, &personal.primary, &personal.secondary, &personal.birth_date];
        let shown: Vec<&str> = shown.into_iter().flatten().map(String::as_str).collect();
        let _ = writeln!(text, "  holder: {}", shown.join(" / "));
        for detail in &personal.details {
            let field = detail.field.replace('_', " ");
            let _ = writeln!(text, "  {} {field}: {}", detail.source, detail.value);
        }
    }
}

fn heading(text: &mut String, report: &Report) {
    let name = report.capture.name();
    let document = &report.document;
    let kind: Vec<&str> = [&document.format, &document.document_code, &document.issuing_state]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let _ = writeln!(text, "{}  {name}  {}", painted(report.overall()), kind.join(" "));
    let _ = writeln!(
        text,
        "  policy {} {}, as of {} ({}), {} anchors",
        report.policy.name,
        report.policy.version,
        report.at,
        serde_word(report.at_source),
        report.trust_store.anchors
    );
}

const fn serde_word(source: verifier_core::TimeSource) -> &'static str {
    match source {
        verifier_core::TimeSource::Given => "given",
        verifier_core::TimeSource::System => "system clock",
        verifier_core::TimeSource::Captured => "time of capture",
    }
}

/// One category alone, judged by a policy narrowed to it: the outcome first, then the chain for the electronic one, then
/// its checks and their findings.
#[must_use]
pub fn render_category(report: &Report, category: Category) -> String {
    let mut text = String::new();
    let name = report.capture.name();
    let overall = report.overall();
    // The exit status follows the overall outcome: a specimen is none to pass, whatever its checks say.
    let own = match report.categories.of(category).outcome {
        own if own == overall => String::new(),
        own => format!(": {}", own.as_str()),
    };
    let _ = writeln!(text, "{}  {name}  ({} checks{own})", painted(overall), category.as_str());
    holder(&mut text, report);
    if category == Category::Electronic {
        chain::draw(&mut text, report);
    }
    let of_category = |check: &&CheckResult| check.category == category;
    let _ = writeln!(text, "{}", checks(report.checks.iter().filter(of_category)));
    for check in report.checks.iter().filter(of_category) {
        for place in places(check) {
            let _ = writeln!(text, "  {}: {place}", check.id);
        }
    }
    // Deviations and known defects stand with the chain.
    let told = |code: &str| {
        let chip = report.chip.iter().flat_map(|chip| &chip.deviations);
        category == Category::Electronic
            && (chip.into_iter().any(|known| known.code == code)
                || report.known_defects.iter().any(|known| known.code == code)
                || code.starts_with("validity."))
    };
    for finding in report.findings.iter().filter(|finding| !told(&finding.code)) {
        let elsewhere = finding.check.as_ref().and_then(|id| report.check(id.as_str()));
        if elsewhere.is_none_or(|check| check.category == category) {
            let _ = writeln!(text, "  {} {}: {}", severity(finding.severity), finding.code, finding.text);
        }
    }
    text
}

/// Every check as a table that fits the terminal.
fn checks<'a>(list: impl Iterator<Item = &'a CheckResult>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["outcome", "check", "mode", "measure", "reason"]);
    for check in list {
        table.add_row([
            outcome_cell(check.outcome),
            Cell::new(check.id.as_str()),
            Cell::new(check.mode.as_str().replace('_', " ")),
            Cell::new(measure(check)),
            Cell::new(format!("{} [{}]", check.reason.text, check.reason.code)),
        ]);
    }
    table
}

/// An outcome as a coloured cell of a table: glyph and word.
#[must_use]
pub fn outcome_cell(outcome: Outcome) -> Cell {
    let look = look(outcome);
    let colour = match outcome {
        Outcome::Successful => Color::Green,
        Outcome::Failed => Color::Red,
        Outcome::Undetermined => Color::Yellow,
        Outcome::NotSupported => Color::DarkGrey,
        Outcome::Aborted => Color::Magenta,
    };
    Cell::new(format!("{} {}", look.glyph, look.word)).fg(colour).add_attribute(Attribute::Bold)
}

fn measure(check: &CheckResult) -> String {
    match (check.value, check.threshold, check.margin) {
        (Some(value), Some(threshold), Some(margin)) => format!("{value:.3} / {threshold:.3} ({margin:+.2})"),
        (Some(value), Some(threshold), None) => format!("{value:.3} / {threshold:.3}"),
        _ => String::new(),
    }
}

fn places(check: &CheckResult) -> Vec<String> {
    let place = |region: &verifier_core::Region| {
        let [x, y, width, height] = region.rect_px;
        let pixels =
            format!("{} page, {} light: {x:.0},{y:.0} {width:.0}x{height:.0} px", region.page, region.light);
        match region.rect_mm {
            Some([x, y, width, height]) => format!("{pixels} = {x:.1},{y:.1} {width:.1}x{height:.1} mm"),
            None => pixels,
        }
    };
    check.regions.iter().take(8).map(place).collect()
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Alarm => "ALARM",
    }
}

/// Glyph and word in the outcome's colour.
#[must_use]
pub fn painted(outcome: Outcome) -> String {
    let look = look(outcome);
    format!("{}{} {}{}", look.style.render(), look.glyph, look.word, look.style.render_reset())
}
