//! BSI defect lists (TR-03129-2 v1.4.2, 8): known defects by document signer or by CSCA.
//!
//! ```text
//! DefectList ::= SEQUENCE { version INTEGER {v1(0), v2(1), v3(2)}, hashAlg OBJECT IDENTIFIER, defects SET OF Defect }
//! Defect ::= SEQUENCE { signerIdentifier SignerIdentifier OPTIONAL, certificateHash OCTET STRING OPTIONAL,
//!                       signerCertificateReference SignerCertificateReference OPTIONAL, -- v3
//!                       caCertificateReference CaCertificateReference OPTIONAL,         -- v3
//!                       knownDefects SET OF VersionedKnownDefect, description UTF8String OPTIONAL }
//! SignerCertificateReference ::= SEQUENCE { issuerAndSerialNumber [0], subjectKeyIdentifier [1],
//!                       signerReference [2] UTF8String, certificateHash [3], all OPTIONAL }
//! CaCertificateReference ::= SEQUENCE { issuer [0] Name OPTIONAL, authorityKeyIdentifier [1] OPTIONAL }
//! KnownDefect ::= SEQUENCE { defectType OBJECT IDENTIFIER, parameters ANY OPTIONAL }
//! KnownDefectV2 ::= [0] SEQUENCE { defectType, parameters [0] ANY OPTIONAL, description [1] UTF8String OPTIONAL }
//! ```

mod kind;
mod reference;

pub use kind::{ComDiscrepancy, DefectKind};

use super::certificate::Certificate;
use super::signed_list::{ListSignature, SignedList};
use super::{Anchors, Name, Role};
use crate::ber::{self, Element, ErrorKind, Oid, Reader, tag};
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};
use crate::limits::Limits;
use crate::oids;
use crate::sod::SignerIdentifier;

/// Most defects, and most kinds of one of them.
const MAX_ENTRIES: usize = 10_000;

/// A defect list. Apply it only after [`DefectList::check_signature`].
#[derive(Debug)]
pub struct DefectList {
    /// The signed wrapping.
    pub signed: SignedList,
    /// Version: 0 for v1, 1 for v2, 2 for v3.
    pub version: u32,
    /// Hash of certificate hashes.
    pub hash_algorithm: Result<HashAlgorithm, Oid>,
    /// The defects.
    pub defects: Vec<Defect>,
    /// Deviations of the list's own form.
    pub findings: Vec<Finding>,
}

/// The defects of the documents of one signer, or of all signers of one CSCA.
#[derive(Debug, Clone, Default)]
pub struct Defect {
    /// The signer by issuer and serial number, or by key identifier (v1, v2).
    pub signer: Option<SignerIdentifier>,
    /// The signer by issuer and serial number, beside a key identifier (v3).
    pub issuer_and_serial: Option<SignerIdentifier>,
    /// The signer by hash of its certificate.
    pub certificate_hash: Option<Box<[u8]>>,
    /// The signer by the reference that seals use (v3); no certificate of a chip has one.
    pub signer_reference: Option<String>,
    /// The CSCA by the key identifier that its signers name (v3).
    pub authority_key_identifier: Option<Box<[u8]>>,
    /// The CSCA by name (v3).
    pub authority: Option<Box<Name>>,
    /// What is wrong.
    pub known: Vec<KnownDefect>,
    /// For people.
    pub description: Option<String>,
}

/// One kind of defect, below 0.4.0.127.0.7.3.1.5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDefect {
    /// Kind.
    pub kind: Oid,
    /// Parameters, the whole element.
    pub parameters: Option<Box<[u8]>>,
    /// For people (v2 and later).
    pub description: Option<String>,
}

impl KnownDefect {
    /// Branch and number below the defect list's identifier, such as (1, 1) for CertRevoked.
    #[must_use]
    pub fn number(&self) -> Option<(u8, u8)> {
        match self.kind.as_bytes().strip_prefix(oids::DEFECT_LIST.as_bytes())? {
            [branch, number] => Some((*branch, *number)),
            _ => None,
        }
    }

    /// Parameter as a small number, for kinds that have one.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        let mut reader = Reader::new(self.parameters.as_deref()?);
        let element = reader.next().ok().flatten()?;
        match element.tag() {
            tag::INTEGER => element.small_integer().ok(),
            // ENUMERATED has the content of an INTEGER.
            0x0A => match element.content() {
                [code] if *code < 0x80 => Some(u32::from(*code)),
                _ => None,
            },
            _ => None,
        }
    }
}

