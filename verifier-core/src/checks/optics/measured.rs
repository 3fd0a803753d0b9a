//! From a measurement to a verdict, and from a capture to the pictures that a measurement needs.

use verifier_capture::Light;
use verifier_optics::{Measurement, Reading, Shot};

use crate::Region;
use crate::engine::case::Case;
use crate::engine::picture_facts::{Decoded, ImageFact};
use crate::engine::verdict::{Measured, Verdict, code};
use crate::{Finding, Severity};

/// The white picture of the data page and that of another light.
#[expect(clippy::result_large_err, reason = "a verdict is made once a check and moved once")]
pub(super) fn pair<'a>(case: &'a Case<'_>, light: &Light) -> Result<(Shot<'a>, Shot<'a>), Verdict> {
    Ok((shot(case, &Light::White)?, shot(case, light)?))
}

#[expect(clippy::result_large_err, reason = "a verdict is made once a check and moved once")]
fn shot<'a>(case: &'a Case<'_>, light: &Light) -> Result<Shot<'a>, Verdict> {
    let Some(ImageFact { picture, ppi, .. }) = case.pictures().data_page(light) else {
        return Err(Verdict::absent(format!("no {light} image of the data page was captured")));
    };
    match picture {
        Decoded::Picture(picture) => Ok(Shot::new(picture, *ppi)),
        Decoded::Undecodable(why) => Err(Verdict::undetermined(
            code::IMAGE_UNDECODABLE,
            format!("the {light} image of the data page does not decode: {why}"),
        )),
        Decoded::Broken => {
            Err(Verdict::aborted(code::PANIC, format!("the decoder of the {light} image failed inside")))
        }
    }
}

/// What a measurement means. One whose quality is not met is undetermined, never failed.
pub(super) fn verdict(measurement: &Measurement, light: &'static str, names: [&'static str; 2]) -> Verdict {
    let [good, bad] = names;
    let verdict = match measurement.reading() {
        Reading::Meets => Verdict::successful(good),
        Reading::Misses => {
            let text = format!("{bad}; the worst rule is {}", measurement.criterion.name());
            Verdict::failed("measurement.missed", text)
        }
        Reading::Unmeasured(fault) => Verdict::undetermined(fault.code(), fault.to_string()),
    };
    let measured = Measured {
        value: measurement.value,
        threshold: measurement.threshold,
        margin: measurement.value.map(|_| measurement.margin),
        light,
        regions: regions(measurement),
    };
    let notes = measurement.notes.iter();
    let notes =
        notes.map(|note| Finding::new(note.code(), Severity::Note, format!("{light} measurement: {note}")));
    notes.fold(verdict.measured(measured), Verdict::with)
}

/// Where the measurement looked; where it missed comes first.
fn regions(measurement: &Measurement) -> Vec<Region> {
    let mut regions: Vec<_> = measurement.regions.iter().collect();
    regions.sort_by_key(|region| !region.failing);
    let rect = |region: &verifier_optics::Region| {
        let px = region.rect_px;
        Region {
            page: "data".into(),
            light: region.light.name().into(),
            rect_px: [px.x, px.y, px.width, px.height].map(f64::from),
            rect_mm: region.rect_mm.map(|mm| [mm.x, mm.y, mm.width, mm.height]),
            failing: region.failing,
        }
    };
    regions.into_iter().map(rect).collect()
}
