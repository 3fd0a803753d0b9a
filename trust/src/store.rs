//! The store on disk: a folder of immutable snapshots and `current`, which names one of them.
//!
//! A writer makes the new snapshot under another name, syncs it, renames it to its hash, syncs the folder, and
//! only then replaces `current` in the same way. Killed at any point, it leaves the old state or the new one.
//! A reader opens what `current` names and compares the content with the name; it needs no lock, and it holds the
//! whole snapshot in memory from then on.
//!
//! Old snapshots are removed by the next writer: all but the newest [`KEPT_SNAPSHOTS`] of the history, and none that is
//! younger than [`KEPT_FOR`]. A reader that was slower than that between `current` and the snapshot reads `current`
//! again, so nobody is left with a name that no file has.

use crate::contents::sha256;
use crate::error::{Error, ErrorKind};
use crate::format::Refusal;
use crate::import::Import;
use crate::import::report::ImportReport;
use crate::snapshot::Snapshot;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const CURRENT: &str = "current";
const SNAPSHOTS: &str = "snapshots";
const LOCK: &str = "lock";
/// Prefix of files that are being written; what is left of them is removed by the next writer.
const UNFINISHED: &str = ".unfinished-";
/// Largest snapshot that is read, in bytes.
const MAX_SNAPSHOT: u64 = 1 << 30;
/// Snapshots of the history that are always kept, the current one included.
pub const KEPT_SNAPSHOTS: usize = 32;
/// How long every snapshot is kept, whatever came after it.
pub const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// How often a reader begins again because the snapshot that it was sent to is gone.
const MAX_RETRIES: usize = 8;
/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(30);

/// A trust store in a folder.
#[derive(Debug)]
pub struct TrustStore {
    folder: PathBuf,
    held: Mutex<Snapshot>,
}

impl TrustStore {
    /// Opens the store in this folder and reads its current snapshot.
    ///
    /// # Errors
    /// [`ErrorKind::NoStore`] when there is none, and everything that makes a snapshot unreadable.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let folder = folder.as_ref().to_owned();
        let snapshot = read_current(&folder)?.ok_or_else(|| Error::new(&folder, ErrorKind::NoStore))?;
        Ok(Self { folder, held: Mutex::new(snapshot) })
    }

    /// Opens the store in this folder, or makes an empty one there.
    ///
    /// # Errors
    /// As [`TrustStore::open`], and I/O.
    pub fn open_or_create(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let folder = folder.as_ref();
        match Self::open(folder) {
            Err(error) if error.kind == ErrorKind::NoStore => {}
            opened => return opened,
        }
        fs::create_dir_all(folder.join(SNAPSHOTS)).map_err(|error| Error::io(folder, &error))?;
        let writer = Writer::lock(folder)?;
        // Another process may have made it while this one waited.
        if read_current(folder)?.is_none() {
            writer.publish(&Snapshot::empty())?;
        }
        drop(writer);
        Self::open(folder)
    }

    /// The store's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The snapshot that this reader holds: the one of its opening, or of its last refresh.
    ///
    /// # Errors
    /// None today; kept so that a store elsewhere may have one.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Ok(self.held.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Moves to the snapshot that is current now, and says whether that is another one than before.
    ///
    /// # Errors
    /// As [`TrustStore::open`]; the snapshot that was held before is kept then.
    pub fn refresh(&self) -> Result<(Snapshot, bool), Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if current_name(&self.folder)? == Some(held.sha256()) {
            return Ok((held.clone(), false));
        }
        let snapshot =
            read_current(&self.folder)?.ok_or_else(|| Error::new(&self.folder, ErrorKind::NoStore))?;
        let moved = snapshot != *held;
        *held = snapshot.clone();
        Ok((snapshot, moved))
    }

    /// Reads an older snapshot by its hash.
    ///
    /// # Errors
    /// [`ErrorKind::NoSnapshot`], and everything that makes a snapshot unreadable.
    pub fn read(&self, sha256: &[u8; 32]) -> Result<Snapshot, Error> {
        read_snapshot(&self.folder, sha256)
    }

    /// Imports into the store: a new snapshot, unless nothing was taken. Whole or not at all.
    ///
    /// # Errors
    /// Of the store itself; what is wrong with the files stands in the report.
    pub fn import(&self, import: &Import) -> Result<ImportReport, Error> {
        self.write(|before| before.import(import))
    }

    /// Removes certificates by their SHA-256: the operator's act, kept in the history. Says how many were there.
    ///
    /// # Errors
    /// Of the store itself.
    pub fn remove(&self, sha256: &[[u8; 32]], now: time::OffsetDateTime) -> Result<usize, Error> {
        self.write(|before| before.without(sha256, now))
    }

    /// Changes the store under the lock of its one writer.
    fn write<T>(&self, change: impl FnOnce(&Snapshot) -> (Snapshot, T)) -> Result<T, Error> {
        let writer = Writer::lock(&self.folder)?;
        let (before, _) = self.refresh()?;
        let (after, answer) = change(&before);
        if after != before {
            writer.publish(&after)?;
            *self.held.lock().unwrap_or_else(PoisonError::into_inner) = after;
        }
        drop(writer);
        Ok(answer)
    }
}

