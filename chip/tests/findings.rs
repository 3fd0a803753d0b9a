//! `docs/findings.md`, the table of all finding codes: written from the codes themselves, and current.
//!
//! `VERIFIER_BLESS=1 cargo test -p verifier-chip --test findings` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "test code")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use verifier_chip::finding::{Code, Weight};

/// What each room of codes speaks of, and which check a violation in it fails.
const SUBJECTS: &[(&str, &str, &str)] = &[
    (
        "certificate",
        "Certificates: document signer, country signing authority, link, list signer",
        "`chip.issuer.chain` (`signer.profile` for the document signer, `issuer.profile` for the root); a list signer of another purpose is not imported",
    ),
    ("key", "Public keys", "`chip.issuer.chain`"),
    ("signature", "Signatures, wherever they stand", "`chip.sod.signature` (`sod.profile`)"),
    ("sod", "EF.SOD as a file", "`chip.sod.structure` (`sod.profile`)"),
    (
        "cms",
        "The CMS layer of EF.SOD, EF.CardSecurity and signed lists",
        "`chip.sod.structure` or `chip.sod.signature` (`sod.profile`)",
    ),
    ("signer", "How the signer's certificate was found", "`chip.sod.signature` (`sod.profile`)"),
    ("lds", "The LDS security object and security infos", "`chip.sod.structure` (`sod.profile`)"),
    ("biometric", "Biometric data groups (DG2, DG3, DG4)", "none: the report shows it beside the data group"),
    ("list", "Master, deviation and defect lists", "none: an import reports them"),
    ("crl", "Revocation lists", "the list is not used"),
    ("aa", "Active authentication", "none: notes and deviations only"),
];

/// Subjects of codes that others add: they still need a place here.
fn subject(code: Code) -> &'static str {
    code.as_str().split('.').next().expect("a code has a subject")
}

fn document() -> String {
    let mut text = String::from(
        "# Findings of the chip pillar\n\n\
         Everything that a certificate, a list, EF.SOD or a data group does other than its standard asks for is a\n\
         *finding* with a code that never changes: reading goes on. What it means for the verdict is the policy's.\n\n\
         | weight | what is known | `frontline`, `chip-only` | `tr-strict` |\n\
         |---|---|---|---|\n\
         | note | nothing is wrong by itself | shown | shown; SHA-1 in a signature makes it undetermined |\n\
         | deviation | contradicts the profile; genuine documents have it | shown | STRICT |\n\
         | violation | contradicts the profile; no genuine document is known to have it | the named check fails | the named check fails |\n\n\
         `frontline` and `chip-only` show SHA-1 as the finding `algorithm.deprecated`. What cannot be read at all\n\
         (empty, truncated, malformed) is no finding: the check of the file fails with `malformed` and the offset.\n\n\
         This file is written from the code: `VERIFIER_BLESS=1 cargo test -p verifier-chip --test findings`.\n",
    );
    text = text.replace("STRICT", STRICT);
    for (name, title, check) in SUBJECTS {
        let codes: Vec<Code> = Code::ALL.iter().copied().filter(|code| subject(*code) == *name).collect();
        write!(text, "\n## {title}\n\nThe check that it can fail: {check}.\n\n").unwrap();
        text.push_str("| code | weight | meaning | standard |\n|---|---|---|---|\n");
        for code in codes {
            let weight = match code.weight() {
                Weight::Note => "note",
                Weight::Deviation => "deviation",
                Weight::Violation => "violation",
            };
            writeln!(text, "| `{code}` | {weight} | {} | {} |", code.meaning(), code.reference()).unwrap();
        }
    }
    text
}

/// What the strictest policy does with a deviation.
const STRICT: &str = "the named check fails (`profile_deviations = \"failed\"`)";

#[test]
fn the_table_is_current_and_whole() {
    let known: BTreeSet<&str> = SUBJECTS.iter().map(|(name, ..)| *name).collect();
    for code in Code::ALL {
        assert!(known.contains(subject(*code)), "{code}: its subject has no section");
        assert!(code.meaning().len() > 10 && !code.reference().is_empty(), "{code}");
    }
    let written = document();
    let rows =
        written.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 5).count();
    assert_eq!(rows, Code::ALL.len(), "one row a code");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/findings.md");
    if std::env::var_os("VERIFIER_BLESS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == written, "docs/findings.md is not current: VERIFIER_BLESS=1 writes it");
}
