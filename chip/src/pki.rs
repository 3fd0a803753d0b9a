//! The public key infrastructure of travel documents (Doc 9303-12).

pub mod anchors;
pub mod certificate;
pub mod chain;
pub mod crl;
pub mod curves;
pub mod cv_certificate;
pub mod defect_list;
pub mod deviation_list;
pub mod master_list;
pub mod name;
pub mod public_key;
pub mod signature;
pub mod signed_list;
pub mod validity;

pub use anchors::{Anchors, NoAnchors};
pub use certificate::{Certificate, Role};
pub use chain::{CandidateClass, ChainFact, find_issuer};
pub use crl::Crl;
pub use curves::Curve;
pub use cv_certificate::{CvCertificate, CvChain};
pub use defect_list::DefectList;
pub use deviation_list::DeviationList;
pub use master_list::MasterList;
pub use name::{Name, NameKey};
pub use public_key::PublicKey;
pub use signature::{Fault, SignatureAlgorithm, SignatureVerifier, Unsupported, Verdict, Verifier};
pub use signed_list::{ListSignature, SignedList};
