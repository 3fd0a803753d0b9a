//! Known defects of production that name another signer than EF.SOD does (BSI TR-03135-1 v5.0.1, 5.12.2.1.3 and
//! 5.12.2.2.4). Who says so is judged by the caller, who hands over authenticated statements only.

use std::sync::Arc;

use crate::pki::Certificate;
use crate::sod::SignerIdentifier;

/// What is known to be wrong about the signers of security objects.
pub trait Corrections {
    /// The certificate that stands in for a malformed one: of the signer that a signer info names, or of one that
    /// EF.SOD carries (the readable ones, then the octets of the others).
    fn replacement(
        &self,
        named: &SignerIdentifier,
        readable: &[Arc<Certificate>],
        unreadable: &[Box<[u8]>],
    ) -> Option<Arc<Certificate>>;

    /// The identifier that should stand in the signer info instead of this one.
    fn identifier(
        &self,
        written: &SignerIdentifier,
        readable: &[Arc<Certificate>],
    ) -> Option<SignerIdentifier>;
}

/// Nothing is known.
#[derive(Debug, Clone, Copy)]
pub struct NoCorrections;

impl Corrections for NoCorrections {
    fn replacement(
        &self,
        _: &SignerIdentifier,
        _: &[Arc<Certificate>],
        _: &[Box<[u8]>],
    ) -> Option<Arc<Certificate>> {
        None
    }

    fn identifier(&self, _: &SignerIdentifier, _: &[Arc<Certificate>]) -> Option<SignerIdentifier> {
        None
    }
}
