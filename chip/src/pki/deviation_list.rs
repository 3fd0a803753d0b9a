//! Deviation lists (Doc 9303-12 10): what an issuer says is wrong with its own documents.

mod kind;

pub use kind::{CertificateField, DeviationKind};

use time::OffsetDateTime;

use super::signed_list::{ListSignature, SignedList};
use super::{Anchors, Certificate, Name, Role};
use crate::ber::{self, Element, ErrorKind, Oid, Reader, tag};
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};
use crate::limits::Limits;
use crate::oids;

/// Most deviations, and most descriptions or numbers of one of them.
const MAX_ENTRIES: usize = 10_000;

/// A deviation list. Apply it only after [`DeviationList::check_signature`].
#[derive(Debug)]
pub struct DeviationList {
    /// The signed wrapping.
    pub signed: SignedList,
    /// Version, 0.
    pub version: u32,
    /// Hash of certificate digests.
    pub digest_algorithm: Option<Result<HashAlgorithm, Oid>>,
    /// The deviations.
    pub deviations: Vec<Deviation>,
    /// Deviations of the list's own form.
    pub findings: Vec<Finding>,
}

/// One deviation: which documents, and what is wrong with them.
#[derive(Debug, Clone)]
pub struct Deviation {
    /// All criteria that are given must match at once.
    pub documents: DeviationDocuments,
    /// What is wrong.
    pub descriptions: Vec<DeviationDescription>,
}

/// Which documents are meant.
#[derive(Clone, Default)]
pub struct DeviationDocuments {
    /// Document type as in the MRZ.
    pub document_type: Option<String>,
    /// Their signer.
    pub signer: Option<DocumentSignerIdentifier>,
    /// First and last date of issue.
    pub issued: Option<(OffsetDateTime, OffsetDateTime)>,
    /// Document numbers.
    pub document_numbers: Option<Vec<String>>,
}

impl std::fmt::Debug for DeviationDocuments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviationDocuments")
            .field("document_type", &self.document_type)
            .field("signer", &self.signer)
            .field("issued", &self.issued)
            .field("document_numbers", &self.document_numbers.as_ref().map(Vec::len))
            .finish()
    }
}

/// How the signer is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentSignerIdentifier {
    /// Issuer and serial number.
    IssuerAndSerial(Box<Name>, Box<[u8]>),
    /// Subject key identifier.
    SubjectKeyIdentifier(Box<[u8]>),
    /// Digest of the certificate with the list's hash.
    Digest(Box<[u8]>),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviationDescription {
    /// For people.
    pub description: Option<String>,
    /// Kind, below 2.23.136.1.1.7.
    pub kind: Oid,
    /// Its parameters, the content of `[0]`.
    pub parameters: Option<Box<[u8]>>,
    /// National use, the content of `[1]`.
    pub national_use: Option<Box<[u8]>>,
}

impl DocumentSignerIdentifier {
    /// Whether a certificate is meant.
    #[must_use]
    pub fn names(&self, certificate: &Certificate, hash: Option<HashAlgorithm>) -> bool {
        match self {
            Self::IssuerAndSerial(issuer, serial) => {
                certificate.issuer().key() == issuer.key() && certificate.serial() == &**serial
            }
            Self::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier() == Some(identifier)
            }
            Self::Digest(digest) => {
                hash.is_some_and(|hash| hash.digest(certificate.der()).as_bytes() == &**digest)
            }
        }
    }
}

impl DeviationList {
    /// Reads a signed deviation list.
    ///
    /// # Errors
    /// Malformed, or another type of content; the error says where.
    pub fn parse(file: &[u8]) -> Result<Self, ber::Error> {
        let within = |error: ber::Error| error.within("deviation list");
        let (signed, content, offset) = SignedList::open(file).map_err(within)?;
        if signed.content_type != oids::DEVIATION_LIST {
            return Err(within(ber::Error::new(ErrorKind::Value("content is no deviation list"), offset)));
        }
        let mut outer = Reader::at(&content, offset);
        let list = outer.expect(tag::SEQUENCE).map_err(within)?;
        outer.finish().map_err(within)?;
        let findings = signed.findings.clone();
        let mut parsed =
            Self { signed, version: 0, digest_algorithm: None, deviations: Vec::new(), findings };
        parsed.read(&list).map_err(within)?;
        Ok(parsed)
    }