impl DefectList {
    /// Reads a signed defect list.
    ///
    /// # Errors
    /// Malformed, or another type of content; the error says where.
    pub fn parse(file: &[u8]) -> Result<Self, ber::Error> {
        let within = |error: ber::Error| error.within("defect list");
        let (signed, content, offset) = SignedList::open(file).map_err(within)?;
        if signed.content_type != oids::DEFECT_LIST {
            return Err(within(ber::Error::new(ErrorKind::Value("content is no defect list"), offset)));
        }
        let mut outer = Reader::at(&content, offset);
        let list = outer.expect(tag::SEQUENCE).map_err(within)?;
        outer.finish().map_err(within)?;
        let mut reader = list.reader().map_err(within)?;
        let version = reader.expect(tag::INTEGER).and_then(|e| e.small_integer()).map_err(within)?;
        let mut findings = signed.findings.clone();
        if version > 2 {
            findings.push(Finding::with(Code::ListVersion, version.to_string()));
        }
        let oid = reader.expect(tag::OID).and_then(|e| e.oid()).map_err(within)?;
        let hash_algorithm = HashAlgorithm::from_oid(&oid).ok_or(oid);
        let set = reader.expect(tag::SET).map_err(within)?;
        reader.finish().map_err(within)?;
        let mut defects = Vec::new();
        let mut entries = set.reader().map_err(within)?;
        while let Some(entry) = entries.next().map_err(within)? {
            if defects.len() >= MAX_ENTRIES {
                return Err(within(entry.error(ErrorKind::TooMany(MAX_ENTRIES))));
            }
            defects.push(read_defect(&entry).map_err(|error| within(error.within("defects")))?);
        }
        Ok(Self { signed, version, hash_algorithm, defects, findings })
    }

    /// Verifies the list's signature and chains its signer.
    ///
    /// The technical guideline asks for no extended key usage, so the signer is judged as any other.
    #[must_use]
    pub fn check_signature(&self, anchors: &dyn Anchors, limits: &Limits) -> ListSignature {
        self.signed.check_signature(Role::DocumentSigner, anchors, limits)
    }

    /// Defects of the documents of a signer.
    pub fn of(&self, certificate: &Certificate) -> impl Iterator<Item = &Defect> {
        let hash = self.hash_algorithm.ok();
        self.defects.iter().filter(move |defect| defect.names(certificate, hash))
    }
}

fn read_defect(element: &Element<'_>) -> Result<Defect, ber::Error> {
    let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
    let mut defect = Defect::default();
    let mut kinds = None;
    while let Some(field) = reader.next()? {
        match field.tag() {
            tag::SEQUENCE | 0x80 | tag::CONTEXT_0 => reference::read(&field, &mut defect)?,
            tag::OCTET_STRING => defect.certificate_hash = Some(field.content().into()),
            tag::SET => kinds = Some(field),
            tag::UTF8_STRING => defect.description = Some(field.text().into_owned()),
            found => return Err(field.error(ErrorKind::UnexpectedTag { expected: tag::SET, found })),
        }
    }
    let kinds = kinds.ok_or_else(|| element.error(ErrorKind::Missing).within("knownDefects"))?;
    let mut entries = kinds.reader()?;
    while let Some(entry) = entries.next()? {
        if defect.known.len() >= MAX_ENTRIES {
            return Err(entry.error(ErrorKind::TooMany(MAX_ENTRIES)));
        }
        defect.known.push(read_known(&entry)?);
    }
    Ok(defect)
}

/// Either version; `[0]` of the newer one is met with and without the SEQUENCE inside.
fn read_known(entry: &Element<'_>) -> Result<KnownDefect, ber::Error> {
    let newer = entry.tag() == tag::CONTEXT_0;
    let mut fields = if newer { entry.reader()? } else { entry.expect(tag::SEQUENCE)?.reader()? };
    if newer && fields.peek() == Some(tag::SEQUENCE) {
        fields = fields.required()?.reader()?;
    }
    let kind = fields.expect(tag::OID)?.oid()?;
    let mut known = KnownDefect { kind, parameters: None, description: None };
    while let Some(field) = fields.next()? {
        match field.tag() {
            tag::CONTEXT_0 if newer => known.parameters = Some(field.content().into()),
            0x81 if newer => known.description = Some(field.text().into_owned()),
            _ if known.parameters.is_none() => known.parameters = Some(field.raw().into()),
            _ => return Err(field.error(ErrorKind::TrailingData)),
        }
    }
    Ok(known)
}
