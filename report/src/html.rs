//! One self-contained HTML file: no script, no outside resource, light and dark, readable from 800 px up.

mod chain;
mod checks;
mod document;
mod lights;
mod portrait;
mod style;
mod summary;
mod trust;

use maud::{DOCTYPE, html};
use verifier_core::capture::Capture;
use verifier_core::{Portrait, Report};

/// One document of a report.
pub struct Entry<'a> {
    /// What the document is called, for example its path.
    pub title: String,
    /// What was done to it, where that is known (the demo knows).
    pub story: Option<String>,
    /// The outcome that was expected, where there is an expectation.
    pub expected: Option<verifier_core::Outcome>,
    /// The verdict.
    pub report: &'a Report,
    /// The evidence, for its pictures; `None` leaves them out.
    pub capture: Option<&'a Capture>,
    /// The portrait of the chip, as the verifier gave it; `None` leaves it out.
    pub portrait: Option<&'a Portrait>,
}

/// How to render.
#[derive(Debug, Clone)]
pub struct Options {
    /// Heading of the whole report.
    pub title: String,
    /// Show personal data: page images as they are, the holder's fields.
    pub personal: bool,
}

/// Renders all entries into one HTML document.
///
/// Page images are decoded again here within limits; one that does not decode is left out and named. The text is
/// escaped by construction.
#[must_use]
pub fn render(entries: &[Entry<'_>], options: &Options) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (options.title) }
                style { (maud::PreEscaped(style::STYLE)) }
            }
            body {
                (summary::render(entries, options))
                main {
                    @for (number, entry) in entries.iter().enumerate() {
                        (document::render(number, entry, options, entries.len()))
                    }
                }
                footer {
                    p { "Outcomes by BSI TR-03135-1 v5.0.1. Only " b { "successful" }
                        " lets a document pass. The digest of a report is the same on every machine for the same "
                        "capture, trust snapshot, policy and time." }
                }
            }
        }
    };
    page.into_string()
}
