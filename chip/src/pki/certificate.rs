//! X.509 certificates of the travel document PKI (Doc 9303-12 7.1, RFC 5280 4).
//!
//! The original octets are kept and are what is hashed; nothing is re-encoded. What deviates from the
//! profile is a [`Finding`], not an error. Keys are decoded once and shared through the [`Arc`].

mod extensions;
mod parse;
mod profile;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::public_key::PublicKey;
use super::signature::{self, Fault, SignatureAlgorithm, Unsupported, Verdict};
use super::validity::{KeyUsagePeriod, Validity};
use super::{Name, NameKey};
use crate::ber::{self, Oid};
use crate::finding::Finding;

pub(crate) use extensions::alternative_names;
pub use extensions::{BasicConstraints, KeyUsage};
pub use profile::Role;

/// Why octets are no certificate: kind, offset and path.
pub type CertificateError = ber::Error;

/// Largest certificate that is read, in octets.
pub const MAX_LENGTH: usize = 64 * 1024;

/// One certificate.
pub struct Certificate {
    pub(in crate::pki) der: Box<[u8]>,
    pub(in crate::pki) sha256: [u8; 32],
    pub(in crate::pki) tbs: Range<usize>,
    pub(in crate::pki) signature: Range<usize>,
    pub(in crate::pki) version: u32,
    pub(in crate::pki) serial: Box<[u8]>,
    pub(in crate::pki) issuer: Name,
    pub(in crate::pki) subject: Name,
    pub(in crate::pki) validity: Validity,
    pub(in crate::pki) public_key: PublicKey,
    pub(in crate::pki) algorithm: Result<SignatureAlgorithm, Unsupported>,
    pub(in crate::pki) algorithms_agree: bool,
    pub(in crate::pki) extensions: extensions::Extensions,
    pub(in crate::pki) findings: Vec<Finding>,
}

impl Certificate {
    /// Reads one DER certificate that fills `der`.
    ///
    /// # Errors
    /// The octets are no certificate; the error says where.
    pub fn parse(der: &[u8]) -> Result<Arc<Self>, CertificateError> {
        parse::parse(der, None).map(Arc::new)
    }

    /// The same where the SHA-256 of `der` is known already.
    pub(crate) fn parse_hashed(der: &[u8], sha256: [u8; 32]) -> Result<Arc<Self>, CertificateError> {
        parse::parse(der, Some(sha256)).map(Arc::new)
    }

    /// The certificate as delivered.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The signed part as delivered.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// The signature value.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.der.get(self.signature.clone()).unwrap_or_default()
    }

    /// SHA-256 of [`Certificate::der`].
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// X.509 version as people count: 3 for v3.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Content octets of the serial number INTEGER, as delivered.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// Issuer.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// Subject.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// First and last second of validity.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// The subject's key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Algorithm of the certificate's own signature.
    ///
    /// # Errors
    /// The algorithm is not one that is computed here.
    pub fn signature_algorithm(&self) -> Result<&SignatureAlgorithm, &Unsupported> {
        self.algorithm.as_ref()
    }

    /// Subject key identifier (the raw octets where the extension lacks its wrapping).
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.extensions.subject_key_identifier.as_deref()
    }

    /// Key identifier of the authority key identifier.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.extensions.authority_key_identifier.as_deref()
    }

    /// Private key usage period.
    #[must_use]
    pub fn private_key_usage_period(&self) -> Option<KeyUsagePeriod> {
        self.extensions.private_key_usage_period
    }

    /// Key usage.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.extensions.key_usage
    }

    /// Purposes of the extended key usage.
    #[must_use]
    pub fn extended_key_usage(&self) -> Option<&[Oid]> {
        self.extensions.extended_key_usage.as_deref()
    }

    /// Basic constraints.
    #[must_use]
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.extensions.basic_constraints
    }

    /// Document types of the document type list, such as `P` or `ID`.
    #[must_use]
    pub fn document_types(&self) -> Option<&[String]> {
        self.extensions.document_types.as_deref()
    }

    /// Whether the name change extension is there.
    #[must_use]
    pub fn has_name_change(&self) -> bool {
        self.extensions.name_change
    }

    /// Directory names of the subject alternative name.
    #[must_use]
    pub fn subject_alternative_names(&self) -> &[Name] {
        &self.extensions.subject_alternative_names
    }

    /// Directory names of the issuer alternative name.
    #[must_use]
    pub fn issuer_alternative_names(&self) -> &[Name] {
        &self.extensions.issuer_alternative_names
    }

    /// Localities (country codes as in the MRZ) of the subject alternative name.
    pub fn subject_localities(&self) -> impl Iterator<Item = &str> {
        self.extensions
            .subject_alternative_names
            .iter()
            .filter_map(|name| name.attribute(&crate::oids::LOCALITY))
    }

    /// Localities of the issuer alternative name.
    pub fn issuer_localities(&self) -> impl Iterator<Item = &str> {
        self.extensions
            .issuer_alternative_names
            .iter()
            .filter_map(|name| name.attribute(&crate::oids::LOCALITY))
    }

    /// CRL distribution points that are URIs.
    #[must_use]
    pub fn crl_distribution_points(&self) -> &[String] {
        &self.extensions.crl_distribution_points
    }

    /// Deviations that do not depend on the certificate's role.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Deviations from the profile of a role (Doc 9303-12 7.1), without [`Certificate::findings`].
    #[must_use]
    pub fn role_findings(&self, role: Role) -> Vec<Finding> {
        profile::check(self, role)
    }

    /// What speaks against this certificate as an issuer: the decisive part of the CSCA profile only.
    #[must_use]
    pub fn issuer_findings(&self) -> Vec<Finding> {
        profile::check_issuer(self)
    }

    /// Whether subject and issuer are the same name (not whether it is a trusted root).
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject.key() == self.issuer.key()
    }

    /// Whether its own key verifies its signature.
    pub fn verify_self_signature(&self) -> Verdict {
        self.verify_issued_by(self)
    }

    /// Verifies this certificate's signature with the key of another.
    ///
    /// Only the signature is looked at; names, validity and key usage are facts of their own.
    pub fn verify_issued_by(&self, issuer: &Self) -> Verdict {
        if !self.algorithms_agree {
            return Verdict::Invalid(Fault::AlgorithmsDiffer);
        }
        match &self.algorithm {
            Ok(algorithm) => signature::verify(&issuer.public_key, algorithm, self.tbs(), self.signature()),
            Err(reason) => Verdict::Unsupported(reason.clone()),
        }
    }

    /// Issuer and serial number as an index key.
    #[must_use]
    pub fn issuer_and_serial(&self) -> (&NameKey, &[u8]) {
        (self.issuer.key(), &self.serial)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject)
            .field("issuer", &self.issuer)
            .field("key", &self.public_key)
            .finish_non_exhaustive()
    }
}
