//! What belongs to one document, and what is absent.

use std::time::Duration;

use reader_drivers::emulator::pn532::{Order, Pn532};
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use verifier_fixtures::scenario::Scenario;

use crate::chip_reads::{connect, port};
use crate::table::{PROFILE, Table, key, page, passport, verdict};

/// No page comes: what is optical is absent, and the document is undetermined.
#[test]
fn no_page() {
    let table = Table::new("frontline");
    let address = port();
    let (chip, _) = passport(&table.world, Scenario::Genuine, PROFILE);
    let key = key(&chip);
    let words = ["--count", "1", "--within", "1", "--mrz-key", &key];
    let work = table.inspect(&[&table.folder(), &format!("vpcd:{address}")], &words);
    let card = connect(&address, chip);
    let run = work.end();
    card.join().unwrap();
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    let report = &run.json()[0];
    assert_eq!(verdict(report, "optics.ir.mrz-absorbs"), "undetermined evidence.absent");
    assert_eq!(verdict(report, "chip.aa.answer"), "successful ok");
    assert_eq!(verdict(report, "combined.mrz.dg1"), "undetermined evidence.absent");
}

/// No chip comes: absent too.
#[test]
fn no_chip() {
    let table = Table::new("chip-only");
    let work =
        table.inspect(&[&table.folder(), &format!("vpcd:{}", port())], &["--count", "1", "--within", "1"]);
    table.lay(&page(&table.world, Scenario::Genuine, false));
    let run = work.end();
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert_eq!(verdict(&run.json()[0], "chip.sod.structure"), "undetermined evidence.absent");
}

/// Two pages while the first document still waits for its chip: the second page is the next document's.
#[test]
fn the_next_page_waits_its_turn() {
    let table = Table::new("chip-only");
    let (_, interface) = passport(&table.world, Scenario::Genuine, PROFILE);
    let served = Served::start_on(Pty::open().unwrap(), Pn532::new(interface)).unwrap();
    let reader = format!("pn532:{}", served.path().display());
    let out = table.world.path("kept");
    let words = ["--count", "2", "--within", "40", "--out", out.to_str().unwrap()];
    let work = table.inspect(&[&table.folder(), &reader], &words);
    table.lay(&page(&table.world, Scenario::Genuine, false));
    std::thread::sleep(Duration::from_millis(300));
    table.lay(&page(&table.world, Scenario::GenuineEcdsa, false));
    std::thread::sleep(Duration::from_millis(800));
    for (number, scenario) in [Scenario::Genuine, Scenario::GenuineEcdsa].into_iter().enumerate() {
        let (chip, _) = passport(&table.world, scenario, PROFILE);
        served.order(Order::Insert(Box::new(chip)));
        work.until_there(&out.join(format!("document-000{}", number + 1)));
        served.order(Order::Remove);
        std::thread::sleep(Duration::from_millis(500));
    }
    let run = work.end();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.json().len(), 2);
}

/// A page of another document than the zone that is there: two documents, neither whole, neither successful.
#[test]
fn pages_that_contradict_each_other() {
    let table = Table::new("chip-only");
    let other = table.world.path("other-pages");
    std::fs::create_dir(&other).unwrap();
    let second = format!("folder:{}?settle_ms=50&poll_ms=20", other.display());
    let work = table.inspect(&[&table.folder(), &second], &["--count", "2", "--within", "3"]);
    table.lay(&page(&table.world, Scenario::Genuine, false));
    std::thread::sleep(Duration::from_millis(300));
    page(&table.world, Scenario::GenuineEcdsa, false).write_folder(other.join(".x")).unwrap();
    std::fs::rename(other.join(".x"), other.join("x")).unwrap();
    let run = work.end();
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.json().len(), 2);
}

/// A folder full of pages and no chip: each is a document of its own, in order, each opened once.
#[test]
fn a_folder_of_pages_alone() {
    let table = Table::new("chip-only");
    let pages: Vec<_> = [Scenario::Genuine, Scenario::GenuineEcdsa, Scenario::GenuinePss]
        .map(|scenario| page(&table.world, scenario, false))
        .into_iter()
        .cycle()
        .take(40)
        .collect();
    for page in &pages {
        table.lay(page);
    }
    let began = std::time::Instant::now();
    let run = table.inspect(&[&table.folder()], &["--count", "40"]).end();
    assert_eq!((run.code, run.json().len()), (3, 40), "{}", run.stderr);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
