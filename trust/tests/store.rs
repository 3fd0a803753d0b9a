//! The store on disk: whole or not at all, whoever is killed when; altered files are seen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "test code"
)]

mod world;

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use verifier_trust::{Act, ErrorKind, Import, Snapshot, TrustStore};
use world::{NOW, world};

const CHILD: &str = "VERIFIER_TRUST_TEST_WRITER";

fn both() -> Import {
    Import::new(NOW).pin_bytes("old", world().csca_old()).pin_bytes("new", world().csca_new())
}

/// Two roots come and go together: a snapshot has both or none.
fn write_for_ever(folder: &Path) -> ! {
    let store = TrustStore::open(folder.join("trust")).unwrap();
    let both = Import::new(NOW).pin(folder.join("old.cer")).pin(folder.join("new.cer"));
    loop {
        store.import(&both).unwrap();
        let held: Vec<_> =
            store.snapshot().unwrap().certificates().map(|c| *c.certificate.sha256()).collect();
        store.remove(&held, NOW).unwrap();
    }
}

/// Not a test of its own: the process that the next one kills.
#[test]
fn writer_process() {
    if let Some(folder) = std::env::var_os(CHILD) {
        write_for_ever(Path::new(&folder));
    }
}

#[test]
fn a_reader_sees_the_old_or_the_new_state_whenever_the_writer_is_killed() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("trust");
    TrustStore::open_or_create(&folder).unwrap();
    fs::write(place.path().join("old.cer"), world().csca_old()).unwrap();
    fs::write(place.path().join("new.cer"), world().csca_new()).unwrap();
    let done = AtomicBool::new(false);
    let (reads, full, seen) = (AtomicUsize::new(0), AtomicUsize::new(0), std::sync::Mutex::new(vec![]));
    let kills = std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let store = TrustStore::open(&folder).unwrap();
                while !done.load(Ordering::Relaxed) || reads.load(Ordering::Relaxed) < 100 {
                    let (snapshot, moved) = store.refresh().expect("a reader never fails");
                    let anchors = snapshot.certificates().count();
                    assert!(anchors == 0 || anchors == 2, "{anchors} anchors: a mixture");
                    full.fetch_add(usize::from(anchors == 2), Ordering::Relaxed);
                    reads.fetch_add(1, Ordering::Relaxed);
                    if moved {
                        seen.lock().unwrap().push(snapshot.sha256());
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
        }
        let begun = Instant::now();
        let mut kills = 0;
        let mut random = 88_172_645_463_325_252_u64;
        while begun.elapsed() < Duration::from_secs(6) {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "writer_process", "--test-threads", "1"])
                .env(CHILD, place.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // Once it has begun, something is written every few milliseconds.
            let first = TrustStore::open(&folder).unwrap().snapshot().unwrap();
            let patience = Instant::now();
            let other = || TrustStore::open(&folder).unwrap().snapshot().unwrap() != first;
            while !other() && patience.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_micros(random % 15_000));
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            TrustStore::open(&folder).expect("the store is whole after each kill");
        }
        done.store(true, Ordering::Relaxed);
        kills
    });
    println!(
        "{kills} kills, {} reads, {} of them full, {} states seen",
        reads.load(Ordering::Relaxed),
        full.load(Ordering::Relaxed),
        seen.lock().unwrap().len()
    );
    assert!(kills >= 2 && reads.load(Ordering::Relaxed) >= 100);
    // The next writer goes on, and sweeps up what the killed ones left.
    let store = TrustStore::open(&folder).unwrap();
    store.import(&both()).unwrap();
    assert_eq!(store.snapshot().unwrap().anchors(), 2);
    for folder in [folder.clone(), folder.join("snapshots")] {
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name();
            assert!(!name.to_string_lossy().starts_with('.'), "{name:?} was left behind");
        }
    }
    let history = store.history().unwrap();
    assert!(history.iter().all(|step| step.anchors == 0 || step.anchors == 2));
}

#[test]
fn writers_in_threads_wait_for_one_another() {
    let place = tempfile::tempdir().unwrap();
    TrustStore::open_or_create(place.path()).unwrap();
    std::thread::scope(|scope| {
        for pin in [world().csca_old(), world().csca_new(), world().link()] {
            let folder = place.path();
            scope.spawn(move || {
                let store = TrustStore::open(folder).unwrap();
                store.import(&Import::new(NOW).pin_bytes("x", pin)).unwrap();
            });
        }
    });
    let store = TrustStore::open(place.path()).unwrap();
    assert_eq!(store.snapshot().unwrap().anchors(), 3, "no import was lost");
    assert_eq!(store.history().unwrap().len(), 4);
}

