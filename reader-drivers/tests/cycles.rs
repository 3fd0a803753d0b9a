//! A thousand times opened and closed: no descriptor and no thread is left behind (DRV-02). Alone in its program, so
//! that the counts are exact.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use std::time::{Duration, Instant};

use reader_drivers::Registry;
use reader_drivers::emulator::mrz_reader::{MrzReader, Order};
use reader_drivers::emulator::served::Served;
use reader_drivers::serial::profile::Profiles;

fn count(what: &str) -> usize {
    std::fs::read_dir(format!("/proc/self/{what}")).unwrap().count()
}

#[test]
fn a_thousand_cycles_leak_nothing() {
    let profile = Profiles::built_in().unwrap().find("elyctis").unwrap().clone();
    let device: Served<Order> = Served::start(MrzReader::new(profile.clone())).unwrap();
    let (registry, uri) =
        (Registry::standard(), format!("serial:{}?profile=elyctis", device.path().display()));
    let before = (count("fd"), count("task"));
    let began = Instant::now();
    for _ in 0..1000 {
        let mut reader = registry.open(&uri).unwrap();
        assert!(reader.next_event(Instant::now()).unwrap().is_none());
    }
    let spent = began.elapsed();
    assert_eq!((count("fd"), count("task")), before);
    // The devices too: plugged in, opened, unplugged under the reader.
    for _ in 0..200 {
        let device: Served<Order> = Served::start(MrzReader::new(profile.clone())).unwrap();
        let uri = format!("serial:{}?profile=elyctis", device.path().display());
        let mut reader = registry.open(&uri).unwrap();
        device.unplug();
        assert!(reader.next_event(Instant::now() + Duration::from_secs(1)).is_err());
    }
    assert_eq!((count("fd"), count("task")), before);
    eprintln!("1000 open/close cycles: {spent:?}");
    assert!(spent < Duration::from_secs(40), "{spent:?}");
}
