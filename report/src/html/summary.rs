//! The head of the report: what was judged by what, tallies, and one line a document.

use maud::{Markup, html};
use verifier_core::Outcome;

use super::{Entry, Options};
use crate::look;

pub(super) fn render(entries: &[Entry<'_>], options: &Options) -> Markup {
    html! {
        header {
            h1 { (options.title) }
            @if let Some(first) = entries.first() {
                p.soft {
                    "Policy " b { (first.report.policy.name) " " (first.report.policy.version) }
                    " · judged as of " b { (first.report.at) }
                    " · trust snapshot " span.mono { (short(&first.report.trust_store.sha256)) }
                    " (" (first.report.trust_store.anchors) " anchors)"
                    " · " (first.report.engine)
                }
            }
            @if !options.personal {
                p.soft { "Personal data is left out; page images are coarsened. Ask for it with --personal." }
            }
            div.tallies {
                @for outcome in Outcome::ALL {
                    @let count = entries.iter().filter(|entry| entry.report.overall() == outcome).count();
                    @if count > 0 {
                        span.badge.(look(outcome).class) { i { (look(outcome).glyph) } (count) " " (look(outcome).word) }
                    }
                }
            }
            @if entries.len() > 1 { (table(entries)) }
        }
    }
}

fn table(entries: &[Entry<'_>]) -> Markup {
    let told = entries.iter().any(|entry| entry.story.is_some());
    let expecting = entries.iter().any(|entry| entry.expected.is_some());
    html! {
        div.wide {
            table {
                thead {
                    tr {
                        th { "Document" }
                        @if told { th { "What was done to it" } }
                        th { "Verdict" }
                        th { "Deciding reason" }
                        @if expecting { th { "As expected" } }
                    }
                }
                tbody {
                    @for (number, entry) in entries.iter().enumerate() {
                        tr {
                            td { a href={ "#document-" (number) } { (entry.title) } }
                            @if told { td { (entry.story.as_deref().unwrap_or("")) } }
                            td { (badge(entry.report.overall())) }
                            td { (deciding(entry)) }
                            @if let Some(expected) = entry.expected {
                                td { @if expected == entry.report.overall() { "yes" } @else { b { "NO: " (look(expected).word) } } }
                            } @else if expecting { td {} }
                        }
                    }
                }
            }
        }
    }
}

fn deciding(entry: &Entry<'_>) -> Markup {
    let deciding = entry.report.deciding();
    html! {
        @if let Some(check) = deciding.first() {
            span.mono { (check.id.as_str()) }
            (check.reason.code)
            @if deciding.len() > 1 { span.soft { " and " (deciding.len().saturating_sub(1)) " more" } }
        } @else {
            span.soft { "every mandatory check is successful" }
        }
    }
}

/// Glyph + word + colour.
pub(super) fn badge(outcome: Outcome) -> Markup {
    let look = look(outcome);
    html! { span.badge.(look.class) { i { (look.glyph) } (look.word) } }
}

/// The first digits of a hash, enough to tell two apart at a glance.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}
