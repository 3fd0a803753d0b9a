//! From a trust point of the chip to the terminal's certificate (Doc 9303-11 sections 7.1.4.3.2 to 7.1.4.3.6).
//!
//! The chip checks the chain by itself. It is checked here before anything is sent all the same: a chip takes its date
//! from what it is sent, a refusal says nothing, and some chips count refusals.

use std::fmt;

use super::{Authorisation, CvAlgorithm, CvCertificate, CvDate, CvKeyFault, CvRole, Reference};
use crate::pki::curves::Curve;
use crate::pki::public_key::PublicKey;
use crate::pki::signature::{Fault, Verdict};

/// Certificates in one chain.
const LONGEST: usize = 8;
/// Certificates looked at while searching.
const MAX_STEPS: usize = 512;

/// Why no chain can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CvChainError {
    /// No certificate of the terminal's key is held.
    NoTerminal(Reference),
    /// The chip named no trust point.
    NoTrustPoint,
    /// No chain of held certificates ends at a trust point of the chip. The trust points are named.
    NoPath(Vec<Reference>),
    /// The certificate of the trust point is not held, so the chain cannot be checked.
    TrustPointMissing(Reference),
    /// The certificate's last day has passed.
    Expired {
        /// Its holder.
        holder: Reference,
        /// Its last day.
        on: CvDate,
    },
    /// The certificate's first day has not come.
    NotYetValid {
        /// Its holder.
        holder: Reference,
        /// Its first day.
        from: CvDate,
    },
    /// The certificate does not verify under its issuer's key.
    Signature {
        /// Its holder.
        holder: Reference,
        /// What is wrong.
        fault: Fault,
    },
    /// Its role does not follow its issuer's.
    Role {
        /// Its holder.
        holder: Reference,
        /// Its role.
        role: CvRole,
        /// Its issuer's.
        issuer: CvRole,
    },
    /// Terminal type or form of the authorisation differ from the issuer's.
    TerminalType {
        /// Its holder.
        holder: Reference,
    },
    /// Its key cannot be computed with.
    Key {
        /// Its holder.
        holder: Reference,
        /// Why.
        fault: CvKeyFault,
    },
}

impl fmt::Display for CvChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTerminal(holder) => write!(f, "no certificate of the key {holder} is held"),
            Self::NoTrustPoint => f.write_str("the chip names no trust point"),
            Self::NoPath(trust_points) => {
                f.write_str("no chain of held certificates ends at")?;
                trust_points.iter().try_for_each(|reference| write!(f, " {reference}"))
            }
            Self::TrustPointMissing(reference) => write!(f, "the certificate of {reference} is not held"),
            Self::Expired { holder, on } => write!(f, "{holder}: expired on {on}"),
            Self::NotYetValid { holder, from } => write!(f, "{holder}: not valid before {from}"),
            Self::Signature { holder, fault } => write!(f, "{holder}: {fault}"),
            Self::Role { holder, role, issuer } => write!(f, "{holder}: {role:?} issued by {issuer:?}"),
            Self::TerminalType { holder } => write!(f, "{holder}: another terminal type than its issuer's"),
            Self::Key { holder, fault } => write!(f, "{holder}: {fault}"),
        }
    }
}

impl std::error::Error for CvChainError {}

/// A checked chain: what is sent to the chip, in order, and what the terminal signs with.
#[derive(Debug, Clone)]
pub struct CvChain {
    certificates: Vec<CvCertificate>,
    algorithm: CvAlgorithm,
    spki: Box<[u8]>,
    authorisation: Authorisation,
}

/// One step of checking: the key that signs what comes next.
struct Above {
    key: PublicKey,
    algorithm: CvAlgorithm,
    curve: Option<Curve>,
    role: CvRole,
    authorisation: Authorisation,
}

impl CvChain {
    /// Looks for a chain among the certificates `held` from one of the chip's `trust_points` (EF.CVCA, or the references of
    /// PACE) to the certificate whose holder is `terminal`, and checks it for the day `today`. Where several chains lead
    /// there, the first that holds is taken.
    ///
    /// # Errors
    /// [`CvChainError`] of the first chain found.
    pub fn find(
        held: &[CvCertificate],
        terminal: &Reference,
        trust_points: &[Reference],
        today: CvDate,
    ) -> Result<Self, CvChainError> {
        if trust_points.is_empty() {
            return Err(CvChainError::NoTrustPoint);
        }
        let mut leaves = held.iter().filter(|certificate| certificate.holder() == terminal).peekable();
        if leaves.peek().is_none() {
            return Err(CvChainError::NoTerminal(terminal.clone()));
        }
        let mut search = Search { held, trust_points, today, steps: 0, first: None };
        for leaf in leaves {
            if let Some(chain) = search.up(&mut vec![leaf]) {
                return Ok(chain);
            }
        }
        Err(search.first.unwrap_or_else(|| CvChainError::NoPath(trust_points.to_vec())))
    }

    /// The certificates in the order of sending; the last is the terminal's.
    #[must_use]
    pub fn certificates(&self) -> &[CvCertificate] {
        &self.certificates
    }

    /// Holder reference of the terminal's key.
    #[must_use]
    pub fn terminal(&self) -> Option<&Reference> {
        self.certificates.last().map(CvCertificate::holder)
    }

    /// Algorithm that the terminal's key signs with.
    #[must_use]
    pub const fn algorithm(&self) -> CvAlgorithm {
        self.algorithm
    }

    /// What the terminal may do, after all that stand above it (Doc 9303-11 7.1.4.3.6).
    #[must_use]
    pub const fn authorisation(&self) -> &Authorisation {
        &self.authorisation
    }

