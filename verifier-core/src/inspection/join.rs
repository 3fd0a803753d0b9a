//! What a reader delivers in one piece, joined to the evidence that is there: the same from any order of arrival.

use verifier_capture::{Capture, Device};

use super::state::canonical;
use crate::engine::entry::Needs;

/// All parts of the evidence.
pub(super) const ALL: Needs = Needs { text: true, pictures: true, chip: true };

/// The parts that a delivery touches.
pub(super) fn parts(delivered: &Capture) -> Needs {
    Needs {
        text: delivered.mrz.is_some() || !delivered.viz.is_empty() || !delivered.notes.is_empty(),
        pictures: !delivered.images.is_empty() || delivered.device.is_some(),
        chip: delivered.chip.is_some(),
    }
}

/// Joins a delivery. The capture began with the earliest of its parts.
pub(super) fn join(capture: &mut Capture, delivered: Capture) {
    capture.captured_at = match (capture.captured_at, delivered.captured_at) {
        (Some(there), Some(new)) => Some(there.min(new)),
        (there, new) => there.or(new),
    };
    if let Some(device) = delivered.device {
        let there = capture.device.take();
        capture.device = Some(there.map_or_else(|| device.clone(), |there| preferred(there, device.clone())));
    }
    capture.images.extend(delivered.images);
    if delivered.mrz.is_some() {
        capture.mrz = delivered.mrz;
    }
    capture.viz.extend(delivered.viz);
    if delivered.chip.is_some() {
        capture.chip = delivered.chip;
    }
    capture.notes.extend(delivered.notes);
    canonical(capture);
}

/// One device of two, whichever came first: one with an optical profile, then the first by name.
fn preferred(a: Device, b: Device) -> Device {
    let rank = |device: &Device| {
        let profile = device.profile.as_ref().map(|profile| profile.data.sha256());
        (profile.is_none(), device.id.clone(), profile)
    };
    if rank(&b) < rank(&a) { b } else { a }
}
