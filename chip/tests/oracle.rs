//! The engine against OpenSSL on real security objects and signers, row by row.
//!
//! `cargo xtask oracle` (part of `cargo xtask test`) writes OpenSSL's tables into the target folder; here the
//! engine answers the same questions. Skipped loudly where corpus or tables are absent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stderr,
    missing_docs,
    reason = "test code"
)]

mod store;

use std::path::PathBuf;

use store::Store;
use verifier_chip::Limits;
use verifier_chip::authentication::passive::{Files, PassiveFacts, SignatureFact, SodFact, authenticate};
use verifier_chip::pki::validity::Position;
use verifier_chip::pki::{Certificate, ChainFact, MasterList};

const LIST: &str = "masterlists/DE_ML_2025-08-14-07-41-09.ml";

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("VERIFIER_CORPUS").map(PathBuf::from);
    let folder =
        named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"));
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no corpus at {} (set VERIFIER_CORPUS)", folder.display());
    None
}

/// One of OpenSSL's tables without its heading.
fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let named = std::env::var_os("VERIFIER_ORACLE").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        target.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target")).join("oracle")
    });
    let path = folder.join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: no table of OpenSSL at {} (run `cargo xtask oracle`)", path.display());
        return None;
    };
    Some(text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

fn roots(corpus: &std::path::Path) -> Store {
    let list = MasterList::parse(&std::fs::read(corpus.join(LIST)).unwrap()).unwrap();
    assert_eq!(list.certificates.len(), 571);
    Store::new(&list.certificates)
}

/// 21 November 2026, the day of the tables.
fn midnight() -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(1_795_219_200).unwrap()
}

/// A chain in the words of the tables.
fn chain(fact: &ChainFact) -> &'static str {
    match fact {
        ChainFact::Verified { .. } => "verified",
        ChainFact::NoAnchor { .. } => "no anchor",
        ChainFact::RefusedByKeyIdentifier { .. } => "refused",
        _ => "unknown",
    }
}

/// A row as the engine fills it: structure, signature, signer, chain, state, validity.
fn engine(facts: &PassiveFacts) -> [String; 6] {
    let structure = if matches!(facts.sod, SodFact::Parsed(_)) { "cms" } else { "malformed" };
    let signature = match &facts.signature {
        SignatureFact::Valid => "valid",
        SignatureFact::Failed(_) => "failed",
        _ => "-",
    };
    let Some(signer) = &facts.signer else {
        return [structure, signature, "none", "-", "-", "-"].map(str::to_owned);
    };
    let state = signer.certificate.issuer().country_code().unwrap_or_else(|| "none".to_owned());
    let validity = match signer.certificate.validity().position(midnight()) {
        Position::Before => "before",
        Position::Inside => "inside",
        Position::After => "after",
    };
    [structure, signature, "found", chain(&signer.chain), &state, validity].map(str::to_owned)
}

#[test]
fn security_objects() {
    let (Some(corpus), Some(table)) = (corpus(), table("security-objects.tsv")) else { return };
    let store = roots(&corpus);
    let mut different = Vec::new();
    eprintln!("{:58} structure signature signer chain state validity reason", "file");
    for row in &table {
        let file = std::fs::read(corpus.join("sods").join(&row[0])).unwrap();
        let files = Files { sod: Some(&file), ..Files::default() };
        let facts = authenticate(&files, &store, &Limits::default());
        let ours = engine(&facts);
        let theirs = [&row[1], &row[2], &row[3], &row[4], &row[6], &row[7]];
        let reason = match &facts.signature {
            SignatureFact::Failed(failure) => failure.to_string(),
            _ => "-".to_owned(),
        };
        eprintln!("{:58} {} {reason} | OpenSSL ({}): {}", row[0], ours.join(" "), row[5], row[8]);
        if ours.iter().zip(theirs).any(|(a, b)| a != b) {
            different.push(format!("{}: engine {ours:?}, OpenSSL {theirs:?}", row[0]));
        }
    }
    assert!(different.is_empty(), "{different:#?}");
    assert_eq!(table.len(), std::fs::read_dir(corpus.join("sods")).unwrap().count(), "a row for every file");
    let count = |column: usize, value: &str| table.iter().filter(|row| row[column] == value).count();
    assert!(count(4, "verified") >= 5 && count(2, "failed") >= 3, "the table says too little: {table:#?}");
}

#[test]
fn signers_of_the_directory() {
    let (Some(corpus), Some(table)) = (corpus(), table("signers.tsv")) else { return };
    let store = roots(&corpus);
    let text = std::fs::read_to_string(corpus.join("ldif/icaopkd-003-complete-000090.part-a.ldif")).unwrap();
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "");
    let values = unfolded.lines().filter_map(|line| {
        line.split_once(":: ").filter(|(name, _)| name.eq_ignore_ascii_case("userCertificate;binary"))
    });
    let mut different = Vec::new();
    let mut verified = 0;
    for ((_, value), row) in values.zip(&table) {
        let signer = Certificate::parse(&store::base64(value.as_bytes())).unwrap();
        assert_eq!(hex::encode(signer.sha256()), row[0], "the same order");
        let ours = chain(&store.find(&signer));
        verified += usize::from(ours == "verified");
        if ours != row[1] {
            different.push(format!(
                "{} {}: engine {ours}, {} {} ({})",
                row[0],
                signer.subject(),
                row[2],
                row[1],
                row[3]
            ));
        }
    }
    eprintln!("{verified} of {} signers chain to {LIST}", table.len());
    assert!(different.is_empty(), "{} of {}: {different:#?}", different.len(), table.len());
    assert_eq!(table.len(), 252);
}
