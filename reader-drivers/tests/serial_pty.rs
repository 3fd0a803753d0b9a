//! The serial MRZ reader against emulated devices on pseudo-terminals, with the faults of the field (DRV-01..03).
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reader_drivers::emulator::mrz_reader::{Fault, MrzReader, Order};
use reader_drivers::emulator::pty::Pty;
use reader_drivers::emulator::served::Served;
use reader_drivers::port::Port;
use reader_drivers::serial::line::SerialLine;
use reader_drivers::serial::profile::{Profile, Profiles};
use reader_drivers::serial::reader::SerialReader;
use reader_drivers::{
    FramingFault, Integrity, Reader, ReaderErrorKind, ReaderEvent, ReaderInfo, ReaderUri, Registry,
};

const TD3: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

fn profile(name: &str) -> Profile {
    Profiles::built_in().unwrap().find(name).unwrap().clone()
}

fn present(lines: &[&str]) -> Order {
    Order::Present(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(3)
}

fn uri(device: &Served<Order>, profile: &str) -> String {
    format!("serial:{}?profile={profile}", device.path().display())
}

fn plug(name: &str) -> (Served<Order>, Box<dyn Reader>) {
    let device = Served::start(MrzReader::new(profile(name))).unwrap();
    let reader = Registry::standard().open(&uri(&device, name)).unwrap();
    (device, reader)
}

fn lines(event: Option<ReaderEvent>) -> Vec<String> {
    match event {
        Some(ReaderEvent::Mrz(text)) => text.to_lines(),
        other => panic!("expected an MRZ, got {other:?}"),
    }
}

#[test]
fn documents_come_through_every_profile_that_is_compiled_in() {
    for name in Profiles::built_in().unwrap().iter().map(|profile| profile.name.clone()) {
        let (device, mut reader) = plug(&name);
        for document in [&TD3[..], &TD1[..], &TD3[..]] {
            assert!(reader.next_event(Instant::now()).unwrap().is_none(), "{name}");
            device.order(present(document));
            assert_eq!(lines(reader.next_event(soon()).unwrap()), document, "{name}");
            device.order(Order::Remove);
        }
    }
}

#[test]
fn unread_cells_are_unknown_and_never_fillers() {
    for name in ["elyctis", "rte-native", "stx-etx"] {
        let (device, mut reader) = plug(name);
        let damaged =
            ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8989?2C36UTO7408122F1204159ZE184226B<<<<<10"];
        assert!(reader.next_event(Instant::now()).unwrap().is_none());
        device.order(present(&damaged));
        let Some(ReaderEvent::Mrz(text)) = reader.next_event(soon()).unwrap() else { panic!() };
        assert_eq!(text.unknown(), 1, "{name}");
        assert_eq!(text.to_lines(), damaged, "{name}");
    }
}

#[test]
fn the_bit_rate_is_found_by_asking() {
    let device = Served::start(MrzReader::new(profile("elyctis")).at_baud(115_200)).unwrap();
    let mut reader = Registry::standard().open(&uri(&device, "elyctis")).unwrap();
    assert!(reader.next_event(Instant::now()).unwrap().is_none());
    device.order(present(&TD3));
    assert_eq!(lines(reader.next_event(soon()).unwrap()), TD3);
    drop(reader);
    let wrong = format!("{}&baud=9600", uri(&device, "elyctis"));
    let error = Registry::standard().open(&wrong).err().unwrap();
    assert_eq!(*error.kind(), ReaderErrorKind::Timeout);
    assert!(error.to_string().contains("9600"), "{error}");
}

#[test]
fn a_second_open_is_busy() {
    let (device, _reader) = plug("stx-etx");
    let error = Registry::standard().open(&uri(&device, "stx-etx")).err().unwrap();
    assert_eq!(*error.kind(), ReaderErrorKind::Busy);
}

/// Counts the reads that a driver makes.
struct Counting(SerialLine, Arc<AtomicU64>);

impl Port for Counting {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.read(buffer, wait)
    }
    fn write_all(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<()> {
        self.0.write_all(bytes, deadline)
    }
    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        self.0.set_baud(baud)
    }
    fn discard_input(&mut self) -> io::Result<()> {
        self.0.discard_input()
    }
}

