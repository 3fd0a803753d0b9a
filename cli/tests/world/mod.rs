//! Utopia on disk: a trust store made through the program itself, and captures.
#![allow(dead_code, reason = "each test program uses its part of it")]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use verifier_fixtures::scenario::Scenario;
use verifier_fixtures::world::Utopia;

use crate::program::{verifier, word};

/// The time by which everything is judged.
pub(crate) const AT: &str = "2026-11-21T10:00:00Z";

/// A world in a folder of its own.
pub(crate) struct World {
    pub(crate) utopia: Utopia,
    pub(crate) folder: TempDir,
}

impl World {
    /// The state with its trust store imported and a policy that lets specimens pass.
    pub(crate) fn new() -> Self {
        let today = time::OffsetDateTime::parse(AT, &time::format_description::well_known::Rfc3339).unwrap();
        let world = Self { utopia: Utopia::new(1, today), folder: TempDir::new().unwrap() };
        world.write("csca.cer", world.utopia.ml_signer_csca());
        world.write("utopia.ml", world.utopia.master_list());
        world.write("utopia.crl", world.utopia.crl());
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Imports list and CRL under the pin; the store's folder.
    pub(crate) fn store(&self) -> PathBuf {
        let store = self.path("trust");
        if !store.exists() {
            let run = verifier(&[
                "trust",
                "import",
                "--trust",
                word(&store),
                "--at",
                AT,
                "--pin",
                word(&self.path("csca.cer")),
                word(&self.path("utopia.ml")),
                word(&self.path("utopia.crl")),
            ]);
            assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        }
        store
    }

    /// A capture of a scenario without pictures, as a folder.
    pub(crate) fn capture(&self, scenario: Scenario) -> PathBuf {
        let path = self.path(scenario.name());
        if !path.exists() {
            self.utopia.capture_without_images(scenario).write_folder(&path).unwrap();
        }
        path
    }

    /// The words that judge a capture under a policy that knows no pictures and lets specimens pass.
    pub(crate) fn judge<'a>(&self, store: &'a Path, policy: &'a Path) -> Vec<&'a str> {
        vec!["--trust", word(store), "--at", AT, "--policy", word(policy)]
    }
}
