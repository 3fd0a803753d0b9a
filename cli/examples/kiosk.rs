//! A kiosk in the library's words: a chip is read on its own thread while the page is judged, and every file is judged as
//! soon as it is whole.
//!
//! `cargo run -p verifier-cli --example kiosk -- pn532:/dev/ttyUSB0 STORE PAGE-CAPTURE`
#![expect(clippy::print_stdout, reason = "an example prints; a kiosk shows")]

use std::error::Error;
use std::thread;
use std::time::Duration;

use reader_drivers::Registry;
use reader_drivers::chip::{LiveChip, capture_of};
use time::OffsetDateTime;
use verifier_chip::access::MrzKey;
use verifier_chip::access::pace::Password;
use verifier_chip::reading::{Channel, Listener, NoRandom, ReadFile, Request, read_document};
use verifier_core::capture::Capture;
use verifier_core::trust::TrustStore;
use verifier_core::{Inspection, InspectionOptions, Policy, Time, Verifier};

/// Hands every file on while the chip still gives the next.
struct Feed<'a>(&'a Inspection);

impl Listener for Feed<'_> {
    fn file(&mut self, file: ReadFile<'_>) {
        self.0.put_chip_file(&file.file.to_string(), file.bytes);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let mut word = |what: &'static str| words.next().ok_or(what);
    let (reader, store, page) = (word("a reader")?, word("a trust store")?, word("a capture of the page")?);

    // Once, at the start of the kiosk.
    let trust = TrustStore::open(store)?.snapshot()?;
    let verifier = Verifier::builder().trust(trust).policy(Policy::frontline()).build()?;
    let reader = Registry::standard().open(&reader)?;

    // For each document.
    let mut page = Capture::open(page)?;
    page.chip = None;
    let password = page.mrz.as_deref().and_then(password);
    let now = OffsetDateTime::now_utc();
    let options = InspectionOptions { captured_at: Some(now), ..InspectionOptions::default() };
    let inspection = verifier.inspect(Time::system(now), options);

    thread::scope(|scope| {
        let inspection = &inspection;
        let read = scope.spawn(move || {
            let mut chip = LiveChip::new(reader, Duration::from_secs(30));
            if chip.document().is_err() {
                return;
            }
            let began = OffsetDateTime::now_utc();
            let clock = std::time::Instant::now();
            let channel = Channel::new(&mut chip)
                .drawing(|octets| getrandom::fill(octets).map_err(|_| NoRandom))
                .observed(move || clock.elapsed(), |_| {});
            let reading = read_document(channel, &Request::new(password), Feed(inspection));
            // The end of the read: proofs, log and what drives it again.
            inspection.put_capture(capture_of(&reading, began, true));
        });
        inspection.put_capture(page);
        while !read.is_finished() {
            let progress = inspection.poll();
            println!("{} checks known, {} waiting", progress.checks.len(), progress.waiting.len());
            thread::sleep(Duration::from_millis(200));
        }
    });
    let report = inspection.finish();
    // Only success passes; what was not read is absent, and that is none.
    println!(
        "{:?} {:?}",
        report.overall(),
        report.deciding().iter().map(|check| &check.id).collect::<Vec<_>>()
    );
    Ok(())
}

/// What a zone opens the chip with, exactly as it was read.
fn password(lines: &[String]) -> Option<Password> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let reading = verifier_mrz::lenient::parse(&lines).ok()?;
    let cells: Vec<u8> = reading.zone().access_key()?.bytes().collect();
    let read = |cell: &u8| cell.is_ascii_uppercase() || cell.is_ascii_digit() || *cell == b'<';
    cells.iter().all(read).then(|| Password::Mrz(MrzKey::from_cells(&cells, &[], &[])))
}
