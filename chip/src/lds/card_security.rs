//! EF.CardSecurity: security infos of the master file, signed by a document signer (Doc 9303-10 3.11.4, Doc 9303-11 9.2.11,
//! BSI TR-03110-3 A.1.2.5). What is read here is not verified; [`crate::authentication::card_security`] does that.

use std::sync::Arc;

use super::LdsError;
use super::dg14::SecurityInfos;
use crate::ber::{Error, ErrorKind, Oid, Reader, tag};
use crate::finding::{Code, Finding};
use crate::limits::Limits;
use crate::pki::{Anchors, Certificate, NoAnchors};
use crate::sod::{Embedded, SignedData, SignerInfo};

/// id-SecurityObject.
pub const SECURITY_OBJECT: Oid = Oid::of(&[0, 4, 0, 127, 0, 7, 3, 2, 1]);

/// A parsed EF.CardSecurity. Nothing in it is verified yet.
#[derive(Debug)]
pub struct CardSecurity {
    /// Type of the signed content.
    pub content_type: Oid,
    /// The signed content, unverified.
    pub security_infos: SecurityInfos,
    /// Embedded certificates that parse, in order.
    pub certificates: Vec<Arc<Certificate>>,
    /// Embedded certificates that do not parse, as delivered.
    pub unreadable: Vec<Box<[u8]>>,
    /// Signer infos, in order.
    pub signers: Vec<SignerInfo>,
    /// Deviations of the structure.
    pub findings: Vec<Finding>,
}

impl CardSecurity {
    /// Reads EF.CardSecurity.
    ///
    /// # Errors
    /// Empty, truncated, malformed, another content type, or over the limit of EF.SOD; the error says where.
    pub fn parse(file: &[u8], limits: &Limits) -> Result<Self, LdsError> {
        Self::parse_with(file, limits, &NoAnchors)
    }

    /// The same; embedded certificates that `anchors` has cached are not decoded again.
    ///
    /// # Errors
    /// As [`CardSecurity::parse`].
    pub fn parse_with(file: &[u8], limits: &Limits, anchors: &dyn Anchors) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("EF.CardSecurity");
        if file.len() > limits.sod {
            return Err(within(Error::new(ErrorKind::TooMany(limits.sod), limits.sod)));
        }
        let signed = SignedData::parse(file, limits).map_err(within)?;
        // The signed attributes name the type, so another object of the same signer cannot stand in for this one.
        if signed.content_type != SECURITY_OBJECT {
            let kind = ErrorKind::Value("content is not id-SecurityObject");
            return Err(within(Error::new(kind, signed.content_offset).within("eContentType")));
        }
        let Some(content) = &signed.content else {
            return Err(within(Error::new(ErrorKind::Missing, signed.content_offset).within("eContent")));
        };
        let mut reader = Reader::at(content, signed.content_offset);
        let security_infos = reader
            .expect(tag::SET)
            .and_then(|set| reader.finish().map(|()| set))
            .and_then(|set| SecurityInfos::parse(&set))
            .map_err(|error| within(error.within("eContent")))?;
        let mut findings = signed.findings;
        findings.extend(security_infos.findings.iter().cloned());
        let Embedded { certificates, unreadable } =
            Embedded::decode(&signed.certificates, anchors, &mut findings);
        if certificates.is_empty() {
            findings.push(Code::CmsNoCertificate.into());
        }
        Ok(Self {
            content_type: signed.content_type,
            security_infos,
            certificates,
            unreadable,
            signers: signed.signers,
            findings,
        })
    }
}
