//! The chip's chain of trust drawn as a tree: from the root (or the issuers of a link certificate above it) down to the
//! data groups, with everything a second pair of eyes needs to compare; and what to ask a state for where it is missing.

use std::fmt::Write as _;

use verifier_core::{
    AnchorInfo, AnchorRequest, CertificateInfo, ChipInfo, DataGroupInfo, Outcome, Report, SourceInfo,
};

use crate::look;

/// Draws the chain; nothing where no chip part was captured.
pub(super) fn draw(text: &mut String, report: &Report) {
    let Some(chip) = &report.chip else { return };
    let _ = writeln!(text, "  chain");
    let depth = roots(text, chip);
    let depth = signer(text, chip, depth);
    security_object(text, chip, depth);
    readings(text, chip);
    if let Some(request) = &chip.request {
        ask(text, request);
    }
    deviations(text, chip);
    known_defects(text, report);
}

/// The trusted root with what stands above it; or, where none is, the candidates. Says how deep the next level lies.
fn roots(text: &mut String, chip: &ChipInfo) -> usize {
    let Some(verified) = chip.anchors.iter().find(|anchor| anchor.verified) else {
        for anchor in &chip.anchors {
            let mark = look(Outcome::Undetermined).glyph;
            let _ = writeln!(
                text,
                "    {mark} {} (candidate, did not issue the signer)",
                anchor.certificate.subject
            );
            details(text, "      ", &anchor.certificate);
            provenance(text, "      ", anchor);
        }
        let _ = writeln!(
            text,
            "    {} (no root of the store issued the signer)",
            look(Outcome::Undetermined).glyph
        );
        return 1;
    };
    let mut depth = 0;
    for above in verified.above.iter().rev() {
        node(text, depth, &format!("{} [issuer of the link below]", above.subject));
        details(text, &stem(depth), above);
        depth += 1;
    }
    let role = if verified.above.is_empty() { "trusted root" } else { "trusted link certificate" };
    let glyph = look(Outcome::Successful).glyph;
    node(text, depth, &format!("{glyph} {} [{role}, {}]", verified.certificate.subject, class(verified)));
    details(text, &stem(depth), &verified.certificate);
    provenance(text, &stem(depth), verified);
    depth + 1
}

const fn class(anchor: &AnchorInfo) -> &'static str {
    match anchor.class {
        verifier_core::AnchorClass::KeyIdentifier => "found by key identifier",
        verifier_core::AnchorClass::Name => "found by name",
        verifier_core::AnchorClass::NameOtherKey => "found by name, though the signer names another key",
    }
}

fn signer(text: &mut String, chip: &ChipInfo, depth: usize) -> usize {
    let Some(signer) = &chip.signer else {
        node(text, depth, "(no document signer certificate was found)");
        return depth + 1;
    };
    let source = chip.signer_source.as_deref().unwrap_or("EF.SOD");
    node(text, depth, &format!("{} [document signer, from {source}]", signer.subject));
    details(text, &stem(depth), signer);
    depth + 1
}

fn security_object(text: &mut String, chip: &ChipInfo, depth: usize) {
    let algorithm = chip.signature_algorithm.as_deref().unwrap_or("?");
    let hash = chip.hash_algorithm.as_deref().unwrap_or("?");
    let signed = chip.signing_time.as_deref().map_or_else(String::new, |at| format!(", signed {}", day(at)));
    node(text, depth, &format!("EF.SOD, {algorithm}, hashes {hash}{signed}"));
    let groups: Vec<String> = chip.data_groups.iter().map(group).collect();
    if !groups.is_empty() {
        node(text, depth + 1, &groups.join(", "));
    }
}

fn group(group: &DataGroupInfo) -> String {
    let state = match (group.bound, group.listed, group.read) {
        (true, ..) => "bound",
        (_, true, false) => "not read",
        (_, true, true) => "not proven",
        (_, false, _) => "unsigned",
    };
    format!("DG{} {state}", group.number)
}

/// One line of the tree.
fn node(text: &mut String, depth: usize, what: &str) {
    let branch =
        if depth == 0 { String::new() } else { format!("{}└─ ", "   ".repeat(depth.saturating_sub(1))) };
    let _ = writeln!(text, "    {branch}{what}");
}

/// Where the details of a node stand.
fn stem(depth: usize) -> String {
    format!("    {}", "   ".repeat(depth + 1))
}

