//! Which bundles of a folder are complete: the memory of a watched folder, without a clock of its own.
//!
//! A writer that makes its bundle elsewhere and renames it in is taken as soon as it stands still; one that writes in
//! place is waited for until names, sizes and times of all its files have not changed for the settle time.
//! Names that begin with a dot or end in `.part`, `.tmp` or `.crdownload` are unfinished by convention. Symbolic links
//! are not followed.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use crate::error::{ReaderError, ReaderErrorKind};
use crate::uri::ReaderUri;

/// Most entries of the watched folder.
pub const MAX_ENTRIES: usize = 10_000;
/// Most files inside one bundle folder.
pub const MAX_FILES: usize = 1_000;
/// Deepest folder inside a bundle.
const MAX_DEPTH: usize = 4;

/// Names, sizes and times of a bundle's files, folded into one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print {
    files: usize,
    bytes: u64,
    newest: SystemTime,
}

/// A candidate as one scan saw it; `None` where it was delivered already and not looked at.
pub type Seen = BTreeMap<OsString, Option<Print>>;

/// A scan that failed.
#[derive(Debug)]
pub enum ScanError {
    /// The operating system refused.
    Io(io::Error),
    /// More entries than [`MAX_ENTRIES`].
    TooMany,
}

impl ScanError {
    /// The reader's error. A watched folder that is no longer found is gone.
    #[must_use]
    pub fn at_reader(&self, uri: &ReaderUri) -> ReaderError {
        match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                uri.error(ReaderErrorKind::Gone).because("the folder was removed")
            }
            Self::Io(error) => ReaderError::from_io(error, uri.to_string()),
            Self::TooMany => uri
                .error(ReaderErrorKind::Limit)
                .because(format!("more than {MAX_ENTRIES} entries in the folder")),
        }
    }
}

#[derive(Debug)]
enum Memory {
    Pending { print: Print, since: Instant, arrival: u64 },
    Delivered,
}

/// What is known of a folder's bundles.
#[derive(Debug)]
pub struct Watch {
    settle: Duration,
    known: BTreeMap<OsString, Memory>,
    arrivals: u64,
}

impl Watch {
    /// Nothing known yet.
    #[must_use]
    pub const fn new(settle: Duration) -> Self {
        Self { settle, known: BTreeMap::new(), arrivals: 0 }
    }

    /// Takes what is there as delivered.
    pub fn skip(&mut self, seen: &Seen) {
        self.known.extend(seen.keys().map(|name| (name.clone(), Memory::Delivered)));
    }

    /// Takes the result of a scan made at `now`; gives the names that are complete, in the order of their arrival.
    /// A name that vanished is forgotten: put there again, it is a new bundle.
    pub fn observe(&mut self, seen: &Seen, now: Instant) -> Vec<OsString> {
        self.known.retain(|name, _| seen.contains_key(name));
        let mut fresh: Vec<(&OsString, Print)> = Vec::new();
        for (name, print) in seen {
            let Some(print) = *print else { continue };
            match self.known.get_mut(name) {
                None => fresh.push((name, print)),
                Some(Memory::Pending { print: old, since, .. }) if *old != print => {
                    *old = print;
                    *since = now;
                }
                Some(_) => {}
            }
        }
        fresh.sort_by(|a, b| a.1.newest.cmp(&b.1.newest).then_with(|| a.0.cmp(b.0)));
        for (name, print) in fresh {
            self.arrivals += 1;
            let memory = Memory::Pending { print, since: now, arrival: self.arrivals };
            self.known.insert(name.clone(), memory);
        }
        let mut complete: Vec<(u64, OsString)> = Vec::new();
        for (name, memory) in &mut self.known {
            if let Memory::Pending { since, arrival, .. } = memory
                && now.saturating_duration_since(*since) >= self.settle
            {
                complete.push((*arrival, name.clone()));
                *memory = Memory::Delivered;
            }
        }
        complete.sort();
        complete.into_iter().map(|(_, name)| name).collect()
    }

    fn is_delivered(&self, name: &OsStr) -> bool {
        matches!(self.known.get(name), Some(Memory::Delivered))
    }
}

