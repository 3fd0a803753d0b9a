//! An inspection system that may be let at fingers and irises: its certificates, its key, its day (Doc 9303-11 section 7.1).

use std::fmt;
use std::sync::Arc;

use super::channel::ExchangeError;
use super::terminal::TerminalError;
use crate::authentication::terminal::{InspectionKey, TerminalFailure};
use crate::pki::cv_certificate::{CvChainError, CvDate, CvRole, Reference};
use crate::pki::{CvCertificate, CvChain};

/// Certificates, key and day of an inspection system. `Debug` shows the holders.
#[derive(Clone)]
pub struct InspectionSystem {
    certificates: Arc<[CvCertificate]>,
    key: Arc<dyn InspectionKey + Send + Sync>,
    today: CvDate,
}

impl InspectionSystem {
    /// An inspection system that holds these certificates, in any order: its own, those above it, and the authority's that
    /// chips trust. They are checked for the day `today` before anything is sent.
    pub fn new(
        certificates: Vec<CvCertificate>,
        key: impl InspectionKey + Send + Sync + 'static,
        today: CvDate,
    ) -> Self {
        Self { certificates: certificates.into(), key: Arc::new(key), today }
    }

    /// What it signs with.
    pub(super) fn key(&self) -> &dyn InspectionKey {
        self.key.as_ref()
    }

    /// A chain from one of the chip's trust points to one of the terminal certificates held.
    pub(super) fn chain(&self, trust_points: &[Reference]) -> Result<CvChain, InspectionFailure> {
        let mut first = None;
        for certificate in self.certificates.iter() {
            if certificate.authorisation().role() != CvRole::Terminal {
                continue;
            }
            match CvChain::find(&self.certificates, certificate.holder(), trust_points, self.today) {
                Ok(chain) => return Ok(chain),
                Err(error) => drop(first.get_or_insert(error)),
            }
        }
        Err(first.map_or(InspectionFailure::NoTerminal, InspectionFailure::Chain))
    }
}

impl fmt::Debug for InspectionSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holders: Vec<&Reference> = self.certificates.iter().map(CvCertificate::holder).collect();
        write!(f, "InspectionSystem({holders:?})")
    }
}

/// Why an inspection system was not authenticated. Everything that needs no such right is read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InspectionFailure {
    /// The chip has neither terminal authentication nor fingers nor irises.
    NotOffered,
    /// None of the certificates held is a terminal's.
    NoTerminal,
    /// The chip did not prove new keys by chip authentication, which comes first.
    NoChipAuthentication,
    /// DG1 does not say the number by which the chip is named after basic access control.
    NoDocumentNumber,
    /// No chain can be sent.
    Chain(CvChainError),
    /// The protocol failed; the session went on.
    Protocol(TerminalFailure),
    /// Reader, link or secure messaging.
    Exchange(ExchangeError),
}

impl fmt::Display for InspectionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOffered => f.write_str("TA: the chip has nothing that asks for it"),
            Self::NoTerminal => f.write_str("TA: none of the certificates is a terminal's"),
            Self::NoChipAuthentication => {
                f.write_str("TA: not without chip authentication, which did not succeed")
            }
            Self::NoDocumentNumber => f.write_str("TA: DG1 does not say the document number"),
            Self::Chain(error) => write!(f, "TA: {error}"),
            Self::Protocol(failure) => failure.fmt(f),
            Self::Exchange(error) => write!(f, "TA: {error}"),
        }
    }
}

impl std::error::Error for InspectionFailure {}

impl From<TerminalError> for InspectionFailure {
    fn from(error: TerminalError) -> Self {
        match error {
            TerminalError::Protocol(failure) => Self::Protocol(failure),
            TerminalError::Exchange(error) => Self::Exchange(error),
        }
    }
}
