//! What several checks of the chip say alike.

use verifier_capture::Authentication;
use verifier_chip::finding::{Finding, Weight};
use verifier_chip::lds::dg14::{SecurityInfo, SecurityInfos};

use crate::ProfileDeviations;
use crate::engine::case::Case;
use crate::engine::chip_facts::Index;
use crate::engine::verdict::{Verdict, code};
use crate::instant::rfc3339;

/// The mapping of id-PACE that authenticates the chip, id-PACE.6 (Doc 9303-11 9.2.5).
pub(super) const PACE_CAM: &[u8] = &[4, 0, 127, 0, 7, 2, 2, 4, 6];
/// id-CA, 0.4.0.127.0.7.2.2.3 (Doc 9303-11 9.2.7).
pub(super) const CHIP_AUTHENTICATION: &[u8] = &[4, 0, 127, 0, 7, 2, 2, 3];
/// id-PK, 0.4.0.127.0.7.2.2.1: a chip with a key for chip authentication may leave out the protocol's own info.
pub(super) const CHIP_AUTHENTICATION_KEY: &[u8] = &[4, 0, 127, 0, 7, 2, 2, 1];

/// Code of results that rest on a replaced certificate (BSI TR-03135-1 5.12.2.1.3).
pub(super) const DEFECT_REPLACED: &str = "defect.certificate-replaced";
/// Code of results that rest on a corrected signer identifier (BSI TR-03135-1 5.12.2.2.4).
pub(super) const DEFECT_IDENTIFIER: &str = "defect.wrong-signer-identifier";

/// The security infos of a protocol.
pub(super) fn infos_of<'a>(
    infos: &'a SecurityInfos,
    protocol: &'static [u8],
) -> impl Iterator<Item = &'a SecurityInfo> {
    infos.infos.iter().filter(move |info| info.protocol.as_bytes().starts_with(protocol))
}

/// A recorded run proves what the reader saw then.
pub(super) fn seen(run: &Authentication) -> String {
    run.at.map(|at| format!("; seen by the reader at {}", rfc3339(at))).unwrap_or_default()
}

/// Why there is no signer to speak of.
pub(super) fn no_signer(case: &Case<'_>) -> Verdict {
    no_index(case).unwrap_or_else(|| {
        Verdict::undetermined(
            "signer.absent",
            "the certificate of the document signer is neither in EF.SOD nor in the trust store",
        )
    })
}

/// Why the security object cannot be used as the index of the chip; `None` where it can.
pub(super) fn no_index(case: &Case<'_>) -> Option<Verdict> {
    match case.chip().index() {
        Index::Read(_) => None,
        Index::Unreadable => Some(Verdict::undetermined(code::DEPENDS, "EF.SOD cannot be read")),
        Index::Absent if case.chip().delivered() => Some(match broke_off(case) {
            Some(exchange) => Verdict::aborted(
                code::BROKE_OFF,
                format!("document or reader were taken away before EF.SOD was read (exchange {exchange})"),
            ),
            None => Verdict::absent("EF.SOD was not captured"),
        }),
        Index::Absent => Some(Verdict::absent("no chip part was captured")),
    }
}

/// Deviations that fail a check, in words: those that no genuine document is known to have, and under a strict policy
/// every other too. `None` where there is none.
pub(super) fn violations<'a>(
    case: &Case<'_>,
    findings: impl IntoIterator<Item = &'a Finding>,
    belongs: impl Fn(&str) -> bool,
) -> Option<String> {
    let least = match case.policy.profile_deviations {
        ProfileDeviations::Finding => Weight::Violation,
        ProfileDeviations::Failed => Weight::Deviation,
    };
    let texts: Vec<String> = findings
        .into_iter()
        .filter(|finding| finding.weight() >= least && belongs(finding.code.as_str()))
        .map(ToString::to_string)
        .collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// The exchange at which the read broke off, by the log.
pub(super) fn broke_off(case: &Case<'_>) -> Option<u64> {
    case.chip().session().replayed().ok()?.broke_off
}