/// The snapshot that `current` names; `None` when there is no `current`.
fn read_current(folder: &Path) -> Result<Option<Snapshot>, Error> {
    let mut before = None;
    for _ in 0..MAX_RETRIES {
        let Some(name) = current_name(folder)? else { return lost(folder).map_or(Ok(None), Err) };
        match read_snapshot(folder, &name) {
            // Writers went on while this reader slept; a name that stays and has no file is a broken store.
            Err(error) if error.kind == ErrorKind::NoSnapshot && before != Some(name) => before = Some(name),
            read => return read.map(Some),
        }
    }
    Err(Error::new(&folder.join(CURRENT), ErrorKind::NoSnapshot))
}

/// A folder with snapshots and no `current` is a store that lost it, not an empty one: begun anew it would forget its
/// pins and what was the newest list. A writer that was killed at the store's first moment leaves the empty snapshot.
fn lost(folder: &Path) -> Option<Error> {
    let empty = hex::encode(Snapshot::empty().sha256());
    let snapshots = fs::read_dir(folder.join(SNAPSHOTS)).into_iter().flatten().flatten();
    let names = snapshots.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut others = names.filter(|name| is_snapshot_name(name) && *name != empty);
    // A first writer may have finished since `current` was looked for.
    let is_lost = others.next().is_some() && !folder.join(CURRENT).exists();
    is_lost.then(|| Error::new(&folder.join(CURRENT), ErrorKind::CurrentLost))
}

fn is_snapshot_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|digit| digit.is_ascii_hexdigit())
}

fn current_name(folder: &Path) -> Result<Option<[u8; 32]>, Error> {
    let path = folder.join(CURRENT);
    let mut line = String::new();
    match File::open(&path).and_then(|file| file.take(66).read_to_string(&mut line)) {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(Error::new(&path, ErrorKind::Current));
        }
        Err(error) => return Err(Error::io(&path, &error)),
    }
    // Digits only: what stands here becomes a file name.
    let digits = line.strip_suffix('\n').unwrap_or(&line);
    let mut name = [0; 32];
    match hex::decode_to_slice(digits, &mut name) {
        Ok(()) => Ok(Some(name)),
        Err(_) => Err(Error::new(&path, ErrorKind::Current)),
    }
}