/// Looks at a folder once. What was delivered is named and not looked into, so a full folder costs one listing.
///
/// # Errors
/// When the folder cannot be listed or has too many entries. A bundle that cannot be looked at is left for the next
/// scan.
pub fn scan(folder: &Path, watch: &Watch) -> Result<Seen, ScanError> {
    let mut seen = Seen::new();
    for (n, entry) in fs::read_dir(folder).map_err(ScanError::Io)?.enumerate() {
        if n >= MAX_ENTRIES {
            return Err(ScanError::TooMany);
        }
        let entry = entry.map_err(ScanError::Io)?;
        let name = entry.file_name();
        if unfinished(&name) {
            continue;
        }
        if watch.is_delivered(&name) {
            seen.insert(name, None);
        } else if let Ok(Some(print)) = candidate(&entry) {
            seen.insert(name, Some(print));
        }
    }
    Ok(seen)
}

fn unfinished(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b".")
        || [&b".part"[..], b".tmp", b".crdownload"].iter().any(|tail| bytes.ends_with(tail))
}

/// Print of a bundle; `None` for what is none.
fn candidate(entry: &fs::DirEntry) -> io::Result<Option<Print>> {
    let kind = entry.file_type()?;
    let path = entry.path();
    if kind.is_file() {
        if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip")) {
            return Ok(None);
        }
        let meta = entry.metadata()?;
        return Ok(Some(Print { files: 1, bytes: meta.len(), newest: meta.modified()? }));
    }
    if !kind.is_dir() || !fs::symlink_metadata(path.join("capture.json")).is_ok_and(|meta| meta.is_file()) {
        return Ok(None);
    }
    let mut print = Print { files: 0, bytes: 0, newest: SystemTime::UNIX_EPOCH };
    add(&path, MAX_DEPTH, &mut print)?;
    Ok(Some(print))
}

/// Adds the files below `folder`. A bundle beyond the limits is left to the bundle reader, which refuses it by name.
fn add(folder: &Path, depth: usize, print: &mut Print) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        if print.files >= MAX_FILES {
            return Ok(());
        }
        let entry = entry?;
        let meta = entry.metadata()?;
        print.files += 1;
        print.newest = print.newest.max(meta.modified()?);
        if meta.is_file() {
            print.bytes = print.bytes.saturating_add(meta.len());
        } else if meta.is_dir() && depth > 1 {
            add(&entry.path(), depth - 1, print)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(bytes: u64, seconds: u64) -> Option<Print> {
        Some(Print { files: 1, bytes, newest: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) })
    }

    fn seen(entries: &[(&str, Option<Print>)]) -> Seen {
        entries.iter().map(|(name, print)| (OsString::from(name), *print)).collect()
    }

    #[test]
    fn a_growing_bundle_waits_and_each_is_delivered_once_in_order() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut watch = Watch::new(Duration::from_millis(100));
        assert!(watch.observe(&seen(&[("b.zip", print(1, 5)), ("a.zip", print(1, 9))]), at(0)).is_empty());
        assert!(watch.observe(&seen(&[("b.zip", print(2, 5)), ("a.zip", print(1, 9))]), at(90)).is_empty());
        assert_eq!(
            watch.observe(&seen(&[("b.zip", print(2, 5)), ("a.zip", print(1, 9))]), at(100)),
            ["a.zip"]
        );
        assert_eq!(watch.observe(&seen(&[("b.zip", print(2, 5)), ("a.zip", None)]), at(190)), ["b.zip"]);
        assert!(watch.observe(&seen(&[("b.zip", None), ("a.zip", None)]), at(900)).is_empty());
        // Gone and there again: a new bundle. Both settle at once: the older one first, whatever its name.
        assert!(watch.observe(&seen(&[]), at(1000)).is_empty());
        let again = [("b.zip", print(2, 5)), ("a.zip", print(1, 9))];
        assert!(watch.observe(&seen(&again), at(1100)).is_empty());
        assert_eq!(watch.observe(&seen(&again), at(1200)), ["b.zip", "a.zip"]);
    }
}
