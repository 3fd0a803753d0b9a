//! A verifier built from the flags that every judging verb shares.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use time::OffsetDateTime;
use verifier_core::capture::{Capture, OpenOptions};
use verifier_core::{
    Category, HashedNumbers, Inspection, InspectionOptions, Policy, Portrait, Report, Time, Verifier,
};

use crate::args::JudgeArgs;
use crate::clock::When;
use crate::failure::Failure;
use crate::store;

/// A policy file larger than this is none.
const MAX_POLICY_BYTES: u64 = 1 << 20;

/// Verifier and time, ready for captures; shared by all threads.
pub(crate) struct Judge {
    verifier: Verifier,
    when: When,
}

impl Judge {
    /// For a reader that runs for weeks: every document is judged by the clock of its moment.
    pub(crate) fn live(args: &JudgeArgs) -> Result<Self, Failure> {
        Self::with(args, None, When::live(args.at.as_deref())?)
    }

    /// Opens policy (narrowed to one category where the verb speaks of a part), trust snapshot and look-up list.
    pub(crate) fn new(args: &JudgeArgs, only: Option<Category>) -> Result<Self, Failure> {
        Self::with(args, only, When::parse(args.at.as_deref())?)
    }

    fn with(args: &JudgeArgs, only: Option<Category>, when: When) -> Result<Self, Failure> {
        for (flag, given) in [("--models", &args.models), ("--device", &args.device)] {
            if given.is_some() {
                return Err(Failure::say(format_args!(
                    "{flag}: not built yet in this version; leave it out (document models and device profiles)"
                )));
            }
        }
        let policy = policy(&args.policy)?;
        let mut builder = Verifier::builder()
            .policy(only.map_or(policy.clone(), |category| policy.only(category)))
            .trust(store::snapshot(&args.store)?)
            .personal(args.personal);
        if let Some(file) = &args.lookup {
            let list = HashedNumbers::open(file).map_err(|error| Failure::about(file, error))?;
            builder = builder.lookup(Arc::new(list));
        }
        let verifier = builder.build().map_err(Failure::say)?;
        Ok(Self { verifier, when })
    }

    /// Begins the inspection of a document whose evidence comes piece by piece.
    pub(crate) fn inspect(&self, captured_at: Option<OffsetDateTime>) -> Result<(Inspection, Time), Failure> {
        let time = self.when.of(captured_at)?;
        let options = InspectionOptions { captured_at, ..InspectionOptions::default() };
        Ok((self.verifier.inspect(time, options), time))
    }

    /// Judges a capture by the time of its inspection.
    pub(crate) fn verify_at(&self, capture: &Capture, time: Time) -> Report {
        self.verifier.verify(capture, time)
    }

    /// Judges one capture that is already open, with the portrait of the chip, where its hash matched.
    pub(crate) fn verify_with_portrait(
        &self,
        capture: &Capture,
    ) -> Result<(Report, Option<Portrait>), Failure> {
        let time = self.when.of(capture.captured_at)?;
        Ok(self.verifier.verify_with_portrait(capture, time))
    }
}

/// A shipped policy by name, else a TOML file.
pub(crate) fn policy(name: &str) -> Result<Policy, Failure> {
    if let Some(policy) = Policy::shipped(name) {
        return Ok(policy);
    }
    let path = Path::new(name);
    let size = fs::metadata(path).map_err(|error| {
        let shipped = verifier_core::SHIPPED_POLICIES.join(", ");
        Failure::say(format_args!(
            "--policy {name}: neither a shipped policy ({shipped}) nor a readable file: {error}"
        ))
    })?;
    if size.len() > MAX_POLICY_BYTES {
        return Err(Failure::about(path, "too large for a policy"));
    }
    let text = fs::read_to_string(path).map_err(|error| Failure::about(path, error))?;
    Policy::from_toml(&text).map_err(|error| Failure::about(path, error))
}

/// Opens a bundle; the operator's mistakes come back in words.
pub(crate) fn open(path: &Path, strict: bool) -> Result<Capture, Failure> {
    let options = OpenOptions::new().strict(strict);
    options.open(path).map_err(|error| Failure::say(error.to_string()))
}
