//! Hashes and keys of the chain against the policy's cut-off dates.

use time::OffsetDateTime;
use verifier_chip::pki::Certificate;
use verifier_chip::pki::public_key::KeyKind;
use verifier_mrz::Date;

use super::case::{Case, day};
use super::chip_facts::Index;
use crate::{AlgorithmRule, Finding, Severity};

/// A hash or key, where it is used and when that was.
struct Use {
    place: &'static str,
    name: String,
    bits: Option<u32>,
    made: OffsetDateTime,
}

/// What is past its time under the policy, in words; empty where nothing is.
pub(crate) fn past(case: &Case<'_>) -> Vec<String> {
    judged(case).into_iter().map(|(_, text)| text).collect()
}

/// One finding for each use that is past its time.
pub(crate) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let finding = |(used, text): (Use, String)| {
        let code = if used.bits.is_some() { "key.past-its-time" } else { "algorithm.deprecated" };
        Finding::new(code, Severity::Warning, text)
    };
    judged(case).into_iter().map(finding).collect()
}

fn judged(case: &Case<'_>) -> Vec<(Use, String)> {
    let verdict = |used: Use| {
        let rules = case.policy.algorithms.iter().filter(|rule| means(rule, &used));
        let text = rules.filter_map(|rule| exceeds(rule, &used, case.today())).next()?;
        Some((used, text))
    };
    uses(case).into_iter().filter_map(verdict).collect()
}

fn means(rule: &AlgorithmRule, used: &Use) -> bool {
    rule.name == used.name
        && match (rule.below_bits, used.bits) {
            (None, None) => true,
            (Some(below), Some(bits)) => bits < below,
            _ => false,
        }
}

fn exceeds(rule: &AlgorithmRule, used: &Use, today: Date) -> Option<String> {
    let after = |day: &str, moment: Date| Date::parse(day).is_none_or(|last| moment > last);
    let what = match used.bits {
        Some(bits) => format!("{} with {bits} bits", used.name),
        None => used.name.clone(),
    };
    if after(&rule.signed_until, day(used.made)) {
        return Some(format!(
            "{}: {what} was used on {} and is allowed for signatures until {}",
            used.place,
            day(used.made),
            rule.signed_until
        ));
    }
    let until = rule.judged_until.as_ref().filter(|until| after(until, today))?;
    Some(format!("{}: {what} is no longer believed since {until}, whenever it was used", used.place))
}

/// Everything that the chain rests on. A security object without a signing time was made no earlier than its signer
/// was issued, which is what the days are compared with: the most lenient day that is known.
fn uses(case: &Case<'_>) -> Vec<Use> {
    let mut uses = Vec::new();
    let (Index::Read(sod), Some(signer)) = (case.chip().index(), case.chip().signer()) else { return uses };
    let certificate = &signer.certificate;
    let issued = certificate.validity().not_before;
    let signed = signer.signing_time.unwrap_or(issued);
    let hash = |place, name: String, made| Use { place, name, bits: None, made };
    if let Some(Ok(algorithm)) = sod.signers.first().map(|info| &info.algorithm) {
        uses.push(hash("signature of EF.SOD", algorithm.hash().to_string(), signed));
    }
    if let Ok(algorithm) = sod.lds.hash_algorithm {
        uses.push(hash("hashes of the data groups", algorithm.to_string(), signed));
    }
    uses.extend(key("key of the document signer", certificate, signed));
    if let Ok(algorithm) = certificate.signature_algorithm() {
        uses.push(hash("certificate of the document signer", algorithm.hash().to_string(), issued));
    }
    if let Some(root) = signer.chain.anchor() {
        uses.extend(key("key of the root", root, issued));
    }
    uses
}

fn key(place: &'static str, certificate: &Certificate, made: OffsetDateTime) -> Option<Use> {
    let (name, bits) = match certificate.public_key().kind() {
        KeyKind::Rsa(key) => ("RSA", key.bits()),
        KeyKind::Ec(key) => ("EC", key.curve.parameters().bits),
        KeyKind::Dsa(key) => ("DSA", u32::try_from(key.p.len()).unwrap_or(u32::MAX).saturating_mul(8)),
        _ => return None,
    };
    Some(Use { place, name: name.into(), bits: Some(bits), made })
}
