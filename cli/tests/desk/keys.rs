//! What opens the chip: the zone of the page, the operator's key, nothing.

use reader_drivers::emulator::mrz_reader::{MrzReader, Order};
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use reader_drivers::serial::profile::Profiles;
use verifier_fixtures::scenario::Scenario;

use crate::chip_reads::{connect, emulate, port};
use crate::table::{PROFILE, Table, key, page, passport, verdict};

/// A serial reader of zones.
fn zone_reader() -> (Served<Order>, String) {
    let profile = Profiles::built_in().unwrap().find("elyctis").unwrap().clone();
    let served = Served::start_on(Pty::open().unwrap(), MrzReader::new(profile)).unwrap();
    let uri = format!("serial:{}?profile=elyctis", served.path().display());
    (served, uri)
}

/// A swiped zone opens the chip; a swipe with unread cells is tried again, never guessed.
#[test]
fn a_swiped_zone_opens_the_chip() {
    let table = Table::new("chip-only");
    let (served, zones) = zone_reader();
    let address = port();
    let (chip, _) = passport(&table.world, Scenario::Genuine, PROFILE);
    let lines = chip.document().mrz.clone();
    let work = table.inspect(&[&zones, &format!("vpcd:{address}")], &["--count", "1"]);
    let card = connect(&address, chip);
    work.until_said("reading from vpcd");
    let mut holed = lines.clone();
    holed[1].replace_range(2..3, "?");
    served.order(Order::Present(holed));
    work.until_said("could not be read");
    served.order(Order::Present(lines));
    let run = work.end();
    card.join().unwrap();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("1 cells could not be read"), "{}", run.stderr);
    assert_eq!(run.json().len(), 1, "one document");
}

/// The zone stays unread: the chip is not opened, the reason is said, nobody is let through.
#[test]
fn unread_cells_open_nothing() {
    let table = Table::new("chip-only");
    let address = port();
    let (chip, _) = passport(&table.world, Scenario::Genuine, "bac");
    let mut page = page(&table.world, Scenario::Genuine, false);
    page.mrz.as_mut().unwrap()[1].replace_range(2..3, "?");
    let work =
        table.inspect(&[&table.folder(), &format!("vpcd:{address}")], &["--count", "1", "--within", "2"]);
    let card = connect(&address, chip);
    table.lay(&page);
    let run = work.end();
    card.join().unwrap();
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("not guessed") && run.stderr.contains("asks for a key"), "{}", run.stderr);
}

/// No page, no key: a chip that asks for one is not read, one that does not is.
#[test]
fn without_a_key() {
    for (words, code, said) in [("bac", 3, "asks for a key"), ("plain", 0, "trying the chip without one")] {
        let table = Table::new("chip-only");
        let address = port();
        let (chip, _) = passport(&table.world, Scenario::Genuine, words);
        let work = table.inspect(&[&format!("vpcd:{address}")], &["--count", "1"]);
        let card = connect(&address, chip);
        let run = work.end();
        card.join().unwrap();
        assert!(run.stderr.contains(said), "{words}: {}", run.stderr);
        // A plain chip alone has no zone to compare, which `chip-only` asks for.
        let expected = if words == "plain" { [0, 3] } else { [code, code] };
        assert!(expected.contains(&run.code), "{words}: {} {}{}", run.code, run.stdout, run.stderr);
        if words == "plain" {
            assert_eq!(verdict(&run.json()[0], "chip.sod.hash-dg2"), "successful ok");
        }
    }
}

/// The chip of another document under this page's zone: the key is refused, nothing is successful.
#[test]
fn another_documents_zone() {
    let table = Table::new("chip-only");
    let address = port();
    let (chip, _) = passport(&table.world, Scenario::GenuineEcdsa, PROFILE);
    let typed = key(&chip);
    let work = table.inspect(&[&table.folder(), &format!("vpcd:{address}")], &["--count", "1", "--log"]);
    let card = connect(&address, chip);
    table.lay(&page(&table.world, Scenario::Genuine, false));
    let run = work.end();
    card.join().unwrap();
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("does not accept the key"), "{}", run.stderr);
    assert!(typed.split(',').all(|secret| !run.stderr.contains(secret)));
}

/// As an inspection system: fingers are read and bound.
#[test]
fn as_an_inspection_system() {
    let table = Table::new("chip-only");
    let address = port();
    let (folder, out) = (table.world.path("inspection"), table.world.path("kept"));
    let file = |name: &str| folder.join(name).display().to_string();
    let words = ["--profile", "eac", "--inspection", folder.to_str().unwrap()];
    let (_chip, _) = emulate(&address, &words);
    let (secret, own, verifier_of_documents, authority) =
        (file("is.pk8"), file("is.cvcert"), file("dv.cvcert"), file("cvca.cvcert"));
    let mut words = vec!["--count", "1", "--ta-key", &secret, "--ta-date", "2026-11-21"];
    words.extend(["--out", out.to_str().unwrap(), "--ta-cert", &own, &verifier_of_documents, &authority]);
    let work = table.inspect(&[&table.folder(), &format!("vpcd:{address}")], &words);
    table.lay(&page(&table.world, Scenario::Genuine, false));
    let run = work.end();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let report = &run.json()[0];
    assert_eq!(verdict(report, "chip.sod.hash-dg3"), "successful ok");
    assert_eq!(table.verify(&out).json()[0]["digest"], report["digest"]);
}
