//! What to ask an issuing state for where no root of the store issued the signer: everything that names the wanted
//! certificate, where it was looked for, and what to do with it when it came.

use verifier_chip::authentication::passive::{SignerFact, SignerSource};
use verifier_chip::pki::chain::ChainFact;
use verifier_chip::pki::{Anchors, Certificate};
use verifier_mrz::states::{Code2, Code3};
use verifier_trust::{Snapshot, Source, SourceKind};

use crate::instant::rfc3339;
use crate::report::{AnchorRequest, KnownRoot, SourceInfo, plain};

/// Roots and lists that are named.
const MAX_NAMED: usize = 12;

/// The request; `None` where a root was found, or where one with the right key refused the signature.
pub(super) fn of(signer: &SignerFact, trust: &Snapshot) -> Option<AnchorRequest> {
    if signer.source == SignerSource::Replacement || !matches!(signer.chain, ChainFact::NoAnchor { .. }) {
        return None;
    }
    let certificate = &signer.certificate;
    let country = certificate.issuer().country_code();
    let mut known: Vec<KnownRoot> =
        country.iter().flat_map(|code| trust.by_country(code)).map(|root| known_root(&root)).collect();
    // The newest first: the wanted one is mostly newer than all of them.
    known.sort_by(|one, other| (&other.not_after, &other.sha256).cmp(&(&one.not_after, &one.sha256)));
    known.truncate(MAX_NAMED);
    let anchors = |source: &&Source| {
        matches!(source.kind, SourceKind::MasterList | SourceKind::BareList | SourceKind::Pin)
    };
    let mut searched: Vec<SourceInfo> = trust.sources().iter().filter(anchors).map(source_info).collect();
    searched.sort_by(|one, other| (&other.signed_at, other).cmp(&(&one.signed_at, one)));
    searched.truncate(MAX_NAMED);
    Some(AnchorRequest {
        state: country.as_deref().and_then(state_name),
        country,
        subject: plain(&certificate.issuer().to_string()),
        key_identifier: certificate.authority_key_identifier().map(hex::encode),
        signer_serial: hex::encode(certificate.serial()),
        signer_sha256: hex::encode(certificate.sha256()),
        valid_at: rfc3339(certificate.validity().not_before),
        algorithm: certificate.signature_algorithm().ok().map(ToString::to_string),
        known,
        searched,
        command: "verifier trust pin CSCA.cer".into(),
    })
}

fn state_name(code: &str) -> Option<String> {
    let name = |three: Code3| three.state().map(|state| state.name.to_owned());
    match Code2::parse(code) {
        Some(two) => two.three_letter().next().and_then(name),
        None => Code3::parse(code).and_then(name),
    }
}

fn known_root(root: &Certificate) -> KnownRoot {
    KnownRoot {
        subject: plain(&root.subject().to_string()),
        key_identifier: root.subject_key_identifier().map(hex::encode),
        not_after: rfc3339(root.validity().not_after),
        sha256: hex::encode(root.sha256()),
    }
}

/// A file of the store's provenance.
pub(super) fn source_info(source: &Source) -> SourceInfo {
    SourceInfo {
        kind: source.kind.name().into(),
        name: plain(&source.name),
        signed_at: source.signed_at.map(rfc3339),
        imported_at: rfc3339(source.imported_at),
    }
}
