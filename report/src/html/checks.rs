//! Every check of the report: glyph, word, colour, mode, measure and reason.

use maud::{Markup, html};
use verifier_core::{CheckResult, Report};

use super::summary::badge;

pub(super) fn render(report: &Report) -> Markup {
    html! {
        h3 { "Every check" }
        div.wide {
            table {
                thead { tr { th { "Outcome" } th { "Check" } th { "Mode" } th { "Measure" } th { "Reason" } } }
                tbody { @for check in &report.checks { (row(check)) } }
            }
        }
    }
}

fn row(check: &CheckResult) -> Markup {
    html! {
        tr {
            td { (badge(check.outcome)) }
            td {
                span.mono { (check.id.as_str()) }
                @if let Some(triple) = &check.triple { span.soft { "(" (triple) ")" } }
            }
            td { (check.mode.as_str().replace('_', " ")) }
            td.number { (measure(check)) }
            td { (check.reason.text) " " span.soft { "[" (check.reason.code) "]" } }
        }
    }
}

fn measure(check: &CheckResult) -> Markup {
    html! {
        @if let (Some(value), Some(threshold)) = (check.value, check.threshold) {
            (format!("{value:.3} / {threshold:.3}"))
            @if let Some(margin) = check.margin { br; (format!("margin {margin:+.2}")) }
        }
    }
}
