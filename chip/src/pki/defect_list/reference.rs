//! Which certificates a defect speaks of (BSI TR-03129-2 v1.4.2, 8.1.1): several references may stand side by side,
//! and the strongest of them decides.

use super::Defect;
use crate::ber::{self, Element, tag};
use crate::digest::HashAlgorithm;
use crate::pki::{Certificate, Name};
use crate::sod::SignerIdentifier;
use crate::sod::cms::Fit;

impl Defect {
    /// Whether a signer's certificate is meant: hash before key identifier before issuer and serial number, and the
    /// first of them that is given and can be compared decides, whatever the others say. Without any of them: the
    /// key or the name of the CSCA.
    #[must_use]
    pub fn names(&self, certificate: &Certificate, hash: Option<HashAlgorithm>) -> bool {
        if let (Some(expected), Some(hash)) = (&self.certificate_hash, hash) {
            return hash.digest(certificate.der()).as_bytes() == &**expected;
        }
        let fits = |identifier: &SignerIdentifier| {
            matches!(identifier.fit(certificate), Some(Fit::Exact | Fit::Normalised))
        };
        if let Some(identifier) = self.signer.as_ref().or(self.issuer_and_serial.as_ref()) {
            return fits(identifier);
        }
        if self.certificate_hash.is_some() || self.signer_reference.is_some() {
            // A reference that cannot be compared here names nobody.
            return false;
        }
        match (&self.authority_key_identifier, certificate.authority_key_identifier()) {
            (Some(expected), Some(found)) => **expected == *found,
            _ => self.authority.as_ref().is_some_and(|name| name.key() == certificate.issuer().key()),
        }
    }

    /// Whether octets that are no readable certificate are meant: by their hash alone.
    #[must_use]
    pub fn names_octets(&self, octets: &[u8], hash: Option<HashAlgorithm>) -> bool {
        match (&self.certificate_hash, hash) {
            (Some(expected), Some(hash)) => hash.digest(octets).as_bytes() == &**expected,
            _ => false,
        }
    }

    /// Whether a signer identifier of a security object is the one that the defect gives for its signer.
    #[must_use]
    pub fn names_identifier(&self, written: &SignerIdentifier) -> bool {
        [&self.signer, &self.issuer_and_serial].into_iter().flatten().any(|known| known.is_same(written))
    }
}

/// A signer identifier (v1, v2) or one of the references of v3.
pub(super) fn read(field: &Element<'_>, defect: &mut Defect) -> Result<(), ber::Error> {
    let first = if field.is_constructed() { field.reader()?.peek() } else { None };
    let single = field.tag() != tag::SEQUENCE || first == Some(tag::SEQUENCE);
    if single && defect.signer.is_none() {
        defect.signer = Some(crate::sod::cms::parse_identifier(field)?);
        return Ok(());
    }
    // `[0]` of a signer is an issuer with a serial number, `[0]` of a CSCA is its name alone.
    let mut reader = field.reader()?;
    while let Some(part) = reader.next()? {
        match part.tag() {
            tag::CONTEXT_0 => read_issuer(&part, defect)?,
            // The key identifier of a signer, or of a CSCA where the element is constructed.
            0x81 => {
                defect.signer.get_or_insert(SignerIdentifier::SubjectKeyIdentifier(part.content().into()));
            }
            tag::CONTEXT_1 => {
                let mut inner = part.reader()?;
                let inner = match inner.peek() {
                    Some(tag::SEQUENCE) => inner.required()?.reader()?.optional(0x80)?,
                    _ => inner.optional(0x80)?,
                };
                defect.authority_key_identifier = inner.map(|element| element.content().into());
            }
            0x82 => defect.signer_reference = Some(part.text().into_owned()),
            0x83 => defect.certificate_hash = Some(part.content().into()),
            found => {
                return Err(part.error(ber::ErrorKind::UnexpectedTag { expected: tag::CONTEXT_0, found }));
            }
        }
    }
    Ok(())
}

/// `[0]`: IssuerAndSerialNumber with implicit or explicit tag, or the Name of a CSCA.
fn read_issuer(part: &Element<'_>, defect: &mut Defect) -> Result<(), ber::Error> {
    let mut inner = part.reader()?;
    let first = inner.required()?;
    if let Some(serial) = inner.optional(tag::INTEGER)? {
        let issuer = Name::parse(&first)?;
        let identifier = SignerIdentifier::IssuerAndSerial { issuer, serial: serial.content().into() };
        defect.issuer_and_serial = Some(identifier);
    } else if first.tag() == tag::SEQUENCE && first.reader()?.peek() == Some(tag::SEQUENCE) {
        defect.issuer_and_serial = Some(crate::sod::cms::parse_identifier(&first)?);
    } else if first.tag() == tag::SEQUENCE {
        defect.authority = Some(Box::new(Name::parse(&first)?));
    } else {
        return Err(
            first.error(ber::ErrorKind::UnexpectedTag { expected: tag::SEQUENCE, found: first.tag() })
        );
    }
    Ok(())
}
