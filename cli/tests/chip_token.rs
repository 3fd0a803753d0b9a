//! `verifier chip read --ta-key pkcs11:...` against `verifier emulate chip --inspection`: fingers in the capture by a key that
//! never left its token. The token is SoftHSM2 of Debian, which we did not write, in a folder of its own.
#![cfg(all(target_os = "linux", feature = "pkcs11"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    reason = "test code"
)]

mod chip_reads;
mod program;
mod world;

use std::path::{Path, PathBuf};
use std::process::Command;

use chip_reads::{check, emulate, outcome, port};
use program::{Run, verifier_in, word};
use verifier_core::capture::Capture;
use verifier_fixtures::chip::ChipProfile;
use verifier_fixtures::chip::certificate::TerminalScheme;
use verifier_fixtures::key::Hash;
use verifier_fixtures::scenario::Scenario;
use world::World;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "4711-secret";

/// Whether the token can be had; says loudly where not.
fn have() -> bool {
    let there = Path::new(MODULE).exists() && Path::new("/usr/bin/softhsm2-util").exists();
    if !there {
        eprintln!("SKIPPED: inspection keys in a token: not there: softhsm2");
    }
    there
}

/// A token with this label in the world's folder.
struct Token(PathBuf);

impl Token {
    fn new(world: &World) -> Self {
        let folder = world.path("softhsm");
        std::fs::create_dir_all(folder.join("tokens")).unwrap();
        let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", folder.join("tokens").display());
        std::fs::write(folder.join("conf"), text).unwrap();
        let token = Self(folder);
        token.run(&["--init-token", "--free", "--label", "Desk 3", "--so-pin", "12345678", "--pin", PIN]);
        token
    }

    fn conf(&self) -> String {
        self.0.join("conf").display().to_string()
    }

