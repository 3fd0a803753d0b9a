//! A desk under test: the program with its readers, a folder of pages, chips by scenario.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use reader_drivers::emulator::card::Interface;
use verifier_core::capture::Capture;
use verifier_fixtures::chip::{ChipProfile, FaultKind, PassportChip};
use verifier_fixtures::scenario::Scenario;

use crate::program::{Run, verifier, word};
use crate::world::{AT, World};

/// What most chips here can do.
pub const PROFILE: &str = "pace,bac,aa:rsa2048:sha256,ca";

/// The chip of a scenario, and how it presents itself.
pub fn passport(world: &World, scenario: Scenario, words: &str) -> (PassportChip, Interface) {
    let mut profile: ChipProfile = words.parse().unwrap();
    match scenario {
        Scenario::CloneRefuses => profile = profile.with(FaultKind::ActiveRefused),
        Scenario::CloneAnswersGarbage => profile = profile.with(FaultKind::ActiveGarbage),
        _ => {}
    }
    let mut chip = PassportChip::new(world.utopia.chip_of_scenario(scenario, &profile), profile);
    let interface = chip.interface();
    (chip, interface)
}

/// The key of a chip as typed.
pub fn key(chip: &PassportChip) -> String {
    chip.document().typed_key.join(",")
}

/// The page of a scenario as a reader of pages delivers it: no chip part.
pub fn page(world: &World, scenario: Scenario, images: bool) -> Capture {
    let mut capture =
        if images { world.utopia.capture(scenario) } else { world.utopia.capture_without_images(scenario) };
    capture.chip = None;
    capture
}

/// A desk with a folder for pages.
pub struct Table {
    pub world: World,
    pages: PathBuf,
    policy: PathBuf,
    count: std::cell::Cell<usize>,
}

impl Table {
    /// Under a shipped policy that lets specimens pass.
    pub fn new(policy: &str) -> Self {
        let world = World::new();
        let text = match policy {
            "frontline" => include_str!("../../../verifier-core/policies/frontline.toml"),
            "chip-only" => include_str!("../../../verifier-core/policies/chip-only.toml"),
            _ => panic!("{policy}"),
        };
        let text = text.replace("allow_specimen = false", "allow_specimen = true");
        let policy = world.write("policy.toml", text.as_bytes());
        let pages = world.path("pages");
        std::fs::create_dir(&pages).unwrap();
        world.store();
        Self { world, pages, policy, count: std::cell::Cell::new(0) }
    }

    /// The folder reader.
    pub fn folder(&self) -> String {
        format!("folder:{}?settle_ms=50&poll_ms=20", self.pages.display())
    }

    /// Puts a page into the folder, whole at once.
    pub fn lay(&self, page: &Capture) {
        let count = self.count.get() + 1;
        self.count.set(count);
        let part = self.pages.join(format!(".{count}"));
        page.write_folder(&part).unwrap();
        std::fs::rename(&part, self.pages.join(format!("page-{count}"))).unwrap();
    }

    /// The program at work with these readers.
    pub fn inspect(&self, readers: &[&str], more: &[&str]) -> Work {
        let store = self.world.path("trust");
        let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
        command.arg("inspect");
        for reader in readers {
            command.args(["--reader", reader]);
        }
        command
            .args([
                "--json",
                "--trust",
                word(&store),
                "--at",
                AT,
                "--policy",
                word(&self.policy),
                "--wait",
                "60",
            ])
            .args(more)
            .env("HOME", "/nonexistent")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Work::new(command.spawn().unwrap())
    }

    /// What `verify --json` says of a capture.
    pub fn verify(&self, capture: &Path) -> Run {
        let store = self.world.path("trust");
        let mut words = vec!["verify", word(capture), "--json"];
        words.extend(self.world.judge(&store, &self.policy));
        verifier(&words)
    }
}

/// The program under way; its output is taken while it works.
pub struct Work {
    pub child: Child,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<()>,
    said: Arc<Mutex<String>>,
}

impl Work {
    fn new(mut child: Child) -> Self {
        let (mut stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let said = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&said);
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        let stderr = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                let mut heard = heard.lock().unwrap();
                heard.push_str(&line.unwrap());
                heard.push('\n');
            }
        });
        Self { child, stdout, stderr, said }
    }

    /// Standard error so far.
    fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until standard error says it.
    pub fn until_said(&self, what: &str) {
        self.until(what, || self.said().contains(what));
    }

    /// Waits until the path is there.
    pub fn until_there(&self, path: &Path) {
        self.until(word(path), || path.exists());
    }

    fn until(&self, what: &str, happened: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !happened() {
            assert!(Instant::now() < deadline, "no {what}: {}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for its end; kills it after a minute and a half.
    pub fn end(mut self) -> Run {
        let deadline = Instant::now() + Duration::from_secs(90);
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                let _ = self.child.kill();
                panic!("the program hangs: {}", self.said());
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let code = status.code().unwrap_or(-1);
        let said = self.said;
        self.stderr.join().unwrap();
        let stderr = said.lock().unwrap().clone();
        Run { code, stdout: self.stdout.join().unwrap(), stderr }
    }
}

/// Outcome and reason code of every check of a report, to compare two reads of one document, which differ in every drawn
/// value and every time.
pub fn verdicts(report: &serde_json::Value) -> Vec<(String, String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let checks = report["checks"].as_array().unwrap().iter();
    checks.map(|c| (text(&c["id"]), text(&c["outcome"]), text(&c["reason"]["code"]))).collect()
}

/// Outcome and reason code of one check.
pub fn verdict(report: &serde_json::Value, id: &str) -> String {
    let found = verdicts(report).into_iter().find(|(its, ..)| its == id);
    let (_, outcome, code) = found.unwrap_or_else(|| panic!("{id}"));
    format!("{outcome} {code}")
}