#[test]
fn a_reader_keeps_its_snapshot_until_it_asks() {
    let place = tempfile::tempdir().unwrap();
    let writer = TrustStore::open_or_create(place.path()).unwrap();
    let reader = TrustStore::open(place.path()).unwrap();
    let before = reader.snapshot().unwrap();
    assert_eq!(before, Snapshot::empty());
    let report = writer.import(&both().by("anna")).unwrap();
    assert!(report.changed);
    assert_eq!(reader.snapshot().unwrap(), before);
    let (after, moved) = reader.refresh().unwrap();
    assert!(moved && after.sha256() == report.snapshot && after.predecessor() == Some(before.sha256()));
    assert_eq!(after.made_at(), Some(NOW));
    assert!(!reader.refresh().unwrap().1);
    assert_eq!(after.acts().iter().filter(|act| matches!(act, Act::Pinned(_))).count(), 2);
    assert!(after.sources().iter().all(|source| source.by == "anna" && source.imported_at == NOW));
    assert_eq!(after.certificates().filter(|c| c.pinned && c.utopia).count(), 2);
    // Removal is an act too, and the way back is kept.
    let removed = after.certificates().next().unwrap();
    assert_eq!(writer.remove(&[*removed.certificate.sha256(), [0; 32]], NOW).unwrap(), 1);
    assert_eq!(writer.history().unwrap().len(), 3);
    assert_eq!(writer.read(&after.sha256()).unwrap(), after);
    // A history whose beginning was thrown away ends there.
    fs::remove_file(place.path().join("snapshots").join(hex::encode(before.sha256()))).unwrap();
    assert_eq!(writer.history().unwrap().len(), 2);
}

/// Makes every snapshot look as if it had been written two days ago.
fn age(folder: &Path) {
    let then = std::time::SystemTime::now() - Duration::from_secs(2 * 24 * 3600);
    for entry in fs::read_dir(folder.join("snapshots")).unwrap() {
        fs::File::options().write(true).open(entry.unwrap().path()).unwrap().set_modified(then).unwrap();
    }
}

#[test]
fn old_snapshots_go_when_newer_ones_are_many_and_they_are_a_day_old() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("trust");
    let store = TrustStore::open_or_create(&folder).unwrap();
    let reader = TrustStore::open(&folder).unwrap();
    let held = reader.snapshot().unwrap();
    let files = || fs::read_dir(folder.join("snapshots")).unwrap().count();
    let step = |round: usize| {
        if round.is_multiple_of(2) {
            store.import(&both()).unwrap();
        } else {
            let all: Vec<_> =
                store.snapshot().unwrap().certificates().map(|c| *c.certificate.sha256()).collect();
            store.remove(&all, NOW).unwrap();
        }
    };
    (0..50).for_each(step);
    assert_eq!(files(), 51, "all of them are young");
    age(&folder);
    step(50);
    assert_eq!(files(), verifier_trust::KEPT_SNAPSHOTS);
    let history = store.history().unwrap();
    assert_eq!(history.len(), verifier_trust::KEPT_SNAPSHOTS);
    assert!(history.iter().all(|step| store.read(&step.sha256).is_ok()));
    // A reader that was there before keeps what it holds, and moves on when it asks.
    assert_eq!(reader.snapshot().unwrap(), held);
    assert!(reader.refresh().unwrap().1);
    // What is no snapshot is not touched.
    fs::write(folder.join("snapshots/notes.txt"), "mine").unwrap();
    age(&folder);
    step(51);
    assert!(folder.join("snapshots/notes.txt").exists());
    assert_eq!(files(), verifier_trust::KEPT_SNAPSHOTS + 1);
}

