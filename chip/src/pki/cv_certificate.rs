//! Card-verifiable certificates: who may read what (Doc 9303-12 section 7.2.2, BSI TR-03110-3 appendix C).
//!
//! ```text
//! 7F21 { 7F4E { 5F29 version, 42 issuer, 7F49 key, 5F20 holder, 7F4C authorisation, 5F25 from, 5F24 to, [65 more] },
//!        5F37 signature }
//! ```
//!
//! The body is kept as delivered: that is what the signature is over, and what the chip is sent.

mod authorisation;
mod chain;
mod date;
mod key;
mod reference;

use std::fmt;

use crate::ber::{Element, Error, ErrorKind, Reader, Tag};
use crate::pki::public_key::PublicKey;
use crate::pki::signature::{self, Verdict};

pub use authorisation::{Authorisation, CvRole};
pub use chain::{CvChain, CvChainError};
pub use date::CvDate;
pub use key::{CvAlgorithm, CvKeyFault, CvPublicKey};
pub use reference::Reference;

const CERTIFICATE: Tag = 0x7F21;
const BODY: Tag = 0x7F4E;
const PROFILE: Tag = 0x5F29;
/// Certification authority reference.
pub(crate) const AUTHORITY_REFERENCE: Tag = 0x42;
const HOLDER_REFERENCE: Tag = 0x5F20;
const AUTHORISATION: Tag = 0x7F4C;
const EFFECTIVE: Tag = 0x5F25;
const EXPIRATION: Tag = 0x5F24;
const EXTENSIONS: Tag = 0x65;
const SIGNATURE: Tag = 0x5F37;
/// Longest certificate that is read.
const LONGEST: usize = 8 * 1024;

/// A parsed card-verifiable certificate. Nothing in it is verified yet.
#[derive(Clone, PartialEq, Eq)]
pub struct CvCertificate {
    raw: Box<[u8]>,
    body: std::ops::Range<usize>,
    objects: std::ops::Range<usize>,
    signature: Box<[u8]>,
    issuer: Reference,
    holder: Reference,
    key: CvPublicKey,
    authorisation: Authorisation,
    effective: CvDate,
    expiration: CvDate,
    has_extensions: bool,
}

impl CvCertificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// Malformed, with offset and path; longer than 8 KiB; a profile other than version 1.
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let within = |error: Error| error.within("CV certificate");
        if octets.len() > LONGEST {
            return Err(within(Error::new(ErrorKind::TooMany(LONGEST), LONGEST)));
        }
        Self::read(octets).map_err(within)
    }

    fn read(octets: &[u8]) -> Result<Self, Error> {
        let outer = Reader::only(octets, CERTIFICATE)?;
        let mut reader = outer.reader()?;
        let body = reader.expect(BODY)?;
        let signature = reader.expect(SIGNATURE).map_err(|error| error.within("signature"))?;
        reader.finish()?;
        let mut reader = body.reader()?;
        let profile = reader.expect(PROFILE).map_err(|error| error.within("profile"))?;
        if profile.content() != [0] {
            return Err(profile.error(ErrorKind::Value("profile is not version 1")).within("profile"));
        }
        let issuer = reader
            .expect(AUTHORITY_REFERENCE)
            .and_then(|element| reference(&element))
            .map_err(|error| error.within("authority reference"))?;
        let key = reader
            .expect(key::TAG)
            .and_then(|element| CvPublicKey::parse(&element))
            .map_err(|error| error.within("public key"))?;
        let holder = reader
            .expect(HOLDER_REFERENCE)
            .and_then(|element| reference(&element))
            .map_err(|error| error.within("holder reference"))?;
        let authorisation = reader
            .expect(AUTHORISATION)
            .and_then(|element| Authorisation::parse(&element))
            .map_err(|error| error.within("authorisation"))?;
        let mut date = |tag, name| {
            let element = reader.expect(tag).map_err(|error| error.within(name))?;
            let no_date = || element.error(ErrorKind::Time("no day in six digits")).within(name);
            CvDate::from_digits(element.content()).ok_or_else(no_date)
        };
        let effective = date(EFFECTIVE, "effective date")?;
        let expiration = date(EXPIRATION, "expiration date")?;
        let has_extensions = reader.optional(EXTENSIONS)?.is_some();
        reader.finish()?;
        let end = |element: &Element<'_>| element.offset() + element.raw().len();
        Ok(Self {
            raw: octets.into(),
            body: body.offset()..end(&body),
            objects: body.offset()..end(&signature),
            signature: signature.content().into(),
            issuer,
            holder,
            key,
            authorisation,
            effective,
            expiration,
            has_extensions,
        })
    }

    /// The whole certificate as delivered.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.raw
    }

    /// The body as delivered, tag and length included: what is signed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.raw.get(self.body.clone()).unwrap_or_default()
    }

    /// Body and signature data objects: the data of PSO Verify Certificate.
    #[must_use]
    pub fn objects(&self) -> &[u8] {
        self.raw.get(self.objects.clone()).unwrap_or_default()
    }

    /// Signature value.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Certification authority reference: the key that signed.
    #[must_use]
    pub const fn issuer(&self) -> &Reference {
        &self.issuer
    }

    /// Certificate holder reference: the key inside.
    #[must_use]
    pub const fn holder(&self) -> &Reference {
        &self.holder
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &CvPublicKey {
        &self.key
    }

    /// Role and rights.
    #[must_use]
    pub const fn authorisation(&self) -> &Authorisation {
        &self.authorisation
    }

    /// First day.
    #[must_use]
    pub const fn effective(&self) -> CvDate {
        self.effective
    }

    /// Last day.
    #[must_use]
    pub const fn expiration(&self) -> CvDate {
        self.expiration
    }

    /// Whether there are certificate extensions; nothing here reads them (Doc 9303-12 7.2.2.6: uncritical).
    #[must_use]
    pub const fn has_extensions(&self) -> bool {
        self.has_extensions
    }

    /// Whether holder and issuer are the same key.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.issuer == self.holder
    }

    /// Whether this key signed the body with this algorithm, which is the one that the key's own certificate names.
    pub fn verify(&self, issuer: &PublicKey, algorithm: CvAlgorithm) -> Verdict {
        signature::verify(issuer, &algorithm.signature_algorithm(), self.body(), &self.signature)
    }
}

fn reference(element: &Element<'_>) -> Result<Reference, Error> {
    let no_reference = || element.error(ErrorKind::Value("no reference of 1 to 16 characters"));
    Reference::new(element.content()).ok_or_else(no_reference)
}

impl fmt::Debug for CvCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "CvCertificate({} by {}, {:?}, {} to {})",
            self.holder,
            self.issuer,
            self.authorisation.role(),
            self.effective,
            self.expiration
        )
    }
}

#[cfg(test)]
mod tests;
