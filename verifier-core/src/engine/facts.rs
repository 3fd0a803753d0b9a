//! The facts that the pillars state about one capture, each made once and guarded on its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use verifier_capture::Capture;
use verifier_trust::Snapshot;

use super::chip_facts::ChipFacts;
use super::entry::Needs;
use super::picture_facts::PictureFacts;
use super::text_facts::TextFacts;

/// All facts about one capture.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub(crate) text: Arc<TextFacts>,
    pub(crate) pictures: Arc<PictureFacts>,
    pub(crate) chip: Arc<ChipFacts>,
    /// Parts whose making panicked: every check that reads one of them is aborted, the others go on.
    pub(crate) broken: Needs,
}

impl Facts {
    /// Makes all facts, the three parts side by side.
    pub(crate) fn of(capture: &Capture, trust: &Snapshot) -> Self {
        let mut facts = Self::default();
        facts.renew(capture, trust, Needs { text: true, pictures: true, chip: true });
        facts
    }

    /// Makes the named parts anew.
    pub(crate) fn renew(&mut self, capture: &Capture, trust: &Snapshot, parts: Needs) {
        let ((text, pictures), chip) = rayon::join(
            || {
                rayon::join(
                    || parts.text.then(|| guarded(|| TextFacts::of(capture))),
                    || parts.pictures.then(|| guarded(|| PictureFacts::of(capture, &self.pictures))),
                )
            },
            || parts.chip.then(|| guarded(|| ChipFacts::of(capture, trust))),
        );
        if let Some(text) = text {
            self.broken.text = text.is_none();
            self.text = Arc::new(text.unwrap_or_default());
        }
        if let Some(pictures) = pictures {
            self.broken.pictures = pictures.is_none();
            self.pictures = Arc::new(pictures.unwrap_or_default());
        }
        if let Some(chip) = chip {
            self.broken.chip = chip.is_none();
            let mut chip = chip.unwrap_or_default();
            chip.keep_face(&self.chip);
            self.chip = Arc::new(chip);
        }
    }
}

/// Runs `make`; `None` when it panicked.
pub(crate) fn guarded<T>(make: impl FnOnce() -> T) -> Option<T> {
    // What `make` touches is thrown away with it, so a half-made state is never seen.
    catch_unwind(AssertUnwindSafe(make)).ok()
}
