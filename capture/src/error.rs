//! Operator errors: what is wrong, where, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

/// A bundle that cannot be read or written as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// The bundle's path as the operator gave it; `None` for one in memory.
    pub bundle: Option<PathBuf>,
    /// What is wrong with it.
    pub kind: ErrorKind,
}

/// The kinds of [`Error`]. Paths named `at` are places in `capture.json`, for example `chip.files.DG1`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no file or folder with that name.
    NotFound,
    /// Neither a folder nor a zip.
    NotABundle,
    /// No `capture.json` in it.
    NoManifest,
    /// `capture.json` is longer than the cap, in bytes.
    ManifestTooLarge {
        /// The cap.
        limit: u64,
    },
    /// `capture.json` is not JSON. Lines and columns count from 1.
    Json {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
        /// What the parser says.
        what: String,
    },
    /// Nested deeper than the cap.
    TooDeep {
        /// Where.
        at: String,
        /// The cap.
        limit: usize,
    },
    /// `schema` is absent or of another major version.
    Schema {
        /// What it says, if anything.
        found: Option<String>,
    },
    /// A field is of the wrong JSON type.
    WrongType {
        /// Where.
        at: String,
        /// What belongs there.
        expected: &'static str,
        /// The type that stands there.
        found: &'static str,
    },
    /// A field has the right type and a value that means nothing.
    Value {
        /// Where.
        at: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// A field that must be there is not.
    MissingField {
        /// Where.
        at: String,
    },
    /// A name stands twice in one object, so that nobody can tell which one counts.
    DuplicateField {
        /// Where.
        at: String,
    },
    /// Strict reading only: a field or name that the schema does not know.
    Unknown {
        /// Where.
        at: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// A list has more entries than the cap.
    TooMany {
        /// Where.
        at: String,
        /// The cap.
        limit: usize,
    },
    /// A listed file is not in the bundle.
    MissingFile {
        /// Where it is listed.
        at: String,
        /// Its path.
        file: String,
    },
    /// A path that could leave the bundle, or no path at all.
    OutsideBundle {
        /// Where it is listed.
        at: String,
        /// The path.
        file: String,
        /// Why it is refused.
        why: &'static str,
    },
    /// A path that goes through a symbolic link.
    SymbolicLink {
        /// Where it is listed.
        at: String,
        /// The path.
        file: String,
    },
    /// A path to a folder, pipe, socket or device.
    NotAFile {
        /// Where it is listed.
        at: String,
        /// The path.
        file: String,
    },
    /// All files together exceed the cap, in bytes.
    BundleTooLarge {
        /// The cap.
        limit: u64,
    },
    /// The zip's structure is broken or not one that is read here.
    Zip {
        /// What the reader says.
        what: String,
    },
    /// An entry of the zip that no honest bundle has: a name twice, a name outside, encryption.
    ZipEntry {
        /// Its name.
        name: String,
        /// Why it is refused.
        why: &'static str,
    },
    /// The operating system refused.
    Io {
        /// The file, where it is one of the bundle's.
        file: Option<String>,
        /// What it says.
        what: String,
    },
    /// Writing: the target is there already.
    AlreadyThere,
    /// Writing: an item whose content was too large to keep.
    ContentNotKept {
        /// Its path in the bundle.
        file: String,
    },
}

impl Error {
    pub(crate) const fn new(kind: ErrorKind) -> Self {
        Self { bundle: None, kind }
    }

    pub(crate) fn of(mut self, bundle: &Path) -> Self {
        self.bundle = Some(bundle.to_owned());
        self
    }

    pub(crate) fn io(file: Option<&str>, error: &std::io::Error) -> Self {
        Self::new(ErrorKind::Io { file: file.map(str::to_owned), what: error.kind().to_string() })
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(bundle) = &self.bundle {
            // Names come from outside: control characters must not reach a terminal.
            write!(f, "{}: ", bundle.to_string_lossy().escape_debug())?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file or folder; check the path"),
            Self::NotABundle => f.write_str(
                "neither a folder nor a zip; give a capture folder, its capture.json or a zip of it",
            ),
            Self::NoManifest => f.write_str("no capture.json in it; a capture bundle needs one at its top"),
            Self::ManifestTooLarge { limit } => {
                write!(
                    f,
                    "capture.json is larger than {limit} bytes; images and chip files belong in files of their own"
                )
            }
            Self::Json { line, column, what } => {
                write!(f, "capture.json, line {line}, column {column}: {what}; mend the JSON there")
            }
            Self::TooDeep { at, limit } => {
                write!(f, "capture.json, {}: nested deeper than {limit}", at.escape_debug())
            }
            Self::Schema { found: None } => {
                write!(f, "capture.json, schema: missing; write \"schema\": \"{}\"", crate::SCHEMA)
            }
            Self::Schema { found: Some(found) } => write!(
                f,
                "capture.json, schema: \"{}\" is not one this version reads; it reads \"{}\"",
                found.escape_debug(),
                crate::SCHEMA
            ),
            Self::WrongType { at, expected, found } => {
                write!(f, "capture.json, {}: expected {expected}, found {found}", at.escape_debug())
            }
            Self::Value { at, expected } => {
                write!(f, "capture.json, {}: expected {expected}", at.escape_debug())
            }
            Self::MissingField { at } => write!(f, "capture.json, {}: missing; add it", at.escape_debug()),
            Self::DuplicateField { at } => {
                write!(f, "capture.json, {}: stands there twice; keep one", at.escape_debug())
            }
            Self::Unknown { at, nearest } => {
                write!(f, "capture.json, {}: unknown name", at.escape_debug())?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean \"{nearest}\"?"),
                    None => f.write_str("; take it out, or read without --strict"),
                }
            }
            Self::TooMany { at, limit } => {
                write!(f, "capture.json, {}: more than {limit} entries", at.escape_debug())
            }
            Self::MissingFile { at, file } => write!(
                f,
                "capture.json, {}: no file \"{}\" in the bundle; add it or take it off the list",
                at.escape_debug(),
                file.escape_debug()
            ),
            Self::OutsideBundle { at, file, why } => write!(
                f,
                "capture.json, {}: \"{}\" {why}; give a path relative to capture.json",
                at.escape_debug(),
                file.escape_debug()
            ),
            Self::SymbolicLink { at, file } => write!(
                f,
                "capture.json, {}: \"{}\" goes through a symbolic link; copy the file into the bundle",
                at.escape_debug(),
                file.escape_debug()
            ),
            Self::NotAFile { at, file } => write!(
                f,
                "capture.json, {}: \"{}\" is not a regular file",
                at.escape_debug(),
                file.escape_debug()
            ),
            Self::BundleTooLarge { limit } => {
                write!(f, "its files hold more than {limit} bytes together; a bundle is one document")
            }
            Self::Zip { what } => write!(f, "the zip cannot be read: {}; pack it again", what.escape_debug()),
            Self::ZipEntry { name, why } => {
                write!(f, "the zip's entry \"{}\" {why}; pack it again without it", name.escape_debug())
            }
            Self::Io { file: Some(file), what } => write!(f, "\"{}\": {what}", file.escape_debug()),
            Self::Io { file: None, what } => f.write_str(what),
            Self::AlreadyThere => f.write_str("is there already; choose another name or remove it"),
            Self::ContentNotKept { file } => {
                write!(f, "\"{}\" was too large to be kept and cannot be written", file.escape_debug())
            }
        }
    }
}
