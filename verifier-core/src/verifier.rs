//! The verifier: built once, shared by all threads, judges any number of captures.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::ThreadPool;
use rayon::prelude::*;
use verifier_capture::Capture;
use verifier_trust::Snapshot;

use crate::checks::registry;
use crate::engine::assemble::{Interruption, Material, assemble};
use crate::engine::case::Case;
use crate::engine::clock::Clock;
use crate::engine::entry::Entry;
use crate::engine::facts::Facts;
use crate::engine::portrait::DEADLINE;
use crate::engine::run::{Done, Faults, run};
use crate::inspection::{Inspection, InspectionOptions};
use crate::{CheckId, Fault, Lookup, Policy, Portrait, Report, Time};

/// Judges captures under one policy and one trust snapshot. Cheap to clone; `Send + Sync`.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    policy: Policy,
    trust: Snapshot,
    lookup: Option<Arc<dyn Lookup>>,
    pool: Option<Arc<ThreadPool>>,
    personal: bool,
    portrait_deadline: Duration,
    faults: Faults,
}

/// Builds a [`Verifier`].
#[derive(Default)]
pub struct VerifierBuilder {
    policy: Option<Policy>,
    trust: Option<Snapshot>,
    lookup: Option<Arc<dyn Lookup>>,
    pool: Option<Arc<ThreadPool>>,
    personal: bool,
    portrait_deadline: Option<Duration>,
    faults: Faults,
}

impl VerifierBuilder {
    /// The policy to judge under. There is no default: what has to hold is the operator's decision.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The trust snapshot. Without one no chip can be successful, and every report says so.
    #[must_use]
    pub fn trust(mut self, trust: Snapshot) -> Self {
        self.trust = Some(trust);
        self
    }

    /// A list of lost and stolen documents to ask.
    #[must_use]
    pub fn lookup(mut self, lookup: Arc<dyn Lookup>) -> Self {
        self.lookup = Some(lookup);
        self
    }

    /// The threads to work on; without one, the caller's rayon pool. The report does not depend on it.
    #[must_use]
    pub fn pool(mut self, pool: Arc<ThreadPool>) -> Self {
        self.pool = Some(pool);
        self
    }

    /// Whether reports name the holder. They do not unless this is set; the digest is the same either way.
    #[must_use]
    pub fn personal(mut self, personal: bool) -> Self {
        self.personal = personal;
        self
    }

    /// How long the portrait of the chip may take to decode (900 ms where nothing is said; real ones take a hundredth
    /// of it). Past it the check is aborted at once.
    #[must_use]
    pub fn portrait_deadline(mut self, deadline: Duration) -> Self {
        self.portrait_deadline = Some(deadline);
        self
    }

    /// Puts a fault in the place of a check, for tests of how a caller deals with it. It can only make a report
    /// worse.
    #[must_use]
    pub fn danger_fault(mut self, check: CheckId, fault: Fault) -> Self {
        self.faults.insert(check, fault);
        self
    }

    /// The verifier.
    ///
    /// # Errors
    /// [`BuildError::NoPolicy`] where no policy was given.
    pub fn build(self) -> Result<Verifier, BuildError> {
        let policy = self.policy.ok_or(BuildError::NoPolicy)?;
        Ok(Verifier {
            inner: Arc::new(Inner {
                policy,
                trust: self.trust.unwrap_or_else(Snapshot::empty),
                lookup: self.lookup,
                pool: self.pool,
                personal: self.personal,
                portrait_deadline: self.portrait_deadline.unwrap_or(DEADLINE),
                faults: self.faults,
            }),
        })
    }
}

impl Verifier {
    /// Starts building a verifier.
    #[must_use]
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }

    /// The policy it judges under.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// The trust snapshot it uses.
    #[must_use]
    pub fn trust(&self) -> &Snapshot {
        &self.inner.trust
    }

    /// Judges a capture for a time. Never fails: whatever the document delivered is judged, and a fault inside is
    /// `aborted` for the checks that it touches.
    #[must_use]
    pub fn verify(&self, capture: &Capture, time: Time) -> Report {
        self.verify_with_portrait(capture, time).0
    }

    /// The same as [`verify`](Self::verify), with the portrait of the chip where its hash matched and it decoded
    /// (`chip.dg2.portrait` is successful).
    #[must_use]
    pub fn verify_with_portrait(&self, capture: &Capture, time: Time) -> (Report, Option<Portrait>) {
        let start = Instant::now();
        self.in_pool(|| {
            let (facts, sha256) = rayon::join(|| Facts::of(capture, &self.inner.trust), || capture.sha256());
            let case = self.case(&facts, capture, time);
            let results = registry()
                .par_iter()
                .map(|entry| (*entry, Some(run(entry, &case, &self.inner.faults))))
                .collect();
            let report = self.report(case, (capture, sha256), results, None, start.elapsed());
            (report, facts.chip.portrait())
        })
    }

    /// Starts the inspection of a document whose evidence arrives piece by piece.
    #[must_use]
    pub fn inspect(&self, time: Time, options: InspectionOptions) -> Inspection {
        Inspection::start(self.clone(), time, options)
    }

    pub(crate) fn in_pool<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.inner.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    pub(crate) fn case<'a>(&'a self, facts: &'a Facts, capture: &Capture, time: Time) -> Case<'a> {
        Case {
            policy: &self.inner.policy,
            trust: &self.inner.trust,
            lookup: self.inner.lookup.as_deref(),
            time,
            clock: Clock::examine(time, self.inner.trust.newest(), capture.captured_at),
            facts,
            portrait_deadline: self.inner.portrait_deadline,
        }
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    pub(crate) fn report(
        &self,
        case: Case<'_>,
        (capture, capture_sha256): (&Capture, [u8; 32]),
        results: Vec<(&'static Entry, Option<Done>)>,
        interruption: Option<Interruption>,
        elapsed: Duration,
    ) -> Report {
        let personal = self.inner.personal;
        assemble(Material { case, capture, capture_sha256, results, interruption, personal, elapsed })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("policy", &self.inner.policy.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifierBuilder").finish_non_exhaustive()
    }
}

/// Why a verifier was not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// No policy was given.
    NoPolicy,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPolicy => {
                f.write_str("no policy: give the verifier one, for example Policy::frontline()")
            }
        }
    }
}

impl std::error::Error for BuildError {}