#[test]
fn a_damaged_store_is_seen_when_it_is_opened() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("trust");
    let kind = || TrustStore::open(&folder).unwrap_err().kind;
    assert_eq!(kind(), ErrorKind::NoStore);
    let store = TrustStore::open_or_create(&folder).unwrap();
    store.import(&both()).unwrap();
    let current = fs::read_to_string(folder.join("current")).unwrap();
    assert_eq!(current.len(), 65);
    let file = folder.join("snapshots").join(current.trim());
    let good = fs::read(&file).unwrap();

    // Gone while snapshots are there: not a store to begin anew.
    fs::remove_file(folder.join("current")).unwrap();
    assert_eq!(kind(), ErrorKind::CurrentLost);
    assert_eq!(TrustStore::open_or_create(&folder).unwrap_err().kind, ErrorKind::CurrentLost);
    assert_eq!(store.import(&both()).unwrap_err().kind, ErrorKind::CurrentLost);
    // A first writer that was killed leaves the empty snapshot alone, and files of others are not ours.
    let young = place.path().join("young");
    fs::create_dir_all(young.join("snapshots")).unwrap();
    drop(TrustStore::open_or_create(&young).unwrap());
    fs::remove_file(young.join("current")).unwrap();
    fs::write(young.join("snapshots/notes.txt"), "mine").unwrap();
    assert_eq!(TrustStore::open(&young).unwrap_err().kind, ErrorKind::NoStore);
    TrustStore::open_or_create(&young).unwrap();

    for bad in ["", "\n", "../../../etc/passwd\n", "zz", "5a", "/etc/passwd", "\u{0}"] {
        fs::write(folder.join("current"), bad).unwrap();
        assert_eq!(kind(), ErrorKind::Current, "{bad:?}");
    }
    fs::write(folder.join("current"), [0xFF; 65]).unwrap();
    assert_eq!(kind(), ErrorKind::Current);
    fs::write(folder.join("current"), "0".repeat(64)).unwrap();
    assert_eq!(kind(), ErrorKind::NoSnapshot);
    fs::write(folder.join("current"), &current).unwrap();
    assert!(TrustStore::open(&folder).is_ok());

    for place in (0..good.len()).step_by(good.len() / 50) {
        let mut bad = good.clone();
        bad[place] ^= 1;
        fs::write(&file, &bad).unwrap();
        assert!(matches!(kind(), ErrorKind::Altered { .. }), "{place}");
    }
    for cut in [0, 1, good.len() - 1] {
        fs::write(&file, &good[..cut]).unwrap();
        assert!(matches!(kind(), ErrorKind::Altered { .. }));
    }
    // A store that cannot be read is not written over.
    assert!(TrustStore::open_or_create(&folder).is_err());
    fs::write(&file, &good).unwrap();
    assert_eq!(TrustStore::open_or_create(&folder).unwrap().snapshot().unwrap().anchors(), 2);
}

/// Opens content under its right name.
fn open_as_current(bytes: &[u8]) -> Result<Snapshot, ErrorKind> {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("snapshots")).unwrap();
    let name = hex::encode(Sha256::digest(bytes));
    fs::write(place.path().join("snapshots").join(&name), bytes).unwrap();
    fs::write(place.path().join("current"), name).unwrap();
    TrustStore::open(place.path()).map(|store| store.snapshot().unwrap()).map_err(|error| error.kind)
}

fn genuine() -> &'static Vec<u8> {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let place = tempfile::tempdir().unwrap();
        let store = TrustStore::open_or_create(place.path()).unwrap();
        let import = both().bytes("list", world().master_list()).bytes("crl", world().crl());
        let report = store.import(&import).unwrap();
        fs::read(place.path().join("snapshots").join(hex::encode(report.snapshot))).unwrap()
    })
}

#[test]
fn another_version_and_another_file_are_told_apart() {
    let good = genuine();
    assert_eq!(open_as_current(good).unwrap().anchors(), 3);
    let mut later = good.clone();
    later[7] = 9;
    assert_eq!(open_as_current(&later).unwrap_err(), ErrorKind::Version { found: 9 });
    assert_eq!(open_as_current(b"something else").unwrap_err(), ErrorKind::Malformed { offset: 0 });
    let mut more = good.clone();
    more.push(0);
    assert!(matches!(open_as_current(&more).unwrap_err(), ErrorKind::Malformed { .. }));
    for cut in 8..good.len().min(600) {
        assert!(matches!(open_as_current(&good[..cut]).unwrap_err(), ErrorKind::Malformed { .. }), "{cut}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The name protects against accidents; whoever can write the store can name what he likes. Then too: no panic.
    #[test]
    fn no_content_panics(places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = genuine().clone();
        for (place, value) in places {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(snapshot) = open_as_current(&bytes) {
            let _ = (snapshot.certificates().count(), snapshot.coverage(NOW), snapshot.revocation_lists().count());
            let _ = snapshot.import(&both());
        }
    }
}
