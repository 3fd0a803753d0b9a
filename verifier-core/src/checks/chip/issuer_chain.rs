//! `chip.issuer.chain`: the document signer was issued by a root of the trust store.

use super::common::{DEFECT_REPLACED, no_signer, violations};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::{Category, CheckInfo, Finding, Outcome, Severity};
use std::sync::Arc;
use verifier_chip::authentication::passive::{SignerFact, SignerSource};
use verifier_chip::pki::Certificate;
use verifier_chip::pki::chain::{CandidateClass, ChainFact};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.issuer.chain",
        category: Category::Electronic,
        title: "The document signer chains to a trusted root",
        standard: "Doc 9303-12 6; BSI TR-03135-1 v5.0.1 5.6.3.2",
        why: "Anybody can make a complete and consistent chain of his own. Only a root that the operator trusts makes it worth anything.",
        outcomes: texts(
            "The signer certificate verifies under a root of the trust store.",
            "The root that the signer names is known, and the signature is not its (`issuer.signature`).",
            "No root of the store is the signer's (`issuer.no-anchor`): the state may have a newer root, or this is a forgery.",
            "Does not occur: a security object always has an issuer.",
        ),
        look_at: "The roots named in the reason; whether the trust store is current for this state.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

/// Roots that a reason names.
const NAMED: usize = 6;

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(signer) = case.chip().signer() else { return Some(no_signer(case)) };
    if signer.source == SignerSource::Replacement {
        let text =
            "the certificate that an authenticated defect list gives for the signer is trusted by that list";
        return Some(Verdict::new(Outcome::Successful, DEFECT_REPLACED, text));
    }
    let of_certificate = |code: &str| code.starts_with("certificate.") || code.starts_with("key.");
    if let Some(text) = violations(case, &signer.findings, of_certificate) {
        return Some(Verdict::failed("signer.profile", text));
    }
    Some(match &signer.chain {
        ChainFact::Verified { anchor, class, findings } => match violations(case, findings, |_| true) {
            Some(text) => Verdict::failed("issuer.profile", text),
            None => verified(case, anchor, *class),
        },
        ChainFact::RefusedByKeyIdentifier { anchors } => Verdict::failed(
            "issuer.signature",
            format!(
                "the root that the signer names is known, and the signature is not its: {}",
                names(anchors)
            ),
        ),
        ChainFact::Unsupported { anchor, reason } => Verdict::undetermined(
            "algorithm.unsupported",
            format!(
                "a root was found ({}), and its signature cannot be computed: {reason}",
                anchor.subject()
            ),
        ),
        ChainFact::NoAnchor { known, .. } => no_anchor(case, signer, known),
        _ => Verdict::undetermined("issuer.no-anchor", "no root of the trust store is the signer's"),
    })
}

fn verified(case: &Case<'_>, anchor: &Certificate, class: CandidateClass) -> Verdict {
    let how = match class {
        CandidateClass::KeyIdentifier => "found by its key identifier",
        CandidateClass::NameWithoutIdentifier => "found by name, because the signer names no key",
        CandidateClass::NameDespiteIdentifier => "found by name, although the signer names another key",
    };
    let verdict = Verdict::successful(format!("verifies under {} ({how})", anchor.subject()));
    if !case.trust.certificate(anchor.sha256()).is_some_and(|stored| stored.unsigned) {
        return verdict;
    }
    let text = format!("the root {} came in a list without a signature", anchor.subject());
    verdict.with(Finding::new("anchor.unsigned", Severity::Warning, text).of(&ENTRY.id()).on_first_page())
}

fn no_anchor(case: &Case<'_>, signer: &SignerFact, known: &[Arc<Certificate>]) -> Verdict {
    let issuer = signer.certificate.issuer();
    let text = if case.trust.anchors() == 0 {
        format!("the trust store holds no root; the signer names {issuer}")
    } else if known.is_empty() {
        let country = issuer.country_code().unwrap_or_else(|| "no country".into());
        format!("no root of {country} is in the trust store; the signer names {issuer}")
    } else {
        format!(
            "none of the known roots issued it: the state may have a newer one, or this is a forgery. The signer names \
             {issuer}; known are {}",
            names(known)
        )
    };
    Verdict::undetermined("issuer.no-anchor", text)
}

/// Names of roots with the end of their validity, the first few.
fn names(roots: &[Arc<Certificate>]) -> String {
    let name =
        |root: &Arc<Certificate>| format!("{} (to {})", root.subject(), root.validity().not_after.date());
    let mut names: Vec<String> = roots.iter().map(name).collect();
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let text = names.join("; ");
    if more == 0 { text } else { format!("{text}; and {more} more") }
}