    fn run(&self, words: &[&str]) {
        let mut program = Command::new("softhsm2-util");
        let output = program.args(words).env("SOFTHSM2_CONF", self.conf()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Brings a PKCS #8 key in.
    fn import(&self, pkcs8: &[u8], label: &str, id: &str) {
        let (der, pem) = (self.0.join("key.der"), self.0.join("key.pem"));
        std::fs::write(&der, pkcs8).unwrap();
        let mut openssl = Command::new("openssl");
        openssl.args(["pkcs8", "-nocrypt", "-inform", "DER", "-in", word(&der), "-out", word(&pem)]);
        assert!(openssl.status().unwrap().success());
        let words = ["--import", word(&pem), "--token", "Desk 3", "--label", label, "--id", id, "--pin", PIN];
        self.run(&words);
        std::fs::remove_file(&der).unwrap();
        std::fs::remove_file(&pem).unwrap();
    }
}

/// Reads with the certificates in `folder` and this key.
fn read(address: &str, key: &str, folder: &Path, token: &Token, uri: &str, pin: &str, out: &Path) -> Run {
    let file = |name: &str| folder.join(name).display().to_string();
    let (own, above, authority) = (file("is.cvcert"), file("dv.cvcert"), file("cvca.cvcert"));
    let reader = format!("vpcd:{address}");
    let mut words = vec!["chip", "read", "--reader", &reader, "--mrz-key", key, "--wait", "20"];
    words.extend(["--ta-key", uri, "--ta-date", "2026-11-21", "--ta-cert", &own, &above, &authority]);
    words.extend(["--out", word(out)]);
    verifier_in(&words, &[("SOFTHSM2_CONF", &token.conf()), ("VERIFIER_TA_PIN", pin)])
}

#[test]
fn fingers_are_read_with_a_key_in_a_token() {
    if !have() {
        return;
    }
    let world = World::new();
    let token = Token::new(&world);
    let pin = world.write("pin", format!("{PIN}\n").as_bytes());
    let rsa = "pace:gm:aes128:12,ca:3des:12,ta:rsa-pss:sha256";
    for (number, (profile, scheme)) in [
        ("eac", TerminalScheme::Ecdsa(Hash::Sha256)),
        (rsa, TerminalScheme::RsaPss(Hash::Sha256)),
        ("bac,ca:aes128:12,ta:rsa-pkcs1:sha256", TerminalScheme::RsaPkcs1(Hash::Sha256)),
    ]
    .into_iter()
    .enumerate()
    {
        let label = format!("is-{number}");
        let inspection = world.utopia.inspection(scheme);
        token.import(&inspection.terminal.key.pkcs8().unwrap(), &label, &format!("0{number}"));
        let (folder, out, address) = (world.path(&format!("cv-{number}")), world.path(&label), port());
        let (_chip, key) = emulate(&address, &["--profile", profile, "--inspection", word(&folder)]);
        // The PIN from a file, or from the environment.
        let (source, environment) = if number == 0 {
            (format!("&pin-source=file:{}", pin.display()), "")
        } else {
            (String::new(), PIN)
        };
        let uri = format!("pkcs11:token=Desk%203;object={label}?module-path={MODULE}{source}");
        let run = read(&address, &key, &folder, &token, &uri, environment, &out);
        assert_eq!(run.code, 0, "{profile}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("accepted as UTISDESK300001"), "{profile}: {}{}", run.stdout, run.stderr);
        let emulated = Scenario::from_name("genuine").unwrap();
        let parsed: ChipProfile = profile.parse().unwrap();
        let document = world.utopia.chip_of_scenario(emulated, &parsed);
        let capture = Capture::open(&out).unwrap();
        let fingers = capture.chip.as_ref().unwrap().files["DG3"].data.bytes().map(|octets| octets.to_vec());
        assert_eq!(fingers.as_ref(), document.files.get("DG3"), "{profile}");
        let report = check(&world, &out);
        assert_eq!(outcome(&report, "chip.sod.hash-dg3"), "successful ok");
        assert_eq!(outcome(&report, "chip.ca.new-keys"), "successful ok", "driven again without the token");
        // Another key of the token than the certificate's: everything else is read.
        if number == 1 {
            let (out, address) = (world.path("other"), port());
            let (_chip, key) = emulate(&address, &["--profile", profile, "--inspection", word(&folder)]);
            let uri = uri.replace("is-1", "is-0");
            let run = read(&address, &key, &folder, &token, &uri, environment, &out);
            assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
            assert!(run.stdout.contains("listed, not read"), "{}{}", run.stdout, run.stderr);
            assert!(!Capture::open(&out).unwrap().chip.unwrap().files.contains_key("DG3"));
        }
    }
}

/// Before any document is waited for: exit 2, what to do, and no PIN anywhere.
#[test]
fn what_is_wrong_with_a_token_is_said() {
    if !have() {
        return;
    }
    let world = World::new();
    let token = Token::new(&world);
    let inspection = world.utopia.inspection(TerminalScheme::Ecdsa(Hash::Sha256));
    let key = inspection.terminal.key.pkcs8().unwrap();
    for (label, id) in [("twin", "01"), ("twin", "02"), ("single", "03")] {
        token.import(&key, label, id);
    }
    for _ in 0..2 {
        token.run(&["--init-token", "--free", "--label", "Twins", "--so-pin", "12345678", "--pin", PIN]);
    }
    let folder = world.path("cv");
    std::fs::create_dir(&folder).unwrap();
    for (name, holder) in
        [("is", &inspection.terminal), ("dv", &inspection.verifier), ("cvca", &inspection.cvca)]
    {
        std::fs::write(folder.join(format!("{name}.cvcert")), &holder.certificate).unwrap();
    }
    let text = world.write("module.so", b"no library");
    let here = format!("module-path={MODULE}");
    let wrong = "9999-wrong";
    for (uri, pin, says) in [
        (format!("pkcs11:token=Desk%203;object=single?{here}"), wrong, "refused the PIN; it was tried once"),
        (format!("pkcs11:token=Desk%203;object=single?{here}"), "", "VERIFIER_TA_PIN"),
        (format!("pkcs11:token=Desk%204;object=single?{here}"), PIN, "no such token"),
        (format!("pkcs11:token=Twins?{here}"), PIN, "several tokens fit"),
        (format!("pkcs11:token=Desk%203;object=twin?{here}"), PIN, "id %02"),
        (
            format!("pkcs11:token=Desk%203;object=nobody?{here}"),
            PIN,
            "object single id %03 (brainpoolP256r1)",
        ),
        ("pkcs11:token=Desk%203?module-path=/nonexistent.so".to_owned(), PIN, "name the library"),
        (format!("pkcs11:token=Desk%203?module-path={}", text.display()), PIN, "name the library"),
        (format!("pkcs11:token=Desk%203?{here}&pin-value={wrong}"), PIN, "seen by other users"),
        (format!("pkcs11:token=Desk%203?{here}&pin-source=file:/nonexistent"), PIN, "/nonexistent"),
        ("pkcs11:token=Desk%203".to_owned(), PIN, "module-path"),
    ] {
        let out = world.path("never");
        let run = read("127.0.0.1:1", "L898902C3,740812,120415", &folder, &token, &uri, pin, &out);
        assert_eq!(run.code, 2, "{uri}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{uri}: {}", run.stderr);
        assert!(!run.stderr.contains(PIN) && !run.stderr.contains(wrong), "{}", run.stderr);
        assert!(!out.exists());
    }
}
