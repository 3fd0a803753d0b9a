//! One document of the report: verdict, reasons, pictures, chain, every check.

use maud::{Markup, html};
use verifier_core::{Outcome, Report, Severity};

use super::summary::{badge, short};
use super::{Entry, Options, chain, checks, lights, portrait, trust};
use crate::look;

pub(super) fn render(number: usize, entry: &Entry<'_>, options: &Options, of: usize) -> Markup {
    let report = entry.report;
    // A report on one document is open; in a long one the reader opens what he looks for.
    let open = of == 1 || number == 0;
    html! {
        article id={ "document-" (number) } {
            details open[open] {
                summary { h2 { (entry.title) } (badge(report.overall())) }
                @if let Some(story) = &entry.story { p.soft { (story) } }
                (reasons(report))
                (findings(report))
                (identity(report, options))
                @if let Some(capture) = entry.capture { (lights::render(report, capture, options.personal)) }
                @if let Some(face) = entry.portrait { (portrait::render(report, face, options.personal)) }
                @if let Some(chip) = &report.chip { (chain::render(report, chip)) (trust::render(report, chip)) }
                (categories(report))
                (checks::render(report))
                p.soft {
                    "Capture " span.mono { (short(&report.capture.sha256)) }
                    "· report digest " span.mono { (report.digest) }
                }
            }
        }
    }
}

fn reasons(report: &Report) -> Markup {
    html! {
        @for check in report.deciding() {
            div.reason.(look(check.outcome).class) {
                b { (look(check.outcome).glyph) " " (look(check.outcome).word) ": " (check.id.as_str()) }
                " · " (check.reason.code)
                p { (check.reason.text) }
                @if let Some(info) = verifier_core::explain(check.id.as_str()) {
                    @if check.outcome != Outcome::Successful { p.soft { "Look at: " (info.look_at) } }
                }
            }
        }
    }
}

fn findings(report: &Report) -> Markup {
    html! {
        @if !report.findings.is_empty() {
            h3 { "Findings" }
            ul {
                @for finding in &report.findings {
                    li {
                        b { (severity(finding.severity)) } " " span { (finding.code) } ": " (finding.text)
                    }
                }
            }
        }
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Alarm => "ALARM",
    }
}

fn identity(report: &Report, options: &Options) -> Markup {
    let document = &report.document;
    let row = |name: &str, value: &Option<String>| {
        html! {
            @if let Some(value) = value { dt { (name) } dd { (value) } }
        }
    };
    html! {
        h3 { "Document" }
        dl {
            (row("Layout", &document.format))
            (row("Code", &document.document_code))
            (row("Issuing state", &document.issuing_state))
            (row("State", &document.issuing_state_name))
            @if let (true, Some(personal)) = (options.personal, &document.personal) {
                (row("Number", &personal.document_number))
                (row("Primary identifier", &personal.primary))
                (row("Secondary identifier", &personal.secondary))
                (row("Nationality", &personal.nationality))
                (row("Sex", &personal.sex))
                (row("Born", &personal.birth_date))
                (row("Expires", &personal.expiry_date))
                @for detail in &personal.details {
                    dt { (detail.source) " " (detail.field.replace('_', " ")) } dd { (detail.value) }
                }
            }
            @if document.specimen { dt { "Specimen" } dd { "no state stands behind this issuer" } }
        }
    }
}

fn categories(report: &Report) -> Markup {
    html! {
        h3 { "Categories" }
        div.tallies {
            @for category in verifier_core::Category::ALL {
                @let result = report.categories.of(category);
                span.badge.(look(result.outcome).class) {
                    i { (look(result.outcome).glyph) } (category.as_str()) ": " (look(result.outcome).word)
                }
            }
        }
    }
}
