//! `chip.sod.signature`: the security object is signed by its document signer.

use super::common::{DEFECT_IDENTIFIER, DEFECT_REPLACED, no_index, no_signer, violations};
use crate::checks::texts;
use crate::engine::algorithms;
use crate::engine::case::Case;
use crate::engine::chip_facts::Index;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::{Verdict, code};
use crate::{Category, CheckInfo, DeprecatedAlgorithms, Outcome};
use verifier_chip::authentication::passive::{SignatureFact, SignerSource};
use verifier_chip::finding::Code;
use verifier_chip::sod::SignerFailure;

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.sod.signature",
        category: Category::Electronic,
        title: "The signature over EF.SOD is valid",
        standard: "Doc 9303-10 4.6.2, Doc 9303-11 5.1; RFC 5652 5.4, 5.6; BSI TR-03135-1 v5.0.1 5.8.8.2",
        why: "The signature makes the list of hashes, and through it every data group, the word of the issuing state.",
        outcomes: texts(
            "The message digest is the content's and the signature verifies under the document signer's key.",
            "The message digest or the signature is wrong, or a required attribute is missing.",
            "EF.SOD was not captured or is malformed, its signer certificate is not there, the algorithm is not known or past its time under the policy.",
            "Does not occur: a security object is always signed.",
        ),
        look_at: "Which part is wrong: content, attributes or signature; whether the same signer signed other documents well.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: false,
    run,
};

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    Some(match case.chip().signature() {
        SignatureFact::NotRun => no_index(case).unwrap_or_else(|| no_signer(case)),
        SignatureFact::NoSigner(identifier) => malformed_certificate(case).unwrap_or_else(|| {
            Verdict::undetermined(
                "signer.absent",
                format!(
                    "the certificate of the signer ({identifier}) is neither in EF.SOD nor in the trust store"
                ),
            )
        }),
        SignatureFact::Failed(failure @ SignerFailure::MessageDigestDiffers) => {
            Verdict::failed("signature.digest", failure.to_string())
        }
        SignatureFact::Failed(failure) => Verdict::failed("signature.invalid", failure.to_string()),
        SignatureFact::Unsupported(reason) => {
            Verdict::undetermined("algorithm.unsupported", reason.to_string())
        }
        SignatureFact::Valid => valid(case),
    })
}

/// A signer that is missing because what EF.SOD carries in its place does not parse: the document's own fault.
fn malformed_certificate(case: &Case<'_>) -> Option<Verdict> {
    let Index::Read(sod) = case.chip().index() else { return None };
    let finding = sod.findings.iter().find(|finding| finding.code == Code::CmsCertificateMalformed)?;
    Some(Verdict::failed(code::MALFORMED, finding.to_string()))
}

/// Findings on the signer info, on how its certificate was found, and on the signature itself.
fn of_signature(code: &str) -> bool {
    ["cms.", "signer.", "signature."].iter().any(|room| code.starts_with(room))
}

fn valid(case: &Case<'_>) -> Verdict {
    let Some(signer) = case.chip().signer() else { return no_signer(case) };
    if let Some(text) = violations(case, &signer.findings, of_signature) {
        return Verdict::failed("sod.profile", text);
    }
    let key = signer.certificate.public_key().description();
    let text = format!("the signature verifies under the signer's key ({key})");
    let past = algorithms::past(case);
    if case.policy.deprecated_algorithms == DeprecatedAlgorithms::Undetermined && !past.is_empty() {
        return Verdict::undetermined("algorithm.deprecated", past.join("; "));
    }
    match signer.source {
        SignerSource::Replacement => Verdict::new(Outcome::Successful, DEFECT_REPLACED, text),
        SignerSource::Corrected => Verdict::new(Outcome::Successful, DEFECT_IDENTIFIER, text),
        _ => Verdict::successful(text),
    }
}
