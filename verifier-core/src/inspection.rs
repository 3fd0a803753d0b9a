//! An inspection: the evidence of one document arrives piece by piece, and each check runs as soon as its part of
//! it is there (BSI TR-03135-1 v5.0.1, 5.1).
//!
//! The outcome never depends on the order of arrival: the report is made from what is there when the caller says
//! that it is complete, by the same code as [`Verifier::verify`]. `successful` is never shown before that.

mod join;
mod state;
mod worker;

use std::fmt;
use std::sync::Arc;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use verifier_capture::{ApduLine, Authentication, Capture, Device, PageImage, Session};

use crate::engine::entry::Needs;
use crate::{CheckId, Interruption, Outcome, Reason, Report, Time, Verifier};
use state::{Shared, canonical};

/// How an inspection is run.
#[derive(Clone, Debug, Default)]
pub struct InspectionOptions {
    /// How long it may take from its start; past it, everything that has not ended is aborted.
    pub deadline: Option<Duration>,
    /// When the capture began, as the reader's clock said.
    pub captured_at: Option<OffsetDateTime>,
    /// The device.
    pub device: Option<Device>,
}

/// A document under inspection. All methods take `&self`; it may be fed from several threads.
pub struct Inspection {
    shared: Arc<Shared>,
}

/// How far an inspection is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// Whether the report is there.
    pub ended: bool,
    /// The overall result so far: never `successful` before the report is there.
    pub overall: Outcome,
    /// Checks that ran on the evidence so far. Until the report is there, more evidence may change them.
    pub checks: Vec<CheckProgress>,
    /// Checks that still wait for evidence.
    pub waiting: Vec<CheckId>,
    /// The report, once it is there.
    pub report: Option<Arc<Report>>,
}

/// The state of one check of an inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckProgress {
    /// Which check.
    pub id: CheckId,
    /// What it came to.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
}

impl Inspection {
    pub(crate) fn start(verifier: Verifier, time: Time, options: InspectionOptions) -> Self {
        let shared = Arc::new(Shared::new(verifier, time, options));
        let for_worker = Arc::clone(&shared);
        let spawned = std::thread::Builder::new()
            .name("verifier-inspection".into())
            .spawn(move || worker::work(&for_worker));
        if spawned.is_err() {
            // No thread to be had: the inspection ends aborted rather than waiting for ever.
            shared.interrupt(Interruption::Cancelled);
        }
        Self { shared }
    }

    /// Adds a page image.
    pub fn put_image(&self, image: PageImage) {
        self.shared.put(Needs::PICTURES, |capture| {
            capture.images.push(image);
            canonical(capture);
        });
    }

    /// Gives the lines of the machine readable zone, replacing earlier ones.
    pub fn put_mrz(&self, lines: Vec<String>) {
        self.shared.put(Needs::TEXT, |capture| capture.mrz = Some(lines));
    }

    /// Gives a field of the visual inspection zone.
    pub fn put_viz(&self, field: impl Into<String>, value: impl Into<String>) {
        self.shared.put(Needs::TEXT, |capture| {
            capture.viz.insert(field.into(), value.into());
        });
    }

    /// Gives a file of the chip by its contract name, for example `EF.SOD` or `DG1`.
    pub fn put_chip_file(&self, name: &str, bytes: impl Into<Arc<[u8]>>) {
        self.shared.put(Needs::CHIP, |capture| capture.chip_mut().insert(name, bytes));
    }

    /// Adds a run of an authentication protocol.
    pub fn put_authentication(&self, entry: Authentication) {
        self.shared.put(Needs::CHIP, |capture| {
            capture.chip_mut().authentication.push(entry);
            canonical(capture);
        });
    }

    /// Gives the record of the chip session: the log of its exchanges and what the terminal drew, which lets chip
    /// authentication be replayed. It replaces an earlier one.
    pub fn put_chip_session(&self, log: &[ApduLine], session: Option<&Session>) {
        self.shared.put(Needs::CHIP, |capture| capture.chip_mut().keep_session(log, session));
    }

    /// Adds what a reader delivers in one piece: a page with its images, zone and visual fields, or a chip at the end of its
    /// read. Images are added, zone and fields replace earlier ones, a chip part replaces whatever of a chip was given
    /// before; the capture began with the earliest of its parts.
    pub fn put_capture(&self, delivered: Capture) {
        self.shared.put_capture(delivered);
    }

    /// Says that no more evidence will come: the report is made now.
    pub fn complete(&self) {
        self.shared.complete();
    }

    /// The evidence so far, for keeping it as a bundle: the report names its content hash.
    #[must_use]
    pub fn capture(&self) -> Capture {
        self.shared.lock().capture.clone()
    }

    /// The portrait of the chip, as soon as its hash matched and it decoded (`chip.dg2.portrait`).
    #[must_use]
    pub fn portrait(&self) -> Option<crate::Portrait> {
        self.shared.lock().facts.1.chip.portrait()
    }

    /// How far it is. Past the deadline this ends the inspection.
    #[must_use]
    pub fn poll(&self) -> Progress {
        self.shared.poll()
    }

    /// Waits for the report, at most `patience`; `None` when it is not there by then. The deadline ends the wait
    /// with an aborted report.
    #[must_use]
    pub fn wait(&self, patience: Duration) -> Option<Arc<Report>> {
        self.shared.wait(Instant::now() + patience)
    }

    /// Says that no more evidence will come and waits for the report, as long as it takes or until the deadline.
    #[must_use]
    pub fn finish(self) -> Arc<Report> {
        self.complete();
        self.shared.wait_for_ever()
    }

    /// Cancels: everything that has not ended is aborted, and the report is there when this returns.
    pub fn cancel(&self) -> Arc<Report> {
        self.shared.interrupt(Interruption::Cancelled)
    }

    /// Says that the document was taken away: everything that has not ended is aborted, and the report is there when
    /// this returns. An inspection that had ended keeps its report.
    pub fn document_removed(&self) -> Arc<Report> {
        self.shared.interrupt(Interruption::DocumentRemoved)
    }
}

impl Drop for Inspection {
    fn drop(&mut self) {
        // Lets the worker go; an ended inspection is untouched.
        self.shared.abandon();
    }
}

impl fmt::Debug for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspection").finish_non_exhaustive()
    }
}

/// A lock that a panicking thread held is taken all the same: what it guards is only ever replaced whole.
fn unpoisoned<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
