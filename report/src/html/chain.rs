//! The chip's chain of trust: root, document signer, security object, data groups.

use maud::{Markup, html};
use verifier_core::{AnchorInfo, CertificateInfo, ChipInfo, DataGroupInfo, Outcome, Report};

use super::summary::badge;
use super::trust::{day, origin};
use crate::look;

pub(super) fn render(report: &Report, chip: &ChipInfo) -> Markup {
    let outcome = |id: &str| report.check(id).map(|check| check.outcome);
    html! {
        h3 { "The chip's chain" }
        div.chain {
            div.link {
                b { "Country signing root" }
                @if let Some(anchor) = chip.anchors.iter().find(|anchor| anchor.verified).or(chip.anchors.first()) {
                    (certificate(&anchor.certificate))
                    p.soft { (provenance(anchor)) }
                    @for source in anchor.sources.iter().take(3) { p.soft { (origin(source)) } }
                    @for above in &anchor.above { p.soft { "link, issued by" } (certificate(above)) }
                } @else { p.soft { "no root of the store is a candidate" } }
                @if let Some(outcome) = outcome("chip.issuer.chain") { (badge(outcome)) }
            }
            span.arrow { "→" }
            div.link {
                b { "Document signer" }
                @if let Some(signer) = &chip.signer { (certificate(signer)) } @else { p.soft { "none found" } }
                @if let Some(outcome) = outcome("chip.signer.validity") { (badge(outcome)) }
            }
            span.arrow { "→" }
            div.link {
                b { "Security object (EF.SOD)" }
                dl {
                    @if let Some(text) = &chip.signature_algorithm { dt { "Signature" } dd { (text) } }
                    @if let Some(text) = &chip.hash_algorithm { dt { "Hashes" } dd { (text) } }
                    @if let Some(text) = &chip.lds_version { dt { "LDS" } dd { (text) } }
                    @if let Some(text) = &chip.signing_time { dt { "Signed" } dd { (text) } }
                }
                @if let Some(outcome) = outcome("chip.sod.signature") { (badge(outcome)) }
            }
        }
        div.groups { @for group in &chip.data_groups { (data_group(report, group)) } }
    }
}

fn certificate(certificate: &CertificateInfo) -> Markup {
    html! {
        dl {
            dt { "Subject" } dd { (certificate.subject) }
            dt { "Key" } dd { (certificate.key) }
            dt { "Valid" } dd { (day(&certificate.not_before)) " to " (day(&certificate.not_after)) }
            @if let Some(algorithm) = &certificate.algorithm { dt { "Signed with" } dd { (algorithm) } }
            dt { "SHA-256" } dd.mono { (certificate.sha256) }
            @if let Some(key) = &certificate.key_identifier { dt { "Key id" } dd.mono { (key) } }
        }
    }
}

fn provenance(anchor: &AnchorInfo) -> String {
    let verdict = if anchor.verified { "verified" } else { "does not verify" };
    if anchor.provenance.is_empty() {
        verdict.to_owned()
    } else {
        format!("{verdict}; from {}", anchor.provenance.join(", "))
    }
}

fn data_group(report: &Report, group: &DataGroupInfo) -> Markup {
    let id = format!("chip.sod.hash-dg{}", group.number);
    let outcome = report.check(&id).map_or(Outcome::Undetermined, |check| check.outcome);
    let state = match (group.listed, group.read, group.bound) {
        (_, _, true) => "signed and unchanged",
        (true, true, false) => "read, not proven",
        (true, false, false) => "listed, not read",
        (false, _, false) => "not named by the security object",
    };
    html! {
        span.badge.(look(outcome).class) { i { (look(outcome).glyph) } "DG" (group.number) ": " (state)
            @if let Some(content) = &group.content { " (" (content) ")" } }
    }
}