#[test]
fn unplugged_at_every_step_of_a_frame_is_gone_at_once_and_nothing_spins() {
    let mut best = Duration::MAX;
    for name in ["elyctis", "rte-native", "stx-etx-xor", "lines-cr"] {
        for keep in [0, 1, 3, 40, 80] {
            let profile = profile(name);
            let device = Served::start(MrzReader::new(profile.clone())).unwrap();
            let reads = Arc::new(AtomicU64::new(0));
            let line = SerialLine::open(device.path().to_str().unwrap(), &profile.line, 9600).unwrap();
            let info = ReaderInfo { uri: ReaderUri::new("serial", "test"), description: String::new() };
            let port = Box::new(Counting(line, Arc::clone(&reads)));
            let mut reader = SerialReader::over(info, profile, port, &[9600]).unwrap();
            assert!(reader.next_event(Instant::now()).unwrap().is_none());
            device.order(Order::Fail(Fault::UnplugAfter(keep)));
            device.order(present(&TD3));
            let unplugged = std::thread::spawn(move || {
                while !device.is_unplugged() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Instant::now()
            });
            let error = loop {
                match reader.next_event(soon()) {
                    Ok(None) => panic!("{name} {keep}: nothing said"),
                    Ok(Some(_)) => panic!("{name} {keep}: an event"),
                    // The silence before the plug is pulled may count as a partial frame first.
                    Err(error) if error.is_recoverable() => {}
                    Err(error) => break error,
                }
            };
            let told = Instant::now();
            assert_eq!(*error.kind(), ReaderErrorKind::Gone, "{name} {keep}");
            assert!(error.offset().is_some());
            let unplugged = unplugged.join().unwrap();
            let late = told.saturating_duration_since(unplugged);
            // One late answer may be the machine's fault, not every one.
            assert!(late < Duration::from_secs(1), "{name} {keep}: {late:?}");
            best = best.min(late);
            // It stays gone, and asking again costs no read.
            let before = reads.load(Ordering::Relaxed);
            assert!(before < 200, "{name} {keep}: {before} reads");
            assert_eq!(*reader.next_event(soon()).unwrap_err().kind(), ReaderErrorKind::Gone);
            assert_eq!(reads.load(Ordering::Relaxed), before);
        }
    }
    assert!(best < Duration::from_millis(100), "{best:?}");
}

#[test]
fn a_partial_frame_is_told_in_time_and_the_next_document_is_read() {
    let mut best = Duration::MAX;
    for name in ["elyctis", "rte-native", "stx-etx-xor"] {
        let (device, mut reader) = plug(name);
        for keep in [1, 2, 3, 7, 50, 92] {
            assert!(reader.next_event(Instant::now()).unwrap().is_none());
            device.order(Order::Fail(Fault::Partial(keep)));
            device.order(present(&TD3));
            let ordered = Instant::now();
            let error = reader.next_event(soon()).unwrap_err();
            let told = ordered.elapsed();
            assert!(matches!(error.kind(), ReaderErrorKind::Framing(_)), "{name} {keep}: {error}");
            assert!(told < Duration::from_secs(1), "{name} {keep}: {told:?}");
            best = best.min(told);
            device.order(Order::Remove);
            assert!(reader.next_event(Instant::now()).unwrap().is_none());
            device.order(present(&TD1));
            assert_eq!(lines(reader.next_event(soon()).unwrap()), TD1, "{name} {keep}");
        }
    }
    assert!(best < Duration::from_millis(100), "{best:?}");
}

#[test]
fn noise_is_skipped_and_counted() {
    let mut noise: Vec<u8> = (0_u8..=255).filter(|byte| !matches!(byte, 1..=3)).collect();
    noise.extend([0, 0, 0x11, 0x13, 0xFF]);
    for name in ["elyctis", "rte-native", "stx-etx-xor"] {
        let (device, mut reader) = plug(name);
        assert!(reader.next_event(Instant::now()).unwrap().is_none());
        device.order(Order::Fail(Fault::NoiseBefore(noise.clone())));
        device.order(present(&TD3));
        let read = loop {
            match reader.next_event(soon()) {
                Ok(event) => break lines(event),
                Err(error) => assert!(error.is_recoverable(), "{name}: {error}"),
            }
        };
        assert_eq!(read, TD3, "{name}");
    }
}

#[test]
fn a_wrong_check_byte_is_a_typed_error_and_never_a_document() {
    for name in ["rte-native", "stx-etx-xor"] {
        let (device, mut reader) = plug(name);
        device.order(Order::Fail(Fault::WrongChecksum));
        device.order(present(&TD3));
        let error = reader.next_event(soon()).unwrap_err();
        assert_eq!(*error.kind(), ReaderErrorKind::Framing(FramingFault::Checksum), "{name}");
        device.order(present(&TD3));
        let Some(ReaderEvent::Mrz(text)) = reader.next_event(soon()).unwrap() else { panic!() };
        assert!(matches!(text.integrity(), Integrity::Checked(_)), "{name}");
    }
}

