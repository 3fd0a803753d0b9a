//! Programs that we did not write drive our emulated readers: libnfc's and nfcpy's tools the PN532, pcscd with
//! libccidtwin the GemPC Twin, pcscd with vpcd the virtual card. Each is skipped loudly where it is not installed.
//!
//! pcscd runs in a mount and network namespace of its own: it would listen on every address and take the machine's
//! socket.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "test code"
)]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use reader_drivers::emulator::card::Interface;
use reader_drivers::emulator::ccid::GemPcTwin;
use reader_drivers::emulator::pn532::Pn532;
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use reader_drivers::emulator::vpcd::VpcdCard;

fn card(command: &[u8]) -> Vec<u8> {
    match command {
        [_, 0xA4, ..] => vec![0x90, 0x00],
        [_, 0x84, ..] => vec![0, 1, 2, 3, 4, 5, 6, 7, 0x90, 0x00],
        _ => vec![0x6D, 0x00],
    }
}

/// T=1, eight historical bytes, check byte.
fn interface() -> Interface {
    let mut atr = b"\x3B\x88\x80\x01VERIFIER".to_vec();
    atr.push(atr.iter().skip(1).fold(0, |xor, byte| xor ^ byte));
    Interface { atr, ..Interface::default() }
}

/// Runs a shell line; its output, both streams together.
fn run(line: &str) -> String {
    let output = Command::new("sh").arg("-c").arg(line).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// Says loudly what is missing; `true` where everything is there.
fn have(what: &str, tests: &[&str]) -> bool {
    let missing: Vec<_> = tests
        .iter()
        .filter(|test| !Command::new("sh").arg("-c").arg(test).output().unwrap().status.success())
        .collect();
    if !missing.is_empty() {
        eprintln!("SKIPPED: {what} (failed: {missing:?})");
    }
    missing.is_empty()
}

/// The second is for a root that is no mount point (a chroot), whose propagation cannot be changed.
const NAMESPACE: &str = "unshare -m -n true || unshare -m -n --propagation unchanged true";

#[test]
fn libnfc_lists_the_card() {
    if !have("nfc-list of libnfc-bin", &["command -v nfc-list"]) {
        return;
    }
    let device = Served::start(Pn532::new(interface()).with_card(card)).unwrap();
    let line = format!("LIBNFC_DEVICE=pn532_uart:{} timeout 30 nfc-list", device.path().display());
    let said = run(&line);
    assert!(said.contains("UID (NFCID3): 08  a1  b2  c3"), "{said}");
    assert!(said.contains("ATS: 78  80  70  02  00"), "{said}");
}

#[test]
fn nfcpy_speaks_blocks_with_the_card() {
    // The one that xtask installs, else the machine's own.
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/strangers/venv/bin/python");
    let python = if Path::new(built).exists() { built } else { "python3" };
    if !have("nfcpy", &[&format!("{python} -c 'import nfc'")]) {
        return;
    }
    // It takes only names below /dev.
    let mut pty = Pty::open().unwrap();
    let name = format!("ttyRDR{}", std::process::id());
    if pty.link(Path::new(&format!("/dev/{name}"))).is_err() {
        eprintln!("SKIPPED: nfcpy (no right to make a link in /dev)");
        return;
    }
    let _device = Served::start_on(pty, Pn532::new(interface()).with_card(card)).unwrap();
    let said = run(&format!(
        "timeout 30 {python} -c \"
import nfc
clf = nfc.ContactlessFrontend('tty:{name}:pn532')
tag = nfc.tag.activate(clf, clf.sense(nfc.clf.RemoteTarget('106A')))
print(tag.send_apdu(0, 0xA4, 4, 0x0C, bytes.fromhex('A0000002471001'), check_status=False).hex())
print(tag.send_apdu(0, 0x84, 0, 0, None, 8, check_status=False).hex())
clf.close()\""
    ));
    assert!(said.contains("9000\n00010203040506079000"), "{said}");
}

/// Starts pcscd with one reader in namespaces of its own, runs `then` there, and gives what was said.
fn with_pcscd(folder: &Path, reader: &str, then: &str) -> String {
    std::fs::write(folder.join("reader.conf"), reader).unwrap();
    let script = folder.join("run.sh");
    let text = format!(
        "ip link set lo up\nmkdir -p /run/pcscd\nmount -t tmpfs none /run/pcscd\n\
         pcscd --foreground --config {conf} >{log} 2>&1 &\nPCSCD=$!\nsleep 1\n{then}\nkill $PCSCD\n",
        conf = folder.join("reader.conf").display(),
        log = folder.join("pcscd.log").display(),
    );
    std::fs::write(&script, text).unwrap();
    let script = script.display();
    run(&format!(
        "if unshare -m -n true 2>/dev/null; then timeout 60 unshare -m -n sh {script}; \
         else timeout 60 unshare -m -n --propagation unchanged sh {script}; fi"
    ))
}

/// Asks until a card answers, at most ten times.
const ASK: &str = "for n in 1 2 3 4 5 6 7 8 9 10; do sleep 0.5; \
    opensc-tool -r 0 -a -s 00:A4:04:0C:07:A0:00:00:02:47:10:01 -s 00:84:00:00:08 2>&1 && break; done";

fn assert_answered(said: &str) {
    assert!(said.contains("3b:88:80:01:56:45:52:49:46:49:45:52"), "{said}");
    assert!(said.contains("00 01 02 03 04 05 06 07"), "{said}");
}

#[test]
fn pcscd_reads_through_the_ccid_reader() {
    let library = "/usr/lib/pcsc/drivers/serial/libccidtwin.so";
    let needs = ["command -v pcscd", "command -v opensc-tool", &format!("test -e {library}"), NAMESPACE];
    if !have("pcscd with libccidtwin", &needs) {
        return;
    }
    let device = Served::start(GemPcTwin::new(interface()).with_card(card)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let reader = format!(
        "FRIENDLYNAME \"Emulated\"\nDEVICENAME {}:GemPCTwin\nLIBPATH {library}\nCHANNELID 1\n",
        device.path().display()
    );
    assert_answered(&with_pcscd(folder.path(), &reader, ASK));
}

#[test]
fn pcscd_reads_the_virtual_card() {
    let library = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
    let needs = ["command -v pcscd", "command -v opensc-tool", &format!("test -e {library}"), NAMESPACE];
    if !have("pcscd with vpcd", &needs) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let reader = format!(
        "FRIENDLYNAME \"Virtual\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {library}\nCHANNELID 0x8C7B\n"
    );
    // The card must stand in the same network: this program runs there once more.
    let me = std::env::current_exe().unwrap();
    let then = format!(
        "{} --ignored --exact the_card_of_that_network --nocapture >/dev/null 2>&1 &\nCARD=$!\n{ASK}\nkill $CARD",
        me.display()
    );
    assert_answered(&with_pcscd(folder.path(), &reader, &then));
}

/// The card in the network of that pcscd.
#[test]
#[ignore = "the card's half of the test above, which starts it"]
fn the_card_of_that_network() {
    let address = "127.0.0.1:35963".parse().unwrap();
    let end = Instant::now() + Duration::from_secs(40);
    while Instant::now() < end {
        match VpcdCard::connect(address, Duration::from_secs(1), card, interface()) {
            Ok(card) => card.join(),
            Err(_) => std::thread::sleep(Duration::from_millis(200)),
        }
    }
}

/// Our PC/SC reader against pcscd with the emulated CCID reader: the same chip behind two strangers.
#[cfg(feature = "pcsc")]
#[test]
fn our_pcsc_reader_reads_through_pcscd() {
    let library = "/usr/lib/pcsc/drivers/serial/libccidtwin.so";
    let needs = ["command -v pcscd", &format!("test -e {library}"), NAMESPACE];
    if !have("pcscd with libccidtwin", &needs) {
        return;
    }
    let device = Served::start(GemPcTwin::new(interface()).with_card(card)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let reader = format!(
        "FRIENDLYNAME \"Emulated\"\nDEVICENAME {}:GemPCTwin\nLIBPATH {library}\nCHANNELID 1\n",
        device.path().display()
    );
    let me = std::env::current_exe().unwrap();
    let then = format!("sleep 1; {} --ignored --exact the_reader_of_that_pcscd --nocapture", me.display());
    let said = with_pcscd(folder.path(), &reader, &then);
    assert!(said.contains("challenge 00010203040506079000"), "{said}");
}

/// The reader in the network of that pcscd.
#[cfg(feature = "pcsc")]
#[test]
#[ignore = "the reader's half of the test above, which starts it"]
fn the_reader_of_that_pcscd() {
    use reader_drivers::{ReaderEvent, Registry};
    let registry = Registry::standard();
    let (found, errors) = registry.list();
    assert!(
        errors.is_empty() && found.iter().any(|info| info.uri.scheme() == "pcsc"),
        "{found:?} {errors:?}"
    );
    assert!(registry.open("pcsc:nobody").is_err());
    let mut reader = registry.open("pcsc:Emulated").unwrap();
    let event = reader.next_event(Instant::now() + Duration::from_secs(10)).unwrap();
    assert!(matches!(event, Some(ReaderEvent::Card(card)) if card.answer == interface().atr));
    let chip = reader.chip().unwrap();
    assert_eq!(chip.transceive(&[0x00, 0xA4, 0x04, 0x0C, 0x01, 0xA0]).unwrap(), [0x90, 0x00]);
    eprintln!("challenge {}", hex::encode(chip.transceive(&[0, 0x84, 0, 0, 8]).unwrap()));
}
