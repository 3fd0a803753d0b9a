//! Defects that name another signer than EF.SOD does, for passive authentication (BSI TR-03135-1 v5.0.1 5.12.2.1.3,
//! 5.12.2.2.4).

use std::sync::Arc;

use verifier_chip::authentication::passive::Corrections;
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::pki::Certificate;
use verifier_chip::pki::defect_list::{Defect, DefectKind};
use verifier_chip::sod::SignerIdentifier;
use verifier_trust::{KnownContent, KnownDefects, Snapshot};

/// The authenticated defect lists of a snapshot.
pub(crate) struct ListedCorrections<'a>(pub(crate) &'a Snapshot);

impl ListedCorrections<'_> {
    /// Every known defect of the lists that may speak of this signer and do.
    fn first<T>(
        &self,
        country: Option<&str>,
        names: impl Fn(&Defect, Option<HashAlgorithm>) -> bool,
        take: impl Fn(DefectKind) -> Option<T>,
    ) -> Option<T> {
        let entitled =
            |list: &&KnownDefects| list.pinned || country.is_some_and(|country| list.may_speak_of(country));
        self.0.known_defects().iter().filter(entitled).find_map(|list| {
            let KnownContent::Defects(content) = &list.content else { return None };
            let hash = content.hash_algorithm.ok();
            let named = content.defects.iter().filter(|defect| names(defect, hash));
            named.flat_map(|defect| &defect.known).find_map(|known| take(DefectKind::of(known)))
        })
    }
}

/// Country of the issuer that a signer info names; a key identifier tells none.
fn country_of(named: &SignerIdentifier, readable: &[Arc<Certificate>]) -> Option<String> {
    match named {
        SignerIdentifier::IssuerAndSerial { issuer, .. } => issuer.country_code(),
        SignerIdentifier::SubjectKeyIdentifier(_) => {
            let certificate = readable.iter().find(|certificate| named.fit(certificate).is_some())?;
            certificate.issuer().country_code()
        }
    }
}

impl Corrections for ListedCorrections<'_> {
    fn replacement(
        &self,
        named: &SignerIdentifier,
        readable: &[Arc<Certificate>],
        unreadable: &[Box<[u8]>],
    ) -> Option<Arc<Certificate>> {
        let country = country_of(named, readable);
        let names = |defect: &Defect, hash: Option<HashAlgorithm>| {
            (defect.certificate_hash.is_none() && defect.names_identifier(named))
                || readable.iter().any(|c| named.fit(c).is_some() && defect.names(c, hash))
                || unreadable.iter().any(|octets| defect.names_octets(octets, hash))
        };
        self.first(country.as_deref(), names, |kind| match kind {
            DefectKind::CertificateReplaced(certificate) => Some(certificate),
            _ => None,
        })
    }

    fn identifier(
        &self,
        written: &SignerIdentifier,
        readable: &[Arc<Certificate>],
    ) -> Option<SignerIdentifier> {
        let country = country_of(written, readable).or_else(|| readable.first()?.issuer().country_code());
        let names = |defect: &Defect, hash: Option<HashAlgorithm>| {
            defect.names_identifier(written) || readable.iter().any(|c| defect.names(c, hash))
        };
        self.first(country.as_deref(), names, |kind| match kind {
            DefectKind::WrongSignerIdentifier(right) => Some(right),
            _ => None,
        })
    }
}
