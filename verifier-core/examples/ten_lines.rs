//! The library in ten lines (DESIGN.md section 6), on a document of Utopia.
//!
//! `cargo run -p verifier-core --example ten_lines`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use verifier_core::capture::Capture;
use verifier_core::trust::{Import, TrustStore};
use verifier_core::{Outcome, Policy, Time, Verifier};
use verifier_fixtures::scenario::Scenario;
use verifier_fixtures::world::Utopia;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A world to try it in: a trust store and a capture on disk.
    let time = Time::parse("2026-11-21T10:00:00Z")?;
    let world = Utopia::new(1, time.at());
    let folder = std::env::temp_dir().join(format!("verifier-ten-lines-{}", std::process::id()));
    let import = Import::new(time.at())
        .pin_bytes("csca.cer", world.ml_signer_csca())
        .bytes("utopia.ml", world.master_list())
        .bytes("utopia.crl", world.crl());
    TrustStore::open_or_create(folder.join("trust"))?.import(&import)?;
    world.write_bundle(Scenario::Genuine, &folder)?;

    // The ten lines. Specimens pass here because Utopians are nobody.
    let trust = TrustStore::open(folder.join("trust"))?.snapshot()?; // immutable, content hash
    let policy = Policy::frontline().danger_allow_specimen();
    let verifier = Verifier::builder().trust(trust).policy(policy).build()?;
    let capture = Capture::open(folder.join("genuine"))?; // or built in memory by a kiosk
    let report = verifier.verify(&capture, time);
    match report.overall() {
        Outcome::Successful => println!("pass"), // only success passes
        other => {
            println!("refer: {other}");
            for check in report.deciding() {
                println!("  {} {}: {}", check.id, check.outcome, check.reason.text);
            }
        }
    }

    std::fs::remove_dir_all(folder)?;
    Ok(())
}
