//! A bundle in a zip (PKWARE APPNOTE 6.3). Nothing is unpacked to disk: entries are read where they lie,
//! one after the other, and only those that `capture.json` lists.

use crate::MANIFEST;
use crate::bundle_path::BundlePath;
use crate::content::Content;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::manifest::Listed;
use crate::source::{Budget, Source, whole_manifest};
use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Seek};

use zip::ZipReadOptions;
use zip::read::{Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

/// An opened zip whose table of contents has been looked through.
pub(crate) struct Zipped<R> {
    archive: ZipIterable<R>,
    /// The folder inside the zip that `capture.json` lies in: none, or the one that was packed.
    top: Option<String>,
}

impl<R: Read + Seek> Zipped<R> {
    pub(crate) fn open(reader: R, limits: &Limits) -> Result<Self, Error> {
        // Local headers must say what the table of contents says: other readers believe the former.
        let archive = ZipIterable::try_new(reader, Config::default()).map_err(broken)?;
        let mut archive = archive.enforce_header_consistency(true);
        // The declared number is bounded before the first entry is read, the real one below.
        if archive.len() > limits.entries {
            return Err(too_many(limits));
        }
        let mut names = HashSet::new();
        for entry in archive.files().map_err(broken)? {
            let entry = entry.map_err(broken)?;
            if names.len() >= limits.entries {
                return Err(too_many(limits));
            }
            let (name, path) = check_name(&entry)?;
            if entry.encrypted() {
                return Err(ErrorKind::ZipEntry { name, why: "is encrypted" }.into());
            }
            if !names.insert(path) {
                return Err(ErrorKind::ZipEntry { name, why: "stands in it twice" }.into());
            }
        }
        let top = top_of(&names)?;
        Ok(Self { archive, top })
    }

    /// The path of an entry from the folder that `capture.json` lies in, if it lies below it.
    fn below_top(top: Option<&str>, path: &str) -> Option<String> {
        match top {
            None => Some(path.to_owned()),
            Some(top) => path.strip_prefix(top)?.strip_prefix('/').map(str::to_owned),
        }
    }
}

impl<R: Read + Seek> Source for Zipped<R> {
    fn manifest(&mut self, limits: &Limits) -> Result<Vec<u8>, Error> {
        let path = BundlePath::parse(MANIFEST, MANIFEST)?;
        let listed = [Listed { at: MANIFEST.to_owned(), path, cap: limits.manifest }];
        let mut contents = self.fetch(&listed, &mut Budget::new(limits.total))?;
        let content = contents.remove(MANIFEST).ok_or(ErrorKind::NoManifest)?;
        whole_manifest(content, limits)
    }

    fn fetch(&mut self, wanted: &[Listed], budget: &mut Budget) -> Result<BTreeMap<String, Content>, Error> {
        let by_path: BTreeMap<String, &Listed> = wanted.iter().map(|w| (w.path.text(), w)).collect();
        let mut contents = BTreeMap::new();
        let entries = self.archive.files().map_err(broken)?;
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(broken)?;
            let (_, path) = check_name(&entry)?;
            let Some(path) = Self::below_top(self.top.as_deref(), &path) else { continue };
            let Some(listed) = by_path.get(&path) else { continue };
            let (at, file) = (listed.at.clone(), path.clone());
            if entry.is_symlink() {
                return Err(ErrorKind::SymbolicLink { at, file }.into());
            }
            if entry.is_dir() {
                return Err(ErrorKind::NotAFile { at, file }.into());
            }
            let declared = entry.size();
            if declared > budget.left() {
                return Err(budget.exceeded());
            }
            let reader = entry.with_reader(entries.reader_mut(), ZipReadOptions::new()).map_err(broken)?;
            let content = budget.read(reader, listed.cap, |error| {
                let what = format!("entry \"{path}\": {error}");
                ErrorKind::Zip { what }.into()
            })?;
            if content.size() != declared {
                return Err(ErrorKind::ZipEntry { name: path, why: "says another size than it has" }.into());
            }
            contents.insert(path, content);
        }
        match by_path.into_iter().find(|(path, _)| !contents.contains_key(path)) {
            Some((file, listed)) => Err(ErrorKind::MissingFile { at: listed.at.clone(), file }.into()),
            None => Ok(contents),
        }
    }
}

/// The name of an entry as printed, and its path in normal form. Folders count without their slash.
fn check_name(entry: &ZipFileEntry<'_>) -> Result<(String, String), Error> {
    let printed = String::from_utf8_lossy(entry.name_raw()).chars().take(256).collect::<String>();
    let refuse = |why| Error::new(ErrorKind::ZipEntry { name: printed.clone(), why });
    // Names in code page 437 are ASCII in every bundle that this or a like program wrote.
    let name = std::str::from_utf8(entry.name_raw()).map_err(|_| refuse("has a name that is not UTF-8"))?;
    let name = name.strip_suffix('/').unwrap_or(name);
    match BundlePath::parse(name, MANIFEST) {
        Ok(path) => Ok((printed, path.text())),
        // `zip -r x.zip .` may list the folder itself.
        Err(_) if name == "." => Ok((printed, ".".to_owned())),
        Err(Error { kind: ErrorKind::OutsideBundle { why, .. }, .. }) => Err(refuse(why)),
        Err(error) => Err(error),
    }
}

/// Where `capture.json` lies: at the top, or in the one folder that was packed as a whole.
fn top_of(names: &HashSet<String>) -> Result<Option<String>, Error> {
    if names.contains(MANIFEST) {
        return Ok(None);
    }
    let mut folders = names.iter().filter_map(|name| {
        name.strip_suffix(MANIFEST)?.strip_suffix('/').filter(|folder| !folder.contains('/'))
    });
    match (folders.next(), folders.next()) {
        (Some(folder), None) => Ok(Some(folder.to_owned())),
        _ => Err(ErrorKind::NoManifest.into()),
    }
}

fn too_many(limits: &Limits) -> Error {
    ErrorKind::Zip { what: format!("it has more than {} entries", limits.entries) }.into()
}

fn broken(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => Error::io(None, &error),
        other => ErrorKind::Zip { what: other.to_string() }.into(),
    }
}
