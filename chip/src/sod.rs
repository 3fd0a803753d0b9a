//! EF.SOD: the document security object (Doc 9303-10 4.6.2).
//!
//! `0x77` around a CMS SignedData whose content is the LDS security object: the hashes of the data groups.
//! Reading is tolerant of BER and of every deviation genuine documents have; verification is not.

pub mod cms;
mod embedded;
mod lds_security_object;
mod signed_names;
mod signer_info;

pub use cms::{SignedData, SignerIdentifier};
pub(crate) use embedded::Embedded;
pub use lds_security_object::{DataGroupHash, LdsSecurityObject};
pub use signer_info::{SignedAttributes, SignerFailure, SignerInfo, SignerVerdict};

use std::sync::Arc;

use crate::ber::{self, ErrorKind, Oid, Reader};
use crate::finding::{Code, Finding};
use crate::limits::Limits;
use crate::oids;
use crate::pki::{Anchors, Certificate, NoAnchors};

/// Outer tag of EF.SOD.
pub const TAG: ber::Tag = 0x77;

/// Why octets are no EF.SOD: kind, offset and path.
pub type SodError = ber::Error;

/// A parsed EF.SOD. Nothing in it is verified yet.
#[derive(Debug)]
pub struct Sod {
    /// Type of the signed content.
    pub content_type: Oid,
    /// The signed content.
    pub lds: LdsSecurityObject,
    /// Embedded certificates that parse, in order.
    pub certificates: Vec<Arc<Certificate>>,
    /// Embedded certificates that do not parse, as delivered.
    pub unreadable: Vec<Box<[u8]>>,
    /// Signer infos, in order.
    pub signers: Vec<SignerInfo>,
    /// Deviations of the structure, those of [`Sod::lds`] included.
    pub findings: Vec<Finding>,
}

impl Sod {
    /// Reads EF.SOD.
    ///
    /// # Errors
    /// Empty, truncated or malformed; the error says where.
    pub fn parse(file: &[u8], limits: &Limits) -> Result<Self, SodError> {
        Self::parse_with(file, limits, &NoAnchors)
    }

    /// The same; embedded certificates that `anchors` has cached are not decoded again.
    ///
    /// # Errors
    /// As [`Sod::parse`].
    pub fn parse_with(file: &[u8], limits: &Limits, anchors: &dyn Anchors) -> Result<Self, SodError> {
        let within = |error: ber::Error| error.within("EF.SOD");
        if file.len() > limits.sod {
            return Err(within(ber::Error::new(ErrorKind::TooMany(limits.sod), limits.sod)));
        }
        let outer = Reader::only(file, TAG).map_err(within)?;
        let signed = SignedData::parse_element(&outer, limits).map_err(within)?;
        let mut findings = signed.findings;
        if !matches!(
            signed.content_type,
            oids::LDS_SECURITY_OBJECT | oids::LDS_SECURITY_OBJECT_TELETRUST | oids::LDS_SECURITY_OBJECT_SDU
        ) {
            findings.push(Finding::with(Code::CmsContentType, signed.content_type.to_string()));
        }
        let Some(content) = &signed.content else {
            return Err(within(ber::Error::new(ErrorKind::Missing, outer.offset()).within("eContent")));
        };
        let lds = LdsSecurityObject::parse(content, signed.content_offset)
            .map_err(|error| within(error.within("eContent")))?;
        findings.extend(lds.findings.iter().cloned());
        let Embedded { certificates, unreadable } =
            Embedded::decode(&signed.certificates, anchors, &mut findings);
        match certificates.len() {
            0 => findings.push(Code::CmsNoCertificate.into()),
            1 => {}
            count => findings.push(Finding::with(Code::CmsExtraCertificate, count.to_string())),
        }
        if signed.signers.len() > 1 {
            findings.push(Finding::with(Code::CmsSeveralSigners, signed.signers.len().to_string()));
        }
        let (content_type, signers) = (signed.content_type, signed.signers);
        Ok(Self { content_type, lds, certificates, unreadable, signers, findings })
    }
}
