//! Certificate holder authorisation template: role and rights (Doc 9303-12 section 7.2.2.4, Doc 9303-11 K.1, BSI TR-03110-3
//! C.4).

use crate::ber::{Element, Error, ErrorKind, Oid, tag};

/// Discretionary data.
const DISCRETIONARY: crate::ber::Tag = 0x53;
/// Longest relative authorisation that is read.
const LONGEST: usize = 32;

/// Role of a certificate holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CvRole {
    /// Country verifying certification authority.
    Authority,
    /// Document verifier of the same state.
    DomesticVerifier,
    /// Document verifier of another state.
    ForeignVerifier,
    /// Terminal.
    Terminal,
}

/// Terminal type, role and rights of a certificate holder, relative to whoever issued the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    terminal_type: Oid,
    octets: Box<[u8]>,
}

impl Authorisation {
    /// id-IS: the terminal is an inspection system.
    pub const INSPECTION_SYSTEM: Oid = Oid::of(&[0, 4, 0, 127, 0, 7, 3, 1, 2, 1]);
    /// Right to read DG3.
    const FINGERS: u8 = 0x01;
    /// Right to read DG4.
    const IRISES: u8 = 0x02;

    pub(super) fn parse(template: &Element<'_>) -> Result<Self, Error> {
        let mut reader = template.reader()?;
        let terminal_type = reader.expect(tag::OID)?.oid()?;
        let data = reader.expect(DISCRETIONARY)?;
        reader.finish()?;
        let octets = data.content();
        if octets.is_empty() || octets.len() > LONGEST {
            return Err(data.error(ErrorKind::Value("authorisation is empty or too long")));
        }
        Ok(Self { terminal_type, octets: octets.into() })
    }

    /// Terminal type.
    #[must_use]
    pub const fn terminal_type(&self) -> Oid {
        self.terminal_type
    }

    /// The relative authorisation as it stands.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.octets
    }

    /// Role: the two highest bits.
    #[must_use]
    pub fn role(&self) -> CvRole {
        match self.octets.first().map_or(0, |first| first >> 6) {
            3 => CvRole::Authority,
            2 => CvRole::DomesticVerifier,
            1 => CvRole::ForeignVerifier,
            _ => CvRole::Terminal,
        }
    }

    /// Whether DG3 (fingers) may be read. Only of an inspection system.
    #[must_use]
    pub fn reads_fingers(&self) -> bool {
        self.has(Self::FINGERS)
    }

    /// Whether DG4 (irises) may be read. Only of an inspection system.
    #[must_use]
    pub fn reads_irises(&self) -> bool {
        self.has(Self::IRISES)
    }

    fn has(&self, right: u8) -> bool {
        let last = self.octets.last().copied().unwrap_or_default();
        self.terminal_type == Self::INSPECTION_SYSTEM && last & right != 0
    }

    /// What is left of these rights under an issuer's: the bits that both have, the role of this holder. `None` where
    /// the terminal types or lengths differ.
    #[must_use]
    pub fn under(&self, issuer: &Self) -> Option<Self> {
        if self.terminal_type != issuer.terminal_type || self.octets.len() != issuer.octets.len() {
            return None;
        }
        let mut octets: Box<[u8]> =
            self.octets.iter().zip(&issuer.octets).map(|(own, above)| own & above).collect();
        if let (Some(first), Some(own)) = (octets.first_mut(), self.octets.first()) {
            *first = (*first & 0x3F) | (own & 0xC0);
        }
        Some(Self { terminal_type: self.terminal_type, octets })
    }
}