    /// The terminal's public key.
    pub(crate) fn terminal_key(&self) -> Option<PublicKey> {
        PublicKey::from_der(&self.spki, &mut Vec::new()).ok()
    }
}

struct Search<'a> {
    held: &'a [CvCertificate],
    trust_points: &'a [Reference],
    today: CvDate,
    steps: usize,
    first: Option<CvChainError>,
}

impl<'a> Search<'a> {
    /// Goes on from the topmost certificate of `path`, whose last is that one.
    fn up(&mut self, path: &mut Vec<&'a CvCertificate>) -> Option<CvChain> {
        self.steps = self.steps.saturating_add(1);
        let top = *path.last()?;
        if path.len() > LONGEST || self.steps > MAX_STEPS {
            return None;
        }
        if self.trust_points.contains(top.issuer()) {
            match self.check(path) {
                Ok(chain) => return Some(chain),
                Err(error) => {
                    self.first.get_or_insert(error);
                }
            }
        }
        for next in self.held {
            let follows = next.holder() == top.issuer() && !next.is_self_signed();
            if !follows || path.contains(&next) {
                continue;
            }
            path.push(next);
            let found = self.up(path);
            path.pop();
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Checks from the trust point down; `path` goes up.
    fn check(&self, path: &[&'a CvCertificate]) -> Result<CvChain, CvChainError> {
        let missing = || CvChainError::NoPath(self.trust_points.to_vec());
        let trust_point = path.last().ok_or_else(missing)?.issuer();
        let mut above = self.trust_point(trust_point)?;
        for certificate in path.iter().rev() {
            above = self.below(certificate, above)?;
        }
        let holder = path.first().ok_or_else(missing)?.holder().clone();
        if above.role != CvRole::Terminal {
            let role = above.role;
            return Err(CvChainError::Role { holder, role, issuer: role });
        }
        Ok(CvChain {
            certificates: path.iter().rev().map(|certificate| (*certificate).clone()).collect(),
            algorithm: above.algorithm,
            spki: above.key.spki().into(),
            authorisation: above.authorisation,
        })
    }

    /// The trust point's own certificate, self-signed or a link.
    fn trust_point(&self, reference: &Reference) -> Result<Above, CvChainError> {
        let of_it = |self_signed: bool| {
            self.held.iter().find(|one| one.holder() == reference && one.is_self_signed() == self_signed)
        };
        let certificate = of_it(true)
            .or_else(|| of_it(false))
            .ok_or_else(|| CvChainError::TrustPointMissing(reference.clone()))?;
        let fault = |fault| CvChainError::Key { holder: reference.clone(), fault };
        let curve = self.curve_of(certificate);
        let key = certificate.public_key().resolve(curve).map_err(fault)?;
        let algorithm = certificate.public_key().algorithm().map_err(fault)?;
        if certificate.is_self_signed() {
            verified(certificate, &key, algorithm)?;
        }
        let role = certificate.authorisation().role();
        if role != CvRole::Authority {
            return Err(CvChainError::Role { holder: reference.clone(), role, issuer: role });
        }
        Ok(Above { key, algorithm, curve, role, authorisation: certificate.authorisation().clone() })
    }

    /// The curve that a certificate states, or the nearest above it.
    fn curve_of(&self, certificate: &CvCertificate) -> Option<Curve> {
        let mut current = certificate;
        for _ in 0..LONGEST {
            if !current.public_key().inherits() {
                return current.public_key().curve();
            }
            current = self
                .held
                .iter()
                .find(|next| next.holder() == current.issuer() && !std::ptr::eq(*next, current))?;
        }
        None
    }

    /// Checks one certificate under the one above it.
    fn below(&self, certificate: &CvCertificate, above: Above) -> Result<Above, CvChainError> {
        let holder = || certificate.holder().clone();
        verified(certificate, &above.key, above.algorithm)?;
        let role = certificate.authorisation().role();
        let follows = match above.role {
            CvRole::Authority => role != CvRole::Terminal,
            CvRole::DomesticVerifier | CvRole::ForeignVerifier => role == CvRole::Terminal,
            CvRole::Terminal => false,
        };
        if !follows {
            return Err(CvChainError::Role { holder: holder(), role, issuer: above.role });
        }
        // Chips accept links that have expired (7.1.4.3.3), nothing else.
        if role != CvRole::Authority && certificate.expiration() < self.today {
            return Err(CvChainError::Expired { holder: holder(), on: certificate.expiration() });
        }
        // The chip would move its date there and refuse genuine terminals from then on.
        if certificate.effective() > self.today {
            return Err(CvChainError::NotYetValid { holder: holder(), from: certificate.effective() });
        }
        let authorisation = certificate
            .authorisation()
            .under(&above.authorisation)
            .ok_or_else(|| CvChainError::TerminalType { holder: holder() })?;
        let fault = |fault| CvChainError::Key { holder: holder(), fault };
        let curve = certificate.public_key().curve().or(above.curve);
        let key = certificate.public_key().resolve(curve).map_err(fault)?;
        let algorithm = certificate.public_key().algorithm().map_err(fault)?;
        Ok(Above { key, algorithm, curve, role, authorisation })
    }
}

fn verified(
    certificate: &CvCertificate,
    key: &PublicKey,
    algorithm: CvAlgorithm,
) -> Result<(), CvChainError> {
    let holder = certificate.holder().clone();
    match certificate.verify(key, algorithm) {
        Verdict::Valid { .. } => Ok(()),
        Verdict::Invalid(fault) => Err(CvChainError::Signature { holder, fault }),
        Verdict::Unsupported(_) => Err(CvChainError::Key { holder, fault: CvKeyFault::Value }),
    }
}
