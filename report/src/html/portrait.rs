//! The face on the chip. It is shown only as the verifier gave it: decoded after its hash matched.

use maud::{Markup, html};
use verifier_core::{Outcome, Portrait, Report};

use crate::picture::face;

/// What has to hold beside the hash before the picture is the issuer's.
const CHAIN: [&str; 2] = ["chip.sod.signature", "chip.issuer.chain"];

pub(super) fn render(report: &Report, portrait: &Portrait, personal: bool) -> Markup {
    let proven = CHAIN.iter().all(|id| report.check(id).is_some_and(|c| c.outcome == Outcome::Successful));
    html! {
        h3 { "The portrait" }
        div.lights {
            figure.portrait {
                @if let Some(picture) = face(portrait, personal) {
                    img src=(picture.uri) width=(picture.width) height=(picture.height)
                        alt="Portrait from the chip";
                } @else {
                    p { "The portrait cannot be shown here." }
                }
                figcaption {
                    b { "from the chip, hash matched" }
                    br;
                    (portrait.format()) ", " (portrait.width()) " × " (portrait.height()) " pixels"
                    @if !proven {
                        br;
                        "The signature over that hash, or its chain, is not proven: this may be anybody's picture."
                    }
                }
            }
        }
    }
}
