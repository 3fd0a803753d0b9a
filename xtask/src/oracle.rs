//! `cargo xtask oracle`: OpenSSL's judgement on every real security object and signer of the corpus.
//!
//! The tables are written to `oracle/` in the target folder, never into the repository; the test `oracle` of
//! `verifier-chip` compares the engine with them row by row. Nothing of the engine takes part in making them: the
//! few octets that are cut here (outer tags, base64 of an LDIF) are cut by this file alone.

mod certificates;
mod openssl;
mod tables;

use std::path::PathBuf;

use crate::shell::{Chore, root, succeeds};

/// The list that the chains are judged under, and the root that it is pinned to.
const LIST: &str = "masterlists/DE_ML_2025-08-14-07-41-09.ml";
/// The day for which validity is judged.
const DAY: &str = "2026-11-21";

/// Folder of the tables; the tests look there when `VERIFIER_ORACLE` does not say otherwise.
pub(crate) fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("oracle")
}

/// The corpus of real files, where there is one.
fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("VERIFIER_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| root().join("../shared/corpus"));
    folder.is_dir().then_some(folder)
}

/// Writes both tables, or says loudly why not. Tables of an earlier run are removed first: no test may compare with
/// what was not made now.
pub(crate) fn run() -> Chore {
    let folder = folder();
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let Some(corpus) = corpus() else {
        println!("SKIPPED: the oracle of chains (no corpus: set VERIFIER_CORPUS)");
        return Ok(());
    };
    if !succeeds("openssl", &["version"]) {
        println!("SKIPPED: the oracle of chains (the program openssl is not installed)");
        return Ok(());
    }
    let work = folder.join("work");
    std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let roots = certificates::of_list(&corpus.join(LIST), &work)?;
    println!("==> oracle: {} certificates of {LIST}, taken out by OpenSSL", roots.len());
    let objects = tables::security_objects(&corpus, &work, &roots)?;
    tables::write(&folder.join("security-objects.tsv"), &objects)?;
    let signers = tables::signers(&corpus, &work, &roots)?;
    tables::write(&folder.join("signers.tsv"), &signers)?;
    std::fs::remove_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    println!(
        "==> oracle: {} security objects and {} signers in {}",
        objects.len() - 1,
        signers.len() - 1,
        folder.display()
    );
    Ok(())
}
