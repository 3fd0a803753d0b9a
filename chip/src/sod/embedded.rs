//! Certificates that a SignedData carries (RFC 5652 5.1): decoded where they can be, kept as delivered where not.

use std::sync::Arc;

use crate::digest::sha256;
use crate::finding::{Code, Finding};
use crate::pki::{Anchors, Certificate};

/// What became of the certificates of a SignedData.
#[derive(Debug, Default)]
pub(crate) struct Embedded {
    /// Those that parse, in order.
    pub(crate) certificates: Vec<Arc<Certificate>>,
    /// Those that do not, as delivered.
    pub(crate) unreadable: Vec<Box<[u8]>>,
}

impl Embedded {
    /// Decodes them; those that `anchors` has cached are not decoded again, and one that does not parse is a finding.
    pub(crate) fn decode(raw: &[&[u8]], anchors: &dyn Anchors, findings: &mut Vec<Finding>) -> Self {
        let mut embedded = Self::default();
        for octets in raw {
            let hash = sha256(octets);
            let known = anchors.cached(&hash).map(|(certificate, _)| certificate);
            match known.map_or_else(|| Certificate::parse_hashed(octets, hash), Ok) {
                Ok(certificate) => embedded.certificates.push(certificate),
                Err(error) => {
                    findings.push(Finding::with(Code::CmsCertificateMalformed, error.to_string()));
                    embedded.unreadable.push((*octets).into());
                }
            }
        }
        embedded
    }
}
