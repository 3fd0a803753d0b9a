//! CRLs at import (Doc 9303-12 section 7.2): kept only when a key of the same state signed them.

use crate::contents::CrlEntry;
use crate::import::draft::{Draft, Taken};
use crate::import::report::Reason;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use verifier_chip::pki::signature::Verdict;
use verifier_chip::pki::{Certificate, Crl};

/// A clock may be this much behind the one that issued.
const CLOCK_SLACK: Duration = Duration::days(1);

/// The normalised issuer, and after it its former names.
pub(crate) fn issuers(crl: &Crl) -> Vec<String> {
    let names = std::iter::once(crl.issuer()).chain(crl.issuer_alternative_names());
    names.map(|name| name.key().as_str().to_owned()).collect()
}

/// Whose list it is: newer ones replace older ones of the same name and key.
pub(crate) fn authority(crl: &Crl) -> String {
    let key = crl.authority_key_identifier().map(hex::encode).unwrap_or_default();
    format!("{} {key}", crl.issuer().key().as_str())
}

/// Country of the issuer in upper case; empty when it has none.
pub(crate) fn country(crl: &Crl) -> String {
    crl.issuer().country_code().unwrap_or_default()
}

/// The signature is computed here; the anchor that verifies it is the answer.
///
/// A key of another state never counts, whatever names it wrote into the list: it could revoke anyone else's
/// signers. Anchors of unsigned lists count only for states of which nothing better is there.
fn issuer(crl: &Crl, draft: &mut Draft) -> Option<Arc<Certificate>> {
    let country = country(crl);
    let mut candidates = draft.crl_issuers(crl.authority_key_identifier(), crl.issuer().key(), &country);
    candidates.retain(|c| c.subject().country_code().unwrap_or_default() == country);
    if candidates.iter().any(|c| draft.is_trusted(c.sha256())) {
        candidates.retain(|c| draft.is_trusted(c.sha256()));
    }
    candidates.into_iter().find(|c| matches!(crl.verify_issued_by(c), Verdict::Valid { .. }))
}

/// A CRL that may be taken, and the anchor that signed it.
pub(crate) fn prove(
    crl: &Crl,
    draft: &mut Draft,
    now: OffsetDateTime,
    force: bool,
) -> Result<Arc<Certificate>, Reason> {
    let issuer = issuer(crl, draft).ok_or_else(|| Reason::NoIssuer(crl.issuer().to_string()))?;
    if crl.this_update() > now + CLOCK_SLACK {
        return Err(Reason::Future(crl.this_update()));
    }
    match draft.crl_before(&authority(crl)) {
        Some(newer) if newer > crl.this_update() && !force => Err(Reason::Rollback(newer)),
        _ => Ok(issuer),
    }
}

pub(crate) fn take(crl: &Crl, draft: &mut Draft, source: usize, force: bool) -> Taken {
    draft.take_crl(CrlEntry::of(crl, source), crl, force)
}