#[test]
fn a_device_that_drips_bytes_cannot_hold_the_reader() {
    for name in ["elyctis", "stx-etx"] {
        let (device, mut reader) = plug(name);
        assert!(reader.next_event(Instant::now()).unwrap().is_none());
        device.order(Order::Fail(Fault::Slow(Duration::from_millis(40))));
        device.order(present(&TD3));
        let began = Instant::now();
        let error = reader.next_event(Instant::now() + Duration::from_secs(20)).unwrap_err();
        assert_eq!(*error.kind(), ReaderErrorKind::Timeout, "{name}: {error}");
        assert!(began.elapsed() < Duration::from_millis(2500), "{name}: {:?}", began.elapsed());
    }
}

#[test]
fn a_wait_ends_at_its_deadline_and_when_it_is_cancelled() {
    let (_device, mut reader) = plug("stx-etx");
    let began = Instant::now();
    assert!(reader.next_event(began + Duration::from_millis(120)).unwrap().is_none());
    assert!((120..250).contains(&u64::try_from(began.elapsed().as_millis()).unwrap()));
    let cancel = reader.canceller();
    let at = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        cancel.cancel();
        Instant::now()
    });
    let error = reader.next_event(soon()).unwrap_err();
    let told = Instant::now();
    assert_eq!(*error.kind(), ReaderErrorKind::Cancelled);
    assert!(told.saturating_duration_since(at.join().unwrap()) < Duration::from_millis(100));
}

#[test]
fn the_caller_can_open_again_after_an_unplug() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("reader");
    let plug = || {
        let mut pty = Pty::open().unwrap();
        pty.link(&link).unwrap();
        Served::start_on(pty, MrzReader::new(profile("elyctis"))).unwrap()
    };
    let device = plug();
    let uri = uri(&device, "elyctis");
    let mut reader = Registry::standard().open(&uri).unwrap();
    device.unplug();
    assert_eq!(*reader.next_event(soon()).unwrap_err().kind(), ReaderErrorKind::Gone);
    assert_eq!(*Registry::standard().open(&uri).err().unwrap().kind(), ReaderErrorKind::NotFound);
    let device = plug();
    let mut reader = Registry::standard().open(&uri).unwrap();
    assert!(reader.next_event(Instant::now()).unwrap().is_none());
    device.order(present(&TD3));
    assert_eq!(lines(reader.next_event(soon()).unwrap()), TD3);
}

#[test]
fn a_recorded_session_gives_the_same_events_again() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("session.jsonl");
    let device = Served::start(MrzReader::new(profile("elyctis"))).unwrap();
    let recorded = format!("{}&record={}", uri(&device, "elyctis"), file.display());
    let registry = Registry::standard();
    let mut reader = registry.open(&recorded).unwrap();
    let run = |reader: &mut dyn Reader, act: &dyn Fn(usize)| {
        let mut story = Vec::new();
        for step in 0..6 {
            act(step);
            match reader.next_event(soon()) {
                Ok(event) => story.push(format!(
                    "{:?}",
                    event.map(|event| match event {
                        ReaderEvent::Mrz(text) => text.to_lines(),
                        _ => Vec::new(),
                    })
                )),
                Err(error) => {
                    story.push(format!("{:?} {:?}", error.kind(), error.offset()));
                    if !error.is_recoverable() {
                        break;
                    }
                }
            }
        }
        story
    };
    let live = run(reader.as_mut(), &|step| match step {
        0 => drop(device.order(present(&TD3))),
        1 => {
            device.order(Order::Fail(Fault::Partial(20)));
            device.order(present(&TD1));
        }
        2 => drop(device.order(present(&TD1))),
        _ => drop(device.order(Order::Unplug)),
    });
    drop(reader);
    assert_eq!(live.len(), 4, "{live:?}");
    assert!(live[0].contains("ERIKSSON") && live[1].starts_with("Framing") && live[3].starts_with("Gone"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    // Never overwritten.
    assert!(registry.open(&recorded).is_err());
    let mut replayed = registry.open(&format!("replay:{}", file.display())).unwrap();
    assert_eq!(run(replayed.as_mut(), &|_| {}), live);
}

#[test]
fn a_device_that_takes_nothing_cannot_block_the_writer() {
    let pty = Pty::open().unwrap();
    let mut line = SerialLine::open(pty.path().to_str().unwrap(), &profile("stx-etx").line, 9600).unwrap();
    let began = Instant::now();
    let mut result = Ok(());
    let mut written = 0;
    while result.is_ok() && written < 100_000 {
        result = line.write_all(&[0x55; 600], Instant::now() + Duration::from_millis(200));
        written += 600;
    }
    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert!(written <= 5000, "{written}");
    assert!(began.elapsed() < Duration::from_secs(1));
}
