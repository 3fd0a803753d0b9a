//! Writing a bundle: to a folder or a zip, for its owner's eyes alone, whole or not at all.

use crate::MANIFEST;
use crate::bundle_path::BundlePath;
use crate::capture::Capture;
use crate::content::Content;
use crate::error::{Error, ErrorKind};
use crate::fields::{RESOLUTION, RESOLUTIONS};
use crate::write_json::{Paths, manifest};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

impl Capture {
    /// Writes the bundle as a folder (0700, files 0600), which must be new or empty.
    ///
    /// It is made under another name beside its place and renamed, so that no half of it is ever seen.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyThere`], [`ErrorKind::ContentNotKept`], paths that leave the bundle, and I/O.
    pub fn write_folder(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        self.plan().and_then(|plan| write_folder(&plan, path)).map_err(|error| error.of(path))
    }

    /// Writes the bundle as a zip file (0600), which must not be there yet.
    ///
    /// # Errors
    /// As [`Capture::write_folder`].
    pub fn write_zip(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        self.plan().and_then(|plan| write_zip_file(&plan, path)).map_err(|error| error.of(path))
    }

    /// The bundle as the bytes of a zip.
    ///
    /// # Errors
    /// [`ErrorKind::ContentNotKept`] and paths that leave the bundle.
    pub fn to_zip_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Cursor::new(Vec::new());
        write_zip(&self.plan()?, &mut bytes)?;
        Ok(bytes.into_inner())
    }

    /// Which file gets which content.
    fn plan(&self) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let mut paths = Paths::default();
        if let Some(profile) = self.device.as_ref().and_then(|device| device.profile.as_ref()) {
            paths.profile = Some(plan.add("device.profile", &profile.file, &profile.data)?);
        }
        for (i, image) in self.images.iter().enumerate() {
            if image.ppi.is_some_and(|ppi| !RESOLUTIONS.contains(&ppi)) {
                return Err(ErrorKind::Value { at: format!("images[{i}].ppi"), expected: RESOLUTION }.into());
            }
            paths.images.push(plan.add(&format!("images[{i}].file"), &image.file, &image.data)?);
        }
        if let Some(chip) = &self.chip {
            for (name, file) in &chip.files {
                let path = plan.add(&format!("chip.files.{name}"), &file.file, &file.data)?;
                paths.files.insert(name.clone(), path);
            }
            let mut add = |at: &str, file: &Option<crate::ChipFile>| {
                file.as_ref().map(|file| plan.add(at, &file.file, &file.data)).transpose()
            };
            paths.apdu_log = add("chip.apdu_log", &chip.apdu_log)?;
            paths.session = add("chip.session", &chip.session)?;
            paths.portrait = add("chip.portrait", &chip.portrait)?;
        }
        plan.manifest = manifest(self, &paths)?;
        Ok(plan)
    }
}

/// The files of a bundle, ready to be written.
#[derive(Default)]
struct Plan {
    manifest: Vec<u8>,
    files: BTreeMap<BundlePath, Arc<[u8]>>,
}

impl Plan {
    /// Takes a file in under its own name, or under a numbered one where another content has that name.
    fn add(&mut self, at: &str, file: &str, data: &Content) -> Result<String, Error> {
        let Some(bytes) = data.bytes() else {
            return Err(ErrorKind::ContentNotKept { file: file.to_owned() }.into());
        };
        let wanted = BundlePath::parse(file, at)?.text();
        let (stem, ending) = match wanted.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() && !ending.contains('/') => (stem, format!(".{ending}")),
            _ => (wanted.as_str(), String::new()),
        };
        for n in 1_usize.. {
            let name = if n == 1 { wanted.clone() } else { format!("{stem}-{n}{ending}") };
            let path = BundlePath::parse(&name, at)?;
            match self.files.get(&path) {
                Some(there) if there == bytes => return Ok(name),
                Some(_) => {}
                None if name.eq_ignore_ascii_case(MANIFEST) || self.collides(&path) => {}
                None => {
                    self.files.insert(path, bytes.clone());
                    return Ok(name);
                }
            }
        }
        Err(ErrorKind::AlreadyThere.into())
    }

    /// A file cannot also be a folder, and names that differ in case alone are one on some systems.
    fn collides(&self, path: &BundlePath) -> bool {
        self.files.keys().any(|there| {
            there.holds(path) || path.holds(there) || there.text().eq_ignore_ascii_case(&path.text())
        })
    }
}

fn failed(file: &str) -> impl Fn(io::Error) -> Error {
    move |error| Error::io(Some(file), &error)
}

fn outer(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
            ErrorKind::AlreadyThere.into()
        }
        _ => Error::io(None, error),
    }
}

/// The folder that the target goes into.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write_folder(plan: &Plan, path: &Path) -> Result<(), Error> {
    match fs::read_dir(path) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(ErrorKind::AlreadyThere.into());
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(ErrorKind::AlreadyThere.into());
        }
        Err(_) => {}
    }
    let beside = tempfile::Builder::new()
        .prefix(".capture-")
        .tempdir_in(parent(path))
        .map_err(|error| outer(&error))?;
    restrict(beside.path(), 0o700).map_err(|error| outer(&error))?;
    for (file, bytes) in &plan.files {
        let text = file.text();
        let mut place = beside.path().to_owned();
        if let Some((_, folders)) = file.components().split_last() {
            for folder in folders {
                place.push(folder);
                make_folder(&place).map_err(failed(&text))?;
            }
        }
        write_file(&beside.path().join(&text), bytes).map_err(failed(&text))?;
    }
    write_file(&beside.path().join(MANIFEST), &plan.manifest).map_err(failed(MANIFEST))?;
    sync_folder(beside.path());
    // Replaces an empty folder, never a full one.
    #[cfg(not(unix))]
    if path.is_dir() {
        fs::remove_dir(path).map_err(|error| outer(&error))?;
    }
    fs::rename(beside.path(), path).map_err(|error| outer(&error))?;
    let _renamed = beside.keep();
    sync_folder(parent(path));
    Ok(())
}

fn make_folder(place: &Path) -> io::Result<()> {
    match fs::create_dir(place) {
        Ok(()) => restrict(place, 0o700),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn write_file(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(place)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn restrict(place: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(place, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Makes a rename last. Some file systems cannot; the bundle is whole all the same.
fn sync_folder(place: &Path) {
    let _best_effort = File::open(place).and_then(|folder| folder.sync_all());
}

fn write_zip_file(plan: &Plan, path: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyThere.into());
    }
    // Temporary files are made 0600.
    let mut beside = tempfile::Builder::new()
        .prefix(".capture-")
        .tempfile_in(parent(path))
        .map_err(|error| outer(&error))?;
    write_zip(plan, beside.as_file_mut())?;
    beside.as_file().sync_all().map_err(|error| Error::io(None, &error))?;
    beside.persist_noclobber(path).map_err(|error| outer(&error.error))?;
    sync_folder(parent(path));
    Ok(())
}

fn write_zip(plan: &Plan, target: impl Write + Seek) -> Result<(), Error> {
    let refused = |error: zip::result::ZipError| Error::new(ErrorKind::Zip { what: error.to_string() });
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o600);
    let mut zip = ZipWriter::new(target);
    let files = plan.files.iter().map(|(path, bytes)| (path.text(), bytes.as_ref()));
    for (name, bytes) in std::iter::once((MANIFEST.to_owned(), plan.manifest.as_slice())).chain(files) {
        zip.start_file(name.as_str(), options).map_err(refused)?;
        zip.write_all(bytes).map_err(failed(&name))?;
    }
    zip.finish().map_err(refused)?;
    Ok(())
}
