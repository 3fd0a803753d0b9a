//! The chip's portrait in the HTML report: named as what it is, blurred unless asked for, absent where nothing binds it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use base64::Engine as _;
use verifier_core::trust::{Import, Snapshot};
use verifier_core::{Policy, Portrait, Report, Time, Verifier};
use verifier_fixtures::scenario::Scenario;
use verifier_fixtures::world::Utopia;
use verifier_report::html;

const LABEL: &str = "from the chip, hash matched";

fn judged(world: &Utopia, trust: &Snapshot, scenario: Scenario, time: Time) -> (Report, Option<Portrait>) {
    let verifier = Verifier::builder()
        .policy(Policy::chip_only().danger_allow_specimen())
        .trust(trust.clone())
        .personal(true)
        .build()
        .unwrap();
    verifier.verify_with_portrait(&world.capture_without_images(scenario), time)
}

fn rendered(report: &Report, portrait: Option<&Portrait>, personal: bool) -> String {
    let entry =
        html::Entry { title: "one".into(), story: None, expected: None, report, capture: None, portrait };
    html::render(&[entry], &html::Options { title: "test".into(), personal })
}

/// The picture inside the portrait's figure.
fn picture(page: &str) -> image::RgbImage {
    let figure = page.split("class=\"portrait\"").nth(1).expect("a portrait");
    let base64 = figure.split("data:image/jpeg;base64,").nth(1).unwrap().split('"').next().unwrap();
    let jpeg = base64::engine::general_purpose::STANDARD.decode(base64).unwrap();
    image::load_from_memory(&jpeg).unwrap().to_rgb8()
}

/// Mean range of values in small squares: what is left of eyes, nose and mouth.
fn detail(picture: &image::RgbImage) -> f64 {
    const SIDE: u32 = 12;
    let (mut sum, mut count) = (0_u32, 0_u32);
    for y in (0..picture.height() - 2 * SIDE).step_by(37) {
        for x in (0..picture.width() - 2 * SIDE).step_by(37) {
            let square =
                (0..SIDE * SIDE).map(|n| picture.get_pixel(x + 12 + n % SIDE, y + 12 + n / SIDE).0[1]);
            let (low, high) = square.fold((255, 0), |(low, high), value| (low.min(value), high.max(value)));
            sum += u32::from(high - low);
            count += 1;
        }
    }
    f64::from(sum) / f64::from(count)
}

#[test]
fn a_bound_portrait_is_shown_and_named_and_an_unbound_one_is_not() {
    let time = Time::parse("2026-11-21T10:00:00Z").unwrap();
    let world = Utopia::new(7, time.at());
    let import = Import::new(time.at())
        .pin_bytes("csca.cer", world.ml_signer_csca())
        .bytes("list.ml", world.master_list())
        .bytes("list.crl", world.crl());
    let trust = Snapshot::empty().import(&import).0;

    let (report, portrait) = judged(&world, &trust, Scenario::Genuine, time);
    let shown = rendered(&report, portrait.as_ref(), true);
    assert!(shown.contains(LABEL) && !shown.contains("is not proven"));
    let hidden = rendered(&report, portrait.as_ref(), false);
    assert!(hidden.contains(LABEL));
    let (clear, blurred) = (picture(&shown), picture(&hidden));
    assert_eq!(clear.dimensions(), (300, 400));
    assert_eq!(blurred.dimensions(), (300, 400));
    assert!(detail(&clear) > 2.0 * detail(&blurred), "{} against {}", detail(&clear), detail(&blurred));

    // Another holder's DG2: nothing is shown, whoever asks.
    let (report, portrait) = judged(&world, &trust, Scenario::SwappedDg2, time);
    assert!(portrait.is_none());
    assert!(!rendered(&report, portrait.as_ref(), true).contains(LABEL));

    // A forger's signature over his own hashes: the picture says that nothing proves it.
    let (report, portrait) = judged(&world, &trust, Scenario::ForgedCscaOwnIds, time);
    let page = rendered(&report, portrait.as_ref(), true);
    assert!(page.contains(LABEL) && page.contains("is not proven"));
}
