//! EF.CardSecurity authenticated: its signature and its signer's chain (Doc 9303-11 section 6.2, 9.2.11), facts in the manner
//! of [`super::passive`].
//!
//! Its security infos are handed out as [`Bound`] only where the signature verifies; whether its signer chains to an anchor
//! is a fact beside it. A file of another document's signer verifies too: which state signed is for the caller to compare
//! with EF.SOD.

use super::passive::{Bound, NoCorrections, SignatureFact, Signed, SignerFact, World, verify_signers};
use crate::lds::dg14::SecurityInfos;
use crate::lds::{CardSecurity, LdsError};
use crate::limits::Limits;
use crate::pki::Anchors;

/// What became of EF.CardSecurity.
#[derive(Debug)]
pub enum CardSecurityFact {
    /// It cannot be read.
    Malformed(LdsError),
    /// It was read; see its findings.
    Parsed(Box<CardSecurity>),
}

/// All facts about one EF.CardSecurity.
#[derive(Debug)]
pub struct CardSecurityFacts {
    /// The file.
    pub file: CardSecurityFact,
    /// Its signature.
    pub signature: SignatureFact,
    /// The signer, when its certificate was found.
    pub signer: Option<SignerFact>,
    infos: Option<Bound<SecurityInfos>>,
}

impl CardSecurityFacts {
    /// The file, when it was read. Nothing in it is verified by that.
    #[must_use]
    pub fn parsed(&self) -> Option<&CardSecurity> {
        match &self.file {
            CardSecurityFact::Parsed(file) => Some(file),
            CardSecurityFact::Malformed(_) => None,
        }
    }

    /// The security infos that are proven to be the signed ones.
    #[must_use]
    pub const fn security_infos(&self) -> Option<&Bound<SecurityInfos>> {
        self.infos.as_ref()
    }
}

/// Reads EF.CardSecurity and verifies its signature.
#[must_use]
pub fn authenticate(file: &[u8], anchors: &dyn Anchors, limits: &Limits) -> CardSecurityFacts {
    let parsed = match CardSecurity::parse_with(file, limits, anchors) {
        Ok(parsed) => parsed,
        Err(error) => {
            return CardSecurityFacts {
                file: CardSecurityFact::Malformed(error),
                signature: SignatureFact::NotRun,
                signer: None,
                infos: None,
            };
        }
    };
    let signed = Signed {
        signers: &parsed.signers,
        certificates: &parsed.certificates,
        unreadable: &parsed.unreadable,
    };
    let world = World { anchors, limits, corrections: &NoCorrections };
    let (signature, signer) = verify_signers(&signed, &world);
    let infos = (signature == SignatureFact::Valid).then(|| Bound::of_card_security(&parsed.security_infos));
    CardSecurityFacts { file: CardSecurityFact::Parsed(Box::new(parsed)), signature, signer, infos }
}
