//! Below the chain: readings of validity, what to ask a state for, deviations, known defects.

use maud::{Markup, html};
use verifier_core::{AnchorRequest, ChipInfo, Report, SourceInfo};

use super::summary::badge;

pub(super) fn render(report: &Report, chip: &ChipInfo) -> Markup {
    html! {
        @if let Some(request) = &chip.request { (ask(request)) }
        @if !chip.readings.is_empty() {
            h3 { "Validity, in its three readings" }
            ul {
                @for reading in &chip.readings {
                    li {
                        (badge(reading.outcome)) " " b { (reading.reading.name()) }
                        @if reading.decides { " (decides)" }
                        ": " (reading.text)
                    }
                }
            }
        }
        @if !report.known_defects.is_empty() {
            h3 { "Known defects of this document" }
            ul {
                @for known in &report.known_defects {
                    li {
                        b { (known.text) } " " span.soft { "[" (known.code) "]" }
                        @if let Some(description) = &known.description { " “" (description) "”" }
                        br;
                        (known.list) " " (known.list_name) " of " (known.signed_at.as_deref().map_or("no date", day))
                        ", signed by " (known.signer) " " span.mono { (known.signer_sha256) }
                        br;
                        @if known.changed.is_empty() { "It changes no result." } @else {
                            "It decides "
                            @for (number, id) in known.changed.iter().enumerate() {
                                @if number > 0 { ", " } span.mono { (id.as_str()) }
                            }
                        }
                    }
                }
            }
        }
        @if !chip.deviations.is_empty() {
            h3 { "Deviations from the profile" }
            ul {
                @for deviation in &chip.deviations {
                    li {
                        (deviation.weight) " of " (deviation.of) ": " (deviation.text) " "
                        span.soft { "[" (deviation.code) "; " (deviation.standard) "]" }
                    }
                }
            }
        }
    }
}

fn ask(request: &AnchorRequest) -> Markup {
    html! {
        h3 { "Missing root: what to ask for" }
        dl {
            dt { "State" }
            dd { (request.state.as_deref().or(request.country.as_deref()).unwrap_or("the issuing state")) }
            dt { "Subject" } dd { (request.subject) }
            dt { "Subject key identifier" }
            dd.mono { (request.key_identifier.as_deref().unwrap_or("not named by the signer")) }
            dt { "Valid on" } dd { (day(&request.valid_at)) ", when it issued the signer" }
            @if let Some(algorithm) = &request.algorithm { dt { "Signs with" } dd { (algorithm) } }
            dt { "Issued serial" } dd.mono { (request.signer_serial) }
            dt { "Issued SHA-256" } dd.mono { (request.signer_sha256) }
            @for source in &request.searched { dt { "Searched" } dd { (origin(source)) } }
            @if request.searched.is_empty() { dt { "Searched" } dd { "nothing: the store holds no list and no pin" } }
            @for root in &request.known {
                dt { "Known, not the one" }
                dd { (root.subject) ", to " (day(&root.not_after)) " " span.mono { (root.key_identifier.as_deref().unwrap_or("")) } }
            }
            dt { "Then" } dd { span.mono { (request.command) } " after comparing its fingerprint" }
        }
    }
}

pub(super) fn origin(source: &SourceInfo) -> String {
    let signed = source.signed_at.as_deref().map_or_else(String::new, |at| format!(" signed {}", day(at)));
    format!("{} {}{signed}, imported {}", source.kind, source.name, day(&source.imported_at))
}

pub(super) fn day(instant: &str) -> &str {
    instant.get(..10).unwrap_or(instant)
}