fn details(text: &mut String, stem: &str, certificate: &CertificateInfo) {
    let signed =
        certificate.algorithm.as_deref().map_or_else(String::new, |name| format!(", signed with {name}"));
    let _ = writeln!(
        text,
        "{stem}{}{signed}, valid {} to {}",
        certificate.key,
        day(&certificate.not_before),
        day(&certificate.not_after)
    );
    let _ = writeln!(text, "{stem}SHA-256 {}", certificate.sha256);
    let mut names = vec![format!("serial {}", certificate.serial)];
    names.extend(certificate.key_identifier.as_ref().map(|key| format!("key id {key}")));
    let own = certificate.authority_key_identifier != certificate.key_identifier;
    names.extend(
        certificate
            .authority_key_identifier
            .as_ref()
            .filter(|_| own)
            .map(|key| format!("issuer key id {key}")),
    );
    let _ = writeln!(text, "{stem}{}", names.join(", "));
}

fn provenance(text: &mut String, stem: &str, anchor: &AnchorInfo) {
    for source in &anchor.sources {
        let _ = writeln!(text, "{stem}from {}", origin(source));
    }
    for mark in anchor.provenance.iter().filter(|mark| matches!(mark.as_str(), "unsigned" | "utopia")) {
        let _ = writeln!(text, "{stem}marked {mark}");
    }
}

fn origin(source: &SourceInfo) -> String {
    let signed = source.signed_at.as_deref().map_or_else(String::new, |at| format!(" signed {}", day(at)));
    format!("{} {}{signed}, imported {}", source.kind, source.name, day(&source.imported_at))
}

fn readings(text: &mut String, chip: &ChipInfo) {
    if chip.readings.is_empty() {
        return;
    }
    let _ = writeln!(text, "  validity");
    for reading in &chip.readings {
        let decides = if reading.decides { " (decides)" } else { "" };
        let glyph = look(reading.outcome).glyph;
        let _ = writeln!(text, "    {glyph} {}{decides}: {}", reading.reading.name(), reading.text);
    }
}

fn ask(text: &mut String, request: &AnchorRequest) {
    let state = match (&request.state, &request.country) {
        (Some(state), Some(country)) => format!("{state} ({country})"),
        (None, Some(country)) => country.clone(),
        _ => "the issuing state".to_owned(),
    };
    let _ = writeln!(text, "  missing root: ask {state} for its CSCA certificate");
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "    {name:<22}{value}");
    };
    row("subject", &request.subject);
    row(
        "subject key id",
        request.key_identifier.as_deref().unwrap_or("not named by the signer; the subject decides"),
    );
    row("valid on", &format!("{} (when it issued the signer)", day(&request.valid_at)));
    if let Some(algorithm) = &request.algorithm {
        row("signs with", algorithm);
    }
    row("issued serial", &request.signer_serial);
    row("issued SHA-256", &request.signer_sha256);
    if request.searched.is_empty() {
        row("searched", "nothing: the store holds no list and no pin");
    }
    for source in &request.searched {
        row("searched", &origin(source));
    }
    for root in &request.known {
        let key = root.key_identifier.as_deref().unwrap_or("none");
        row(
            "known, not the one",
            &format!("{}, key id {key}, valid to {}", root.subject, day(&root.not_after)),
        );
    }
    row(
        "then",
        &format!("{}  (after comparing its fingerprint with one received on another way)", request.command),
    );
}

fn deviations(text: &mut String, chip: &ChipInfo) {
    if chip.deviations.is_empty() {
        return;
    }
    let _ = writeln!(text, "  deviations from the profile");
    for deviation in &chip.deviations {
        let _ = writeln!(
            text,
            "    {} of {}: {} [{}; {}]",
            deviation.weight, deviation.of, deviation.text, deviation.code, deviation.standard
        );
    }
}

fn known_defects(text: &mut String, report: &Report) {
    if report.known_defects.is_empty() {
        return;
    }
    let _ = writeln!(text, "  known defects of this document");
    for known in &report.known_defects {
        let date = known.signed_at.as_deref().map_or("without a date", day);
        let _ = writeln!(text, "    {} [{}]", known.text, known.code);
        if let Some(description) = &known.description {
            let _ = writeln!(text, "      \"{description}\"");
        }
        let _ =
            writeln!(text, "      {} {} of {date}, signed by {}", known.list, known.list_name, known.signer);
        let _ = writeln!(text, "      signer SHA-256 {}", known.signer_sha256);
        let changed: Vec<&str> = known.changed.iter().map(verifier_core::CheckId::as_str).collect();
        let effect = if changed.is_empty() {
            "changes no result".to_owned()
        } else {
            format!("decides {}", changed.join(", "))
        };
        let _ = writeln!(text, "      {effect}");
    }
}

fn day(instant: &str) -> &str {
    instant.get(..10).unwrap_or(instant)
}