fn read_snapshot(folder: &Path, name: &[u8; 32]) -> Result<Snapshot, Error> {
    let path = folder.join(SNAPSHOTS).join(hex::encode(name));
    let read = || -> io::Result<Vec<u8>> {
        let file = File::open(&path)?;
        // One spare byte lets the reading end without growing the buffer.
        let size = file.metadata()?.len().min(MAX_SNAPSHOT).saturating_add(1);
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        file.take(MAX_SNAPSHOT).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = match read() {
        Ok(bytes) => Arc::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Error::new(&path, ErrorKind::NoSnapshot));
        }
        Err(error) => return Err(Error::io(&path, &error)),
    };
    let found = sha256(&bytes);
    if found != *name {
        return Err(Error::new(&path, ErrorKind::Altered { found }));
    }
    Snapshot::from_file(bytes, found).map_err(|refusal| match refusal {
        Refusal::Malformed(offset) => Error::new(&path, ErrorKind::Malformed { offset }),
        Refusal::Version(found) => Error::new(&path, ErrorKind::Version { found }),
    })
}

/// The right to write, held as long as this lives. The system takes it back when the process dies.
struct Writer<'f> {
    folder: &'f Path,
    _lock: File,
}

impl<'f> Writer<'f> {
    fn lock(folder: &'f Path) -> Result<Self, Error> {
        let path = folder.join(LOCK);
        let failed = |error: io::Error| Error::io(&path, &error);
        let mut options = fs::OpenOptions::new();
        let lock = options.write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        let began = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(fs::TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(fs::TryLockError::WouldBlock) => return Err(Error::new(folder, ErrorKind::Busy)),
                Err(fs::TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        let writer = Self { folder, _lock: lock };
        writer.sweep();
        Ok(writer)
    }

    /// Removes what writers that were killed left behind. Failing to is no harm.
    fn sweep(&self) {
        for folder in [self.folder.to_owned(), self.folder.join(SNAPSHOTS)] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                    let _left_for_next_time = fs::remove_file(entry.path());
                }
            }
        }
    }

    /// Makes a snapshot current.
    fn publish(&self, snapshot: &Snapshot) -> Result<(), Error> {
        let name = hex::encode(snapshot.sha256());
        let snapshots = self.folder.join(SNAPSHOTS);
        place(&snapshots, &name, snapshot.bytes())?;
        place(self.folder, CURRENT, format!("{name}\n").as_bytes())?;
        self.forget(snapshot);
        Ok(())
    }

    /// Removes snapshots that are neither among the newest of the history nor young. Failing to is no harm.
    fn forget(&self, current: &Snapshot) {
        let entries: Vec<_> =
            fs::read_dir(self.folder.join(SNAPSHOTS)).into_iter().flatten().flatten().collect();
        let is_old = |entry: &fs::DirEntry| {
            let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
            age.is_some_and(|age| age > KEPT_FOR)
        };
        if entries.len() <= KEPT_SNAPSHOTS || !entries.iter().any(is_old) {
            return;
        }
        let mut kept = vec![hex::encode(current.sha256())];
        let mut before = current.predecessor();
        while let Some(name) = before.filter(|_| kept.len() < KEPT_SNAPSHOTS) {
            kept.push(hex::encode(name));
            // One that cannot be read says nothing of what came before it: then everything older is left alone.
            match read_snapshot(self.folder, &name) {
                Ok(snapshot) => before = snapshot.predecessor(),
                Err(_) => return,
            }
        }
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_snapshot_name(&name) && !kept.contains(&name) && is_old(&entry) {
                let _left_for_next_time = fs::remove_file(entry.path());
            }
        }
    }
}

/// Writes a file under another name, syncs it, renames it into place and syncs the folder.
fn place(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error: io::Error| Error::io(&folder.join(name), &error);
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    share(file.as_file()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(folder.join(name)).map_err(|error| failed(error.error))?;
    // Only where folders can be synced (not on every system) does this make the rename last.
    let _where_possible = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// A store is no secret: the kiosk that reads it often runs as another user than its operator.
#[cfg(unix)]
fn share(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &File) -> io::Result<()> {
    Ok(())
}
