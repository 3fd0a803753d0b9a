//! The judge: capture, trust snapshot, policy and time in; a report in the words of BSI TR-03135 v5.0.1 out.
//!
//! Pillars state facts, the core judges. A kiosk needs ten lines:
//!
//! ```no_run
//! use verifier_core::capture::Capture;
//! use verifier_core::trust::TrustStore;
//! use verifier_core::{Outcome, Policy, Time, Verifier};
//!
//! # fn pass() {}
//! # fn refer(_: Vec<&verifier_core::CheckResult>) {}
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let trust = TrustStore::open("trust/")?.snapshot()?; // immutable, content hash
//! let verifier = Verifier::builder().trust(trust).policy(Policy::frontline()).build()?;
//! let capture = Capture::open("case-17/")?; // or built in memory by a kiosk
//! let report = verifier.verify(&capture, Time::parse("2026-11-21T10:00:00Z")?);
//! match report.overall() {
//!     Outcome::Successful => pass(), // only success passes
//!     _ => refer(report.deciding()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The same capture with the same snapshot, policy and time gives the same [`Report::digest`](Report), on any
//! number of threads and on any machine.
#![forbid(unsafe_code)]

mod catalogue;
mod category;
mod checks;
mod engine;
mod inspection;
mod instant;
mod lookup;
mod outcome;
mod policy;
mod portrait;
mod report;
mod run_mode;
mod verifier;

pub use verifier_capture as capture;
pub use verifier_trust as trust;

pub use catalogue::{CheckId, CheckInfo, OutcomeTexts, checks, explain};
pub use category::Category;
pub use engine::assemble::Interruption;
pub use engine::run::Fault;
pub use inspection::{CheckProgress, Inspection, InspectionOptions, Progress};
pub use instant::{Time, TimeError, TimeSource};
pub use lookup::{HashedNumbers, HashedNumbersError, Lookup, LookupAnswer, LookupQuery};
pub use outcome::Outcome;
pub use policy::{
    AlgorithmRule, Alternative, DeprecatedAlgorithms, ExpiredCsca, Policy, PolicyError, ProfileDeviations,
    SHIPPED_POLICIES, ValidityReading,
};
pub use portrait::Portrait;
pub use report::{
    AnchorClass, AnchorInfo, AnchorRequest, CaptureRef, Categories, CategoryResult, CertificateInfo,
    CheckResult, ChipInfo, DataGroupInfo, DeviationInfo, DocumentInfo, Finding, KnownDefectInfo, KnownRoot,
    Personal, PersonalDetail, PolicyRef, REPORT_SCHEMA, ReadingInfo, Reason, Region, Report, Severity,
    SourceInfo, Timing, TrustRef, report_schema,
};
pub use run_mode::RunMode;
pub use verifier::{BuildError, Verifier, VerifierBuilder};
