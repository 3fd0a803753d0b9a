//! A bundle in a folder. Each component of a path is opened below the one before it and never followed when
//! it is a symbolic link, so that no exchange of a folder between check and use can lead outside.

use crate::MANIFEST;
use crate::bundle_path::BundlePath;
use crate::content::Content;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::manifest::Listed;
use crate::source::{Budget, Source, whole_manifest};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// An opened bundle folder.
pub(crate) struct Folder {
    top: imp::Top,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { top: imp::open_top(path).map_err(|error| Error::io(None, &error))? })
    }

    fn file(&self, listed: &Listed) -> Result<File, Error> {
        let (at, file) = (listed.at.clone(), listed.path.text());
        match imp::open_below(&self.top, &listed.path) {
            Ok(opened) => Ok(opened),
            Err(imp::Refusal::Missing) => Err(ErrorKind::MissingFile { at, file }.into()),
            Err(imp::Refusal::Link) => Err(ErrorKind::SymbolicLink { at, file }.into()),
            Err(imp::Refusal::NotAFile) => Err(ErrorKind::NotAFile { at, file }.into()),
            Err(imp::Refusal::Io(error)) => Err(Error::io(Some(&file), &error)),
        }
    }
}

impl Source for Folder {
    fn manifest(&mut self, limits: &Limits) -> Result<Vec<u8>, Error> {
        let path = BundlePath::parse(MANIFEST, MANIFEST)?;
        let listed = Listed { at: MANIFEST.to_owned(), path, cap: limits.manifest };
        let file = self.file(&listed).map_err(|error| match error.kind {
            ErrorKind::MissingFile { .. } => ErrorKind::NoManifest.into(),
            _ => error,
        })?;
        let content = Budget::new(limits.total)
            .read(file, limits.manifest, |error| Error::io(Some(MANIFEST), &error))?;
        whole_manifest(content, limits)
    }

    fn fetch(&mut self, wanted: &[Listed], budget: &mut Budget) -> Result<BTreeMap<String, Content>, Error> {
        let mut contents = BTreeMap::new();
        for listed in wanted {
            let text = listed.path.text();
            let file = self.file(listed)?;
            let content = budget.read(file, listed.cap, |error| Error::io(Some(&text), &error))?;
            contents.insert(text, content);
        }
        Ok(contents)
    }
}

#[cfg(unix)]
mod imp {
    //! Component by component with `openat` and `O_NOFOLLOW`.

    use crate::bundle_path::BundlePath;
    use rustix::fs::{AtFlags, FileType, Mode, OFlags};
    use rustix::io::Errno;
    use std::fs::File;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    pub(super) type Top = OwnedFd;

    pub(super) enum Refusal {
        Missing,
        Link,
        NotAFile,
        Io(std::io::Error),
    }

    pub(super) fn open_top(path: &Path) -> std::io::Result<Top> {
        // The operator's own path may go through links: it is theirs.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(rustix::fs::open(path, flags, Mode::empty())?)
    }

    pub(super) fn open_below(top: &Top, path: &BundlePath) -> Result<File, Refusal> {
        let Some((name, folders)) = path.components().split_last() else { return Err(Refusal::Missing) };
        let mut folder: Option<OwnedFd> = None;
        for component in folders {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            folder = Some(open(folder.as_ref().unwrap_or(top), component, flags)?);
        }
        // Not blocking: a pipe that nobody writes must not hang the reader.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = open(folder.as_ref().unwrap_or(top), name, flags)?;
        let stat = rustix::fs::fstat(&file).map_err(|errno| Refusal::Io(errno.into()))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Refusal::NotAFile);
        }
        Ok(File::from(file))
    }

    fn open(folder: &OwnedFd, name: &str, flags: OFlags) -> Result<OwnedFd, Refusal> {
        match rustix::fs::openat(folder, name, flags, Mode::empty()) {
            Ok(opened) => Ok(opened),
            Err(Errno::NOENT) => Err(Refusal::Missing),
            Err(Errno::NXIO) => Err(Refusal::NotAFile),
            Err(errno @ (Errno::LOOP | Errno::NOTDIR | Errno::MLINK)) => {
                // Systems differ in what they call a link here: ask.
                match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => {
                        Err(Refusal::Link)
                    }
                    Ok(_) if errno == Errno::NOTDIR => Err(Refusal::Missing),
                    _ => Err(Refusal::Io(errno.into())),
                }
            }
            Err(errno) => Err(Refusal::Io(errno.into())),
        }
    }
}

#[cfg(not(unix))]
mod imp {
    //! Without `openat`: every component is looked at before the file is opened.

    use crate::bundle_path::BundlePath;
    use std::fs::File;
    use std::path::{Path, PathBuf};

    pub(super) type Top = PathBuf;

    pub(super) enum Refusal {
        Missing,
        Link,
        NotAFile,
        Io(std::io::Error),
    }

    pub(super) fn open_top(path: &Path) -> std::io::Result<Top> {
        path.canonicalize()
    }

    pub(super) fn open_below(top: &Top, path: &BundlePath) -> Result<File, Refusal> {
        let refusal = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Refusal::Missing,
            _ => Refusal::Io(error),
        };
        let mut place = top.clone();
        for component in path.components() {
            place.push(component);
            if std::fs::symlink_metadata(&place).map_err(refusal)?.is_symlink() {
                return Err(Refusal::Link);
            }
        }
        let file = File::open(&place).map_err(refusal)?;
        if file.metadata().map_err(Refusal::Io)?.is_file() { Ok(file) } else { Err(Refusal::NotAFile) }
    }
}
