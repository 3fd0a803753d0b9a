//! The page in its lights, with a box where each check looked.

use maud::{Markup, html};
use verifier_core::capture::{Capture, PageImage};
use verifier_core::{CheckResult, Region, Report};

use crate::look;
use crate::picture::picture;

pub(super) fn render(report: &Report, capture: &Capture, personal: bool) -> Markup {
    html! {
        @if !capture.images.is_empty() {
            h3 { "The page in " (capture.images.len()) " lights" }
            div.lights {
                @for image in &capture.images { (figure(report, image, personal)) }
            }
        }
    }
}

fn figure(report: &Report, image: &PageImage, personal: bool) -> Markup {
    let boxes = boxes(report, image);
    let picture = image.data.bytes().and_then(|bytes| picture(bytes, personal));
    html! {
        figure {
            @if let Some(picture) = &picture {
                svg viewBox={ "0 0 " (picture.width) " " (picture.height) } role="img"
                    aria-label={ (image.page) " page, " (image.light.name()) " light" } {
                    image href=(picture.uri) width=(picture.width) height=(picture.height) {}
                    @for (check, region) in &boxes {
                        @let [x, y, width, height] = region.rect_px;
                        rect x=(x) y=(y) width=(width) height=(height) fill="none"
                            stroke=(colour(check)) stroke-width=(stroke(picture.width)) {
                            title { (check.id.as_str()) ": " (look(check.outcome).word) }
                        }
                    }
                }
            } @else {
                p { "This image does not decode within limits; nothing of it is shown." }
            }
            figcaption {
                b { (image.light.name()) } " · " (image.page) " page"
                @if let Some(ppi) = image.ppi { " · " (ppi) " ppi" }
                @for (check, region) in boxes.iter().take(4) {
                    br;
                    (look(check.outcome).glyph) " " (check.id.as_str())
                    @if let Some([x, y, width, height]) = region.rect_mm {
                        " at " (format!("{x:.1} / {y:.1} mm, {width:.1} × {height:.1} mm"))
                    }
                }
                @if boxes.len() > 4 { br; "and " (boxes.len().saturating_sub(4)) " more places" }
            }
        }
    }
}

fn boxes<'a>(report: &'a Report, image: &PageImage) -> Vec<(&'a CheckResult, &'a Region)> {
    let here = |region: &&Region| region.page == image.page && region.light == image.light.name();
    report
        .checks
        .iter()
        .flat_map(|check| check.regions.iter().filter(here).map(move |region| (check, region)))
        .collect()
}

/// Pictures are dark in one light and bright in another: the boxes keep one strong colour for each outcome.
const fn colour(check: &CheckResult) -> &'static str {
    match check.outcome {
        verifier_core::Outcome::Successful => "#19c25a",
        verifier_core::Outcome::Failed => "#ff2d2d",
        verifier_core::Outcome::Undetermined | verifier_core::Outcome::Aborted => "#ffb300",
        verifier_core::Outcome::NotSupported => "#9aa7b4",
    }
}

fn stroke(width: u32) -> String {
    format!("{:.1}", f64::from(width) / 300.0)
}