    fn read(&mut self, list: &Element<'_>) -> Result<(), ber::Error> {
        let mut reader = list.reader()?;
        self.version = reader.expect(tag::INTEGER)?.small_integer()?;
        if self.version != 0 {
            self.findings.push(Finding::with(Code::ListVersion, self.version.to_string()));
        }
        if let Some(identifier) = reader.optional(tag::SEQUENCE)? {
            self.digest_algorithm = Some(HashAlgorithm::from_identifier(&identifier)?);
        }
        let mut deviations = reader.expect(tag::SET)?.reader()?;
        reader.finish()?;
        while let Some(deviation) = deviations.next()? {
            if self.deviations.len() >= MAX_ENTRIES {
                return Err(deviation.error(ErrorKind::TooMany(MAX_ENTRIES)));
            }
            self.deviations.push(read_deviation(&deviation).map_err(|error| error.within("deviations"))?);
        }
        Ok(())
    }

    /// Hash of certificate digests: the list's own, else the one of its signature (Doc 9303-3 7.3.6).
    #[must_use]
    pub fn certificate_hash(&self) -> Option<HashAlgorithm> {
        let of_signature = || self.signed.signers.first().and_then(|signer| signer.digest_algorithm.ok());
        self.digest_algorithm.as_ref().map_or_else(of_signature, |hash| hash.as_ref().ok().copied())
    }

    /// Verifies the list's signature and chains its signer.
    #[must_use]
    pub fn check_signature(&self, anchors: &dyn Anchors, limits: &Limits) -> ListSignature {
        self.signed.check_signature(Role::DeviationListSigner, anchors, limits)
    }
}

fn read_deviation(element: &Element<'_>) -> Result<Deviation, ber::Error> {
    let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
    let documents =
        reader.expect(tag::SEQUENCE).and_then(|e| read_documents(&e)).map_err(|e| e.within("documents"))?;
    let set = reader.expect(tag::SET).map_err(|error| error.within("descriptions"))?;
    reader.finish()?;
    let mut descriptions = Vec::new();
    let mut entries = set.reader()?;
    while let Some(entry) = entries.next()? {
        if descriptions.len() >= MAX_ENTRIES {
            return Err(entry.error(ErrorKind::TooMany(MAX_ENTRIES)));
        }
        descriptions.push(read_description(&entry).map_err(|error| error.within("descriptions"))?);
    }
    Ok(Deviation { documents, descriptions })
}

/// Implicit tags: `[0]` type, `[1]`-`[3]` signer, `[4]` period, `[5]` numbers. A criterion that is not
/// understood is an error: leaving it out would widen the deviation to other documents.
fn read_documents(element: &Element<'_>) -> Result<DeviationDocuments, ber::Error> {
    let mut documents = DeviationDocuments::default();
    let mut reader = element.reader()?;
    while let Some(field) = reader.next()? {
        match field.tag() {
            0x80 => documents.document_type = Some(field.text().into_owned()),
            0xA1 => {
                let mut inner = field.reader()?;
                let issuer = Name::parse(&inner.required()?)?;
                let serial = inner.expect(tag::INTEGER)?.content().into();
                documents.signer = Some(DocumentSignerIdentifier::IssuerAndSerial(Box::new(issuer), serial));
            }
            0x82 => {
                documents.signer =
                    Some(DocumentSignerIdentifier::SubjectKeyIdentifier(field.content().into()));
            }
            0x83 => documents.signer = Some(DocumentSignerIdentifier::Digest(field.content().into())),
            0xA4 => {
                let mut inner = field.reader()?;
                documents.issued = Some((inner.required()?.time()?, inner.required()?.time()?));
            }
            0xA5 => {
                let mut numbers = Vec::new();
                let mut inner = field.reader()?;
                while let Some(number) = inner.next()? {
                    if numbers.len() >= MAX_ENTRIES {
                        return Err(number.error(ErrorKind::TooMany(MAX_ENTRIES)));
                    }
                    numbers.push(number.text().into_owned());
                }
                documents.document_numbers = Some(numbers);
            }
            found => return Err(field.error(ErrorKind::UnexpectedTag { expected: 0x80, found })),
        }
    }
    Ok(documents)
}

fn read_description(element: &Element<'_>) -> Result<DeviationDescription, ber::Error> {
    let mut reader = element.expect(tag::SEQUENCE)?.reader()?;
    let description = reader.optional(tag::PRINTABLE_STRING)?.map(|text| text.text().into_owned());
    let kind = reader.expect(tag::OID)?.oid()?;
    // Implicitly tagged numbers are met, though the module's ANY asks for an explicit tag.
    let parameters = match reader.optional(tag::CONTEXT_0)? {
        None => reader.optional(0x80)?,
        some => some,
    };
    let parameters = parameters.map(|element| element.content().into());
    let national_use = reader.optional(tag::CONTEXT_1)?.map(|element| element.content().into());
    reader.finish()?;
    Ok(DeviationDescription { description, kind, parameters, national_use })
}
