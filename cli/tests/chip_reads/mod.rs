//! `verifier emulate chip`, `chip read` and `chip check` as the tests of read chips run them.
#![allow(dead_code, reason = "each test program uses its part of it")]

use std::io::{BufRead, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reader_drivers::emulator::vpcd::VpcdCard;
use verifier_fixtures::chip::{ChipProfile, Fault, PassportChip};
use verifier_fixtures::document::{ChipKey, Plan, SignerName};

use crate::program::{Run, verifier, word};
use crate::world::World;

/// A port that nobody listens on, and that no other test takes before the program under test does: it lies outside of what
/// the system gives to whoever asks for any port, and its UDP twin is held by this process as the mark of who has it.
pub(crate) fn port() -> String {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    let start = std::process::id().wrapping_mul(67) % COUNT;
    for step in 0..COUNT {
        let port = u16::try_from(FIRST + (start + step) % COUNT).unwrap();
        let Ok(mark) = UdpSocket::bind(("127.0.0.1", port)) else { continue };
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            std::mem::forget(mark);
            return format!("127.0.0.1:{port}");
        }
    }
    panic!("no port is free");
}

#[test]
fn no_port_is_given_twice() {
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(|| [port(), port(), port()])).collect();
    let mut ports: Vec<String> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    ports.sort();
    ports.dedup();
    assert_eq!(ports.len(), 24);
}

/// `verifier emulate chip` as a user runs it; ended with the test.
pub(crate) struct Emulated(
    Child,
    #[expect(dead_code, reason = "a closed pipe would end the program")] Box<dyn BufRead>,
);

impl Drop for Emulated {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program's own chip; returns what opens it.
pub(crate) fn emulate(address: &str, words: &[&str]) -> (Emulated, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_verifier"))
        .args(["emulate", "chip", "--vpcd", address])
        .args(words)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut lines = stdout.by_ref().lines();
    let key = lines.find_map(|line| line.unwrap().strip_prefix("key: ").map(str::to_owned)).unwrap();
    (Emulated(child, Box::new(stdout)), key)
}

/// A chip of this world with the key as typed.
pub(crate) fn chip(world: &World, holder: usize, words: &str, faults: &[&str]) -> (PassportChip, String) {
    let mut profile: ChipProfile = words.parse().unwrap();
    for fault in faults {
        profile = profile.with(fault.parse::<Fault>().unwrap());
    }
    let plan = Plan::passport(holder, SignerName::EcdsaP256, ChipKey::None);
    let document = world.utopia.issue_chip(&plan, &profile);
    let key = document.typed_key.join(",");
    (PassportChip::new(document, profile), key)
}

/// The chip connects to a reader that will listen there, once.
pub(crate) fn connect(address: &str, mut chip: PassportChip) -> std::thread::JoinHandle<()> {
    let address: SocketAddr = address.parse().unwrap();
    let interface = chip.interface();
    std::thread::spawn(move || {
        let end = Instant::now() + Duration::from_secs(20);
        let mut chip = Some(chip);
        while Instant::now() < end {
            if std::net::TcpStream::connect_timeout(&address, Duration::from_millis(50)).is_err() {
                std::thread::sleep(Duration::from_millis(20));
                continue;
            }
            // The look above was a peer that is no card; now the card.
            let card = VpcdCard::connect(address, Duration::from_secs(1), chip.take().unwrap(), interface);
            card.unwrap().join();
            return;
        }
    })
}

/// Reads the chip that connects to `address` into `out`, by `key`.
pub(crate) fn read(address: &str, key: &str, out: &Path, more: &[&str]) -> Run {
    let reader = format!("vpcd:{address}");
    let mut words = vec!["chip", "read", "--reader", &reader, "--mrz-key", key, "--out", word(out)];
    words.extend(more);
    verifier(&words)
}

/// `chip-only` that lets specimens pass.
pub(crate) fn policy(world: &World) -> PathBuf {
    let text = include_str!("../../../verifier-core/policies/chip-only.toml");
    world.write("chip-only.toml", text.replace("allow_specimen = false", "allow_specimen = true").as_bytes())
}

/// What `chip check --json` says of a capture.
pub(crate) fn check(world: &World, capture: &Path) -> Run {
    let (store, policy) = (world.store(), policy(world));
    let mut words = vec!["chip", "check", word(capture), "--json"];
    words.extend(world.judge(&store, &policy));
    verifier(&words)
}

/// Outcome and reason code of a check in its report.
pub(crate) fn outcome(run: &Run, id: &str) -> String {
    let report = &run.json()[0];
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}"));
    format!("{} {}", found["outcome"].as_str().unwrap(), found["reason"]["code"].as_str().unwrap())
}
